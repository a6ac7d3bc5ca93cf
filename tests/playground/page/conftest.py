"""Fixtures for the page: a session on a local Amazon, a simulated user, and a browser on a served page."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from playground.local_amazon.seed import generated_orders, seeded_orders
from playground.page.browser import browsing, missing_program
from playground.page.session import Session
from playground.stopping import StoppableClock
from playground.workspace import Workspace
from tests.playground.page.support import Browser, served, used_by

MakeSession = Callable[..., Session]


@pytest.fixture
def make_session() -> Iterator[MakeSession]:
    """Open sessions on a local Amazon with the seeded orders and some generated ones."""
    with ExitStack() as stack:

        def make(generated: int = 0, **options: object) -> Session:
            now, clock = datetime.now(UTC), StoppableClock()
            orders = seeded_orders(now) + generated_orders(generated, now)
            return Session(stack.enter_context(Workspace.local(orders, clock=clock, **options)), clock)

        yield make


@pytest.fixture
def session(make_session: MakeSession) -> Session:
    return make_session()


@pytest.fixture
async def user(session: Session):
    """Somebody in front of the page, without a browser."""
    async with used_by(session) as user:
        yield user


@pytest.fixture(scope="session")
def serve():
    """Start the command `workspace` with options; give the address that it prints, with its token."""
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(served(*options))


@pytest.fixture(scope="session")
def address(serve) -> str:
    """The address of a page with a month of orders."""
    return serve("--generate", "120")


@pytest.fixture(scope="session")
def driver():
    if missing := missing_program():
        pytest.skip(f"The page is tried in a real browser, and {missing} is not installed here")
    # Selenium logs all that it reads from the page, buyers too; it is the test's tool, and no part of the playground.
    logging.getLogger("selenium").setLevel(logging.WARNING)
    with browsing() as driver:
        yield driver


@pytest.fixture
def browser(driver, address: str) -> Browser:
    """A browser that has just opened the page."""
    return Browser(driver, address).open()
