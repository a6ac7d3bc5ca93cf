"""Amazon's usage plans, and the token bucket that keeps calls within them.

Follows https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits: each operation, app, seller and
region has a bucket of up to `burst` calls, refilled at `rate` calls per second.
"""

import logging
import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil, floor
from typing import Final

from .. import messages
from ..errors import QuotaExhausted
from .clock import Budget, Clock

__all__ = [
    "CREATE_RESTRICTED_DATA_TOKEN",
    "GET_ORDER",
    "GET_ORDERS",
    "GET_ORDER_2026",
    "SEARCH_ORDERS",
    "TokenBucket",
    "UsagePlan",
    "sandbox_plan",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """The rate limit of one operation.

    Attributes:
        operation: The operation as Amazon's model names it.
        rate: Calls per second.
        burst: The size of a full bucket, in calls.
    """

    operation: str
    rate: float
    burst: int


# From Amazon's models; a response may state another rate.
GET_ORDERS: Final = UsagePlan("getOrders", 0.0167, 20)
GET_ORDER: Final = UsagePlan("getOrder", 0.5, 30)
SEARCH_ORDERS: Final = UsagePlan("searchOrders", 0.0056, 20)
# Named differently from v0's getOrder, which has a separate bucket.
GET_ORDER_2026: Final = UsagePlan("getOrder 2026-01-01", 0.5, 30)
CREATE_RESTRICTED_DATA_TOKEN: Final = UsagePlan("createRestrictedDataToken", 1.0, 10)


def sandbox_plan(plan: UsagePlan) -> UsagePlan:
    """Return the plan of the same operation in the static sandbox, where all operations have the same rate."""
    return replace(plan, rate=5.0, burst=15)


# Rounding errors must not delay a call that has waited exactly long enough.
_ROUNDING: Final = 1e-9
# Amazon counts a call when it arrives, and the first one takes longer because it has to connect.
_MAX_SLACK_SECONDS: Final = 0.5
# The wait after a 429, doubled by each further one, so that a Retry-After of 0 or a high rate makes no busy loop.
_FIRST_BACKOFF_SECONDS: Final = 1.0
_MAX_BACKOFF_SECONDS: Final = 60.0
# Amazon's slowest plan allows one call in three minutes; numbers beyond these limits are not credible.
_MAX_RETRY_AFTER_SECONDS: Final = 3600.0
_MIN_RATE: Final = 1 / _MAX_RETRY_AFTER_SECONDS
_MAX_RATE: Final = 1000.0
# How often a waiting caller checks again: another thread may have learned a faster rate, or left the queue.
_NAP_SECONDS: Final = 1.0
# A wait must leave this much for the call itself.
_CALL_SECONDS: Final = 5.0
# Shorter waits are not worth a line in the log.
_MIN_LOGGED_WAIT_SECONDS: Final = 5.0


class TokenBucket:
    """Lets callers through at the rate of a usage plan, first come, first served; thread-safe.

    The bucket is only an estimate, and Amazon's 429 corrects it through `refused`. So several processes of one seller
    can share the quota without knowing about each other.
    """

    def __init__(self, plan: UsagePlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = plan.rate
        # The level as of `_level_at`; if that is in the future, the level does not rise until then.
        self._level = float(plan.burst)
        self._level_at = clock.monotonic()
        self._closed_until = self._level_at
        self._backoff = 0.0
        self._queue: deque[object] = deque()

    def take(self, budget: Budget) -> None:
        """Wait until a call may be sent, and count it.

        Raises:
            QuotaExhausted: The wait would exceed the budget. Raised without waiting, and nothing is counted.
        """
        caller, logged = object(), False
        try:
            with self._lock:
                self._queue.append(caller)
            while (wait := self._wait_of(caller)) > 0:
                self._refuse_beyond(wait, budget)
                if wait >= _MIN_LOGGED_WAIT_SECONDS and not logged:
                    logged = True
                    _log.info("Waiting %.0f s for Amazon's quota of %s.", wait, self._plan.operation)
                    budget.listener.waiting(wait, self._plan.operation, budget.orders_read)
                budget.sleep(min(wait, _NAP_SECONDS))
        finally:
            with self._lock:
                if caller in self._queue:
                    self._queue.remove(caller)

    def calls_within(self, seconds: float) -> int:
        """Return how many calls can be completed in that many seconds."""
        with self._lock:
            now = self._refill()
            gaining = max(now + seconds - _CALL_SECONDS - max(self._gains_from(now), self._closed_until), 0)
            level = self._level if now >= self._closed_until or gaining else 0.0
            return max(floor(level + gaining * self._rate + _ROUNDING) - len(self._queue), 0)

    def give_back(self) -> None:
        """Uncount a call that never reached Amazon."""
        with self._lock:
            # After a 429 the level comes from Amazon, not from counting.
            if self._refill() >= self._closed_until:
                self._level = min(self._level + 1, self._plan.burst)

    def accepted(self) -> None:
        """Record that Amazon accepted a call, which resets the backoff."""
        self._backoff = 0.0

    def refused(self, retry_after: float | None = None) -> None:
        """Record a 429: the bucket is empty, and the next call is due in `retry_after` seconds, by default in 1/rate.

        The wait doubles with each further 429, to at most 1/rate of the usage plan or a minute, whichever is longer.
        """
        with self._lock:
            now = self._refill()
            # Concurrent calls are refused together and count as one refusal.
            if now >= self._closed_until:
                longest = max(1 / self._plan.rate, _MAX_BACKOFF_SECONDS)
                self._backoff = min(2 * self._backoff or _FIRST_BACKOFF_SECONDS, longest)
            wait = 1 / self._rate if retry_after is None else min(retry_after, _MAX_RETRY_AFTER_SECONDS)
            # One call is due then. Learning a faster rate does not shorten this wait.
            self._closed_until = max(self._closed_until, now + max(wait, self._backoff))
            self._level, self._level_at = 1.0, self._closed_until

    def learn(self, rate: float) -> None:
        """Use the rate, in calls per second, that Amazon states for this app."""
        with self._lock:
            self._refill()
            self._rate = min(max(rate, _MIN_RATE), _MAX_RATE)

    def _wait_of(self, caller: object) -> float:
        """Return the seconds until the caller's turn; if 0, its call is counted and the caller leaves the queue."""
        with self._lock:
            now = self._refill()
            missing = self._queue.index(caller) + 1 - self._level
            gained_in = self._level_at - now + missing / self._rate if missing > _ROUNDING else 0.0
            wait = max(gained_in, self._closed_until - now)
            if missing > _ROUNDING or wait > _ROUNDING:
                return wait
            self._queue.remove(caller)
            self._level_at = self._gains_from(now)
            self._level -= 1
            return 0.0

    def _gains_from(self, now: float) -> float:
        """Return the moment from which the level rises after a call that is sent now."""
        # Amazon's own bucket, where it is full, gains nothing while the call is on its way.
        full_in = (self._plan.burst - self._level) / self._rate
        slack = min(_MAX_SLACK_SECONDS, 1 / self._rate)
        return max(self._level_at, now + slack - full_in)

    def _refill(self) -> float:
        """Bring the level up to date, and return the current time."""
        now = self._clock.monotonic()
        if now > self._level_at:
            self._level = min(self._level + (now - self._level_at) * self._rate, self._plan.burst)
            self._level_at = now
        return now

    def _refuse_beyond(self, wait: float, budget: Budget) -> None:
        if wait + _CALL_SECONDS <= budget.remaining + _ROUNDING / self._rate and budget.patient:
            return
        raise QuotaExhausted(
            messages.QUOTA_EXHAUSTED,
            {
                "operation": self._plan.operation,
                "come back after": self._clock.now() + timedelta(seconds=ceil(wait)),
                "seconds to wait": ceil(wait),
                "seconds left for this step": max(floor(budget.remaining), 0),
                "orders read so far": budget.orders_read,
            },
        )
