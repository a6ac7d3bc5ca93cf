"""Orders API v0: paths and parameters; `v0_payloads` reads its orders.

Follows Amazon's model ordersV0.json, https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference.
Amazon removes getOrders and getOrder on 2027-03-27.
"""

from typing import Any, Final

from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ..client import Call
from ..clock import iso_8601
from ..responses import Content
from ..throttle import UsagePlan
from .payloads import page_of
from .v0_payloads import ONE_ORDER, ORDER, PAGE
from .version import Page, page_size

__all__ = ["OrdersV0"]

_PATH: Final = "/orders/v0/orders"
_GET_ORDERS: Final = UsagePlan("getOrders", 0.0167, 20)
_GET_ORDER: Final = UsagePlan("getOrder", 0.5, 30)

_DATE_PARAMETERS: Final = {
    DateKind.CREATED: ("CreatedAfter", "CreatedBefore"),
    DateKind.LAST_UPDATED: ("LastUpdatedAfter", "LastUpdatedBefore"),
}


class OrdersV0:
    """The wire of Orders API v0; fulfils `version.OrdersVersion`."""

    restricted = True
    most_order_ids = 50
    answers_what_was_asked = True

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the question as it is: Amazon documents every status and channel as a parameter."""
        return query

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for one page; NextToken joins the parameters of the first page, as Amazon demands."""
        parameters = _parameters(query)
        if token:
            parameters["NextToken"] = token
        return Call(_GET_ORDERS, query.marketplace, region, _PATH, parameters, reader=PAGE.documented)

    def page(self, content: Content) -> Page:
        """Return the orders and the next token of a GetOrdersResponse."""
        if isinstance(content.read, Page):
            return content.read
        payload = content.json.get("payload")
        # With errors beside it, a page may lack orders.
        if not isinstance(payload, dict) or content.json.get("errors"):
            raise content.unreadable()
        return page_of(content, payload.get("Orders"), payload.get("NextToken"))

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""
        return Call(_GET_ORDER, marketplace, region, f"{_PATH}/{order_id}", reader=ONE_ORDER.documented)

    def order_payload(self, content: Content) -> Any:
        """Return the payload of a GetOrderResponse; Amazon answers an unknown order with 200 and an empty one."""
        if content.json.get("errors"):
            raise content.unreadable()
        return content.read or content.json.get("payload") or None

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that an Order of Amazon's model means."""
        return payload if isinstance(payload, AmazonOrder) else ORDER.order(payload, "AmazonOrderId")


def _parameters(query: OrderQuery) -> dict[str, str]:
    kind, window = query.asked
    after, before = _DATE_PARAMETERS[kind]
    # Beside order ids Amazon demands one date all the same; the rest would save nothing, and is checked on the orders.
    statuses, channels = (query.statuses, query.channels) if query.order_ids is None else (None, None)
    parameters = {
        "MarketplaceIds": MARKETPLACES[query.marketplace].marketplace_id,
        after: iso_8601(window.after),
        before: iso_8601(window.before),
        "OrderStatuses": ",".join(sorted(statuses or ())),
        "FulfillmentChannels": ",".join(sorted(channels or ())),
        "AmazonOrderIds": ",".join(query.order_ids or ()),
        "MaxResultsPerPage": str(page_size(query)),
    }
    return {name: value for name, value in parameters.items() if value}
