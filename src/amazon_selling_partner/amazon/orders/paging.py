"""Collects the orders of one question from pages: nothing partial, nothing twice, nothing endless."""

import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from ...concepts import AmazonOrder
from ...errors import InvalidInput, PagingBroken, QuotaExhausted, SellingPartnerError, UnreadableOrders
from ...query import OrderQuery
from ..clock import Budget

__all__ = ["LARGEST_PAGE", "Page", "UnreadablePayload", "collected", "page_size"]

_log = logging.getLogger(__name__)

# A page costs the same quota whatever its size, and Amazon allows no larger one.
LARGEST_PAGE: Final = 100


class Page(NamedTuple):
    """One page as Amazon sent it: the payload of each order, and the token of the next page or None."""

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


def page_size(query: OrderQuery) -> int:
    """Return how many orders each page should hold; the same for all pages of one question.

    A page is no larger than what is left to return, unless some of its orders may turn out not to be asked for.
    """
    if query.limit is None or query.checks_orders:
        return LARGEST_PAGE
    return min(LARGEST_PAGE, query.offset + query.limit)


def collected(
    query: OrderQuery, fetch: Callable[[str | None], Page], read: Callable[[Any], AmazonOrder], budget: Budget
) -> list[AmazonOrder]:
    """Return the orders asked for, each once, in Amazon's order; no page is fetched that is not needed.

    Args:
        query: The question.
        fetch: Returns the page of a token, or the first one for None.
        read: Turns a payload into an order, or raises UnreadablePayload.
        budget: Learns how many orders were read.

    Raises:
        UnreadableOrders: Some orders cannot be read; the error names every one of them.
        PagingBroken: A page token repeats, or a page promises more and adds nothing.
    """
    collection = _Collection(query, read, budget)
    tokens: set[str] = set()
    token: str | None = None
    while True:
        before = budget.orders_read
        try:
            page = fetch(token)
        except SellingPartnerError as error:
            if before and not isinstance(error, QuotaExhausted):
                error.diagnostics = {**error.diagnostics, "orders read before": f"{before:,}"}
            raise
        collection.add(page.payloads)
        token = page.next_token
        if collection.complete or not token:
            return collection.result()
        if token in tokens or budget.orders_read == before:
            raise PagingBroken(
                "Amazon's pages of orders lead nowhere: it promises more and repeats itself. Nothing is returned, "
                "because it would be incomplete. Run the step again, or with a narrower window of dates.",
                {
                    "reason": "repeated page token" if token in tokens else "a page without any new order",
                    "orders read before": f"{before:,}",
                },
            )
        tokens.add(token)
        _log.debug("Page %d read, %s orders so far, more to come.", len(tokens), f"{budget.orders_read:,}")


class _Collection:
    """The orders found so far."""

    def __init__(self, query: OrderQuery, read: Callable[[Any], AmazonOrder], budget: Budget) -> None:
        self._query = query
        self._read = read
        self._budget = budget
        self._seen: set[str] = set()
        self._found: list[AmazonOrder] = []
        self._unreadable: dict[str, UnreadablePayload] = {}
        self._wanted = None if query.limit is None else query.offset + query.limit

    @property
    def complete(self) -> bool:
        """Whether the limit is reached; an order that cannot be read counts, as it might be one of those."""
        return self._wanted is not None and len(self._found) + len(self._unreadable) >= self._wanted

    def add(self, payloads: Sequence[Any]) -> None:
        """Take in the orders of one page that are new and asked for, up to the limit."""
        for payload in payloads:
            if self.complete:
                return
            try:
                self._add(self._read(payload))
            except UnreadablePayload as unreadable:
                # One without an id cannot be known again, so each such order stands for itself.
                key = unreadable.order_id or f"the {len(self._unreadable)}th of these"
                if key not in self._seen and key not in self._unreadable:
                    self._budget.orders_read += 1
                self._unreadable[key] = unreadable

    def result(self) -> list[AmazonOrder]:
        """Return the orders between offset and limit."""
        if not self._unreadable:
            return self._found[self._query.offset :]
        raise UnreadableOrders(
            "Amazon returned orders that cannot be read. Nothing is returned, because it would be incomplete. Leave "
            "them out by a narrower window of dates, and report the fields named below.",
            {
                "unreadable orders": tuple(map(str, self._unreadable.values())),
                "orders read": f"{len(self._seen):,}",
            },
        )

    def _add(self, order: AmazonOrder) -> None:
        if order.amazon_order_id in self._seen:
            return
        self._seen.add(order.amazon_order_id)
        self._budget.orders_read += 1
        try:
            asked_for = self._query.holds(order)
        except InvalidInput as error:
            raise UnreadablePayload(order.amazon_order_id, ["a value to be compared"]) from error
        if asked_for:
            self._found.append(order)
