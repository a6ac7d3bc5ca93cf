"""What both versions of the Orders API do alike, through the book and the local Amazon: one suite, run for each."""

import logging
from dataclasses import replace

import pytest
from kognitos.bdk import api
from kognitos.bdk.api.errors import ForbiddenError

from amazon_selling_partner import messages
from amazon_selling_partner.errors import (
    QuotaExhausted,
    RequestRefused,
    UnreadableAnswer,
    UnreadableOrders,
)
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders
from tests.amazon.orders.differences_support import ATTRIBUTES, CHANGING, ends, value
from tests.amazon.versions import V0, V2026, ids
from tests.filters.support import AND, OR, where

US_ORDER = "902-3159896-1390916"
UNKNOWN = "111-9999999-9999999"
SINCE = "2024-11-01T00:00:00Z"


@pytest.fixture
def seeded(make_amazon, clock):
    """Start a local Amazon with that many orders; return it with their ids."""

    def start(count, **options):
        orders = generated_orders(count, clock.now())
        return make_amazon(orders, **options), [order["AmazonOrderId"] for order in orders]

    return start


# Complete, once, in order


@pytest.mark.parametrize(("offset", "limit"), [(None, None), (0, 100), (3, 5), (99, 2), (240, 50), (250, 1), (300, 9)])
def test_offset_and_limit_cut_the_complete_list(seeded, connect, version, offset, limit):
    _, order_ids = seeded(250)
    assert ids(connect().retrieve_orders(offset=offset, limit=limit)) == order_ids[offset or 0 :][:limit]


def test_every_page_has_the_parameters_of_the_first(seeded, connect, version):
    amazon, _ = seeded(250)
    connect().retrieve_orders(createdafter=SINCE)
    pages = [dict(request.parameters) for request in amazon.calls(version.list)]
    assert [page.pop(version.token, None) is None for page in pages] == [True, False, False]
    assert pages[0] == pages[1] == pages[2]


def test_an_order_on_two_pages_comes_once(seeded, connect, version):
    amazon, order_ids = seeded(150)
    seen = []

    def repeat_last(content):
        orders = version.orders(content)
        orders[:0] = seen[-1:]
        seen.extend(orders)
        return content

    amazon.faults.always(version.list, faults.changed(repeat_last))
    assert ids(connect().retrieve_orders()) == order_ids


def test_a_failure_on_a_later_page_returns_nothing(seeded, connect, version):
    amazon, _ = seeded(250)
    amazon.faults.next(version.list, None, None, faults.refused(400, "InvalidInput", "No."))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.diagnostics["orders read so far"] == 200


# Orders that cannot be read


def spoilt(version, order_id):
    """Make an order unreadable wherever it stands in an answer."""

    def change(content):
        orders = [version.order(content)] if "AmazonOrderId" in content.get("payload", {}) else None
        for order in orders or ([content["order"]] if "order" in content else version.orders(content)):
            if version.id(order) == order_id:
                version.spoil(order)
        return content

    return faults.changed(change)


def test_a_known_order_that_cannot_be_read_is_named(seeded, connect, version):
    amazon, order_ids = seeded(3)
    amazon.faults.always(version.known, spoilt(version, order_ids[1]))
    with pytest.raises(UnreadableOrders, match=order_ids[1]):
        connect().retrieve_orders(filter_expression=known(*order_ids))


def test_a_single_order_that_cannot_be_read_names_its_fields(amazon, connect, version):
    amazon.faults.always(version.one, spoilt(version, US_ORDER))
    with pytest.raises(UnreadableOrders) as caught:
        connect().retrieve_order(Marketplace.US, US_ORDER)
    field = "PurchaseDate" if version is V0 else "createdTime"
    assert caught.value.sentence == messages.UNREADABLE_ORDER
    assert caught.value.diagnostics == {"order id": US_ORDER, "unreadable fields": (field,)}
    assert caught.value.answer.request_id


def test_a_single_order_without_an_id_is_unreadable(amazon, connect, version):
    nothing = {version.id_key: None}
    amazon.faults.always(version.one, faults.changed(lambda content: version.order(content).update(nothing) or content))
    with pytest.raises(UnreadableOrders) as caught:
        connect().retrieve_order(Marketplace.US, US_ORDER)
    assert caught.value.diagnostics == {"order id": US_ORDER, "unreadable fields": (version.id_key,)}


# Odd bodies that say all the same


@pytest.mark.parametrize(
    "fault",
    [faults.raw_line_feeds(), faults.broken_bytes(), faults.content_encoding()],
    ids=["lines", "bytes", "UTF-8"],
)
def test_raw_characters_and_odd_encodings_cost_no_page(seeded, connect, version, fault):
    amazon, order_ids = seeded(150)
    amazon.faults.always(version.list, fault)
    assert ids(connect().retrieve_orders()) == order_ids


