"""Kognitos's own client, connected to the book by the playground's host, on the local Amazon and the fake clock."""

from collections.abc import Callable, Iterator

import pytest

from amazon_selling_partner import book as book_module
from amazon_selling_partner.amazon.sessions import Sessions
from playground.host import Host
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from playground.workspace import Workspace, connection_of

Run = Callable[[str], object]


@pytest.fixture
def host(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A host whose books share the sessions on the fake clock, as those of a process share theirs."""
    monkeypatch.setattr(book_module, "_shared_sessions", lambda: sessions)
    with Host() as host:
        yield host


@pytest.fixture
def workspace(host: Host) -> Workspace:
    """A client connected with the demonstration credentials."""
    return Workspace(host, connection_of(DEMONSTRATION_SELLER))


@pytest.fixture
def run(amazon: LocalAmazon, workspace: Workspace) -> Run:
    """Run a step through Kognitos's client on the seeded orders, and return its answer."""
    return lambda step: workspace.run(workspace.library.read(step))
