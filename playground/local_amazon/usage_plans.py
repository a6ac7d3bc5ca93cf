"""Amazon's token buckets as Amazon keeps them: a call too many gets 429."""

import math
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from .wire import Refusal

__all__ = ["PLANS", "Quota", "UsagePlans"]

# Calls per second and calls at once, from Amazon's models.
PLANS = {
    "getOrders": (0.0167, 20),
    "getOrder": (0.5, 30),
    "searchOrders": (0.0056, 20),
    "getOrder 2026-01-01": (0.5, 30),
    "createRestrictedDataToken": (1.0, 10),
}


@dataclass(frozen=True)
class Quota:
    """What is left of one bucket.

    Attributes:
        operation: Amazon's name of the operation.
        region: NA, EU or FE; empty when the request names none.
        calls: How many calls would pass now.
        burst: How many pass after a rest.
        next_in: Seconds until one call more would pass; 0 when the bucket is full.
    """

    operation: str
    region: str
    calls: int
    burst: int
    next_in: float


class UsagePlans:
    """Buckets by seller, region and operation.

    Args:
        clock: POSIX seconds.
        scale: How much faster than Amazon the buckets fill; 0 lets every call pass.
        retry_after: Whether a 429 says when to come back; Amazon's do not.
    """

    def __init__(self, clock: Callable[[], float], scale: float, *, retry_after: bool = False) -> None:
        self._clock = clock
        self._scale = scale
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._levels: dict[tuple[str, Hashable, str], tuple[float, float]] = {}

    def count(self, operation: str, seller: Hashable, region: str) -> None:
        """Count a call; raises Refusal when its quota is used up."""
        if not self._scale:
            return
        rate, burst = PLANS[operation]
        rate *= self._scale
        now = self._clock()
        with self._lock:
            level, filled_at = self._levels.get((operation, seller, region), (float(burst), now))
            level = min(level + (now - filled_at) * rate, burst)
            enough = level >= 1 - 1e-6
            self._levels[operation, seller, region] = (level - 1 if enough else level, now)
        if not enough:
            headers = {"x-amzn-ErrorType": "TooManyRequestsException"}
            if self._retry_after:
                headers["Retry-After"] = str(math.ceil((1 - level) / rate - 1e-6))
            raise Refusal(429, "QuotaExceeded", "You exceeded your quota for the requested resource.", **headers)

    def left(self) -> list[Quota]:
        """Return what is left of every bucket from which something was taken."""
        now = self._clock()
        with self._lock:
            levels = dict(self._levels)
        quotas = []
        for (operation, _, region), (level, filled_at) in levels.items():
            rate, burst = PLANS[operation]
            rate *= self._scale
            level = min(level + (now - filled_at) * rate, burst)
            calls = math.floor(level + 1e-6)
            next_in = 0.0 if calls == burst else (calls + 1 - level) / rate
            quotas.append(Quota(operation, region, calls, burst, next_in))
        return quotas

    def rate(self, operation: str) -> float:
        """Return the calls per second of the operation, as the rate header has them."""
        return PLANS[operation][0] * (self._scale or 1)
