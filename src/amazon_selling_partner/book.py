"""The book: one connection and two procedures. It only translates arguments and errors.

The kit reads annotations as objects: this module must not import annotations from __future__.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, List, Optional, Union

from kognitos.bdk import api
from kognitos.bdk.api import FilterExpression, Sensitive
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError
from kognitos.bdk.decorators import book, connect, procedure

from .amazon.credentials import LwaCredentials
from .amazon.sessions import Session, Sessions
from .concepts import AmazonOrder
from .errors import (
    AccessRefused,
    CredentialsRejected,
    InvalidInput,
    InvalidSetting,
    OrderNotFound,
    SellingPartnerError,
)
from .marketplaces import Marketplace
from .query import OrderQuery, marketplace_named, order_identifier
from .settings import Settings

__all__ = ["AmazonSellingPartnerBook"]

# Shared by every book of the process: a runtime makes a new book for each request.
_SESSIONS: Final = Sessions()

# Our errors that the kit has a kind for; the others reach Kognitos as they are.
_KIT_ERRORS: Final = {
    CredentialsRejected: AuthenticationFailedError,
    AccessRefused: ForbiddenError,
    OrderNotFound: api.NotFoundError,
    InvalidInput: ValueError,
    InvalidSetting: ValueError,
}


@contextmanager
def _errors_for_kognitos() -> Iterator[None]:
    try:
        yield
    except SellingPartnerError as error:
        kind = _KIT_ERRORS.get(type(error))
        if kind is None:
            raise
        raise kind(str(error)) from error


@book(
    id="amazon_selling_partner",
    name="Amazon Selling Partner",
    icon="data/icon.svg",
    tags=["E-commerce", "Orders"],
)
class AmazonSellingPartnerBook:
    """Amazon Selling Partner connects you to Amazon's marketplace to automate order retrieval and processing. This integration allows you to pull order data from your Amazon seller account and integrate it seamlessly into your workflows.

    Author:
        Kognitos
    """

    def __init__(self, sessions: Optional[Sessions] = None):
        """Make a book without a connection; `sessions` None shares those of the process."""
        self._sessions = sessions or _SESSIONS
        self._settings: Optional[Settings] = None
        self._credentials: Optional[LwaCredentials] = None

    @connect(noun_phrase="lwa credentials", name="Connect using Refresh Token, Client ID and Client Secret")
    def connect(
        self,
        refresh_token: Sensitive[str],
        client_id: str,
        client_secret: Sensitive[str],
        verify: bool = False,
    ) -> None:
        """Connect to Amazon Selling Partner API using LWA OAuth credentials.

        Arguments:
            refresh_token: LWA refresh token from Seller Central
            client_id: LWA client ID (starts with amzn1.application-oa2-client)
            client_secret: LWA client secret
            verify: Whether to prove the credentials with Amazon

        Labels:
            refresh_token: Refresh Token
            client_id: Client ID
            client_secret: Client Secret
        """
        try:
            with _errors_for_kognitos():
                self._settings = Settings.from_environment()
                self._credentials = LwaCredentials.checked(_text(refresh_token), _text(client_id), _text(client_secret))
                if verify:
                    with self._session() as session:
                        session.verify()
        except (AuthenticationFailedError, SellingPartnerError) as error:
            if verify:
                raise api.TestConnectionFailedError(str(error)) from error
            raise

    @procedure("to retrieve (orders)", is_mutation=False)
    def retrieve_orders(
        self,
        marketplace: Marketplace = Marketplace.US,
        createdafter: Optional[str] = None,
        last_updated: Optional[str] = None,
        offset: Optional[int] = None,
        limit: Optional[int] = None,
        filter_expression: Optional[FilterExpression] = None,
    ) -> List[AmazonOrder]:
        """Retrieve orders from Amazon Selling Partner API.

        Without any date, the orders created in the last 30 days are retrieved. When both dates are given, both hold.

        Input Concepts:
            the marketplace: Amazon marketplace (e.g., US, CA, GB)
            the createdafter: Filter orders created after this date (e.g., "2024-11-01T00:00:00Z")
            the last updated: Filter orders last updated after this date (e.g., "2024-11-01T00:00:00Z")

        Output Concepts:
            the orders: List of Order objects

        Example 1:
            Get orders created after a specific date

            >>> retrieve orders from amazon selling partner with
            ...     the marketplace is "US"
            ...     the createdafter is "2024-11-01T00:00:00Z"
            ...     the limit is 100

        Example 2:
            Get orders last updated after a specific date

            >>> retrieve orders from amazon selling partner with
            ...     the marketplace is "US"
            ...     the last updated is "2024-11-01T00:00:00Z"
        """
        with _errors_for_kognitos(), self._session() as session:
            query = OrderQuery.from_step(
                now=self._sessions.clock.now(),
                marketplace=marketplace,
                created_after=createdafter,
                last_updated_after=last_updated,
                offset=offset,
                limit=limit,
            )
            if filter_expression is not None:
                raise InvalidInput("This version cannot filter orders by `whose` yet. Leave the filter out.")
            return session.orders.retrieve_orders(query, session.budget())

    @procedure("to retrieve an (order) from amazon selling partner", is_mutation=False)
    def retrieve_order(self, marketplace: Marketplace, order_id: str) -> AmazonOrder:
        """Retrieve order details from Amazon Selling Partner API.

        Input Concepts:
            the marketplace: Amazon marketplace (e.g., US, CA, GB)
            the order id: The Amazon order identifier (e.g., "123-4567890-1234567")

        Output Concepts:
            the order: Order object with all available information

        Example 1:
            Get a specific order by ID

            >>> retrieve an order from amazon selling partner with
            ...     the marketplace is "US"
            ...     the order id is "902-3159896-1390916"

        Example 2:
            Get order and check status

            >>> retrieve an order from amazon selling partner with
            ...     the marketplace is "US"
            ...     the order id is "902-3159896-1390916"

        Example 3:
            Get order and extract buyer email

            >>> retrieve an order from amazon selling partner with
            ...     the marketplace is "US"
            ...     the order id is "902-3159896-1390916"
        """
        with _errors_for_kognitos(), self._session() as session:
            place = marketplace_named(marketplace)
            return session.orders.retrieve_order(order_identifier(order_id, place), place, session.budget())

    @contextmanager
    def _session(self) -> Iterator[Session]:
        if self._credentials is None or self._settings is None:
            raise CredentialsRejected("This step has no connection to Amazon Selling Partner. Connect first.")
        with self._sessions.session(self._credentials, self._settings) as session:
            yield session


def _text(credential: Union[str, Sensitive[str]]) -> str:
    # Unwrapped once, here: a Sensitive encodes itself as its mask when it is sent.
    return credential.get_value() if isinstance(credential, Sensitive) else credential
