"""The token bucket: never more calls than the plan allows, never a needless wait, first come first served."""

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.throttle import Buckets, TokenBucket, UsagePlan
from amazon_selling_partner.errors import QuotaExhausted
from amazon_selling_partner.marketplaces import Region
from tests.support import FakeClock

GET_ORDERS = UsagePlan("getOrders", 0.0167, 20)
MINUTE = 1 / 0.0167
# How much longer one call may be on its way than another.
SLACK = 0.5


class Scene:
    """A bucket on a clock that does not wait."""

    def __init__(self, plan: UsagePlan = GET_ORDERS) -> None:
        self.clock = FakeClock()
        self.bucket = TokenBucket(plan, self.clock)

    def take(self, seconds: float = 1e9, orders_read: int = 0) -> float:
        """Return how long a call had to wait."""
        before = self.clock.slept
        self.bucket.take(Budget(self.clock, seconds, orders_read))
        return self.clock.slept - before

    def take_all(self) -> "Scene":
        while not self.take():
            pass
        return self


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=1e-6)


# Burst and rate


def test_the_burst_costs_no_wait():
    scene = Scene()
    assert [scene.take() for _ in range(20)] == [0] * 20
    assert scene.clock.sleeps == []


def test_after_the_burst_calls_follow_at_the_rate():
    scene = Scene()
    for _ in range(20):
        scene.take()
    assert [scene.take() for _ in range(3)] == [about(MINUTE + SLACK), about(MINUTE), about(MINUTE)]


def test_a_rest_fills_the_bucket_again_but_never_beyond_the_burst():
    scene = Scene().take_all()
    scene.clock.advance(1e6)
    assert [scene.take() for _ in range(21)] == [0] * 20 + [about(MINUTE + SLACK)]


def test_a_rest_of_one_call_buys_one_call():
    scene = Scene().take_all()
    scene.clock.advance(MINUTE)
    assert [scene.take(), scene.take()] == [about(0), about(MINUTE)]


def test_time_that_passed_since_the_last_call_counts():
    scene = Scene().take_all()
    scene.clock.advance(45)
    assert scene.take() == about(MINUTE - 45)


def earliest(arrivals: list[float], plan: UsagePlan) -> list[float]:
    """Return the earliest moments at which no window of time holds more than burst + rate * its length calls."""
    moments: list[float] = []
    for arrival in arrivals:
        number = len(moments)
        bounds = [moment + (number - i + 1 - plan.burst) / plan.rate for i, moment in enumerate(moments)]
        moments.append(max([arrival, *moments[-1:], *bounds]))
    return moments


PLANS = st.builds(UsagePlan, st.just("getOrders"), st.sampled_from([0.0056, 0.0167, 0.5, 1.0, 5.0]), st.integers(1, 30))


@given(PLANS, st.lists(st.floats(0, 300), max_size=60))
def test_calls_are_made_as_early_as_burst_and_rate_allow_or_hardly_later_and_never_earlier(plan, pauses):
    scene = Scene(plan)
    arrivals, moments = [], []
    for pause in pauses:
        scene.clock.advance(pause)
        arrivals.append(scene.clock.monotonic())
        scene.take()
        moments.append(scene.clock.monotonic())
    # A bucket for a single call is full, and so loses its slack, each time.
    slack = SLACK * (len(moments) if plan.burst == 1 else 1)
    for moment, first in zip(moments, earliest(arrivals, plan), strict=True):
        assert first - 1e-6 <= moment <= first + slack + 1e-6


@given(PLANS, st.lists(st.tuples(st.sampled_from([0, 0, 0, 0.01, 1, 70, 300]), st.floats(0, SLACK)), max_size=80))
def test_amazon_never_counts_a_call_too_many_however_much_longer_one_is_on_its_way_than_another(plan, calls):
    scene = Scene(plan)
    arrivals = []
    for pause, on_its_way in calls:
        scene.clock.advance(pause)
        scene.take()
        arrivals.append(scene.clock.monotonic() + on_its_way)
    level, at = float(plan.burst), 0.0
    for arrival in sorted(arrivals):
        level, at = min(level + (arrival - at) * plan.rate, plan.burst), arrival
        assert level >= 1 - 1e-6
        level -= 1


