"""Edges that only a deliberate fault in a module reveals, module by module."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from kognitos.bdk.api.errors import ForbiddenError, NotFoundError

from amazon_selling_partner import AmazonSellingPartnerBook, messages
from amazon_selling_partner.amazon.clock import Budget, Listener
from amazon_selling_partner.amazon.orders.retrieval import Retrieval
from amazon_selling_partner.amazon.orders.slices import OpenRetrievals
from amazon_selling_partner.amazon.orders.version import Page, UnreadableOrder
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.amazon.throttle import TokenBucket, UsagePlan
from amazon_selling_partner.errors import (
    AmazonUnavailable,
    OperationRemoved,
    QuotaExhausted,
    UnreadableAnswer,
    UnreadableOrders,
)
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.query import OrderQuery
from amazon_selling_partner.redaction import redact
from amazon_selling_partner.settings import LOCAL_URL, ORDERS_API, OrdersApi
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders
from tests.filters.support import where
from tests.support import NOW

# restricted_data


@pytest.fixture
def list_of_250(make_amazon, clock):
    """250 orders, which v0 lists on three pages."""
    return make_amazon(generated_orders(250, clock.now()))


def test_personal_data_lost_within_a_list_is_an_error_with_data(list_of_250, connect):
    list_of_250.faults.next("getOrders", None, *[faults.denied()] * 2)
    with pytest.raises(ForbiddenError) as caught:
        connect().retrieve_orders()
    error = caught.value.__cause__
    assert error.sentence == messages.PERSONAL_DATA_DENIED
    assert error.diagnostics == {"marketplace": "US", "region": "North America", "orders read so far": 100}
    assert (error.answer.operation, error.answer.status) == ("getOrders", 403)


def test_the_warning_names_the_element_the_role_and_the_request(make_amazon, connect, v0, caplog):
    make_amazon(sellers=[replace(DEMONSTRATION_SELLER, roles=frozenset())])
    connect().retrieve_orders()
    lines = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    roles = {
        "buyerInfo": "Tax Remittance (Restricted) or Tax Invoicing (Restricted)",
        "shippingAddress": "Direct-to-Consumer Delivery (Restricted)",
    }
    assert lines == [
        f"Amazon does not let this app read {element}: those fields stay empty for the next hour. The app lacks the "
        f"role {role}, or was not authorized again after the role was granted. [request id: local-request-000002]"
        for element, role in roles.items()
    ]


def test_refused_generic_paths_are_remembered_for_an_hour(make_amazon, connect, v0, clock):
    amazon = make_amazon(generic_paths=False)
    order, other = [order.amazon_order_id for order in connect().retrieve_orders(limit=2)]
    connect().retrieve_order(Marketplace.US, order)
    amazon.requests.clear()
    clock.advance(3599)
    connect().retrieve_order(Marketplace.US, other)
    assert len(amazon.calls("createRestrictedDataToken")) == 1


# redaction


def test_a_token_is_hidden_however_its_bar_is_encoded():
    assert redact("Atza%7cIwEBIJ and Atza%7CIwEBIJ") == "[hidden] and [hidden]"


# slices


def test_an_empty_list_is_read_afresh_each_time(make_amazon, connect):
    amazon = make_amazon([])
    for _ in range(2):
        assert connect().retrieve_orders(limit=10) == []
    assert len(amazon.calls("getOrders")) == 2


def test_of_33_open_lists_the_least_recently_kept_is_dropped(clock):
    query = SimpleNamespace(key="all orders", offset=1, limit=1)
    continued = SimpleNamespace(query=query, position=1, interrupted=None, advanced_at=clock.monotonic())
    open_lists = OpenRetrievals(clock)
    for session in [*range(32), 0, 32]:
        open_lists.keep(session, continued)
    assert [session for session in range(33) if not open_lists.take(session, query)] == [1]


def test_a_list_stays_open_while_orders_of_a_page_are_returned(list_of_250, connect, clock):
    for offset in (0, 10, 20):
        connect().retrieve_orders(createdafter="2026-10-01", offset=offset, limit=10)
        clock.advance(400)
    assert len(list_of_250.calls("getOrders")) == 1


# throttle


class Waits(Listener):
    """Notes the waits that a step reports."""

    def __init__(self):
        self.noted = []

    def waiting(self, seconds, operation, orders):
        self.noted.append((round(seconds), operation, orders))


@pytest.fixture
def used_up(clock):
    """A bucket of one call in ten seconds, whose burst is used up."""
    bucket = TokenBucket(UsagePlan("getOrders", 0.1, 2), clock)
    for _ in range(2):
        bucket.take(Budget(clock, 840))
    return bucket


def test_a_long_wait_is_reported_once(used_up, clock):
    waits = Waits()
    used_up.take(Budget(clock, 840, waits, orders_read=200))
    assert waits.noted == [(10, "getOrders", 200)]


def test_a_short_wait_is_not_reported(used_up, clock):
    clock.advance(6)
    waits = Waits()
    used_up.take(Budget(clock, 840, waits))
    assert clock.slept > 0
    assert waits.noted == []


def test_a_step_whose_time_is_up_has_no_seconds_left(used_up, clock):
    budget = Budget(clock, 1)
    clock.advance(3)
    with pytest.raises(QuotaExhausted) as caught:
        used_up.take(budget)
    assert caught.value.diagnostics["seconds left for this step"] == 0


def test_callers_in_the_queue_take_from_the_calls_that_fit(clock):
    class Curious(Waits):
        def waiting(self, seconds, operation, orders):
            self.noted.append(bucket.calls_within(25.5))

    bucket, waits = TokenBucket(UsagePlan("getOrders", 0.1, 2), clock), Curious()
    for _ in range(3):
        bucket.take(Budget(clock, 840, waits))
    assert (waits.noted, bucket.calls_within(25.5)) == ([1], 2)


# reader


def test_known_orders_without_any_quota_say_when_to_come_back(amazon, connect, version):
    known = where("amazon order id", "in", [f"902-0000000-{number:07}" for number in range(60)])
    amazon.faults.next(version.known, faults.status(429, Retry_After="900"))
    for _ in range(2):
        with pytest.raises(QuotaExhausted) as caught:
            connect().retrieve_orders(filter_expression=known)
        assert caught.value.sentence == messages.QUOTA_EXHAUSTED
    assert caught.value.diagnostics["seconds to wait"] == 900


def test_known_orders_must_fit_what_earlier_steps_left(amazon, connect, v0):
    for _ in range(15):
        connect().retrieve_orders(limit=1)
    amazon.requests.clear()
    known = where("amazon order id", "in", [f"902-0000000-{number:07}" for number in range(1000)])
    with pytest.raises(QuotaExhausted) as caught:
        connect().retrieve_orders(filter_expression=known)
    assert caught.value.diagnostics == {"ids": 1000, "ids that fit now": 900}
    with pytest.raises(QuotaExhausted):
        connect().retrieve_orders(offset=895, limit=10, filter_expression=known)
    assert amazon.requests == []
    assert connect().retrieve_orders(marketplace=Marketplace.DE, filter_expression=known) == []


def test_one_call_left_is_weighed_too(amazon, connect, clock, v0):
    amazon.faults.next("getOrders", faults.status(429, Retry_After="900"))
    with pytest.raises(QuotaExhausted):
        connect().retrieve_orders()
    clock.advance(100)
    known = where("amazon order id", "in", [f"902-0000000-{number:07}" for number in range(51)])
    with pytest.raises(QuotaExhausted) as caught:
        connect().retrieve_orders(filter_expression=known)
    assert caught.value.diagnostics == {"ids": 51, "ids that fit now": 50}


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({}, "order id: 902-3159896-1390916, marketplace: US"),
        (
            {"AmazonOrderId": "902-0000000-0000001"},
            "order id requested: 902-3159896-1390916, order id returned: 902-0000000-0000001",
        ),
    ],
    ids=["none", "another"],
)
def test_an_answer_without_the_order_can_be_traced(amazon, connect, v0, payload, named):
    amazon.faults.next("getOrder", faults.status(200, {"payload": payload}, x_amzn_RequestId="r-7"))
    with pytest.raises((NotFoundError, UnreadableAnswer)) as caught:
        connect().retrieve_order(Marketplace.US, "902-3159896-1390916")
    assert f"[{named}, operation: getOrder, status: 200, request id: r-7]" in str(caught.value)


# client


@pytest.mark.parametrize("status", [201, 299])
def test_any_2xx_is_a_success(amazon, connect, version, status):
    amazon.faults.next(version.list, faults.Fault(change=lambda response: replace(response, status=status)))
    assert connect().retrieve_orders()
    assert len(amazon.calls(version.list)) == 1


def test_a_300_is_no_success(amazon, connect, version):
    amazon.faults.next(version.list, faults.Fault(change=lambda response: replace(response, status=300)))
    assert connect().retrieve_orders()
    assert len(amazon.calls(version.list)) == 2


def test_json_without_a_token_is_not_requested_again(amazon, connect, v0):
    amazon.faults.always("createRestrictedDataToken", faults.status(200, {"expiresIn": 3600}))
    with pytest.raises(UnreadableAnswer):
        connect().retrieve_orders()
    assert len(amazon.calls("createRestrictedDataToken")) == 1


# sessions


def test_another_address_shares_neither_quota_nor_open_lists(list_of_250, connect, clock, monkeypatch):
    for _ in range(20):
        connect().retrieve_orders(limit=100)
    monkeypatch.setenv(LOCAL_URL, "http://127.0.0.1:9")
    list_of_250.requests.clear()
    assert len(connect().retrieve_orders(offset=100)) == 150
    assert len(list_of_250.calls("getOrders")) == 3
    assert clock.slept == 0


def test_a_local_amazon_needs_no_proxy(amazon, clock, monkeypatch):
    monkeypatch.setenv(LOCAL_URL, amazon.url)
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    sessions, seller = Sessions(clock), DEMONSTRATION_SELLER
    book = AmazonSellingPartnerBook(sessions)
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    assert book.retrieve_orders(limit=1)
    sessions.close()


# retrieval


def list_of(*pages):
    """Return what fetches these pages of unreadable orders, given by their ids."""

    def fetch(token, _budget):
        number = int(token or 0)
        orders = [UnreadableOrder(order_id, ("OrderStatus",)) for order_id in pages[number]]
        return Page(orders, None if number + 1 == len(pages) else str(number + 1))

    return fetch


def retrieval_of(*lists):
    return Retrieval(OrderQuery(marketplace=Marketplace.US, asked_at=NOW), OrdersApi.V0, lists)


def test_each_page_but_the_last_is_reported(clock):
    reported = []
    listener = Listener()
    listener.page_read = lambda *numbers: reported.append(numbers)
    retrieval_of(list_of(["1", "2"], ["3"], ["4"])).slice(4, None, Budget(clock, 840, listener))
    assert reported == [(1, 2), (2, 3)]


def test_empty_pages_of_one_list_do_not_count_in_the_next(clock):
    lists = [list_of(["1"], *[[]] * 10, []), list_of(*[[]] * 10, ["2"])]
    assert retrieval_of(*lists).slice(2, None, Budget(clock, 840)) == []


def test_a_slice_that_fails_counts_what_earlier_slices_left(list_of_250, connect):
    connect().retrieve_orders(limit=30)
    list_of_250.faults.next("getOrders", None, *[faults.html_page(503)] * 5)
    with pytest.raises(AmazonUnavailable) as caught:
        connect().retrieve_orders(offset=30, limit=200)
    assert caught.value.diagnostics["orders read so far"] == 170


def test_an_unreadable_order_is_named_with_all_its_fields(clock):
    page = Page([UnreadableOrder("one", ("OrderStatus", "PurchaseDate"))], None)
    with pytest.raises(UnreadableOrders) as caught:
        retrieval_of(lambda *_: page).slice(0, None, Budget(clock, 840))
    assert caught.value.diagnostics == {
        "unreadable orders": ("one (OrderStatus, PurchaseDate)",),
        "orders read so far": 1,
    }


def test_known_orders_placed_elsewhere_are_logged_once(amazon, connect, monkeypatch, caplog):
    monkeypatch.setenv(ORDERS_API, "2026-01-01")
    caplog.set_level("INFO")
    [canadian] = connect().retrieve_orders(marketplace=Marketplace.CA, createdafter="2026-10-01")
    known = where("amazon order id", "in", [canadian.amazon_order_id, "902-3159896-1390916"])
    for offset in (0, 1):
        connect().retrieve_orders(offset=offset, limit=10, filter_expression=known)
    assert len([line for line in caplog.messages if "placed in CA" in line]) == 1


# changeover


@pytest.fixture
def day_after_the_move(list_of_250, connect, clock):
    """The list a day after v0 was removed, so that the next step tries v0 again."""
    list_of_250.v0_removed = faults.gone()
    connect().retrieve_orders(limit=1)
    clock.advance(24 * 3600)
    list_of_250.requests.clear()
    return list_of_250


def test_a_probe_that_v0_has_answered_retries_like_any_step(day_after_the_move, connect):
    day_after_the_move.v0_removed = False
    day_after_the_move.faults.next("getOrders", None, faults.html_page(503))
    assert len(connect().retrieve_orders()) == 250
    assert [call.status for call in day_after_the_move.calls("getOrders")] == [200, 503, 200, 200]
    assert day_after_the_move.calls("searchOrders") == []


def test_after_a_failed_probe_the_step_retries_as_usual(day_after_the_move, connect):
    day_after_the_move.faults.next("searchOrders", faults.html_page(503))
    assert len(connect().retrieve_orders()) == 250
    assert [call.status for call in day_after_the_move.calls("searchOrders")] == [503, 200, 200, 200]


def test_a_removal_partway_through_a_probe_keeps_the_move(day_after_the_move, connect, caplog):
    caplog.set_level("INFO")
    day_after_the_move.v0_removed = False
    day_after_the_move.faults.next("getOrders", None, faults.gone())
    caplog.clear()
    assert len(connect().retrieve_orders()) == 250
    assert len(day_after_the_move.calls("searchOrders")) == 3
    assert [line for line in caplog.messages if "Orders API v0" in line] == []


def test_where_v0_is_set_its_removal_is_an_error_with_the_answer(amazon, connect, v0):
    amazon.v0_removed = faults.gone()
    with pytest.raises(OperationRemoved) as caught:
        connect().retrieve_orders()
    assert caught.value.sentence == messages.V0_REMOVED
    assert (caught.value.answer.operation, caught.value.answer.status) == ("getOrders", 410)


def test_the_sandbox_on_v0_gets_a_published_request(amazon, connect):
    assert connect().retrieve_orders(marketplace=Marketplace.SANDBOX)
    [call] = amazon.calls("getOrders")
    assert call.parameters == {"CreatedAfter": "TEST_CASE_200", "MarketplaceIds": "ATVPDKIKX0DER"}
