"""Orders API 2026-01-01: its calls and responses; `v2026_mapping` makes orders of them.

Follows Amazon's model orders_2026-01-01.json,
https://developer-docs.amazon.com/sp-api/docs/orders-api-v2026-01-01-reference.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator
from typing_extensions import TypedDict

from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ...settings import OrdersApi
from ..calls import Call
from ..clock import iso_8601
from ..throttle import GET_ORDER_2026, SEARCH_ORDERS
from .payloads import Maybe, OrderOrEmpty, Reader, Response, Token
from .v2026_mapping import order_from
from .v2026_payloads import CHANNELS, STATUSES, OrderPayload
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

T = TypeVar("T")


# Responses: Amazon's model has no wrapper, but responses wrapped like those of v0 have been reported.

_Order: TypeAlias = Annotated[OrderPayload, AfterValidator(order_from)]


class _Pagination(TypedDict):
    nextToken: Token


class _OrdersList(TypedDict, Generic[T]):
    orders: Maybe[list[T]]
    pagination: Maybe[_Pagination]


class _SearchOrdersResponse(Response, _OrdersList[T]):
    payload: Maybe[_OrdersList[T]]


class _OneOrder(TypedDict, Generic[T]):
    order: OrderOrEmpty[T]


class _GetOrderResponse(Response, _OneOrder[T]):
    payload: Maybe[_OneOrder[T]]


def _page(response: Mapping[str, Any]) -> Page:
    content = response["payload"] or response
    if content["orders"] is None:
        raise ValueError("a page without orders")
    return Page(content["orders"], (content["pagination"] or {}).get("nextToken"))


_READ_PAGE: Final = Reader[Page](_SearchOrdersResponse, _Order, "orderId", _page)
_READ_ORDER: Final = Reader[AmazonOrder | UnreadableOrder | None](
    _GetOrderResponse, _Order, "orderId", lambda response: (response["payload"] or response)["order"]
)


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
            read=_READ_PAGE,
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
            read=_READ_ORDER,
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
