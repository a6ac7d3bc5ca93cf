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


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_login_must_be_a_form(call, content_type):
    assert call.log_in(content_type=f"{FORM}; charset=UTF-8").status == 200
    fields = {"grant_type": "refresh_token", "refresh_token": call.seller.refresh_token}
    answer = call.log_in(content_type=content_type, body=json.dumps(fields).encode())
    assert (answer.status, answer.content["error"]) == (400, "unsupported_grant_type")


UNSUPPORTED = 400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server"
INVALID_CLIENT = 401, "invalid_client", "Client authentication failed"
INVALID_GRANT = 400, "invalid_grant", "The request has an invalid grant parameter : refresh_token"
UNAUTHORIZED = 400, "unauthorized_client", "Not authorized for requested operation"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        *(({"grant_type": value}, UNSUPPORTED) for value in (None, "", "client_credentials", "authorization_code")),
        *(
            ({name: value}, (400, "invalid_request", f"The request is missing a required parameter : {name}"))
            for name in ("refresh_token", "client_id", "client_secret")
            for value in (None, "")
        ),
        ({"client_id": "amzn1.application-oa2-client.wrong"}, INVALID_CLIENT),
        ({"client_id": "amzn1.sp.solution.0123"}, INVALID_CLIENT),
        ({"client_secret": "amzn1.oa2-cs.v1.wrong"}, INVALID_CLIENT),
        ({"client_secret": OTHER_SELLER.client_secret}, INVALID_CLIENT),
        ({"client_secret": f"{DEMONSTRATION_SELLER.client_secret} "}, INVALID_CLIENT),
        ({"client_secret": "wrong", "refresh_token": "Atzr|Wrong"}, INVALID_CLIENT),
        ({"refresh_token": "Atzr|Wrong"}, INVALID_GRANT),
        ({"refresh_token": OTHER_SELLER.refresh_token}, UNAUTHORIZED),
    ],
    ids=str,
)
def test_a_login_is_refused_in_amazons_words(call, changes, refusal):
    answer = call.log_in(**changes)
    assert (answer.status, answer.content["error"], answer.content["error_description"]) == refusal
    assert answer.content["request_id"] == answer.headers["x-amzn-requestid"]


# Access tokens


def test_a_call_without_a_token_is_denied(call):
    assert call.ask("GET", LISTED).refusal == (403, "Unauthorized", DENIED, MISSING)


@pytest.mark.parametrize("token", ["Atza|NeverIssued", "nonsense", DEMONSTRATION_SELLER.refresh_token])
def test_a_token_that_was_never_issued_is_malformed(call, token):
    assert call.orders(token).refusal == (403, "Unauthorized", DENIED, REVOKED)


def test_revoking_ends_all_tokens_or_those_of_a_seller(amazon, call):
    another = Caller(amazon, OTHER_SELLER)
    tokens = [call.token, another.token, another.restricted(ORDERS, "buyerInfo")]
    amazon.tokens.revoke(OTHER_SELLER)
    assert [call.orders(token).status for token in tokens] == [200, 403, 403]
    amazon.tokens.revoke()
    assert [call.orders(token).error["details"] for token in tokens] == [REVOKED] * 3
    assert call.orders(call.log_in().content["access_token"]).status == 200


def test_tokens_expire_after_an_hour(call, clock):
    tokens = call.token, call.restricted(ORDERS, "buyerInfo")
    clock.advance(3599)
    assert [call.orders(token).status for token in tokens] == [200, 200]
    clock.advance(1)
    assert {call.orders(token).refusal for token in tokens} == {(403, "Unauthorized", DENIED, EXPIRED)}


def test_the_lifetime_of_tokens_can_be_set(make_amazon, clock):
    call = Caller(make_amazon(expires_in=60))
    assert call.log_in().content["expires_in"] == 60
    assert call.token
    clock.advance(60)
    assert call.orders().status == 403


# Restricted data tokens


