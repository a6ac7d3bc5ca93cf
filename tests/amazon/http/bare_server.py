"""A bare server on loopback for tests: it answers whatever a function writes, however strange."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["CERTIFICATE", "OK", "Serve", "answering", "dripping", "flooding", "request_on", "server"]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-amzn-RequestId: r-1\r\n\r\n{}"
# Made for tests, for localhost and 127.0.0.1, with its key; no authority has signed it.
CERTIFICATE = Path(__file__).with_name("localhost.pem")

Serve = Callable[[socket.socket, bytes], None]


def request_on(connection: socket.socket) -> bytes:
    """Return the next request on a connection, with its body, empty when there is none."""
    request = b""
    while not _is_whole(request) and (part := connection.recv(65536)):
        request += part
    return request


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@contextmanager
def server(serve: Serve, *, tls: bool = False, reads_request: bool = True) -> Iterator[str]:
    """Give every connection, in a thread of its own, with its first request to `serve`, then close it."""
    listener = socket.create_server(("127.0.0.1", 0))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def handle(connection: socket.socket) -> None:
        # The other side goes away in the middle, or sends more than anybody reads: that is what many tests are about.
        with connection, contextlib.suppress(OSError):
            if tls:
                connection = context.wrap_socket(connection, server_side=True)
            with connection:
                serve(connection, request_on(connection) if reads_request else b"")

    threads: list[threading.Thread] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=handle, args=(connection,), daemon=True))
            threads[-1].start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in [accepting, *threads]:
            thread.join(5)


def answering(content: bytes) -> Serve:
    """Write this to every connection."""
    return lambda connection, _: connection.sendall(content)


def dripping(start: bytes, drop: bytes) -> Serve:
    """Write a start, then a drop a few hundred times a second for as long as anybody listens."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(0.004)

    return serve


def flooding(start: bytes, wave: bytes) -> Serve:
    """Write a start, then a wave again and again as fast as it is read."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(wave)

    return serve
