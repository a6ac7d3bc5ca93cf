"""Time: a clock, and what one step may spend of it."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

__all__ = ["Budget", "Clock", "Listener", "iso_8601"]


class Clock:
    """Tells the time and lets it pass; tests bring one that does not wait."""

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never runs backwards."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""
        time.sleep(seconds)


class Listener:
    """Learns how far a step has come, in the thread of the step, which waits meanwhile; this one ignores it."""

    def page_read(self, pages: int, orders: int) -> None:
        """A page was read and more follow; how many pages and orders the step has read so far."""

    def waiting(self, seconds: float, operation: str, orders: int) -> None:
        """A wait for Amazon's quota begins."""


@dataclass(slots=True)
class Budget:
    """The time one step may take, and what it has used so far.

    Attributes:
        clock: The clock that counts.
        seconds: How long the step may take, from the making of this object on.
        listener: Learns how far the step has come.
        orders_read: How many orders Amazon has returned.
        pages_read: How many pages of orders were read.
        calls: How many requests were sent.
        waited: Seconds spent waiting for quota and between attempts.
        api: The version of the Orders API that answers.
        request_id: Amazon's id of the last request.
        patient: Whether the step waits for quota and tries again; a probe of v0 does not.
    """

    clock: Clock
    seconds: float
    listener: Listener = field(default_factory=Listener)
    orders_read: int = 0
    pages_read: int = 0
    calls: int = 0
    waited: float = 0.0
    api: str = ""
    request_id: str | None = None
    patient: bool = True
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = self.clock.monotonic() + self.seconds

    @property
    def remaining(self) -> float:
        """Seconds left; negative once the time is up."""
        return self._ends - self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, and count it."""
        self.clock.sleep(seconds)
        self.waited += seconds


def iso_8601(moment: datetime | None) -> str:
    """Return a moment in UTC as Amazon reads it, in milliseconds where it has any; None is empty."""
    if moment is None:
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"
