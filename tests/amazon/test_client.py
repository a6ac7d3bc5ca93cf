"""One call, through the book: the request, quota around it, and what an error shows of the answer."""

import httpx
import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError

from amazon_selling_partner import AmazonSellingPartnerBook, messages
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import (
    AmazonUnavailable,
    AmazonUnreachable,
    QuotaExhausted,
    RequestRefused,
    UnreadableAnswer,
)
from amazon_selling_partner.marketplaces import Marketplace
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from tests.playground.local_amazon.support import OTHER_SELLER

ORDER = "902-3159896-1390916"


# The request


@pytest.mark.parametrize(
    ("marketplace", "host"),
    [
        (Marketplace.US, "sellingpartnerapi-na.amazon.com"),
        (Marketplace.DE, "sellingpartnerapi-eu.amazon.com"),
        (Marketplace.JP, "sellingpartnerapi-fe.amazon.com"),
        (Marketplace.SANDBOX, "sandbox.sellingpartnerapi-na.amazon.com"),
    ],
)
def test_a_call_goes_to_its_regions_host(amazon, connect, version, marketplace, host):
    connect().retrieve_orders(marketplace=marketplace)
    [call] = amazon.calls(version.list)
    assert call.headers["host"] == host


def test_a_call_has_a_token_and_the_time(amazon, connect, version):
    connect().retrieve_orders()
    [call] = amazon.calls(version.list)
    assert (call.method, call.body) == ("GET", b"")
    assert call.headers["x-amz-access-token"].startswith("Atz")
    assert call.headers["x-amz-date"] == "20261123T120000Z"


# 429


def test_a_429_waits_for_one_call_of_the_plan(amazon, connect, clock, version):
    amazon.faults.next(version.list, faults.empty(429))
    connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(1 / version.rate)


def test_a_retry_after_is_obeyed(amazon, connect, clock, version):
    amazon.faults.next(version.list, faults.status(429, Retry_After="7"))
    connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(7)


@pytest.mark.parametrize("value", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "nan", "inf", "9" * 400])
def test_a_retry_after_that_is_no_number_is_ignored(amazon, connect, clock, version, value):
    amazon.faults.next(version.list, faults.status(429, Retry_After=value))
    connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(1 / version.rate)


def test_after_an_accepted_call_a_429_is_the_first_one_again(amazon, connect, clock, version):
    busy = faults.status(429, Retry_After="0")
    amazon.faults.next(version.list, busy, busy, None, busy)
    connect().retrieve_orders(limit=1)
    assert clock.slept == 1 + 2
    clock.advance(600)
    connect().retrieve_orders(limit=1)
    assert clock.slept == 1 + 2 + 1


@pytest.mark.parametrize(
    "headers", [{}, {"Retry_After": "0"}, {"x_amzn_RateLimit_Limit": "100"}], ids=["plain", "now", "a fast rate"]
)
def test_429_for_ever_ends_after_some_calls(amazon, connect, version, headers):
    amazon.faults.always(version.list, faults.status(429, **headers))
    with pytest.raises(QuotaExhausted):
        connect().retrieve_orders()
    assert len(amazon.calls(version.list)) <= 30


# Quota


def test_the_rate_that_amazon_sends_is_learned(amazon, connect, clock, version):
    amazon.faults.always(version.list, faults.Fault(change=with_rate("0.5")))
    for _ in range(21):
        connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(2.5, abs=0.01)


def with_rate(text):
    def change(response):
        return type(response)(response.status, response.body, {**response.headers, "x-amzn-RateLimit-Limit": text})

    return change


@pytest.mark.parametrize("text", ["", "fast", "nan", "inf", "1e400"])
def test_a_rate_that_is_no_number_is_ignored(amazon, connect, clock, version, text):
    amazon.faults.always(version.list, faults.Fault(change=with_rate(text)))
    for _ in range(21):
        connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(1 / version.rate, abs=1)


def test_operations_regions_and_sellers_have_quotas_of_their_own(make_amazon, connect, clock, version):
    make_amazon(quota=1, sellers=[DEMONSTRATION_SELLER, OTHER_SELLER])
    for _ in range(20):
        connect().retrieve_orders(limit=1)
        connect().retrieve_orders(marketplace=Marketplace.DE, limit=1)
        connect(OTHER_SELLER).retrieve_orders(limit=1)
        connect().retrieve_order(Marketplace.US, ORDER)
    assert clock.sleeps == []


