"""What Amazon's answers mean: every documented error, and bodies that no documentation knows."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.responses import (
    Reply,
    blames_token,
    diagnostics,
    lwa_error,
    selling_partner_error,
    successful,
    token_has_expired,
)
from amazon_selling_partner.errors import (
    AmazonUnavailable,
    CredentialsRejected,
    RequestRefused,
    SellingPartnerError,
    UnreadableAnswer,
)
from tests.support import answer

FAILED = "Amazon's service failed and kept failing when asked again."
REFUSED = "Amazon refused the request as invalid"
UNKNOWN = "Amazon does not know what was asked for."
INVALID = "The input you have submitted is not valid. Please check your input and try again."
DENIED = "Access to requested resource is denied."
NO_ELEMENTS = "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]"
INTERNAL = "We encountered an internal error. Please try again."

# Bodies that are no ErrorList; of some only the status can be told.
STRANGE_BODIES = {
    "empty": b"",
    "HTML": b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    "text": b"upstream connect error",
    "not UTF-8": b"\xff\xfe\xfa",
    "cut": b'{"errors":[{"code":"Inter',
    "null": b"null",
    "a number": b"1",
    "a text": b'"error"',
    "a list": b"[]",
    "an empty object": b"{}",
    "message alone": b'{"message":"Forbidden"}',
    "errors null": b'{"errors":null}',
    "errors empty": b'{"errors":[]}',
    "errors an object": b'{"errors":{"code":"x"}}',
    "errors a text": b'{"errors":"denied"}',
    "an error null": b'{"errors":[null]}',
    "an error a text": b'{"errors":["denied"]}',
    "an error empty": b'{"errors":[{}]}',
    "all null": b'{"errors":[{"code":null,"message":null,"details":null}]}',
    "all numbers": b'{"errors":[{"code":1,"message":2,"details":3}]}',
    "all objects": b'{"errors":[{"code":{},"message":{"a":1},"details":[1]}]}',
}


def strange_bodies() -> list[object]:
    deep = [pytest.param(b"[" * 100_000, id="nested deeply")]
    return [pytest.param(body, id=name) for name, body in STRANGE_BODIES.items()] + deep


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
        (404, "ResourceNotFound", "Cannot find resource by the given URI", None, RequestRefused, UNKNOWN),
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
    error = selling_partner_error(failure(status, code, message, details), "getOrders")
    assert type(error) is kind
    facts = [("code", code), ("message", message), ("details", details), ("request id", "r-1")]
    shown = "".join(f", {name}: {value}" for name, value in facts if value)
    assert error.sentence.startswith(sentence)
    assert str(error) == f"{error.sentence} [operation: getOrders, status: {status}{shown}]"


@pytest.mark.parametrize("body", strange_bodies())
@pytest.mark.parametrize(("status", "kind"), [(400, RequestRefused), (500, AmazonUnavailable)])
def test_a_failure_is_an_error_whatever_its_body_is(status, kind, body):
    error = selling_partner_error(answer(status, body), "getOrders")
    assert type(error) is kind
    assert f"operation: getOrders, status: {status}" in str(error)


@pytest.mark.parametrize("status", [400, 500])
def test_a_page_of_html_is_not_shown(status):
    assert "html" not in str(selling_partner_error(answer(status, STRANGE_BODIES["HTML"]), "getOrders"))


def test_what_amazon_repeats_of_a_token_or_an_address_is_hidden():
    error = selling_partner_error(
        failure(400, "InvalidInput", "Bad token Atza|IwEBIsecret", "for buyer@example.com"), "getOrders"
    )
    assert "message: Bad token [hidden], details: for [hidden]" in str(error)


def test_the_request_id_is_found_in_whatever_case_its_header_is_written():
    assert diagnostics(answer(500, b"", X_AMZN_REQUESTID="r-2"), "getOrders")["request id"] == "r-2"


@given(st.binary(max_size=200))
def test_no_body_at_all_escapes_as_another_exception(body):
    assert isinstance(selling_partner_error(answer(500, body), "getOrders"), AmazonUnavailable)
    assert isinstance(lwa_error(answer(400, body)), SellingPartnerError)
    assert token_has_expired(answer(403, body)) in {True, False}


# Whose fault a 401 or 403 is

EXPIRED = "The access token you provided has expired."
INVALID_TOKEN = "The access token you provided is revoked, malformed or invalid."


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("message", "details"),
    [(DENIED, EXPIRED), (EXPIRED, ""), (EXPIRED, None), (None, EXPIRED), (DENIED, EXPIRED.upper())],
)
def test_an_expired_token_is_told_in_the_message_or_the_details(status, message, details):
    assert token_has_expired(failure(status, "Unauthorized", message, details))


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
    assert not token_has_expired(failure(status, "Unauthorized", message, details))


@pytest.mark.parametrize("details", [EXPIRED, INVALID_TOKEN, "Access token is missing in the request header."])
def test_a_token_that_is_to_blame_is_recognised(details):
    assert blames_token(failure(403, "Unauthorized", DENIED, details))


@pytest.mark.parametrize(
    "details", ["", None, "The marketplaces you provided are not valid for region.", ["a list"], {"an": "object"}]
)
def test_a_refusal_for_another_reason_blames_no_token(details):
    assert not blames_token(failure(403, "Unauthorized", DENIED, details))


@pytest.mark.parametrize("body", strange_bodies())
def test_a_refusal_with_a_strange_body_blames_no_token(body):
    assert not blames_token(answer(403, body))


# Errors of Login with Amazon


@pytest.mark.parametrize(
    ("status", "code", "description", "cure"),
    [
        (400, "invalid_grant", "The request has an invalid grant parameter : refresh_token", "the Refresh Token"),
        (400, "invalid_grant", "User may have revoked or didn't grant the permission.", "authorize the app again"),
        (401, "invalid_client", "Client authentication failed", "the Client ID or the Client Secret"),
        (401, "invalid_client", "Client authentication failed", "expires 180 days after it was made"),
        (400, "unauthorized_client", "Not authorized for requested operation", "from one and the same app"),
        (400, "access_denied", None, "has not granted this app access"),
        (400, "invalid_request", "The request is missing a required parameter", "does not accept the credentials"),
        (400, "unsupported_grant_type", "The grant type is not supported", "does not accept the credentials"),
        (400, "invalid_scope", None, "does not accept the credentials"),
    ],
)
def test_refused_credentials_have_their_cure_and_amazons_own_words(status, code, description, cure):
    error = lwa_error(answer(status, {"error": code, "error_description": description, "request_id": "r-3"}))
    assert type(error) is CredentialsRejected
    assert cure in error.sentence
    message = f", message: {description}" if description else ""
    facts = f"operation: Login with Amazon, status: {status}, code: {code}{message}, request id: r-3"
    assert str(error) == f"{error.sentence} [{facts}]"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "server_error"),
        (503, "temporarily_unavailable"),
        (400, "server_error"),
        (400, "temporarily_unavailable"),
        (500, "invalid_client"),
        (429, "invalid_request"),
        (429, None),
        (502, None),
    ],
)
def test_amazons_own_trouble_blames_no_credential(status, code):
    assert type(lwa_error(answer(status, {"error": code}))) is AmazonUnavailable


@pytest.mark.parametrize("body", strange_bodies())
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407])
def test_an_answer_that_is_not_lwas_blames_no_credential(status, body):
    assert type(lwa_error(answer(status, body))) is RequestRefused


@pytest.mark.parametrize("error", [{"code": 404, "message": "not here"}, ["denied"], 404, True])
def test_an_error_that_is_no_text_is_not_lwas(error):
    assert type(lwa_error(answer(404, {"error": error}))) is RequestRefused


def test_the_request_id_of_the_header_serves_where_the_body_has_none():
    assert lwa_error(answer(400, {"error": "invalid_grant"}, x_amzn_requestid="r-4")).diagnostics["request id"] == "r-4"


def test_what_lwa_repeats_of_a_credential_is_hidden():
    description = "bad Atzr|IwEBIsecret and amzn1.oa2-cs.v1.secret"
    error = lwa_error(answer(400, {"error": "invalid_grant", "error_description": description}))
    assert "message: bad [hidden] and [hidden]" in str(error)


# Successes


def test_a_success_is_its_json_object():
    assert successful(answer(200, {"payload": {"Orders": []}}), "getOrders").body == {"payload": {"Orders": []}}


def test_a_byte_order_mark_in_front_does_not_matter():
    assert successful(answer(200, b'\xef\xbb\xbf{"payload":{}}'), "getOrders").body == {"payload": {}}


def test_a_number_with_a_fraction_keeps_its_digits():
    assert str(successful(answer(200, b'{"Amount":11.10}'), "getOrders").body["Amount"]) == str(Decimal("11.10"))


def test_a_success_remembers_what_support_asks_for():
    reply = successful(answer(200, {}, x_amzn_requestid="r-5"), "getOrders")
    assert "[operation: getOrders, status: 200, request id: r-5]" in str(reply.unreadable())


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
        successful(answer(200, body, x_amzn_requestid="r-6"), "getOrders")
    assert str(caught.value).startswith("Amazon's answer cannot be read, although Amazon says that the call succeeded.")
    assert str(caught.value).endswith("[operation: getOrders, status: 200, request id: r-6]")


def test_the_error_for_an_unreadable_content_shows_none_of_it():
    reply = Reply({"payload": {"BuyerName": "Nobody Inparticular"}}, {"operation": "getOrders"})
    assert "Nobody" not in str(reply.unreadable())
