"""Amazon's usage plans, and the token bucket that keeps calls within them.

Follows https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits: a bucket holds up to
`burst` calls and is refilled at `rate` calls per second, for each operation, application, seller and region.
"""

import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Final

from ..errors import QuotaExhausted
from ..marketplaces import Region
from .clock import Budget, Clock

__all__ = [
    "CREATE_RESTRICTED_DATA_TOKEN",
    "GET_ORDER",
    "GET_ORDERS",
    "GET_ORDER_2026",
    "SEARCH_ORDERS",
    "Buckets",
    "TokenBucket",
    "UsagePlan",
    "sandbox_plan",
]

_log = logging.getLogger(__name__)

# Floats that have waited exactly long enough may miss a whole call by a rounding error.
_ROUNDING: Final = 1e-9
# Amazon counts a call when it arrives, and the first one, which connects, is longer on its way than those after it.
_SLACK_SECONDS: Final = 0.5
# The wait after a 429, doubled by each further one: neither a Retry-After of 0 nor a generous rate makes a busy loop.
_FIRST_PENALTY_SECONDS: Final = 1.0
_LONGEST_BACKOFF_SECONDS: Final = 60.0
# Beyond these, a number that Amazon sends is not meant: its slowest plan allows a call in some minutes.
_LONGEST_PENALTY_SECONDS: Final = 24 * 3600.0
_SLOWEST_RATE: Final = 1 / _LONGEST_PENALTY_SECONDS
_FASTEST_RATE: Final = 1_000_000.0
# Who waits looks around this often: another thread may have learnt a faster rate, or given its place up.
_NAP_SECONDS: Final = 1.0
# Five operations in three regions for each of 64 sellers, and some more.
_MOST_BUCKETS: Final = 1024
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


# Amazon's usage plans, from its models; a response may tell another rate.
GET_ORDERS: Final = UsagePlan("getOrders", 0.0167, 20)
GET_ORDER: Final = UsagePlan("getOrder", 0.5, 30)
SEARCH_ORDERS: Final = UsagePlan("searchOrders", 0.0056, 20)
# v0 has a getOrder too, with a bucket of its own.
GET_ORDER_2026: Final = UsagePlan("getOrder 2026-01-01", 0.5, 30)
CREATE_RESTRICTED_DATA_TOKEN: Final = UsagePlan("createRestrictedDataToken", 1.0, 10)


def sandbox_plan(plan: UsagePlan) -> UsagePlan:
    """Return the plan of the same operation in the static sandbox, where one rate holds for all operations."""
    return replace(plan, rate=5.0, burst=15)


