"""What outlives a book: one session for each set of credentials, bounded, and never shared with a forked process."""

import json
import logging
import os
import signal
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.amazon.sessions import SHARED
from amazon_selling_partner.errors import RequestRefused
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import DEADLINE_SECONDS, LOCAL_URL, ORDERS_API, Settings
from playground.local_amazon import DEMONSTRATION_SELLER, faults
from playground.local_amazon.seed import generated_orders
from tests.filters.support import where

ORDER = "902-3159896-1390916"


def credentials(number):
    return LwaCredentials(f"Atzr|{number}", "amzn1.application-oa2-client.one", "amzn1.oa2-cs.v1.secret")


# Sessions


@pytest.mark.parametrize(
    ("other", "settings"),
    [
        (replace(credentials(1), refresh_token="Atzr|2"), Settings()),
        (replace(credentials(1), client_id="amzn1.application-oa2-client.two"), Settings()),
        (replace(credentials(1), client_secret="amzn1.oa2-cs.v1.other"), Settings()),
        (credentials(1), Settings(local_url="http://127.0.0.1:9")),
        (credentials(1), Settings(deadline_seconds=1)),
    ],
    ids=["refresh token", "client id", "client secret", "address", "deadline"],
)
def test_another_credential_or_setting_has_another_session(sessions, other, settings):
    assert sessions.get(other, settings) is not sessions.get(credentials(1), Settings())


def test_the_least_recently_used_of_65_sessions_goes(sessions):
    first, second, *_ = [sessions.get(credentials(number), Settings()) for number in range(64)]
    sessions.get(credentials(0), Settings())
    sessions.get(credentials(64), Settings())
    assert sessions.get(credentials(0), Settings()) is first
    assert sessions.get(credentials(1), Settings()) is not second


def test_closed_sessions_begin_afresh(amazon, connect, sessions):
    connect().retrieve_orders(limit=1)
    sessions.close()
    connect().retrieve_orders(limit=1)
    assert len(amazon.calls("login")) == 2


# Quota belongs to the app and the seller


def used_up(make_amazon, connect, **options):
    """A local Amazon of whose 20 pages of orders all are read."""
    amazon = make_amazon(quota=1, **options)
    for _ in range(20):
        connect().retrieve_orders(limit=1)
    return amazon


def assert_waits(amazon, clock, book):
    assert book.retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(60, abs=1)
    assert {call.status for call in amazon.calls("getOrders")} == {200}


def test_a_renewed_client_secret_keeps_the_quota(make_amazon, connect, clock):
    renewed = replace(DEMONSTRATION_SELLER, client_secret="amzn1.oa2-cs.v1.renewed")
    amazon = used_up(make_amazon, connect, sellers=[DEMONSTRATION_SELLER, renewed])
    assert_waits(amazon, clock, connect(renewed))


def test_another_setting_keeps_the_quota(make_amazon, connect, clock, monkeypatch):
    amazon = used_up(make_amazon, connect)
    monkeypatch.setenv(DEADLINE_SECONDS, "400")
    monkeypatch.setenv(ORDERS_API, "v0")
    assert_waits(amazon, clock, connect())


def test_quota_outlives_the_session_that_used_it(make_amazon, connect, clock, sessions):
    amazon = used_up(make_amazon, connect)
    for number in range(64):
        sessions.get(credentials(number), Settings())
    assert_waits(amazon, clock, connect())
    assert len(amazon.calls("login")) == 2


# The line of a finished step


def finished(caplog):
    return [record.getMessage() for record in caplog.records if "last request id" in record.getMessage()]


def test_a_finished_step_logs_one_line(make_amazon, connect, clock, caplog, version):
    caplog.set_level(logging.INFO)
    amazon = make_amazon(generated_orders(2050, clock.now()), quota=1)
    connect().retrieve_orders()
    calls, request_id = len(amazon.requests), f"local-request-{amazon.requests.total:06d}"
    [line] = finished(caplog)
    assert line == (
        f"retrieve orders: 2050 orders, {calls} calls, {clock.slept:.0f} s waited, Orders API {version.setting}, "
        f"last request id {request_id}"
    )


def test_a_single_order_logs_its_line_too(amazon, connect, caplog, version):
    caplog.set_level(logging.INFO)
    connect().retrieve_orders(limit=1)
    caplog.clear()
    connect().retrieve_order(Marketplace.US, ORDER)
    [line] = finished(caplog)
    assert line.startswith(f"retrieve an order: 1 orders, 1 calls, 0 s waited, Orders API {version.setting}, ")


def test_no_line_names_an_order(amazon, connect, log_without_secrets, version):
    known = where("amazon order id", "is", ORDER)
    connect().retrieve_orders(filter_expression=known)
    connect().retrieve_order(Marketplace.US, ORDER)
    lines = [line for line in log_without_secrets if "last request id" in line]
    assert len(lines) == 2
    assert not [line for line in lines if ORDER in line]


def test_a_failed_step_logs_no_such_line(amazon, connect, caplog, version):
    caplog.set_level(logging.INFO)
    for operation in (version.list, version.one):
        amazon.faults.next(operation, faults.refused(415, "Strange", "No."))
    with pytest.raises(RequestRefused):
        connect().retrieve_orders()
    with pytest.raises(RequestRefused):
        connect().retrieve_order(Marketplace.US, ORDER)
    assert finished(caplog) == []


# A forked process


def forked(child):
    """Return what a function returns in a forked process."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the local Amazon has threads
        process = os.fork()
    if not process:
        signal.alarm(30)  # should it hang, nobody else ends it
        try:
            os.write(writing, json.dumps(child()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(process, 0)
    assert answer, "the forked process failed"
    return json.loads(answer)


@pytest.fixture
def shared_book(amazon, monkeypatch):
    """A book with the sessions of this process, over HTTP: only these notice a fork, and only there is a connection."""
    monkeypatch.setenv(LOCAL_URL, amazon.url)
    book, seller = AmazonSellingPartnerBook(), DEMONSTRATION_SELLER
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    yield book
    amazon.close()
    SHARED.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_forked_process_has_connections_of_its_own(amazon, shared_book):
    shared_book.retrieve_order(Marketplace.US, ORDER)
    [connection] = {request.connection for request in amazon.requests}
    amazon.requests.clear()
    assert forked(lambda: shared_book.retrieve_order(Marketplace.US, ORDER).amazon_order_id) == ORDER
    assert [request.operation for request in amazon.requests] == ["login", "createRestrictedDataToken", "getOrder"]
    assert connection not in {request.connection for request in amazon.requests}
    amazon.requests.clear()
    shared_book.retrieve_order(Marketplace.US, ORDER)
    assert [request.connection for request in amazon.requests] == [connection]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")
def test_a_lock_held_during_the_fork_does_not_stop_the_child(amazon, shared_book):
    held, release = threading.Event(), threading.Event()

    def hold(response):
        held.set()
        release.wait(30)
        return response

    # Whoever logs in holds the lock of the access token meanwhile.
    amazon.faults.next("login", faults.Fault(change=hold))
    with ThreadPoolExecutor(1) as pool:
        order = pool.submit(shared_book.retrieve_order, Marketplace.US, ORDER)
        assert held.wait(10)
        try:
            assert forked(lambda: shared_book.retrieve_order(Marketplace.US, ORDER).amazon_order_id) == ORDER
        finally:
            release.set()
        assert order.result(10).amazon_order_id == ORDER
