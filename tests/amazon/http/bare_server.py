"""A bare server on loopback for tests: a function writes whatever it likes to each connection."""

import contextlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["CERTIFICATE", "OK", "Serve", "answering", "closed_port", "dripping", "request_on", "server", "server_tls"]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-amzn-RequestId: r-1\r\n\r\n{}"
# For localhost and 127.0.0.1, with its key; self-signed.
CERTIFICATE = Path(__file__).with_name("localhost.pem")

Serve = Callable[[socket.socket, bytes], None]


def server_tls() -> ssl.SSLContext:
    """Return the TLS of a server that shows CERTIFICATE."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def request_on(connection: socket.socket) -> bytes:
    """Return the next complete request on a connection, empty if there is none."""
    request = b""
    while not _is_complete(request) and (part := connection.recv(65536)):
        request += part
    return request


def _is_complete(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@contextmanager
def server(serve: Serve, *, tls: bool = False, reads_request: bool = True) -> Iterator[str]:
    """Pass each connection and its first request to `serve`, in a thread of its own, then close it; yield the URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    context = server_tls()

    def handle(connection: socket.socket) -> None:
        # Many tests are about a client that goes away.
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


def closed_port() -> int:
    """Return a port of 127.0.0.1 that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def answering(content: bytes) -> Serve:
    """Write this to each connection."""
    return lambda connection, _: connection.sendall(content)


def dripping(start: bytes, drop: bytes) -> Serve:
    """Write a start, then a drop a few hundred times a second for as long as the client reads."""

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(drop)
            time.sleep(0.004)

    return serve
