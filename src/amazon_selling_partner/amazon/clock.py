"""Time as everything here sees it: a clock, a sleep, and what a procedure may spend of it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

__all__ = ["AmazonClock", "Budget", "Clock", "Listener", "NoListener", "SystemClock", "iso_8601"]

_log = logging.getLogger(__name__)

# Amazon shows an order two minutes after it was created or updated: by that much a clock may be off unnoticed.
_WORTH_A_WARNING: Final = timedelta(minutes=2)
_SECOND: Final = timedelta(seconds=1)
# Farther off than any clock that certificates accept for long: not believed because of a single answer.
_DOUBTFUL: Final = timedelta(days=1)


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


class AmazonClock:
    """A clock that is put right by the Date of Amazon's answers, as far as these prove it wrong; fulfils `Clock`.

    Amazon compares the dates of a question with its own time. Only the date is corrected: `monotonic` and `sleep` are
    the clock's own.

    Attributes:
        heard: Whether Amazon has told its time.
    """

    def __init__(self, clock: Clock) -> None:
        self.monotonic = clock.monotonic
        self.sleep = clock.sleep
        self.heard = False
        self._clock = clock
        self._behind = timedelta()
        self._doubted: timedelta | None = None
        self._last = ""
        self._warned = False

    def now(self) -> datetime:
        """Return the present moment in UTC, by Amazon's time once it is heard."""
        return self._clock.now() + self._behind

    def hear(self, date: str, seconds: float) -> None:
        """Take note of the header Date of an answer that came within so many seconds of its request."""
        if date == self._last:
            return
        try:
            told = parsedate_to_datetime(date)
            if told.utcoffset():
                return  # HTTP knows no other zone than GMT.
            # Amazon's time at this moment is at least the one told, and at most later by its fraction of a second and
            # by the whole way of request and answer.
            least = told.replace(tzinfo=UTC) - self._clock.now()
            most = least + _SECOND + timedelta(seconds=seconds)
        except (ValueError, OverflowError):
            return  # No date, or none that HTTP allows: nothing is learnt.
        behind = max(least, min(most, timedelta()))
        self._last = date
        if abs(behind) > _DOUBTFUL and (self._doubted is None or abs(behind - self._doubted) > _WORTH_A_WARNING):
            self._doubted = behind
            return
        self._behind = behind
        self.heard = True
        self._warn()

    def _warn(self) -> None:
        if abs(self._behind) <= _WORTH_A_WARNING or self._warned:
            return
        self._warned = True
        _log.warning(
            "The clock of this machine is wrong: it says %s when it is %s by Amazon's. The dates of steps are compared "
            "with Amazon's time. Set the clock, or certificates may be refused as well.",
            iso_8601(self._clock.now().replace(microsecond=0)),
            iso_8601(self.now().replace(microsecond=0)),
        )


class Listener(Protocol):
    """Told how far a step has come, in the thread of the step, which waits meanwhile."""

    def page_read(self, pages: int, orders: int) -> None:
        """A page was read and more follow; how many pages and orders the step has read so far."""

    def waiting(self, seconds: float, operation: str, orders: int) -> None:
        """A wait for Amazon's quota begins."""

    def retrying(self, seconds: float, error: Exception) -> None:
        """A call failed and is tried again after a pause."""


class NoListener:
    """Nobody listens; fulfils `Listener`."""

    def page_read(self, pages: int, orders: int) -> None:
        """Do nothing."""

    def waiting(self, seconds: float, operation: str, orders: int) -> None:
        """Do nothing."""

    def retrying(self, seconds: float, error: Exception) -> None:
        """Do nothing."""


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
