"""A local Amazon with three sellers, and callers of it."""

import pytest

from playground.local_amazon import LocalAmazon
from playground.local_amazon.seed import seeded_orders
from tests.playground.local_amazon.support import SELLERS, Caller


@pytest.fixture
def make_amazon(clock):
    """Make local Amazons; they end with the test."""
    started: list[LocalAmazon] = []

    def make(orders=None, **options) -> LocalAmazon:
        started.append(LocalAmazon(seeded_orders(clock.now()) if orders is None else orders, clock=clock, **options))
        return started[-1]

    yield make
    for amazon in started:
        amazon.close()


@pytest.fixture
def amazon(make_amazon):
    """A local Amazon with the seeded orders and three sellers."""
    return make_amazon(sellers=SELLERS)


@pytest.fixture
def call(amazon):
    return Caller(amazon)
