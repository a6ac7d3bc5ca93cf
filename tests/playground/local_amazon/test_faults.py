"""Bad weather comes as it is ordered."""

import http.client
import select

import pytest

from playground.local_amazon import faults
from tests.playground.local_amazon.support import (
    DOCUMENTED,
    GOOD,
    ORDERS,
    wait_until,
)


@pytest.mark.parametrize(
    ("body", "sent"),
    [("", b""), ("<html>busy</html>", b"<html>busy</html>"), (b"\xff", b"\xff"), ({"a": None}, b'{"a": null}')],
)
@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_a_status_fault_answers_what_it_is_told(amazon, call, status, body, sent):
    amazon.faults.next("getOrders", faults.status(status, body, Retry_After="7", Content_Type="text/html"))
    answer = call.orders()
    assert (answer.status, answer.body) == (status, sent)
    assert (answer.headers["retry-after"], answer.headers["content-type"]) == ("7", "text/html")


def test_a_changed_answer_is_the_real_one_with_the_change(amazon, call):
    amazon.faults.next("getOrders", faults.changed(lambda content: {**content, "payload": {"Orders": []}}))
    answer = call.orders()
    assert answer.ids == []
    assert "x-amzn-ratelimit-limit" in answer.headers


def test_a_truncated_answer_ends_in_the_middle(amazon, call):
    amazon.faults.next("getOrder", faults.truncated())
    with pytest.raises(http.client.IncompleteRead) as caught:
        call.get(DOCUMENTED)
    assert 0 < len(caught.value.partial) <= caught.value.expected + 1


def test_a_reset_connection_gives_no_answer(amazon, call):
    assert call.token
    amazon.faults.next("getOrder", faults.resetting())
    call.send("GET", DOCUMENTED, token=call.token)
    with pytest.raises(ConnectionResetError) as caught:
        call.connection.getresponse()
    assert not isinstance(caught.value, http.client.RemoteDisconnected)  # a reset, not a goodbye


def test_a_dripping_answer_never_comes_to_its_end(make_amazon, caller_of):
    amazon = make_amazon(unknown_is_empty=True)
    call = caller_of(amazon)
    assert call.token
    amazon.faults.next("getOrder", faults.dripping())
    with pytest.raises(http.client.IncompleteRead) as caught:
        call.get(f"{ORDERS}/999-9999999-9999999")
    assert caught.value.partial == b'{"payload": {}'


def test_a_hanging_request_is_answered_by_nothing_until_the_end(amazon, call):
    assert call.token
    amazon.faults.next("getOrder", faults.hanging())
    call.send("GET", DOCUMENTED, token=call.token)
    wait_until(lambda: amazon.calls("getOrder"))
    assert select.select([call.connection.sock], [], [], 0) == ([], [], [])
    amazon.close()
    with pytest.raises(http.client.RemoteDisconnected):
        call.connection.getresponse()


def test_faults_come_in_order_and_none_lets_one_call_pass(amazon, call):
    amazon.faults.next("getOrders", faults.status(503), None)
    amazon.faults.next("getOrders", faults.status(500))
    assert [call.orders().status for _ in range(4)] == [503, 200, 500, 200]


def test_a_lasting_fault_lasts_until_it_is_lifted(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    statuses = [call.orders().status for _ in range(3)]
    amazon.faults.always("getOrders", None)
    assert [*statuses, call.orders().status] == [503, 503, 503, 200]


def test_the_faults_to_come_next_go_before_the_lasting_one(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    amazon.faults.next("getOrders", faults.status(500), None)
    assert [call.orders().status for _ in range(3)] == [500, 200, 503]


def test_a_fault_disturbs_its_operation_only(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    assert [call.log_in().status, call.get(DOCUMENTED).status, call.get("/nowhere").status] == [200, 200, 404]


def test_login_and_restricted_tokens_can_be_disturbed_too(amazon, call):
    assert call.token
    amazon.faults.next("login", faults.status(500, {"error": "server_error"}))
    amazon.faults.next("createRestrictedDataToken", faults.status(503))
    assert call.log_in().content == {"error": "server_error"}
    assert call.restrict({"restrictedResources": [GOOD]}).status == 503


def test_a_disturbed_call_has_cost_its_quota(make_amazon, caller_of):
    amazon = make_amazon(quota=1)
    amazon.faults.next("getOrders", *[faults.status(503)] * 20)
    call = caller_of(amazon)
    assert [call.orders().status for _ in range(21)] == [503] * 20 + [429]
