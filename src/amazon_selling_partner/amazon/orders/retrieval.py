"""Retrieves orders: what each version of Amazon's Orders API must tell, and the way that is common to them."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from ...concepts import AmazonOrder
from ...errors import AccessRefused, OperationRemoved, OrderNotFound, RequestRefused, UnreadableOrders
from ...marketplaces import MARKETPLACES, SANDBOX_REGIONS, Marketplace, Region
from ...query import OrderQuery
from ..client import Call, SellingPartnerClient, TokenSource
from ..clock import Budget
from ..responses import Reply, operation_is_removed
from ..restricted_data import RestrictedDataTokens
from .paging import Page, UnreadablePayload, collected

__all__ = ["Orders", "OrdersVersion"]

T = TypeVar("T")


class OrdersVersion(Protocol):
    """One version of the Orders API: its wire, and what its payloads mean."""

    # Whether personal data needs a restricted data token.
    restricted: bool

    def askable(self, query: OrderQuery) -> OrderQuery:
        """Return the same question so that Amazon can be asked it; what it cannot answer is checked on each order."""

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for the page of a token, or the first one; all else is the same for every page."""

    def page(self, reply: Reply) -> Page:
        """Return the page in a reply; raises UnreadableAnswer when there is none."""

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""

    def order_payload(self, reply: Reply) -> Any:
        """Return the payload of the one order in a reply, None when it is empty."""

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that a payload means; raises UnreadablePayload."""


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
        if query.needs_no_call:
            return []
        query = self._version.askable(query)

        def in_region(region: Region) -> list[AmazonOrder]:
            def fetch(token: str | None) -> Page:
                return self._version.page(self._send(self._version.page_call(query, region, token), budget))

            return collected(query, fetch, self._version.read, budget)

        return _first_open_region(query.marketplace, in_region)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order.

        Raises:
            OrderNotFound: Amazon does not know it.
            OperationRemoved: Amazon no longer has this version.
            UnreadableOrders: It cannot be read.
            SellingPartnerError: See `SellingPartnerClient.call`.
        """
        return _first_open_region(marketplace, lambda region: self._order(order_id, marketplace, region, budget))

    def _order(self, order_id: str, marketplace: Marketplace, region: Region, budget: Budget) -> AmazonOrder:
        call = self._version.order_call(order_id, marketplace, region)
        try:
            reply = self._send(call, budget)
        except RequestRefused as refusal:
            facts = refusal.diagnostics
            if (facts.get("operation"), facts.get("status")) != (call.plan.operation, 404):
                raise
            raise _not_found(order_id, marketplace, refusal.diagnostics) from refusal
        payload = self._version.order_payload(reply)
        if payload is None:
            raise _not_found(order_id, marketplace, reply.diagnostics)
        try:
            return self._version.read(payload)
        except UnreadablePayload as unreadable:
            raise UnreadableOrders(
                "Amazon returned the order in a form that cannot be read. Report the fields named below.",
                {"unreadable orders": str(unreadable), **reply.diagnostics},
            ) from unreadable

    def _send(self, call: Call, budget: Budget) -> Reply:
        try:
            return self._sent(call, budget)
        except RequestRefused as refusal:
            if not operation_is_removed(refusal, call.plan.operation):
                raise
            raise OperationRemoved(
                "Amazon no longer has the operation that this step needs. Install the newest version of this book.",
                refusal.diagnostics,
            ) from refusal

    def _sent(self, call: Call, budget: Budget) -> Reply:
        if not self._version.restricted or call.region in SANDBOX_REGIONS:
            return self._client.call(call, budget)
        tokens: TokenSource = self._restricted_data.source(call.marketplace, call.region, call.path)
        try:
            return self._client.call(call, budget, tokens)
        except AccessRefused:
            self._restricted_data.forget_refusals(call.region)
            raise


def _first_open_region(marketplace: Marketplace, attempt: Callable[[Region], T]) -> T:
    """Return what an attempt in the marketplace's region returns; the sandbox opens in one of several."""
    if marketplace is not Marketplace.SANDBOX:
        return attempt(MARKETPLACES[marketplace].region)
    *first_regions, last_region = SANDBOX_REGIONS
    for region in first_regions:
        try:
            return attempt(region)
        except AccessRefused:
            continue  # A refresh token opens the sandbox of its own region only, and does not tell which.
    return attempt(last_region)


def _not_found(order_id: str, marketplace: Marketplace, diagnostics: dict[str, Any]) -> OrderNotFound:
    return OrderNotFound(
        "Amazon does not know this order in the region of the marketplace. Check the order id in Seller Central, "
        "and that the marketplace is the one where it was placed.",
        {"order id": order_id, "marketplace": marketplace.value, **diagnostics},
    )
