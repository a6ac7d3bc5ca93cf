"""Many threads with one book each, against the local Amazon."""

import dataclasses
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError

from playground.local_amazon import DEMONSTRATION_SELLER, Seller
from playground.local_amazon.seed import generated_orders

THREADS = 16
OTHER_SELLER = Seller(
    "Atzr|AnotherRefreshToken0123456789abcdefghijklmnopqrstuvwxyz",
    "amzn1.application-oa2-client.ffffffffffffffffffffffffffffffff",
    "amzn1.oa2-cs.v1.ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
)


def at_once(count, action):
    """Run an action in that many threads that start together; return what they return."""
    barrier = Barrier(count)

    def run(number):
        barrier.wait(10)
        return action(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_sixteen_threads_share_one_login_and_one_restricted_token(amazon, connect):
    results = at_once(THREADS, lambda _: connect().retrieve_orders())
    assert len({tuple(order.amazon_order_id for order in orders) for orders in results}) == 1
    assert len(amazon.calls("login")) == 1
    assert len(amazon.calls("createRestrictedDataToken")) == 1
    assert len(amazon.calls("getOrders")) == THREADS


def test_the_threads_together_never_overrun_the_quota(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(300, clock.now()), quota=1)
    clock.sleep = lambda seconds: pytest.fail(f"slept {seconds} s although the burst allows 20 calls")
    results = at_once(THREADS, lambda number: len(connect().retrieve_orders(limit=150 if number < 4 else 100)))
    assert sorted(results) == [100] * 12 + [150] * 4
    assert [call.status for call in amazon.calls("getOrders")] == [200] * 20


def test_a_rejected_credential_costs_one_login_for_all_who_wait_for_it(amazon, connect):
    wrong = dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|wrong")

    def fails(_):
        try:
            connect(wrong).retrieve_orders()
        except AuthenticationFailedError as error:
            return str(error)
        return None

    messages = at_once(THREADS, fails)
    assert all("Refresh Token" in message for message in messages)
    assert len(amazon.calls("login")) < THREADS


def test_two_sellers_in_many_threads_never_get_each_others_token(make_amazon, connect):
    bare = dataclasses.replace(OTHER_SELLER, roles=frozenset())
    make_amazon(sellers=[DEMONSTRATION_SELLER, bare])
    sellers = (DEMONSTRATION_SELLER, bare)
    results = at_once(THREADS, lambda number: connect(sellers[number % 2]).retrieve_order("US", "902-3159896-1390916"))
    for number, order in enumerate(results):
        assert (order.buyer_info is not None) == (number % 2 == 0)


def test_sixty_four_threads_that_start_cold_log_in_once_and_share_one_quota(make_amazon):
    # In a process of its own: only there is nothing of the book imported yet.
    amazon = make_amazon()
    seller = DEMONSTRATION_SELLER
    program = f"""
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from amazon_selling_partner import AmazonSellingPartnerBook
sys.setswitchinterval(1e-5)
barrier = threading.Barrier(64)
def work(_):
    barrier.wait()
    book = AmazonSellingPartnerBook()
    book.connect({seller.refresh_token!r}, {seller.client_id!r}, {seller.client_secret!r})
    book.retrieve_order("US", "902-3159896-1390916")
    return id(book._sessions)
with ThreadPoolExecutor(64) as pool:
    print(len(set(pool.map(work, range(64)))))
"""
    # The time of the process is the machine's, so the orders' dates do not matter and only one order is asked for.
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert run.stdout.strip() == "1"
    assert len(amazon.calls("login")) == 1
