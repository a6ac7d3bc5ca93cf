"""Retries of failed calls: a pure function that decides, and the loop that follows it."""

import logging
import random
from collections.abc import Callable
from typing import Final, TypeVar

from ..errors import AmazonUnavailable, UnreadableAnswer
from .clock import Budget

__all__ = ["MAX_RETRIES", "retry", "seconds_before_retry"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Five attempts bridge a hiccup of some seconds; an outage is reported without a long wait.
MAX_RETRIES: Final = 4
_FIRST_WAIT_SECONDS: Final = 1.0
# Half of each wait is random, so that books that failed together do not retry together.
_JITTER: Final = 0.5


def seconds_before_retry(error: Exception, retries: int, remaining: float, chance: float) -> float | None:
    """Return how long to wait before the next attempt, or None if there is none.

    Only transient failures are retried: no response, a server error, a body that cannot be read.

    Args:
        error: The error of the last attempt.
        retries: The number of retries so far.
        remaining: Seconds left for the step.
        chance: A random number from 0 to 1.
    """
    if not isinstance(error, AmazonUnavailable | UnreadableAnswer) or error.final or retries >= MAX_RETRIES:
        return None
    wait = _FIRST_WAIT_SECONDS * 2**retries * (1 - _JITTER * chance)
    return wait if wait < remaining else None


def retry(attempt: Callable[[], T], budget: Budget) -> T:
    """Return what `attempt` returns, retrying as `seconds_before_retry` decides; raises its last error."""
    retries = 0
    while True:
        try:
            return attempt()
        except (AmazonUnavailable, UnreadableAnswer) as error:
            wait = seconds_before_retry(error, retries, budget.remaining, random.random())  # noqa: S311 - not a secret
            if wait is None or not budget.patient:
                raise
            _log.warning("Trying again in %.1f s: %s", wait, error)
        budget.sleep(wait)
        retries += 1
