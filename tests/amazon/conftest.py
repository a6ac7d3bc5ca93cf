"""Fixtures for tests that hold for both versions of the Orders API."""

import pytest

from amazon_selling_partner.settings import ORDERS_API
from tests.amazon.versions import V0, V2026


@pytest.fixture(params=[V0, V2026], ids=lambda version: version.setting)
def version(request, monkeypatch):
    """Each version in turn, selected for the books of the test."""
    monkeypatch.setenv(ORDERS_API, request.param.setting)
    return request.param


@pytest.fixture
def v0(monkeypatch):
    """Select v0."""
    monkeypatch.setenv(ORDERS_API, V0.setting)
