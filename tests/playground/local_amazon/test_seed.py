"""The seeded orders: always the same, in Amazon's shape, with every peculiarity; and generated ones."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
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


def test_another_day_moves_dates_and_nothing_else():
    def undated(orders):
        return [{name: value for name, value in order.items() if name not in DATES} for order in orders]

    later = seeded_orders(NOW + timedelta(days=400))
    assert seeded_orders(NOW) == ORDERS
    assert undated(later) == undated(ORDERS)
    assert [order for order in later if order in ORDERS] == [o for o in ORDERS if o["AmazonOrderId"] == DOCUMENTED]


def test_order_ids_are_unique_and_in_amazons_format():
    ids = [order["AmazonOrderId"] for order in ORDERS]
    assert len(set(ids)) == len(ids)
    assert all(map(ORDER_ID.fullmatch, ids))


MODELS = {
    "ShippingAddress": amazon_models.Address,
    "DefaultShipFromLocationAddress": amazon_models.Address,
    "BuyerInfo": amazon_models.BuyerInfo,
    "FulfillmentInstruction": amazon_models.FulfillmentInstruction,
    "AutomatedShippingSettings": amazon_models.AutomatedShippingSettings,
    "BuyerTaxInformation": amazon_models.BuyerTaxInformation,
    "OrderTotal": amazon_models.Money,
}


def fields(order, name):
    """Return the fields of a part of an order; "" is the order itself."""
    part = order if name == "" else order.get(name) or {}
    return {name for name, value in part.items() if value not in (None, "")}


def test_an_order_has_the_fields_of_amazons_model_only(order):
    for name, model in {"": amazon_models.Order, **MODELS}.items():
        assert fields(order, name) <= set(model.attribute_map.values())
    required = ("AmazonOrderId", "PurchaseDate", "LastUpdateDate", "OrderStatus")
    assert [name for name in required if not order.get(name)] == []
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


def test_all_but_rare_fields_are_there():
    rare = {
        *("PromiseResponseDueDate", "CbaDisplayableShippingLabel", "MarketplaceTaxInfo", "SellerOrderId"),
        *("IsEstimatedShipDateSet", "SellerDisplayName", "BuyerBusinessAddress", "BuyerTaxRegistrationId"),
        *("Municipality", "CompanyName", "District", "County", "AddressLine2", "AddressLine3", "ExtendedFields"),
    }
    for name, model in {"": amazon_models.Order, **MODELS}.items():
        present = set().union(*(fields(order, name) for order in ORDERS))
        assert set(model.attribute_map.values()) - present <= rare


FLAGS = ("IsPrime", "IsPremiumOrder", "IsBusinessOrder", "IsGlobalExpressEnabled", "IsSoldByAB", "IsIBA", "IsISPU")


@pytest.mark.parametrize("name", [*FLAGS, "IsAccessPointOrder"])
def test_a_flag_is_true_for_some_orders_and_false_for_others(name):
    assert {True, False} <= {order[name] for order in ORDERS}


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
    "no automated shipping": lambda o: (
        o.get("AutomatedShippingSettings", {}).get("HasAutomatedShippingSettings") is False
    ),
    "multi-channel, with letters in its id": lambda o: o["AmazonOrderId"].startswith("S01-"),
    "not sold on Amazon": lambda o: o["SalesChannel"] == "Non-Amazon",
    "in no documented marketplace": lambda o: o["MarketplaceId"] == "A2ZV50J4W1RKNI",
    "a replacement": lambda o: o["IsReplacementOrder"] == "true" and o["ReplacedOrderId"],
    "a preorder": lambda o: o["OrderType"] == "Preorder",
    "partly shipped": lambda o: o["NumberOfItemsShipped"] > 0 and o["NumberOfItemsUnshipped"] > 0,
    "a boolean as text": lambda o: o["IsBusinessOrder"] == "false",
    "an empty text for a boolean": lambda o: o["IsISPU"] == "",
    "an explicit null": lambda o: "OrderChannel" in o and o["OrderChannel"] is None,
}


@pytest.mark.parametrize("holds", PECULIARITIES.values(), ids=PECULIARITIES.keys())
def test_everything_peculiar_is_there(holds):
    assert [order["AmazonOrderId"] for order in ORDERS if holds(order)] != []


def test_the_documented_order_is_as_documented():
    [documented] = [order for order in ORDERS if order["AmazonOrderId"] == DOCUMENTED]
    assert (documented["MarketplaceId"], documented["OrderStatus"]) == (MARKETPLACES["US"], "Unshipped")
    assert documented["PurchaseDate"] >= "2024-11-01T00:00:00Z"
    assert documented["ShippingAddress"]
    assert documented["BuyerInfo"]["PurchaseOrderNumber"]


def test_names_and_streets_are_those_searched_for_in_logs():
    known = {(name, street) for people in PEOPLE.values() for name, street, *_ in people}
    addresses = [order["ShippingAddress"] for order in ORDERS if "ShippingAddress" in order]
    assert {(each["Name"], each["AddressLine1"]) for each in addresses} <= known
    assert {o["BuyerInfo"]["BuyerName"] for o in ORDERS if "BuyerInfo" in o} <= {name for name, _ in known}


# Generated orders


@settings(max_examples=25)
@given(count=st.integers(0, 300), days=st.floats(0.5, 700))
def test_any_number_of_orders_is_generated_with_unique_ids(count, days):
    orders = generated_orders(count, NOW, days=days)
    ids = [order["AmazonOrderId"] for order in orders]
    assert len(ids) == len(set(ids)) == count
    assert all(map(ORDER_ID.fullmatch, ids))
    assert generated_orders(count, NOW, days=days) == orders


def test_generated_orders_lie_within_the_given_days():
    bought = [order["PurchaseDate"] for order in generated_orders(200, NOW, days=10)]
    assert bought == sorted(bought)
    assert text(NOW - timedelta(days=10, hours=1)) <= bought[0]
    assert bought[-1] == text(NOW - timedelta(hours=1))


def test_no_generated_order_was_updated_before_its_purchase():
    for order in generated_orders(500, datetime(2026, 1, 1, tzinfo=UTC)):
        assert order["PurchaseDate"] <= order["LastUpdateDate"] < "2025-12-31T23:58:00Z"


@pytest.mark.parametrize(("marketplace", "region"), [("US", "NA"), ("DE", "EU"), ("JP", "FE")])
def test_generated_orders_belong_to_the_marketplace(marketplace, region):
    orders = generated_orders(20, NOW, marketplace)
    assert {ORDER_REGIONS[order["MarketplaceId"]] for order in orders} == {region}
