"""What outlives a book: shared, bounded, and closed only when nobody uses it."""

import pytest

from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.amazon.sessions import Session, Sessions
from amazon_selling_partner.settings import Settings
from tests.support import FakeClock


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
