"""Bugs of other clients of this API, each as a test that this book does not have it."""

import dataclasses
import logging
from urllib.parse import unquote

import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError
from tests.encodings import ENCODINGS, spelled_out

from amazon_selling_partner.errors import (
    AmazonUnavailable,
    AmazonUnreachable,
    RequestRefused,
    UnreadableAnswer,
    UnreadableOrders,
)
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_without_json_is_not_an_empty_result(amazon, book, status):
    amazon.faults.always("getOrders", faults.status(status, "<html>Service Unavailable</html>"))
    with pytest.raises(AmazonUnavailable):
        book.retrieve_orders()


def test_a_429_without_json_is_not_an_empty_result_but_waited_for(amazon, book, clock):
    amazon.faults.next("getOrders", faults.status(429, "<html>Too Many Requests</html>"))
    assert book.retrieve_orders()
    assert clock.slept == pytest.approx(60, abs=1)


@pytest.mark.parametrize("page", [2, 3])
def test_a_failed_page_is_not_the_end_of_a_complete_list(make_amazon, connect, clock, page):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", *[None] * (page - 1), *[faults.status(500)] * 9)
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders()


def test_a_token_lives_as_long_as_amazon_says_and_not_an_hour(make_amazon, connect, clock):
    amazon = make_amazon(expires_in=300)
    connect().retrieve_orders()
    clock.advance(301)
    connect().retrieve_orders()
    assert [call.status for call in amazon.calls("getOrders")] == [200, 200]
    assert len(amazon.calls("login")) == 2


def test_every_parameter_is_sent_under_one_spelling(amazon, book):
    book.retrieve_orders(createdafter="2026-11-01", limit=10)
    [call] = amazon.calls("getOrders")
    assert sorted(call.parameters) == ["CreatedAfter", "MarketplaceIds", "MaxResultsPerPage"]
    assert call.target.count("=") == 3


def test_a_wrong_refresh_token_is_not_retried_and_not_called_a_server_error(amazon, connect, clock):
    with pytest.raises(AuthenticationFailedError, match="Refresh Token"):
        connect(dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|wrong")).retrieve_orders()
    assert (len(amazon.requests), clock.slept) == (1, 0)


def test_the_next_page_names_the_marketplace(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(150, clock.now()))
    connect().retrieve_orders()
    assert [call.parameters["MarketplaceIds"] for call in amazon.calls("getOrders")] == ["ATVPDKIKX0DER"] * 2


def test_a_broken_network_is_retried_with_pauses_and_an_end(amazon, connect, clock):
    book = connect(verify=True)
    amazon.close()
    with pytest.raises(AmazonUnreachable):
        book.retrieve_orders()
    assert len(clock.sleeps) == 4
    assert all(pause >= 0.5 for pause in clock.sleeps)
    assert clock.slept < 30


def test_the_rate_header_is_calls_per_second(make_amazon, connect, clock):
    make_amazon(generated_orders(2300, clock.now()), quota=10)  # the header says 0.167: a call in six seconds
    assert len(connect().retrieve_orders()) == 2300
    assert clock.slept == pytest.approx(3 * 6, abs=1)


def test_neither_the_access_token_nor_an_e_mail_address_is_logged(amazon, book, caplog):
    with caplog.at_level(logging.DEBUG):
        orders = book.retrieve_orders()
    emails = [order.buyer_info.buyer_email for order in orders if order.buyer_info]
    assert emails
    assert not any(email in caplog.text for email in emails)
    assert amazon.calls("getOrders")[0].headers["x-amz-access-token"] not in caplog.text


def test_a_status_nobody_knows_passes(amazon, book):
    def renamed(content):
        content["payload"]["Orders"][0]["OrderStatus"] = "AwaitingDrone"
        return content

    amazon.faults.next("getOrders", faults.changed(renamed))
    assert book.retrieve_orders()[0].order_status == "AwaitingDrone"


def test_the_burst_is_used_before_anybody_waits(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(2000, clock.now()), quota=1)
    assert len(connect().retrieve_orders()) == 2000
    assert (len(amazon.calls("getOrders")), clock.slept) == (20, 0)


def test_a_403_is_not_retried(amazon, book, clock):
    amazon.faults.always("getOrders", faults.status(403, {"errors": [{"code": "Unauthorized", "message": "Denied"}]}))
    with pytest.raises(ForbiddenError):
        book.retrieve_orders()
    assert (len(amazon.calls("getOrders")), clock.slept) == (1, 0)


def test_a_next_token_is_encoded_exactly_once(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(500, clock.now()))
    orders = connect().retrieve_orders()
    assert len({order.amazon_order_id for order in orders}) == 500
    calls = amazon.calls("getOrders")
    assert any({"+", "/", "="} & set(call.parameters.get("NextToken", "")) for call in calls)
    for call in calls[1:]:
        raw = call.target.partition("NextToken=")[2].partition("&")[0]
        assert unquote(raw) == call.parameters["NextToken"]


@pytest.mark.parametrize("operation", ["login", "createRestrictedDataToken", "getOrders"])
@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_what_a_server_repeats_of_all_it_was_sent_reaches_no_error_and_no_log(amazon, connect, operation, encoding):
    connect().retrieve_orders(limit=1)
    tokens = list(amazon.tokens._grants)
    repeated = encoding(" ".join([DEMONSTRATION_SELLER.refresh_token, DEMONSTRATION_SELLER.client_secret, *tokens]))
    if operation == "login":
        amazon.tokens.revoke()
    body = {
        "error": "invalid_grant",
        "error_description": repeated,
        "errors": [{"code": repeated, "message": repeated, "details": repeated}],
    }
    amazon.faults.always(operation, faults.status(415 if operation == "createRestrictedDataToken" else 400, body))
    with pytest.raises((AuthenticationFailedError, RequestRefused)) as caught:
        connect().retrieve_order(
            "US", "902-3159896-1390916"
        ) if operation != "getOrders" else connect().retrieve_orders()
    assert spelled_out(str(caught.value)) == set()


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_what_a_server_repeats_in_the_id_of_an_order_reaches_no_error(amazon, connect, encoding):
    connect().retrieve_orders(limit=1)
    repeated = encoding(DEMONSTRATION_SELLER.refresh_token)
    unreadable = {"AmazonOrderId": repeated, "OrderStatus": None}
    amazon.faults.always("getOrders", faults.status(200, {"payload": {"Orders": [unreadable]}}))
    with pytest.raises(UnreadableOrders) as caught:
        connect().retrieve_orders()
    assert spelled_out(str(caught.value)) == set()
    another = {**amazon._orders._orders[0][0], "AmazonOrderId": repeated}
    amazon.faults.always("getOrder", faults.status(200, {"payload": another}))
    with pytest.raises(UnreadableAnswer, match="another order") as caught:
        connect().retrieve_order("US", "902-3159896-1390916")
    assert spelled_out(str(caught.value)) == set()
