"""Orders API v0 is as strict as the real one: each of Amazon's rules."""

import base64
from datetime import timedelta
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.local_amazon import LocalAmazon, Seller
from playground.local_amazon.seed import generated_orders, seeded_orders
from tests.playground.local_amazon.support import (
    CA,
    DE,
    DENIED,
    DOCUMENTED,
    EVERY_ROLE,
    JP,
    NORTH_AMERICAN,
    NOT_VALID,
    ORDERS,
    US,
    Caller,
    query,
)
from tests.support import NOW, FakeClock

# One order


NON_AMAZON = "S01-7654321-7654321"


def test_an_order_of_another_shop_is_read_by_its_id_only(call):
    payload = call.get(f"{ORDERS}/{NON_AMAZON}").content["payload"]
    assert (payload["AmazonOrderId"], payload["MarketplaceId"]) == (NON_AMAZON, "A2ZV50J4W1RKNI")
    assert call.orders(AmazonOrderIds=NON_AMAZON).ids == [NON_AMAZON]
    assert NON_AMAZON not in call.orders().ids
    assert NON_AMAZON not in call.orders(MarketplaceIds=DE, AmazonOrderIds=NON_AMAZON).ids


@pytest.mark.parametrize("order_id", ["1", "902-3159896-139091", "902-3159896-1390916-1", "s01-1234567-1234567", "%20"])
def test_an_order_id_that_is_not_3_7_7_is_refused(call, order_id):
    assert call.get(f"{ORDERS}/{order_id}").refusal == (400, "InvalidInput", NOT_VALID, "")


def test_an_unknown_order_is_not_found_or_an_empty_payload(call, make_amazon):
    answer = call.get(f"{ORDERS}/999-9999999-9999999")
    assert (answer.status, answer.error["code"]) == (404, "NotFound")
    answer = Caller(make_amazon(unknown_is_empty=True)).get(f"{ORDERS}/999-9999999-9999999")
    assert (answer.status, answer.content) == (200, {"payload": {}})


# A list of orders: its parameters


@pytest.mark.parametrize("name", ["marketplaceIds", "MarketplaceId", "createdAfter", "BuyerEmail"])
def test_an_unknown_parameter_is_refused(call, name):
    answer = call.orders(**{name: "x"})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert name in answer.error["details"]


def test_without_marketplaces_the_message_is_null(call):
    answer = call.orders(MarketplaceIds=None)
    assert answer.refusal == (400, "InvalidInput", None, "")
    assert answer.headers["x-amzn-errortype"] == "InvalidQueryStringException"


@pytest.mark.parametrize(
    "listed", ["", "1VC38T7YXB528", "US", f"{US},", f"{US};{CA}", f"{US}, {CA}", ",".join([US] * 51)]
)
def test_marketplaces_that_are_unknown_or_too_many_are_refused(call, listed):
    assert call.orders(MarketplaceIds=listed).status == 400


@pytest.mark.parametrize("comma", [",", "%2C"])
def test_marketplaces_are_separated_by_commas_escaped_or_not(call, comma):
    target = f"{ORDERS}?MarketplaceIds={US}{comma}{CA}&CreatedAfter=2024-11-01"
    marketplaces = {order["MarketplaceId"] for order in call.get(target).content["payload"]["Orders"]}
    assert marketplaces == {US, CA}


@pytest.mark.parametrize("target", [f"{ORDERS}/302-0000001-0000001", f"{ORDERS}?{query(MarketplaceIds=JP)}"])
def test_orders_outside_the_sellers_region_are_denied(amazon, target):
    assert Caller(amazon, NORTH_AMERICAN).get(target).refusal == (403, "Unauthorized", DENIED, "")


def test_no_request_reaches_two_regions(call):
    assert call.orders(MarketplaceIds=f"{US},{DE}").status == 403


