"""A deadline for a whole exchange, which a TLS connection applies to each read and write.

httpx has separate timeouts for each read and each write, so a server that sends a byte now and then never times out.
Plain connections, to a local Amazon or for a proxy's CONNECT, have only the timeouts of httpx.
"""

import ssl
from contextvars import ContextVar
from typing import Any, Final

from ..clock import Clock

__all__ = ["Deadline", "DeadlineSocket"]


class Deadline:
    """The deadline of the exchange that the current thread begins now.

    Args:
        clock: The clock.
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


# Other threads may reuse a connection for later exchanges, so it looks up the current deadline.
_CURRENT: Final[ContextVar[Deadline]] = ContextVar("deadline")


class DeadlineSocket(ssl.SSLSocket):  # pylint: disable=abstract-method # no more abstract than its base class
    """A TLS connection with the deadline of the current exchange; for an SSLContext's `sslsocket_class`."""

    def do_handshake(self, block: bool = False) -> None:
        """Perform the TLS handshake within the deadline."""
        self._apply_deadline()
        super().do_handshake(block)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """Return at most `buflen` bytes, received within the deadline."""
        self._apply_deadline()
        return super().recv(buflen, flags)

    def send(self, data: Any, flags: int = 0) -> int:
        """Send some of the data within the deadline, and return the number of bytes sent."""
        self._apply_deadline()
        return super().send(data, flags)

    def _apply_deadline(self) -> None:
        left, timeout = _CURRENT.get().seconds_left(), self.gettimeout()
        self.settimeout(left if timeout is None else min(left, timeout))
