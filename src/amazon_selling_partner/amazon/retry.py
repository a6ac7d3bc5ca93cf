"""Whether and when a failed call is tried again: a pure decision, and the loop that follows it."""

import logging
import random
from collections.abc import Callable
from typing import Final, TypeVar

from ..errors import AmazonUnavailable, UnreadableAnswer
from .clock import Budget

__all__ = ["MOST_RETRIES", "retried", "seconds_before_retry"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Five attempts outlast a hiccup of some seconds; an outage is told instead of waited for.
MOST_RETRIES: Final = 4
_FIRST_SECONDS: Final = 1.0
# Half of each wait is chance, so that many books that failed together do not return together.
_JITTER: Final = 0.5


def seconds_before_retry(error: Exception, retries: int, remaining: float, chance: float) -> float | None:
    """Return how long to wait before the call is tried again, or None when the error stands.

    Only what Amazon itself may mend is tried again: no answer, a server error, an answer that cannot be read.

    Args:
        error: What the call ended with.
        retries: How often it was tried again already.
        remaining: Seconds the procedure has left.
        chance: A random number from 0 up to 1.
    """
    if not isinstance(error, AmazonUnavailable | UnreadableAnswer) or error.given_up or retries >= MOST_RETRIES:
        return None
    longest = _FIRST_SECONDS * 2**retries
    wait = longest * (1 - _JITTER * chance)
    return wait if wait < remaining else None


def retried(attempt: Callable[[], T], budget: Budget) -> T:
    """Return what `attempt` returns, trying again as `seconds_before_retry` decides; its last error otherwise."""
    retries = 0
    while True:
        try:
            return attempt()
        except (AmazonUnavailable, UnreadableAnswer) as error:
            # Jitter spreads load; nothing here is a secret.
            wait = seconds_before_retry(error, retries, budget.remaining, random.random())  # noqa: S311 - not a secret
            if wait is None:
                # A call may need a token, which is a call as well: attempts must not multiply.
                out_of_time = error.out_of_time or not (error.given_up or retries >= MOST_RETRIES)
                raise error.replaced(given_up=True, out_of_time=out_of_time) from error
            _log.warning("Trying again in %.1f s: %s", wait, error)
        budget.clock.sleep(wait)
        retries += 1
