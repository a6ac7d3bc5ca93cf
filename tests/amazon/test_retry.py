"""What is tried again, when, and how often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import errors
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.retry import retry, seconds_before_retry
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, SellingPartnerError, UnreadableAnswer
from tests.support import FakeClock

PASSING = [AmazonUnavailable, AmazonUnreachable, UnreadableAnswer]
LASTING = [
    kind
    for kind in map(errors.__dict__.get, errors.__all__)
    if issubclass(kind, SellingPartnerError) and kind not in PASSING
]


class Attempts:
    """Fails as often as it should, then returns "done"."""

    def __init__(self, failures, kind=AmazonUnavailable):
        self.errors = [kind(f"failure {number}") for number in range(failures)]
        self.count = 0

    def __call__(self):
        self.count += 1
        if self.count <= len(self.errors):
            raise self.errors[self.count - 1]
        return "done"


# The decision


@pytest.mark.parametrize("kind", PASSING)
def test_what_may_pass_by_itself_is_tried_again(kind):
    assert seconds_before_retry(kind("x"), 0, 840, 0) == 1


@pytest.mark.parametrize("kind", [*LASTING, ValueError])
def test_nothing_else_is_tried_again(kind):
    assert seconds_before_retry(kind("x"), 0, 840, 0) is None


def test_an_error_that_is_final_is_not_tried_again():
    error = UnreadableAnswer("x")
    error.final = True
    assert seconds_before_retry(error, 0, 840, 0) is None


@pytest.mark.parametrize(("retries", "seconds"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, None)])
def test_waits_double_and_after_four_retries_the_error_stands(retries, seconds):
    assert seconds_before_retry(AmazonUnavailable("x"), retries, 840, 0) == seconds


def test_half_of_a_wait_is_chance():
    waits = [seconds_before_retry(AmazonUnavailable("x"), 3, 840, chance) for chance in (0, 0.5, 1)]
    assert waits == [8, 6, 4]


@pytest.mark.parametrize(("remaining", "wait"), [(1.01, 1), (1, None), (0, None), (-5, None)])
def test_a_wait_that_leaves_no_time_for_the_call_is_skipped(remaining, wait):
    assert seconds_before_retry(AmazonUnavailable("x"), 0, remaining, 0) == wait


# The loop


@pytest.mark.parametrize("failures", range(5))
@pytest.mark.parametrize("kind", PASSING)
def test_failures_that_pass_are_outlasted(failures, kind, clock):
    assert retry(Attempts(failures, kind), Budget(clock, 840)) == "done"
    assert len(clock.sleeps) == failures


def test_a_failure_that_stays_is_the_last_error(clock):
    attempts, budget = Attempts(100), Budget(clock, 840)
    with pytest.raises(AmazonUnavailable, match="failure 4"):
        retry(attempts, budget)
    assert attempts.count == 5
    assert budget.waited == clock.slept <= 1 + 2 + 4 + 8


@given(st.floats(0, 20))
def test_nothing_sleeps_past_the_deadline(seconds):
    clock = FakeClock()
    with pytest.raises(AmazonUnavailable):
        retry(Attempts(100), Budget(clock, seconds))
    assert clock.slept <= seconds


def test_waits_differ_so_that_books_do_not_return_together():
    clocks = [FakeClock() for _ in range(20)]
    for clock in clocks:
        retry(Attempts(1), Budget(clock, 840))
    assert len({clock.slept for clock in clocks}) > 1


def test_each_wait_is_logged_with_its_reason(caplog, clock):
    retry(Attempts(1), Budget(clock, 840))
    assert caplog.messages == [f"Trying again in {clock.slept:.1f} s: failure 0"]
