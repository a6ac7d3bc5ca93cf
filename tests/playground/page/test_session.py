"""The session, where the page does not show it: its state, parsed errors, and which answers it keeps."""

import pytest
from kognitos.bdk.runtime.client.exceptions import AuthenticationRequired

from playground.local_amazon import DEMONSTRATION_SELLER
from playground.page.entries import Failure
from playground.page.session import AnotherStepRuns, Session
from playground.stopping import StoppableClock
from playground.workspace import CREDENTIALS, Workspace
from tests.playground.page.support import ONE, until


def finished(entry):
    until(lambda: entry.state != "running")
    return entry


def credential(session, name):
    return next(one for one in session.credentials if one.id == name)


def test_a_wrong_secret_is_not_part_of_the_failure(session):
    session.enter(credential(session, "client_secret"), "amzn1.oa2-cs.v1.wrong")
    assert "wrong" not in repr(session.test_connection())


def test_an_amazon_that_cannot_be_reached_has_refused_nothing(session, monkeypatch):
    def unreachable():
        raise AuthenticationRequired(
            "Amazon could not be reached. Check the network. [host: 127.0.0.1, reason: refused]"
        )

    monkeypatch.setattr(session.workspace, "test_connection", unreachable)
    session.test_connection()
    assert session.state == "test failed"


def test_credentials_entered_during_a_test_are_not_tested(session, monkeypatch):
    test = session.workspace.test_connection

    def slow():
        test()
        session.enter(credential(session, "client_secret"), "amzn1.oa2-cs.v1.wrong")

    monkeypatch.setattr(session.workspace, "test_connection", slow)
    session.test_connection()
    assert session.state == "not tested"


def test_a_step_with_wrong_credentials_is_refused(session):
    session.enter(credential(session, "client_secret"), "amzn1.oa2-cs.v1.wrong")
    entry = finished(session.start(ONE))
    assert (entry.state, entry.failure.kind) == ("failed", "Authentication required")
    assert session.state == "refused"


def test_blanks_around_a_pasted_credential_do_not_count(session):
    session.enter(credential(session, "client_secret"), f"  {DEMONSTRATION_SELLER.client_secret}\n")
    assert session.test_connection() is None


def test_the_real_amazon_may_begin_without_credentials():
    clock = StoppableClock()
    with Workspace.real(
        {CREDENTIALS["client_id"]: "amzn1.application-oa2-client.1"}, clock=clock, incomplete=True
    ) as it:
        session = Session(it, clock)
        assert [session.has(one) for one in session.credentials] == [False, True, False]
        assert session.test_connection().sentence  # Nothing is sent: the book sees at once that it is incomplete.


def test_only_one_step_runs_at_a_time(make_session):
    session = make_session(2100)
    entry = session.start("retrieve orders")
    until(lambda: entry.progress.waiting_for)
    with pytest.raises(AnotherStepRuns, match="Another step is running"):
        session.start("retrieve orders")
    session.cancel()
    finished(entry)
    assert len(session.entries) == 1
    assert session.running is None
    assert session.state == "connected"  # Orders were read.


def test_an_error_has_kind_sentence_cure_and_diagnostics(session):
    failure = finished(session.start(ONE.replace("902-3159896-1390916", "902-3159896-0000000"))).failure
    assert failure.kind == "Not found"
    assert failure.sentence == "Amazon has no such order in the region of the marketplace."
    assert failure.cure.startswith("Check the order id")
    facts = dict(failure.diagnostics)
    assert (facts["order id"], facts["operation"], facts["status"]) == ("902-3159896-0000000", "getOrder", "404")
    assert facts["message"] == "The requested order does not exist."


def test_an_error_of_one_sentence_has_nothing_else():
    assert Failure.of(ValueError("It broke.")) == Failure("Value error", "It broke.")


def test_old_answers_are_dropped_and_their_counts_stay(session):
    for _ in range(22):
        finished(session.start(ONE))
    assert [entry.answer is None for entry in session.entries] == [True] * 2 + [False] * 20
    assert session.entries[0].outcome == "1 order"
