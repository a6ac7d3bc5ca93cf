"""The local Amazon keeps the rules of Orders API 2026-01-01: what it refuses and what it leaves out."""

import json
from datetime import timedelta
from typing import Any

import pytest
from spapi.models import orders_v2026_01_01 as amazon_models

from playground.local_amazon.orders_2026 import Orders20260101
from playground.local_amazon.seed import generated_orders, seeded_orders
from playground.local_amazon.shape_2026 import in_2026_shape
from playground.local_amazon.tokens import Grant
from playground.local_amazon.wire import DEMONSTRATION_SELLER, Refusal, Seller
from tests.support import NOW, FakeClock

US, DE = "ATVPDKIKX0DER", "A1PA6795UKMFR9"
SINCE = {"createdAfter": "2024-11-01T00:00:00Z", "marketplaceIds": US}
ALL_PARTS = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT"
US_ORDER = "902-3159896-1390916"


def grant(**seller: object) -> Grant:
    owner = Seller("refresh", "client", "secret", **seller) if seller else DEMONSTRATION_SELLER
    return Grant(owner)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def amazon(clock):
    return Orders20260101(seeded_orders(NOW), clock)


def refused(call, *arguments):
    """The status and the first error of a refusal."""
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value.response.status, json.loads(caught.value.response.body)["errors"][0]


PARTS = {
    "BUYER": "buyer",
    "RECIPIENT": "recipient",
    "PROCEEDS": "proceeds",
    "FULFILLMENT": "fulfillment",
    "PAYMENT": "payment",
}


@pytest.mark.parametrize("included", [None, *PARTS])
def test_a_part_comes_only_when_it_is_included(amazon, included):
    order = amazon.get_order(US_ORDER, {"includedData": included} if included else {}, grant())["order"]
    base = {"orderId", "createdTime", "lastUpdatedTime", "programs", "salesChannel", "orderItems"}
    assert set(order) == base | {PARTS[included]} if included else set(order) == base
    assert ("fulfillment" in order["orderItems"][0]) == (included == "FULFILLMENT")


def test_taxes_come_only_when_they_are_included(amazon):
    without = amazon.get_order("703-0000001-0000001", {"includedData": "BUYER"}, grant())["order"]
    order = amazon.get_order("703-0000001-0000001", {"includedData": "TAX"}, grant())["order"]
    assert "tax" not in without
    assert order["tax"]["taxRegistrations"][0]["entityType"] == "BUYER"


@pytest.mark.parametrize(
    "parameters",
    [
        {"marketplaceIds": US},
        {**SINCE, "lastUpdatedAfter": "2024-11-01T00:00:00Z"},
        {**SINCE, "lastUpdatedBefore": "2025-11-01T00:00:00Z"},
        {"createdBefore": "2025-11-01T00:00:00Z"},
        {**SINCE, "createdAfter": "yesterday"},
        {**SINCE, "createdBefore": "2026-11-23T11:58:01Z"},
        {**SINCE, "createdBefore": "2024-10-01T00:00:00Z"},
        {**SINCE, "createdAfter": "2026-11-23T11:59:00Z"},
        {**SINCE, "maxResultsPerPage": "101"},
        {**SINCE, "maxResultsPerPage": "0"},
        {**SINCE, "fulfillmentStatuses": "SHIPPED,INVOICE_UNCONFIRMED"},
        {**SINCE, "fulfillmentStatuses": "Shipped"},
        {**SINCE, "fulfilledBy": "MFN"},
        {**SINCE, "includedData": "BUYER,EVERYTHING"},
        {**SINCE, "marketplaceIds": "NOWHERE"},
        {**SINCE, "MarketplaceIds": US},
        {**SINCE, "NextToken": "t"},
        {**SINCE, "paginationToken": "invented"},
        {"createdAfter": "TEST_CASE_400"},
        {"createdAfter": "TEST_CASE_200", "marketplaceIds": US},
    ],
)
def test_an_invalid_search_is_refused(amazon, parameters):
    status, error = refused(amazon.search_orders, parameters, grant())
    assert (status, error["code"]) == (400, "InvalidInput")


@pytest.mark.parametrize("marketplaces", [DE, f"{US},{DE}"])
def test_marketplaces_of_another_region_are_forbidden(amazon, marketplaces):
    seller = grant(regions=frozenset({"NA"}))
    status, error = refused(amazon.search_orders, {**SINCE, "marketplaceIds": marketplaces}, seller)
    assert (status, error["details"]) == (403, "The marketplaces you provided are not valid for region.")


@pytest.mark.parametrize(
    ("order_id", "regions", "status", "code"),
    [
        (US_ORDER, {"EU"}, 403, "Unauthorized"),
        ("111-9999999-9999999", {"NA"}, 404, "NotFound"),
        ("111", {"NA"}, 400, "InvalidInput"),
    ],
    ids=["another region", "unknown", "no order id"],
)
def test_an_order_that_cannot_be_read_is_refused(amazon, order_id, regions, status, code):
    refusal = refused(amazon.get_order, order_id, {}, grant(regions=frozenset(regions)))
    assert (refusal[0], refusal[1]["code"]) == (status, code)


