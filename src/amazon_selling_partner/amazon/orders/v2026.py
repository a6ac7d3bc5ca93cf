"""Orders API 2026-01-01: paths, parameters and the static sandbox; `orders_2026_payloads` reads its orders.

Follows Amazon's model orders_2026-01-01.json,
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ..client import Call
from ..clock import iso_8601
from ..responses import Reply
from ..throttle import UsagePlan
from .paging import Page, page_size
from .payloads import validated
from .v2026_payloads import Order
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
_NOT_ASKABLE: Final = "InvoiceUnconfirmed"
_STATUS_PARAMETERS: Final = {ours: amazons for amazons, ours in STATUSES.items() if ours != _NOT_ASKABLE}
_CHANNEL_PARAMETERS: Final = {ours: amazons for amazons, ours in CHANNELS.items()}

# The static sandbox answers exactly its published requests, and each host only those of its own marketplaces.
_SANDBOX_REFUSAL: Final = "TEST_CASE_400"
_SANDBOX_DATA: Final = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
_SANDBOX_LISTS: Final[Mapping[Region, Mapping[str, str]]] = {
    Region.SANDBOX_NA: {
        "createdAfter": "2024-12-20T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.BR].marketplace_id,
        "includedData": _INCLUDED_DATA,
    },
    Region.SANDBOX_EU: {
        "createdAfter": "2024-12-23T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.GB].marketplace_id,
        "includedData": _SANDBOX_DATA,
        # Published as the second page of a first one that is not.
        "paginationToken": "9ZhB4RmVyc2lvbiAxLjAgb2YgdGhl",
    },
    Region.SANDBOX_FE: {
        "createdAfter": "2024-12-25T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.JP].marketplace_id,
        "includedData": _SANDBOX_DATA,
    },
}
_SANDBOX_ORDER: Final = "171-9876543-2109876"


class Orders20260101:
    """The wire of Orders API 2026-01-01; fulfils `orders.OrdersVersion`."""

    # Without the role for some personal data, Amazon leaves that data out.
    restricted = False

    def askable(self, query: OrderQuery) -> OrderQuery:
        """Return a question for orders in every status where one is asked for that Amazon does not take."""
        statuses, matches = query.statuses, query.matches
        if statuses is None or statuses <= _STATUS_PARAMETERS.keys():
            return query

        def in_status(order: AmazonOrder) -> bool:
            return order.order_status in statuses and (matches is None or matches(order))

        return replace(query, statuses=None, matches=in_status)

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for one page; Amazon takes a token only with all the parameters of the first page."""
        parameters = _parameters(query, region)
        if token:
            parameters["paginationToken"] = token
        return Call(_SEARCH_ORDERS, query.marketplace, region, _PATH, parameters)

    def page(self, reply: Reply) -> Page:
        """Return the orders and the next token of a SearchOrdersResponse."""
        content = _content(reply)
        orders, pagination = content.get("orders"), content.get("pagination") or {}
        if not isinstance(orders, list) or not isinstance(pagination, dict):
            raise reply.unreadable()
        token = pagination.get("nextToken")
        if token is not None and not isinstance(token, str):
            raise reply.unreadable()
        return Page(orders, token or None)

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""
        included = {"includedData": _INCLUDED_DATA}
        if order_id == _SANDBOX_REFUSAL:
            included = {}
        elif marketplace is Marketplace.SANDBOX:
            order_id, included = _SANDBOX_ORDER, {"includedData": _SANDBOX_DATA}
        return Call(_GET_ORDER, marketplace, region, f"{_PATH}/{order_id}", included)

    def order_payload(self, reply: Reply) -> Any:
        """Return the payload of a GetOrderResponse; whether an unknown order is a 404 or empty is not documented."""
        if reply.body.get("errors"):
            raise reply.unreadable()
        return _content(reply).get("order") or None

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that an Order of Amazon's model means."""
        return validated(Order, payload, "orderId").concept()


def _content(reply: Reply) -> dict[str, Any]:
    # Some have met answers wrapped as those of v0 are; Amazon's model has no wrapper.
    content = reply.body.get("payload", reply.body)
    if not isinstance(content, dict):
        raise reply.unreadable()
    return content


def _parameters(query: OrderQuery, region: Region) -> dict[str, str]:
    if query.marketplace is Marketplace.SANDBOX:
        return dict(
            {"createdAfter": _SANDBOX_REFUSAL} if query.sandbox_case == _SANDBOX_REFUSAL else _SANDBOX_LISTS[region]
        )
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
