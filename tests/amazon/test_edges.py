"""Edges that only a deliberate fault in a module reveals, module by module."""

import pytest
from kognitos.bdk.api.errors import ForbiddenError

from amazon_selling_partner import messages
from playground.local_amazon import faults
from playground.local_amazon.seed import generated_orders

# restricted_data


@pytest.fixture
def list_of_250(make_amazon, clock):
    """250 orders, which v0 lists on three pages."""
    return make_amazon(generated_orders(250, clock.now()))


def test_personal_data_lost_within_a_list_is_an_error_with_data(list_of_250, connect):
    list_of_250.faults.next("getOrders", None, *[faults.denied()] * 2)
    with pytest.raises(ForbiddenError) as caught:
        connect().retrieve_orders()
    error = caught.value.__cause__
    assert error.sentence == messages.PERSONAL_DATA_DENIED
    assert error.diagnostics == {"marketplace": "US", "region": "North America", "orders read so far": 100}
    assert (error.answer.operation, error.answer.status) == ("getOrders", 403)


def test_a_probe_that_v0_has_answered_retries_like_any_step(list_of_250, connect, clock):
    list_of_250.v0_removed = faults.gone()
    connect().retrieve_orders(limit=1)
    list_of_250.v0_removed = False
    clock.advance(24 * 3600)
    list_of_250.requests.clear()
    list_of_250.faults.next("getOrders", None, faults.html_page(503))
    assert len(connect().retrieve_orders()) == 250
    assert [call.status for call in list_of_250.calls("getOrders")] == [200, 503, 200, 200]
    assert list_of_250.calls("searchOrders") == []


# slices


def test_an_empty_list_is_read_afresh_each_time(make_amazon, connect):
    amazon = make_amazon([])
    for _ in range(2):
        assert connect().retrieve_orders(limit=10) == []
    assert len(amazon.calls("getOrders")) == 2
