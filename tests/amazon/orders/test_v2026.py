"""Orders API 2026-01-01: what is requested, and what Amazon's words become.

That every attribute is the one of v0 is in test_equivalence.
"""

import copy
import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from operator import getitem
from typing import Any

import pytest
from spapi.models import orders_v2026_01_01 as amazon_models

from amazon_selling_partner.amazon.calls import NotDocumented
from amazon_selling_partner.amazon.orders.v2026 import Orders20260101
from amazon_selling_partner.amazon.orders.version import Page, UnreadableOrder
from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.marketplaces import Marketplace, Region
from amazon_selling_partner.query import OrderQuery, Window
from tests.support import NOW

API = Orders20260101()
INCLUDED = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT"
SINCE = NOW - timedelta(days=2)

# An order with everything that is read, and with some that is not.
FULL = {
    "orderId": "701-1111111-1111111",
    "orderAliases": [{"aliasId": "A-1", "aliasType": "SELLER_ORDER_ID"}],
    "createdTime": "2026-11-20T10:00:00.123Z",
    "lastUpdatedTime": "2026-11-21T10:00:00Z",
    "programs": ["AMAZON_BUSINESS", "PRIME", "PREMIUM", "INVOICE_BY_AMAZON", "IN_STORE_PICK_UP", "PREORDER"],
    "salesChannel": {
        "channelName": "AMAZON",
        "marketplaceId": "A2Q3Y263D00KWC",
        "marketplaceName": "Amazon.com.br",
    },
    "buyer": {
        "buyerName": "Ana Souza",
        "buyerEmail": "x1@example.com",
        "buyerCompanyName": "Souza Ltda",
        "buyerPurchaseOrderNumber": "PO-7",
    },
    "recipient": {
        "deliveryAddress": {
            "name": "Ana",
            "companyName": "Souza Ltda",
            "addressLine1": "Rua A, 1",
            "addressLine2": "Sala 2",
            "addressLine3": "Fundos",
            "city": "Curitiba",
            "districtOrCounty": "Centro",
            "stateOrRegion": "PR",
            "municipality": "Curitiba M",
            "postalCode": "80010-000",
            "countryCode": "BR",
            "phone": "+55 11 5555-0100",
            "extendedFields": {"streetName": "Rua A"},
            "addressType": "PICKUP_POINT",
        },
        "deliveryPreference": {"dropOffLocation": "Porch"},
    },
    "proceeds": {"grandTotal": {"amount": "1599.90", "currencyCode": "BRL"}, "breakdowns": []},
    "payment": {
        "paymentExecutions": [
            {
                "paymentMethod": "CreditCard",
                "paymentAmount": {"amount": "1500.00", "currencyCode": "BRL"},
                "acquirerId": "01.027.058/0001-91",
                "cardBrand": "Visa",
                "authorizationCode": "123456",
            },
            {"paymentMethod": "Pix", "paymentAmount": {"amount": "99.90", "currencyCode": "BRL"}},
        ]
    },
    "tax": {
        "taxRegistrations": [
            {
                "entityType": "BUYER",
                "legalName": "Souza Ltda",
                "taxRegistrationType": "CNPJ",
                "taxRegistrationNumber": "00.000.000/0001-00",
                "taxRegistrationAddress": {"countryCode": "BR", "city": "Curitiba"},
                "taxRegistrationAttributes": [{"key": "TAX_OFFICE", "value": "x"}],
            },
            {"entityType": "BUYER", "taxRegistrationType": "CST", "taxRegistrationNumber": "7"},
            {"entityType": "MARKETPLACE", "taxRegistrationType": "CNPJ", "taxRegistrationNumber": "15436940"},
            {"entityType": "MERCHANT", "legalName": "TechStore"},
        ],
        "taxInvoicing": {"invoiceStatus": "PROCESSING"},
    },
    "fulfillment": {
        "fulfillmentStatus": "PARTIALLY_SHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "NEXT_DAY",
        "shipByWindow": {"earliestDateTime": "2026-11-21T00:00:00Z", "latestDateTime": "2026-11-22T00:00:00Z"},
        "deliverByWindow": {"earliestDateTime": "2026-11-23T00:00:00Z", "latestDateTime": "2026-11-24T00:00:00Z"},
        "labelPrintingWindow": {"earliestDateTime": "2026-11-21T00:00:00Z"},
    },
    "orderItems": [
        {
            "orderItemId": "1",
            "quantityOrdered": 3,
            "product": {"asin": "B0"},
            "fulfillment": {"quantityFulfilled": 2, "quantityUnfulfilled": 1},
        },
        {
            "orderItemId": "2",
            "quantityOrdered": 4,
            "product": {"asin": "B1"},
            "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 4},
        },
    ],
    "packages": [{"packageReferenceId": "p"}],
    "somethingNew": {"a": 1},
}

