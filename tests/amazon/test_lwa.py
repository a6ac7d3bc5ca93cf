"""Login with Amazon, through the book: one exchange, and whose fault a refusal is."""

from urllib.parse import parse_qs

import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError

from amazon_selling_partner import messages
from amazon_selling_partner.errors import AmazonUnavailable, CredentialsRejected, UnreadableAnswer
from amazon_selling_partner.marketplaces import Marketplace
from playground.local_amazon import DEMONSTRATION_SELLER, faults


def test_the_exchange_sends_the_credentials_as_a_form(amazon, connect):
    connect(verify=True)
    [login] = amazon.calls("login")
    assert (login.method, login.headers["host"], login.path) == ("POST", "api.amazon.com", "/auth/o2/token")
    assert {name: value for name, [value] in parse_qs(login.body.decode()).items()} == {
        "grant_type": "refresh_token",
        "refresh_token": DEMONSTRATION_SELLER.refresh_token,
        "client_id": DEMONSTRATION_SELLER.client_id,
        "client_secret": DEMONSTRATION_SELLER.client_secret,
    }


def test_one_token_serves_all_regions(amazon, connect):
    for marketplace in (Marketplace.US, Marketplace.DE, Marketplace.JP):
        connect().retrieve_orders(marketplace=marketplace)
    assert len(amazon.calls("login")) == 1


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (400, "invalid_grant", messages.REFRESH_TOKEN_REJECTED),
        (401, "invalid_client", messages.CLIENT_REJECTED),
        (400, "unauthorized_client", messages.CLIENT_OF_ANOTHER_APP),
        (400, "access_denied", messages.APP_NOT_AUTHORIZED),
        (400, "invalid_request", messages.CREDENTIALS_REJECTED),
        (400, "unsupported_grant_type", messages.CREDENTIALS_REJECTED),
        (400, "invalid_scope", messages.CREDENTIALS_REJECTED),
    ],
)
def test_a_refusal_names_the_field_to_correct(amazon, connect, clock, status, code, sentence):
    amazon.faults.next("login", faults.login_refused(status, code, "Amazon's words"))
    with pytest.raises(AuthenticationFailedError) as caught:
        connect().retrieve_orders()
    assert isinstance(caught.value.__cause__, CredentialsRejected)
    assert str(caught.value) == (
        f"{sentence} [operation: Login with Amazon, status: {status}, code: {code}, message: Amazon's words, "
        "request id: local-login]"
    )
    assert (len(amazon.requests), clock.sleeps) == (1, [])


TROUBLE = {
    "server_error": faults.login_refused(500, "server_error", "Later."),
    "temporarily_unavailable": faults.login_refused(400, "temporarily_unavailable", "Later."),
    "503 with a code of its own": faults.login_refused(503, "invalid_client", "Later."),
    "429 with a code of its own": faults.login_refused(429, "invalid_request", "Slow down."),
    "a page of HTML": faults.html_page(400),
    "an empty 403": faults.empty(403),
    "a redirect": faults.redirect(),
    "JSON without a code": faults.status(404, {"error": {"code": 404}}),
    "a list": faults.status(401, "[1]"),
    "a success without JSON": faults.not_json(),
}


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
def test_trouble_blames_no_credential_and_is_tried_again(amazon, connect, fault):
    amazon.faults.always("login", fault)
    with pytest.raises((AmazonUnavailable, UnreadableAnswer)):
        connect().retrieve_orders()
    assert [call.operation for call in amazon.requests] == ["login"] * 5
    amazon.faults.always("login", None)
    assert connect().retrieve_orders()


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


def test_wrong_credentials_cost_no_quota(make_amazon, connect, clock):
    amazon = make_amazon(quota=1)
    amazon.faults.next("login", *[faults.login_refused(400, "invalid_grant", "No.")] * 20)
    for _ in range(20):
        with pytest.raises(AuthenticationFailedError):
            connect().retrieve_orders()
    for _ in range(20):
        connect().retrieve_orders(limit=1)
    assert clock.sleeps == []