# Quota and faults


def test_the_21st_page_waits_as_long_as_the_usage_plan_says(seeded, connect, clock, version):
    amazon, order_ids = seeded(2050, quota=1)
    assert ids(connect().retrieve_orders()) == order_ids
    assert [call.status for call in amazon.calls(version.list)] == [200] * 21
    assert clock.slept == pytest.approx(1 / version.rate, abs=1)


def test_a_wait_that_does_not_fit_says_when_to_come_back(seeded, connect, clock, version):
    seeded(4000, quota=1)
    with pytest.raises(QuotaExhausted) as caught:
        connect().retrieve_orders()
    assert clock.slept < 840
    error = caught.value.diagnostics
    assert (error["come back after"] - clock.now()).total_seconds() == error["seconds to wait"] > 0
    assert error["orders read so far"] == (3300 if version is V0 else 2400)


@pytest.mark.parametrize("fault", [faults.status(503), faults.not_json(), faults.resetting(), faults.empty(429)])
def test_a_hiccup_is_outlasted(amazon, connect, version, fault):
    amazon.faults.next(version.list, fault)
    amazon.faults.next(version.one, fault)
    assert connect().retrieve_orders(limit=1)
    assert connect().retrieve_order(Marketplace.US, US_ORDER).amazon_order_id == US_ORDER


# What Amazon is asked


def test_a_filter_that_amazon_can_apply_is_left_to_amazon(amazon, connect, version):
    statuses = OR(where("order status", "is", "Canceled"), where("order status", "is", "PartiallyShipped"))
    orders = connect().retrieve_orders(
        createdafter=SINCE, filter_expression=AND(statuses, where("fulfillment channel", "is", "MFN"))
    )
    assert {order.order_status for order in orders} == {"Canceled", "PartiallyShipped"}
    assert {order.fulfillment_channel for order in orders} == {"MFN"}
    [call] = amazon.calls(version.list)
    assert {"OrderStatuses", "fulfillmentStatuses"} & set(call.parameters)
    assert {"FulfillmentChannels", "fulfilledBy"} & set(call.parameters)


@pytest.mark.usefixtures("amazon")
@pytest.mark.parametrize(("operator", "expected"), [("is", ["703-0000001-0000001"]), ("is not", [])])
def test_a_status_that_amazon_does_not_take_selects_too(connect, version, operator, expected):
    status = where("order status", operator, "InvoiceUnconfirmed")
    assert ids(connect().retrieve_orders(marketplace=Marketplace.BR, filter_expression=status)) == expected


def test_both_dates_hold(seeded, connect, version):
    seeded(20)
    every = connect().retrieve_orders()
    created, updated = every[12].purchase_date, every[5].last_update_date
    orders = connect().retrieve_orders(createdafter=created, last_updated=updated)
    assert set(ids(orders)) == {
        order.amazon_order_id for order in every if order.purchase_date >= created and order.last_update_date >= updated
    }


# Known orders


def known(*order_ids):
    return where("amazon order id", "in", list(order_ids))


def test_known_orders_come_however_old_and_unknown_ones_do_not(make_amazon, connect, clock, version):
    seed = [order["AmazonOrderId"] for order in generated_orders(300, clock.now(), days=300)]
    amazon = make_amazon(generated_orders(300, clock.now(), days=300))
    orders = connect().retrieve_orders(filter_expression=known(seed[0], UNKNOWN, seed[-1].lower()))
    assert ids(orders) == [seed[0], seed[-1]]
    assert len(amazon.calls(version.known)) == (1 if version is V0 else 3)


def test_known_orders_come_in_amazons_order_or_as_asked(seeded, connect, version):
    _, order_ids = seeded(6)
    asked = [order_ids[3], order_ids[0], order_ids[5]]
    expected = sorted(asked, key=order_ids.index) if version is V0 else asked
    assert ids(connect().retrieve_orders(filter_expression=known(*asked))) == expected
    assert ids(connect().retrieve_orders(offset=1, limit=1, filter_expression=known(*asked))) == expected[1:2]


def test_many_known_orders_take_no_more_calls_than_needed(seeded, connect, clock, version):
    amazon, order_ids = seeded(120, quota=1)
    assert ids(connect().retrieve_orders(filter_expression=known(*order_ids))) == order_ids
    assert len(amazon.calls(version.known)) == (3 if version is V0 else 120)
    assert clock.slept == pytest.approx(0 if version is V0 else 90 / 0.5, abs=1)
    amazon.requests.clear()
    assert ids(connect().retrieve_orders(limit=2, filter_expression=known(*order_ids))) == order_ids[:2]
    assert len(amazon.calls(version.known)) == (1 if version is V0 else 2)


