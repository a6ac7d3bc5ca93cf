"""The three credentials: cleaned, checked before any call, and never shown."""

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.errors import CredentialsRejected

REFRESH_TOKEN = "Atzr|IwEBIRefreshTokenOfNobody"
CLIENT_ID = "amzn1.application-oa2-client.0123456789abcdef"
CLIENT_SECRET = "amzn1.oa2-cs.v1.fedcba9876543210"


def checked(**changes: str) -> LwaCredentials:
    fields = {"refresh_token": REFRESH_TOKEN, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return LwaCredentials.checked(**{**fields, **changes})


# What is taken


@pytest.mark.parametrize("field", ["refresh_token", "client_id", "client_secret"])
@pytest.mark.parametrize("blanks", [" {}", "{}\n", "\t{}\r\n", "\u00a0{} "])
def test_blanks_from_copying_are_removed(field, blanks):
    assert checked(**{field: blanks.format(getattr(checked(), field))}) == checked()


def test_a_client_secret_of_the_older_form_is_taken():
    assert checked(client_secret="0123456789abcdef" * 4).client_secret == "0123456789abcdef" * 4


# What is refused, before any call

FIELDS = pytest.mark.parametrize(
    ("field", "label"),
    [("refresh_token", "Refresh Token"), ("client_id", "Client ID"), ("client_secret", "Client Secret")],
)


def refusal(**changes: str) -> CredentialsRejected:
    with pytest.raises(CredentialsRejected) as caught:
        checked(**changes)
    return caught.value


@FIELDS
@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_field_is_named(field, label, blank):
    error = refusal(**{field: blank})
    assert (error.sentence, error.diagnostics) == (messages.CREDENTIAL_EMPTY, {"field": label})


@FIELDS
@pytest.mark.parametrize("character", ["\n", "\x00", " ", "\x7f", "\u200b", "\u0410", "\ud800"], ids=ascii)
def test_a_field_with_a_character_that_none_has_is_named(field, label, character):
    error = refusal(**{field: getattr(checked(), field) + character + "x"})
    assert (error.sentence, error.diagnostics) == (messages.CREDENTIAL_MALFORMED, {"field": label})


def test_the_application_id_is_recognized():
    error = refusal(client_id="amzn1.sp.solution.01234567-89ab-cdef-0123-456789abcdef")
    assert str(error) == messages.APPLICATION_ID


@pytest.mark.parametrize(
    "client_id", ["my app", "A1B2C3D4E5", "amzn1.application-oa2-clientX", CLIENT_SECRET, REFRESH_TOKEN]
)
def test_any_other_client_id_is_refused_and_not_repeated(client_id):
    assert str(refusal(client_id=client_id)) == messages.NO_CLIENT_ID


# What is never shown


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, lambda value: f"{(value,)}"], ids=["repr", "str", "format", "tuple"]
)
def test_no_text_of_credentials_shows_any_of_them(show):
    assert show(checked()) in {"LwaCredentials()", "(LwaCredentials(),)"}


# The digests


def test_a_renewed_client_secret_leaves_the_account_the_same():
    assert checked(client_secret="amzn1.oa2-cs.v1.other").account == checked().account
    assert checked(client_id=f"{CLIENT_ID}0").account != checked().account
    assert checked(refresh_token="Atzr|other").account != checked().account


def test_the_digest_hides_what_it_is_made_of():
    digest = checked().digest
    assert len(bytes.fromhex(digest)) == 32
    assert not any(part in digest for part in ("IwEB", "0123456789abcdef", "fedcba9876543210"))


@pytest.mark.parametrize("other", [("a", "bc", "d"), ("ab", "cd", ""), ("abc", "d", ""), ("ab", "c", "e")], ids=repr)
def test_different_credentials_have_different_digests(other):
    assert LwaCredentials(*other).digest != LwaCredentials("ab", "c", "d").digest


@pytest.mark.parametrize("other", [("a", "bc"), ("abc", ""), ("ab", "d")], ids=repr)
def test_different_accounts_have_different_names(other):
    assert LwaCredentials(*other, "secret").account != LwaCredentials("ab", "c", "secret").account
