"""What many tests share: a clock that does not wait."""

from datetime import UTC, datetime, timedelta
from threading import Lock

__all__ = ["NOW", "FakeClock"]

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class FakeClock:
    """A clock whose time passes only by sleeping; fulfils `clock.Clock`, and is callable as POSIX seconds."""

    def __init__(self, now: datetime = NOW) -> None:
        self._start = now
        self._passed = 0.0
        self._lock = Lock()
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def __call__(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self._lock:
            self.sleeps.append(seconds)
            self._passed += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody having slept."""
        with self._lock:
            self._passed += seconds

    @property
    def slept(self) -> float:
        """How long everybody slept together."""
        return sum(self.sleeps)
