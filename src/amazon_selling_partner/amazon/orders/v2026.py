"""Orders API 2026-01-01: its calls; `v2026_payloads` parses the responses.

Follows Amazon's model orders_2026-01-01.json,
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference.
"""

from dataclasses import replace
from typing import Final

from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ...settings import OrdersApi
from ..calls import Call
from ..clock import iso_8601
from ..throttle import GET_ORDER_2026, SEARCH_ORDERS
from .v2026_payloads import CHANNELS, READ_ORDER, READ_PAGE, STATUSES
from .version import PAGE_SIZE, Page, UnreadableOrder

__all__ = ["INCLUDED_DATA", "Orders20260101"]

_PATH: Final = "/orders/2026-01-01/orders"

# Amazon returns each part of an order only if it is requested. These parts cover all attributes of the concept.
INCLUDED_DATA: Final = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT"

_DATE_PARAMETERS: Final = {
    DateKind.CREATED: ("createdAfter", "createdBefore"),
    DateKind.LAST_UPDATED: ("lastUpdatedAfter", "lastUpdatedBefore"),
}
# An order may have the status INVOICE_UNCONFIRMED, but Amazon's model does not allow it as a parameter.
_STATUS_PARAMETERS: Final = {v0: v2026 for v2026, v0 in STATUSES.items() if v2026 != "INVOICE_UNCONFIRMED"}
_CHANNEL_PARAMETERS: Final = {v0: v2026 for v2026, v0 in CHANNELS.items()}


class Orders20260101:
    """The calls of Orders API 2026-01-01; implements `version.OrdersVersion`."""

    api = OrdersApi.V2026_01_01
    # Amazon leaves out personal data for which the app lacks the role.
    restricted = False
    # https://github.com/amzn/selling-partner-api-models/issues/5140
    ids_per_call = 0
    by_id_plan = GET_ORDER_2026
    checks_order_id = True

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the query with its statuses checked on each order if Amazon does not support one of them."""
        statuses, step_filter = query.statuses, query.filter
        if statuses is None or statuses <= _STATUS_PARAMETERS.keys():
            return query

        def in_status(order: AmazonOrder) -> bool:
            return order.order_status in statuses and (step_filter is None or step_filter(order))

        return replace(query, statuses=None, filter=in_status)

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call[Page]:
        """Return the call for one page; Amazon accepts a token only with all parameters of the first page."""
        return Call(
            plan=SEARCH_ORDERS,
            marketplace=query.marketplace,
            region=region,
            path=_PATH,
            query=_parameters(query) | ({"paginationToken": token} if token else {}),
            read=READ_PAGE,
        )

    def order_call(
        self, order_id: str, marketplace: Marketplace, region: Region
    ) -> Call[AmazonOrder | UnreadableOrder | None]:
        """Return the call for one order."""
        return Call(
            plan=GET_ORDER_2026,
            marketplace=marketplace,
            region=region,
            path=f"{_PATH}/{order_id}",
            query={"includedData": INCLUDED_DATA},
            read=READ_ORDER,
        )


def _parameters(query: OrderQuery) -> dict[str, str]:
    kind, window = query.request_window
    after, before = _DATE_PARAMETERS[kind]
    parameters = {
        "marketplaceIds": MARKETPLACES[query.marketplace].marketplace_id,
        after: iso_8601(window.after),
        before: iso_8601(window.before),
        "fulfillmentStatuses": ",".join(sorted(_STATUS_PARAMETERS[status] for status in query.statuses or ())),
        "fulfilledBy": ",".join(sorted(_CHANNEL_PARAMETERS[channel] for channel in query.channels or ())),
        "maxResultsPerPage": str(PAGE_SIZE),
        "includedData": INCLUDED_DATA,
    }
    return {name: value for name, value in parameters.items() if value}