def test_known_orders_that_cannot_fit_cost_no_call(seeded, connect, version):
    amazon, _ = seeded(1)
    fitting = 1650 if version is V0 else 447
    wanted = known(*(f"902-0000000-{number:07}" for number in range(fitting + 1)))
    with pytest.raises(QuotaExhausted) as caught:
        connect().retrieve_orders(filter_expression=wanted)
    assert caught.value.sentence == messages.TOO_MANY_IDS
    assert caught.value.diagnostics == {"ids": fitting + 1, "ids that fit now": fitting}
    assert amazon.requests == []


def test_with_a_limit_known_orders_need_less(seeded, connect, version):
    amazon, order_ids = seeded(1800)
    assert ids(connect().retrieve_orders(limit=10, filter_expression=known(*order_ids))) == order_ids[:10]
    assert len(amazon.calls(version.known)) == (1 if version is V0 else 10)
    with pytest.raises(QuotaExhausted):
        connect().retrieve_orders(offset=1700, limit=10, filter_expression=known(*order_ids))


def test_the_rest_of_a_filter_by_ids_and_the_dates_hold(seeded, connect, version):
    seeded(40)
    every = connect().retrieve_orders()[::2]
    since, until = every[-3].purchase_date, every[2].last_update_date
    criteria = AND(
        known(*ids(every)),
        where("order status", "is not", "Canceled"),
        where("fulfillment channel", "is", "MFN"),
        where("last update date", ">=", until),
    )
    expected = [
        order
        for order in every
        if order.purchase_date >= since
        and order.last_update_date >= until
        and order.order_status != "Canceled"
        and order.fulfillment_channel == "MFN"
    ]
    assert 0 < len(expected) < 3
    assert ids(connect().retrieve_orders(createdafter=since, filter_expression=criteria)) == ids(expected)


@pytest.mark.usefixtures("amazon")
def test_a_known_order_of_another_marketplace_is_left_out(connect, version, caplog):
    caplog.set_level(logging.INFO)
    [canadian] = ids(connect().retrieve_orders(marketplace=Marketplace.CA, createdafter=SINCE))
    chosen = known(canadian, US_ORDER)
    assert ids(connect().retrieve_orders(filter_expression=chosen)) == [US_ORDER]
    # On v0 it is Amazon that leaves it out, without a word.
    logged = "1 of the known orders left out: they were placed in CA." in caplog.messages
    assert logged == (version is V2026)
    assert ids(connect().retrieve_orders(marketplace=Marketplace.CA, filter_expression=chosen)) == [canadian]


@pytest.mark.usefixtures("amazon")
def test_a_single_order_of_another_marketplace_is_returned(connect, version):
    [canadian, *_] = ids(connect().retrieve_orders(marketplace=Marketplace.CA, createdafter=SINCE))
    assert connect().retrieve_order(Marketplace.US, canadian).amazon_order_id == canadian


@pytest.mark.usefixtures("amazon")
def test_a_known_order_from_outside_amazon_is_returned(connect, version):
    order_id = "S01-7654321-7654321"
    [order] = connect().retrieve_orders(filter_expression=known(order_id))
    assert order.sales_channel == "Non-Amazon"
    assert connect().retrieve_order(Marketplace.US, order_id) == order


def test_what_is_no_order_id_is_not_sent(amazon, connect, version):
    assert connect().retrieve_orders(filter_expression=known("TEST_CASE_200", "902/../../tokens", "")) == []
    assert amazon.requests == []


@pytest.mark.parametrize("body", [{}, {"payload": {}}, {"order": None}], ids=str)
def test_an_unknown_order_among_known_ones_is_left_out(amazon, connect, version, body):
    if version is V2026:
        amazon.faults.next(version.one, faults.status(200, body))
    assert ids(connect().retrieve_orders(filter_expression=known(UNKNOWN, US_ORDER))) == [US_ORDER]


# One order


@pytest.mark.usefixtures("amazon")
def test_one_order_is_the_same_in_every_way_to_it(connect, version):
    listed = {order.amazon_order_id: order for order in connect().retrieve_orders(createdafter=SINCE)}
    [by_filter] = connect().retrieve_orders(filter_expression=where("amazon order id", "is", US_ORDER))
    assert connect().retrieve_order(Marketplace.US, US_ORDER) == listed[US_ORDER] == by_filter


@pytest.mark.usefixtures("amazon")
def test_an_unknown_order_is_not_found(connect, version):
    with pytest.raises(api.NotFoundError) as caught:
        connect().retrieve_order(Marketplace.US, UNKNOWN)
    assert str(caught.value).startswith(f"{messages.ORDER_NOT_FOUND} [order id: {UNKNOWN}, marketplace: US, ")