@pytest.mark.parametrize("marketplace", [US, CA, DE, JP])
def test_a_marketplace_lists_its_own_orders_oldest_first(call, marketplace):
    orders = call.orders(MarketplaceIds=marketplace).content["payload"]["Orders"]
    bought = [order["PurchaseDate"] for order in orders]
    assert bought == sorted(bought)
    expected = {order["AmazonOrderId"] for order in seeded_orders(NOW) if order["MarketplaceId"] == marketplace}
    assert {order["AmazonOrderId"] for order in orders} == expected != set()


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"CreatedBefore": "2026-01-01"},
        {"LastUpdatedBefore": "2026-01-01"},
        {"CreatedAfter": "2025-01-01", "LastUpdatedAfter": "2025-01-01"},
        {"CreatedAfter": "2025-01-01", "LastUpdatedBefore": "2026-01-01"},
        {"LastUpdatedAfter": "2025-01-01", "CreatedBefore": "2026-01-01"},
        {"CreatedAfter": "2026-01-02", "CreatedBefore": "2026-01-01"},
        {"LastUpdatedAfter": "2026-01-02", "LastUpdatedBefore": "2026-01-01"},
        {"CreatedAfter": "2027-01-01"},
    ],
    ids=str,
)
def test_dates_that_amazon_forbids_are_refused(call, dates):
    assert call.orders(**{"CreatedAfter": None, **dates}).refusal == (400, "InvalidInput", NOT_VALID, "")


@pytest.mark.parametrize("kind", ["Created", "LastUpdated"])
def test_before_may_equal_after_and_is_two_minutes_ago(call, kind):
    window = {"CreatedAfter": None, f"{kind}After": "2026-01-01"}
    assert call.orders(**window, **{f"{kind}Before": "2026-01-01"}).ids == []
    answer = call.orders(**window, **{f"{kind}Before": "2026-11-23T11:58:01Z"})
    assert answer.status == 400
    assert "at least 2 minutes before current time" in answer.error["message"]


@pytest.mark.parametrize("size", ["", "0", "101", "-1", "1.5", "ten", " 5", "05", "٥", "9" * 5000])
def test_a_page_size_that_is_not_1_to_100_is_refused(call, size):
    answer = call.orders(MaxResultsPerPage=size)
    assert (answer.status, answer.error["details"]) == (400, "Invalid MaxResultsPerPage")


def test_a_page_has_100_orders_by_default(make_amazon):
    assert len(Caller(make_amazon(generated_orders(150, NOW))).orders().ids) == 100


def test_an_order_shows_only_two_minutes_after_its_purchase(make_amazon, clock):
    [order] = generated_orders(1, NOW + timedelta(hours=1) - timedelta(seconds=119))
    call = Caller(make_amazon([order]))
    assert call.orders().ids == []
    clock.advance(1)
    assert call.orders().ids == [order["AmazonOrderId"]]


# A list of orders: its upper bound, echoed


@pytest.mark.parametrize(
    ("before", "echo"), [(None, "2026-11-23T11:58:00Z"), ("2026-01-01T09:00:00+09:00", "2026-01-01T00:00:00Z")]
)
def test_the_upper_bound_is_echoed_in_utc(call, before, echo):
    assert call.orders(CreatedBefore=before).content["payload"]["CreatedBefore"] == echo


def test_an_order_that_arrives_between_pages_shifts_none(make_amazon, clock):
    orders = generated_orders(6, NOW)
    [late] = generated_orders(1, NOW + timedelta(hours=1, minutes=1))
    late["AmazonOrderId"] = "999-9999999-9999999"
    call = Caller(make_amazon([*orders, late]))
    first = call.orders(MaxResultsPerPage="3")
    clock.advance(1800)
    second = call.orders(MaxResultsPerPage="3", NextToken=first.next_token)
    assert second.content["payload"]["CreatedBefore"] == first.content["payload"]["CreatedBefore"]
    assert [*first.ids, *second.ids] == [order["AmazonOrderId"] for order in orders]
    assert "999-9999999-9999999" in call.orders().ids


# A list of orders: its pages


