"""A clock that can stop the step running on it, during a wait for quota and between two requests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from amazon_selling_partner.amazon.clock import Clock
from amazon_selling_partner.errors import AmazonUnreachable

__all__ = ["StepStopped", "StoppableClock"]

_SENTENCE: Final = "The step was cancelled. Nothing is returned, because it would be incomplete."


class StepStopped(AmazonUnreachable):
    """The step was stopped.

    To the book it is a request that never reached Amazon: its quota is given back. It is final, so nothing is retried.
    """

    def __init__(self, sentence: str = _SENTENCE) -> None:
        super().__init__(sentence, final=True)


class StoppableClock(Clock):
    """The machine's clock, with `stop`.

    The book reads the time of day before every request, and sleeps while it waits: there a stopped step raises
    StepStopped. `monotonic` never raises, because it is read where an error would leave work half done.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Run one step; a stop before or after it has no effect."""
        self._stopped.clear()
        try:
            yield
        finally:
            self._stopped.clear()

    def stop(self) -> None:
        """End the running step."""
        self._stopped.set()

    def now(self) -> datetime:
        """Return the present moment in UTC.

        Raises:
            StepStopped: The step is to end.
        """
        if self._stopped.is_set():
            raise StepStopped
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds.

        Raises:
            StepStopped: The step is to end.
        """
        if self._stopped.wait(seconds):
            raise StepStopped
