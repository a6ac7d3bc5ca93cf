"""Orders API 2026-01-01: paths and parameters; `v2026_payloads` reads its orders.

Follows Amazon's model orders_2026-01-01.json,
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference.
"""

from dataclasses import replace
from typing import Any, Final

from ...concepts import AmazonOrder, OrderStatus
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ..client import Call
from ..clock import iso_8601
from ..responses import Content
from ..throttle import UsagePlan
from .payloads import page_of
from .v2026_payloads import ONE_ORDER, ORDER, PAGE
from .version import Page, page_size
from .vocabulary import CHANNELS, STATUSES

__all__ = ["Orders20260101"]

_PATH: Final = "/orders/2026-01-01/orders"
# v0 has a getOrder with a quota of its own, so this one is told apart by its name.
_SEARCH_ORDERS: Final = UsagePlan("searchOrders", 0.0056, 20)
_GET_ORDER: Final = UsagePlan("getOrder 2026-01-01", 0.5, 30)

# Each part of an order comes only when it is asked for. These hold all that the concept has a place for.
_INCLUDED_DATA: Final = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT"

_DATE_PARAMETERS: Final = {
    DateKind.CREATED: ("createdAfter", "createdBefore"),
    DateKind.LAST_UPDATED: ("lastUpdatedAfter", "lastUpdatedBefore"),
}
# An order may have this status, but it is none of those that Amazon's model lets ask for.
_NOT_ASKABLE: Final = OrderStatus.INVOICE_UNCONFIRMED.value
_STATUS_PARAMETERS: Final = {ours: amazons for amazons, ours in STATUSES.items() if ours != _NOT_ASKABLE}
_CHANNEL_PARAMETERS: Final = {ours: amazons for amazons, ours in CHANNELS.items()}


class Orders20260101:
    """The wire of Orders API 2026-01-01; fulfils `version.OrdersVersion`."""

    # Without the role for some personal data, Amazon leaves that data out.
    restricted = False
    # https://github.com/amzn/selling-partner-api-models/issues/5140
    most_order_ids = 0
    answers_what_was_asked = True

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return a question for orders in every status where one is asked for that Amazon does not take."""
        statuses, matches = query.statuses, query.matches
        if statuses is None or statuses <= _STATUS_PARAMETERS.keys():
            return query

        def in_status(order: AmazonOrder) -> bool:
            return order.order_status in statuses and (matches is None or matches(order))

        return replace(query, statuses=None, matches=in_status, exact=False)

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for one page; Amazon takes a token only with all the parameters of the first page."""
        parameters = _parameters(query)
        if token:
            parameters["paginationToken"] = token
        return Call(_SEARCH_ORDERS, query.marketplace, region, _PATH, parameters, reader=PAGE.documented)

    def page(self, content: Content) -> Page:
        """Return the orders and the next token of a SearchOrdersResponse."""
        if isinstance(content.read, Page):
            return content.read
        body = _unwrapped(content)
        pagination = body.get("pagination") or {}
        # With errors beside it, a page may lack orders.
        if not isinstance(pagination, dict) or content.json.get("errors"):
            raise content.unreadable()
        return page_of(content, body.get("orders"), pagination.get("nextToken"))

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""
        included = {"includedData": _INCLUDED_DATA}
        return Call(_GET_ORDER, marketplace, region, f"{_PATH}/{order_id}", included, reader=ONE_ORDER.documented)

    def order_payload(self, content: Content) -> Any:
        """Return the payload of a GetOrderResponse; whether an unknown order is a 404 or empty is not documented."""
        if content.json.get("errors"):
            raise content.unreadable()
        return content.read or _unwrapped(content).get("order") or None

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that an Order of Amazon's model means."""
        return payload if isinstance(payload, AmazonOrder) else ORDER.order(payload, "orderId")


def _unwrapped(content: Content) -> dict[str, Any]:
    # Some have met answers wrapped as those of v0 are; Amazon's model has no wrapper.
    body = content.json.get("payload", content.json)
    if not isinstance(body, dict):
        raise content.unreadable()
    return body


def _parameters(query: OrderQuery) -> dict[str, str]:
    kind, window = query.asked
    after, before = _DATE_PARAMETERS[kind]
    parameters = {
        "marketplaceIds": MARKETPLACES[query.marketplace].marketplace_id,
        after: iso_8601(window.after),
        before: iso_8601(window.before),
        "fulfillmentStatuses": ",".join(sorted(_STATUS_PARAMETERS[status] for status in query.statuses or ())),
        "fulfilledBy": ",".join(sorted(_CHANNEL_PARAMETERS[channel] for channel in query.channels or ())),
        "maxResultsPerPage": str(page_size(query)),
        "includedData": _INCLUDED_DATA,
    }
    return {name: value for name, value in parameters.items() if value}
