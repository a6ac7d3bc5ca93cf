"""The text of an error: a stable sentence, then facts; and nothing private in it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import errors
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, Facts, SellingPartnerError, redacted

SENTENCE = "Something happened. Do this."


# The text


def test_an_error_without_diagnostics_is_its_sentence():
    assert str(SellingPartnerError(SENTENCE)) == SENTENCE


def test_diagnostics_and_then_amazons_facts_follow_the_sentence_in_brackets_and_in_order():
    facts = Facts(operation="getOrders", status=400, code="InvalidInput", request_id="r-1")
    error = SellingPartnerError(SENTENCE, {"order id": "1", "marketplace": "US"}, facts=facts)
    shown = "order id: 1, marketplace: US, operation: getOrders, status: 400, code: InvalidInput, request id: r-1"
    assert str(error) == f"{SENTENCE} [{shown}]"


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_fact_that_is_not_known_is_left_out(nothing):
    facts = Facts(status=400, message=nothing)
    assert str(SellingPartnerError(SENTENCE, facts=facts)) == f"{SENTENCE} [status: 400]"
    assert str(SellingPartnerError(SENTENCE, {"message": nothing, "status": 400})) == f"{SENTENCE} [status: 400]"


def test_a_fact_of_zero_is_shown():
    assert str(SellingPartnerError(SENTENCE, {"orders": 0})) == f"{SENTENCE} [orders: 0]"


def test_without_any_known_fact_there_are_no_brackets():
    assert str(SellingPartnerError(SENTENCE, {"message": None})) == SENTENCE


def test_what_is_added_later_is_added_to_another_error_and_not_to_one_that_others_may_hold():
    error = AmazonUnavailable(SENTENCE, {"host": "a"}, facts=Facts(status=503))
    later = error.replaced(diagnostics={**error.diagnostics, "orders read so far": "2,000"}, given_up=True)
    assert str(later) == f"{SENTENCE} [host: a, orders read so far: 2,000, status: 503]"
    assert (type(later), later.sentence, later.given_up) == (AmazonUnavailable, SENTENCE, True)
    assert str(error) == f"{SENTENCE} [host: a, status: 503]"
    assert not error.given_up


def test_the_sentence_is_there_alone_for_those_who_look_for_it():
    assert SellingPartnerError(SENTENCE, {"status": 400}).sentence == SENTENCE


def test_neither_repr_nor_arguments_hold_foreign_text():
    error = SellingPartnerError(SENTENCE, {"found": "buyer@example.com"}, facts=Facts(message="buyer@example.com"))
    assert "buyer" not in f"{error!r} {error.args}"


def test_half_a_character_is_shown_as_the_replacement_character():
    error = SellingPartnerError("Sentence.", {"told": "a\ud800"}, facts=Facts(message="\udc00b 😀"))
    assert str(error) == "Sentence. [told: a\ufffd, message: \ufffdb 😀]"


def test_a_fact_is_redacted_when_it_is_shown():
    error = SellingPartnerError(SENTENCE, facts=Facts(message="no access for Atza|IwEBIabc"))
    assert str(error) == f"{SENTENCE} [message: no access for [hidden]]"


def test_the_tree_of_the_documentation_is_the_tree_of_the_classes():
    listed = re.findall(r"[├└]── (\w+)", errors.__doc__)
    assert sorted(listed) == sorted(
        set(errors.__all__) - {"LONGEST_FOREIGN_TEXT", "Facts", "SellingPartnerError", "redacted"}
    )


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"LONGEST_FOREIGN_TEXT", "Facts", "redacted"}))
def test_every_error_is_caught_as_one_of_ours(name):
    assert issubclass(getattr(errors, name), SellingPartnerError)


def test_no_connection_at_all_is_a_way_of_being_unavailable():
    assert issubclass(AmazonUnreachable, AmazonUnavailable)


# Redaction


@pytest.mark.parametrize(
    "secret",
    [
        "Atza|IwEBIJ/k+g==",
        "Atzr|IwEBIJ-k_g.0",
        "Atz.sprdt|IwEBIJkg",
        "Atc|MQEBIJkg",
        "amzn1.oa2-cs.v1.0123456789abcdef",
        "buyer@example.com",
        "8x7k2m@marketplace.amazon.co.jp",
        "jürgen.müller+tag@exämple.de",
    ],
)
@pytest.mark.parametrize("around", ["{}", "before {} after", '"{}"', "<{}>", "({}).", "key={};", "a: {}, b", "\n{}\t"])
def test_tokens_secrets_and_e_mail_addresses_are_hidden(secret, around):
    assert "[hidden]" in redacted(around.format(secret))
    assert secret[6:] not in redacted(around.format(secret))


def test_what_surrounds_a_secret_stays():
    assert redacted('the token "Atza|abc" of <buyer@example.com>, sorry') == 'the token "[hidden]" of <[hidden]>, sorry'


@pytest.mark.parametrize(
    "text",
    [
        "Access to requested resource is denied.",
        "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]",
        "amzn1.application-oa2-client.0123456789abcdef",
        "902-3159896-1390916",
        "2024-11-01T00:00:00Z",
        "a | b",
    ],
)
def test_what_is_no_secret_stays(text):
    assert redacted(text) == text


def test_line_breaks_become_blanks_so_that_a_fact_stays_on_one_line():
    assert redacted("a\r\n  b\tc\u2028d") == "a b c d"


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800"], ids=ascii)
def test_what_a_terminal_would_obey_or_nothing_can_encode_is_shown_as_a_replacement(character):
    assert redacted(f"a{character}[31mb") == "a\ufffd[31mb"


def test_what_is_shown_can_be_encoded():
    redacted("".join(map(chr, range(0xD7F0, 0xE010)))).encode()


def test_a_long_text_is_cut():
    assert redacted("x" * 601) == "x" * 600 + "…"
    assert redacted("x" * 600) == "x" * 600


def test_no_part_of_an_e_mail_address_comes_through_wherever_a_long_text_is_cut():
    shown = [redacted(" " * blanks + "jane.roe@example.com") for blanks in range(2380, 2405)]
    assert not any("jane" in text for text in shown)


def test_a_list_of_ours_is_shown_to_its_end_and_redacted():
    parts = (*(f"order {number}" for number in range(200)), "buyer@example.com")
    assert str(SellingPartnerError(SENTENCE, {"orders": parts})).endswith("order 198; order 199; [hidden]]")


def test_a_secret_across_the_cut_is_hidden_whole():
    assert "Atza" not in redacted("x " * 298 + "Atza|0123456789abcdef" * 3)


def test_a_text_without_end_is_redacted_in_no_time():
    begun = time.process_time()
    redacted("x" * 30_000)
    assert time.process_time() - begun < 0.2


@given(st.text(), st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=8), st.text())
def test_no_token_comes_through_whatever_surrounds_it(before, token, after):
    assert f"Atza|{token}" not in redacted(f"{before}Atza|{token}{after}")


@given(st.text())
def test_redacting_twice_is_redacting_once(text):
    assert redacted(redacted(text)[:600]) == redacted(text)[:600]
