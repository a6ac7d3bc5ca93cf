"""What callers send, with an end to every wait for it."""

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Arriving"]


class Arriving(io.RawIOBase):
    """What arrives on a connection: the first request at once, another after a rest, each as a whole in time.

    Args:
        connection: Where from.
        patience: Seconds for a whole request, and for each part of its answer to be taken.
        rest: Seconds between requests.
    """

    def __init__(self, connection: socket.socket, patience: float, rest: float) -> None:
        self._connection = connection
        self._patience = patience
        self._rest = rest
        self._ends: float | None = None
        self.begin()

    def readable(self) -> bool:
        return True

    def begin(self) -> None:
        """Let the time of a request run, unless it does already."""
        if self._ends is None:
            self._ends = time.monotonic() + self._patience

    def rest(self) -> None:
        """Stop the time: a request is complete."""
        self._ends = None

    def readinto(self, buffer: "WriteableBuffer") -> int:
        left = self._rest if self._ends is None else self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        # For whoever writes the answer.
        self._connection.settimeout(self._patience)
        return count
