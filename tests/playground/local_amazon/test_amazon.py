"""The local Amazon as a whole: what it answers beside orders, its log of requests, and its end."""

import socket
import threading
from urllib.parse import quote, urlsplit

import pytest

from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, faults
from playground.local_amazon.seed import seeded_orders
from tests.playground.local_amazon.support import (
    DOCUMENTED,
    LISTED,
    LOGIN,
    ORDERS,
    PLANS,
    RESTRICTED,
    Caller,
    once,
    query,
    wait_until,
)
from tests.support import NOW, FakeClock

# Requests that are no operation


@pytest.mark.parametrize("agent", [None, "", "x" * 501], ids=["missing", "empty", "over 500 characters"])
@pytest.mark.parametrize("path", [f"{ORDERS}?{query()}", DOCUMENTED])
def test_a_call_without_a_proper_user_agent_is_refused(call, path, agent):
    answer = call.get(path, headers={"User-Agent": agent})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")


def test_a_user_agent_may_have_500_characters(call):
    assert call.get(DOCUMENTED, headers={"User-Agent": "x" * 500}).status == 200


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


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_the_rate_is_told_per_operation(call, operation, rate, burst):
    assert once(call, operation).headers["x-amzn-ratelimit-limit"] == str(rate)


@pytest.mark.parametrize(
    ("target", "status"),
    [(DOCUMENTED, 200), (f"{ORDERS}/1", 400), (f"{ORDERS}/999-9999999-9999999", 404)],
)
def test_the_rate_is_told_with_200_400_and_404(call, target, status):
    answer = call.get(target)
    assert answer.status == status
    assert "x-amzn-ratelimit-limit" in answer.headers


@pytest.mark.parametrize("status", [403, 413, 415, 429, 500, 502, 503, 504])
def test_the_rate_is_not_told_with_any_other_status(amazon, call, status):
    amazon.faults.next("getOrder", faults.status(status))
    assert "x-amzn-ratelimit-limit" not in call.get(DOCUMENTED).headers


def test_the_rate_is_not_told_with_a_token_refused(call):
    assert "x-amzn-ratelimit-limit" not in call.get(DOCUMENTED, "wrong").headers


def test_the_rate_is_not_told_where_no_plan_is(call):
    assert "x-amzn-ratelimit-limit" not in call.log_in().headers
    assert "x-amzn-ratelimit-limit" not in call.get("/nowhere").headers


def test_the_rate_can_be_kept_back(make_amazon, caller_of):
    assert "x-amzn-ratelimit-limit" not in caller_of(make_amazon(rate_header=False)).orders().headers


def test_every_answer_has_a_request_id_of_its_own(amazon, call):
    amazon.faults.next("getOrder", None, None, None, faults.status(503))
    answers = [
        call.log_in(),
        call.log_in(client_secret="wrong"),
        call.get("/nowhere"),
        call.orders(),
        call.orders(MaxResultsPerPage="0"),
        call.get(DOCUMENTED),
        call.get(DOCUMENTED, "wrong"),
        call.get(f"{ORDERS}/999-9999999-9999999"),
        call.get(DOCUMENTED),
    ]
    assert [answer.status for answer in answers] == [200, 401, 404, 200, 400, 200, 403, 404, 503]
    assert len({answer.headers["x-amzn-requestid"] for answer in answers}) == len(answers)


def test_answers_are_json(call):
    assert {call.orders().headers["content-type"], call.log_in().headers["content-type"]} == {"application/json"}


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


@pytest.mark.parametrize("operation", ["login", "getOrders", "getOrder", "createRestrictedDataToken"])
def test_calls_are_those_of_one_operation(amazon, call, operation):
    for each in ("getOrders", "getOrder", "createRestrictedDataToken"):
        once(call, each)
    assert [request.operation for request in amazon.calls(operation)] == [operation]


def test_the_log_knows_what_a_fault_made_of_the_status(amazon, call):
    amazon.faults.next("getOrders", faults.status(503))
    call.orders()
    assert amazon.calls("getOrders")[0].status == 503


def test_an_unknown_path_has_no_operation(amazon, call):
    call.ask("GET", "/nowhere")
    assert amazon.requests[0].operation is None


def test_the_log_tells_one_connection_from_another(amazon, caller_of):
    first, second = caller_of(amazon), caller_of(amazon)
    for call in (first, first, second):
        call.ask("GET", "/")
    one, again, another = (request.connection for request in amazon.requests)
    assert one == again != another


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


# HTTP, and the end


def test_a_body_too_large_is_refused(call):
    assert call.ask("POST", RESTRICTED, b"", token=call.token, headers={"Content-Length": "1000001"}).status == 413


@pytest.mark.parametrize("ending", [None, "hang", "drip"])
def test_closing_frees_every_thread(ending):
    before = set(threading.enumerate())
    amazon = LocalAmazon(seeded_orders(NOW), clock=FakeClock())
    callers = [Caller(amazon) for _ in range(5)]
    if ending:
        amazon.faults.always("getOrders", faults.Fault(ending=ending))
    for call in callers:
        call.send("GET", LISTED, token=call.token)
    wait_until(lambda: len(amazon.calls("getOrders")) == 5)
    assert set(threading.enumerate()) > before
    amazon.close()
    assert set(threading.enumerate()) <= before
    for call in callers:
        call.connection.close()


def test_closing_ends_idle_connections(amazon, call):
    assert call.orders().status == 200
    amazon.close()
    call.connection.sock.settimeout(10)
    assert call.connection.sock.recv(1) == b""


def test_after_closing_nobody_listens(amazon):
    amazon.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(amazon.url).port), timeout=10)


def test_its_port_is_free_again_at_once(clock):
    with LocalAmazon(clock=clock) as first:
        port = urlsplit(first.url).port
        call = Caller(first)
        assert call.token
    call.connection.close()
    with LocalAmazon(clock=clock, port=port) as second:
        assert second.url == first.url


def test_closing_twice_does_no_harm(amazon):
    amazon.close()
    amazon.close()


def test_it_listens_on_loopback_only(amazon):
    assert amazon.url.startswith("http://127.0.0.1:")


def test_many_threads_are_served_at_once_and_none_is_lost(amazon):
    statuses: list[int] = []

    def ask() -> None:
        call = Caller(amazon)
        statuses.extend(call.orders().status for _ in range(5))
        call.connection.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 80
    assert len({request.connection for request in amazon.calls("getOrders")}) == 16
    assert len(amazon.calls("getOrders")) == 80
