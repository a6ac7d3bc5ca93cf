"""From Orders API v0 to 2026-01-01 between two pages, in many threads, and in the sandbox; see also test_refusals."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.orders.changeover import Changeover
from amazon_selling_partner.errors import Answer, OperationRemoved, RequestRefused
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import faults
from playground.local_amazon.seed import generated_orders
from tests.amazon.versions import ids
from tests.support import FakeClock


def warnings(lines):
    return [line for line in lines if "Amazon no longer answers Orders API v0" in line]


def at_once(count, action):
    """Run an action in that many threads that start together; return what they return."""
    start = threading.Barrier(count)

    def run(number):
        start.wait(10)
        return action(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_a_list_that_v0_breaks_off_is_read_again_from_one_version(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, None, faults.gone())
    orders = connect().retrieve_orders()
    assert len(set(ids(orders))) == len(orders) == 250
    assert [len(amazon.calls(operation)) for operation in ("getOrders", "searchOrders")] == [3, 3]
    # Only v0 has this attribute.
    assert {order.ship_service_level for order in orders} == {None}


def test_orders_read_before_the_move_do_not_count_after_it(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, None, faults.gone())
    amazon.faults.next("searchOrders", None, faults.null_message())
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.diagnostics["orders read so far"] == 100


def test_many_threads_move_with_one_warning(make_amazon, connect, log_without_secrets):
    make_amazon(v0_removed=faults.gone())
    lists = at_once(8, lambda _: tuple(ids(connect().retrieve_orders(limit=5))))
    assert len(set(lists)) == 1
    [warning] = warnings(log_without_secrets)
    assert ORDERS_API in warning
    assert "[status: 410, request id: local-request-" in warning


def test_a_list_that_goes_on_is_no_time_to_try_v0_again(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()), v0_removed=faults.gone())
    connect().retrieve_orders(limit=1)
    clock.advance(24 * 3600 - 60)
    first = connect().retrieve_orders(createdafter="2026-10-01", limit=100)
    amazon.v0_removed = False
    amazon.requests.clear()
    clock.advance(120)
    rest = connect().retrieve_orders(createdafter="2026-10-01", offset=100)
    assert len(set(ids(first + rest))) == 250
    assert amazon.calls("getOrders") == []
    connect().retrieve_orders(limit=1)
    assert len(amazon.calls("getOrders")) == 1


class UnhurriedClock(FakeClock):
    """A clock whose every reading lets other threads run, so that they meet wherever a lock is missing."""

    def monotonic(self):
        now = super().monotonic()
        time.sleep(1e-4)
        return now


def test_one_of_many_threads_probes(log_without_secrets):
    clock = UnhurriedClock()
    changeover = Changeover(clock)
    at_once(8, lambda _: changeover.move(OperationRemoved("gone", answer=Answer(status=410))))
    assert len(warnings(log_without_secrets)) == 1
    clock.advance(24 * 3600)
    assert sum(at_once(8, lambda _: changeover.take_probe())) == 1


def test_the_sandboxs_move_concerns_the_sandbox_alone(make_amazon, connect):
    amazon = make_amazon(v0_removed=faults.gone())
    assert ids(connect().retrieve_orders(marketplace=Marketplace.SANDBOX)) == ["171-2345678-9012345"]
    assert connect().retrieve_order(Marketplace.SANDBOX, "TEST_CASE_200").amazon_order_id == "171-9876543-2109876"
    amazon.v0_removed = False
    connect().retrieve_orders(limit=1)
    assert len(amazon.calls("getOrders")) == 2


def test_a_successor_that_is_removed_has_none(amazon, connect, monkeypatch):
    monkeypatch.setenv(ORDERS_API, "2026-01-01")
    amazon.faults.always("searchOrders", faults.gone())
    with pytest.raises(OperationRemoved) as caught:
        connect().retrieve_orders()
    assert caught.value.sentence == messages.OPERATION_REMOVED
