"""Quota is counted by Amazon's usage plans, on a fake clock."""

import pytest

from tests.playground.local_amazon.support import (
    CA,
    DE,
    DOCUMENTED,
    GOOD,
    JP,
    OTHER_SELLER,
    PLANS,
    SELLERS,
    US,
    Caller,
    once,
)


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_a_plan_allows_its_burst_then_its_rate(make_amazon, clock, operation, rate, burst):
    call = Caller(make_amazon(quota=1, expires_in=10**8))
    assert [once(call, operation).status for _ in range(burst + 2)] == [200] * burst + [429, 429]
    statuses = []
    for wait in (0.9 / rate, 0.1 / rate, 2 / rate):
        clock.advance(wait)
        statuses += [once(call, operation).status for _ in range(3)]
    assert statuses == [429, 429, 429, 200, 429, 429, 200, 200, 429]
    clock.advance(10**7)
    assert [once(call, operation).status for _ in range(burst + 1)] == [200] * burst + [429]


@pytest.fixture
def limited(make_amazon):
    """A local Amazon that enforces its usage plans."""
    return make_amazon(quota=1, sellers=SELLERS)


@pytest.fixture
def used_up(limited):
    """A caller who has used up getOrders, in North America."""
    call = Caller(limited)
    assert [call.orders().status for _ in range(20)] == [200] * 20
    return call


def test_a_call_too_many_is_answered_as_recorded(used_up):
    answer = used_up.orders()
    assert answer.refusal == (429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")
    assert answer.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert "retry-after" not in answer.headers
    assert "x-amzn-ratelimit-limit" not in answer.headers


def test_each_region_has_its_own_plan(used_up):
    assert [used_up.orders(MarketplaceIds=each).status for each in (US, CA, DE, JP)] == [429, 429, 200, 200]


def test_other_operations_and_sellers_have_their_own_plan(limited, used_up):
    assert used_up.orders().status == 429
    assert used_up.get(DOCUMENTED).status == 200
    assert used_up.restrict({"restrictedResources": [GOOD]}).status == 200
    assert Caller(limited, OTHER_SELLER).orders().status == 200


def test_logging_in_costs_no_quota_and_gives_none(used_up):
    assert [used_up.log_in().status for _ in range(50)] == [200] * 50
    assert used_up.orders(used_up.log_in().content["access_token"]).status == 429


def test_a_refused_request_costs_quota_too(make_amazon):
    call = Caller(make_amazon(quota=1))
    statuses = [call.orders(MaxResultsPerPage="0").status for _ in range(21)]
    assert statuses == [400] * 20 + [429]


def test_a_call_without_a_valid_token_costs_no_quota(make_amazon):
    call = Caller(make_amazon(quota=1))
    assert {call.orders("Atza|Wrong").status for _ in range(30)} == {403}
    assert call.orders().status == 200


@pytest.mark.parametrize(("quota", "seconds"), [(1, "60"), (10, "6"), (30, "2")])
def test_retry_after_says_when_the_next_call_is_allowed(make_amazon, clock, quota, seconds):
    call = Caller(make_amazon(quota=quota, retry_after=True))
    assert {call.orders().status for _ in range(20)} == {200}
    assert call.orders().headers["retry-after"] == seconds
    clock.advance(float(seconds))
    assert [call.orders().status for _ in range(2)] == [200, 429]


def test_without_a_plan_every_call_passes(call):
    assert {call.orders().status for _ in range(50)} == {200}
