"""Orders API v0: its calls and payloads.

Follows Amazon's model ordersV0.json, https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference.
Amazon plans to remove getOrders and getOrder on 2027-03-27. Properties without an attribute in the documented concept
are left out; the tests list them.
"""

from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, with_config
from pydantic.alias_generators import to_pascal
from typing_extensions import TypedDict

from ... import concepts
from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ...settings import OrdersApi
from ..calls import Call
from ..clock import iso_8601
from ..throttle import GET_ORDER, GET_ORDERS
from .payloads import (
    Flag,
    Json,
    Listed,
    Maybe,
    Number,
    OrderOrEmpty,
    Reader,
    RequiredText,
    Response,
    Text,
    Token,
    specification,
    unless_empty,
)
from .version import PAGE_SIZE, Page, UnreadableOrder

__all__ = ["OrdersV0"]

_PATH: Final = "/orders/v0/orders"
_DATE_PARAMETERS: Final = {
    DateKind.CREATED: ("CreatedAfter", "CreatedBefore"),
    DateKind.LAST_UPDATED: ("LastUpdatedAfter", "LastUpdatedBefore"),
}


# Payloads: a field has the name of its attribute; Amazon's name is the same in PascalCase unless an alias is given.

T = TypeVar("T")

_PASCAL_CASE: Final = ConfigDict(alias_generator=to_pascal)
_PASCAL_CASE_JSON: Final = ConfigDict(alias_generator=to_pascal, extra="allow")


@with_config(_PASCAL_CASE_JSON)
class _Money(TypedDict):
    currency_code: Text
    amount: Text


@with_config(_PASCAL_CASE_JSON)
class _PaymentExecutionDetail(TypedDict):
    payment: Maybe[Json[_Money]]
    payment_method: Text
    acquirer_id: Text
    card_brand: Text
    authorization_code: Text


@with_config(_PASCAL_CASE_JSON)
class _TaxClassification(TypedDict):
    name: Text
    value: Text


@with_config(_PASCAL_CASE_JSON)
class _BuyerTaxInfo(TypedDict):
    company_legal_name: Text
    taxing_region: Text
    tax_classifications: Listed[Json[_TaxClassification]]


@with_config(_PASCAL_CASE)
class _BuyerInfo(TypedDict):
    buyer_email: Text
    buyer_name: Text
    buyer_county: Text
    buyer_tax_info: Maybe[Json[_BuyerTaxInfo]]
    purchase_order_number: Text


@with_config(_PASCAL_CASE)
class _Address(TypedDict):
    name: Text
    address_line1: Text
    address_line2: Text
    address_line3: Text
    city: Text
    county: Text
    district: Text
    state_or_region: Text
    municipality: Text
    postal_code: Text
    country_code: Text
    phone: Text
    address_type: Text


@with_config(_PASCAL_CASE)
class _FulfillmentInstruction(TypedDict):
    fulfillment_supply_source_id: Text


@with_config(_PASCAL_CASE)
class _AutomatedShippingSettings(TypedDict):
    has_automated_shipping_settings: Flag
    automated_carrier: Text
    automated_carrier_name: Text
    automated_ship_method: Text
    automated_ship_method_name: Text


def _shipping_settings(values: dict[str, Any]) -> concepts.AutomatedShippingSettings | None:
    # Live responses use the second names, which Amazon's model lacks.
    carrier, ship_method = values.pop("automated_carrier_name"), values.pop("automated_ship_method_name")
    values["automated_carrier"] = values["automated_carrier"] or carrier
    values["automated_ship_method"] = values["automated_ship_method"] or ship_method
    return unless_empty(concepts.AutomatedShippingSettings, values)


_AddressAttribute: TypeAlias = Maybe[Annotated[_Address, specification(concepts.Address)]]


