"""A clock on which a running step can be stopped, while it waits for quota and between two requests."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from amazon_selling_partner.errors import AmazonUnreachable

__all__ = ["StepStopped", "StoppableClock"]

_SENTENCE: Final = "The step was cancelled. Nothing is returned, because it would be incomplete."


class StepStopped(AmazonUnreachable):
    """Somebody stopped the step.

    To the book it is a request that never reached Amazon, which is what it is: the quota counted for it is given
    back, and as it was given up, nothing is tried again.
    """

    def __init__(self, sentence: str = _SENTENCE) -> None:
        super().__init__(sentence)
        self.given_up = True


class StoppableClock:
    """The machine's clock, except that `stop` ends the step that runs on it; fulfils `amazon.clock.Clock`.

    The book asks for the time of day before it sends a request, and sleeps while it waits: there a stopped step ends
    with StepStopped. `monotonic` never raises, as it is read where an error would leave work half done.
    """

    monotonic: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @contextmanager
    def step(self) -> Iterator[None]:
        """Let one step run; a stop that comes after it stops nothing."""
        self._stopped.clear()
        try:
            yield
        finally:
            self._stopped.clear()

    def stop(self) -> None:
        """End the step that runs."""
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
        """Let that many seconds pass.

        Raises:
            StepStopped: The step is to end.
        """
        if self._stopped.wait(seconds):
            raise StepStopped
