"""What outlives a book: shared, bounded, and closed only when nobody uses it."""

import dataclasses
import json
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.amazon.sessions import Session, Sessions
from amazon_selling_partner.settings import DEADLINE_SECONDS, LOCAL_URL, ORDERS_API, Settings
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, faults
from playground.local_amazon.seed import generated_orders
from tests.support import NOW, FakeClock


def credentials(name: str) -> LwaCredentials:
    return LwaCredentials(f"Atzr|{name}", "amzn1.application-oa2-client.one", "amzn1.oa2-cs.v1.secret")


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Session]:
    """The sessions that were closed, in order."""
    closed: list[Session] = []
    close = Session.close

    def noted(session: Session) -> None:
        closed.append(session)
        close(session)

    monkeypatch.setattr(Session, "close", noted)
    return closed


def test_the_same_credentials_find_the_same_session():
    sessions = Sessions(FakeClock())
    with sessions.session(credentials("one"), Settings()) as first:
        pass
    with sessions.session(credentials("one"), Settings()) as second:
        assert second is first
    sessions.close()


def test_any_other_credential_or_setting_finds_another_session():
    sessions = Sessions(FakeClock())
    found = []
    for which, settings in [
        (credentials("one"), Settings()),
        (credentials("two"), Settings()),
        (credentials("one"), Settings(local_url="http://127.0.0.1:9")),
        (LwaCredentials("Atzr|one", "amzn1.application-oa2-client.two", "amzn1.oa2-cs.v1.secret"), Settings()),
        (LwaCredentials("Atzr|one", "amzn1.application-oa2-client.one", "amzn1.oa2-cs.v1.other"), Settings()),
    ]:
        with sessions.session(which, settings) as session:
            found.append(session)
    assert len(set(map(id, found))) == 5
    sessions.close()


def test_the_least_recently_used_session_beyond_the_bound_is_closed(closed):
    sessions = Sessions(FakeClock(), most=2)
    with (
        sessions.session(credentials("one"), Settings()) as one,
        sessions.session(credentials("two"), Settings()) as two,
    ):
        pass
    with sessions.session(credentials("one"), Settings()), sessions.session(credentials("three"), Settings()):
        assert closed == [two]
    with sessions.session(credentials("one"), Settings()) as again:
        assert again is one
    sessions.close()


def test_a_forgotten_session_stays_open_until_its_last_user_is_done(closed):
    sessions = Sessions(FakeClock(), most=1)
    with sessions.session(credentials("one"), Settings()) as one:
        with sessions.session(credentials("two"), Settings()):
            assert closed == []
        assert closed == []
    assert closed == [one]
    sessions.close()


def test_closing_forgets_every_session(closed):
    sessions = Sessions(FakeClock())
    for name in ("one", "two"):
        with sessions.session(credentials(name), Settings()):
            pass
    sessions.close()
    assert len(closed) == 2


def test_the_registry_holds_no_credential_as_a_key():
    sessions = Sessions(FakeClock())
    with sessions.session(credentials("one"), Settings()):
        assert "Atzr" not in repr(list(sessions._entries))
    sessions.close()


# After a fork


def forked(child: Callable[[], Any]) -> Any:
    """Return what a function returns in a process that is forked off, read back from JSON."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the servers here have threads
        process = os.fork()
    if not process:
        signal.alarm(60)  # should it hang, nobody else ends it
        try:
            os.write(writing, json.dumps(child()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as found:
        answer = found.read()
    os.waitpid(process, 0)
    assert answer, "the process that was forked off failed"
    return json.loads(answer)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system knows no fork")


@needs_fork
def test_a_process_that_is_forked_off_opens_connections_of_its_own(amazon, book):
    book.retrieve_orders(limit=1)
    used = {request.connection for request in amazon.requests}
    found = forked(lambda: [order.amazon_order_id for order in book.retrieve_orders()])
    assert len(found) > 1
    anew = [request for request in amazon.requests if request.connection not in used]
    assert [request.operation for request in anew] == ["login", "createRestrictedDataToken", "getOrders"]


@needs_fork
def test_the_parent_goes_on_with_what_it_has(amazon, book):
    book.retrieve_orders(limit=1)
    forked(lambda: len(book.retrieve_orders()))
    calls = len(amazon.requests)
    book.retrieve_orders(limit=1)
    assert [request.operation for request in amazon.requests[calls:]] == ["getOrders"]
    assert amazon.requests[-1].connection == amazon.requests[0].connection


@needs_fork
def test_a_lock_that_another_thread_holds_meanwhile_does_not_stop_the_child(amazon, book, sessions):
    book.retrieve_orders(limit=1)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with sessions._lock:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    try:
        assert forked(lambda: len(book.retrieve_orders())) > 1
    finally:
        done.set()
        thread.join()


# A clock that is wrong


@pytest.fixture
def busy() -> Iterator[LocalAmazon]:
    """An Amazon where it is noon, with a new order every minute."""
    orders = generated_orders(1, NOW)
    minute_old = [
        {
            **orders[0],
            "AmazonOrderId": f"902-0000000-{minute:07d}",
            "PurchaseDate": f"{NOW - timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}",
            "LastUpdateDate": f"{NOW - timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}",
        }
        for minute in range(60)
    ]
    with LocalAmazon(minute_old, clock=FakeClock()) as amazon:
        yield amazon


@pytest.fixture
def connected(busy: LocalAmazon, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AmazonSellingPartnerBook]]:
    """Connect a book on a machine whose clock is off by so much from Amazon's."""
    monkeypatch.setenv(LOCAL_URL, busy.url)
    made = []

    def connect(off_by: timedelta) -> AmazonSellingPartnerBook:
        made.append(Sessions(FakeClock(NOW + off_by)))
        book, seller = AmazonSellingPartnerBook(made[-1]), DEMONSTRATION_SELLER
        book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
        return book

    yield connect
    for sessions in made:
        sessions.close()


