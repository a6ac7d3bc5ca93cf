"""The workspace: it leaves the environment as it was, and does not ask the real Amazon without credentials."""

import os
from contextlib import suppress

import pytest

from amazon_selling_partner.settings import LOCAL_URL
from playground.workspace import CREDENTIALS, MissingCredentials, Workspace, plain


@pytest.mark.parametrize("before", [None, "http://127.0.0.1:1"])
def test_the_book_uses_the_local_amazon_until_the_end(monkeypatch, before):
    monkeypatch.delenv(LOCAL_URL, raising=False)
    if before:
        monkeypatch.setenv(LOCAL_URL, before)
    with suppress(KeyError), Workspace.local() as workspace:
        assert os.environ[LOCAL_URL] == workspace.amazon.url
        assert workspace.book.id == "amazon_selling_partner"
        raise KeyError
    assert os.environ.get(LOCAL_URL) == before


@pytest.mark.parametrize("missing", CREDENTIALS.values())
def test_the_real_amazon_needs_every_credential(missing):
    environment = dict.fromkeys(CREDENTIALS.values(), "x") | {missing: ""}
    with pytest.raises(MissingCredentials, match=f"set {missing} in the environment"), Workspace.real(environment):
        pass


def test_a_number_without_a_fraction_is_an_integer():
    assert [type(one) for one in plain([2.0, 2.5, True, None, "2.0"])] == [int, float, bool, type(None), str]
