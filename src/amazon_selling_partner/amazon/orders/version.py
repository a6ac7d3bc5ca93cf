"""The interface of a version of Amazon's Orders API: calls that read pages and orders."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from ...concepts import AmazonOrder
from ...marketplaces import Marketplace, Region
from ...query import OrderQuery
from ...settings import OrdersApi
from ..calls import Call
from ..throttle import UsagePlan

__all__ = ["PAGE_SIZE", "OrdersVersion", "Page", "UnreadableOrder"]

# A page costs the same quota whatever its size, and Amazon allows no larger one.
PAGE_SIZE: Final = 100


class UnreadableOrder(NamedTuple):
    """An order that does not match Amazon's documentation.

    Attributes:
        order_id: The order's id; None if it is not in Amazon's format.
        fields: Amazon's names of the fields that cannot be read, never their content.
    """

    order_id: str | None
    fields: tuple[str, ...]


class Page(NamedTuple):
    """One page of a list of orders.

    Attributes:
        orders: Its orders, in Amazon's order.
        next_token: The token of the next page; None on the last page.
    """

    orders: Sequence[AmazonOrder | UnreadableOrder]
    next_token: str | None


class OrdersVersion(Protocol):
    """One version of the Orders API; `sandbox` has the static sandbox of each.

    Attributes:
        api: V0 or V2026_01_01.
        restricted: Whether personal data needs a restricted data token.
        ids_per_call: How many order ids one call for a page takes; 0 means one call for each order.
        by_id_plan: The usage plan of the operation that retrieves orders by their ids.
        checks_order_id: Whether a response with a different order than the one requested is an error.
    """

    api: OrdersApi
    restricted: bool
    ids_per_call: int
    by_id_plan: UsagePlan
    checks_order_id: bool

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the query with only those conditions that Amazon supports; its filter checks the others."""

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call[Page]:
        """Return the call for the page of a token, or for the first page; only the token differs between pages."""

    def order_call(
        self, order_id: str, marketplace: Marketplace, region: Region
    ) -> Call[AmazonOrder | UnreadableOrder | None]:
        """Return the call for one order; its result is None for an empty payload, with which v0 says "not found"."""
