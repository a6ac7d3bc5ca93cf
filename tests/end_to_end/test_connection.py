"""Kognitos's connection test: what it proves and what it refuses."""

import functools
import re

import pytest
from kognitos.bdk import api
from kognitos.bdk.runtime.client.exceptions import (
    AuthenticationRequired,
    InvalidValue,
    MissingValue,
    NotFound,
    TypeMismatch,
)
from kognitos.bdk.runtime.client.sensitive import Sensitive

from amazon_selling_partner import AmazonSellingPartnerBook, messages
from playground.local_amazon import DEMONSTRATION_SELLER

GOOD = {
    "refresh_token": DEMONSTRATION_SELLER.refresh_token,
    "client_id": DEMONSTRATION_SELLER.client_id,
    "client_secret": DEMONSTRATION_SELLER.client_secret,
}


@pytest.fixture
def test_connection(amazon, workspace):
    """Ask Kognitos's client to test a connection."""
    [book] = workspace.client.retrieve_books()

    def test(credentials, method="connect"):
        workspace.client.test_connection(book.name, book.version, method, list(credentials.items()))

    return test


def test_good_credentials_pass_and_cost_one_login_and_no_quota(test_connection, amazon):
    test_connection(GOOD)
    assert [request.operation for request in amazon.requests] == ["login"]


@pytest.mark.parametrize("kind", [str, Sensitive])
def test_the_book_gets_secrets_wrapped_however_they_come(test_connection, monkeypatch, kind):
    connect, taken = AmazonSellingPartnerBook.connect, {}

    @functools.wraps(connect)
    def taking(book, **credentials):
        taken.update(credentials)
        connect(book, **credentials)

    monkeypatch.setattr(AmazonSellingPartnerBook, "connect", taking)
    test_connection({name: kind(value) for name, value in GOOD.items()})
    assert {name for name, value in taken.items() if isinstance(value, api.Sensitive)} == {
        "refresh_token",
        "client_secret",
    }
    assert taken["client_id"] == GOOD["client_id"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"refresh_token": "Atzr|AnotherRefreshTokenThatNobodyKnows0123456789"}, "Refresh Token"),
        ({"client_secret": "amzn1.oa2-cs.v1.another0123456789abcdef"}, "Client Secret"),
        ({"client_id": "amzn1.application-oa2-client.another0123456789"}, "Client ID"),
    ],
    ids=["refresh token", "client secret", "client id"],
)
def test_a_wrong_credential_is_named(test_connection, wrong, word):
    with pytest.raises(AuthenticationRequired, match=word):
        test_connection({**GOOD, **wrong})


def test_an_application_id_is_refused_before_any_call(test_connection, amazon):
    with pytest.raises(AuthenticationRequired, match=re.escape(messages.APPLICATION_ID)):
        test_connection({**GOOD, "client_id": "amzn1.sp.solution.0123456789"})
    assert amazon.requests == []


def test_a_credential_that_is_left_out_is_missing(test_connection):
    with pytest.raises(MissingValue, match="client_secret, refresh_token"):
        test_connection({"client_id": GOOD["client_id"]})


def test_a_connection_test_without_credentials_is_refused(workspace):
    [book] = workspace.client.retrieve_books()
    with pytest.raises(MissingValue, match="credentials"):
        workspace.client.test_connection(book.name, book.version, None, None)


def test_an_unknown_credential_is_refused(test_connection):
    with pytest.raises(InvalidValue, match="region"):
        test_connection({**GOOD, "region": "NA"})


def test_a_credential_that_is_no_text_is_refused(test_connection):
    with pytest.raises(TypeMismatch, match="client_id"):
        test_connection({**GOOD, "client_id": 7.0})


def test_an_unknown_connection_method_is_refused(test_connection):
    with pytest.raises(NotFound, match="'oauth'"):
        test_connection(GOOD, method="oauth")


def test_a_step_without_a_connection_says_so(amazon, workspace):
    step = workspace.library.read("retrieve orders")
    with pytest.raises(AuthenticationRequired, match="Connect first"):
        step.run(workspace.client, None)
    assert amazon.requests == []
