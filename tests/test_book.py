"""The book from Python, on the local Amazon: connecting, what a step means, and what it logs.

What both versions of the Orders API do alike is in amazon/orders, how refusals are read in amazon/test_refusals.py, and
the way through Kognitos's client in end_to_end.
"""

import dataclasses
import re

import pytest
from kognitos.bdk import api
from kognitos.bdk.api.errors import AuthenticationFailedError

from amazon_selling_partner import messages
from amazon_selling_partner.errors import QuotaExhausted
from amazon_selling_partner.settings import DEADLINE_SECONDS, LOCAL_URL
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders

US_ORDER = "902-3159896-1390916"
FIELDS = ["refresh_token", "client_id", "client_secret"]


def ids(orders):
    return [order.amazon_order_id for order in orders]


# Connecting


def test_connecting_calls_nobody(amazon, connect):
    connect()
    assert amazon.requests == []


def test_verifying_asks_amazon_every_time(amazon, connect):
    connect(verify=True)
    connect(verify=True)
    assert [request.operation for request in amazon.requests] == ["login", "login"]


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_credential_is_refused_before_any_call(amazon, connect, field, verify):
    kind = api.TestConnectionFailedError if verify else AuthenticationFailedError
    with pytest.raises(kind, match=re.escape(messages.CREDENTIAL_EMPTY)):
        connect(dataclasses.replace(DEMONSTRATION_SELLER, **{field: "  "}), verify=verify)
    assert amazon.requests == []


def test_an_outage_fails_the_connection_test_and_blames_nobody(amazon, connect):
    amazon.faults.always("login", faults.status(503))
    with pytest.raises(api.TestConnectionFailedError, match=re.escape(messages.AMAZON_FAILED)):
        connect(verify=True)
    assert len(amazon.calls("login")) == 5


def test_an_invalid_setting_is_refused_when_connecting(connect, monkeypatch):
    monkeypatch.setenv(LOCAL_URL, "http://example.com")
    with pytest.raises(ValueError, match=re.escape(messages.LOCAL_URL_SETTING)):
        connect()


# What a step means


def test_without_any_input_the_us_orders_of_the_last_30_days(amazon, book):
    orders = book.retrieve_orders()
    assert amazon.calls("getOrders")[0].parameters["CreatedAfter"] == "2026-10-24T12:00:00Z"
    assert {order.marketplace_id for order in orders} == {"ATVPDKIKX0DER"}
    assert min(order.purchase_date for order in orders) >= "2026-10-24T12:00:00Z"
    assert book.retrieve_orders(marketplace=None) == orders


@pytest.mark.parametrize("inputs", [{"createdafter": "2026-11-23T12:00:00Z"}, {"limit": 0}], ids=str)
def test_what_no_order_can_match_costs_no_call(amazon, book, inputs):
    assert book.retrieve_orders(**inputs) == []
    assert amazon.requests == []


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"createdafter": "yesterday"}, messages.INVALID_DATE.format(name="createdafter")),
        ({"last_updated": "01/11/2024"}, messages.INVALID_DATE.format(name="last updated")),
        (
            {"createdafter": "2026-11-23T12:00:01Z"},
            messages.FUTURE_DATE.format(name="createdafter")
            + " [value: 2026-11-23T12:00:01Z, now: 2026-11-23T12:00:00Z]",
        ),
        ({"last_updated": "2030-01-01"}, messages.FUTURE_DATE.format(name="last updated")),
        ({"marketplace": "Mars"}, messages.UNKNOWN_MARKETPLACE),
        ({"limit": -1}, messages.INVALID_WHOLE_NUMBER.format(name="limit")),
        ({"offset": 1.5}, messages.INVALID_WHOLE_NUMBER.format(name="offset")),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_invalid_input_is_refused_before_any_call(amazon, book, inputs, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        book.retrieve_orders(**inputs)
    assert amazon.requests == []


@pytest.mark.parametrize("order_id", ["", "12345", "902 3159896 1390916", None, "TEST_CASE_200"])
def test_an_invalid_order_id_is_refused_before_any_call(amazon, book, order_id):
    with pytest.raises(ValueError, match=re.escape(messages.INVALID_ORDER_ID)):
        book.retrieve_order("US", order_id)
    assert amazon.requests == []


def test_the_deadline_of_the_deployment_holds(make_amazon, connect, clock, monkeypatch):
    make_amazon(generated_orders(2100, clock.now()), quota=1)
    monkeypatch.setenv(DEADLINE_SECONDS, "50")
    with pytest.raises(QuotaExhausted, match="orders read so far: 2,000"):
        connect().retrieve_orders()
    clock.advance(3600)
    monkeypatch.setenv(DEADLINE_SECONDS, "100")
    assert len(connect().retrieve_orders()) == 2100


# Logs and secrets


def test_a_debug_log_shows_each_call_and_nothing_private(book, log_without_secrets):
    # The fixture fails the test, as any other, if it does.
    assert book.retrieve_order("US", US_ORDER).shipping_address.name
    assert "getOrder in North America: 200, request id local-request-000003" in log_without_secrets


# What outlives a book
