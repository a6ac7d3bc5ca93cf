"""The book: one connection and two procedures. It only translates arguments and errors.

The kit reads annotations as objects, so this module must not import annotations from __future__.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, List, Optional, Union

from kognitos.bdk import api
from kognitos.bdk.api import FilterExpression, Sensitive
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError
from kognitos.bdk.decorators import book, connect, procedure, search_hint

from . import messages
from .amazon.credentials import LwaCredentials
from .concepts import AmazonOrder
from .errors import (
    AccessRefused,
    CredentialsRejected,
    InvalidInput,
    InvalidSetting,
    OrderNotFound,
    SellingPartnerError,
)
from .inputs import marketplace_named, order_identifier
from .marketplaces import Marketplace
from .query import OrderQuery
from .settings import Settings

if TYPE_CHECKING:
    from .amazon.sessions import Session, Sessions

__all__ = ["AmazonSellingPartnerBook"]


def _shared_sessions() -> "Sessions":
    """Return the sessions of the process, because a runtime creates a new book for each request.

    The import waits for the first book: it pulls in httpx, which takes half as long to import as everything needed to
    describe the book. Amazon's payload models are imported later still, see `sessions`.
    """
    from .amazon.sessions import SHARED  # pylint: disable=import-outside-toplevel # see the docstring

    return SHARED


# The kit's equivalents; all other errors reach Kognitos unchanged.
_KIT_ERRORS: Final = (
    (CredentialsRejected, AuthenticationFailedError),
    (AccessRefused, ForbiddenError),
    (OrderNotFound, api.NotFoundError),
    (InvalidInput, ValueError),
    (InvalidSetting, ValueError),
)


@contextmanager
def _errors_for_kognitos() -> Iterator[None]:
    try:
        yield
    except SellingPartnerError as error:
        for kind, kit_kind in _KIT_ERRORS:
            if isinstance(error, kind):
                raise kit_kind(str(error)) from error
        raise


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

    def __init__(self, sessions: Optional["Sessions"] = None):
        """Create a book without a connection; `sessions` defaults to those of the process."""
        self._sessions = sessions or _shared_sessions()
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
            verify: Whether to check the credentials with Amazon

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
                    self._session().verify()
        except (AuthenticationFailedError, SellingPartnerError) as error:
            if verify:
                raise api.TestConnectionFailedError(str(error)) from error
            raise

    @procedure("to retrieve (orders)", is_mutation=False)
    @search_hint("get orders")
    @search_hint("list orders")
    @search_hint("find orders")
    @search_hint("look up orders")
    @search_hint("orders by order status")
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

        Without any date, the orders created in the last 30 days are retrieved. When both dates are given, both apply. Dates are in ISO 8601; without a time zone they are in UTC, and a date alone is the first moment of its day.

        **Limit and offset.** Orders come in Amazon's order, oldest first. `the limit is 100` retrieves at most 100 orders, the oldest ones, and `the offset is 100` skips the first 100. Both count the orders that match the filter.

        **Filters.** A filter with `whose` can compare every attribute of an order and of its parts, as in `whose shipping address's city is "Boise"`, and applies in addition to the inputs. The comparisons are `is`, `is one of`, `is greater than` or `is after`, `is less than` or `is before`, `is at least`, `is at most`, and `has` for a value in a list or for a part of a text; `is not`, `is not one of` and `does not have` are opposites. `and whose` binds closer than `or whose`. Text comparisons ignore case. An attribute that an order lacks is None: `is None` matches it, and so does every opposite with a value; no other comparison with a value does. A date alone is its whole day in UTC: `whose purchase date is "2024-11-01"` matches every moment of that day, `is after` begins with the next day, and `is at most` includes the day itself. A purchase date or last update date in the filter replaces the 30 days. A filter that names the orders by their amazon order ids needs no date, and leaves out orders that do not exist or that were placed in another marketplace. Amazon itself applies filters on these two dates, the order status, the fulfillment channel and the amazon order id, which saves quota. All others are checked on the orders that Amazon returns.

        **Values.** The order statuses are PendingAvailability, Pending, Unshipped, PartiallyShipped, Shipped, InvoiceUnconfirmed, Canceled and Unfulfillable; the fulfillment channels are MFN, fulfilled by the merchant, and AFN, fulfilled by Amazon. An order total has a currency code and an amount. Each payment execution detail has a payment, with a currency code and an amount, a payment method, an acquirer id, a card brand and an authorization code. A buyer tax info has a company legal name, a taxing region, and tax classifications, each with a name and a value. Amounts are text that compares as a number. Order items and their SKUs are not part of an order.

        **Later.** When Amazon removes Orders API v0, which is planned for 2027-03-27, these attributes become empty: order channel, ship service level, is global express enabled, is sold by ab, default ship from location address, fulfillment instruction, automated shipping settings, and the buyer info's buyer county.

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

        Example 3:
            Get the Prime orders that are still to be shipped

            >>> retrieve orders from amazon selling partner whose order status is "Unshipped" and whose is prime is true

        Example 4:
            Get orders of more than a certain amount

            >>> retrieve orders from amazon selling partner whose order total's amount is greater than 100

        Example 5:
            Get orders by their ids

            >>> retrieve orders from amazon selling partner whose amazon order id is one of "902-3159896-1390916", "111-0000001-0000001"
        """
        with _errors_for_kognitos():
            session = self._session()
            query = OrderQuery.from_step(
                now=self._sessions.clock.now(),
                marketplace=marketplace,
                created_after=createdafter,
                last_updated_after=last_updated,
                offset=offset,
                limit=limit,
            )
            if filter_expression is not None:
                from .filters import narrowed  # pylint: disable=import-outside-toplevel # most steps have no filter

                query = narrowed(query, filter_expression)
            return session.retrieve_orders(query)

    @procedure("to retrieve an (order) from amazon selling partner", is_mutation=False)
    @search_hint("get an order")
    @search_hint("find an order")
    @search_hint("look up an order")
    @search_hint("order status")
    def retrieve_order(self, marketplace: Marketplace, order_id: str) -> AmazonOrder:
        """Retrieve order details from Amazon Selling Partner API.

        An order is also retrieved when it was placed in another marketplace of the same region. The next step can use its attributes: `the order's order status` is its status, and `the order's buyer info's buyer email` is the buyer's email address, if Amazon discloses it to the app. The values and parts of attributes, and those that become empty later, are described under the procedure that retrieves orders.

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
        with _errors_for_kognitos():
            session = self._session()
            marketplace = marketplace_named(marketplace)
            return session.retrieve_order(order_identifier(order_id, marketplace), marketplace)

    def _session(self) -> "Session":
        if self._credentials is None or self._settings is None:
            raise CredentialsRejected(messages.NOT_CONNECTED)
        return self._sessions.get(self._credentials, self._settings)


def _text(credential: Union[str, Sensitive[str], None]) -> Optional[str]:
    # A Sensitive that is sent encodes its mask instead of its value.
    return credential.get_value() if isinstance(credential, Sensitive) else credential
