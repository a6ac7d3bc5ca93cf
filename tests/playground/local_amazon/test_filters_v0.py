"""The parameters of v0 that select orders do it by Amazon's rules."""

from datetime import timedelta

import pytest

from playground.local_amazon.filters_v0 import FILTERS, filters_of
from playground.local_amazon.seed import seeded_orders
from tests.playground.local_amazon.support import NOT_VALID, US, in_the_united_states
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
    found = call.orders(OrderStatuses=status, MarketplaceIds=marketplace).ids
    assert set(found) == {
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
    ],
    ids=["a channel", "both channels", "ids"],
)
def test_channels_and_ids_select_their_orders(call, parameters, holds):
    expected = [order for order in in_the_united_states(seeded_orders(NOW)) if holds(order)]
    assert set(call.orders(**parameters).ids) == {order["AmazonOrderId"] for order in expected}


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [
        ("2024-11-05T16:20:31Z", "2024-11-05T16:20:31Z", True),
        ("2024-11-05T16:20:32Z", "2024-11-05T16:20:33Z", False),
        ("2024-11-05T16:20:29Z", "2024-11-05T16:20:30Z", False),
    ],
    ids=["at the moment", "a second later", "a second earlier"],
)
def test_both_bounds_belong_to_the_window(call, after, before, found):
    ids = call.orders(CreatedAfter=after, CreatedBefore=before).ids
    assert ids == (["902-3159896-1390916"] if found else [])


def test_updated_after_selects_by_the_last_update(call):
    since = f"{NOW - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
    found = call.orders(CreatedAfter=None, LastUpdatedAfter=since).ids
    expected = {o["AmazonOrderId"] for o in in_the_united_states(seeded_orders(NOW)) if o["LastUpdateDate"] >= since}
    assert expected
    assert set(found) == expected


def answered(asked: str, *, leaks: bool) -> set[str]:
    [fits] = filters_of({"OrderStatuses": asked}, leaks=leaks)
    return {
        status for status in ("Pending", "Unshipped", "PartiallyShipped", "Shipped") if fits({"OrderStatus": status})
    }


@pytest.mark.parametrize(
    ("asked", "leaking"),
    [
        ("Unshipped", {"Unshipped", "PartiallyShipped"}),
        ("PartiallyShipped,Shipped", {"Unshipped", "PartiallyShipped", "Shipped"}),
        ("Shipped", {"Shipped"}),
    ],
)
def test_statuses_leak_only_when_they_are_to(asked, leaking):
    assert answered(asked, leaks=True) == leaking
    assert answered(asked, leaks=False) == set(asked.split(","))
