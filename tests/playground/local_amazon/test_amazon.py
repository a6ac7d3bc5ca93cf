"""The local Amazon as a whole: its hosts, what it answers beside orders, and its log of requests."""

from urllib.parse import quote

import httpx
import pytest

from playground.local_amazon import DEMONSTRATION_SELLER, faults
from tests.playground.local_amazon.support import (
    DE,
    DENIED,
    DOCUMENTED,
    GOOD,
    LOGIN,
    NORTH_AMERICAN,
    ORDERS,
    PLANS,
    RESTRICTED,
    Caller,
    once,
    query,
)

NA, EU = "https://sellingpartnerapi-na.amazon.com", "https://sellingpartnerapi-eu.amazon.com"
ORDERS_2026 = "/orders/2026-01-01/orders"
GERMAN = "302-0000001-0000001"
WRONG_REGION = "The marketplaces you provided are not valid for region."
EUROPES_SANDBOX_CASE = (
    "createdAfter=2024-12-23T00:00:00Z&marketplaceIds=A1F83G8C2ARO7P"
    "&includedData=BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
    "&paginationToken=9ZhB4RmVyc2lvbiAxLjAgb2YgdGhl"
)

# Amazon's hosts


def test_login_has_its_own_host_and_others_are_unreachable(amazon, call):
    assert Caller(amazon, host="https://api.amazon.com").log_in().status == 200
    assert Caller(amazon, host=NA).log_in().status == 404
    assert call.at("https://api.amazon.com").orders().status == 404
    with pytest.raises(httpx.ConnectError):
        call.at("https://sellingpartnerapi.example").orders()


@pytest.mark.parametrize("path", [f"{ORDERS}/{GERMAN}", f"{ORDERS_2026}/{GERMAN}"])
@pytest.mark.parametrize(("host", "status"), [(EU, 200), (NA, 404)], ids=["EU", "NA"])
def test_an_order_is_known_to_the_host_of_its_region_only(call, path, host, status):
    assert call.at(host).get(path).status == status


@pytest.mark.parametrize(
    ("target", "details"),
    [
        (f"{ORDERS}?MarketplaceIds={DE}&CreatedAfter=2025-01-01", ""),
        (f"{ORDERS_2026}?marketplaceIds={DE}&createdAfter=2025-01-01", WRONG_REGION),
        (f"{ORDERS_2026}?{EUROPES_SANDBOX_CASE}", WRONG_REGION),
    ],
    ids=["v0", "2026-01-01", "sandbox of 2026-01-01"],
)
def test_a_host_lists_marketplaces_of_its_region_only(call, target, details):
    assert call.at(EU).get(target).status == 200
    assert call.at(NA).get(target).refusal == (403, "Unauthorized", DENIED, details)


@pytest.mark.parametrize("prefix", ["", "sandbox."])
def test_a_seller_is_denied_at_the_host_of_another_region(amazon, prefix):
    seller = Caller(amazon, NORTH_AMERICAN).at(f"https://{prefix}sellingpartnerapi-eu.amazon.com")
    assert seller.get(f"{ORDERS}/TEST_CASE_200").refusal == (403, "Unauthorized", DENIED, "")
    assert seller.restrict({"restrictedResources": [GOOD]}).status == 403


def test_each_host_has_its_own_quota(make_amazon):
    call = Caller(make_amazon(quota=1))
    statuses = [call.at(NA).get(DOCUMENTED).status for _ in range(31)]
    assert (statuses, call.at(EU).get(f"{ORDERS}/{GERMAN}").status) == ([200] * 30 + [429], 200)


# Orders API v0, removed


@pytest.mark.parametrize(
    ("removed", "status", "code"),
    [
        (True, 404, "ResourceNotFound"),
        (faults.gone(), 410, "Gone"),
        (faults.deprecated(), 400, "InvalidInput"),
        (faults.no_longer_available(), 403, "Unauthorized"),
    ],
    ids=["by default", "410", "deprecated", "no longer available"],
)
@pytest.mark.parametrize("target", [DOCUMENTED, f"{ORDERS}?{query()}"], ids=["getOrder", "getOrders"])
def test_v0_once_removed_says_so_in_the_form_chosen(amazon, call, target, removed, status, code):
    amazon.v0_removed = removed
    answer = call.get(target)
    assert (answer.status, answer.error["code"]) == (status, code)


def test_v0_can_come_back_and_everything_else_stays(amazon, call):
    amazon.v0_removed = True
    assert call.get(DOCUMENTED).status == 404
    assert call.get(f"{ORDERS_2026}/902-3159896-1390916").status == 200
    assert call.restrict({"restrictedResources": [GOOD]}).status == 200
    amazon.v0_removed = False
    assert call.get(DOCUMENTED).status == 200


# Requests that are no operation


