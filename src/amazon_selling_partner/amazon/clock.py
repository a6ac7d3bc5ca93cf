"""Time as everything here sees it: a clock, a sleep, and what a procedure may spend of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

__all__ = ["Budget", "Clock", "SystemClock", "iso_8601"]


class Clock(Protocol):
    """What tells the time and lets it pass; tests bring one that does not wait."""

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never runs backwards."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


class SystemClock:
    """The machine's own clock."""

    monotonic: Callable[[], float] = staticmethod(time.monotonic)
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


@dataclass(slots=True)
class Budget:
    """The time one procedure may take, and how far it got within it.

    Attributes:
        clock: What tells the time.
        seconds: How long the procedure may take, counted from the making of this object.
        orders_read: How many orders Amazon has returned so far; for messages only.
    """

    clock: Clock
    seconds: float
    orders_read: int = 0
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self._ends = self.clock.monotonic() + self.seconds

    @property
    def remaining(self) -> float:
        """Seconds left; negative once the time is up."""
        return self._ends - self.clock.monotonic()


def iso_8601(moment: datetime | None) -> str:
    """Return a moment in UTC as Amazon reads it, in milliseconds where it has any; None is empty."""
    if moment is None:
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"