def another(version, order_id):
    """Give the order in a response another id."""
    other = {version.id_key: order_id}
    return faults.changed(lambda content: version.order(content).update(other) or content)


@pytest.mark.parametrize(("returned", "shown"), [("111-2222222-3333333", ["111-2222222-3333333"]), ("Jane Roe", [])])
def test_another_order_than_the_one_requested_is_an_error(amazon, connect, version, returned, shown):
    amazon.faults.always(version.one, another(version, returned))
    with pytest.raises(UnreadableAnswer) as caught:
        connect().retrieve_order(Marketplace.US, US_ORDER)
    assert caught.value.sentence == messages.ANOTHER_ORDER
    assert [value for value in caught.value.diagnostics.values() if value] == [US_ORDER, *shown]
    assert "Jane" not in str(caught.value)


def test_another_order_among_known_ones_is_an_error(amazon, connect, monkeypatch):
    monkeypatch.setenv(ORDERS_API, V2026.setting)
    amazon.faults.always(V2026.one, another(V2026, UNKNOWN))
    with pytest.raises(UnreadableAnswer):
        connect().retrieve_orders(filter_expression=known(US_ORDER))


# Access and personal data


def test_a_refused_region_is_named_with_its_marketplace(make_amazon, connect, version):
    seller = replace(DEMONSTRATION_SELLER, regions=frozenset({"NA"}))
    make_amazon(sellers=[seller])
    with pytest.raises(ForbiddenError, match="marketplace: DE, region: Europe"):
        connect(seller).retrieve_orders(marketplace=Marketplace.DE)


def test_without_roles_the_orders_come_without_personal_data(make_amazon, connect, version):
    seller = replace(DEMONSTRATION_SELLER, roles=frozenset())
    make_amazon(sellers=[seller])
    orders = connect(seller).retrieve_orders(createdafter=SINCE)
    assert US_ORDER in ids(orders)
    for order in orders:
        address, buyer = order.shipping_address, order.buyer_info
        assert (address and (address.name or address.address_line1 or address.phone)) is None
        assert (buyer and (buyer.buyer_name or buyer.buyer_email)) is None
    assert any(order.shipping_address for order in orders)


@pytest.mark.usefixtures("amazon")
def test_with_roles_they_come_with_it(connect, version):
    order = connect().retrieve_order(Marketplace.US, US_ORDER)
    address, buyer = order.shipping_address, order.buyer_info
    assert all([address.name, address.address_line1, buyer.buyer_name, buyer.buyer_email])


# The sandbox


@pytest.mark.parametrize("region", ["NA", "EU"])
def test_the_sandbox_answers_sellers_of_any_region(make_amazon, connect, version, region):
    seller = replace(DEMONSTRATION_SELLER, regions=frozenset({region}))
    make_amazon(sellers=[seller])
    assert connect(seller).retrieve_orders(marketplace=Marketplace.SANDBOX, createdafter="TEST_CASE_200", limit=10)
    for order_id in ("TEST_CASE_200", US_ORDER):
        assert connect(seller).retrieve_order(Marketplace.SANDBOX, order_id).amazon_order_id != US_ORDER


@pytest.mark.usefixtures("amazon")
def test_the_sandboxs_refusal_reaches_the_step(connect, version):
    with pytest.raises(RequestRefused, match="Invalid Input"):
        connect().retrieve_orders(marketplace=Marketplace.SANDBOX, createdafter="TEST_CASE_400")
    with pytest.raises(RequestRefused, match="Invalid Input"):
        connect().retrieve_order(Marketplace.SANDBOX, "TEST_CASE_400")


# Both together

# v0 sends these as "" or not at all, where 2026-01-01 says that the program is not there.
FLAGS = {"is_prime", "is_business_order", "is_premium_order", "is_iba", "is_ispu"}


@pytest.mark.usefixtures("amazon")
@pytest.mark.parametrize("marketplace", ["US", "CA", "MX", "BR", "DE", "GB", "IE", "JP", "TR", "AE", "AU"])
def test_both_return_the_same_but_for_the_listed_attributes(connect, monkeypatch, marketplace):
    answers = []
    for api_version in (V0, V2026):
        monkeypatch.setenv(ORDERS_API, api_version.setting)
        answers.append(connect().retrieve_orders(marketplace=Marketplace[marketplace], createdafter=SINCE))
    assert ids(answers[0]) == ids(answers[1]) != []
    for old, new in zip(*answers, strict=True):
        differing = {name for name in ATTRIBUTES if value(old, name) != value(new, name)}
        unlisted = {name for name in differing if not (ends(name) or name in CHANGING)}
        assert {name for name in unlisted if not (name in FLAGS and value(old, name) is None)} == set()
