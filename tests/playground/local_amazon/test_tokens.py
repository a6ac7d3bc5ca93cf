"""Tokens are as strict as the real ones: Login with Amazon, access tokens, and restricted data tokens."""

import json

import pytest

from playground.local_amazon import DEMONSTRATION_SELLER, Seller
from tests.playground.local_amazon.support import (
    ANOTHER,
    DENIED,
    DOCUMENTED,
    EXPIRED,
    FORM,
    GENERIC,
    GOOD,
    LISTED,
    MISSING,
    NOT_VALID,
    ORDERS,
    OTHER_SELLER,
    RESTRICTED,
    REVOKED,
    US,
    Caller,
    resource,
)

# Login with Amazon


def test_the_right_credentials_get_an_access_token_as_recorded(call):
    answer = call.log_in()
    assert answer.status == 200
    content = answer.content
    assert content.pop("access_token").startswith("Atza|")
    assert content == {
        "refresh_token": DEMONSTRATION_SELLER.refresh_token,
        "token_type": "bearer",
        "expires_in": 3600,
    }


def test_a_charset_in_the_content_type_of_the_form_does_not_matter(call):
    assert call.log_in(content_type=f"{FORM}; charset=UTF-8").status == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_login_that_is_no_form_is_an_unsupported_grant_type(call, content_type):
    fields = {"grant_type": "refresh_token", "refresh_token": call.seller.refresh_token}
    answer = call.log_in(content_type=content_type, body=json.dumps(fields).encode())
    assert (answer.status, answer.content["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("grant_type", [None, "", "client_credentials", "authorization_code"])
def test_any_other_grant_type_is_unsupported(call, grant_type):
    answer = call.log_in(grant_type=grant_type)
    assert answer.status == 400
    assert answer.content["error"] == "unsupported_grant_type"
    assert (
        answer.content["error_description"]
        == "The authorization grant type is not supported by the authorization server"
    )


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["refresh_token", "client_id", "client_secret"])
def test_a_login_without_a_parameter_is_told_which_one(call, name, value):
    answer = call.log_in(**{name: value})
    assert (answer.status, answer.content["error"]) == (400, "invalid_request")
    assert answer.content["error_description"] == f"The request is missing a required parameter : {name}"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "amzn1.application-oa2-client.wrong"},
        {"client_id": "amzn1.sp.solution.0123"},
        {"client_secret": "amzn1.oa2-cs.v1.wrong"},
        {"client_secret": OTHER_SELLER.client_secret},
        {"client_secret": f"{DEMONSTRATION_SELLER.client_secret} "},
    ],
    ids=["client id", "application id", "client secret", "secret of another app", "blank after the secret"],
)
def test_a_wrong_client_id_or_secret_is_an_invalid_client(call, changes):
    answer = call.log_in(**changes)
    assert answer.status == 401
    assert answer.content["error"] == "invalid_client"
    assert answer.content["error_description"] == "Client authentication failed"


def test_a_wrong_refresh_token_is_an_invalid_grant(call):
    answer = call.log_in(refresh_token="Atzr|Wrong")
    assert answer.status == 400
    assert answer.content["error"] == "invalid_grant"
    assert answer.content["error_description"] == "The request has an invalid grant parameter : refresh_token"


def test_a_refresh_token_of_another_app_is_not_authorized(call):
    answer = call.log_in(refresh_token=OTHER_SELLER.refresh_token)
    assert (answer.status, answer.content["error"]) == (400, "unauthorized_client")
    assert answer.content["error_description"] == "Not authorized for requested operation"


def test_a_client_is_checked_before_its_refresh_token(call):
    answer = call.log_in(client_secret="wrong", refresh_token="Atzr|Wrong")
    assert answer.content["error"] == "invalid_client"


def test_an_error_of_login_names_its_request(call):
    answer = call.log_in(refresh_token="Atzr|Wrong")
    assert answer.content["request_id"] == answer.headers["x-amzn-requestid"]


# Access tokens


def test_a_call_without_a_token_is_told_so(call):
    assert call.ask("GET", LISTED).refusal == (403, "Unauthorized", DENIED, MISSING)


