"""The sandbox answers its published cases, and no other."""

import pytest

from tests.playground.local_amazon.support import CA, ORDERS, query

TWO_ORDERS = ["902-1845936-5435065", "902-8745147-1934268"]
TOKEN = "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4"


@pytest.mark.parametrize(
    ("parameters", "ids", "token"),
    [
        ({"CreatedAfter": "TEST_CASE_200"}, TWO_ORDERS, None),
        ({"CreatedAfter": "TEST_CASE_200", "MaxResultsPerPage": "100"}, TWO_ORDERS, None),
        ({"CreatedAfter": "TEST_CASE_200_NEXT_TOKEN"}, ["902-3159896-1390916"], TOKEN),
        ({"CreatedAfter": "TEST_CASE_200_NEXT_TOKEN", "NextToken": TOKEN}, ["902-3159896-1390916"], None),
    ],
    ids=["two orders", "with a page size", "first page", "last page with the same order"],
)
def test_the_sandbox_answers_its_published_lists(call, parameters, ids, token):
    answer = call.orders(**parameters)
    assert (answer.ids, answer.next_token) == (ids, token)
    if ids == TWO_ORDERS:  # not a date
        assert answer.content["payload"]["CreatedBefore"] == "1.569521782042E9"


@pytest.mark.parametrize(
    ("case", "order_id"), [("TEST_CASE_200", "902-1845936-5435065"), ("TEST_CASE_IBA_200", "921-3175655-0452641")]
)
def test_the_sandbox_answers_its_published_orders(call, case, order_id):
    assert call.get(f"{ORDERS}/{case}").content["payload"]["AmazonOrderId"] == order_id


@pytest.mark.parametrize("target", [f"{ORDERS}?{query(CreatedAfter='TEST_CASE_400')}", f"{ORDERS}/TEST_CASE_400"])
def test_the_sandbox_has_a_case_for_bad_requests(call, target):
    assert call.get(target).refusal == (400, "InvalidInput", "Invalid Input", "")


@pytest.mark.parametrize(
    "target",
    [
        f"{ORDERS}/TEST_CASE_404",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_201')}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', MarketplaceIds=None)}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', MarketplaceIds=CA)}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', OrderStatuses='Shipped')}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200_NEXT_TOKEN', NextToken='x')}",
    ],
)
def test_the_sandbox_matches_its_published_cases_only(call, target):
    assert call.get(target).refusal == (400, "InvalidInput", "Could not match input arguments", "")


def test_the_sandbox_needs_a_token_too(call):
    assert call.ask("GET", f"{ORDERS}/TEST_CASE_200").status == 403
