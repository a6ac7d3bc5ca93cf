"""What is tried again, when, and how often."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import errors
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.retry import MOST_RETRIES, retried, seconds_before_retry
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, UnreadableAnswer
from tests.support import FakeClock

MENDABLE = [AmazonUnavailable, AmazonUnreachable, UnreadableAnswer]
FINAL = [
    getattr(errors, name)
    for name in errors.__all__
    if name
    not in {"LONGEST_FOREIGN_TEXT", "Facts", "redacted", "SellingPartnerError", *(kind.__name__ for kind in MENDABLE)}
]


class Attempts:
    """Fails as often as it is told, then returns "done"."""

    def __init__(self, failures: int, kind: type[Exception] = AmazonUnavailable) -> None:
        self.errors = [kind(f"failure {number}") for number in range(failures)]
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        if self.made <= len(self.errors):
            raise self.errors[self.made - 1]
        return "done"


# The decision


@pytest.mark.parametrize("kind", MENDABLE)
def test_what_amazon_may_mend_is_tried_again(kind):
    assert seconds_before_retry(kind("x"), 0, 840, 0) == 1


@pytest.mark.parametrize("kind", [*FINAL, ValueError, KeyError])
def test_nothing_else_is_tried_again(kind):
    assert seconds_before_retry(kind("x"), 0, 840, 0) is None


@pytest.mark.parametrize(("retries", "seconds"), [(0, 1), (1, 2), (2, 4), (3, 8)])
def test_each_wait_is_twice_as_long_as_the_one_before(retries, seconds):
    assert seconds_before_retry(AmazonUnavailable("x"), retries, 840, 0) == seconds


def test_half_of_a_wait_is_chance():
    waits = [seconds_before_retry(AmazonUnavailable("x"), 3, 840, chance) for chance in (0, 0.5, 1)]
    assert waits == [8, 6, 4]


@pytest.mark.parametrize("retries", [MOST_RETRIES, MOST_RETRIES + 1])
def test_after_four_retries_the_error_stands(retries):
    assert MOST_RETRIES == 4
    assert seconds_before_retry(AmazonUnavailable("x"), retries, 840, 0) is None


@pytest.mark.parametrize("remaining", [0.5, 1, 0, -5])
def test_a_wait_that_leaves_no_time_for_the_call_is_not_begun(remaining):
    assert seconds_before_retry(AmazonUnavailable("x"), 0, remaining, 0) is None


@given(st.integers(0, 10), st.floats(-10, 1000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_shorter_than_half_a_second_nor_longer_than_what_is_left(retries, remaining, chance):
    wait = seconds_before_retry(AmazonUnavailable("x"), retries, remaining, chance)
    assert wait is None or 0.5 <= wait < remaining


# The loop


def test_a_success_is_returned_at_once():
    clock, attempt = FakeClock(), Attempts(0)
    assert retried(attempt, Budget(clock, 840)) == "done"
    assert (attempt.made, clock.sleeps) == (1, [])


@pytest.mark.parametrize("failures", range(1, MOST_RETRIES + 1))
@pytest.mark.parametrize("kind", MENDABLE)
def test_failures_that_pass_are_outlasted(failures, kind):
    clock, attempt = FakeClock(), Attempts(failures, kind)
    assert retried(attempt, Budget(clock, 840)) == "done"
    assert len(clock.sleeps) == failures


def test_a_failure_that_stays_is_told_by_the_last_error_after_bounded_time():
    clock, attempt = FakeClock(), Attempts(100)
    with pytest.raises(AmazonUnavailable, match="failure 4"):
        retried(attempt, Budget(clock, 840))
    assert attempt.made == 5
    assert clock.slept <= 1 + 2 + 4 + 8


@pytest.mark.parametrize("kind", FINAL)
def test_what_stands_is_told_at_once(kind):
    clock, attempt = FakeClock(), Attempts(1, kind)
    with pytest.raises(kind):
        retried(attempt, Budget(clock, 840))
    assert (attempt.made, clock.sleeps) == (1, [])


@given(st.floats(0, 20))
def test_nothing_sleeps_past_the_deadline(seconds):
    clock = FakeClock()
    with pytest.raises(AmazonUnavailable):
        retried(Attempts(100), Budget(clock, seconds))
    assert clock.slept <= seconds


def test_attempts_do_not_multiply_when_a_call_needs_another_call():
    clock, attempt = FakeClock(), Attempts(100)
    with pytest.raises(AmazonUnavailable):
        retried(lambda: retried(attempt, Budget(clock, 840)), Budget(clock, 840))
    assert attempt.made == 5


def test_waits_differ_so_that_many_books_do_not_return_together():
    def first_wait() -> float:
        clock = FakeClock()
        retried(Attempts(1), Budget(clock, 840))
        return clock.slept

    assert len(set(itertools.islice(iter(first_wait, None), 20))) > 1


def test_each_wait_is_logged_with_its_reason(caplog):
    clock = FakeClock()
    retried(Attempts(1), Budget(clock, 840))
    assert caplog.messages == [f"Trying again in {clock.slept:.1f} s: failure 0"]


@pytest.mark.parametrize(("seconds", "out_of_time"), [(0.1, True), (5, True), (840, False)])
def test_an_error_tells_whether_time_ran_out_before_all_attempts_were_made(seconds, out_of_time):
    with pytest.raises(AmazonUnavailable) as caught:
        retried(Attempts(100), Budget(FakeClock(), seconds))
    assert (caught.value.given_up, caught.value.out_of_time) == (True, out_of_time)


def test_what_was_given_up_before_did_not_run_out_of_time():
    clock = FakeClock()
    with pytest.raises(AmazonUnavailable) as caught:
        retried(lambda: retried(Attempts(100), Budget(clock, 840)), Budget(clock, 840))
    assert not caught.value.out_of_time
