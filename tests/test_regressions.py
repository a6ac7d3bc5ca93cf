"""Bugs of other clients of this API, each as a test that this book does not have it."""

from urllib.parse import unquote

import pytest
from kognitos.bdk.api.errors import ForbiddenError

from amazon_selling_partner.errors import AmazonUnavailable
from playground.local_amazon import faults
from playground.local_amazon.seed import generated_orders


@pytest.mark.parametrize("page", [2, 3])
def test_a_failed_page_does_not_end_the_list(make_amazon, connect, clock, page):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", *[None] * (page - 1), *[faults.status(500)] * 9)
    with pytest.raises(AmazonUnavailable, match=f"orders read so far: {page - 1}00"):
        connect().retrieve_orders()


def test_a_page_that_fails_once_loses_nothing(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, faults.truncated(), faults.status(503))
    assert len(connect().retrieve_orders()) == 250


def test_a_token_lives_as_long_as_amazon_says(make_amazon, connect, clock):
    amazon = make_amazon(expires_in=300)
    connect().retrieve_orders()
    clock.advance(301)
    connect().retrieve_orders()
    assert [call.status for call in amazon.calls("getOrders")] == [200, 200]
    assert len(amazon.calls("login")) == 2


def test_each_parameter_is_sent_once(amazon, book):
    book.retrieve_orders(createdafter="2026-11-01", limit=10)
    [call] = amazon.calls("getOrders")
    assert sorted(call.parameters) == ["CreatedAfter", "MarketplaceIds", "MaxResultsPerPage"]
    assert call.target.count("=") == 3


def test_a_broken_network_is_retried_with_pauses_and_an_end(amazon, book, clock):
    amazon.faults.always("getOrders", faults.resetting())
    with pytest.raises(AmazonUnavailable):
        book.retrieve_orders()
    assert len(amazon.calls("getOrders")) == 5
    assert all(pause >= 0.5 for pause in clock.sleeps)
    assert clock.slept < 30


def test_the_rate_header_is_calls_per_second(make_amazon, connect, clock):
    make_amazon(generated_orders(2300, clock.now()), quota=10)  # the header says 0.167: a call in six seconds
    assert len(connect().retrieve_orders()) == 2300
    assert clock.slept == pytest.approx(3 * 6, abs=1)


def test_a_status_nobody_knows_is_returned(amazon, book):
    def renamed(content):
        content["payload"]["Orders"][0]["OrderStatus"] = "AwaitingDrone"
        return content

    amazon.faults.next("getOrders", faults.changed(renamed))
    assert book.retrieve_orders()[0].order_status == "AwaitingDrone"


def test_a_403_that_names_its_reason_is_not_retried(amazon, book, clock):
    amazon.faults.always("createRestrictedDataToken", faults.denied("Access to requested resource is denied."))
    with pytest.raises(ForbiddenError):
        book.retrieve_orders()
    assert (len(amazon.calls("createRestrictedDataToken")), clock.slept) == (1, 0)


def test_a_next_token_is_encoded_exactly_once(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(500, clock.now()))
    assert len({order.amazon_order_id for order in connect().retrieve_orders()}) == 500
    _, *calls = amazon.calls("getOrders")
    tokens = [call.parameters["NextToken"] for call in calls]
    assert any(set("+/=") & set(token) for token in tokens)
    assert [unquote(call.target.partition("NextToken=")[2].partition("&")[0]) for call in calls] == tokens
