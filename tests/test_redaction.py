"""What is hidden from messages and logs: Amazon's tokens by their form, a session's secrets by their value."""

import json
import time
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kognitos.bdk.api.errors import AuthenticationFailedError

from amazon_selling_partner.errors import RequestRefused
from amazon_selling_partner.redaction import Secrets, redact
from playground.local_amazon import DEMONSTRATION_SELLER, faults

TOKENS = ["Atza|IwEBIJ/k+g==", "Atzr|IwEBIJ-k_g.0", "Atz.sprdt|IwEBIJkg", "Atc|MQEBIJkg", "amzn1.oa2-cs.v1.0123abcd"]
AROUND = ["{}", "before {} after", '"{}"', "({}).", "key={};", "a: {}, b", "\n{}\t", "x={}&y=1"]


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("around", AROUND)
def test_a_token_is_hidden(token, around):
    shown = redact(around.format(token))
    assert "[hidden]" in shown
    assert token[6:] not in shown


@pytest.mark.parametrize("token", TOKENS)
def test_a_percent_encoded_token_is_hidden(token):
    assert redact(f"token={quote(token, safe='')}&x=1") == "token=[hidden]&x=1"


@pytest.mark.parametrize(
    "text",
    [
        "Access to requested resource is denied.",
        "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]",
        "amzn1.application-oa2-client.0123456789abcdef",
        "902-3159896-1390916",
        "a | b",
    ],
)
def test_any_other_text_stays(text):
    assert redact(text) == text


def test_what_surrounds_a_token_stays():
    assert redact('the token "Atza|abc", sorry') == 'the token "[hidden]", sorry'


def test_line_breaks_become_blanks():
    assert redact("a\r\n  b\tc\u2028d") == "a b c d"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800"], ids=ascii)
def test_a_character_that_a_terminal_obeys_is_replaced(character):
    assert redact(f"a{character}[31mb") == "a\ufffd[31mb"


def test_a_long_text_is_cut():
    assert redact("x" * 600) == "x" * 600
    assert redact("x" * 601) == "x" * 600 + "…"


def test_a_token_across_the_cut_is_hidden():
    assert "Atza" not in redact("x " * 298 + "Atza|0123456789abcdef" * 3)


def test_a_huge_text_takes_no_time():
    begun = time.process_time()
    redact("Atza|" * 6_000 + "x" * 30_000)
    assert time.process_time() - begun < 0.2


@given(st.text(), st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=8), st.text())
def test_no_token_passes_whatever_surrounds_it(before, token, after):
    assert f"Atza|{token}" not in redact(f"{before}Atza|{token}{after}")


# By their value: with no prefix of Amazon's, and with all that encodings change

SECRET = 'the"secret\\+/=&of'
FORMS = {"verbatim": SECRET, "percent-encoded": quote(SECRET, safe=""), "JSON": json.dumps(SECRET)[1:-1]}


def repeating(text):
    """A refusal that repeats a text wherever an error shows what Amazon said."""
    return faults.refused(400, text, text, text, x_amzn_RequestId=text)


def assert_hidden(error, log):
    assert "[hidden]" in str(error)
    assert [text for text in (str(error), repr(error), str(error.diagnostics), *log) if "secret" in text] == []


@pytest.mark.parametrize("written", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("field", ["refresh_token", "client_secret"])
def test_a_credential_that_amazon_repeats_is_hidden(make_amazon, connect, log_without_secrets, written, field):
    seller = replace(DEMONSTRATION_SELLER, **{field: SECRET})
    amazon = make_amazon(sellers=[seller])
    amazon.faults.next("getOrders", repeating(written))
    with pytest.raises(RequestRefused) as caught:
        connect(seller).retrieve_orders()
    assert_hidden(caught.value, log_without_secrets)


def test_a_credential_that_the_login_repeats_is_hidden(make_amazon, connect, log_without_secrets):
    seller = replace(DEMONSTRATION_SELLER, client_secret="formless-secret")
    repeated = {"error": "invalid_grant", "error_description": "formless-secret", "request_id": "formless-secret"}
    make_amazon(sellers=[seller]).faults.next("login", faults.status(400, repeated))
    with pytest.raises(AuthenticationFailedError) as caught:
        connect(seller).retrieve_orders()
    assert_hidden(caught.value.__cause__, log_without_secrets)


@pytest.mark.parametrize(
    ("issuer", "operation"), [("login", "createRestrictedDataToken"), ("createRestrictedDataToken", "getOrders")]
)
def test_a_token_that_amazon_repeats_is_hidden(amazon, connect, log_without_secrets, issuer, operation):
    def issued(content):
        return content | {key: "a-secret" for key in ("access_token", "restrictedDataToken") if key in content}

    amazon.faults.always(issuer, faults.changed(issued))
    amazon.faults.always(operation, repeating("a-secret"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert_hidden(caught.value, log_without_secrets)


def test_the_tokens_of_earlier_calls_are_hidden(amazon, connect):
    connect().retrieve_orders()
    token = amazon.requests[-1].headers["x-amz-access-token"]
    amazon.tokens.revoke()
    connect().retrieve_orders()
    amazon.faults.next("getOrders", repeating(f"about {token}"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.answer.message == "about [hidden]"


def test_the_latest_64_tokens_and_all_credentials_are_known():
    secrets = Secrets("credential")
    for number in range(65):
        secrets.add(f"token-{number:02}")
    shown = secrets.hide("credential token-00 token-01 token-64")
    assert shown == "[hidden] token-00 [hidden] [hidden]"


def test_a_token_added_again_pushes_no_other_out():
    secrets = Secrets()
    secrets.add("earlier")
    for _ in range(100):
        secrets.add("repeated")
    assert secrets.hide("earlier") == "[hidden]"


@pytest.mark.parametrize(("value", "shown"), [(None, None), (400, "400"), (["a"], "['a']")])
def test_a_value_becomes_text_and_none_stays_none(value, shown):
    assert Secrets().hide(value) == shown
