"""Faults: each changes the responses it was set for, and no others."""

import json

import httpx
import pytest

from playground.local_amazon import faults
from tests.playground.local_amazon.support import DENIED, DOCUMENTED, GOOD, Caller


@pytest.mark.parametrize(
    ("body", "sent"),
    [("", b""), ("<html>busy</html>", b"<html>busy</html>"), (b"\xff", b"\xff"), ({"a": None}, b'{"a": null}')],
)
def test_a_status_fault_has_its_body_and_headers(amazon, call, body, sent):
    amazon.faults.next("getOrders", faults.status(503, body, Retry_After="7", Content_Type="text/html"))
    answer = call.orders()
    assert (answer.status, answer.body) == (503, sent)
    assert (answer.headers["retry-after"], answer.headers["content-type"]) == ("7", "text/html")


def test_a_changed_answer_is_the_real_one_with_the_change(amazon, call):
    amazon.faults.next("getOrders", faults.changed(lambda content: {**content, "payload": {"Orders": []}}))
    answer = call.orders()
    assert answer.ids == []
    assert "x-amzn-ratelimit-limit" in answer.headers


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.resetting(), httpx.ReadError),
        (faults.truncated(), httpx.RemoteProtocolError),
        (faults.dripping(), httpx.ReadTimeout),
        (faults.hanging(), httpx.ReadTimeout),
    ],
    ids=lambda value: getattr(value, "ending", ""),
)
def test_without_a_socket_a_bad_ending_is_an_error_of_httpx(amazon, call, fault, error):
    amazon.faults.next("getOrders", fault)
    with pytest.raises(error):
        call.orders()
    assert call.orders().status == 200


# Gateways and proxies


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        (faults.html_page(400), 400, "<html>"),
        (faults.html_page(503), 503, "<html>"),
        (faults.empty(404), 404, ""),
        (faults.empty(429), 429, ""),
        (faults.redirect("https://elsewhere.example/", 307), 307, "https://elsewhere.example/"),
        (faults.redirect(), 302, ""),
        (faults.proxy_authentication(), 407, ""),
    ],
)
def test_a_gateways_response_lacks_amazons_headers(amazon, call, fault, status, content):
    amazon.faults.next("getOrders", fault)
    answer = call.orders()
    assert answer.status == status
    assert content in answer.headers.get("location", answer.body.decode())
    assert b"<html>" not in answer.body or content == "<html>"
    assert [name for name in answer.headers if name.startswith("x-amzn")] == []


# Refusals


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (faults.refused(418, "Teapot", "Short and stout.", "Here is"), (418, "Teapot", "Short and stout.", "Here is")),
        (faults.denied(), (403, "Unauthorized", DENIED, "")),
        (
            faults.secret_expired(),
            (403, "Unauthorized", DENIED, "The LWA secret token you provided has expired."),
        ),
        (faults.access_denied_exception(), (403, "AccessDeniedException", DENIED, "")),
        (faults.null_message(), (400, "InvalidInput", None, "")),
        (faults.deprecated(), (400, "InvalidInput", "API is deprecated", "")),
        (faults.no_longer_available(), (403, "Unauthorized", "This operation is no longer available.", "")),
        (faults.gone(), (410, "Gone", "The requested resource is gone.", "")),
    ],
)
def test_a_refusal_has_amazons_form(amazon, call, fault, refusal):
    amazon.faults.next("getOrders", fault)
    answer = call.orders()
    assert answer.refusal == refusal
    assert "x-amzn-requestid" in answer.headers


def real_refusals(call, clock):
    yield faults.token_missing(), call.ask("GET", DOCUMENTED)
    yield faults.token_revoked(), call.get(DOCUMENTED, "Atza|NeverIssued")
    yield faults.not_found(), call.get("/orders/v0/orders/999-9999999-9999999")
    yield faults.resource_not_found(), call.get("/nowhere")
    clock.advance(3600)
    yield faults.token_expired(), call.get(DOCUMENTED)


def test_a_refusal_by_fault_equals_the_real_one(amazon, call, clock):
    for fault, real in real_refusals(call, clock):
        amazon.faults.next("getOrders", fault)
        assert call.orders().refusal == real.refusal


def test_login_can_be_refused(amazon, call):
    amazon.faults.next("login", faults.login_refused(500, "server_error", "Try again"))
    answer = call.log_in()
    assert (answer.status, answer.content["error"]) == (500, "server_error")


# Odd successes


@pytest.mark.parametrize(
    ("fault", "content"), [(faults.empty_payload(), {"payload": {}}), (faults.empty_order(), {"order": {}})]
)
def test_an_order_can_be_missing_from_a_success(amazon, call, fault, content):
    amazon.faults.next("getOrder", fault)
    answer = call.get(DOCUMENTED)
    assert (answer.status, answer.content) == (200, content)


def test_a_body_can_be_invalid_json(amazon, call):
    amazon.faults.next("getOrder", faults.not_json())
    with pytest.raises(json.JSONDecodeError):
        assert call.get(DOCUMENTED).content


@pytest.mark.parametrize(
    ("fault", "status", "part"),
    [
        (faults.raw_line_feeds(), 200, b"Std\nUS\nD2D\nDom"),
        (faults.raw_line_feeds(faults.deprecated()), 400, b"API\nis\ndeprecated"),
        (faults.broken_bytes(), 200, b"Std\xffUS\xffD2D\xffDom"),
    ],
    ids=["line feeds", "line feeds in a refusal", "bytes"],
)
def test_broken_characters_stand_inside_strings_only(amazon, call, fault, status, part):
    amazon.faults.next("getOrder", fault)
    answer = call.get(DOCUMENTED)
    assert (answer.status, part in answer.body) == (status, True)
    assert json.loads(answer.body.decode(errors="replace"), strict=False)


def test_a_content_encoding_can_be_claimed(amazon, call):
    amazon.faults.next("getOrder", faults.content_encoding("UTF-8"))
    answer = call.get(DOCUMENTED)
    assert answer.headers["content-encoding"] == "UTF-8"
    assert answer.content["payload"]["AmazonOrderId"] == "902-3159896-1390916"


# When they apply


def test_faults_come_in_order_and_none_lets_a_call_pass(amazon, call):
    amazon.faults.next("getOrders", faults.status(503), None)
    amazon.faults.next("getOrders", faults.status(500))
    assert [call.orders().status for _ in range(4)] == [503, 200, 500, 200]


def test_a_lasting_fault_waits_for_others_and_can_be_lifted(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    amazon.faults.next("getOrders", faults.status(500), None)
    statuses = [call.orders().status for _ in range(4)]
    amazon.faults.always("getOrders", None)
    assert [*statuses, call.orders().status] == [500, 200, 503, 503, 200]


def test_a_fault_affects_its_operation_only(amazon, call):
    amazon.faults.always("createRestrictedDataToken", faults.status(503))
    assert call.restrict({"restrictedResources": [GOOD]}).status == 503
    assert [call.log_in().status, call.get(DOCUMENTED).status, call.get("/nowhere").status] == [200, 200, 404]


def test_a_call_with_a_fault_costs_quota(make_amazon):
    amazon = make_amazon(quota=1)
    amazon.faults.next("getOrders", *[faults.status(503)] * 20)
    call = Caller(amazon)
    assert [call.orders().status for _ in range(21)] == [503] * 20 + [429]