@pytest.mark.parametrize(
    ("restricted", "called"),
    [
        (ORDERS, DOCUMENTED),
        (DOCUMENTED, LISTED),
        (DOCUMENTED, ANOTHER),
        (f"{DOCUMENTED}/orderItems", DOCUMENTED),
        (f"{ORDERS}/", LISTED),
    ],
    ids=["list for one", "one for list", "one for another", "items for order", "trailing slash"],
)
def test_a_restricted_token_opens_its_own_path_only(call, restricted, called):
    answer = call.get(called, call.restricted(restricted, "buyerInfo"))
    assert answer.refusal == (403, "Unauthorized", DENIED, "")


def test_a_generic_path_opens_single_orders_only(call):
    token = call.restricted(GENERIC, "buyerInfo")
    for path in (DOCUMENTED, ANOTHER.replace("0000001-0000001", "0000003-0000003")):
        assert "BuyerInfo" in call.get(path, token).content["payload"]
    assert call.orders(token).status == 403
    assert call.get(f"{DOCUMENTED}/address", call.restricted(GENERIC, "shippingAddress")).status == 403


def test_one_token_opens_several_resources(call):
    token = call.restricted_to(resource(ORDERS, "buyerInfo"), resource(GENERIC, "shippingAddress"))
    listed = next(o for o in call.orders(token).content["payload"]["Orders"] if "ShippingAddress" in o)
    single = call.get(DOCUMENTED, token).content["payload"]
    assert ("BuyerInfo" in listed, "Name" in listed["ShippingAddress"]) == (True, False)
    assert ("BuyerInfo" in single, "Name" in single["ShippingAddress"]) == (False, True)


def test_restricted_tokens_can_be_refused_early_or_on_use(make_amazon):
    call = Caller(make_amazon(generic_paths=False))
    answer = call.restrict({"restrictedResources": [GOOD, resource(GENERIC, "buyerInfo")]})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, "")
    assert call.restrict({"restrictedResources": [GOOD, resource(DOCUMENTED, "buyerInfo")]}).status == 200
    call = Caller(make_amazon(rdt_refused_on_use=True))
    assert call.orders(call.restricted(ORDERS, "buyerInfo")).refusal == (403, "Unauthorized", DENIED, "")
    assert call.orders().status == 200


def test_a_restricted_token_needs_an_access_token(call):
    restricted = call.restricted(ORDERS, "buyerInfo")
    assert call.restrict({"restrictedResources": [GOOD]}, restricted).status == 403
    body = json.dumps({"restrictedResources": [GOOD]}).encode()
    answer = call.ask("POST", RESTRICTED, body, headers={"Content-Type": "application/json"})
    assert answer.error["details"] == MISSING


# The Tokens API


def test_a_restricted_token_is_answered_as_in_amazons_model(call):
    content = call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo")]}).content
    assert content.pop("restrictedDataToken").startswith("Atz.sprdt|")
    assert content == {"expiresIn": 3600}


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
def test_a_restricted_token_is_requested_in_json_only(call, content_type):
    assert call.restrict({"restrictedResources": [GOOD]}, content_type=content_type).status == 415


ELEMENTS = "Application does not have access to one or more requested data elements"
RESOURCE = "Application do not have access to some or all requested resource"


@pytest.mark.parametrize(
    ("roles", "options", "refusal"),
    [
        (set(), {"role_refusal": 400}, (400, "InvalidInput", f"{ELEMENTS}: [buyerInfo, shippingAddress]", "")),
        ({"buyerInfo"}, {"role_refusal": 403}, (403, "InvalidInput", f"{ELEMENTS}: [shippingAddress]", "")),
        ({"shippingAddress"}, {"role_refusal": 403}, (403, "InvalidInput", f"{ELEMENTS}: [buyerInfo]", "")),
        ({"buyerInfo"}, {"role_sentence": "resource"}, (400, "InvalidInput", RESOURCE, "")),
        ({"buyerInfo"}, {"role_sentence": "denied"}, (403, "Unauthorized", DENIED, "")),
    ],
)
def test_a_missing_role_is_refused_in_the_chosen_form(make_amazon, roles, options, refusal):
    seller = Seller("Atzr|WithoutRoles", "client", "secret", roles=frozenset(roles))
    call = Caller(make_amazon(sellers=[seller], **options), seller)
    resources = [resource(ORDERS, "buyerInfo", "shippingAddress"), resource(GENERIC, "buyerInfo", "shippingAddress")]
    assert call.restrict({"restrictedResources": resources}).refusal == refusal
