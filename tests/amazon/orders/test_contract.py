"""What both versions of the Orders API do alike, through the book and the local Amazon: one suite, run for each."""

import dataclasses
import json

import pytest
from kognitos.bdk import api
from kognitos.bdk.api.errors import ForbiddenError

from amazon_selling_partner.errors import (
    AmazonUnavailable,
    PagingBroken,
    QuotaExhausted,
    RequestRefused,
    UnreadableAnswer,
    UnreadableOrders,
)
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders
from playground.local_amazon.shape_2026 import in_2026_shape
from tests.amazon.orders.differences_support import ATTRIBUTES, CHANGING, ends, value
from tests.filters.support import AND, OR, where

US_ORDER = "902-3159896-1390916"
SINCE = "2024-11-01T00:00:00Z"


@dataclasses.dataclass(frozen=True)
class Api:
    """How one version spells what both do."""

    setting: str
    list: str
    one: str
    rate: float
    token: str
    spoilt: tuple[str, ...]

    def orders(self, content):
        return content["payload"]["Orders"] if self.setting == "v0" else content["orders"]

    def page(self, orders, token):
        if self.setting == "v0":
            return {"payload": {"Orders": orders, "NextToken": token}}
        return {"orders": [in_2026_shape(order) for order in orders], "pagination": {"nextToken": token}}


V0 = Api("v0", "getOrders", "getOrder", 0.0167, "NextToken", ("BuyerInfo.BuyerName", "OrderTotal.Amount"))
V2026 = Api(
    "2026-01-01",
    "searchOrders",
    "getOrder 2026-01-01",
    0.0056,
    "paginationToken",
    ("buyer.buyerName", "proceeds.grandTotal.amount", "payment.paymentExecutions.0.paymentAmount.amount"),
)


@pytest.fixture(params=[V0, V2026], ids=lambda version: version.setting)
def version(request, monkeypatch):
    monkeypatch.setenv(ORDERS_API, request.param.setting)
    return request.param


def ids(orders):
    return [order.amazon_order_id for order in orders]


def numbered(count, clock):
    return generated_orders(count, clock.now())


# Complete, once, in order


@pytest.mark.parametrize(("offset", "limit"), [(None, None), (0, 100), (3, 5), (99, 2), (240, 50), (250, 1), (300, 9)])
def test_offset_and_limit_cut_the_complete_list(make_amazon, connect, clock, version, offset, limit):
    seed = numbered(250, clock)
    make_amazon(seed)
    expected = [order["AmazonOrderId"] for order in seed][offset or 0 :]
    assert ids(connect().retrieve_orders(offset=offset, limit=limit)) == expected[:limit]


def test_no_page_is_fetched_that_is_not_needed(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(250, clock))
    book = connect()
    for limit, pages in [(0, 0), (1, 1), (100, 1), (101, 2)]:
        amazon.requests.clear()
        assert len(book.retrieve_orders(limit=limit)) == limit
        assert len(amazon.calls(version.list)) == pages


def test_every_page_has_the_parameters_of_the_first(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(250, clock))
    connect().retrieve_orders(createdafter=SINCE)
    pages = [dict(request.parameters) for request in amazon.calls(version.list)]
    assert len(pages) == 3
    assert [page.pop(version.token, None) is None for page in pages] == [True, False, False]
    assert pages[0] == pages[1] == pages[2]


def test_an_order_on_two_pages_comes_once(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(150, clock))
    seen = []

    def repeat_last(content):
        orders = version.orders(content)
        if seen:
            orders.insert(0, seen[-1])
        seen.extend(orders)
        return content

    amazon.faults.always(version.list, faults.changed(repeat_last))
    assert len(ids(connect().retrieve_orders())) == 150


@pytest.mark.parametrize("tokens", [["same"] * 12, [f"token-{number}" for number in range(12)]], ids=["same", "new"])
def test_pages_that_lead_nowhere_end_with_an_error(make_amazon, connect, clock, version, tokens):
    seed = numbered(10, clock)
    amazon = make_amazon(seed)
    amazon.faults.next(version.list, *(faults.status(200, version.page(seed, token)) for token in tokens))
    with pytest.raises(PagingBroken):
        connect().retrieve_orders()