@pytest.mark.parametrize(
    ("agent", "status"),
    [(None, 400), ("", 400), ("x" * 501, 400), ("x" * 500, 200)],
    ids=["missing", "empty", "501 characters", "500 characters"],
)
def test_a_user_agent_has_1_to_500_characters(call, agent, status):
    assert call.get(DOCUMENTED, headers={"User-Agent": agent}).status == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/orders/v1/orders"),
        ("GET", "/Orders/v0/orders"),
        ("GET", RESTRICTED),
        ("POST", ORDERS),
        ("DELETE", DOCUMENTED),
    ],
)
def test_an_unknown_path_or_verb_is_not_found(call, method, path):
    answer = call.ask(method, path, token=call.token)
    assert answer.refusal == (404, "ResourceNotFound", "Cannot find resource by the given URI", "")


# Request ids and the rate


RATE = "x-amzn-ratelimit-limit"


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_the_rate_of_an_operation_is_in_its_header(call, operation, rate, burst):
    assert once(call, operation).headers[RATE] == str(rate)


def test_only_200_400_and_404_of_a_plan_have_the_rate(amazon, call):
    with_rate = [call.get(target) for target in (DOCUMENTED, f"{ORDERS}/1", f"{ORDERS}/999-9999999-9999999")]
    amazon.faults.next("getOrder", *map(faults.status, (403, 429, 500, 503)))
    without = [*(call.get(DOCUMENTED) for _ in range(4)), call.log_in(), call.get("/nowhere")]
    assert [(answer.status, RATE in answer.headers) for answer in (*with_rate, *without)] == [
        *((200, True), (400, True), (404, True)),
        *((403, False), (429, False), (500, False), (503, False), (200, False), (404, False)),
    ]


def test_the_rate_header_can_be_switched_off(make_amazon):
    assert RATE not in Caller(make_amazon(rate_header=False)).orders().headers


def test_every_response_has_its_own_request_id(amazon, call):
    amazon.faults.next("getOrder", faults.status(503))
    answers = [
        call.log_in(),
        call.log_in(client_secret="wrong"),
        call.get("/nowhere"),
        call.orders(),
        call.get(DOCUMENTED),
        call.get(DOCUMENTED, "wrong"),
    ]
    assert [answer.status for answer in answers] == [200, 401, 404, 200, 503, 403]
    assert len({answer.headers["x-amzn-requestid"] for answer in answers}) == len(answers)


def test_responses_are_json_with_a_date(call):
    headers = call.orders().headers
    assert (headers["content-type"], headers["date"]) == ("application/json", "Mon, 23 Nov 2026 12:00:00 GMT")


# The log of requests


def test_the_log_holds_every_request_as_it_arrived(amazon, call):
    call.orders(NextToken="a+b/c=")
    [login, orders] = amazon.requests
    assert (login.operation, login.method, login.path, login.status) == ("login", "POST", LOGIN, 200)
    assert b"grant_type=refresh_token" in login.body
    assert (orders.operation, orders.method, orders.path, orders.status) == ("getOrders", "GET", ORDERS, 400)
    assert "NextToken=a%2Bb%2Fc%3D" in orders.target
    assert orders.parameters["NextToken"] == "a+b/c="
    assert orders.headers["x-amz-access-token"] == call.token


def test_calls_are_those_of_one_operation(amazon, call):
    operations = ["login", "getOrders", "getOrder", "createRestrictedDataToken"]
    amazon.faults.next("getOrder", faults.status(503))
    for each in operations[1:]:
        once(call, each)
    call.ask("GET", "/nowhere")
    assert [[(one.operation, one.status) for one in amazon.calls(each)] for each in operations] == [
        [("login", 200)],
        [("getOrders", 200)],
        [("getOrder", 503)],
        [("createRestrictedDataToken", 200)],
    ]
    assert amazon.requests[-1].operation is None


def test_the_log_keeps_the_last_thousand_requests(amazon, call):
    for number in range(1003):
        call.ask("GET", f"/{number}")
    assert (len(amazon.requests), amazon.requests.total) == (1000, 1003)
    assert (amazon.requests[0].path, amazon.requests[-1].path) == ("/3", "/1002")
    assert [request.path for request in amazon.requests.since(1001)] == ["/1001", "/1002"]
    assert amazon.requests.since(1003) == []


def test_neither_requests_nor_sellers_show_secrets_when_printed(amazon, call):
    call.orders(call.restricted(ORDERS, "buyerInfo"))
    printed = f"{amazon.requests!r} {DEMONSTRATION_SELLER!r}"
    for secret in (
        call.token,
        amazon.requests[-1].headers["x-amz-access-token"],
        DEMONSTRATION_SELLER.refresh_token,
        DEMONSTRATION_SELLER.client_secret,
    ):
        assert secret not in printed
        assert quote(secret, safe="") not in printed