def test_attempts_that_never_reached_amazon_cost_no_quota(amazon, clock, version):
    connected = True

    def handle(request):
        if connected or request.url.host == "api.amazon.com":
            return amazon.handle(request)
        raise httpx.ConnectError("no route", request=request)

    book = AmazonSellingPartnerBook(Sessions(clock, network=httpx.MockTransport(handle)))
    seller = DEMONSTRATION_SELLER
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    book.retrieve_orders(limit=1)
    connected = False
    for _ in range(4):
        with pytest.raises(AmazonUnreachable):
            book.retrieve_orders(limit=1)
    connected = True
    paused = clock.slept
    for _ in range(19):
        book.retrieve_orders(limit=1)
    assert clock.slept == paused


# The token


def test_a_token_that_expires_during_a_wait_is_renewed_first(make_amazon, connect, version):
    amazon = make_amazon(quota=1, expires_in=100)
    for _ in range(21):
        connect().retrieve_orders(limit=1)
    assert {call.status for call in amazon.calls(version.list)} == {200}
    assert len(amazon.calls("login")) == 2


def test_quota_waited_for_is_kept_when_no_token_comes(make_amazon, connect, clock, version):
    amazon = make_amazon(quota=1, expires_in=100)
    amazon.faults.next("login", None, faults.login_refused(400, "invalid_grant", "No."))
    for _ in range(20):
        connect().retrieve_orders(limit=1)
    with pytest.raises(AuthenticationFailedError):
        connect().retrieve_orders(limit=1)
    waited = clock.slept
    assert connect().retrieve_orders(limit=1)
    assert clock.slept == waited > 0


# What an error shows of the answer


def test_an_error_shows_all_that_amazon_said(amazon, connect, version):
    amazon.faults.next(version.list, faults.refused(415, "Strange", "Amazon's words", "and details"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    place = "marketplace: US, region: North America"
    said = "status: 415, code: Strange, message: Amazon's words, details: and details"
    request_id = caught.value.answer.request_id
    assert request_id.startswith("local-request-")
    assert str(caught.value) == (
        f"{caught.value.sentence} [{place}, operation: {version.list}, {said}, request id: {request_id}]"
    )


@pytest.mark.parametrize("part", ["code", "message", "details"])
@pytest.mark.parametrize("value", [None, "", 5, ["a"], {"a": 1}], ids=repr)
def test_any_part_of_a_refusal_may_be_missing_or_odd(amazon, connect, version, part, value):
    error = {"code": "Unauthorized", "message": "Access to requested resource is denied.", "details": "", part: value}
    amazon.faults.always(version.list, faults.status(403, {"errors": [error]}))
    with pytest.raises(ForbiddenError, match="denies this app access"):
        connect().retrieve_orders()


@pytest.mark.parametrize(
    "body",
    ["", "<html>", "null", "[1]", "{}", '{"errors": null}', '{"errors": []}', '{"errors": ["x"]}', '{"errors": "x"}'],
)
def test_a_body_without_amazons_form_is_trouble_on_the_way(amazon, connect, version, body):
    amazon.faults.always(version.list, faults.status(403, body))
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders()
    assert len(amazon.calls(version.list)) == 5


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(faults.not_json(), "no JSON"), (faults.status(200, {"payload": 5}), "not the documented JSON")],
    ids=["no JSON", "other JSON"],
)
def test_the_error_shows_what_is_wrong_and_the_call(amazon, connect, version, fault, reason):
    amazon.faults.always(version.list, fault)
    with pytest.raises(UnreadableAnswer) as caught:
        connect().retrieve_orders()
    request_id = caught.value.answer.request_id
    assert request_id.startswith("local-request-")
    assert str(caught.value) == (
        f"{messages.UNREADABLE_ANSWER} "
        f"[reason: {reason}, operation: {version.list}, status: 200, request id: {request_id}]"
    )


def test_a_refusal_with_broken_bytes_is_one_all_the_same(amazon, connect):
    body = b'{"errors": [{"code": "InvalidInput", "message": "caf\xe9"}]}'
    amazon.faults.always("getOrders", faults.status(400, body))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.answer.message == "caf\ufffd"