def test_3000_orders_take_the_time_of_ten_pages_after_the_burst():
    scene = Scene()
    for _ in range(30):
        scene.take()
    assert scene.clock.slept == about(10 * MINUTE + SLACK)


# What Amazon says


def test_a_rate_that_amazon_tells_replaces_that_of_the_plan():
    scene = Scene().take_all()
    scene.bucket.learn(2.0)
    assert scene.take() == about(0.5)


def test_what_was_saved_at_the_former_rate_is_kept():
    scene = Scene().take_all()
    scene.clock.advance(MINUTE / 2)
    scene.bucket.learn(0.5)
    assert scene.take() == about(1)


@pytest.mark.parametrize("rate", [0, -1.0, 1e-320, 1e-9, 1e7, 1e308, float("inf"), float("nan")])
def test_a_rate_that_is_none_is_not_learnt(rate):
    scene = Scene().take_all()
    scene.bucket.learn(rate)
    assert scene.take() == about(MINUTE)


def test_learning_the_same_rate_changes_nothing():
    scene = Scene()
    for _ in range(20):
        scene.take()
        scene.bucket.learn(0.0167)
    assert scene.take() == about(MINUTE + SLACK)


def test_a_429_empties_the_bucket_so_the_next_call_is_due_after_one_interval():
    scene = Scene()
    scene.take()
    scene.bucket.empty()
    assert [scene.take(), scene.take()] == [about(MINUTE), about(MINUTE)]


@pytest.mark.parametrize("seconds", [1, 5, 60, 600])
def test_a_429_with_retry_after_makes_the_next_call_due_then(seconds):
    scene = Scene()
    scene.bucket.empty(seconds)
    assert [scene.take(), scene.take()] == [about(seconds), about(MINUTE)]


@pytest.mark.parametrize("seconds", [0, -5, 0.001])
def test_a_retry_after_of_nothing_waits_a_second_so_that_there_is_no_busy_loop(seconds):
    scene = Scene()
    scene.bucket.empty(seconds)
    assert scene.take() == about(1)


def test_a_429_at_a_generous_rate_waits_a_second_too():
    scene = Scene(UsagePlan("sandbox", 5.0, 15))
    scene.bucket.empty()
    assert scene.take() == about(1)


def test_a_second_429_does_not_shorten_the_wait_that_amazon_asked_for():
    scene = Scene()
    scene.bucket.empty(600)
    scene.bucket.empty()
    assert scene.take() == about(600)


def test_a_rate_learnt_later_does_not_shorten_the_wait_that_amazon_asked_for():
    scene = Scene()
    scene.bucket.empty(600)
    scene.bucket.learn(2.0)
    assert scene.take() >= 600 - MINUTE


def test_without_a_time_to_come_back_each_429_in_a_row_waits_twice_as_long_up_to_a_minute():
    scene = Scene(UsagePlan("sandbox", 5.0, 15))
    waits = []
    for _ in range(9):
        scene.bucket.empty()
        waits.append(scene.take())
    assert waits == [about(seconds) for seconds in (1, 2, 4, 8, 16, 32, 60, 60, 60)]


def test_a_slow_plan_backs_off_up_to_the_time_of_one_call():
    scene = Scene(UsagePlan("searchOrders", 0.0056, 20))
    scene.bucket.learn(5)
    for _ in range(20):
        scene.bucket.empty(0)
        last = scene.take()
    assert last == about(1 / 0.0056)


def test_however_many_429s_follow_each_other_the_wait_stays_the_longest():
    scene = Scene(UsagePlan("sandbox", 5.0, 15))
    for _ in range(2000):
        scene.bucket.empty()
        last = scene.take()
    assert last == about(60)