class TokenBucket:
    """Lets callers through at the pace of a usage plan, in the order they came; safe for many threads.

    The bucket is a hint, Amazon's 429 the truth: `empty` says that Amazon counted otherwise.
    """

    def __init__(self, plan: UsagePlan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = plan.rate
        # The level at a moment, which may lie ahead: until then, nothing is gained.
        self._level = float(plan.burst)
        self._level_at = clock.monotonic()
        self._closed_until = self._level_at
        self._backoff = 0.0
        self._queue: deque[object] = deque()

    @property
    def is_full(self) -> bool:
        """Whether it is as good as a new one."""
        with self._lock:
            now = self._refill()
            return self._level >= self._plan.burst - _ROUNDING and now >= self._closed_until and not self._queue

    def take(self, budget: Budget) -> None:
        """Wait until a call may be sent, and count it.

        Raises:
            QuotaExhausted: The wait is longer than the budget has left; nothing is counted, and nothing was waited
                for, unless a 429 of another thread made the wait longer meanwhile.
        """
        caller, told = object(), False
        with self._lock:
            self._queue.append(caller)
        try:
            while (wait := self._wait_of(caller)) > 0:
                self._refuse_beyond(wait, budget)
                if wait >= _WORTH_A_LINE_SECONDS and not told:
                    told = True
                    _log.info(
                        "Waiting %.0f s for Amazon's quota of %s, %s orders so far.",
                        wait,
                        self._plan.operation,
                        f"{budget.orders_read:,}",
                    )
                self._clock.sleep(min(wait, _NAP_SECONDS))
        finally:
            with self._lock:
                if caller in self._queue:
                    self._queue.remove(caller)

    def give_back(self) -> None:
        """Uncount a call that never reached Amazon."""
        with self._lock:
            # After a 429, the level is what Amazon said and not what was counted here.
            if self._refill() >= self._closed_until:
                self._level = min(self._level + 1, self._plan.burst)

    def accepted(self) -> None:
        """Take note that Amazon let a call through: the next 429 is the first one again."""
        self._backoff = 0.0

    def empty(self, retry_after: float | None = None) -> None:
        """Take Amazon's word (429) that nothing is left; the next call is due in `retry_after` s, else in 1/rate.

        While one 429 follows another, it is due later and later, up to the time of one call by the usage plan, or a
        minute where that is longer.
        """
        with self._lock:
            now = self._refill()
            # Calls that were under way together are refused together.
            if now >= self._closed_until:
                longest = max(1 / self._plan.rate, _LONGEST_BACKOFF_SECONDS)
                self._backoff = min(2 * self._backoff or _FIRST_PENALTY_SECONDS, longest)
            penalty = max(1 / self._rate if retry_after is None else retry_after, self._backoff)
            # Then one call is due, neither more nor less. A faster rate, learnt meanwhile, does not unsay the wait.
            self._closed_until = max(self._closed_until, now + min(penalty, _LONGEST_PENALTY_SECONDS))
            self._level, self._level_at = 1.0, self._closed_until

    def learn(self, rate: float) -> None:
        """Take over the rate, in calls per second, that Amazon says this application has, if it can be one."""
        if not _SLOWEST_RATE <= rate <= _FASTEST_RATE:
            return
        with self._lock:
            self._refill()
            self._rate = rate

    def _wait_of(self, caller: object) -> float:
        """Return the seconds until the caller's turn; 0 counts its call and ends its place in the queue."""
        with self._lock:
            now = self._refill()
            missing = self._queue.index(caller) + 1 - self._level
            gained_in = self._level_at - now + missing / self._rate if missing > _ROUNDING else 0.0
            wait = max(gained_in, self._closed_until - now)
            if missing > _ROUNDING or wait > _ROUNDING:
                return wait
            self._queue.remove(caller)
            # Amazon's own bucket, where it is full, gains nothing while the call is on its way.
            full_in = (self._plan.burst - self._level) / self._rate
            self._level_at = max(self._level_at, now + _SLACK_SECONDS - full_in)
            self._level -= 1
            return 0.0

    def _refill(self) -> float:
        """Bring the level up to this moment, and return that."""
        now = self._clock.monotonic()
        if now > self._level_at:
            self._level = min(self._level + (now - self._level_at) * self._rate, self._plan.burst)
            self._level_at = now
        return now

    def _refuse_beyond(self, wait: float, budget: Budget) -> None:
        if wait <= budget.remaining + _ROUNDING:
            return
        come_back = self._clock.now() + timedelta(seconds=ceil(wait))
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


class Buckets:
    """The buckets of a process: bounded, safe for many threads, one for all that Amazon counts together."""

    def __init__(self, clock: Clock, most: int = _MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, TokenBucket] = OrderedDict()

    def get(self, account: Hashable, region: Region, plan: UsagePlan) -> TokenBucket:
        """Return the bucket of an operation for one account, which is an application and a seller, in a region."""
        key = account, region, plan.operation
        with self._lock:
            if key not in self._kept:
                self._make_room()
                self._kept[key] = TokenBucket(plan, self._clock)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _make_room(self) -> None:
        if len(self._kept) < self._most:
            return
        # A full one is worth nothing. Of the others, the one used least recently has most of its calls again.
        for key in [key for key, bucket in self._kept.items() if bucket.is_full]:
            del self._kept[key]
        while len(self._kept) >= self._most:
            self._kept.popitem(last=False)
