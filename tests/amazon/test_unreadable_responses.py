"""Responses that are not what Amazon documents: what their errors show."""

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.tokens import Token, token_reader
from amazon_selling_partner.errors import RequestRefused, UnreadableAnswer
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import faults


@pytest.mark.parametrize(("api", "operation"), [("v0", "getOrders"), ("2026-01-01", "searchOrders")])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [(faults.not_json(), "no JSON"), (faults.status(200, {"payload": 5}), "not the documented JSON")],
    ids=["no JSON", "other JSON"],
)
def test_the_error_shows_what_is_wrong_and_the_call(amazon, connect, monkeypatch, api, operation, fault, reason):
    monkeypatch.setenv(ORDERS_API, api)
    amazon.faults.always(operation, fault)
    with pytest.raises(UnreadableAnswer) as caught:
        connect().retrieve_orders()
    request_id = caught.value.answer.request_id
    assert request_id.startswith("local-request-")
    assert str(caught.value) == (
        f"{messages.UNREADABLE_ANSWER} "
        f"[reason: {reason}, operation: {operation}, status: 200, request id: {request_id}]"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>", "no JSON"),
        ({}, "no token"),
        ({"access_token": "Atza|a b", "expires_in": 3600}, "no token that can be sent"),
        ({"access_token": "Atza|ab", "expires_in": 0}, "a token that has expired"),
    ],
    ids=["no JSON", "nothing", "not sendable", "expired"],
)
def test_a_login_without_a_usable_token_says_why(amazon, connect, body, reason):
    amazon.faults.always("login", faults.status(200, body))
    with pytest.raises(UnreadableAnswer) as caught:
        connect().retrieve_orders()
    shown = f"[reason: {reason}, operation: Login with Amazon, status: 200"
    assert str(caught.value).startswith(f"{messages.UNREADABLE_ANSWER} {shown}")


def test_a_token_that_lives_for_a_moment_is_one():
    read = token_reader("access_token", "expires_in")
    assert read(b'{"access_token": "Atza|one", "expires_in": 0.5}') == Token("Atza|one", 0.5)


def test_a_refusal_with_broken_bytes_is_one_all_the_same(amazon, connect):
    body = b'{"errors": [{"code": "InvalidInput", "message": "caf\xe9"}]}'
    amazon.faults.always("getOrders", faults.status(400, body))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.answer.message == "caf\ufffd"
