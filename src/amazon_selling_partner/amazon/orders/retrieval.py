"""Reads the orders of a query page by page: nothing partial, nothing twice, nothing endless.

A retrieval can stop after any slice and continue later: it keeps the token of the next page, and the orders that were
read but not yet returned.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable
from typing import Final

from ... import messages
from ...concepts import AmazonOrder
from ...errors import InvalidInput, PagingBroken, QuotaExhausted, SellingPartnerError, UnreadableOrders
from ...marketplaces import Marketplace
from ...query import OrderQuery
from ...settings import OrdersApi
from ..clock import Budget
from .version import Page, UnreadableOrder

__all__ = ["Fetch", "Retrieval"]

_log = logging.getLogger(__name__)

# Amazon may send an empty page that is not the last one. Each page costs quota, and a minute or more after the burst.
_MAX_EMPTY_PAGES: Final = 10
# Keeps an error readable when Amazon's fault is in every order.
_MAX_NAMED: Final = 20

# Returns the page of a token, or the first page for None.
Fetch = Callable[[str | None, Budget], Page]


class Retrieval:
    """The orders of a query, slice by slice; not thread-safe.

    Args:
        query: The query.
        api: The version of the Orders API to use.
        lists: Functions that fetch the pages of each list; the lists are read one after the other.

    Attributes:
        query, api: As above.
        position: How many matching orders were returned or skipped.
        interrupted: The offset and limit of the first slice if it failed before anything was returned.
        advanced_at: When a page was last read or orders were last returned, by the clock; initially minus infinity.
    """

    def __init__(self, query: OrderQuery, api: OrdersApi, lists: Iterable[Fetch]) -> None:
        self.query = query
        self.api = api
        self.position = 0
        self.interrupted: tuple[int, int | None] | None = None
        self.advanced_at = float("-inf")
        self._pages = _Pages(lists)
        # Orders read and not yet returned, by id, in Amazon's order; None for an order that does not match.
        self._pending: dict[object, AmazonOrder | UnreadableOrder | None] = {}
        # How many of them match.
        self._ready = 0
        self._returned: set[object] = set()
        self._elsewhere: dict[str, Marketplace] = {}

    def slice(self, offset: int, limit: int | None, budget: Budget) -> list[AmazonOrder]:
        """Return the matching orders from `offset` on, at most `limit`, without fetching more pages than needed.

        If an order comes twice, the last version counts, in the first position. After QuotaExhausted and
        AmazonUnavailable, the same call continues where it stopped.

        Raises:
            UnreadableOrders: Some of these orders cannot be read.
            PagingBroken: The pages repeat or do not end.
            SellingPartnerError: See `SellingPartnerClient.call`.
        """
        self.interrupted = (offset, limit) if self.position == 0 else None
        budget.orders_read = len(self._pending)
        skipped = offset - self.position
        wanted = None if limit is None else skipped + limit
        while not self._pages.finished and (wanted is None or self._ready < wanted):
            self._add(self._pages.fetch(budget), budget)
            self.advanced_at = budget.clock.monotonic()
        self.interrupted = None
        if self._pages.finished:
            self._log_elsewhere()
        taken = self._take(wanted)
        if taken:
            self.advanced_at = budget.clock.monotonic()
        return _readable(taken[skipped:], budget)

    def _add(self, page: Page, budget: Budget) -> None:
        new = 0
        for order in page.orders:
            key = _key(order)
            if key in self._returned:
                continue
            new += key not in self._pending
            match = self._match(order)
            self._ready += (match is not None) - (self._pending.get(key) is not None)
            self._pending[key] = match
        budget.orders_read += new
        self._pages.turn(page, new, budget)

    def _match(self, order: AmazonOrder | UnreadableOrder) -> AmazonOrder | UnreadableOrder | None:
        """Return an order that matches, or that cannot be read and so might match; None for any other."""
        if isinstance(order, UnreadableOrder):
            return order
        if self.query.order_ids is not None and (marketplace := self.query.placed_elsewhere(order)):
            self._elsewhere[order.amazon_order_id] = marketplace
        try:
            return order if self.query.matches(order) else None
        except InvalidInput:
            return UnreadableOrder(order.amazon_order_id, ("a value that the filter compares",))

    def _take(self, count: int | None) -> list[AmazonOrder | UnreadableOrder]:
        """Remove the first `count` matching orders from the pending ones and return them; None means all."""
        taken: list[AmazonOrder | UnreadableOrder] = []
        for key in list(self._pending):
            if count is not None and len(taken) >= count:
                break
            order = self._pending.pop(key)
            if order is not None:
                taken.append(order)
                if not self._pages.finished:
                    self._returned.add(key)
        self._ready -= len(taken)
        self.position += len(taken)
        return taken

    def _log_elsewhere(self) -> None:
        for marketplace, count in Counter(self._elsewhere.values()).items():
            _log.info("%d of the known orders left out: they were placed in %s.", count, marketplace.value)
        self._elsewhere.clear()


class _Pages:
    """The pages of several lists, one after the other; a page that fails can be fetched again."""

    def __init__(self, lists: Iterable[Fetch]) -> None:
        self._lists = deque(lists)
        self._token: str | None = None
        self._tokens: set[str] = set()
        self._empty = 0

    @property
    def finished(self) -> bool:
        """Whether the last page was read."""
        return not self._lists

    def fetch(self, budget: Budget) -> Page:
        """Return the next page."""
        try:
            page = self._lists[0](self._token, budget)
        except SellingPartnerError as error:
            if budget.orders_read and not isinstance(error, QuotaExhausted):
                error.diagnostics["orders read so far"] = budget.orders_read
            raise
        budget.pages_read += 1
        return page

    def turn(self, page: Page, new: int, budget: Budget) -> None:
        """Advance past a page with this number of new orders.

        Raises:
            PagingBroken: Its token came before, or too many pages in a row had no new orders.
        """
        token = page.next_token
        if not token:
            self._lists.popleft()
            self._token, self._tokens, self._empty = None, set(), 0
            return
        # Orders may move between pages while they are read, so a page without new orders counts as empty.
        self._empty = 0 if new else self._empty + 1
        if token in self._tokens or self._empty > _MAX_EMPTY_PAGES:
            reason = "a page token came twice" if token in self._tokens else "too many pages without a new order"
            raise PagingBroken(messages.PAGING_BROKEN, {"reason": reason, "orders read so far": budget.orders_read})
        self._tokens.add(token)
        self._token = token
        budget.listener.page_read(budget.pages_read, budget.orders_read)


def _key(order: AmazonOrder | UnreadableOrder) -> object:
    if isinstance(order, UnreadableOrder):
        # Without an id, it cannot be recognized in another page.
        return order.order_id or object()
    return order.amazon_order_id


def _readable(orders: list[AmazonOrder | UnreadableOrder], budget: Budget) -> list[AmazonOrder]:
    unreadable = [order for order in orders if isinstance(order, UnreadableOrder)]
    if not unreadable:
        return [order for order in orders if isinstance(order, AmazonOrder)]
    named = [f"{order.order_id or 'an order without an id'} ({', '.join(order.fields)})" for order in unreadable]
    if len(named) > _MAX_NAMED:
        named[_MAX_NAMED:] = [f"and {len(named) - _MAX_NAMED:,} more"]
    raise UnreadableOrders(
        messages.UNREADABLE_ORDERS, {"unreadable orders": tuple(named), "orders read so far": budget.orders_read}
    )
