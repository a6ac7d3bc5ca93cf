"""The workspace: it leaves the environment as it was, and does not ask the real Amazon without credentials."""

import os

import pytest

from amazon_selling_partner.settings import LOCAL_URL
from playground.workspace import CREDENTIALS, MissingCredentials, Workspace, plain


@pytest.mark.parametrize("before", [None, "http://127.0.0.1:1"])
def test_the_book_is_pointed_at_the_local_amazon_and_back(monkeypatch, before):
    monkeypatch.delenv(LOCAL_URL, raising=False)
    if before:
        monkeypatch.setenv(LOCAL_URL, before)
    with Workspace.local() as workspace:
        assert os.environ[LOCAL_URL] == workspace.amazon.url
    assert os.environ.get(LOCAL_URL) == before


def test_the_environment_is_as_before_after_an_error(monkeypatch):
    monkeypatch.setenv(LOCAL_URL, "http://127.0.0.1:1")
    with pytest.raises(KeyError), Workspace.local():
        raise KeyError
    assert os.environ[LOCAL_URL] == "http://127.0.0.1:1"


def test_this_projects_book_is_the_book():
    with Workspace.local() as workspace:
        assert workspace.book.id == "amazon_selling_partner"


@pytest.mark.parametrize("missing", CREDENTIALS.values())
def test_the_real_amazon_needs_every_credential(missing):
    environment = dict.fromkeys(CREDENTIALS.values(), "x") | {missing: ""}
    with pytest.raises(MissingCredentials, match=f"set {missing} in the environment"), Workspace.real(environment):
        pass


def test_a_number_without_a_fraction_is_a_whole_number():
    assert [type(one) for one in plain([2.0, 2.5, True, None, "2.0"])] == [int, float, bool, type(None), str]