def test_a_failure_on_a_later_page_returns_nothing_and_says_how_far_it_got(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(250, clock))
    amazon.faults.next(version.list, None, None, faults.status(400, {"errors": [{"code": "InvalidInput"}]}))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.diagnostics["orders read so far"] == "200"


def test_an_unreadable_order_is_named_and_never_dropped(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(3, clock))

    def spoil(content):
        order = version.orders(content)[1]
        for name in ("PurchaseDate", "createdTime"):
            if name in order:
                order[name] = None
        return content

    amazon.faults.always(version.list, faults.changed(spoil))
    with pytest.raises(UnreadableOrders, match=r"101-0000001-\d{7}"):
        connect().retrieve_orders()


def test_a_page_with_errors_beside_its_orders_is_no_page_as_it_may_lack_some(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(3, clock))
    error = {"errors": [{"code": "InternalFailure", "message": "Not all orders could be read."}]}
    amazon.faults.always(version.list, faults.changed(lambda content: {**content, **error}))
    with pytest.raises(UnreadableAnswer):
        connect().retrieve_orders()


TINY = "1e-99999999999999999999"
NO_VALUES = ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", TINY, "9" * 5000, '"\\ud800"', '"x\\udc00"']


def with_one_spoilt(version, seed, value):
    """Return an answer with these orders; of the second one something is written as it is."""
    seed[1]["BuyerInfo"] = {"BuyerName": "@"}
    seed[1]["OrderTotal"] = {"CurrencyCode": "USD", "Amount": "@"}
    return faults.status(200, json.dumps(version.page(seed, None)).replace('"@"', value))


@pytest.mark.parametrize("value", NO_VALUES, ids=lambda value: value[:9])
def test_what_is_no_value_makes_its_order_unreadable_and_no_other(make_amazon, connect, clock, version, value):
    seed = numbered(3, clock)
    make_amazon(seed).faults.always(version.list, with_one_spoilt(version, seed, value))
    with pytest.raises(UnreadableOrders) as caught:
        connect().retrieve_orders()
    [told] = caught.value.diagnostics["unreadable orders"]
    assert told == f"{seed[1]['AmazonOrderId']} ({', '.join(version.spoilt)})"


@pytest.mark.parametrize("levels", [500, 950, 5_000, 100_000])
@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"New": ', "}")], ids=["lists", "objects"])
def test_what_is_nested_too_deep_makes_its_order_unreadable_and_no_other(
    make_amazon, connect, clock, version, levels, start, end
):
    seed = numbered(3, clock)
    deep = start * levels + "1" + end * levels
    make_amazon(seed).faults.always(version.list, with_one_spoilt(version, seed, f'"x", "NewKey": {deep}'))
    with pytest.raises(UnreadableOrders) as caught:
        connect().retrieve_orders()
    assert len(caught.value.diagnostics["unreadable orders"]) == 1
    assert seed[1]["AmazonOrderId"] in str(caught.value)


def test_what_is_nested_as_deep_as_any_reader_goes_is_kept(make_amazon, connect, clock, version):
    seed = numbered(2, clock)
    deep = "[" * 150 + "1" + "]" * 150
    make_amazon(seed).faults.always(version.list, with_one_spoilt(version, seed, f'"x", "NewKey": {deep}'))
    assert json.dumps(connect().retrieve_orders()[1].order_total["new_key"]) == deep


@pytest.mark.parametrize("value", NO_VALUES, ids=lambda value: value[:9])
def test_what_is_no_value_does_no_harm_where_nobody_reads_it(make_amazon, connect, clock, version, value):
    seed = numbered(2, clock)
    text = json.dumps(version.page(seed, None))
    for order in ('{"AmazonOrderId"', '{"orderId"'):
        text = text.replace(order, f'{{"Unread": [{value}], {order[1:]}')
    make_amazon(seed).faults.always(version.list, faults.status(200, text))
    assert len(connect().retrieve_orders()) == 2


def test_an_order_id_that_is_no_text_is_shown_with_a_replacement_character(make_amazon, connect, clock, version):
    seed = numbered(2, clock)
    seed[1]["AmazonOrderId"] = "101-\ud800"
    make_amazon(seed).faults.always(version.list, faults.status(200, json.dumps(version.page(seed, None))))
    with pytest.raises(UnreadableOrders, match="101-\ufffd ") as caught:
        connect().retrieve_orders()
    assert str(caught.value).encode()


