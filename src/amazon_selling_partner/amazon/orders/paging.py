"""Collects the orders of one question from pages: nothing partial, nothing twice, nothing endless."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from ...concepts import AmazonOrder
from ...errors import InvalidInput, PagingBroken, QuotaExhausted, SellingPartnerError, UnreadableOrders
from ...query import OrderQuery
from ..clock import Budget
from .version import Page, UnreadablePayload

__all__ = ["Fetch", "collected"]

_log = logging.getLogger(__name__)

# Amazon may send an empty page with more behind it. Each costs quota, after the burst a minute or more.
_MOST_EMPTY_PAGES: Final = 10
# An error is read by a person, and a fault of Amazon's may be in every order of a year.
_MOST_NAMED: Final = 20

# Returns the page of a token, or the first one for None.
Fetch = Callable[[str | None], Page]


def collected(
    query: OrderQuery, lists: Iterable[Fetch], read: Callable[[Any], AmazonOrder], budget: Budget
) -> list[AmazonOrder]:
    """Return the orders asked for, each once, list by list in Amazon's order; no page is fetched that is not needed.

    Args:
        query: The question.
        lists: What fetches the pages of each list of orders; one list after the other is read.
        read: Turns a payload into an order, or raises UnreadablePayload.
        budget: Learns how many orders were read.

    Raises:
        UnreadableOrders: Some orders cannot be read; the error names them, or the first ones and how many more.
        PagingBroken: A page token repeats, or too many pages in a row promise more and add nothing.
    """
    collection = _Collection(query, read, budget)
    for fetch in lists:
        _read_pages(fetch, collection, budget)
        if collection.complete:
            break
    return collection.result()


def _read_pages(fetch: Fetch, collection: "_Collection", budget: Budget) -> None:
    tokens: set[str] = set()
    token: str | None = None
    empty_pages = 0
    while True:
        before = budget.orders_read
        try:
            page = fetch(token)
        except SellingPartnerError as error:
            if before and not isinstance(error, QuotaExhausted):
                told = {**error.diagnostics, "orders read before": f"{before:,}"}
                raise error.replaced(diagnostics=told) from error
            raise
        collection.add(page.payloads)
        token = page.next_token
        if collection.complete or not token:
            return
        # Orders move between pages while they are read: a page of none but known ones is as good as empty.
        empty_pages = empty_pages + 1 if budget.orders_read == before else 0
        if token in tokens or empty_pages > _MOST_EMPTY_PAGES:
            raise PagingBroken(
                "Amazon's pages of orders lead nowhere: it promises more and repeats itself. Nothing is returned, "
                "because it would be incomplete. Run the step again, or with a narrower window of dates.",
                {
                    "reason": "repeated page token" if token in tokens else f"{empty_pages} pages without a new order",
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
            {"unreadable orders": tuple(self._named()), "orders read": f"{len(self._seen):,}"},
        )

    def _named(self) -> Iterator[str]:
        yield from map(str, islice(self._unreadable.values(), _MOST_NAMED))
        if len(self._unreadable) > _MOST_NAMED:
            yield f"and {len(self._unreadable) - _MOST_NAMED:,} more"

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
