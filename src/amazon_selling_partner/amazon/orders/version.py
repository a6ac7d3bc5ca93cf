"""What each version of Amazon's Orders API must tell: its wire, and what its payloads mean."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from ...concepts import AmazonOrder
from ...marketplaces import Marketplace, Region
from ...query import OrderQuery
from ..client import Call
from ..responses import Content

__all__ = ["LARGEST_PAGE", "OrdersVersion", "Page", "UnreadablePayload", "page_size"]

# A page costs the same quota whatever its size, and Amazon allows no larger one.
LARGEST_PAGE: Final = 100


class Page(NamedTuple):
    """One page.

    Attributes:
        payloads: What `OrdersVersion.read` takes: the order where it is what Amazon documents, else what Amazon sent.
        next_token: The token of the next page, None for the last one.
    """

    payloads: Sequence[Any]
    next_token: str | None


class UnreadablePayload(ValueError):
    """The payload of one order that is not what Amazon documents.

    Attributes:
        order_id: The order's id, or None when it cannot be told.
        fields: Amazon's names of the fields that cannot be read; never their content.
    """

    def __init__(self, order_id: str | None, fields: Sequence[str]) -> None:
        super().__init__(f"{order_id or 'an order without an id'} ({', '.join(fields)})")
        self.order_id = order_id
        self.fields = tuple(fields)


class OrdersVersion(Protocol):
    """One version of the Orders API; `sandbox` turns each into what Amazon's static sandbox answers."""

    # Whether personal data needs a restricted data token.
    restricted: bool
    # How many order ids the list of orders can be asked for at once; 0 where known orders are asked for one by one.
    most_order_ids: int
    # Whether an answer with another order than the one asked for is an error.
    answers_what_was_asked: bool

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the same question so that Amazon can be asked it; what it cannot answer is checked on each order."""

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for the page of a token, or the first one; all else is the same for every page."""

    def page(self, content: Content) -> Page:
        """Return the page in a response; raises UnreadableAnswer when there is none."""

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""

    def order_payload(self, content: Content) -> Any:
        """Return the payload of the one order in a response, None when it is empty."""

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that a payload means; raises UnreadablePayload."""


def page_size(query: OrderQuery) -> int:
    """Return how many orders each page should hold; the same for all pages of one question.

    A page is no larger than what is left to return, unless some of its orders may turn out not to be asked for.
    """
    if query.limit is None or query.checks_orders:
        return LARGEST_PAGE
    return min(LARGEST_PAGE, query.offset + query.limit)