def test_a_page_token_that_is_no_text_is_an_unreadable_answer(make_amazon, connect, clock, version):
    seed = numbered(2, clock)
    make_amazon(seed).faults.always(version.list, faults.status(200, json.dumps(version.page(seed, "t\ud800"))))
    with pytest.raises(UnreadableAnswer):
        connect().retrieve_orders()


# Quota and faults


def test_the_21st_page_waits_as_long_as_the_usage_plan_says(make_amazon, connect, clock, version):
    amazon = make_amazon(numbered(2050, clock), quota=1)
    assert len(connect().retrieve_orders()) == 2050
    assert len(amazon.calls(version.list)) == 21
    assert clock.slept == pytest.approx(1 / version.rate, abs=2)


def test_a_wait_that_does_not_fit_fails_at_once_and_says_when_to_come_back(make_amazon, connect, clock, version):
    make_amazon(numbered(4000, clock), quota=1)
    with pytest.raises(QuotaExhausted, match="come back after"):
        connect().retrieve_orders()
    assert clock.slept < 840


def test_throttling_is_obeyed(make_amazon, connect, version):
    amazon = make_amazon()
    amazon.faults.next(version.list, faults.status(429, {"errors": [{"code": "QuotaExceeded"}]}))
    assert connect().retrieve_orders(limit=1)
    assert [request.status for request in amazon.calls(version.list)] == [429, 200]


@pytest.mark.parametrize("fault", [faults.status(503), faults.status(200, "<html>"), faults.resetting()])
def test_a_hiccup_is_outlasted(make_amazon, connect, version, fault):
    amazon = make_amazon()
    amazon.faults.next(version.list, fault)
    amazon.faults.next(version.one, fault)
    assert connect().retrieve_orders(limit=1)
    assert connect().retrieve_order(Marketplace.US, US_ORDER).amazon_order_id == US_ORDER


@pytest.mark.parametrize(
    ("fault", "error"), [(faults.status(500), AmazonUnavailable), (faults.status(200, "[]"), UnreadableAnswer)]
)
def test_an_outage_is_told(make_amazon, connect, version, fault, error):
    amazon = make_amazon()
    amazon.faults.always(version.list, fault)
    with pytest.raises(error):
        connect().retrieve_orders(limit=1)


def test_tokens_that_amazon_forgot_are_renewed(make_amazon, connect, clock, version):
    make_amazon(expires_in=3600)
    assert connect().retrieve_orders(limit=1)
    clock.advance(3 * 3600)
    assert connect().retrieve_orders(limit=1)


def test_the_list_and_the_single_order_have_quotas_of_their_own(make_amazon, connect, clock, version):
    make_amazon(numbered(40, clock), quota=1)
    book = connect()
    order_id = book.retrieve_orders(limit=1)[0].amazon_order_id
    for _ in range(30):
        book.retrieve_order(Marketplace.US, order_id)
    assert clock.slept == 0


# What is asked


def test_a_filter_that_amazon_answers_is_left_to_amazon(make_amazon, connect, version):
    amazon = make_amazon()
    statuses = OR(where("order status", "is", "Canceled"), where("order status", "is", "PartiallyShipped"))
    orders = connect().retrieve_orders(
        createdafter=SINCE, filter_expression=AND(statuses, where("fulfillment channel", "is", "MFN"))
    )
    assert {(order.order_status, order.fulfillment_channel) for order in orders} <= {
        ("Canceled", "MFN"),
        ("PartiallyShipped", "MFN"),
    }
    assert {order.order_status for order in orders} >= {"PartiallyShipped"}
    [asked] = amazon.calls(version.list)
    assert {"OrderStatuses", "fulfillmentStatuses"} & set(asked.parameters)
    assert {"FulfillmentChannels", "fulfilledBy"} & set(asked.parameters)


def test_every_status_can_be_filtered_by_even_one_that_amazon_does_not_take(make_amazon, connect, version):
    make_amazon()
    orders = connect().retrieve_orders(
        marketplace=Marketplace.BR, filter_expression=where("order status", "is", "InvoiceUnconfirmed")
    )
    assert ids(orders) == ["703-0000001-0000001"]
    others = connect().retrieve_orders(
        marketplace=Marketplace.BR, filter_expression=where("order status", "is not", "InvoiceUnconfirmed")
    )
    assert others == []