def test_an_order_of_another_shop_is_never_listed(amazon):
    order = amazon.get_order("S01-7654321-7654321", {}, grant())["order"]
    assert order["salesChannel"] == {"channelName": "NON_AMAZON", "marketplaceId": "A2ZV50J4W1RKNI"}
    listed = amazon.search_orders({"createdAfter": "2024-11-01T00:00:00Z"}, grant())["orders"]
    assert "S01-7654321-7654321" not in {order["orderId"] for order in listed}
    created = [order["createdTime"] for order in listed]
    assert created == sorted(created)


@pytest.fixture
def paged(clock):
    """A list of 30 orders, its parameters, and the token of its second page."""
    amazon = Orders20260101(generated_orders(30, NOW), clock)
    parameters = {**SINCE, "maxResultsPerPage": "10", "includedData": ALL_PARTS}
    return amazon, parameters, amazon.search_orders(parameters, grant())["pagination"]["nextToken"]


def test_pages_have_every_order_once_whatever_happens_between(paged, clock):
    amazon, parameters, token = paged
    first = amazon.search_orders(parameters, grant())
    clock.advance(3600)
    second = amazon.search_orders({**parameters, "paginationToken": token}, grant())
    token = second["pagination"]["nextToken"]
    last = amazon.search_orders({**parameters, "paginationToken": token, "maxResultsPerPage": "20"}, grant())
    assert "pagination" not in last
    assert len({order["orderId"] for page in (first, second, last) for order in page["orders"]}) == 30
    assert first["createdBefore"] == second["createdBefore"] == last["createdBefore"]
    shorter = amazon.search_orders({**parameters, "paginationToken": token, "maxResultsPerPage": "5"}, grant())
    assert len(shorter["orders"]) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"createdAfter": "2024-11-02T00:00:00Z"},
        {"createdBefore": "2026-11-23T00:00:00Z"},
        {"includedData": "BUYER"},
        {"fulfilledBy": "MERCHANT"},
        {"marketplaceIds": "A2EUQ1WTGCTBG2"},
    ],
)
def test_a_token_is_refused_with_changed_parameters(paged, change):
    amazon, parameters, token = paged
    status, error = refused(amazon.search_orders, {**parameters, "paginationToken": token, **change}, grant())
    assert status == 400
    assert error["message"] == (
        "The paginationToken you have submitted is not valid. "
        "All parameters must match the original request except maxResultsPerPage."
    )


def test_a_token_is_valid_for_24_hours_and_its_seller(paged, clock):
    amazon, parameters, token = paged
    clock.advance(timedelta(hours=23, minutes=59).total_seconds())
    assert amazon.search_orders({**parameters, "paginationToken": token}, grant())["orders"]
    assert refused(amazon.search_orders, {**parameters, "paginationToken": token}, grant(roles=frozenset()))[0] == 400
    clock.advance(60)
    assert refused(amazon.search_orders, {**parameters, "paginationToken": token}, grant())[0] == 400


@pytest.mark.parametrize(
    ("roles", "buyer", "name"),
    [
        ({"buyerInfo", "shippingAddress"}, {"buyerName", "buyerEmail", "buyerPurchaseOrderNumber"}, True),
        ({"shippingAddress"}, {"buyerPurchaseOrderNumber"}, True),
        ({"buyerInfo"}, {"buyerName", "buyerEmail", "buyerPurchaseOrderNumber"}, False),
    ],
)
def test_personal_data_comes_by_role(amazon, roles, buyer, name):
    seller = grant(roles=frozenset(roles))
    order = amazon.get_order(US_ORDER, {"includedData": ALL_PARTS}, seller)["order"]
    address = order["recipient"]["deliveryAddress"]
    assert (set(order["buyer"]) == buyer) or order["fulfillment"]["fulfilledBy"] == "AMAZON"
    assert ("name" in address, "postalCode" in address, "city" in address) == (name, name, True)


def test_an_order_fulfilled_by_amazon_has_no_email_and_phone(amazon):
    order = amazon.get_order("111-0000003-0000003", {"includedData": ALL_PARTS}, grant())["order"]
    assert "buyerEmail" not in order["buyer"]
    assert "phone" not in order["recipient"]["deliveryAddress"]


def assert_known(part: Any, kind: str) -> None:
    """Assert that all names in a part of an order are those of Amazon's model, and that what it requires is there."""
    if kind.startswith("List["):
        for item in part:
            assert_known(item, kind.removeprefix("List[").removesuffix("]"))
    elif isinstance(part, dict):
        model = getattr(amazon_models, kind)
        kinds = {name: model.swagger_types[attribute] for attribute, name in model.attribute_map.items()}
        assert set(part) <= set(kinds)
        for name, value in part.items():
            assert_known(value, kinds[name])


@pytest.mark.parametrize("order", seeded_orders(NOW), ids=lambda order: order["AmazonOrderId"])
def test_every_seeded_order_has_the_shape_of_amazons_model(order):
    shaped = in_2026_shape(order)
    assert_known(shaped, "Order")
    assert {"orderId", "createdTime", "lastUpdatedTime", "salesChannel"} <= set(shaped)
    assert shaped["orderItems"]
    assert shaped["fulfillment"]["fulfillmentStatus"].isupper()
