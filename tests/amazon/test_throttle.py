"""The token bucket: never more calls than the plan allows, no needless wait, first come first served."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_selling_partner import messages
from amazon_selling_partner.amazon import throttle
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.throttle import TokenBucket, UsagePlan
from amazon_selling_partner.errors import QuotaExhausted
from playground.local_amazon import usage_plans
from tests.support import NOW, FakeClock

GET_ORDERS = UsagePlan("getOrders", 0.0167, 20)
FAST = UsagePlan("fast", 5.0, 15)
MINUTE = 1 / 0.0167
# How much longer one call may travel than another, where calls are rare.
SLACK = 0.5


class Scene:
    """A bucket on a clock that does not wait."""

    def __init__(self, plan=GET_ORDERS, clock=None):
        self.clock = clock or FakeClock()
        self.bucket = TokenBucket(plan, self.clock)

    def take(self, seconds=1e9, **read):
        """Return how long a call had to wait."""
        before = self.clock.slept
        self.bucket.take(Budget(self.clock, seconds, **read))
        return self.clock.slept - before

    def used_up(self):
        """Return the scene after the burst and the slack that follows it."""
        while not self.take():
            pass
        return self


def about(*seconds):
    return [pytest.approx(second, abs=1e-6) for second in seconds]


# Burst and rate


@pytest.mark.parametrize(
    "plan",
    [
        throttle.GET_ORDERS,
        throttle.GET_ORDER,
        throttle.SEARCH_ORDERS,
        throttle.GET_ORDER_2026,
        throttle.CREATE_RESTRICTED_DATA_TOKEN,
    ],
    ids=lambda plan: plan.operation,
)
def test_the_usage_plans_are_amazons(plan):
    assert (plan.rate, plan.burst) == usage_plans.PLANS[plan.operation]


@pytest.mark.parametrize(("plan", "slack"), [(GET_ORDERS, 0.5), (FAST, 0.2)], ids=["slow", "fast"])
def test_after_the_burst_and_a_slack_calls_follow_at_the_rate(plan, slack):
    scene = Scene(plan)
    for _ in range(plan.burst):
        scene.take()
    interval = 1 / plan.rate
    assert [scene.take() for _ in range(3)] == about(interval + slack, interval, interval)


PLANS = st.builds(UsagePlan, st.just("getOrders"), st.sampled_from([0.0056, 0.0167, 0.5, 1.0, 5.0]), st.integers(1, 30))


def earliest(arrivals, plan):
    """Return the earliest moments at which no window of time holds more than burst + rate * its length calls."""
    moments = []
    for arrival in arrivals:
        number = len(moments)
        bounds = [moment + (number - i + 1 - plan.burst) / plan.rate for i, moment in enumerate(moments)]
        moments.append(max([arrival, *moments[-1:], *bounds]))
    return moments


@given(PLANS, st.lists(st.floats(0, 300), max_size=60))
def test_calls_are_as_early_as_burst_rate_and_slack_allow(plan, pauses):
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


@given(PLANS, st.lists(st.tuples(st.sampled_from([0, 0, 0, 0.01, 1, 70, 300]), st.floats(0, 1)), max_size=80))
def test_calls_that_travel_longer_than_others_are_none_too_many(plan, calls):
    scene = Scene(plan)
    arrivals = []
    for pause, share in calls:
        scene.clock.advance(pause)
        scene.take()
        arrivals.append(scene.clock.monotonic() + share * min(SLACK, 1 / plan.rate))
    level, at = float(plan.burst), 0.0
    for arrival in sorted(arrivals):
        level, at = min(level + (arrival - at) * plan.rate, plan.burst), arrival
        assert level >= 1 - 1e-6
        level -= 1


# The rate that Amazon sends


def test_what_was_gained_at_the_former_rate_is_kept():
    scene = Scene().used_up()
    scene.clock.advance(MINUTE / 2)
    scene.bucket.learn(0.5)
    assert [scene.take()] == about(1)


@pytest.mark.parametrize(
    ("rate", "interval"), [(-1.0, 3600), (0, 3600), (1 / 3600, 3600), (1000, 0.001), (1e9, 0.001)], ids=str
)
def test_a_rate_is_clamped_to_a_call_an_hour_and_1000_a_second(rate, interval):
    scene = Scene().used_up()
    scene.bucket.learn(rate)
    assert [scene.take()] == about(interval)


# 429


def test_after_a_429_the_next_call_is_due_after_one_interval():
    scene = Scene()
    scene.take()
    scene.bucket.refused()
    assert [scene.take(), scene.take()] == about(MINUTE, MINUTE)


@pytest.mark.parametrize(("retry_after", "wait"), [(5, 5), (600, 600), (3600, 3600), (3601, 3600), (1e300, 3600)])
def test_a_retry_after_is_obeyed_up_to_an_hour(retry_after, wait):
    scene = Scene()
    scene.bucket.refused(retry_after)
    assert [scene.take(), scene.take()] == about(wait, MINUTE)


@pytest.mark.parametrize("retry_after", [0, -5, 0.001])
def test_a_retry_after_of_nothing_waits_a_second(retry_after):
    scene = Scene()
    scene.bucket.refused(retry_after)
    assert [scene.take()] == about(1)


@pytest.mark.parametrize(("plan", "longest"), [(FAST, 60), (UsagePlan("searchOrders", 0.0056, 20), 1 / 0.0056)])
def test_each_429_in_a_row_doubles_the_wait_up_to_a_limit(plan, longest):
    scene, waits = Scene(plan), []
    for _ in range(10):
        scene.bucket.refused(0)
        waits.append(scene.take())
    assert waits == about(*(min(2**number, longest) for number in range(10)))


def test_calls_refused_together_are_one_refusal():
    scene = Scene(FAST)
    for _ in range(10):
        scene.bucket.refused()
    assert [scene.take()] == about(1)


def test_neither_a_second_429_nor_a_faster_rate_shortens_a_wait():
    scene = Scene()
    scene.bucket.refused(600)
    scene.bucket.refused(1)
    scene.bucket.learn(2.0)
    assert [scene.take()] == about(600)


# Calls that never reached Amazon


def test_giving_back_never_fills_the_bucket_beyond_the_burst():
    scene = Scene()
    scene.bucket.give_back()
    assert [scene.take() for _ in range(21)] == about(*[0] * 20, MINUTE + SLACK)


def test_giving_back_after_a_429_gains_nothing():
    scene = Scene()
    scene.take()
    scene.bucket.refused()
    scene.bucket.give_back()
    assert [scene.take(), scene.take()] == about(MINUTE, MINUTE)


# Waits that do not fit


def refusal(scene, **budget):
    with pytest.raises(QuotaExhausted) as caught:
        scene.take(**budget)
    return caught.value


def test_a_wait_that_does_not_fit_is_refused_at_once():
    scene = Scene()
    for _ in range(20):
        scene.take()
    error = refusal(scene, seconds=30.5, orders_read=2000)
    assert scene.clock.sleeps == []
    assert error.sentence == messages.QUOTA_EXHAUSTED
    assert list(error.diagnostics.items()) == [
        ("operation", "getOrders"),
        ("come back after", NOW.replace(minute=1, second=1)),
        ("seconds to wait", 61),
        ("seconds left for this step", 30),
        ("orders read so far", 2000),
    ]


def test_a_refused_call_is_not_counted_and_holds_nobody_up():
    scene = Scene().used_up()
    for _ in range(5):
        refusal(scene, seconds=30)
    assert [scene.take()] == about(MINUTE)


def test_a_wait_leaves_time_for_the_call_itself():
    scene = Scene().used_up()
    refusal(scene, seconds=MINUTE + 4.9)
    assert [scene.take(seconds=MINUTE + 5.1)] == about(MINUTE)


# How many calls fit


@pytest.mark.parametrize(("seconds", "calls"), [(604, 0), (606, 1), (605.1 + MINUTE, 2)])
def test_after_a_429_calls_count_from_its_end(seconds, calls):
    scene = Scene()
    scene.bucket.refused(600)
    assert scene.bucket.calls_within(seconds) == calls


@settings(max_examples=50)
@given(
    st.sampled_from([GET_ORDERS, UsagePlan("getOrder", 0.5, 30), FAST]),
    st.integers(0, 40),
    st.floats(0, 100),
    st.floats(0, 840) | st.floats(0, 30),
)
def test_as_many_calls_as_are_said_to_fit_do_fit(plan, before, pause, seconds):
    scene = Scene(plan)
    for _ in range(before):
        scene.take()
    scene.clock.advance(pause)
    budget = Budget(scene.clock, seconds + 1e-6)  # waits add up to a little more than their sum
    calls = scene.bucket.calls_within(seconds)
    for _ in range(calls):
        scene.bucket.take(budget)
    with pytest.raises(QuotaExhausted):
        scene.bucket.take(budget)


# The log


def test_a_long_wait_is_logged_once(caplog):
    caplog.set_level("INFO")
    scene = Scene().used_up()
    caplog.clear()
    scene.take()
    assert caplog.messages == ["Waiting 60 s for Amazon's quota of getOrders."]


def test_neither_a_short_wait_nor_a_refused_one_is_logged(caplog):
    caplog.set_level("DEBUG")
    scene = Scene(UsagePlan("getOrder", 0.5, 1)).used_up()
    scene.bucket.refused(600)
    refusal(scene, seconds=10)
    assert caplog.messages == []


# Several callers


class Interrupted(FakeClock):
    """A clock on which something happens during the first sleep, as another thread would do it."""

    def __init__(self):
        super().__init__()
        self.meanwhile = None

    def sleep(self, seconds):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        super().sleep(seconds)


@pytest.fixture
def waiting():
    """A used-up bucket with a call a second."""
    return Scene(UsagePlan("getOrders", 1.0, 20), Interrupted()).used_up()


def test_whoever_comes_later_leaves_the_first_call_to_the_others(waiting):
    waits = []
    waiting.clock.meanwhile = lambda: waits.append(waiting.take())
    waits.append(waiting.take())
    assert waits == about(2, 3)


def test_calls_that_wait_already_leave_fewer_that_fit(waiting):
    fitting = []
    waiting.clock.meanwhile = lambda: fitting.append(waiting.bucket.calls_within(7.1))
    waiting.take()
    assert fitting == [1]


def test_whoever_comes_later_is_refused_by_the_time_of_its_turn(waiting):
    waiting.clock.meanwhile = lambda: refusal(waiting, seconds=1.9)
    assert [waiting.take(), waiting.take()] == about(1, 1)


def test_a_faster_rate_is_noticed_while_waiting():
    scene = Scene(clock=Interrupted()).used_up()
    scene.clock.meanwhile = lambda: scene.bucket.learn(0.5)
    assert scene.take() <= 3


class UnhurriedPlan:
    """A plan whose every reading lets other threads run, so that they meet wherever a lock is missing."""

    operation = "getOrders"
    rate = 1.0

    @property
    def burst(self):
        time.sleep(1e-5)
        return 20


def test_threads_together_make_no_call_too_many():
    scene, start = Scene(UnhurriedPlan()), threading.Barrier(16)

    def calls():
        start.wait(10)
        count = 0
        try:
            while True:
                scene.take(seconds=0.4)
                count += 1
        except QuotaExhausted:
            return count

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: calls(), range(16))) == 20
    assert scene.clock.sleeps == []