@pytest.mark.parametrize("status", ["Pending", "PendingAvailability", "Unfulfillable", "Unshipped", "Shipped"])
def test_each_status_finds_its_orders(make_amazon, connect, version, status):
    make_amazon()
    found = connect().retrieve_orders(createdafter=SINCE, filter_expression=where("order status", "is", status))
    assert found
    assert {order.order_status for order in found} == {status}


def test_both_dates_hold(make_amazon, connect, clock, version):
    make_amazon(numbered(20, clock))
    every = connect().retrieve_orders()
    created, updated = every[12].purchase_date, every[5].last_update_date
    found = connect().retrieve_orders(createdafter=created, last_updated=updated)
    assert set(ids(found)) == {
        order.amazon_order_id for order in every if order.purchase_date >= created and order.last_update_date >= updated
    }


# Known orders


def known(*order_ids):
    return where("amazon order id", "in", list(order_ids))


def test_known_orders_come_however_old_they_are_and_unknown_ones_do_not(make_amazon, connect, clock, version):
    seed = generated_orders(300, clock.now(), days=300)
    amazon = make_amazon(seed)
    newest, oldest = seed[0]["AmazonOrderId"], seed[-1]["AmazonOrderId"]
    found = connect().retrieve_orders(filter_expression=known(newest, "111-9999999-9999999", oldest.lower()))
    assert ids(found) == [newest, oldest]
    assert len(amazon.calls(version.list)) == (version is V0)
    assert len(amazon.calls(version.one)) == (0 if version is V0 else 3)


def test_one_known_order_is_the_same_as_by_itself(make_amazon, connect, version):
    make_amazon()
    [order] = connect().retrieve_orders(filter_expression=where("amazon order id", "is", US_ORDER))
    assert order == connect().retrieve_order(Marketplace.US, US_ORDER)


def test_known_orders_come_in_amazons_order_on_v0_and_as_they_were_asked_for_afterwards(
    make_amazon, connect, clock, version
):
    seed = [order["AmazonOrderId"] for order in numbered(6, clock)]
    make_amazon(numbered(6, clock))
    shuffled = [seed[3], seed[0], seed[5]]
    expected = [seed[0], seed[3], seed[5]] if version is V0 else shuffled
    book = connect()
    assert ids(book.retrieve_orders(filter_expression=known(*shuffled))) == expected
    assert ids(book.retrieve_orders(offset=1, limit=1, filter_expression=known(*shuffled))) == expected[1:2]


def test_many_known_orders_take_several_calls_and_no_more_than_needed(make_amazon, connect, clock, version):
    seed = numbered(120, clock)
    amazon = make_amazon(seed, quota=1)
    wanted = [order["AmazonOrderId"] for order in seed]
    assert ids(connect().retrieve_orders(filter_expression=known(*wanted))) == wanted
    if version is V0:
        asked = [request.parameters["AmazonOrderIds"].split(",") for request in amazon.calls("getOrders")]
        assert [len(some) for some in asked] == [50, 50, 20]
        assert clock.slept == 0
    else:
        assert len(amazon.calls(version.one)) == 120
        assert clock.slept == pytest.approx(90 / 0.5, abs=2)
    amazon.requests.clear()
    assert ids(connect().retrieve_orders(limit=2, filter_expression=known(*wanted))) == wanted[:2]
    assert len(amazon.calls(version.list)) + len(amazon.calls(version.one)) == (1 if version is V0 else 2)


def test_the_rest_of_a_filter_by_ids_and_the_dates_hold(make_amazon, connect, clock, version):
    seed = numbered(40, clock)
    make_amazon(seed)
    every = connect().retrieve_orders()
    some = every[::2]
    since, until = some[-3].purchase_date, some[2].last_update_date
    found = connect().retrieve_orders(
        createdafter=since,
        filter_expression=AND(
            known(*ids(some)),
            where("order status", "is not", "Canceled"),
            where("fulfillment channel", "is", "MFN"),
            where("last update date", "<=", until),
        ),
    )
    expected = [
        order
        for order in some
        if order.purchase_date >= since
        and order.last_update_date <= until
        and order.order_status != "Canceled"
        and order.fulfillment_channel == "MFN"
    ]
    assert 0 < len(expected) < len(some)
    assert ids(found) == ids(expected)


