"""What the tests of the playground share: a terminal, and a library that reads steps."""

import pytest
from kognitos.bdk.runtime.client import Client

from playground.host import Host
from playground.steps import Library
from tests.playground.support import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 80 columns with colors."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


@pytest.fixture(scope="session")
def library():
    with Host() as host:
        yield Library.of(Client.from_url(host.url, insecure=True))
