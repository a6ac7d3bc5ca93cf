"""The parameters of v0 that select orders do it by Amazon's rules."""

from datetime import timedelta
from typing import Any

import pytest

from playground.local_amazon.filters_v0 import filters_of
from playground.local_amazon.seed import seeded_orders
from tests.playground.local_amazon.support import JP, NOT_VALID, US, in_the_united_states
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
        ("PaymentMethods", "Cash"),
        ("EasyShipShipmentStatuses", "Stolen"),
        ("ElectronicInvoiceStatuses", "Paid"),
        ("AmazonOrderIds", "902-3159896"),
        ("AmazonOrderIds", ",".join(["902-3159896-1390916"] * 51)),
        ("IsISPU", "yes"),
        ("IsISPU", "True"),
    ],
)
def test_a_value_unknown_to_amazon_is_refused_by_the_name_of_its_parameter(call, name, value):
    answer = call.orders(**{name: value})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, f"Invalid {name}")


STATUSES = [
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "Canceled",
    "Unfulfillable",
    "InvoiceUnconfirmed",
    "PendingAvailability",
]


@pytest.mark.parametrize("status", [*STATUSES, "Shipped,Canceled", ",".join(STATUSES)])
@pytest.mark.parametrize("marketplace", [US, "A2Q3Y263D00KWC"], ids=["US", "BR"])
def test_statuses_select_the_orders_in_them(call, status, marketplace):
    found = call.orders(OrderStatuses=status, MarketplaceIds=marketplace).ids
    assert set(found) == {
        order["AmazonOrderId"]
        for order in seeded_orders(NOW)
        if order["MarketplaceId"] == marketplace and order["OrderStatus"] in status.split(",")
    }


def _delivered(order: dict[str, Any], name: str) -> str:
    return order.get(name, "")


@pytest.mark.parametrize(
    ("marketplace", "parameters", "holds"),
    [
        (US, {"FulfillmentChannels": "AFN"}, lambda order: order["FulfillmentChannel"] == "AFN"),
        (US, {"FulfillmentChannels": "MFN,AFN"}, lambda order: True),
        (JP, {"PaymentMethods": "COD"}, lambda order: order["PaymentMethod"] == "COD"),
        (JP, {"PaymentMethods": "COD,CVS"}, lambda order: order["PaymentMethod"] in {"COD", "CVS"}),
        (US, {"EasyShipShipmentStatuses": "Lost"}, lambda order: False),
        (US, {"EasyShipShipmentStatuses": "PendingPickUp,Lost"}, lambda order: True),
        (US, {"ElectronicInvoiceStatuses": "NotRequired"}, lambda order: True),
        (US, {"ElectronicInvoiceStatuses": "Errored"}, lambda order: False),
        (
            US,
            {"AmazonOrderIds": "902-3159896-1390916,111-0000001-0000001,302-0000001-0000001"},
            lambda order: order["AmazonOrderId"] in {"902-3159896-1390916", "111-0000001-0000001"},
        ),
        (US, {"IsISPU": "true"}, lambda order: order["IsISPU"] is True),
        (US, {"IsISPU": "false"}, lambda order: order["IsISPU"] is not True),
        (
            US,
            {"ActualFulfillmentSupplySourceId": "supply-source-boise-01"},
            lambda order: order["AmazonOrderId"] == "902-3159896-1390916",
        ),
        (US, {"StoreChainStoreId": "store-1"}, lambda order: False),
        (US, {"SellerOrderId": "mine-1"}, lambda order: False),
        (US, {"BuyerEmail": "nobody@example.com"}, lambda order: False),
        (
            US,
            {"EarliestDeliveryDateAfter": "2026-11-20"},
            lambda order: _delivered(order, "EarliestDeliveryDate") >= "2026-11-20",
        ),
        (
            US,
            {"LatestDeliveryDateAfter": "2026-01-01", "LatestDeliveryDateBefore": "2026-11-20"},
            lambda order: "2026-01-01" <= _delivered(order, "LatestDeliveryDate") <= "2026-11-20",
        ),
    ],
    ids=lambda value: next(iter(value.values()))[:20] if isinstance(value, dict) else "",
)
def test_every_other_parameter_selects_as_amazon_says(call, marketplace, parameters, holds):
    found = call.orders(MarketplaceIds=marketplace, **parameters).ids
    expected = [order for order in seeded_orders(NOW) if order["MarketplaceId"] == marketplace and holds(order)]
    assert set(found) == {order["AmazonOrderId"] for order in expected}


def test_a_buyers_address_selects_the_buyers_orders(call):
    order = next(order for order in seeded_orders(NOW) if order["AmazonOrderId"] == "902-3159896-1390916")
    assert call.orders(BuyerEmail=order["BuyerInfo"]["BuyerEmail"]).ids == ["902-3159896-1390916"]


@pytest.mark.parametrize(
    "other",
    [
        {"FulfillmentChannels": "MFN"},
        {"OrderStatuses": "Shipped"},
        {"PaymentMethods": "Other"},
        {"BuyerEmail": "nobody@example.com"},
        {"CreatedAfter": None, "LastUpdatedAfter": "2025-01-01"},
    ],
    ids=["channels", "statuses", "payment methods", "buyer's email", "updated after"],
)
def test_the_sellers_own_order_id_forbids_other_filters(call, other):
    assert call.orders(SellerOrderId="mine-1", **other).status == 400


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
