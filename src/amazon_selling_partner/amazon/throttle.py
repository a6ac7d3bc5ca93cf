"""Amazon's usage plans, and the token bucket that keeps calls within them.

Follows https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits: a bucket holds up to
`burst` calls and is refilled at `rate` calls per second, for each operation, application, seller and region.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from ..errors import QuotaExhausted
from .clock import Budget, Clock

__all__ = ["TokenBucket", "UsagePlan"]

_log = logging.getLogger(__name__)

# Floats that have waited exactly long enough may miss a whole call by a rounding error.
_ROUNDING: Final = 1e-9
# A Retry-After of 0, or a generous rate, must not turn the wait for quota into a busy loop.
_SHORTEST_PENALTY_SECONDS: Final = 1.0
# A wait without end still has a date to come back: a hundred years.
_FARTHEST_SECONDS: Final = 100 * 365 * 86_400
# Waits below this are not worth a line in the log.
_WORTH_A_LINE_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """What Amazon allows of one operation.

    Attributes:
        operation: The operation as Amazon's model names it.
        rate: Calls per second.
        burst: Calls at once, after a rest.
    """

    operation: str
    rate: float
    burst: int


class TokenBucket:
    """Lets callers through at the pace of a usage plan, in the order they came; safe for many threads.

    The bucket is a hint, Amazon's 429 the truth: `empty` says that Amazon counted otherwise.
    """

    def __init__(self, plan: UsagePlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = plan.rate
        self._level = float(plan.burst)
        self._filled_at = clock.monotonic()
        self._closed_until = self._filled_at
        self._queue: deque[object] = deque()

    def take(self, budget: Budget) -> None:
        """Wait until a call may be sent, and count it.

        Raises:
            QuotaExhausted: The wait is longer than the budget has left; nothing was waited for or counted.
        """
        caller = object()
        with self._lock:
            self._queue.append(caller)
        try:
            while (wait := self._wait_of(caller)) > 0:
                self._refuse_beyond(wait, budget)
                if wait >= _WORTH_A_LINE_SECONDS:
                    _log.info(
                        "Waiting %.0f s for Amazon's quota of %s, %s orders so far.",
                        wait,
                        self._plan.operation,
                        f"{budget.orders_read:,}",
                    )
                self._clock.sleep(wait)
        finally:
            with self._lock:
                if caller in self._queue:
                    self._queue.remove(caller)

    def give_back(self) -> None:
        """Uncount a call that never reached Amazon."""
        with self._lock:
            self._refill()
            self._level = min(self._level + 1, self._plan.burst)

    def empty(self, retry_after: float | None = None) -> None:
        """Take Amazon's word (429) that nothing is left; the next call is due in `retry_after` s, else in 1/rate."""
        with self._lock:
            self._refill()
            penalty = max(1 / self._rate if retry_after is None else retry_after, _SHORTEST_PENALTY_SECONDS)
            self._level = min(self._level, 1 - penalty * self._rate)
            # Kept as a moment as well: a faster rate, learnt meanwhile, fills the bucket but does not unsay the wait.
            self._closed_until = max(self._closed_until, self._filled_at + penalty)

    def learn(self, rate: float) -> None:
        """Take over the rate, in calls per second, that Amazon says this application has."""
        if rate <= 0:
            return
        with self._lock:
            self._refill()
            self._rate = rate

    def _wait_of(self, caller: object) -> float:
        """Return the seconds until the caller's turn; 0 counts its call and ends its place in the queue."""
        with self._lock:
            self._refill()
            missing = self._queue.index(caller) + 1 - self._level
            wait = max(missing / self._rate, self._closed_until - self._filled_at)
            if missing > _ROUNDING or wait > _ROUNDING:
                return wait
            self._queue.remove(caller)
            self._level -= 1
            return 0.0

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._level + (now - self._filled_at) * self._rate, self._plan.burst)
        self._filled_at = now

    def _refuse_beyond(self, wait: float, budget: Budget) -> None:
        if wait <= budget.remaining:
            return
        come_back = self._clock.now() + timedelta(seconds=min(ceil(wait), _FARTHEST_SECONDS))
        raise QuotaExhausted(
            "Amazon's quota for this operation is used up, and waiting for it takes longer than this step may. "
            "Run the step again at the time below, or ask for less: a limit, or a narrower window of dates.",
            {
                "operation": self._plan.operation,
                "come back after": f"{come_back:%Y-%m-%dT%H:%M:%SZ}",
                "wait": f"{wait:.0f} s",
                "time left for this step": f"{max(budget.remaining, 0):.0f} s",
                "orders readable so far": f"{budget.orders_read:,}",
            },
        )
