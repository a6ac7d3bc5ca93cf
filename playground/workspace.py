"""Everything on one machine: Kognitos's client, a host, the book, and a local Amazon or the real one."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from kognitos.bdk.runtime.client import Client
from kognitos.bdk.runtime.client.book_descriptor import BookDescriptor
from kognitos.bdk.runtime.client.sensitive import Sensitive
from kognitos.bdk.runtime.client.value import DictionaryValue

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.clock import Clock
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.settings import LOCAL_URL

from .host import Host, HostedBook, installed_books
from .local_amazon import DEMONSTRATION_SELLER, LocalAmazon, Seller
from .local_amazon.seed import seeded_orders
from .progress import HUB
from .steps import Connection, Library, Step

__all__ = ["CREDENTIALS", "MissingCredentials", "Workspace", "connection_of", "plain"]

_BOOK: Final = "amazon_selling_partner"
# The environment variables with the credentials of a real connection.
CREDENTIALS: Final = {
    "refresh_token": "AMAZON_SELLING_PARTNER_REFRESH_TOKEN",
    "client_id": "AMAZON_SELLING_PARTNER_CLIENT_ID",
    "client_secret": "AMAZON_SELLING_PARTNER_CLIENT_SECRET",
}


class MissingCredentials(ValueError):
    """The environment lacks credentials for the real Amazon; the text names the variables."""


class Workspace:
    """A client connected to a book, as a person's workspace in Kognitos is.

    Attributes:
        client: Kognitos's client.
        host: The host it talks to.
        library: The books and procedures of the host.
        connection: How the book is connected.
        amazon: The local Amazon of this workspace, or None.
    """

    def __init__(self, host: Host, connection: Connection, amazon: LocalAmazon | None = None) -> None:
        self.host = host
        self.client = Client.from_url(host.url, insecure=True)
        self.library = Library.of(self.client)
        self.connection = connection
        self.amazon = amazon

    @classmethod
    @contextmanager
    def local(
        cls,
        orders: Sequence[dict[str, Any]] | None = None,
        *,
        quota: float = 1,
        port: int = 0,
        clock: Clock | None = None,
    ) -> Iterator["Workspace"]:
        """Open a workspace with a local Amazon of its own and demonstration credentials.

        Args:
            orders: The orders of the local Amazon; None is the seeded ones.
            quota: How much faster than Amazon's its quota fills; 0 enforces none.
            port: The port of the host; 0 takes any.
            clock: The clock of the book; None is the machine's.
        """
        orders = seeded_orders(datetime.now(UTC)) if orders is None else orders
        with ExitStack() as stack:
            amazon = stack.enter_context(LocalAmazon(orders, quota=quota))
            stack.enter_context(_environment(LOCAL_URL, amazon.url))
            host = stack.enter_context(_host(port, clock))
            yield cls(host, connection_of(DEMONSTRATION_SELLER), amazon)

    @classmethod
    @contextmanager
    def running(
        cls, environment: Mapping[str, str] = os.environ, *, port: int = 0, clock: Clock | None = None
    ) -> Iterator["Workspace"]:
        """Open a workspace on the local Amazon at AMAZON_SELLING_PARTNER_LOCAL_URL, which another process serves.

        The credentials are those in the environment, or the demonstration ones where one of them is missing.

        Args:
            environment: The environment variables.
            port: The port of the host; 0 takes any.
            clock: The clock of the book; None is the machine's.
        """
        seller = DEMONSTRATION_SELLER if _missing(environment) else _seller(environment)
        with _host(port, clock) as host:
            yield cls(host, connection_of(seller))

    @classmethod
    @contextmanager
    def real(
        cls,
        environment: Mapping[str, str] = os.environ,
        *,
        port: int = 0,
        clock: Clock | None = None,
        incomplete: bool = False,
    ) -> Iterator["Workspace"]:
        """Open a workspace on the real Amazon with the credentials in the environment.

        Args:
            environment: The environment variables.
            port: The port of the host; 0 takes any.
            clock: The clock of the book; None is the machine's.
            incomplete: Whether credentials may be missing, because a person is going to enter them.

        Raises:
            MissingCredentials: Credentials are missing.
        """
        if not incomplete and (missing := _missing(environment)):
            raise MissingCredentials(f"For the real Amazon set {', '.join(missing)} in the environment.")
        with _host(port, clock) as host:
            yield cls(host, connection_of(_seller(environment)))

    @property
    def book(self) -> BookDescriptor:
        """This project's book, whatever else is installed."""
        return next(book for book, _ in self.library.procedures if book.id == _BOOK)

    def test_connection(self) -> None:
        """Let the book prove its credentials with Amazon; raises the errors of the client."""
        book, connection = self.book, self.connection
        self.client.test_connection(book.name, book.version, connection.method, list(connection.credentials))

    def run(self, step: Step) -> Any:
        """Run a step and return its answer as plain Python; raises the errors of the client."""
        [answer] = step.run(self.client, self.connection)
        return plain(answer.value)


@contextmanager
def _host(port: int, clock: Clock | None) -> Iterator[Host]:
    # A runtime creates books without arguments, so their clock and listener come with the class.
    sessions = Sessions(clock, listener=HUB)

    class WorkspaceBook(AmazonSellingPartnerBook):
        def __init__(self) -> None:
            super().__init__(sessions)

    books = [
        HostedBook(WorkspaceBook, book.version) if book.cls is AmazonSellingPartnerBook else book
        for book in installed_books()
    ]
    with closing(sessions), Host(port, books) as host:
        yield host


def _missing(environment: Mapping[str, str]) -> list[str]:
    return [variable for variable in CREDENTIALS.values() if not environment.get(variable)]


def _seller(environment: Mapping[str, str]) -> Seller:
    values = {name: environment.get(variable, "") for name, variable in CREDENTIALS.items()}
    return Seller(values["refresh_token"], values["client_id"], values["client_secret"])


def connection_of(seller: Seller) -> Connection:
    """Return the connection with a seller's credentials."""
    return Connection(
        "connect",
        [
            ("refresh_token", _hidden(seller.refresh_token)),
            ("client_id", seller.client_id),
            ("client_secret", _hidden(seller.client_secret)),
        ],
    )


def _hidden(secret: str) -> Sensitive | str:
    # The client hides every occurrence of a Sensitive's text in all logs; an empty one would garble them.
    return Sensitive(secret) if secret else ""


def plain(value: Any) -> Any:
    """Return a value of the client as dictionaries, lists, text and numbers; whole numbers are integers."""
    if isinstance(value, DictionaryValue):
        return {name: plain(inner) for name, inner in value.value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@contextmanager
def _environment(variable: str, value: str) -> Iterator[None]:
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        os.environ.pop(variable)
        if before is not None:
            os.environ[variable] = before
