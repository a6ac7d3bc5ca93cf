"""Over HTTP the local Amazon answers as it does without a socket; here stands what only a socket has."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, faults
from playground.local_amazon.seed import generated_orders
from tests.playground.local_amazon.support import LISTED, LOGIN
from tests.support import NOW, FakeClock


@pytest.fixture
def amazon(make_amazon):
    """A local Amazon that listens."""
    amazon = make_amazon()
    assert amazon.url
    return amazon


@contextmanager
def logged_in(amazon: LocalAmazon) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=amazon.url, timeout=20) as client:
        seller = DEMONSTRATION_SELLER
        form = {
            "grant_type": "refresh_token",
            "refresh_token": seller.refresh_token,
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
        client.headers["x-amz-access-token"] = client.post(LOGIN, data=form).json()["access_token"]
        yield client


def test_it_listens_on_loopback_once_its_url_is_read(make_amazon):
    before = set(threading.enumerate())
    amazon = make_amazon()
    assert set(threading.enumerate()) == before
    assert amazon.url.startswith("http://127.0.0.1:")
    with httpx.Client(base_url=amazon.url) as client:
        assert client.get("/").status_code == 404


def test_a_port_can_be_chosen(make_amazon):
    with LocalAmazon(clock=FakeClock()) as first:
        port = urlsplit(first.url).port
    assert urlsplit(make_amazon(port=port).url).port == port


def test_the_log_distinguishes_connections(amazon):
    with httpx.Client(base_url=amazon.url) as first, httpx.Client(base_url=amazon.url) as second:
        for client in (first, first, second):
            client.get("/")
    one, again, another = (request.connection for request in amazon.requests)
    assert one == again != another


@pytest.mark.parametrize("fault", [faults.resetting(), faults.truncated()], ids=["reset", "truncate"])
def test_a_bad_ending_is_the_same_error_as_without_a_socket(amazon, fault):
    error = {"reset": httpx.ReadError, "truncate": httpx.RemoteProtocolError}[fault.ending]
    with logged_in(amazon) as client:
        amazon.faults.next("getOrders", fault)
        with pytest.raises(error):
            client.get(LISTED)


@pytest.mark.parametrize("fault", [faults.hanging(), faults.dripping()], ids=["hang", "drip"])
def test_closing_ends_responses_that_never_end(amazon, fault):
    before = set(threading.enumerate())
    with logged_in(amazon) as client:
        amazon.faults.next("getOrders", fault)
        closing = threading.Thread(target=close_once_called, args=[amazon])
        closing.start()
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(LISTED)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()


def close_once_called(amazon):
    pause = threading.Event()
    while not amazon.calls("getOrders"):
        pause.wait(0.001)
    amazon.close()


def test_latency_is_how_long_an_answer_takes(amazon):
    with httpx.Client(base_url=amazon.url) as client:
        amazon.latency = 0.05
        began = time.monotonic()
        client.get("/")
        assert time.monotonic() - began >= 0.05


def test_many_threads_are_served_at_once_and_no_call_is_lost():
    statuses: list[int] = []

    def ask() -> None:
        with logged_in(amazon) as client:
            statuses.extend(client.get(LISTED).status_code for _ in range(5))

    with LocalAmazon(generated_orders(1, NOW), clock=FakeClock()) as amazon:
        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 80
    assert len({request.connection for request in amazon.calls("getOrders")}) == 16
    assert len(amazon.calls("getOrders")) == 80
