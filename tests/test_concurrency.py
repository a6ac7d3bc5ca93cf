"""Many threads with one book each, on the local Amazon."""

import dataclasses
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from kognitos.bdk.api.errors import AuthenticationFailedError

from amazon_selling_partner.settings import LOCAL_URL
from playground.local_amazon import DEMONSTRATION_SELLER
from playground.local_amazon.seed import generated_orders

THREADS = 16
ORDER = "902-3159896-1390916"


def at_once(action):
    """Run an action in threads that start together; return what they return."""
    barrier = Barrier(THREADS)

    def run(number):
        barrier.wait(10)
        return action(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_threads_share_one_login_and_one_restricted_token(amazon, connect):
    results = at_once(lambda _: connect().retrieve_orders())
    assert len({tuple(order.amazon_order_id for order in orders) for orders in results}) == 1
    operations = [request.operation for request in amazon.requests]
    assert sorted(operations) == ["createRestrictedDataToken", *["getOrders"] * THREADS, "login"]


def test_threads_together_stay_within_the_quota(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(300, clock.now()), quota=1)
    results = at_once(lambda number: len(connect().retrieve_orders(limit=150 if number < 4 else 100)))
    assert sorted(results) == [100] * 12 + [150] * 4
    assert [call.status for call in amazon.calls("getOrders")] == [200] * 20
    assert clock.slept == 0


def test_a_wrong_credential_fails_every_thread(amazon, connect):
    wrong = dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|wrong")

    def fails(_):
        with pytest.raises(AuthenticationFailedError, match="Refresh Token"):
            connect(wrong).retrieve_orders()

    at_once(fails)
    assert {request.operation for request in amazon.requests} == {"login"}


def test_threads_of_two_sellers_never_swap_tokens(make_amazon, connect):
    bare = dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|AnotherSeller", roles=frozenset())
    sellers = (DEMONSTRATION_SELLER, bare)
    make_amazon(sellers=sellers)
    orders = at_once(lambda number: connect(sellers[number % 2]).retrieve_order("US", ORDER))
    assert [order.buyer_info is not None for order in orders] == [True, False] * (THREADS // 2)


def test_threads_that_start_cold_log_in_once(amazon):
    # In a process of its own: only there is nothing of the book imported yet.
    seller = DEMONSTRATION_SELLER
    program = f"""
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from amazon_selling_partner import AmazonSellingPartnerBook
sys.setswitchinterval(1e-5)
barrier = threading.Barrier({THREADS})
def work(_):
    barrier.wait()
    book = AmazonSellingPartnerBook()
    book.connect({seller.refresh_token!r}, {seller.client_id!r}, {seller.client_secret!r})
    return book.retrieve_order("US", "{ORDER}").amazon_order_id
with ThreadPoolExecutor({THREADS}) as pool:
    print(*set(pool.map(work, range({THREADS}))))
"""
    environment = {**os.environ, LOCAL_URL: amazon.url, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=50)
    assert run.stdout.strip() == ORDER
    assert len(amazon.calls("login")) == 1
    assert len(amazon.calls("getOrder")) == THREADS
