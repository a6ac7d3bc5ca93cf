"""Retrieves orders, by the way that is common to the versions of Amazon's Orders API."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from ...concepts import AmazonOrder
from ...errors import AccessRefused, Facts, OrderNotFound, RequestRefused, UnreadableAnswer, UnreadableOrders
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import OrderQuery
from ..client import Call, SellingPartnerClient
from ..clock import Budget
from ..responses import Content
from ..restricted_data import RestrictedDataTokens
from .paging import Fetch, collected
from .version import OrdersVersion, Page, UnreadablePayload

__all__ = ["Orders"]

T = TypeVar("T")


class Orders:
    """Answers questions about orders with one version of the Orders API."""

    def __init__(
        self, version: OrdersVersion, client: SellingPartnerClient, restricted_data: RestrictedDataTokens
    ) -> None:
        self._version = version
        self._client = client
        self._restricted_data = restricted_data

    def retrieve_orders(self, query: OrderQuery, budget: Budget) -> list[AmazonOrder]:
        """Return the orders asked for, complete, each once.

        Raises:
            OperationRemoved: Amazon no longer has this version, or stopped having it between two pages.
            SellingPartnerError: See `SellingPartnerClient.call` and `paging.collected`; then nothing is returned.
        """
        query = self._version.adapted(query)
        if query.needs_no_call:
            return []

        def in_region(region: Region) -> list[AmazonOrder]:
            return collected(query, self._lists(query, region, budget), self._version.read, budget)

        with self._client.secrets.kept_from_errors():
            return _in_first_open_region(query.marketplace, in_region)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order.

        Raises:
            OrderNotFound: Amazon does not know it.
            OperationRemoved: Amazon no longer has this version.
            UnreadableOrders: It cannot be read.
            UnreadableAnswer: Amazon answered with another order.
            SellingPartnerError: See `SellingPartnerClient.call`.
        """
        with self._client.secrets.kept_from_errors():
            return _in_first_open_region(marketplace, lambda region: self._order(order_id, marketplace, region, budget))

    def _lists(self, query: OrderQuery, region: Region, budget: Budget) -> Iterator[Fetch]:
        """Yield what fetches the pages of each list that together hold the orders asked for."""
        order_ids, most = query.order_ids, self._version.most_order_ids
        if order_ids is None:
            yield partial(self._page, query, region, budget)
        elif most:
            for start in range(0, len(order_ids), most):
                some = replace(query, order_ids=order_ids[start : start + most])
                yield partial(self._page, some, region, budget)
        else:
            for order_id in order_ids:
                yield partial(self._page_of_one, order_id, query.marketplace, region, budget)

    def _page(self, query: OrderQuery, region: Region, budget: Budget, token: str | None) -> Page:
        return self._version.page(self._sent(self._version.page_call(query, region, token), budget))

    def _page_of_one(
        self, order_id: str, marketplace: Marketplace, region: Region, budget: Budget, _: str | None
    ) -> Page:
        """Return a known order as a page of its own, without any when Amazon does not know it."""
        payload, _told = self._payload(order_id, marketplace, region, budget)
        return Page([] if payload is None else [payload], None)

    def _order(self, order_id: str, marketplace: Marketplace, region: Region, budget: Budget) -> AmazonOrder:
        payload, told = self._payload(order_id, marketplace, region, budget)
        if payload is None:
            raise _not_found(order_id, marketplace, told.facts)
        try:
            return self._version.read(payload)
        except UnreadablePayload as unreadable:
            raise UnreadableOrders(
                "Amazon returned the order in a form that cannot be read. Report the fields named below.",
                {"unreadable orders": str(unreadable)},
                facts=told.facts,
            ) from unreadable

    def _payload(
        self, order_id: str, marketplace: Marketplace, region: Region, budget: Budget
    ) -> tuple[Any | None, Content | RequestRefused]:
        """Return the payload of an order, None when Amazon does not know it, and what tells the facts of the answer."""
        call = self._version.order_call(order_id, marketplace, region)
        try:
            content = self._sent(call, budget)
        except RequestRefused as refusal:
            # A call may need a token, whose own call may be refused as well: that says nothing of the order.
            if (refusal.facts.operation, refusal.facts.status) != (call.plan.operation, 404):
                raise
            return None, refusal
        payload = self._version.order_payload(content)
        if payload is not None and self._version.answers_what_was_asked:
            self._refuse_another(order_id, payload, content)
        return payload, content

    def _refuse_another(self, order_id: str, payload: Any, content: Content) -> None:
        try:
            found = self._version.read(payload).amazon_order_id
        except UnreadablePayload:
            return  # whoever reads the payload tells that
        if found != order_id:
            raise UnreadableAnswer(
                "Amazon answered with another order than the one that was asked for. Run the step again in some "
                "minutes; if that does not help, report it with both order ids and the request id.",
                {"order id asked for": order_id, "order id answered": found},
                facts=content.facts,
            )

    def _sent(self, call: Call, budget: Budget) -> Content:
        if not self._version.restricted:
            return self._client.call(call, budget)
        tokens = self._restricted_data.source(call.marketplace, call.region, call.path)
        try:
            return self._client.call(call, budget, tokens)
        except AccessRefused:
            self._restricted_data.forget_refusals(call.region)
            raise


def _in_first_open_region(marketplace: Marketplace, attempt: Callable[[Region], T]) -> T:
    """Return what an attempt returns in the first of the marketplace's regions that is open to the credentials."""
    facts = MARKETPLACES[marketplace]
    region = facts.region
    for next_region in facts.further_regions:
        try:
            return attempt(region)
        except AccessRefused:
            region = next_region
    return attempt(region)


def _not_found(order_id: str, marketplace: Marketplace, facts: Facts) -> OrderNotFound:
    return OrderNotFound(
        "Amazon does not know this order in the region of the marketplace. Check the order id in Seller Central, "
        "and that the marketplace is the one where it was placed.",
        {"order id": order_id, "marketplace": marketplace.value},
        facts=facts,
    )
