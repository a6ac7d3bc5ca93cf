"""Cancelling: a wait ends at once, Amazon gets no more requests, and what was read is kept."""

import threading

from playground.progress import PageRead, watched
from tests.playground.page.support import ONE, until

ALL = "retrieve orders"


def finished(entry):
    until(lambda: entry.state != "running")
    return entry


def test_a_cancelled_wait_ends_and_its_list_resumes(make_session):
    session = make_session(2100)
    entry = session.start(ALL)
    until(lambda: entry.progress.waiting_for == "getOrders")
    assert 0 < entry.progress.wait_left <= 61
    assert (entry.progress.pages, entry.progress.orders) == (20, 2000)
    session.cancel()
    assert finished(entry).state == "cancelled"
    assert entry.answer is None

    again = session.start(ALL)
    until(lambda: again.progress.waiting_for)
    assert again.progress.orders == 2000
    session.cancel()
    finished(again)
    amazon = session.workspace.amazon
    assert [len(amazon.calls(operation)) for operation in ("login", "getOrders")] == [1, 20]
    assert finished(session.start(ONE)).outcome == "1 order"


def test_a_step_cancelled_between_pages_costs_no_more_quota(make_session):
    session = make_session(2100)
    with watched(lambda event: session.cancel() if isinstance(event, PageRead) else None):
        entry = finished(session.start(ALL))
    assert entry.state == "cancelled"
    assert entry.progress.notices == []  # Nothing is retried.
    assert len(session.workspace.amazon.calls("getOrders")) == 1

    # 19 of 20 calls are left; with one less this would wait for a minute.
    assert finished(session.start(f"{ALL} with the limit is 1900")).outcome == "1,900 orders"


def test_a_step_cancelled_before_it_began_does_not_begin(make_session, monkeypatch):
    session = make_session()
    begin, go_on = session._run, threading.Event()

    def late(entry):
        go_on.wait()
        begin(entry)

    monkeypatch.setattr(session, "_run", late)
    entry = session.start(ALL)
    session.cancel()
    go_on.set()
    assert finished(entry).state == "cancelled"
    assert session.workspace.amazon.requests == []