def test_calls_that_are_refused_together_are_one_refusal():
    scene = Scene(UsagePlan("sandbox", 5.0, 15))
    for _ in range(10):
        scene.bucket.empty()
    assert scene.take() == about(1)


def test_a_call_that_amazon_accepts_makes_the_next_429_the_first_one_again():
    scene = Scene(UsagePlan("sandbox", 5.0, 15))
    for _ in range(4):
        scene.bucket.empty()
        scene.take()
    scene.bucket.accepted()
    scene.bucket.empty()
    assert scene.take() == about(1)


def test_a_time_to_come_back_is_obeyed_also_when_the_plan_would_take_longer():
    scene = Scene().take_all()
    scene.bucket.empty(7)
    assert [scene.take(), scene.take()] == [about(7), about(MINUTE)]


@pytest.mark.parametrize("seconds", [1e6, 1e12, 1e308])
def test_no_429_closes_an_operation_for_longer_than_a_day(seconds):
    scene = Scene()
    scene.bucket.empty(seconds)
    assert scene.take() == about(24 * 3600)


def test_a_429_at_a_fast_rate_leaves_no_debt_for_a_slow_one():
    scene = Scene()
    scene.bucket.learn(1000)
    scene.bucket.empty(600)
    scene.bucket.learn(0.0167)
    assert [scene.take(), scene.take()] == [about(600), about(MINUTE)]


def test_a_call_that_never_reached_amazon_is_given_back():
    scene = Scene()
    for _ in range(20):
        scene.take()
    scene.bucket.give_back()
    assert [scene.take(), scene.take()] == [about(0), about(MINUTE + SLACK)]


def test_giving_back_after_a_429_gives_no_call_that_amazon_did_not_promise():
    scene = Scene()
    scene.take()
    scene.bucket.empty()
    scene.bucket.give_back()
    assert [scene.take(), scene.take()] == [about(MINUTE), about(MINUTE)]


def test_giving_back_never_fills_the_bucket_beyond_the_burst():
    scene = Scene()
    scene.bucket.give_back()
    assert [scene.take() for _ in range(21)] == [0] * 20 + [about(MINUTE + SLACK)]


# Waits that do not fit


def refusal(scene: Scene, **budget: float) -> QuotaExhausted:
    with pytest.raises(QuotaExhausted) as caught:
        scene.take(**budget)
    return caught.value


def test_a_wait_that_does_not_fit_is_refused_at_once_with_when_to_come_back_and_how_far_it_got():
    scene = Scene()
    for _ in range(20):
        scene.take()
    error = refusal(scene, seconds=30, orders_read=2000)
    assert scene.clock.sleeps == []
    assert str(error) == (
        "Amazon's quota for this operation is used up, and waiting for it takes longer than this step may. Run the "
        "step again at the time below, or ask for less: a limit, or a narrower window of dates. [operation: getOrders, "
        "come back after: 2026-11-23T12:01:01Z, wait: 60 s, time left for this step: 30 s, "
        "orders read so far: 2,000]"
    )


def test_who_comes_back_at_that_time_need_not_wait():
    scene = Scene()
    for _ in range(20):
        scene.take()
    refusal(scene, seconds=30)
    scene.clock.advance(61)
    assert scene.take() == 0


def test_a_refused_call_is_not_counted_and_holds_nobody_up():
    scene = Scene()
    for _ in range(20):
        scene.take()
    for _ in range(5):
        refusal(scene, seconds=30)
    assert scene.take() == about(MINUTE + SLACK)


def test_time_that_is_over_counts_as_none():
    scene = Scene().take_all()
    budget = Budget(scene.clock, 10)
    scene.clock.advance(20)
    with pytest.raises(QuotaExhausted, match="time left for this step: 0 s"):
        scene.bucket.take(budget)


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_nothing_is_waited_for_past_the_deadline(seconds, penalty):
    scene = Scene()
    scene.bucket.empty(penalty)
    try:
        assert scene.take(seconds) <= seconds
    except QuotaExhausted:
        assert scene.clock.slept == 0


