"""HTTP on loopback with the standard library: for this machine alone, with connections that end badly on request."""

import contextlib
import io
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from .arriving import Arriving
from .loopback import own_hosts, refusal

__all__ = ["Responder", "Response", "Server", "until_interrupted"]


@dataclass(frozen=True)
class Response:
    """What goes back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, content: Any, **headers: str) -> "Response":
        """Return a response with JSON content."""
        return cls(
            status, json.dumps(content).encode(), {name.replace("_", "-"): text for name, text in headers.items()}
        )


Responder = Callable[[str, str, Mapping[str, str], bytes, int], tuple[Response, str | None]]
_MOST_BODY_BYTES: Final = 1_000_000
# For a whole request, once it has begun, and for each part of the answer to be taken.
_PATIENCE_SECONDS: Final = 30.0
# Longer than the book keeps a connection that rests, so that it does not send into one that is being closed.
_REST_SECONDS: Final = 150.0
# More than any test or workspace opens at once.
_MOST_CONNECTIONS: Final = 256
_DRIP_SECONDS: Final = 0.005
_GRACE_SECONDS: Final = 2.0
_GLANCE_SECONDS: Final = 0.2


class Server:
    """Answers every request with what `respond` returns: the response, and how the connection ends.

    Args:
        port: The port to listen on; 0 takes any.
        respond: Called with method, target, headers (lower case), body and the connection's number.
        clock: POSIX seconds, for the header Date.
        patience: How many seconds a request may take to arrive, once it has begun.
        rest: How many seconds a connection may rest between requests.
        most_connections: How many may be open at once; one more is told so and closed.
    """

    def __init__(
        self,
        port: int,
        respond: Responder,
        clock: Callable[[], float] = time.time,
        *,
        patience: float = _PATIENCE_SECONDS,
        rest: float = _REST_SECONDS,
        most_connections: int = _MOST_CONNECTIONS,
    ) -> None:
        self._stopped = threading.Event()
        self._http = _Http(("127.0.0.1", port), _Handler)
        self._http.respond = respond
        self._http.stopped = self._stopped
        self._http.clock = clock
        self._http.patience = patience
        self._http.rest = rest
        self._http.most_connections = most_connections
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop listening and close every connection."""
        self._stopped.set()
        self._http.shutdown()
        self._http.close_connections()
        self._http.server_close()
        self._thread.join()


def until_interrupted() -> None:
    """Wait for Ctrl-C.

    Raises:
        KeyboardInterrupt: It was pressed.
    """
    # Not in one long wait: Python does not notice a signal that arrives just before the thread falls asleep.
    while True:
        time.sleep(_GLANCE_SECONDS)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    respond: Responder
    stopped: threading.Event
    clock: Callable[[], float]
    patience: float
    rest: float
    most_connections: int

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.numbers = itertools.count(1)
        self.own_hosts = own_hosts(self.server_port)
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()

    def process_request(self, request, client_address):  # type: ignore[no-untyped-def] # as the base class, which is untyped
        # The base class keeps no hold of daemon threads, and others would keep a program from ending.
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            too_many = len(self._open) >= self.most_connections
            if not too_many:
                self._open[request] = thread
        if too_many:
            self._refuse(request)
        else:
            thread.start()

    def _refuse(self, connection: socket.socket) -> None:
        connection.settimeout(_GLANCE_SECONDS)
        with contextlib.suppress(OSError):  # It need not listen.
            connection.sendall(b"HTTP/1.1 503 Too many connections\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.shutdown_request(connection)  # type: ignore[no-untyped-call] # the base class is untyped

    def shutdown_request(self, request):  # type: ignore[no-untyped-def] # as the base class, which is untyped
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            with contextlib.suppress(OSError):  # The other side was quicker.
                connection.shutdown(socket.SHUT_RDWR)
        # Bounded: a book in the middle of a wait for quota does not notice that nobody listens any more.
        end = time.monotonic() + _GRACE_SECONDS
        for thread in still_open.values():
            thread.join(max(end - time.monotonic(), 0))

    def handle_error(self, request, client_address):  # type: ignore[no-untyped-def] # as the base class, which is untyped
        """Say nothing: a client that goes away in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.number = next(self.server.numbers)
        self._arriving = Arriving(self.connection, self.server.patience, self.server.rest)
        self.rfile.close()
        self._received = self.rfile = io.BufferedReader(self._arriving)

    def handle_one_request(self) -> None:
        try:
            # It may have come with the request before it, and then there is nothing to wait for.
            self._received.peek(1)
        except OSError:  # Time is up, or the other side is gone.
            self.close_connection = True
            return
        self._arriving.begin()
        super().handle_one_request()  # which closes the connection when time is up

    def log_message(self, *_: object) -> None:
        """Say nothing: the request log is for tests to read."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.clock() if timestamp is None else timestamp)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        if (refusal := self._foreign() or self._unreadable()) is not None:
            self.close_connection = True  # whatever is in the body would be taken for the next request
            return self.send_error(*refusal)
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        self._arriving.rest()
        if len(body) < length:
            self.close_connection = True  # Whoever sent half a request is gone.
            return None
        response, ending = self.server.respond(self.command, self.path, headers, body, self.number)
        if ending in {"hang", "reset"}:
            return self._end_without_answer(ending)
        self.send_response(response.status)
        for name, value in {"Content-Type": "application/json", **response.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if ending == "truncate":
            self.wfile.write(response.body[: len(response.body) // 2])
            self.close_connection = True
        elif ending == "drip":
            self._drip(response.body)
        else:
            self.wfile.write(response.body)
        return None

    def _foreign(self) -> tuple[int, str] | None:
        """Return the status and the reason for a request that a page of another site may have sent."""
        told = (self.headers.get_all(name, []) for name in ("host", "origin", "sec-fetch-site"))
        reason = refusal(self.server.own_hosts, *told)
        return (403, reason) if reason else None

    def _unreadable(self) -> tuple[int, str | None] | None:
        """Return the status for a body that will not be read: of unknown length, or too long."""
        length = self.headers.get("content-length") or "0"
        if "transfer-encoding" in self.headers:
            return 411, None
        if not (length.isascii() and length.isdigit()):
            return 400, None
        # Compared by digits first: Python refuses to read a number of thousands of them.
        return (413, None) if len(length.lstrip("0")) > 9 or int(length) > _MOST_BODY_BYTES else None

    def _end_without_answer(self, ending: str) -> None:
        self.close_connection = True
        if ending == "hang":
            self.server.stopped.wait()
        else:
            # Closed before the base class says goodbye, so that nothing but the reset arrives.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        for byte in body[:-1]:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.stopped.wait(_DRIP_SECONDS):
                return
