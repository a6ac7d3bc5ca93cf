"""Retrieves orders with one version of the Orders API."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Protocol, TypeVar

from ... import messages
from ...concepts import AmazonOrder
from ...errors import (
    AccessRefused,
    AmazonUnavailable,
    OrderNotFound,
    PagingBroken,
    QuotaExhausted,
    RequestRefused,
    UnreadableAnswer,
    UnreadableOrders,
)
from ...inputs import order_id_in
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import OrderQuery
from ..calls import Call
from ..client import Result, SellingPartnerClient
from ..clock import Budget
from ..personal_data import PersonalData
from ..restricted_data import RestrictedDataTokens
from .retrieval import Fetch, Retrieval
from .version import OrdersVersion, Page, UnreadableOrder

__all__ = ["OrdersReader"]

_log = logging.getLogger(__name__)

T = TypeVar("T")


class _Caller(Protocol):
    """The client, or the personal data of one retrieval."""

    def call(self, call: Call[T], budget: Budget) -> Result[T]:
        """Return the result of a call."""


class OrdersReader:
    """Retrieves orders with one version of the Orders API.

    Args:
        version: The version.
        client: Makes the calls.
        restricted_data: The tokens for personal data on v0.
        keep: Keeps a retrieval for a later step to continue.
    """

    def __init__(
        self,
        version: OrdersVersion,
        client: SellingPartnerClient,
        restricted_data: RestrictedDataTokens,
        keep: Callable[[Retrieval], None],
    ) -> None:
        self._version = version
        self._client = client
        self._restricted_data = restricted_data
        self._keep = keep

    def retrieve_orders(self, query: OrderQuery, budget: Budget, earlier: Retrieval | None = None) -> list[AmazonOrder]:
        """Return the orders of a query, complete and each once; `earlier` is a retrieval to continue.

        Raises:
            OperationRemoved: Amazon has removed this version, perhaps between two pages.
            SellingPartnerError: See `Retrieval.slice`; then nothing is returned.
        """
        budget.api = self._version.api.value
        query = self._version.adapted(query)
        if earlier is not None and earlier.api is self._version.api:
            try:
                return self._slice(earlier, query, budget)
            except (RequestRefused, PagingBroken) as error:
                _log.info("The list cannot be resumed, so it is read from the start: %s", error)

        def in_region(region: Region) -> list[AmazonOrder]:
            self._refuse_too_many_ids(query, region, budget)
            retrieval = Retrieval(query, self._version.api, self._lists(query, region))
            return self._slice(retrieval, query, budget)

        return _in_first_open_region(query.marketplace, in_region)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order.

        Raises:
            OrderNotFound: Amazon has no such order.
            OperationRemoved: Amazon has removed this version.
            UnreadableOrders: The order cannot be read.
            UnreadableAnswer: Amazon returned a different order.
            SellingPartnerError: See `SellingPartnerClient.call`.
        """
        budget.api = self._version.api.value

        def in_region(region: Region) -> AmazonOrder:
            call = self._version.order_call(order_id, marketplace, region)
            result = self._order(order_id, call, self._caller(call), budget)
            if isinstance(result.content, UnreadableOrder):
                fields = {"order id": order_id, "unreadable fields": result.content.fields}
                raise UnreadableOrders(messages.UNREADABLE_ORDER, fields, answer=result.answer)
            return result.content

        return _in_first_open_region(marketplace, in_region)

    def _slice(self, retrieval: Retrieval, query: OrderQuery, budget: Budget) -> list[AmazonOrder]:
        try:
            orders = retrieval.slice(query.offset, query.limit, budget)
        except (QuotaExhausted, AmazonUnavailable, UnreadableAnswer):
            # So that no page has to be read again.
            self._keep(retrieval)
            raise
        except UnreadableOrders:
            if query.limit is not None:
                self._keep(retrieval)
            raise
        if query.limit is not None:
            self._keep(retrieval)
        return orders

    def _lists(self, query: OrderQuery, region: Region) -> Iterator[Fetch]:
        """Yield a function that fetches pages for each of the lists that make up the query."""
        version, ids = self._version, query.order_ids
        if ids is not None and not version.ids_per_call:
            for order_id in ids:
                yield partial(self._page_of_one, order_id, query.marketplace, region)
            return
        # One caller for all lists, so that all orders have the same personal data.
        caller = self._caller(version.page_call(query, region, None))
        for batch in [None] if ids is None else _batches(ids, version.ids_per_call):
            yield partial(self._page, replace(query, order_ids=batch), region, caller)

    def _page(self, query: OrderQuery, region: Region, caller: _Caller, token: str | None, budget: Budget) -> Page:
        return caller.call(self._version.page_call(query, region, token), budget).content

    def _page_of_one(
        self, order_id: str, marketplace: Marketplace, region: Region, _: str | None, budget: Budget
    ) -> Page:
        """Return a page with one order, or an empty page if Amazon has no such order."""
        call = self._version.order_call(order_id, marketplace, region)
        try:
            # No version that requests orders one by one needs restricted data tokens.
            return Page([self._order(order_id, call, self._client, budget).content], None)
        except OrderNotFound:
            return Page([], None)

    def _order(
        self,
        order_id: str,
        call: Call[AmazonOrder | UnreadableOrder | None],
        caller: _Caller,
        budget: Budget,
    ) -> Result[AmazonOrder | UnreadableOrder]:
        """Return one order; raises OrderNotFound for a 404 and for a response without an order."""
        requested = {"order id": order_id, "marketplace": call.marketplace.value}
        try:
            order, answer = caller.call(call, budget)
        except RequestRefused as refusal:
            # A 404 of the Tokens API says nothing about the order.
            if (refusal.answer.operation, refusal.answer.status) != (call.plan.operation, 404):
                raise
            raise OrderNotFound(messages.ORDER_NOT_FOUND, requested, answer=refusal.answer) from refusal
        if order is None:
            raise OrderNotFound(messages.ORDER_NOT_FOUND, requested, answer=answer)
        returned_id = order.order_id if isinstance(order, UnreadableOrder) else order.amazon_order_id
        if self._version.checks_order_id and returned_id not in {None, order_id}:
            both = {"order id requested": order_id, "order id returned": order_id_in(returned_id)}
            raise UnreadableAnswer(messages.ANOTHER_ORDER, both, answer=answer)
        return Result(order, answer)

    def _caller(self, call: Call[T]) -> _Caller:
        if not self._version.restricted:
            return self._client
        return PersonalData(self._restricted_data, call)

    def _refuse_too_many_ids(self, query: OrderQuery, region: Region, budget: Budget) -> None:
        """Raise QuotaExhausted if orders by id need more calls than the step has time for."""
        if query.order_ids is None:
            return
        count, batch = len(query.order_ids), max(self._version.ids_per_call, 1)
        needed = count if query.limit is None else min(count, query.offset + query.limit)
        calls = self._client.calls_within(self._version.by_id_plan, region, budget)
        # If there is no call left, the first call raises QuotaExhausted and says when to come back.
        if 0 < calls < ceil(needed / batch):
            raise QuotaExhausted(messages.TOO_MANY_IDS, {"ids": count, "ids that fit now": calls * batch})


def _batches(ids: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(ids[start : start + size]) for start in range(0, len(ids), size))


def _in_first_open_region(marketplace: Marketplace, attempt: Callable[[Region], T]) -> T:
    """Return what `attempt` returns for the first region of a marketplace to which Amazon does not deny access."""
    facts = MARKETPLACES[marketplace]
    region = facts.region
    for next_region in facts.further_regions:
        try:
            return attempt(region)
        except AccessRefused:
            region = next_region
    return attempt(region)
