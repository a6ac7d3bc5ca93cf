"""Fixtures that many tests share: a fake clock, a local Amazon on it, and books connected to that."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.sessions import Sessions
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, Seller
from playground.local_amazon.ordinary import PEOPLE
from playground.local_amazon.seed import seeded_orders
from tests.support import FakeClock

# What no log, error or repr may hold: tokens and secrets by their prefixes, and what the seeded buyers are known by.
PRIVATE = re.compile(
    "|".join(
        [
            r"Atz[ar]\|\w",
            r"Atz\.sprdt\|\w",
            r"amzn1\.oa2-cs\.\w",
            r"@marketplace\.amazon",
            *(re.escape(fact) for people in PEOPLE.values() for person in people for fact in person[:2]),
        ]
    )
)

# Time says nothing here: others may use the machine as well.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")

MakeAmazon = Callable[..., LocalAmazon]
Connect = Callable[..., AmazonSellingPartnerBook]


class _Everything(logging.Handler):
    """Keeps the text of every record, exceptions included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def log_without_secrets() -> Iterator[list[str]]:
    """Fail any test during which something private reaches any log, at any level."""
    handler, root = _Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)
    leaks = [line for line in handler.lines if PRIVATE.search(line)]
    assert leaks == []


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Network:
    """Stands for the connections to Amazon: the local Amazon that was started last answers, without a socket."""

    def __init__(self) -> None:
        self.started: list[LocalAmazon] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        return self.started[-1].handle(request)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def make_amazon(clock: FakeClock, network: Network) -> Iterator[MakeAmazon]:
    """Start local Amazons; the book talks to the last one started."""

    def make(orders: list[dict[str, Any]] | None = None, **options: Any) -> LocalAmazon:
        seed = seeded_orders(clock.now()) if orders is None else orders
        network.started.append(LocalAmazon(seed, clock=clock, **options))
        return network.started[-1]

    yield make
    for amazon in network.started:
        amazon.close()


@pytest.fixture
def amazon(make_amazon: MakeAmazon) -> LocalAmazon:
    """A local Amazon with the seeded orders."""
    return make_amazon()


@pytest.fixture
def sessions(clock: FakeClock, network: Network) -> Iterator[Sessions]:
    """What outlives books, on the fake clock and without a socket."""
    sessions = Sessions(clock, network=httpx.MockTransport(network.handle))
    yield sessions
    sessions.close()


@pytest.fixture
def connect(sessions: Sessions) -> Connect:
    """Make books connected as a seller, each as new as a runtime makes them."""

    def connected(seller: Seller = DEMONSTRATION_SELLER, *, verify: bool = False) -> AmazonSellingPartnerBook:
        book = AmazonSellingPartnerBook(sessions)
        book.connect(seller.refresh_token, seller.client_id, seller.client_secret, verify=verify)
        return book

    return connected


@pytest.fixture
def book(amazon: LocalAmazon, connect: Connect) -> AmazonSellingPartnerBook:
    """A book connected to the local Amazon with the seeded orders."""
    return connect()
