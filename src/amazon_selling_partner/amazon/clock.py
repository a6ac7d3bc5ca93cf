"""The clock, and the time budget of a step."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

__all__ = ["Budget", "Clock", "Listener", "iso_8601"]


class Clock:
    """The machine's clock; tests replace it with one that does not wait."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        time.sleep(seconds)


class Listener:
    """Receives the progress of a step, in the step's thread; this one ignores it."""

    def page_read(self, pages: int, orders: int) -> None:
        """Called after a page that is not the last one, with the number of pages and orders read so far."""

    def waiting(self, seconds: float, operation: str, orders: int) -> None:
        """Called before a wait for Amazon's quota."""


@dataclass(slots=True)
class Budget:
    """The time one step may take, and what it has used so far.

    Attributes:
        clock: The clock.
        seconds: How long the step may take, starting now.
        listener: Receives the progress of the step.
        orders_read: The number of orders read so far.
        pages_read: The number of pages read so far.
        calls: The number of requests sent.
        waited: Seconds spent waiting for quota and between attempts.
        api: The version of the Orders API in use.
        request_id: Amazon's id of the last request.
        patient: Whether the step waits for quota and retries; a probe of v0 does not.
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
        """Wait, and add the wait to `waited`."""
        self.clock.sleep(seconds)
        self.waited += seconds


def iso_8601(moment: datetime | None) -> str:
    """Return a time in UTC in Amazon's format, with milliseconds unless they are 0; None becomes ""."""
    if moment is None:
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"