@with_config(_PASCAL_CASE)
class _OrderPayload(TypedDict):
    amazon_order_id: RequiredText
    order_status: RequiredText
    purchase_date: RequiredText
    last_update_date: RequiredText
    marketplace_id: Text
    fulfillment_channel: Text
    order_type: Text
    shipment_service_level_category: Text
    earliest_ship_date: Text
    latest_ship_date: Text
    earliest_delivery_date: Text
    latest_delivery_date: Text
    shipping_address: _AddressAttribute
    default_ship_from_location_address: _AddressAttribute
    number_of_items_shipped: Number
    number_of_items_unshipped: Number
    payment_method: Text
    payment_method_details: Listed[RequiredText]
    buyer_info: Maybe[Annotated[_BuyerInfo, specification(concepts.BuyerInfo)]]
    is_business_order: Flag
    is_prime: Flag
    is_global_express_enabled: Flag
    is_premium_order: Flag
    is_sold_by_ab: Annotated[Flag, Field(alias="IsSoldByAB")]
    is_iba: Annotated[Flag, Field(alias="IsIBA")]
    is_ispu: Annotated[Flag, Field(alias="IsISPU")]
    is_access_point_order: Flag
    fulfillment_instruction: Maybe[Annotated[_FulfillmentInstruction, specification(concepts.FulfillmentInstruction)]]
    automated_shipping_settings: Maybe[Annotated[_AutomatedShippingSettings, AfterValidator(_shipping_settings)]]
    sales_channel: Text
    order_channel: Text
    ship_service_level: Text
    order_total: Maybe[Json[_Money]]
    payment_execution_detail: Listed[Json[_PaymentExecutionDetail]]


_Order: TypeAlias = Annotated[_OrderPayload, AfterValidator(lambda values: AmazonOrder(**values))]


@with_config(_PASCAL_CASE)
class _OrdersList(TypedDict, Generic[T]):
    orders: list[T]
    next_token: Token


class _GetOrdersResponse(Response, Generic[T]):
    payload: _OrdersList[T]


class _GetOrderResponse(Response, Generic[T]):
    payload: OrderOrEmpty[T]


_READ_PAGE: Final = Reader[Page](
    _GetOrdersResponse,
    _Order,
    "AmazonOrderId",
    lambda response: Page(response["payload"]["orders"], response["payload"]["next_token"]),
)
_READ_ORDER: Final = Reader[AmazonOrder | UnreadableOrder | None](
    _GetOrderResponse, _Order, "AmazonOrderId", lambda response: response["payload"]
)


# Calls


class OrdersV0:
    """The calls of Orders API v0; implements `version.OrdersVersion`."""

    api = OrdersApi.V0
    restricted = True
    ids_per_call = 50
    by_id_plan = GET_ORDERS
    checks_order_id = True

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the query unchanged: v0 supports every documented status and channel."""
        return query

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call[Page]:
        """Return the call for one page; Amazon requires NextToken together with the parameters of the first page."""
        return Call(
            plan=GET_ORDERS,
            marketplace=query.marketplace,
            region=region,
            path=_PATH,
            query=_parameters(query) | ({"NextToken": token} if token else {}),
            read=_READ_PAGE,
        )

    def order_call(
        self, order_id: str, marketplace: Marketplace, region: Region
    ) -> Call[AmazonOrder | UnreadableOrder | None]:
        """Return the call for one order; Amazon answers an unknown id with 200 and an empty payload."""
        return Call(
            plan=GET_ORDER, marketplace=marketplace, region=region, path=f"{_PATH}/{order_id}", read=_READ_ORDER
        )


def _parameters(query: OrderQuery) -> dict[str, str]:
    kind, window = query.request_window
    after, before = _DATE_PARAMETERS[kind]
    # Amazon requires a date even with order ids. Statuses and channels would save nothing then, so they are only
    # checked on the orders.
    statuses, channels = (query.statuses, query.channels) if query.order_ids is None else (None, None)
    parameters = {
        "MarketplaceIds": MARKETPLACES[query.marketplace].marketplace_id,
        after: iso_8601(window.after),
        before: iso_8601(window.before),
        "OrderStatuses": ",".join(sorted(statuses or ())),
        "FulfillmentChannels": ",".join(sorted(channels or ())),
        "AmazonOrderIds": ",".join(query.order_ids or ()),
        "MaxResultsPerPage": str(PAGE_SIZE),
    }
    return {name: value for name, value in parameters.items() if value}
