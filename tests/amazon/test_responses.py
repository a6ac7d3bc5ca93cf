"""What Amazon's answers mean: every documented error, and bodies that no documentation knows."""

from decimal import Decimal

import pytest
from amazon_selling_partner.amazon.responses import (
    Content,
    content_of,
    error_of,
    refuses_token,
    says_token_has_expired,
)
from hypothesis import given
from hypothesis import strategies as st
from tests.amazon.strange_bodies import STRANGE_BODIES, strange_bodies

from amazon_selling_partner.amazon import lwa
from amazon_selling_partner.amazon.http import Response
from amazon_selling_partner.errors import (
    AccessRefused,
    AmazonUnavailable,
    Facts,
    OperationRemoved,
    RequestRefused,
    SellingPartnerError,
    UnreadableAnswer,
)
from amazon_selling_partner.marketplaces import Marketplace, Region
from tests.support import answer

FAILED = "Amazon's service failed and kept failing when asked again."
REFUSED = "Amazon refused the request as invalid"
UNKNOWN = "Amazon does not know what was asked for."
REMOVED = "Amazon no longer has the operation that this step needs."
NO_ACCESS = "Amazon refuses this app access to orders of the marketplace DE (region Europe)."
INVALID = "The input you have submitted is not valid. Please check your input and try again."
DENIED = "Access to requested resource is denied."
NO_ELEMENTS = "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]"
INTERNAL = "We encountered an internal error. Please try again."


def meaning(response: Response) -> SellingPartnerError:
    return error_of(response, "getOrders", Marketplace.DE, Region.EU)


def failure(status: int, code: object = None, message: object = None, details: object = None) -> object:
    error = {"code": code, "message": message, "details": details}
    return answer(status, {"errors": [error]}, x_amzn_requestid="r-1")


# Errors of the Selling Partner API


@pytest.mark.parametrize(
    ("status", "code", "message", "details", "kind", "sentence"),
    [
        (400, "InvalidInput", "Invalid Input", "", RequestRefused, REFUSED),
        (400, "InvalidInput", "Could not match input arguments", "", RequestRefused, REFUSED),
        (400, "InvalidInput", INVALID, "", RequestRefused, REFUSED),
        (400, "InvalidInput", "This is invalid input", "Invalid date/time field [x]", RequestRefused, REFUSED),
        (400, "InvalidInput", None, "", RequestRefused, REFUSED),
        (400, "InvalidInput", "We could not decode your NextToken.", "", RequestRefused, REFUSED),
        (400, "InvalidInput", NO_ELEMENTS, "", RequestRefused, REFUSED),
        (400, "InvalidRequest", "Request is missing", "Resource not provided.", RequestRefused, REFUSED),
        (404, "NotFound", "No such order", None, RequestRefused, UNKNOWN),
        (404, "ResourceNotFound", "Cannot find resource by the given URI", None, OperationRemoved, REMOVED),
        (404, "ResourceNotFound", None, None, OperationRemoved, REMOVED),
        (404, None, "Cannot find resource by the given URI", None, OperationRemoved, REMOVED),
        (410, None, None, None, OperationRemoved, REMOVED),
        (400, "ResourceNotFound", "Cannot find resource by the given URI", None, RequestRefused, REFUSED),
        (401, "Unauthorized", DENIED, "", AccessRefused, NO_ACCESS),
        (403, "Unauthorized", DENIED, "", AccessRefused, NO_ACCESS),
        (403, "ResourceNotFound", "Cannot find resource by the given URI", None, AccessRefused, NO_ACCESS),
        (408, None, None, None, AmazonUnavailable, FAILED),
        (413, "RequestTooLarge", "The request is too large.", None, RequestRefused, REFUSED),
        (415, "UnsupportedMediaType", "Not supported.", None, RequestRefused, REFUSED),
        (500, "InternalFailure", INTERNAL, "", AmazonUnavailable, FAILED),
        (502, None, None, None, AmazonUnavailable, FAILED),
        (503, "ServiceUnavailable", "Service is temporarily unavailable.", "", AmazonUnavailable, FAILED),
        (504, None, None, None, AmazonUnavailable, FAILED),
        (301, None, None, None, RequestRefused, REFUSED),
    ],
)
def test_a_documented_failure_has_its_sentence_and_amazons_own_words(status, code, message, details, kind, sentence):
    error = meaning(failure(status, code, message, details))
    assert type(error) is kind
    facts = [("code", code), ("message", message), ("details", details), ("request id", "r-1")]
    shown = "".join(f", {name}: {value}" for name, value in facts if value)
    assert error.sentence.startswith(sentence)
    assert str(error) == f"{error.sentence} [operation: getOrders, status: {status}{shown}]"


@pytest.mark.parametrize("body", strange_bodies())
@pytest.mark.parametrize(("status", "kind"), [(400, RequestRefused), (500, AmazonUnavailable)])
def test_a_failure_is_an_error_whatever_its_body_is(status, kind, body):
    error = meaning(answer(status, body))
    assert type(error) is kind
    assert f"operation: getOrders, status: {status}" in str(error)