@pytest.mark.parametrize("token", ["Atza|NeverHandedOut", "nonsense", DEMONSTRATION_SELLER.refresh_token])
def test_a_token_that_was_never_handed_out_is_malformed(call, token):
    assert call.orders(token).refusal == (403, "Unauthorized", DENIED, REVOKED)


def test_revoking_ends_access_tokens_and_restricted_ones(amazon, call):
    tokens = [call.token, call.restricted(ORDERS, "buyerInfo")]
    amazon.tokens.revoke()
    assert [call.orders(token).error["details"] for token in tokens] == [REVOKED, REVOKED]
    assert call.orders(call.log_in().content["access_token"]).status == 200


def test_revoking_the_tokens_of_one_seller_spares_others(amazon, call):
    another = Caller(amazon, OTHER_SELLER)
    assert call.token
    restricted = another.restricted(ORDERS, "buyerInfo")
    amazon.tokens.revoke(OTHER_SELLER)
    assert [each.orders().status for each in (call, another)] == [200, 403]
    assert another.orders(restricted).error["details"] == REVOKED


def test_a_token_is_good_until_its_hour_is_over(call, clock):
    assert call.token
    clock.advance(3599)
    assert call.orders().status == 200


def test_a_token_expires_with_its_hour(call, clock):
    assert call.token
    clock.advance(3600)
    assert call.orders().refusal == (403, "Unauthorized", DENIED, EXPIRED)


def test_the_lifetime_of_tokens_can_be_set(make_amazon, clock):
    call = Caller(make_amazon(expires_in=60))
    assert call.log_in().content["expires_in"] == 60
    assert call.token
    clock.advance(60)
    assert call.orders().status == 403


# Restricted data tokens


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        (ORDERS, DOCUMENTED),
        (DOCUMENTED, LISTED),
        (DOCUMENTED, ANOTHER),
        (f"{DOCUMENTED}/orderItems", DOCUMENTED),
        (f"{ORDERS}/", LISTED),
    ],
    ids=["list for one", "one for list", "one for another", "items for order", "trailing slash"],
)
def test_a_restricted_token_opens_its_own_path_only(call, asked, called):
    answer = call.get(called, call.restricted(asked, "buyerInfo"))
    assert answer.refusal == (403, "Unauthorized", DENIED, "")


def test_a_generic_path_opens_every_single_order_and_no_list(call):
    token = call.restricted(GENERIC, "buyerInfo")
    for path in (DOCUMENTED, ANOTHER.replace("0000001-0000001", "0000003-0000003")):
        assert "BuyerInfo" in call.get(path, token).content["payload"]
    assert call.orders(token).status == 403


def test_a_generic_path_opens_nothing_below_an_order(call):
    assert call.get(f"{DOCUMENTED}/address", call.restricted(GENERIC, "shippingAddress")).status == 403


def test_one_token_opens_several_resources(call):
    token = call.restricted_to(resource(ORDERS, "buyerInfo"), resource(GENERIC, "shippingAddress"))
    listed = next(o for o in call.orders(token).content["payload"]["Orders"] if "ShippingAddress" in o)
    single = call.get(DOCUMENTED, token).content["payload"]
    assert ("BuyerInfo" in listed, "Name" in listed["ShippingAddress"]) == (True, False)
    assert ("BuyerInfo" in single, "Name" in single["ShippingAddress"]) == (False, True)


def test_generic_paths_can_be_refused_without_a_word_on_roles(make_amazon):
    call = Caller(make_amazon(generic_paths=False))
    answer = call.restrict({"restrictedResources": [GOOD, resource(GENERIC, "buyerInfo")]})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, "")
    assert call.restrict({"restrictedResources": [GOOD, resource(DOCUMENTED, "buyerInfo")]}).status == 200


def test_restricted_tokens_can_be_issued_and_then_refused(make_amazon):
    call = Caller(make_amazon(rdt_refused_on_use=True))
    assert call.orders(call.restricted(ORDERS, "buyerInfo")).refusal == (403, "Unauthorized", DENIED, "")
    assert call.orders().status == 200


