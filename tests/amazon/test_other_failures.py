"""Failures that no table of refusals lists: what their errors show, and what is tried again."""

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, RequestRefused
from playground.local_amazon import faults

OPERATIONS = [("login", "Login with Amazon"), ("getOrders", "getOrders")]


@pytest.mark.parametrize(("asked", "shown"), OPERATIONS)
@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [(503, AmazonUnavailable, messages.AMAZON_FAILED), (407, AmazonUnreachable, messages.PROXY_REFUSED)],
)
def test_the_error_shows_the_call_and_its_status(amazon, connect, asked, shown, status, kind, sentence):
    amazon.faults.always(asked, faults.status(status, "<html>", x_amzn_RequestId="r-7"))
    with pytest.raises(AmazonUnavailable) as caught:
        connect().retrieve_orders()
    assert type(caught.value) is kind
    assert str(caught.value) == f"{sentence} [operation: {shown}, status: {status}, request id: r-7]"


def test_proving_the_credentials_outlasts_a_failure(amazon, connect, clock):
    amazon.faults.next("login", faults.empty(500))
    connect(verify=True)
    assert [call.status for call in amazon.calls("login")] == [500, 200]
    assert clock.slept > 0


def test_a_strange_refusal_by_the_tokens_api_is_the_requests(amazon, connect):
    amazon.faults.always("createRestrictedDataToken", faults.refused(415, "Strange", "Amazon's words"))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.sentence == messages.REQUEST_REFUSED
