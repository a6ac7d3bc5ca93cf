"""A local Amazon with three sellers, and callers of it."""

import pytest

from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, Seller
from tests.playground.local_amazon.support import SELLERS, Caller


@pytest.fixture
def amazon(make_amazon):
    """A local Amazon with the seeded orders and three sellers."""
    return make_amazon(sellers=SELLERS)


@pytest.fixture
def call(amazon):
    caller = Caller(amazon)
    yield caller
    caller.connection.close()


@pytest.fixture
def caller_of():
    """Make callers whose connections end with the test."""
    made: list[Caller] = []

    def caller(amazon: LocalAmazon, seller: Seller = DEMONSTRATION_SELLER) -> Caller:
        made.append(Caller(amazon, seller))
        return made[-1]

    yield caller
    for each in made:
        each.connection.close()