SLOW_AND_FAST = [timedelta(minutes=minutes) for minutes in (-300, -10, -1, 1, 10, 300)]


@pytest.mark.parametrize("off_by", SLOW_AND_FAST, ids=str)
@pytest.mark.parametrize("minutes", [3, 5, 30])
def test_the_first_question_finds_what_there_is_by_amazons_time(connected, off_by, minutes):
    since = f"{NOW - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
    found = connected(off_by).retrieve_orders(createdafter=since)
    assert len(found) == minutes - 1  # from two minutes ago back to that minute


@pytest.mark.parametrize("off_by", SLOW_AND_FAST, ids=str)
def test_what_amazon_cannot_have_yet_costs_no_quota_whatever_the_clock_says(busy, connected, off_by):
    book = connected(off_by)
    assert book.retrieve_orders(createdafter=f"{NOW - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}") == []
    assert [request.operation for request in busy.requests] == ["login"]


@pytest.mark.parametrize("off_by", SLOW_AND_FAST, ids=str)
def test_the_last_30_days_are_counted_from_amazons_time(busy, connected, off_by):
    connected(off_by).retrieve_orders()
    [call] = busy.calls("getOrders")
    assert call.parameters["CreatedAfter"][:16] == f"{NOW - timedelta(days=30):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("off_by", SLOW_AND_FAST, ids=str)
def test_a_date_in_the_future_by_amazons_time_is_refused(busy, connected, off_by):
    book = connected(off_by)
    for _ in range(2):
        with pytest.raises(ValueError, match="lies in the future"):
            book.retrieve_orders(createdafter=f"{NOW + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    assert {request.operation for request in busy.requests} <= {"login"}


def test_where_amazon_tells_no_time_the_machines_clock_holds(connected, monkeypatch):
    monkeypatch.setattr("playground.server._Handler.date_time_string", lambda *_: "some day")
    book = connected(timedelta())
    assert book.retrieve_orders(createdafter=f"{NOW - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}") == []
    assert len(book.retrieve_orders(createdafter=f"{NOW - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}")) == 4


def test_what_no_order_can_answer_at_any_time_needs_no_clock(busy, connected):
    book = connected(timedelta())
    assert book.retrieve_orders(limit=0) == []
    assert busy.requests == []


def test_the_time_is_asked_for_only_once(busy, connected):
    book = connected(timedelta(hours=1))
    busy.faults.next("getOrders", faults.status(500))
    for _ in range(3):
        book.retrieve_orders(createdafter=f"{NOW - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}")
    assert len(busy.calls("login")) == 1


# Quota


def spent(make_amazon, connect, **options):
    """A local Amazon of whose 20 pages of orders all are read."""
    amazon = make_amazon(quota=1, **options)
    for _ in range(20):
        connect().retrieve_orders(limit=1)
    return amazon


def test_a_renewed_client_secret_of_the_same_app_and_seller_finds_the_quota_as_it_was_left(make_amazon, connect, clock):
    renewed = dataclasses.replace(DEMONSTRATION_SELLER, client_secret="amzn1.oa2-cs.v1.renewed")
    amazon = spent(make_amazon, connect, sellers=[DEMONSTRATION_SELLER, renewed])
    connect(renewed).retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(60, abs=1)
    assert {call.status for call in amazon.calls("getOrders")} == {200}


def test_another_setting_finds_the_quota_as_it_was_left(make_amazon, connect, clock, monkeypatch):
    amazon = spent(make_amazon, connect)
    monkeypatch.setenv(DEADLINE_SECONDS, "400")
    monkeypatch.setenv(ORDERS_API, "v0")
    connect().retrieve_orders(limit=1)
    assert clock.slept == pytest.approx(60, abs=1)
    assert {call.status for call in amazon.calls("getOrders")} == {200}


def test_quota_outlives_the_session_that_used_it(make_amazon, connect, clock, sessions):
    amazon = spent(make_amazon, connect)
    for number in range(64):
        with sessions.session(credentials(f"seller {number}"), Settings()):
            pass
    connect().retrieve_orders(limit=1)
    assert len(amazon.calls("login")) == 2
    assert clock.slept == pytest.approx(60, abs=1)
    assert {call.status for call in amazon.calls("getOrders")} == {200}


def test_another_app_or_another_seller_has_a_quota_of_its_own(make_amazon, connect, clock):
    another = dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|AnotherSeller")
    spent(make_amazon, connect, sellers=[DEMONSTRATION_SELLER, another])
    connect(another).retrieve_orders(limit=1)
    assert clock.slept == 0
