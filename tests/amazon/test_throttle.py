"""The token bucket: the burst costs no wait, then everybody waits just as long as Amazon's plan says."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.throttle import TokenBucket, UsagePlan
from amazon_selling_partner.errors import QuotaExhausted
from tests.support import FakeClock

PLAN = UsagePlan("getOrders", 0.0167, 20)
A_MINUTE = 1 / 0.0167


def bucket(plan: UsagePlan = PLAN) -> tuple[TokenBucket, FakeClock, Budget]:
    clock = FakeClock()
    return TokenBucket(plan, clock), clock, Budget(clock, 10**6)


def take(found: TokenBucket, budget: Budget, times: int) -> None:
    for _ in range(times):
        found.take(budget)


def test_the_burst_costs_no_wait_and_the_next_call_a_minute():
    found, clock, budget = bucket()
    take(found, budget, 20)
    assert clock.sleeps == []
    take(found, budget, 1)
    assert clock.slept == pytest.approx(A_MINUTE)


def test_a_rest_fills_the_bucket_to_the_burst_and_no_further():
    found, clock, budget = bucket()
    take(found, budget, 20)
    clock.advance(10**5)
    take(found, budget, 20)
    assert clock.sleeps == []
    take(found, budget, 1)
    assert clock.slept == pytest.approx(A_MINUTE)


@given(
    rate=st.floats(0.001, 10),
    burst=st.integers(1, 40),
    pauses=st.lists(st.one_of(st.just(0.0), st.floats(0, 500)), min_size=1, max_size=80),
)
def test_never_more_than_the_plan_allows_in_any_window_and_never_a_needless_wait(rate, burst, pauses):
    found, clock, budget = bucket(UsagePlan("getOrders", rate, burst))
    taken: list[float] = []
    for pause in pauses:
        clock.advance(pause)
        slept = clock.slept
        found.take(budget)
        taken.append(clock.monotonic())
        if clock.slept > slept:  # a call that waited came just when a window was full: a moment earlier was too early
            tight = (
                number
                for number, at in enumerate(taken)
                if len(taken) - number >= burst + rate * (taken[-1] - at) - 1e-3
            )
            assert next(tight, None) is not None
    for first, start in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - start) + 1e-6


def test_what_amazon_says_empties_the_bucket():
    found, clock, budget = bucket()
    found.empty()
    take(found, budget, 1)
    assert clock.slept == pytest.approx(A_MINUTE)


def test_retry_after_is_the_wait_for_the_next_call():
    found, clock, budget = bucket()
    found.empty(retry_after=7)
    take(found, budget, 1)
    assert clock.slept == pytest.approx(7)


def test_a_new_rate_holds_from_then_on():
    found, clock, budget = bucket()
    take(found, budget, 20)
    found.learn(1.0)
    take(found, budget, 3)
    assert clock.slept == pytest.approx(3)


def test_a_call_that_never_left_can_be_given_back():
    found, clock, budget = bucket()
    take(found, budget, 20)
    found.give_back()
    take(found, budget, 1)
    assert clock.sleeps == []


def test_giving_back_never_fills_beyond_the_burst():
    found, clock, budget = bucket()
    found.give_back()
    take(found, budget, 20)
    take(found, budget, 1)
    assert clock.slept == pytest.approx(A_MINUTE)


def test_a_wait_that_does_not_fit_is_refused_at_once_and_costs_nothing():
    found, clock, _ = bucket()
    short = Budget(clock, 30, orders_read=2000)
    take(found, short, 20)
    with pytest.raises(QuotaExhausted) as caught:
        found.take(short)
    assert clock.sleeps == []
    assert caught.value.diagnostics == {
        "operation": "getOrders",
        "come back after": "2026-11-23T12:01:00Z",
        "wait": "60 s",
        "time left for this step": "30 s",
        "orders readable so far": "2,000",
    }
    take(found, Budget(clock, 840), 1)
    assert clock.slept == pytest.approx(A_MINUTE)


def test_sixteen_threads_together_never_overrun_the_plan():
    found, clock, _ = bucket(UsagePlan("getOrders", 0.5, 5))
    taken: list[float] = []
    lock = Lock()

    def work(_: int) -> None:
        budget = Budget(clock, 10**6)
        for _ in range(10):
            found.take(budget)
            with lock:
                taken.append(clock.monotonic())

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    assert len(taken) == 160
    assert clock.monotonic() >= (160 - 5) / 0.5 - 1e-3