LEAST = {
    "orderId": "111-1111111-1111111",
    "createdTime": "2026-11-20T10:00:00Z",
    "lastUpdatedTime": "2026-11-21T10:00:00Z",
    "fulfillment": {"fulfillmentStatus": "PENDING"},
}


def read_order(body: object) -> AmazonOrder | UnreadableOrder | None:
    return API.order_call("1", Marketplace.US, Region.NA).read(json.dumps(body).encode())


def read_page(body: object) -> Page:
    return API.page_call(query(), Region.EU, None).read(json.dumps(body).encode())


def read(payload: dict[str, Any]) -> AmazonOrder:
    order = read_order({"order": payload})
    assert isinstance(order, AmazonOrder)
    return order


ORDER = read(FULL)


def unreadable(payload: object) -> UnreadableOrder:
    order = read_order({"order": payload})
    assert isinstance(order, UnreadableOrder)
    return order


def with_value(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the full payload with another value at one place."""
    payload = copy.deepcopy(FULL)
    *way, last = path
    reduce(getitem, way, payload)[last] = to
    return payload


def changed(*path: str | int, to: Any) -> AmazonOrder:
    """Return what the full payload with another value at one place is read as."""
    return read(with_value(*path, to=to))


def query(**asked: Any) -> OrderQuery:
    return OrderQuery(marketplace=Marketplace.GB, asked_at=NOW, **asked)


def parameters(token: str | None = None, **asked: Any) -> dict[str, str]:
    return dict(API.page_call(query(**asked), Region.EU, token).query)


# What is asked


def test_a_page_is_asked_for_with_every_part_of_the_concept():
    call = API.page_call(query(created=Window(after=SINCE)), Region.EU, None)
    assert call.path == "/orders/2026-01-01/orders"
    assert call.query == {
        "marketplaceIds": "A1F83G8C2ARO7P",
        "createdAfter": "2026-11-21T12:00:00Z",
        "maxResultsPerPage": "100",
        "includedData": INCLUDED,
    }


def test_exactly_one_date_is_asked_by_with_its_upper_bound():
    window = Window(SINCE, NOW - timedelta(hours=1, milliseconds=1))
    asked = parameters(last_updated=window, created=Window(after=SINCE - timedelta(days=9)))
    dates = {name: text for name, text in asked.items() if name.endswith(("After", "Before"))}
    assert dates == {"lastUpdatedAfter": "2026-11-21T12:00:00Z", "lastUpdatedBefore": "2026-11-23T10:59:59.999Z"}


def test_statuses_and_channels_are_asked_in_amazons_words():
    asked = parameters(statuses=frozenset({"Canceled", "PartiallyShipped"}), channels=frozenset({"MFN"}))
    assert (asked["fulfillmentStatuses"], asked["fulfilledBy"]) == ("CANCELLED,PARTIALLY_SHIPPED", "MERCHANT")
    assert parameters(channels=frozenset({"MFN", "AFN"}))["fulfilledBy"] == "AMAZON,MERCHANT"


def test_an_order_is_asked_for_with_the_same_parts():
    call = API.order_call("111-1111111-1111111", Marketplace.US, Region.NA)
    assert (call.path, call.query) == ("/orders/2026-01-01/orders/111-1111111-1111111", {"includedData": INCLUDED})


@pytest.mark.parametrize("statuses", [None, frozenset(), frozenset({"Shipped", "Canceled"})])
def test_a_query_that_amazon_takes_stays_as_it_is(statuses):
    asked = query(statuses=statuses)
    assert API.adapted(asked) is asked


def order_in(status: str) -> AmazonOrder:
    return dataclasses.replace(ORDER, order_status=status)


def test_a_status_amazon_does_not_take_is_checked_locally():
    asked = API.adapted(query(statuses=frozenset({"InvoiceUnconfirmed", "Shipped"})))
    assert asked.statuses is None
    assert "fulfillmentStatuses" not in API.page_call(asked, Region.EU, None).query
    matching = [status for status in ("Shipped", "InvoiceUnconfirmed", "Unshipped") if asked.matches(order_in(status))]
    assert matching == ["Shipped", "InvoiceUnconfirmed"]


def test_a_filter_is_checked_beside_such_a_status():
    prime = query(statuses=frozenset({"InvoiceUnconfirmed"}), filter=lambda order: bool(order.is_prime))
    asked = API.adapted(prime)
    assert asked.matches(order_in("InvoiceUnconfirmed"))
    assert not asked.matches(dataclasses.replace(order_in("InvoiceUnconfirmed"), is_prime=False))
    assert not asked.matches(order_in("Shipped"))


# What comes back

BOTH_WAYS = pytest.mark.parametrize(
    "wrap", [lambda body: body, lambda body: {"payload": body}], ids=["plain", "wrapped"]
)


@BOTH_WAYS
@pytest.mark.parametrize(
    ("more", "token"),
    [
        ({}, None),
        ({"pagination": None, "createdBefore": "x"}, None),
        ({"pagination": {}}, None),
        ({"pagination": {"nextToken": ""}}, None),
        ({"pagination": {"nextToken": "t", "new": 1}, "lastUpdatedBefore": "x"}, "t"),
    ],
)
def test_a_page_is_its_orders_and_the_token_of_the_next(wrap, more, token):
    assert read_page(wrap({"orders": [FULL, LEAST], **more})) == Page([ORDER, read(LEAST)], token)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"orders": None},
        {"orders": {}},
        {"payload": None},
        {"payload": {}},
        {"payload": []},
        {"errors": []},
        {"orders": [], "errors": [{"code": "InternalFailure"}]},
        {"orders": [], "pagination": "t"},
        {"orders": [], "pagination": {"nextToken": 7}},
    ],
    ids=json.dumps,
)
def test_json_that_is_no_page_is_an_error_and_not_an_empty_page(body):
    with pytest.raises(NotDocumented) as caught:
        read_page(body)
    assert caught.value.final


@BOTH_WAYS
def test_one_order_is_read_with_and_without_a_wrapper(wrap):
    assert read_order(wrap({"order": FULL})) == ORDER


@pytest.mark.parametrize("body", [{}, {"order": None}, {"order": {}}, {"payload": {}}, {"payload": {"order": {}}}])
def test_an_empty_order_is_none(body):
    assert read_order(body) is None


# What an order means


@pytest.mark.parametrize(
    ("programs", "true"),
    [
        (["AMAZON_BUSINESS"], {"is_business_order"}),
        (["PRIME"], {"is_prime"}),
        (["PREMIUM"], {"is_premium_order"}),
        (["INVOICE_BY_AMAZON"], {"is_iba"}),
        (["IN_STORE_PICK_UP"], {"is_ispu"}),
        (["AMAZON_HAUL", "FBM_SHIP_PLUS", "BRAND_NEW"], set()),
        ([], set()),
        (None, set()),
    ],
)
def test_each_program_makes_its_attribute_true_and_no_other(programs, true):
    order = changed("programs", to=programs)
    flags = {"is_business_order", "is_prime", "is_premium_order", "is_iba", "is_ispu"}
    assert {name: getattr(order, name) for name in flags} == {name: name in true for name in flags}
    assert (order.is_sold_by_ab, order.is_global_express_enabled) == (None, None)


@pytest.mark.parametrize(
    ("programs", "status", "kind"),
    [
        (["PREORDER"], "SHIPPED", "Preorder"),
        ([], "PENDING_AVAILABILITY", "Preorder"),
        ([], "SHIPPED", None),
        (["PRIME"], "PENDING", None),
    ],
)
def test_the_order_type_is_known_for_preorders_only(programs, status, kind):
    assert read(LEAST | {"programs": programs, "fulfillment": {"fulfillmentStatus": status}}).order_type == kind


@pytest.mark.parametrize(
    ("channel", "title"),
    [
        ({"channelName": "AMAZON", "marketplaceName": "Amazon.de"}, "Amazon.de"),
        ({"channelName": "NON_AMAZON"}, "Non-Amazon"),
        ({"channelName": "NON_AMAZON", "marketplaceName": "Shop"}, "Shop"),
        ({"channelName": "AMAZON"}, None),
        (None, None),
    ],
)
def test_the_sales_channel_is_the_marketplaces_name(channel, title):
    assert read(LEAST | {"salesChannel": channel}).sales_channel == title


@pytest.mark.parametrize(
    ("methods", "method", "details"),
    [(["Pix", None, "", "Pix"], "Other", ["Pix"]), (["ConvenienceStore", "CashOnDelivery"], "COD", ["CVS", "COD"])],
)
def test_the_payment_method_comes_from_the_payment_executions(methods, method, details):
    order = changed("payment", "paymentExecutions", to=[{"paymentMethod": name} for name in methods])
    assert (order.payment_method, order.payment_method_details) == (method, details)


@pytest.mark.parametrize("payment", [None, {}, {"paymentExecutions": None}])
def test_without_payment_executions_all_of_the_payment_is_none(payment):
    order = read(LEAST | {"payment": payment})
    assert (order.payment_method, order.payment_method_details, order.payment_execution_detail) == (None, None, None)


def counts(*items: dict[str, Any], status: str = "UNSHIPPED") -> tuple[int | None, int | None]:
    order = read(LEAST | {"fulfillment": {"fulfillmentStatus": status}, "orderItems": list(items)})
    return order.number_of_items_shipped, order.number_of_items_unshipped


def item(ordered: int | None = None, fulfilled: Any = None, unfulfilled: Any = None) -> dict[str, Any]:
    return {
        "quantityOrdered": ordered,
        "fulfillment": {"quantityFulfilled": fulfilled, "quantityUnfulfilled": unfulfilled},
    }


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([item(3, 2, 1), item(1, 1, 0)], (3, 1)),
        ([item(3, 2, 1), {"quantityOrdered": 9}], (None, None)),
        ([item(3, 2, 1), item(None, 2, None)], (4, None)),
        ([item(3, 2, 1), item(2, None, 2)], (None, 3)),
        ([item(2, 3, None), item(4, 0, None)], (3, 4)),
        ([item(2, 3, -1), item(4, 0, 4)], (3, 4)),
        ([item(5, 2, None)], (2, 3)),
        ([item(None, 2, None)], (2, None)),
        ([item(2, None, 2)], (None, 2)),
        ([item(2, "1", "1")], (1, 1)),
        ([item(2, 0, 0)], (0, 0)),
        ([{"quantityOrdered": 2}], (None, None)),
        ([{"quantityOrdered": 2, "fulfillment": None}], (None, None)),
        ([], (None, None)),
    ],
)
def test_items_are_counted_when_every_item_has_a_count(items, expected):
    assert counts(*items) == expected


@pytest.mark.parametrize("status", ["PENDING", "PENDING_AVAILABILITY", "CANCELLED"])
def test_orders_not_to_be_shipped_have_no_unshipped_items(status):
    assert counts(item(2, 0, 2), status=status) == (0, 0)
    assert counts(item(2, 0, None), status=status) == (0, 0)
    assert counts({"quantityOrdered": 2}, status=status) == (None, None)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"city": "Bath", "addressType": "PICKUP_POINT"}, True),
        ({"city": "Bath", "addressType": "COMMERCIAL"}, False),
        ({"city": "Bath"}, False),
        ({}, None),
        (None, None),
    ],
)
def test_an_access_point_is_known_by_the_address(address, expected):
    order = read(LEAST | {"recipient": {"deliveryAddress": address}})
    assert order.is_access_point_order is expected
    assert (order.shipping_address is None) == (expected is None)


def test_tax_registrations_of_others_are_not_the_buyers():
    order = changed("tax", "taxRegistrations", to=FULL["tax"]["taxRegistrations"][2:])
    assert order.buyer_info.buyer_tax_info is None


@pytest.mark.parametrize("more", [{}, {"legalName": ""}, {"taxRegistrationAddress": {"city": "Curitiba"}}])
def test_a_tax_registration_without_values_is_none(more):
    order = read(LEAST | {"tax": {"taxRegistrations": [{"entityType": "BUYER", **more}]}})
    assert order.buyer_info is None


def test_keys_that_amazon_adds_to_json_attributes_are_kept():
    payload = copy.deepcopy(FULL)
    payload["proceeds"]["grandTotal"]["exchangeRate"] = 1.5
    payload["payment"]["paymentExecutions"][1]["brandNewKey"] = {"innerKey": [1]}
    payload["tax"]["taxRegistrations"][1] |= {"validUntil": "2030", "name": "another"}
    order = read(payload)
    assert order.order_total == {"currency_code": "BRL", "amount": "1599.90", "exchange_rate": 1.5}
    assert order.payment_execution_detail[1]["brand_new_key"] == {"inner_key": [1]}
    assert order.buyer_info.buyer_tax_info["tax_classifications"][1] == {
        "name": "CST",
        "value": "7",
        "valid_until": "2030",
    }


@pytest.mark.parametrize(("sent", "amount"), [("10.10", "10.10"), (10.1, "10.1"), (10, "10")])
def test_amounts_are_text(sent, amount):
    order = changed("proceeds", "grandTotal", to={"amount": sent, "currencyCode": "EUR"})
    assert order.order_total == {"currency_code": "EUR", "amount": amount}


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every plain value in a payload."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


REQUIRED = {("orderId",), ("createdTime",), ("lastUpdatedTime",), ("fulfillment", "fulfillmentStatus")}


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize(
    "path",
    [path for path in leaves(FULL) if path not in REQUIRED and path[0] != "programs" and path[-1] != "breakdowns"],
)
def test_null_and_empty_text_are_nothing_anywhere(path, nothing):
    payload = with_value(*path, to=nothing)
    order = read(payload)
    *way, last = path
    place = reduce(getitem, way, payload)
    if isinstance(place, dict):
        del place[last]
        assert order == read(payload)


@pytest.mark.parametrize("part", ["salesChannel", "buyer", "recipient", "proceeds", "payment", "tax", "orderItems"])
def test_a_part_that_is_null_is_like_one_that_is_absent(part):
    without = {name: value for name, value in FULL.items() if name != part}
    assert read(FULL | {part: None}) == read(without)


@pytest.mark.parametrize("path", REQUIRED)
def test_an_order_without_a_required_value_is_unreadable(path):
    order = unreadable(with_value(*path, to=None))
    assert order == UnreadableOrder(None if path == ("orderId",) else FULL["orderId"], (".".join(path),))


# Completeness, by the models of Amazon's own SDK

# Properties of Amazon's models for which the documented concept has no place.
NOT_CARRIED = {
    *("orderAliases", "associatedOrders", "packages", "fulfillmentOrders", "buyer.buyerCompanyName"),
    *("recipient.deliveryPreference", "recipient.deliveryAddress.companyName"),
    *("recipient.deliveryAddress.extendedFields", "proceeds.breakdowns", "tax.taxInvoicing"),
    *("fulfillment.labelPrintingWindow", "fulfillment.promiseCalculationInputs"),
    # The concept has no order items; they are counted.
    *(f"orderItems.{name}" for name in ("orderItemId", "measurement", "associatedOrderItems", "programs", "product")),
    *(f"orderItems.{name}" for name in ("proceeds", "expense", "promotion", "cancellation", "tax")),
    *(f"orderItems.fulfillment.{name}" for name in ("picking", "packing", "shipping")),
}
# Of the address where the buyer is registered, only the country is of interest.
TAX_ADDRESS = "tax.taxRegistrations.taxRegistrationAddress."
# These show only where another one is missing, or are the choice itself; they have tests of their own.
SHOWN_ELSEWHERE = {
    *("programs", "salesChannel.channelName", "orderItems.quantityOrdered"),
    "tax.taxRegistrations.taxRegistrationAttributes",
}


def left_out(place: str) -> bool:
    return place in NOT_CARRIED or (place.startswith(TAX_ADDRESS) and not place.endswith(".countryCode"))


def properties(model: Any = amazon_models.Order, place: str = "") -> Iterator[str]:
    """Yield the place of every plain property in Amazon's model of an order, but below those that are left out."""
    for name, kind in model.swagger_types.items():
        inner = f"{place}.{model.attribute_map[name]}".strip(".")
        part = getattr(amazon_models, kind.removeprefix("List[").removesuffix("]"), None)
        if getattr(part, "swagger_types", None) and not left_out(inner) and inner not in SHOWN_ELSEWHERE:
            yield from properties(part, inner)
        else:
            yield inner


PROPERTIES = list(properties())


def test_what_is_left_out_exists():
    assert set(PROPERTIES) >= NOT_CARRIED | SHOWN_ELSEWHERE


@pytest.mark.parametrize("place", PROPERTIES)
def test_every_property_shows_in_the_order_or_is_left_out(place):
    payload = copy.deepcopy(FULL)
    *way, last = place.split(".")
    part: Any = payload
    for step in way:
        part = part[step][0] if isinstance(part[step], list) else part[step]
    present = part.get(last)
    part[last] = present + 1 if isinstance(present, int) else "OTHER"
    if place not in SHOWN_ELSEWHERE:
        assert (read(payload) == ORDER) == left_out(place), "map it, or list it as left out"


def test_the_statuses_of_amazons_own_models_are_known():
    known = {name for name in vars(amazon_models.FulfillmentStatus) if name.isupper()}
    assert known
    asked = {read(LEAST | {"fulfillment": {"fulfillmentStatus": name}}).order_status for name in known}
    assert parameters(statuses=frozenset(asked))["fulfillmentStatuses"] == ",".join(sorted(known))
