"""Reads the orders of one question page by page: nothing partial, nothing twice, nothing endless.

A retrieval can stop after any slice and go on later: it keeps the token of the next page, and the orders that were
read but not returned yet.
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

# Amazon may send an empty page with more behind it. Each costs quota, after the burst a minute or more.
_MAX_EMPTY_PAGES: Final = 10
# An error is read by a person, and a fault of Amazon's may be in every order of a year.
_MAX_NAMED: Final = 20

# Returns the page of a token, or the first page for None.
Fetch = Callable[[str | None, Budget], Page]


class Retrieval:
    """The orders of one question, slice by slice; one thread at a time.

    Args:
        query: The question.
        api: The version of the Orders API that answers.
        lists: Fetch the pages of each list of orders; one list after the other is read.

    Attributes:
        query, api: As above.
        place: How many matching orders were returned or skipped.
        interrupted: The offset and limit of a first slice that failed, so that nothing was returned yet.
        advanced_at: When a page was read or orders were returned, by the clock; minus infinity before the first page.
    """

    def __init__(self, query: OrderQuery, api: OrdersApi, lists: Iterable[Fetch]) -> None:
        self.query = query
        self.api = api
        self.place = 0
        self.interrupted: tuple[int, int | None] | None = None
        self.advanced_at = float("-inf")
        self._pages = _Pages(lists)
        # By order id, in Amazon's order, until the slice that passes them; None for an order that does not match.
        self._pending: dict[object, AmazonOrder | UnreadableOrder | None] = {}
        self._ready = 0
        self._seen: set[object] = set()
        self._returned: set[object] = set()
        self._elsewhere: dict[str, Marketplace] = {}

    def slice(self, offset: int, limit: int | None, budget: Budget) -> list[AmazonOrder]:
        """Return the next matching orders: those from `offset` on, at most `limit`; no page is fetched too many.

        Of an order that changed while it was read, the version read last counts, at its first place. After
        QuotaExhausted and AmazonUnavailable, the same call goes on where it stopped.

        Raises:
            UnreadableOrders: Some of these orders cannot be read.
            PagingBroken: The pages lead nowhere.
            SellingPartnerError: See `SellingPartnerClient.call`.
        """
        self.interrupted = (offset, limit) if self.place == 0 else None
        budget.orders_read = len(self._pending)
        skipped = offset - self.place
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
        news = 0
        for order in page.orders:
            key = _key(order)
            if key in self._returned:
                continue
            if key not in self._seen:
                self._seen.add(key)
                news += 1
            judged = self._judged(order)
            self._ready += (judged is not None) - (self._pending.get(key) is not None)
            self._pending[key] = judged
        budget.orders_read += news
        self._pages.turn(page, news, budget)

    def _judged(self, order: AmazonOrder | UnreadableOrder) -> AmazonOrder | UnreadableOrder | None:
        """Return an order that matches, or that cannot be read, since it might match; None for any other."""
        if isinstance(order, UnreadableOrder):
            return order
        if self.query.order_ids is not None and (place := self.query.placed_elsewhere(order)):
            self._elsewhere[order.amazon_order_id] = place
        try:
            return order if self.query.matches(order) else None
        except InvalidInput:
            return UnreadableOrder(order.amazon_order_id, ("a value that the filter compares",))

    def _take(self, count: int | None) -> list[AmazonOrder | UnreadableOrder]:
        """Remove the first `count` matching orders from the pending ones, and return them; None removes all."""
        taken: list[AmazonOrder | UnreadableOrder] = []
        for key in list(self._pending):
            if count is not None and len(taken) >= count:
                break
            order = self._pending.pop(key)
            if order is not None:
                taken.append(order)
                self._returned.add(key)
        self._ready -= len(taken)
        self.place += len(taken)
        return taken

    def _log_elsewhere(self) -> None:
        for marketplace, count in Counter(self._elsewhere.values()).items():
            _log.info("%d of the known orders left out: they were placed in %s.", count, marketplace.value)
        self._elsewhere.clear()


class _Pages:
    """The pages of some lists, one after the other; a page that fails can be fetched again."""

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

    def turn(self, page: Page, news: int, budget: Budget) -> None:
        """Go on behind a page with so many new orders.

        Raises:
            PagingBroken: Its token was there before, or too many pages in a row brought nothing new.
        """
        token = page.next_token
        if not token:
            self._lists.popleft()
            self._token, self._tokens, self._empty = None, set(), 0
            return
        # Orders move between pages while they are read, so a page of known orders is as good as empty.
        self._empty = 0 if news else self._empty + 1
        if token in self._tokens or self._empty > _MAX_EMPTY_PAGES:
            reason = "a page token came twice" if token in self._tokens else "too many pages without a new order"
            raise PagingBroken(messages.PAGING_BROKEN, {"reason": reason, "orders read so far": budget.orders_read})
        self._tokens.add(token)
        self._token = token
        budget.listener.page_read(budget.pages_read, budget.orders_read)


def _key(order: AmazonOrder | UnreadableOrder) -> object:
    if isinstance(order, UnreadableOrder):
        # One without an id cannot be known again.
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
