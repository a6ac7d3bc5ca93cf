"""The same order in the shape of v0 and in that of 2026-01-01 means the same, except for the known differences."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.orders.v0 import OrdersV0
from amazon_selling_partner.amazon.orders.v2026 import Orders20260101
from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.marketplaces import Marketplace, Region
from playground.local_amazon.seed import seeded_orders
from playground.local_amazon.shape_2026 import in_2026_shape
from tests.amazon.orders.differences import DIFFERENCES
from tests.amazon.orders.differences_support import ATTRIBUTES, CHANGING, SPECIFICATIONS, ends, value
from tests.support import NOW

READ_V0 = OrdersV0().order_call("x", Marketplace.US, Region.NA).read
READ_2026 = Orders20260101().order_call("x", Marketplace.US, Region.NA).read


def county_or_district(v0: AmazonOrder) -> str | None:
    return value(v0, "shipping_address.county") or value(v0, "shipping_address.district")


def address_type(v0: AmazonOrder) -> str | None:
    return (
        "PickupPoint"
        if v0.is_access_point_order and v0.shipping_address
        else value(v0, "shipping_address.address_type")
    )


def paid_with(v0: AmazonOrder) -> list[str]:
    methods = v0.payment_method_details or ([v0.payment_method] if v0.payment_method else [])
    return ["CreditCard" if method == "Standard" else method for method in methods]


def payment_methods(v0: AmazonOrder) -> list[str] | None:
    methods = [detail["payment_method"] for detail in v0.payment_execution_detail or ()] or paid_with(v0)
    return list(dict.fromkeys(methods)) or None


def payment_method(v0: AmazonOrder) -> str | None:
    methods = payment_methods(v0) or []
    return next((method for method in ("COD", "CVS") if method in methods), "Other" if methods else None)


def executions(v0: AmazonOrder) -> list[dict[str, Any]] | None:
    nothing = dict.fromkeys(["acquirer_id", "card_brand", "authorization_code"])
    total = v0.order_total if len(paid_with(v0)) == 1 else None
    details = [{"payment": total, "payment_method": method, **nothing} for method in paid_with(v0)]
    return v0.payment_execution_detail or details or None


def order_type(v0: AmazonOrder) -> str | None:
    return "Preorder" if v0.order_type == "Preorder" or v0.order_status == "PendingAvailability" else None


def tax_info(v0: AmazonOrder) -> dict[str, Any] | None:
    return value(v0, "buyer_info.buyer_tax_info")


# What 2026-01-01 has where a value changes but does not end; the same as v0 where there is no row.
EXPECTED: dict[str, Callable[[AmazonOrder], Any]] = {
    "order_type": order_type,
    "is_prime": lambda v0: v0.is_prime,
    "is_access_point_order": lambda v0: None if v0.shipping_address is None else v0.is_access_point_order,
    "order_total": lambda v0: v0.order_total,
    "payment_method": payment_method,
    "payment_method_details": payment_methods,
    "payment_execution_detail": executions,
    "number_of_items_shipped": lambda v0: v0.number_of_items_shipped,
    "number_of_items_unshipped": lambda v0: v0.number_of_items_unshipped,
    "shipping_address.county": county_or_district,
    "shipping_address.district": lambda v0: None,
    "shipping_address.address_type": address_type,
    # To whom Amazon shows these is no matter of meaning.
    "shipping_address.phone": lambda v0: value(v0, "shipping_address.phone"),
    "buyer_info.buyer_email": lambda v0: value(v0, "buyer_info.buyer_email"),
    "buyer_info.buyer_tax_info": tax_info,
    "buyer_info.purchase_order_number": lambda v0: value(v0, "buyer_info.purchase_order_number"),
}


def assert_equivalent(payload: dict[str, Any]) -> None:
    """Assert that an order means the same in both shapes, attribute by attribute."""
    v0 = READ_V0(json.dumps({"payload": payload}).encode())
    new = READ_2026(json.dumps({"order": in_2026_shape(payload)}).encode())
    assert isinstance(v0, AmazonOrder)
    assert isinstance(new, AmazonOrder)
    for attribute in ATTRIBUTES:
        expected = None if ends(attribute) else EXPECTED.get(attribute, lambda order, a=attribute: value(order, a))(v0)
        assert value(new, attribute) == expected, attribute
    for specification in SPECIFICATIONS:
        if ends(specification):
            assert getattr(new, specification) is None


# The table


def test_the_concept_has_64_rows():
    assert len(ATTRIBUTES) == 64


def test_every_difference_is_listed_once():
    listed = [difference.attribute for difference in DIFFERENCES]
    assert set(listed) <= {*ATTRIBUTES, *SPECIFICATIONS}
    assert len(set(listed)) == len(listed)
    assert all(difference.remark for difference in DIFFERENCES)


def test_22_rows_end_with_v0():
    assert sum(map(ends, ATTRIBUTES)) == 22


def test_every_attribute_that_changes_has_its_rule_here():
    assert set(EXPECTED) == CHANGING


# Orders as the playground has them, and generated ones


@pytest.mark.parametrize("payload", seeded_orders(NOW), ids=lambda order: order["AmazonOrderId"])
def test_seeded_orders_mean_the_same(payload):
    # Flags that v0 sends as "" or leaves out are None there; a program is there or not.
    flags = {"IsPrime", "IsPremiumOrder", "IsBusinessOrder", "IsIBA", "IsISPU", "IsAccessPointOrder"}
    assert_equivalent({**payload, **{flag: payload.get(flag) or False for flag in flags}})


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
DATE = st.datetimes().map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}")
MONEY = st.fixed_dictionaries({"CurrencyCode": TEXT, "Amount": st.decimals(0, 9999, places=2).map(str)})
# The fields that both shapes have, the two that share one, and a type, which decides whether it is an access point.
ADDRESS_FIELDS = [
    *("Name", "AddressLine1", "AddressLine2", "AddressLine3", "City", "County", "District", "StateOrRegion"),
    *("Municipality", "PostalCode", "CountryCode", "Phone"),
]
ADDRESS = st.builds(
    lambda fields, kind: fields | {"AddressType": kind},
    st.dictionaries(st.sampled_from(ADDRESS_FIELDS), TEXT, min_size=1),
    st.sampled_from(["Residential", "Commercial", "Moon"]),
)
TAX = st.fixed_dictionaries(
    {
        "CompanyLegalName": TEXT,
        "TaxingRegion": TEXT,
        "TaxClassifications": st.lists(st.fixed_dictionaries({"Name": TEXT, "Value": TEXT}), max_size=3),
    }
)
METHOD = st.sampled_from(["COD", "CVS", "CreditCard", "Pix", "Invoice", "PointsAccount"])
EXECUTION = st.fixed_dictionaries(
    {"Payment": MONEY, "PaymentMethod": METHOD},
    optional={"AcquirerId": TEXT, "CardBrand": TEXT, "AuthorizationCode": TEXT},
)
# A status, and the items shipped and unshipped that v0 has in it.
SHIPPING = st.one_of(
    st.tuples(
        st.sampled_from(["Unshipped", "PartiallyShipped", "Shipped", "Unfulfillable", "InvoiceUnconfirmed", "NEW"]),
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(any),
    ),
    st.tuples(st.sampled_from(["Pending", "PendingAvailability", "Canceled"]), st.just((0, 0))),
)
ORDER = st.fixed_dictionaries(
    {
        "AmazonOrderId": TEXT,
        "PurchaseDate": DATE,
        "LastUpdateDate": DATE,
        **dict.fromkeys(
            ["IsPrime", "IsPremiumOrder", "IsBusinessOrder", "IsIBA", "IsISPU", "IsAccessPointOrder"], st.booleans()
        ),
    },
    optional={
        "MarketplaceId": TEXT,
        "FulfillmentChannel": st.sampled_from(["MFN", "AFN", "DRONE"]),
        "OrderType": st.sampled_from(["StandardOrder", "LongLeadTimeOrder", "Preorder", "BackOrder"]),
        "ShipmentServiceLevelCategory": st.sampled_from(
            [
                "Expedited",
                "FreeEconomy",
                "NextDay",
                "Priority",
                "SameDay",
                "SecondDay",
                "Scheduled",
                "Standard",
                "DRONE",
            ]
        ),
        **dict.fromkeys(["EarliestShipDate", "LatestShipDate", "EarliestDeliveryDate", "LatestDeliveryDate"], DATE),
        "ShippingAddress": ADDRESS,
        "DefaultShipFromLocationAddress": ADDRESS,
        "PaymentMethod": st.sampled_from(["COD", "CVS", "Other"]),
        "PaymentMethodDetails": st.lists(st.one_of(METHOD, st.just("Standard")), max_size=3, unique=True),
        "PaymentExecutionDetail": st.lists(EXECUTION, max_size=3),
        "BuyerInfo": st.dictionaries(
            st.sampled_from(["BuyerEmail", "BuyerName", "BuyerCounty", "PurchaseOrderNumber"]), TEXT
        ).flatmap(lambda info: st.one_of(st.just(info), TAX.map(lambda tax: info | {"BuyerTaxInfo": tax}))),
        "IsGlobalExpressEnabled": st.booleans(),
        "IsSoldByAB": st.booleans(),
        "FulfillmentInstruction": st.fixed_dictionaries({"FulfillmentSupplySourceId": TEXT}),
        "AutomatedShippingSettings": st.fixed_dictionaries({"HasAutomatedShippingSettings": st.booleans()}),
        "SalesChannel": st.one_of(st.just("Non-Amazon"), st.just("Amazon.com"), TEXT),
        "OrderChannel": TEXT,
        "ShipServiceLevel": TEXT,
        "OrderTotal": MONEY,
    },
)


@given(order=ORDER, shipping=SHIPPING)
def test_generated_orders_mean_the_same(order, shipping):
    status, (shipped, unshipped) = shipping
    counts = {"NumberOfItemsShipped": shipped, "NumberOfItemsUnshipped": unshipped}
    assert_equivalent({**order, "OrderStatus": status, **counts})


@given(order=ORDER)
def test_counts_that_v0_leaves_out_are_none_in_both(order):
    assert_equivalent({**order, "OrderStatus": "Shipped"})