def test_a_known_order_of_another_marketplace_is_not_one_of_the_marketplace_asked(make_amazon, connect, version):
    make_amazon()
    [canadian, *_] = connect().retrieve_orders(marketplace=Marketplace.CA, createdafter=SINCE)
    chosen = known(canadian.amazon_order_id, US_ORDER)
    assert ids(connect().retrieve_orders(filter_expression=chosen)) == [US_ORDER]
    found = connect().retrieve_orders(marketplace=Marketplace.CA, filter_expression=chosen)
    assert ids(found) == [canadian.amazon_order_id]


def test_what_is_no_order_id_is_not_sent(make_amazon, connect, version):
    amazon = make_amazon()
    assert connect().retrieve_orders(filter_expression=known("TEST_CASE_200", "902/../../tokens", "")) == []
    assert amazon.requests == []


def test_a_known_order_that_cannot_be_read_is_named_and_never_dropped(make_amazon, connect, clock, version):
    seed = numbered(3, clock)
    seed[1]["PurchaseDate"] = seed[1]["LastUpdateDate"] = seed[0]["LastUpdateDate"]
    amazon = make_amazon(seed)

    def spoil(content):
        for order in content["payload"]["Orders"] if version is V0 else [content["order"]]:
            if seed[1]["AmazonOrderId"] in order.values():
                order["PurchaseDate"] = order["createdTime"] = None
        return content

    amazon.faults.always(version.list if version is V0 else version.one, faults.changed(spoil))
    with pytest.raises(UnreadableOrders, match=seed[1]["AmazonOrderId"]):
        connect().retrieve_orders(filter_expression=known(*(order["AmazonOrderId"] for order in seed)))


@pytest.mark.parametrize("body", [{}, {"payload": {}}, {"order": None}])
def test_an_unknown_order_among_known_ones_is_left_out_however_amazon_says_it(make_amazon, connect, version, body):
    amazon = make_amazon()
    if version is V2026:
        amazon.faults.next(version.one, faults.status(200, body))
    found = connect().retrieve_orders(filter_expression=known("111-9999999-9999999", US_ORDER))
    assert ids(found) == [US_ORDER]


def test_a_refusal_of_one_known_order_returns_nothing(make_amazon, connect, version):
    amazon = make_amazon()
    operation = version.list if version is V0 else version.one
    amazon.faults.next(operation, faults.status(400, {"errors": [{"code": "InvalidInput"}]}))
    with pytest.raises(RequestRefused):
        connect().retrieve_orders(filter_expression=known(US_ORDER, "111-9999999-9999999"))


# One order


def test_one_order_is_the_same_as_in_the_list(make_amazon, connect, version):
    make_amazon()
    listed = {order.amazon_order_id: order for order in connect().retrieve_orders(createdafter=SINCE)}
    assert connect().retrieve_order(Marketplace.US, US_ORDER) == listed[US_ORDER]


@pytest.mark.parametrize("body", [{}, {"payload": {}}, {"order": None}])
def test_an_unknown_order_is_not_found_however_amazon_says_it(make_amazon, connect, version, body):
    amazon = make_amazon()
    with pytest.raises(api.NotFoundError, match="does not know this order"):
        connect().retrieve_order(Marketplace.US, "111-9999999-9999999")
    amazon.faults.next(version.one, faults.status(200, json.dumps(body)))
    with pytest.raises(api.NotFoundError, match="does not know this order"):
        connect().retrieve_order(Marketplace.US, "111-9999999-9999999")


def test_a_known_order_that_is_another_one_is_an_error_too(make_amazon, connect, monkeypatch):
    monkeypatch.setenv(ORDERS_API, V2026.setting)
    make_amazon().faults.always(V2026.one, faults.changed(renamed))
    with pytest.raises(UnreadableAnswer, match="another order"):
        connect().retrieve_orders(filter_expression=where("amazon order id", "is", US_ORDER))


def renamed(content):
    """Return an answer in which the order has another id."""
    for order in (content.get("payload"), content.get("order")):
        for name in ("AmazonOrderId", "orderId"):
            if order and name in order:
                order[name] = "111-2222222-3333333"
    return content


