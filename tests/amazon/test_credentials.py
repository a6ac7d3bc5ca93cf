"""The three credentials: cleaned, checked before any call, and never shown."""

import dataclasses
import logging

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.errors import CredentialsRejected

REFRESH_TOKEN = "Atzr|IwEBIRefreshTokenOfNobody"
CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef"
CLIENT_SECRET = "amzn1.oa2-cs.v1.fedcba9876543210"
WHERE = "In Seller Central or the Solution Provider Portal, open Develop Apps"


def checked(**changes: str) -> LwaCredentials:
    fields = {"refresh_token": REFRESH_TOKEN, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return LwaCredentials.checked(**{**fields, **changes})


# What is taken


def test_credentials_are_taken_as_they_are():
    found = checked()
    assert (found.refresh_token, found.client_id, found.client_secret) == (REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET)


@pytest.mark.parametrize("field", ["refresh_token", "client_id", "client_secret"])
@pytest.mark.parametrize("blanks", [" {}", "{}\n", "\t{}\r\n", "\u00a0{} "])
def test_blanks_from_copying_are_removed(field, blanks):
    assert checked(**{field: blanks.format(getattr(checked(), field))}) == checked()


def test_a_client_secret_of_the_older_form_is_taken():
    assert checked(client_secret="0123456789abcdef" * 4).client_secret == "0123456789abcdef" * 4


# What is refused


@pytest.mark.parametrize(
    ("field", "label"),
    [("refresh_token", "Refresh Token"), ("client_id", "Client ID"), ("client_secret", "Client Secret")],
)
@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_field_is_refused_by_its_label(field, label, blank):
    with pytest.raises(CredentialsRejected) as caught:
        checked(**{field: blank})
    assert str(caught.value) == f"The {label} of the connection is empty. Fill it in and connect again."


def test_the_application_id_is_recognised_and_the_message_tells_where_the_client_id_is():
    with pytest.raises(CredentialsRejected) as caught:
        checked(client_id="amzn1.sp.solution.01234567-89ab-cdef-0123-456789abcdef")
    assert str(caught.value).startswith(
        f"The Client ID of the connection is the application ID of the app, not its LWA client ID. {WHERE}"
    )


@pytest.mark.parametrize(
    "client_id",
    ["my app", "A1B2C3D4E5", "amzn1.application.0123", "amzn1.application-oa2-clientX", CLIENT_SECRET, REFRESH_TOKEN],
)
def test_what_is_no_client_id_is_refused_and_the_message_tells_where_it_is(client_id):
    with pytest.raises(CredentialsRejected) as caught:
        checked(client_id=client_id)
    assert str(caught.value).startswith(f"The Client ID of the connection is not an LWA client ID. {WHERE}")
    assert client_id not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "label"),
    [("refresh_token", "Refresh Token"), ("client_id", "Client ID"), ("client_secret", "Client Secret")],
)
@pytest.mark.parametrize("character", ["\n", "\x00", " ", "\x7f", "\u200b", "\u0410", "\ud800"], ids=ascii)
def test_a_character_that_no_credential_has_is_refused_by_the_label_of_its_field(field, label, character):
    value = getattr(checked(), field) + character + "x"
    with pytest.raises(CredentialsRejected) as caught:
        checked(**{field: value})
    assert str(caught.value) == (
        f"The {label} of the connection holds a blank, a line break or another character that cannot be part of it. "
        "Copy it again from Seller Central and connect again."
    )


# What is never shown


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, lambda value: f"{(value,)}"], ids=["repr", "str", "format", "tuple"]
)
def test_no_text_of_credentials_shows_any_of_them(show):
    assert show(checked()) in {"LwaCredentials()", "(LwaCredentials(),)"}


def test_a_log_line_with_credentials_shows_none_of_them(caplog):
    logging.getLogger(__name__).warning("%s %r", checked(), checked())
    assert caplog.messages == ["LwaCredentials() LwaCredentials()"]


def test_credentials_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        checked().client_id = "another"


# The digest


def test_the_digest_is_64_hexadecimal_digits_that_tell_nothing():
    digest = checked().digest
    assert len(bytes.fromhex(digest)) == 32
    assert not any(part in digest for part in ("IwEB", "0123456789abcdef", "fedcba9876543210"))


def test_the_same_credentials_have_the_same_digest():
    assert checked().digest == checked(refresh_token=f" {REFRESH_TOKEN} ").digest


TEXTS = st.text(alphabet="ab0:1", max_size=4)
TRIPLES = st.tuples(TEXTS, TEXTS, TEXTS)


@given(TRIPLES, TRIPLES)
def test_different_credentials_have_different_digests_wherever_their_texts_are_cut(one, other):
    assume(one != other)
    assert LwaCredentials(*one).digest != LwaCredentials(*other).digest
