"""One deadline for an exchange, which a TLS connection applies to every single read and write.

httpx limits each read and each write on its own, so a server that sends a byte now and then never times out. A plain
connection, to a local Amazon or for a proxy's CONNECT, has only the timeouts of httpx.
"""

import ssl
from contextvars import ContextVar
from typing import Any, Final

from ..clock import Clock

__all__ = ["Deadline", "DeadlineSocket"]


class Deadline:
    """When the exchange that the current thread begins now must be over.

    Args:
        clock: Measures the time.
        seconds: How long the exchange may take.
    """

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._ends = clock.monotonic() + seconds
        _CURRENT.set(self)

    def seconds_left(self) -> float:
        """Return the seconds left, always more than 0.

        Raises:
            TimeoutError: No time is left.
        """
        left = self._ends - self._clock.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


# A connection outlives the exchange that opened it and is used by other threads, so it looks up the current deadline.
_CURRENT: Final[ContextVar[Deadline]] = ContextVar("deadline")


class DeadlineSocket(ssl.SSLSocket):  # pylint: disable=abstract-method # no more abstract than its base class
    """A TLS connection that keeps the deadline of the exchange using it; for an SSLContext's `sslsocket_class`."""

    def do_handshake(self, block: bool = False) -> None:
        """Perform the TLS handshake in the time left."""
        self._limit()
        super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Return at most `buflen` received bytes, waiting no longer than the time left."""
        self._limit()
        return super().recv(buflen, flags)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send some of the data in the time left, and return how many bytes."""
        self._limit()
        return super().send(data, flags)

    def _limit(self) -> None:
        left, timeout = _CURRENT.get().seconds_left(), self.gettimeout()
        self.settimeout(left if timeout is None else min(left, timeout))