def test_a_restricted_token_gets_no_further_one(call):
    restricted = call.restricted(ORDERS, "buyerInfo")
    assert call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo")]}, restricted).status == 403


def test_a_restricted_token_expires(call, clock):
    restricted = call.restricted(ORDERS, "buyerInfo")
    clock.advance(3600)
    assert call.orders(restricted).error["details"] == EXPIRED


# The Tokens API


def test_a_restricted_token_is_answered_as_in_amazons_model(call):
    content = call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo")]}).content
    assert content.pop("restrictedDataToken").startswith("Atz.sprdt|")
    assert content == {"expiresIn": 3600}


def test_a_restricted_token_needs_an_access_token(call):
    body = json.dumps({"restrictedResources": [resource(ORDERS, "buyerInfo")]}).encode()
    answer = call.ask("POST", RESTRICTED, body, headers={"Content-Type": "application/json"})
    assert answer.error["details"] == MISSING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        None,
        {},
        {"restrictedResources": []},
        {"restrictedResources": [None]},
        {"restrictedResources": [GOOD] * 51},
        {"restrictedResources": [{**GOOD, "method": "POST"}]},
        {"restrictedResources": [{**GOOD, "path": None}]},
        {"restrictedResources": [{**GOOD, "path": "/orders/v1/orders/902-1845936-5435065/address"}]},
        {"restrictedResources": [{**GOOD, "path": f"{ORDERS}?MarketplaceIds={US}"}]},
        {"restrictedResources": [{**GOOD, "path": "/orders/v0/ordersX"}]},
        {"restrictedResources": [{"method": "GET", "path": ORDERS}]},
        {"restrictedResources": [{**GOOD, "dataElements": []}]},
        {"restrictedResources": [{**GOOD, "dataElements": "buyerInfo"}]},
        {"restrictedResources": [{**GOOD, "dataElements": {"buyerInfo": True}}]},
        {"restrictedResources": [{**GOOD, "dataElements": ["buyerInfo", "creditCard"]}]},
    ],
    ids=lambda body: str(body)[:90],
)
def test_a_bad_request_for_a_restricted_token_is_refused(call, body):
    assert call.restrict(body).refusal == (
        400,
        "InvalidRequest",
        "Request is missing or has invalid parameters",
        "Resource not provided.",
    )


@pytest.mark.parametrize("content_type", [None, FORM, "text/plain"])
def test_a_restricted_token_is_asked_for_in_json_only(call, content_type):
    assert call.restrict({"restrictedResources": [GOOD]}, content_type=content_type).status == 415


@pytest.mark.parametrize(
    ("roles", "refused"),
    [
        (frozenset(), "[buyerInfo, shippingAddress]"),
        (frozenset({"buyerInfo"}), "[shippingAddress]"),
        (frozenset({"shippingAddress"}), "[buyerInfo]"),
    ],
)
@pytest.mark.parametrize("status", [400, 403])
def test_a_missing_role_is_told_with_the_elements_it_refuses(make_amazon, roles, refused, status):
    message = f"Application does not have access to one or more requested data elements: {refused}"
    assert refused_for(make_amazon, roles, role_refusal=status) == (status, "InvalidInput", message, "")


@pytest.mark.parametrize(
    ("sentence", "refusal"),
    [
        ("resource", (400, "InvalidInput", "Application do not have access to some or all requested resource", "")),
        ("denied", (403, "Unauthorized", DENIED, "")),
    ],
)
def test_a_missing_role_can_be_told_without_names(make_amazon, sentence, refusal):
    assert refused_for(make_amazon, frozenset({"buyerInfo"}), role_sentence=sentence) == refusal


def refused_for(make_amazon, roles, **options):
    """The refusal of both elements to an app with these roles."""
    seller = Seller("Atzr|WithoutRoles", "client", "secret", roles=roles)
    call = Caller(make_amazon(sellers=[seller], **options), seller)
    resources = [resource(ORDERS, "buyerInfo", "shippingAddress"), resource(GENERIC, "buyerInfo", "shippingAddress")]
    return call.restrict({"restrictedResources": resources}).refusal
