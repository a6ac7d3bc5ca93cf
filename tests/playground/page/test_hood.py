"""Under the hood: the requests to the local Amazon, without tokens, and the quota that is left."""

import re

from playground.page.hood import parameters_of
from tests.playground.page.support import ONE, until


def run(session, step):
    entry = session.start(step)
    until(lambda: entry.state != "running")
    return entry


def requests_of(entry):
    return [(request.operation, dict(parameters_of(request)), request.status) for request in entry.requests]


def test_the_parameters_of_a_request_are_shown(session):
    requests = requests_of(run(session, 'retrieve orders whose order status is "Unshipped" and whose is prime is true'))
    operation, parameters, status = requests[-1]
    assert (operation, status) == ("getOrders", 200)
    assert parameters["OrderStatuses"] == "Unshipped"
    assert "is prime" not in str(parameters).lower()
    assert requests_of(run(session, ONE))[-1][1] == {"orderId": "902-3159896-1390916"}


def test_without_quota_none_is_shown_and_tokens_never(make_session):
    session = make_session(250, quota=0)
    requests = requests_of(run(session, "retrieve orders"))
    assert [operation for operation, _, _ in requests][:2] == ["login", "createRestrictedDataToken"]
    assert requests[0][1] == {}
    assert requests[1][1] == {"dataElements": "buyerInfo, shippingAddress"}
    assert requests[-1][1]["NextToken"] == "…"
    assert not re.search(r"Atz|oa2-cs", str(requests))
    assert session.workspace.amazon.quota_left() == []


def test_the_quota_that_is_left_is_shown(session):
    run(session, "retrieve orders")
    [quota] = [quota for quota in session.workspace.amazon.quota_left() if quota.operation == "getOrders"]
    assert (quota.region, quota.calls, quota.burst) == ("NA", 19, 20)
    assert 0 < quota.next_in <= 60