@settings(max_examples=50)
@given(count=st.integers(0, 60), size=st.integers(1, 100))
@example(count=0, size=1)
@example(count=20, size=10)
@example(count=100, size=100)
@example(count=101, size=100)
def test_the_pages_together_give_every_order_once(count, size):
    orders = generated_orders(count, NOW)
    call = Caller(LocalAmazon(orders, clock=FakeClock()))
    pages = [page.ids for page in call.pages(MaxResultsPerPage=str(size))]
    assert [each for page in pages for each in page] == [order["AmazonOrderId"] for order in orders]
    assert all(len(page) == size for page in pages[:-1])
    assert len(pages) == max(1, -(-count // size))


@pytest.fixture
def first(call):
    """The first page of several."""
    page = call.orders(MaxResultsPerPage="5")
    assert page.next_token
    return page


def test_a_token_can_be_used_again(call, first):
    once, again = (call.orders(MaxResultsPerPage="5", NextToken=first.next_token) for _ in range(2))
    assert once.ids == again.ids


@pytest.mark.parametrize(
    "changes",
    [
        {"MaxResultsPerPage": "6"},
        {"MaxResultsPerPage": None},
        {"CreatedAfter": "2024-11-02T00:00:00Z"},
        {"CreatedBefore": "2026-11-23T11:58:00Z"},
        {"MarketplaceIds": CA},
        {"OrderStatuses": "Shipped"},
        {"CreatedAfter": None, "LastUpdatedAfter": "2024-11-01T00:00:00Z"},
        {"seller": NORTH_AMERICAN},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_a_token_is_refused_with_other_parameters_or_seller(amazon, call, first, changes):
    parameters = {"MaxResultsPerPage": "5", "NextToken": first.next_token, **changes}
    if seller := parameters.pop("seller", None):
        call = Caller(amazon, seller)
    assert call.orders(**parameters).refusal == (400, "InvalidInput", NOT_VALID, "")


@pytest.mark.parametrize("escape", [lambda token: quote(quote(token, safe=""), safe=""), str], ids=["twice", "never"])
def test_a_token_must_be_escaped_once(call, first, escape):
    assert {"+", "/", "="} <= set(first.next_token)
    answer = call.get(f"{ORDERS}?{query(MaxResultsPerPage='5')}&NextToken={escape(first.next_token)}")
    assert answer.status == 400
    assert answer.error["message"].startswith("We could not decode your NextToken.")


def test_a_token_cannot_be_altered(call, first):
    raw = base64.b64decode(first.next_token)
    assert b"[5, " in raw
    other = base64.b64encode(raw.replace(b"[5, ", b"[3, ")).decode()
    assert call.orders(MaxResultsPerPage="5", NextToken=other).status == 400


# Personal data


@pytest.mark.parametrize(
    "elements",
    [(), ("buyerInfo",), ("shippingAddress",), ("buyerInfo", "shippingAddress")],
    ids=lambda elements: " and ".join(elements) or "none",
)
@pytest.mark.parametrize("path", [ORDERS, DOCUMENTED], ids=["getOrders", "getOrder"])
def test_a_restricted_token_opens_its_elements(call, path, elements):
    token = call.restricted(path, *elements) if elements else call.token
    payload = call.get(path if path == DOCUMENTED else f"{path}?{query()}", token).content["payload"]
    order = next(o for o in payload.get("Orders", [payload]) if o["AmazonOrderId"] == "902-3159896-1390916")
    assert ("BuyerInfo" in order) == ("buyerInfo" in elements)
    address = {"City", "StateOrRegion", "PostalCode", "CountryCode"}
    if "shippingAddress" in elements:
        address |= {"Name", "AddressLine1", "Phone", "AddressType"}
    assert set(order["ShippingAddress"]) == address


def test_tax_information_is_an_element_of_its_own(make_amazon):
    seller = Seller("Atzr|Invoicing", "client", "secret", roles=EVERY_ROLE)
    call = Caller(make_amazon(sellers=[seller]), seller)
    path = f"{ORDERS}/404-0000001-0000001"
    assert "BuyerTaxInformation" not in call.get(path, call.restricted(path, "buyerInfo")).content["payload"]
    assert "BuyerTaxInformation" in call.get(path, call.restricted(path, "buyerTaxInformation")).content["payload"]