def test_another_order_than_the_one_asked_for_is_an_error_that_names_both(make_amazon, connect, version):
    make_amazon().faults.always(version.one, faults.changed(renamed))
    with pytest.raises(UnreadableAnswer, match=f"{US_ORDER}.*111-2222222-3333333.*request id"):
        connect().retrieve_order(Marketplace.US, US_ORDER)


def test_the_sandbox_answers_with_orders_of_its_own(make_amazon, connect, version):
    make_amazon()
    assert connect().retrieve_order(Marketplace.SANDBOX, US_ORDER).amazon_order_id != US_ORDER


# Access and personal data


def test_a_marketplace_of_another_region_is_refused_with_its_name(make_amazon, connect, version):
    seller = dataclasses.replace(DEMONSTRATION_SELLER, regions=frozenset({"NA"}))
    make_amazon(sellers=[seller])
    with pytest.raises(ForbiddenError, match=r"marketplace DE \(region Europe\)"):
        connect(seller).retrieve_orders(marketplace=Marketplace.DE)


def test_without_roles_the_orders_come_without_personal_data(make_amazon, connect, version):
    seller = dataclasses.replace(DEMONSTRATION_SELLER, roles=frozenset())
    make_amazon(sellers=[seller])
    orders = connect(seller).retrieve_orders(createdafter=SINCE)
    assert US_ORDER in ids(orders)
    for order in orders:
        address, buyer = order.shipping_address, order.buyer_info
        assert (address and (address.name or address.address_line1 or address.phone)) is None
        assert (buyer and (buyer.buyer_name or buyer.buyer_email)) is None
    assert any(order.shipping_address for order in orders)


def test_with_roles_they_come_with_it(make_amazon, connect, version):
    make_amazon()
    order = connect().retrieve_order(Marketplace.US, US_ORDER)
    assert order.shipping_address.name
    assert order.shipping_address.address_line1
    assert order.buyer_info.buyer_name
    assert order.buyer_info.buyer_email


# The sandbox


@pytest.mark.parametrize("regions", [{"NA"}, {"EU"}])
def test_the_sandbox_answers_sellers_of_any_region(make_amazon, connect, version, regions):
    seller = dataclasses.replace(DEMONSTRATION_SELLER, regions=frozenset(regions))
    make_amazon(sellers=[seller])
    book = connect(seller)
    assert book.retrieve_orders(marketplace=Marketplace.SANDBOX, createdafter="TEST_CASE_200", limit=10)
    assert book.retrieve_order(Marketplace.SANDBOX, "TEST_CASE_200").amazon_order_id
    assert book.retrieve_order(Marketplace.SANDBOX, US_ORDER).amazon_order_id


def test_the_sandboxes_refusal_reaches_the_step(make_amazon, connect, version):
    make_amazon()
    with pytest.raises(RequestRefused, match="Invalid Input"):
        connect().retrieve_orders(marketplace=Marketplace.SANDBOX, createdafter="TEST_CASE_400")
    with pytest.raises(RequestRefused, match="Invalid Input"):
        connect().retrieve_order(Marketplace.SANDBOX, "TEST_CASE_400")


# Both together


@pytest.mark.parametrize("marketplace", ["US", "CA", "MX", "BR", "DE", "GB", "IE", "JP", "TR", "AE", "AU"])
def test_the_same_orders_come_from_both_apart_from_the_listed_attributes(
    make_amazon, connect, monkeypatch, marketplace
):
    make_amazon()
    found = []
    for setting in ("v0", "2026-01-01"):
        monkeypatch.setenv(ORDERS_API, setting)
        found.append(connect().retrieve_orders(marketplace=Marketplace[marketplace], createdafter=SINCE))
    assert found[0]
    assert ids(found[0]) == ids(found[1])
    for old, new in zip(*found, strict=True):
        differing = {name for name in ATTRIBUTES if value(old, name) != value(new, name)}
        assert {name for name in differing if not (ends(name) or name in CHANGING or never_told(old, name))} == set()


def never_told(v0, name):
    """Whether v0 sent a flag as "" or not at all; a program that is not there is false."""
    return name in FLAGS and value(v0, name) is None


FLAGS = {"is_prime", "is_business_order", "is_premium_order", "is_iba", "is_ispu"}
