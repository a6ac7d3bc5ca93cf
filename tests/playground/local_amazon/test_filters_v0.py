"""The parameters of v0 that select orders do it by Amazon's rules."""

import pytest

from playground.local_amazon.filters_v0 import FILTERS
from playground.local_amazon.seed import seeded_orders
from tests.playground.local_amazon.support import NOT_VALID, US, Caller, in_the_united_states
from tests.support import NOW


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OrderStatuses", "shipped"),
        ("OrderStatuses", "Shipped,Cancelled"),
        ("OrderStatuses", ""),
        ("OrderStatuses", "Shipped;Pending"),
        ("OrderStatuses", "Shipped, Pending"),
        ("FulfillmentChannels", "FBA"),
        ("FulfillmentChannels", "MFN,"),
        ("AmazonOrderIds", "902-3159896"),
        ("AmazonOrderIds", ",".join(["902-3159896-1390916"] * 51)),
    ],
)
def test_an_unknown_value_is_refused_with_its_parameter(call, name, value):
    answer = call.orders(**{name: value})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, f"Invalid {name}")


STATUSES = FILTERS["OrderStatuses"][1].split()


@pytest.mark.parametrize("status", [*STATUSES, "Shipped,Canceled", ",".join(STATUSES)])
@pytest.mark.parametrize("marketplace", [US, "A2Q3Y263D00KWC"], ids=["US", "BR"])
def test_statuses_select_the_orders_in_them(call, status, marketplace):
    ids = call.orders(OrderStatuses=status, MarketplaceIds=marketplace).ids
    assert set(ids) == {
        order["AmazonOrderId"]
        for order in seeded_orders(NOW)
        if order["MarketplaceId"] == marketplace and order["OrderStatus"] in status.split(",")
    }


@pytest.mark.parametrize(
    ("parameters", "holds"),
    [
        ({"FulfillmentChannels": "AFN"}, lambda order: order["FulfillmentChannel"] == "AFN"),
        ({"FulfillmentChannels": "MFN,AFN"}, lambda order: True),
        (
            {"AmazonOrderIds": "902-3159896-1390916,111-0000001-0000001,302-0000001-0000001"},
            lambda order: order["AmazonOrderId"] in {"902-3159896-1390916", "111-0000001-0000001"},
        ),
        (
            {"CreatedAfter": None, "LastUpdatedAfter": "2026-11-21T12:00:00Z"},
            lambda order: order["LastUpdateDate"] >= "2026-11-21T12:00:00Z",
        ),
    ],
    ids=["a channel", "both channels", "ids", "last update"],
)
def test_channels_ids_and_updates_select_their_orders(call, parameters, holds):
    expected = {order["AmazonOrderId"] for order in in_the_united_states(seeded_orders(NOW)) if holds(order)}
    assert expected
    assert set(call.orders(**parameters).ids) == expected


@pytest.mark.parametrize(
    ("after", "before", "count"), [("31", "31", 1), ("32", "33", 0), ("29", "30", 0)], ids=["at", "after", "before"]
)
def test_both_bounds_belong_to_the_window(call, after, before, count):
    window = {"CreatedAfter": f"2024-11-05T16:20:{after}Z", "CreatedBefore": f"2024-11-05T16:20:{before}Z"}
    assert call.orders(**window).ids == ["902-3159896-1390916"] * count


@pytest.mark.parametrize(
    ("requested", "leaking"),
    [
        ("Unshipped", {"Unshipped", "PartiallyShipped"}),
        ("PartiallyShipped,Shipped", {"Unshipped", "PartiallyShipped", "Shipped"}),
        ("Shipped", {"Shipped"}),
    ],
)
@pytest.mark.parametrize("leaks", [True, False])
def test_statuses_leak_on_demand(make_amazon, requested, leaking, leaks):
    call = Caller(make_amazon(statuses_leak=leaks))
    orders = call.orders(OrderStatuses=requested).content["payload"]["Orders"]
    assert {order["OrderStatus"] for order in orders} == (leaking if leaks else set(requested.split(",")))