@pytest.mark.parametrize("seconds", [1e12, 1e300])
def test_a_retry_after_beyond_the_calendar_is_refused_like_any_other(seconds):
    scene = Scene()
    scene.bucket.empty(seconds)
    refusal(scene, seconds=840)


# The log


def test_a_long_wait_is_logged_with_what_was_read_so_far(caplog):
    caplog.set_level("INFO")
    scene = Scene()
    for _ in range(20):
        scene.take()
    scene.take(orders_read=2000)
    assert caplog.messages == ["Waiting 60 s for Amazon's quota of getOrders, 2,000 orders so far."]
    assert caplog.records[0].args[1:] == ("getOrders", "2,000")


def test_a_short_wait_and_a_refused_one_are_not_logged(caplog):
    caplog.set_level("DEBUG")
    scene = Scene(UsagePlan("getOrder", 0.5, 1))
    scene.take()
    scene.take()
    scene.bucket.empty(600)
    refusal(scene, seconds=10)
    assert caplog.messages == []


# Threads


class HeldClock(FakeClock):
    """A clock on which threads really sleep, until a test lets the time pass."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()
        self._wakes: list[float] = []
        self._finished = 0

    def sleep(self, seconds: float) -> None:
        with self._changed:
            wake = self.monotonic() + seconds
            self._wakes.append(wake)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self.monotonic() >= wake, timeout=20)
            self._wakes.remove(wake)
            self._changed.notify_all()

    def start(self, work: Callable[[], None]) -> None:
        """Run the work in a thread of its own."""

        def finish() -> None:
            work()
            with self._changed:
                self._finished += 1
                self._changed.notify_all()

        threading.Thread(target=finish, daemon=True).start()

    def wait_until_asleep(self, threads: int) -> None:
        """Return when each of so many threads has ended or sleeps beyond this moment."""

        def asleep() -> bool:
            return self._finished + len(self._wakes) == threads and all(w > self.monotonic() for w in self._wakes)

        with self._changed:
            assert self._changed.wait_for(asleep, timeout=20)

    def pass_until_all_end(self, threads: int) -> None:
        """Let time pass from one waking to the next until so many threads have ended."""
        self.wait_until_asleep(threads)
        while self._finished < threads:
            with self._changed:
                self.advance(min(self._wakes) - self.monotonic())
                self._changed.notify_all()
            self.wait_until_asleep(threads)


def test_threads_are_served_in_the_order_they_came():
    clock, served = HeldClock(), []
    bucket = TokenBucket(UsagePlan("getOrders", 1.0, 1), clock)
    bucket.take(Budget(clock, 1000))
    for number in range(5):

        def work(number: int = number) -> None:
            bucket.take(Budget(clock, 1000))
            served.append(number)

        clock.start(work)
        clock.wait_until_asleep(number + 1)
    clock.pass_until_all_end(5)
    assert served == [0, 1, 2, 3, 4]
    assert clock.monotonic() == about(5 * (1 + SLACK))


def test_a_thread_that_gives_up_does_not_hold_up_those_behind_it():
    clock = HeldClock()
    bucket = TokenBucket(UsagePlan("getOrders", 1.0, 1), clock)
    bucket.take(Budget(clock, 1000))
    clock.start(lambda: bucket.take(Budget(clock, 1000)))
    clock.wait_until_asleep(1)
    with pytest.raises(QuotaExhausted):
        bucket.take(Budget(clock, 2.4))
    clock.start(lambda: bucket.take(Budget(clock, 1000)))
    clock.pass_until_all_end(2)
    assert clock.monotonic() == about(2 * (1 + SLACK))


def test_sixteen_threads_neither_overrun_the_plan_nor_wait_needlessly():
    clock, taken, lock = HeldClock(), [], threading.Lock()
    plan = UsagePlan("getOrders", 1.0, 20)
    bucket = TokenBucket(plan, clock)

    def work() -> None:
        for _ in range(5):
            bucket.take(Budget(clock, 1000))
            with lock:
                taken.append(clock.monotonic())

    for _ in range(16):
        clock.start(work)
    clock.pass_until_all_end(16)
    assert len(taken) == 80
    assert all(count <= plan.burst + moment + 1e-6 for count, moment in enumerate(taken, 1))
    assert clock.monotonic() == about(60 + SLACK)


def test_sixteen_threads_without_enough_time_get_the_burst_and_a_refusal_each():
    clock, taken, refused = HeldClock(), [], []
    bucket = TokenBucket(UsagePlan("getOrders", 0.0167, 20), clock)

    def work() -> None:
        try:
            while True:
                bucket.take(Budget(clock, 30))
                taken.append(1)
        except QuotaExhausted:
            refused.append(1)

    for _ in range(16):
        clock.start(work)
    clock.pass_until_all_end(16)
    assert (len(taken), len(refused), clock.monotonic()) == (20, 16, 0)


def test_a_thread_that_waits_notices_a_faster_rate_that_another_one_learns():
    clock = HeldClock()
    bucket = TokenBucket(GET_ORDERS, clock)
    for _ in range(20):
        bucket.take(Budget(clock, 1000))
    clock.start(lambda: bucket.take(Budget(clock, 1000)))
    clock.wait_until_asleep(1)
    bucket.learn(0.5)
    clock.pass_until_all_end(1)
    assert clock.monotonic() == pytest.approx(2 + SLACK, abs=1)


# The buckets of a process


def test_what_amazon_counts_apart_has_buckets_of_its_own():
    buckets = Buckets(FakeClock())
    found = [
        buckets.get("one", Region.NA, GET_ORDERS),
        buckets.get("two", Region.NA, GET_ORDERS),
        buckets.get("one", Region.EU, GET_ORDERS),
        buckets.get("one", Region.NA, UsagePlan("getOrder", 0.5, 30)),
    ]
    assert len(set(map(id, found))) == 4
    assert buckets.get("one", Region.NA, GET_ORDERS) is found[0]


def test_beyond_the_bound_full_buckets_go_first_as_they_are_worth_nothing():
    clock = FakeClock()
    buckets = Buckets(clock, most=3)
    used = buckets.get("used", Region.NA, GET_ORDERS)
    used.take(Budget(clock, 840))
    full = [buckets.get(name, Region.NA, GET_ORDERS) for name in ("full", "full too")]
    buckets.get("new", Region.NA, GET_ORDERS)
    assert buckets.get("used", Region.NA, GET_ORDERS) is used
    assert buckets.get("full", Region.NA, GET_ORDERS) is not full[0]


def test_beyond_the_bound_the_bucket_used_least_recently_goes_when_none_is_full():
    clock = FakeClock()
    buckets = Buckets(clock, most=2)
    one, two = (buckets.get(name, Region.NA, GET_ORDERS) for name in ("one", "two"))
    for bucket in (one, two):
        bucket.take(Budget(clock, 840))
    buckets.get("one", Region.NA, GET_ORDERS)
    buckets.get("three", Region.NA, GET_ORDERS)
    assert buckets.get("one", Region.NA, GET_ORDERS) is one
    assert buckets.get("two", Region.NA, GET_ORDERS) is not two


def test_a_bucket_is_full_when_it_is_as_good_as_a_new_one():
    scene = Scene()
    assert scene.bucket.is_full
    scene.take()
    assert not scene.bucket.is_full
    scene.clock.advance(MINUTE + SLACK)
    assert scene.bucket.is_full
    scene.bucket.empty()
    assert not scene.bucket.is_full
