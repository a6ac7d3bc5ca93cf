"""An HTTP server on 127.0.0.1, from the standard library. Connections can end badly on request."""

import contextlib
import itertools
import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from .loopback import own_hosts, refusal

__all__ = ["Responder", "Response", "Server", "until_interrupted"]


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, content: Any, **headers: str) -> "Response":
        """Return a response with JSON content; an underscore in a header's name means a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(content).encode(), named)


Responder = Callable[[str, str, Mapping[str, str], bytes, int], tuple[Response, str | None]]
_LENGTH: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_MAX_BODY_BYTES: Final = 1_000_000
# After a refusal the rest of the request is read, up to these bounds. Closing earlier would reset the connection, and
# a client that is still sending would lose the response.
_MAX_DISCARDED_BYTES: Final = 64_000_000
_DISCARD_SECONDS: Final = 2.0
_DRIP_SECONDS: Final = 0.005
_SHUTDOWN_POLL_SECONDS: Final = 0.01
_SIGNAL_POLL_SECONDS: Final = 0.2


class Server:
    """Listens from construction to `close`.

    Args:
        port: The port to listen on; 0 takes any.
        respond: Called with method, target, headers (lower case), body and the connection's number. Returns the
            response and how the connection ends: None for the ordinary way, or "truncate", "reset", "drip", "hang".
        clock: POSIX seconds, for the Date header.

    Attributes:
        url: Where it listens.
    """

    def __init__(self, port: int, respond: Responder, clock: Callable[[], float] = time.time) -> None:
        self._http = _Http(port, respond, clock)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(_SHUTDOWN_POLL_SECONDS,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        """Stop listening and close every connection."""
        self._http.stopped.set()
        self._http.shutdown()
        self._http.close_connections()
        self._http.server_close()
        self._thread.join()


def until_interrupted() -> None:
    """Wait for Ctrl-C.

    Raises:
        KeyboardInterrupt: It was pressed.
    """
    # Not one long wait: Python misses a signal that arrives just before the thread falls asleep.
    while True:
        time.sleep(_SIGNAL_POLL_SECONDS)


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, respond: Responder, clock: Callable[[], float]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.respond = respond
        self.clock = clock
        self.stopped = threading.Event()
        self.numbers = itertools.count(1)
        self.own_hosts = own_hosts(self.server_port)
        self._open: set[socket.socket] = set()

    def process_request(self, request, client_address):  # type: ignore[no-untyped-def] # as the base class
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):  # type: ignore[no-untyped-def] # as the base class
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in self._open.copy():
            with contextlib.suppress(OSError):  # The client closed it first.
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request, client_address):  # type: ignore[no-untyped-def] # as the base class
        # Clients that disconnect are what some tests are about; anything else is a defect and gets its traceback.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Http

    def setup(self) -> None:
        super().setup()
        self._number = next(self.server.numbers)

    def log_message(self, *_: object) -> None:
        """Log nothing; the local Amazon records its requests."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.clock() if timestamp is None else timestamp)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        super().send_error(code, message, explain)  # with "Connection: close"
        with contextlib.suppress(OSError):  # The client is gone or silent.
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DISCARD_SECONDS)
            left = _MAX_DISCARDED_BYTES
            while left > 0 and (part := self.connection.recv(65_536)):
                left -= len(part)

    def _serve(self) -> None:
        if error := self._error():
            self.send_error(*error)
            return
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # The client disconnected.
            return
        self._send(*self.server.respond(self.command, self.path, headers, body, self._number))

    # The base class answers 501 to all other methods.
    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class looks for these names

    def _error(self) -> tuple[int, str] | None:
        """Return the status and reason for a request that is refused unread."""
        host, origin, site = (self.headers.get_all(name, []) for name in ("host", "origin", "sec-fetch-site"))
        if reason := refusal(self.server.own_hosts, host, origin, site):
            return 403, reason
        if "transfer-encoding" in self.headers:
            return 411, "This server needs a Content-Length."
        length = self.headers.get("content-length") or "0"
        if not _LENGTH.fullmatch(length):
            return 400, "The Content-Length is not a length."
        return (413, "The body is too long.") if int(length) > _MAX_BODY_BYTES else None

    def _send(self, response: Response, ending: str | None) -> None:
        self.close_connection = ending is not None or self.close_connection
        if ending == "hang":
            self.server.stopped.wait()
        elif ending == "reset":
            # A close that does not linger sends a reset and nothing else.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self._send_head(response)
            if ending == "drip":
                self._drip(response.body)
            else:
                length = len(response.body)
                self.wfile.write(response.body[: length // 2 if ending == "truncate" else length])

    def _send_head(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in {"Content-Type": "application/json", **response.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()

    def _drip(self, body: bytes) -> None:
        """Send a byte at a time, and never the last."""
        for byte in body[:-1]:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.stopped.wait(_DRIP_SECONDS):
                return