@pytest.mark.parametrize("status", [400, 500])
def test_a_page_of_html_is_not_shown(status):
    assert "html" not in str(meaning(answer(status, STRANGE_BODIES["HTML"])))


def test_what_amazon_repeats_of_a_token_or_an_address_is_hidden():
    error = meaning(failure(400, "InvalidInput", "Bad token Atza|IwEBIsecret", "for buyer@example.com"))
    assert "message: Bad token [hidden], details: for [hidden]" in str(error)


def test_the_request_id_is_found_in_whatever_case_its_header_is_written():
    assert meaning(answer(500, b"", X_AMZN_REQUESTID="r-2")).facts.request_id == "r-2"


@given(st.binary(max_size=200))
def test_no_body_at_all_escapes_as_another_exception(body):
    assert isinstance(meaning(answer(500, body)), AmazonUnavailable)
    assert isinstance(lwa.error_of(answer(400, body)), SellingPartnerError)
    assert says_token_has_expired(answer(403, body)) in {True, False}


# Whose fault a 401 or 403 is

EXPIRED = "The access token you provided has expired."
INVALID_TOKEN = "The access token you provided is revoked, malformed or invalid."


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("message", "details"),
    [(DENIED, EXPIRED), (EXPIRED, ""), (EXPIRED, None), (None, EXPIRED), (DENIED, EXPIRED.upper())],
)
def test_an_expired_token_is_told_in_the_message_or_the_details(status, message, details):
    assert says_token_has_expired(failure(status, "Unauthorized", message, details))


@pytest.mark.parametrize(
    ("status", "message", "details"),
    [
        (403, DENIED, ""),
        (403, DENIED, None),
        (403, None, None),
        (403, DENIED, INVALID_TOKEN),
        (403, DENIED, "Access token is missing in the request header."),
        (403, DENIED, "The marketplaces you provided are not valid for region."),
        (400, DENIED, EXPIRED),
        (429, DENIED, EXPIRED),
        (500, DENIED, EXPIRED),
        (200, DENIED, EXPIRED),
    ],
)
def test_nothing_else_is_an_expired_token(status, message, details):
    assert not says_token_has_expired(failure(status, "Unauthorized", message, details))


@pytest.mark.parametrize("details", [EXPIRED, INVALID_TOKEN, "Access token is missing in the request header."])
def test_a_token_that_is_to_blame_is_recognised(details):
    assert refuses_token(failure(403, "Unauthorized", DENIED, details))


@pytest.mark.parametrize(
    "details", ["", None, "The marketplaces you provided are not valid for region.", ["a list"], {"an": "object"}]
)
def test_a_refusal_for_another_reason_blames_no_token(details):
    assert not refuses_token(failure(403, "Unauthorized", DENIED, details))


@pytest.mark.parametrize("body", strange_bodies())
def test_a_refusal_with_a_strange_body_blames_no_token(body):
    assert not refuses_token(answer(403, body))


# Successes


def test_a_success_is_its_json_object():
    assert content_of(answer(200, {"payload": {"Orders": []}}), "getOrders").json == {"payload": {"Orders": []}}


def test_a_byte_order_mark_in_front_does_not_matter():
    assert content_of(answer(200, b'\xef\xbb\xbf{"payload":{}}'), "getOrders").json == {"payload": {}}


def test_a_number_with_a_fraction_keeps_its_digits():
    assert str(content_of(answer(200, b'{"Amount":11.10}'), "getOrders").json["Amount"]) == str(Decimal("11.10"))


def test_a_success_remembers_what_support_asks_for():
    content = content_of(answer(200, {}, x_amzn_requestid="r-5"), "getOrders")
    assert "[operation: getOrders, status: 200, request id: r-5]" in str(content.unreadable())


NO_OBJECTS = ["empty", "HTML", "text", "not UTF-8", "cut", "null", "a number", "a text", "a list"]


@pytest.mark.parametrize(
    "body",
    [
        *(pytest.param(STRANGE_BODIES[name], id=name) for name in NO_OBJECTS),
        pytest.param(b"1" * 5000, id="a number of 5,000 digits"),
        pytest.param(b"[" * 100_000, id="nested deeply"),
    ],
)
def test_a_success_without_a_json_object_is_an_error_and_not_an_empty_result(body):
    with pytest.raises(UnreadableAnswer) as caught:
        content_of(answer(200, body, x_amzn_requestid="r-6"), "getOrders")
    assert str(caught.value).startswith("Amazon's answer cannot be read, although Amazon says that the call succeeded.")
    assert str(caught.value).endswith("[operation: getOrders, status: 200, request id: r-6]")


def test_the_error_for_an_unreadable_content_shows_none_of_it():
    content = Content({"payload": {"BuyerName": "Nobody Inparticular"}}, Facts(operation="getOrders"))
    assert "Nobody" not in str(content.unreadable())
