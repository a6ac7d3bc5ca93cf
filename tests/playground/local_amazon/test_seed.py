"""The orders to play with: the same every time, in Amazon's shape, and everything peculiar is among them."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spapi.models import orders_v0 as amazon_models

from playground.local_amazon.filters_v0 import FILTERS
from playground.local_amazon.ordinary import PEOPLE
from playground.local_amazon.parameters import ORDER_REGIONS
from playground.local_amazon.seed import generated_orders, seeded_orders
from tests.support import NOW

ORDERS = seeded_orders(NOW)
DOCUMENTED = "902-3159896-1390916"
ORDER_ID = re.compile(r"(\d{3}|S\d\d)-\d{7}-\d{7}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
DATES = [
    "PurchaseDate",
    "LastUpdateDate",
    "EarliestShipDate",
    "LatestShipDate",
    "EarliestDeliveryDate",
    "LatestDeliveryDate",
]
MARKETPLACES = {
    "US": "ATVPDKIKX0DER",
    "BR": "A2Q3Y263D00KWC",
    "MX": "A1AM78C64UM0Y8",
    "JP": "A1VC38T7YXB528",
    "TR": "A33AVAJ2PDY3EV",
}


def text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(params=ORDERS, ids=lambda order: order["AmazonOrderId"])
def order(request):
    """Every seeded order in turn."""
    return request.param


# Always the same


def test_the_same_moment_gives_the_same_orders():
    assert seeded_orders(NOW) == ORDERS


def test_another_day_moves_dates_and_changes_nothing_else():
    def undated(orders):
        return [{name: value for name, value in order.items() if name not in DATES} for order in orders]

    assert undated(seeded_orders(NOW + timedelta(days=1))) == undated(ORDERS)


def test_the_documented_order_has_dates_of_its_own():
    def documented(orders):
        [found] = [order for order in orders if order["AmazonOrderId"] == DOCUMENTED]
        return found

    assert documented(ORDERS) == documented(seeded_orders(NOW + timedelta(days=400)))


# In Amazon's shape


def test_every_order_id_is_there_once():
    assert [order_id for order_id, count in Counter(o["AmazonOrderId"] for o in ORDERS).items() if count > 1] == []


def test_an_order_id_has_amazons_format(order):
    assert ORDER_ID.fullmatch(order["AmazonOrderId"])


def test_every_field_is_one_of_amazons_model(order):
    assert set(order) <= set(amazon_models.Order.attribute_map.values())
    for field, model in (
        ("ShippingAddress", amazon_models.Address),
        ("DefaultShipFromLocationAddress", amazon_models.Address),
        ("BuyerInfo", amazon_models.BuyerInfo),
        ("FulfillmentInstruction", amazon_models.FulfillmentInstruction),
        ("AutomatedShippingSettings", amazon_models.AutomatedShippingSettings),
        ("BuyerTaxInformation", amazon_models.BuyerTaxInformation),
        ("OrderTotal", amazon_models.Money),
    ):
        assert set(order.get(field) or {}) <= set(model.attribute_map.values())


def test_the_fields_amazon_requires_are_there(order):
    required = ("AmazonOrderId", "PurchaseDate", "LastUpdateDate", "OrderStatus")
    assert [name for name in required if not order.get(name)] == []


def test_dates_are_in_utc_to_the_second(order):
    assert [order[name] for name in DATES if name in order and not MOMENT.fullmatch(order[name])] == []


def test_an_order_lies_between_november_2024_and_now(order):
    assert "2024-11-01" <= order["PurchaseDate"] <= order["LastUpdateDate"] <= text(NOW - timedelta(hours=3))


def test_only_orders_to_deliver_show_an_address(order):
    # As Amazon's model says of ShippingAddress.
    with_address = {"Unshipped", "PartiallyShipped", "Shipped", "InvoiceUnconfirmed"}
    assert ("ShippingAddress" in order) == (order["OrderStatus"] in with_address)


# Everything peculiar


def test_every_status_is_there():
    assert {order["OrderStatus"] for order in ORDERS} == set(FILTERS["OrderStatuses"][1].split())


def of(code, order):
    return order["MarketplaceId"] == MARKETPLACES[code]


PECULIARITIES = {
    "pending without total": lambda o: o["OrderStatus"] == "Pending" and "OrderTotal" not in o,
    "pending in Mexico with a total of 0": lambda o: (
        of("MX", o) and o["OrderStatus"] == "Pending" and o["OrderTotal"]["Amount"] == "0.00"
    ),
    "canceled": lambda o: o["OrderStatus"] == "Canceled" and "OrderTotal" not in o,
    "fulfilled by Amazon": lambda o: o["FulfillmentChannel"] == "AFN" and "LatestDeliveryDate" not in o,
    "fulfilled by the seller": lambda o: o["FulfillmentChannel"] == "MFN" and "LatestDeliveryDate" in o,
    "business with purchase order number and tax info": lambda o: (
        o["IsBusinessOrder"] is True
        and o["BuyerInfo"].get("PurchaseOrderNumber")
        and o["BuyerInfo"].get("BuyerTaxInfo", {}).get("TaxClassifications")
    ),
    "Prime": lambda o: o["IsPrime"] is True,
    "premium": lambda o: o["IsPremiumOrder"] is True,
    "picked up in store": lambda o: o["IsISPU"] is True,
    "access point": lambda o: o["IsAccessPointOrder"] is True,
    "cash on delivery with payment execution detail": lambda o: (
        o["PaymentMethod"] == "COD" and {p["PaymentMethod"] for p in o["PaymentExecutionDetail"]} > {"COD"}
    ),
    "convenience store": lambda o: of("JP", o) and o["PaymentMethod"] == "CVS",
    "Brazil's county, tax info and payments": lambda o: (
        of("BR", o)
        and o["BuyerInfo"]["BuyerCounty"]
        and o["BuyerInfo"]["BuyerTaxInfo"]["TaxClassifications"]
        and {"AcquirerId", "CardBrand", "AuthorizationCode"} <= set(o["PaymentExecutionDetail"][0])
    ),
    "Turkey's tax information": lambda o: of("TR", o) and o["BuyerTaxInformation"],
    "an address in Japanese": lambda o: of("JP", o) and not o.get("ShippingAddress", {}).get("City", "x").isascii(),
    "automated shipping": lambda o: o.get("AutomatedShippingSettings", {}).get("AutomatedCarrier"),
    "no automated shipping": lambda o: (
        o.get("AutomatedShippingSettings", {}).get("HasAutomatedShippingSettings") is False
    ),
    "shipped from a place of the seller's": lambda o: o.get("DefaultShipFromLocationAddress"),
    "fulfilled from a supply source": lambda o: o.get("FulfillmentInstruction", {}).get("FulfillmentSupplySourceId"),
    "multi-channel, with letters in its id": lambda o: o["AmazonOrderId"].startswith("S01-"),
    "not sold on Amazon": lambda o: o["SalesChannel"] == "Non-Amazon",
    "in no documented marketplace": lambda o: o["MarketplaceId"] == "A2ZV50J4W1RKNI",
    "a replacement": lambda o: o["IsReplacementOrder"] == "true" and o["ReplacedOrderId"],
    "a preorder": lambda o: o["OrderType"] == "Preorder",
    "partly shipped": lambda o: o["NumberOfItemsShipped"] > 0 and o["NumberOfItemsUnshipped"] > 0,
    "invoiced by Amazon": lambda o: o["IsIBA"] is True and o["IsSoldByAB"] is True,
    "global express": lambda o: o["IsGlobalExpressEnabled"] is True,
    "a boolean as text": lambda o: o["IsBusinessOrder"] == "false",
    "an empty text for a boolean": lambda o: o["IsISPU"] == "",
    "an explicit null": lambda o: "OrderChannel" in o and o["OrderChannel"] is None,
}


@pytest.mark.parametrize("holds", PECULIARITIES.values(), ids=PECULIARITIES.keys())
def test_everything_peculiar_is_there(holds):
    assert [order["AmazonOrderId"] for order in ORDERS if holds(order)] != []


def test_the_documented_order_is_as_documented():
    [found] = [order for order in ORDERS if order["AmazonOrderId"] == DOCUMENTED]
    assert (found["MarketplaceId"], found["OrderStatus"]) == (MARKETPLACES["US"], "Unshipped")
    assert found["PurchaseDate"] >= "2024-11-01T00:00:00Z"
    assert found["ShippingAddress"]
    assert found["BuyerInfo"]["PurchaseOrderNumber"]


def test_every_name_and_street_is_one_the_tests_look_for_in_logs():
    known = {(name, street) for people in PEOPLE.values() for name, street, *_ in people}
    addresses = [order["ShippingAddress"] for order in ORDERS if "ShippingAddress" in order]
    assert {(each["Name"], each["AddressLine1"]) for each in addresses} <= known
    assert {o["BuyerInfo"]["BuyerName"] for o in ORDERS if "BuyerInfo" in o} <= {name for name, _ in known}


# As many ordinary ones as wanted


@given(count=st.integers(0, 300), days=st.floats(0.5, 700))
def test_as_many_orders_as_wanted_each_with_an_id_of_its_own(count, days):
    orders = generated_orders(count, NOW, days=days)
    ids = [order["AmazonOrderId"] for order in orders]
    assert len(ids) == len(set(ids)) == count
    assert all(map(ORDER_ID.fullmatch, ids))


def test_generated_orders_are_the_same_for_the_same_arguments():
    assert generated_orders(50, NOW) == generated_orders(50, NOW)


def test_generated_orders_lie_within_the_days_asked_for():
    bought = [order["PurchaseDate"] for order in generated_orders(200, NOW, days=10)]
    assert bought == sorted(bought)
    assert text(NOW - timedelta(days=10, hours=1)) <= bought[0]
    assert bought[-1] == text(NOW - timedelta(hours=1))


def test_no_generated_order_was_updated_before_its_purchase():
    for order in generated_orders(500, datetime(2026, 1, 1, tzinfo=UTC)):
        assert order["PurchaseDate"] <= order["LastUpdateDate"] < "2025-12-31T23:58:00Z"


@pytest.mark.parametrize("marketplace", ["US", "DE", "JP"])
def test_generated_orders_belong_to_the_marketplace_asked_for(marketplace):
    found = {ORDER_REGIONS[order["MarketplaceId"]] for order in generated_orders(20, NOW, marketplace)}
    assert found == {{"US": "NA", "DE": "EU", "JP": "FE"}[marketplace]}
