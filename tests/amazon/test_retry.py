"""The decision to try again, as a pure function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import errors
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.retry import MOST_RETRIES, retried, seconds_before_retry
from tests.support import FakeClock

TROUBLE = [errors.AmazonUnavailable("x"), errors.AmazonUnreachable("x"), errors.UnreadableAnswer("x")]
FINAL = [
    kind("x")
    for kind in (
        errors.AccessRefused,
        errors.CredentialsRejected,
        errors.InvalidInput,
        errors.OrderNotFound,
        errors.PagingBroken,
        errors.QuotaExhausted,
        errors.RequestRefused,
        errors.UnreadableOrders,
    )
]


def named(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("error", TROUBLE, ids=named)
def test_what_amazon_may_mend_is_tried_again(error):
    assert seconds_before_retry(error, 0, 840, 0.5) is not None


@pytest.mark.parametrize("error", [*FINAL, ValueError("x")], ids=named)
def test_anything_else_is_not(error):
    assert seconds_before_retry(error, 0, 840, 0.5) is None


@given(retries=st.integers(0, MOST_RETRIES - 1), chance=st.floats(0, 1, exclude_max=True))
def test_waits_grow_and_stay_between_half_a_second_and_a_quarter_of_a_minute(retries, chance):
    wait = seconds_before_retry(TROUBLE[0], retries, 840, chance)
    assert 0.5 <= wait <= 15
    assert 2**retries / 2 <= wait <= 2**retries


def test_attempts_are_few():
    assert seconds_before_retry(TROUBLE[0], MOST_RETRIES, 840, 0) is None
    assert MOST_RETRIES == 4


def test_a_wait_beyond_the_deadline_is_not_begun():
    assert seconds_before_retry(TROUBLE[0], 0, 0.9, 0) is None


def test_an_error_that_was_tried_enough_is_not_tried_again_by_whoever_asked():
    clock, calls = FakeClock(), []

    def fails() -> None:
        calls.append(1)
        raise errors.AmazonUnavailable("x")

    budget = Budget(clock, 840)
    with pytest.raises(errors.AmazonUnavailable):
        retried(lambda: retried(fails, budget), budget)
    assert len(calls) == MOST_RETRIES + 1
