"""The network below httpcore: whatever an exchange does there ends by one deadline and within one size.

httpcore bounds each read and each write for itself. A peer that sends a byte now and then, or interim responses, chunk
extensions or trailers without end, lets none of them time out. So every one of them gets the time that is left of the
whole exchange: connecting, a proxy's CONNECT, TLS handshakes, the request, and the response to its last byte. Only the
look-up of a host's name takes as long as the system's resolver lets it.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import httpcore

__all__ = ["MOST_BYTES", "BoundedBackend", "BoundedTlsSocket", "CertificateRefused", "Exchange", "TooManyBytes"]

# Of one response. A page of 100 orders with all that Amazon documents takes less than one.
MOST_BYTES: Final = 64 * 1024 * 1024


class TooManyBytes(Exception):
    """A response is larger than any that makes sense."""


class CertificateRefused(Exception):
    """The other side's certificate was not accepted; the text is OpenSSL's reason."""


@dataclass(slots=True)
class Exchange:
    """One request and its response, in the thread that began it.

    Attributes:
        monotonic: What tells the time.
        ends: When it has to be over.
        connected: Whether it opened a connection, instead of using one that was kept.
        received: How many bytes have arrived.
    """

    monotonic: Callable[[], float]
    ends: float
    connected: bool = False
    received: int = 0

    def begin(self) -> None:
        """Make this what the present thread does on the network from now on."""
        _CURRENT.set(self)

    def seconds(self, most: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Return how long the next step may take: what is left, and at most `most`.

        Raises:
            late: Nothing is left.
        """
        left = self.ends - self.monotonic()
        if left <= 0:
            raise late("the time for the whole exchange is up")
        return left if most is None else min(most, left)

    def receive(self, count: int) -> None:
        """Count bytes that have arrived.

        Raises:
            TooManyBytes: There are too many by now.
        """
        self.received += count
        if self.received > MOST_BYTES:
            raise TooManyBytes


# Connections outlive exchanges and change threads, so they look up whose time it is.
_CURRENT: Final[ContextVar[Exchange]] = ContextVar("exchange")


class BoundedBackend(httpcore.NetworkBackend):  # pylint: disable=abstract-method # nobody asks it for a Unix socket
    """Opens connections that keep to the bounds of whichever exchange uses them."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of the host that accepts one in time."""
        exchange = _CURRENT.get()
        exchange.connected = True
        refused: Exception = httpcore.ConnectError("the host has no address")
        for address in _addresses(host, port):
            seconds = exchange.seconds(timeout, httpcore.ConnectTimeout)
            try:
                return _BoundedStream(self._backend.connect_tcp(address, port, seconds, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
        raise refused


class _BoundedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = _CURRENT.get()
        data = self._stream.read(max_bytes, exchange.seconds(timeout, httpcore.ReadTimeout))
        exchange.receive(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _CURRENT.get().seconds(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _CURRENT.get().seconds(timeout, httpcore.ConnectTimeout)
        try:
            return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, seconds))
        except httpcore.ConnectError as error:
            raise _told_apart(error, error.__cause__) from error

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _told_apart(error: Exception, cause: BaseException | None) -> Exception:
    return CertificateRefused(cause.verify_message) if isinstance(cause, ssl.SSLCertVerificationError) else error


class BoundedTlsSocket(ssl.SSLSocket):  # pylint: disable=abstract-method # as little abstract as the base class
    """The connection to a proxy that is itself reached by TLS: httpcore reads it many times for one TLS inside it."""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Return what has arrived, at most `buflen` bytes, in the time that is left."""
        self.settimeout(_CURRENT.get().seconds(self.gettimeout(), httpcore.ReadTimeout))
        return super().recv(buflen, flags)


def _addresses(host: str, port: int) -> Iterable[str]:
    # Looked up here, because the standard library gives each address of a host the whole time.
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # The latter for what cannot be a name.
        raise httpcore.ConnectError(error) from error
    return dict.fromkeys(str(address[0]) for *_, address in found)
