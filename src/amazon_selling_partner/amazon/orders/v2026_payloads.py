"""The payloads of Orders API 2026-01-01, with their values mapped to those of v0, which automations rely on.

Unknown values pass unchanged. Attributes of v0 without a successor are None, specifications as a whole;
docs/when-v0-ends.md lists them.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Generic, TypeAlias, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, with_config
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from ...concepts import Address, AmazonOrder, BuyerInfo
from .payloads import (
    Json,
    JsonValue,
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
from .version import Page, UnreadableOrder

__all__ = ["CHANNELS", "READ_ORDER", "READ_PAGE", "STATUSES"]


# The values of 2026-01-01, and those of v0

STATUSES: Final = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "INVOICE_UNCONFIRMED": "InvoiceUnconfirmed",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
CHANNELS: Final = {"MERCHANT": "MFN", "AMAZON": "AFN"}
_SERVICE_LEVELS: Final = {
    "EXPEDITED": "Expedited",
    "FREE_ECONOMY": "FreeEconomy",
    "NEXT_DAY": "NextDay",
    "PRIORITY": "Priority",
    "SAME_DAY": "SameDay",
    "SCHEDULED": "Scheduled",
    "SECOND_DAY": "SecondDay",
    "STANDARD": "Standard",
}
_ACCESS_POINT: Final = "PickupPoint"
_ADDRESS_TYPES: Final = {"RESIDENTIAL": "Residential", "COMMERCIAL": "Commercial", "PICKUP_POINT": _ACCESS_POINT}
_PAYMENT_METHODS: Final = {"CashOnDelivery": "COD", "ConvenienceStore": "CVS"}
# The program that sets each flag.
_PROGRAMS: Final = {
    "is_business_order": "AMAZON_BUSINESS",
    "is_prime": "PRIME",
    "is_premium_order": "PREMIUM",
    "is_iba": "INVOICE_BY_AMAZON",
    "is_ispu": "IN_STORE_PICK_UP",
}
# These orders are not to be shipped (yet), so v0 counts none of their items as unshipped.
_NOT_TO_SHIP: Final = frozenset({"PendingAvailability", "Pending", "Canceled"})


def _mapped(values: Mapping[str, str]) -> AfterValidator:
    return AfterValidator(lambda value: values.get(value, value))


# Payloads: Amazon's name of a field is the same in camelCase unless an alias is given.

T = TypeVar("T")

_CAMEL_CASE: Final = ConfigDict(alias_generator=to_camel)
_CAMEL_CASE_JSON: Final = ConfigDict(alias_generator=to_camel, extra="allow")


@with_config(_CAMEL_CASE)
class _SalesChannel(TypedDict):
    channel_name: Text
    marketplace_id: Text
    marketplace_name: Text


@with_config(_CAMEL_CASE)
class _Buyer(TypedDict):
    buyer_email: Text
    buyer_name: Text
    purchase_order_number: Annotated[Text, Field(alias="buyerPurchaseOrderNumber")]


@with_config(_CAMEL_CASE)
class _Address(TypedDict):
    name: Text
    address_line1: Text
    address_line2: Text
    address_line3: Text
    city: Text
    county: Annotated[Text, Field(alias="districtOrCounty")]  # one field where v0 has two
    state_or_region: Text
    municipality: Text
    postal_code: Text
    country_code: Text
    phone: Text
    address_type: Maybe[Annotated[RequiredText, _mapped(_ADDRESS_TYPES)]]


@with_config(_CAMEL_CASE)
class _Recipient(TypedDict):
    delivery_address: Maybe[Annotated[_Address, specification(Address)]]


@with_config(_CAMEL_CASE_JSON)
class _Money(TypedDict):
    currency_code: Text
    amount: Text


@with_config(_CAMEL_CASE)
class _Proceeds(TypedDict):
    grand_total: Maybe[Json[_Money]]


@with_config(_CAMEL_CASE_JSON)
class _PaymentExecution(TypedDict):
    payment_amount: Maybe[Json[_Money]]
    payment_method: Maybe[Annotated[RequiredText, _mapped(_PAYMENT_METHODS)]]
    acquirer_id: Text
    card_brand: Text
    authorization_code: Text


@with_config(_CAMEL_CASE)
class _Payment(TypedDict):
    payment_executions: Listed[Json[_PaymentExecution]]


@with_config(_CAMEL_CASE)
class _TaxAddress(TypedDict):
    country_code: Text


@with_config(_CAMEL_CASE_JSON)
class _TaxRegistration(TypedDict):
    tax_registration_type: Text
    tax_registration_number: Text
    entity_type: Text
    legal_name: Text
    tax_registration_address: Maybe[_TaxAddress]
    tax_registration_attributes: JsonValue


@with_config(_CAMEL_CASE)
class _Tax(TypedDict):
    tax_registrations: Listed[Json[_TaxRegistration]]


@with_config(_CAMEL_CASE)
class _TimeRange(TypedDict):
    earliest_date_time: Text
    latest_date_time: Text


@with_config(_CAMEL_CASE)
class _Fulfillment(TypedDict):
    fulfillment_status: Annotated[RequiredText, _mapped(STATUSES)]
    fulfilled_by: Maybe[Annotated[RequiredText, _mapped(CHANNELS)]]
    fulfillment_service_level: Maybe[Annotated[RequiredText, _mapped(_SERVICE_LEVELS)]]
    ship_by_window: Maybe[_TimeRange]
    deliver_by_window: Maybe[_TimeRange]


@with_config(_CAMEL_CASE)
class _ItemFulfillment(TypedDict):
    quantity_fulfilled: Number
    quantity_unfulfilled: Number


@with_config(_CAMEL_CASE)
class _OrderItem(TypedDict):
    quantity_ordered: Number
    fulfillment: Maybe[_ItemFulfillment]


@with_config(_CAMEL_CASE)
class _OrderPayload(TypedDict):
    order_id: RequiredText
    created_time: RequiredText
    last_updated_time: RequiredText
    programs: Listed[RequiredText]
    sales_channel: Maybe[_SalesChannel]
    buyer: Maybe[_Buyer]
    recipient: Maybe[_Recipient]
    proceeds: Maybe[_Proceeds]
    payment: Maybe[_Payment]
    tax: Maybe[_Tax]
    fulfillment: _Fulfillment
    order_items: Listed[_OrderItem]


# Attributes

_Values: TypeAlias = Mapping[str, Any]
_NOTHING: Final[_Values] = {}


def _order(values: _Values) -> AmazonOrder:
    channel, fulfillment = values["sales_channel"] or _NOTHING, values["fulfillment"]
    address = (values["recipient"] or _NOTHING).get("delivery_address")
    ship, deliver = fulfillment["ship_by_window"] or _NOTHING, fulfillment["deliver_by_window"] or _NOTHING
    return AmazonOrder(
        amazon_order_id=values["order_id"],
        order_status=fulfillment["fulfillment_status"],
        purchase_date=values["created_time"],
        last_update_date=values["last_updated_time"],
        marketplace_id=channel.get("marketplace_id"),
        fulfillment_channel=fulfillment["fulfilled_by"],
        shipment_service_level_category=fulfillment["fulfillment_service_level"],
        earliest_ship_date=ship.get("earliest_date_time"),
        latest_ship_date=ship.get("latest_date_time"),
        earliest_delivery_date=deliver.get("earliest_date_time"),
        latest_delivery_date=deliver.get("latest_date_time"),
        shipping_address=address,
        is_access_point_order=None if address is None else address.address_type == _ACCESS_POINT,
        buyer_info=_buyer_info(values),
        sales_channel=_sales_channel(channel),
        order_total=(values["proceeds"] or _NOTHING).get("grand_total"),
        **_program_attributes(values["programs"] or (), fulfillment["fulfillment_status"]),
        **_item_counts(values["order_items"] or (), fulfillment["fulfillment_status"]),
        **_payment_attributes((values["payment"] or _NOTHING).get("payment_executions")),
    )


def _sales_channel(channel: _Values) -> str | None:
    """Return the marketplace as v0 names it, such as Amazon.com."""
    name: str | None = channel.get("marketplace_name")
    return name or ("Non-Amazon" if channel.get("channel_name") == "NON_AMAZON" else None)


def _program_attributes(programs: Iterable[str], status: str) -> dict[str, Any]:
    preorder = "PREORDER" in programs or status == "PendingAvailability"
    flags = {attribute: program in programs for attribute, program in _PROGRAMS.items()}
    return {**flags, "order_type": "Preorder" if preorder else None}


def _payment_attributes(executions: list[dict[str, Any]] | None) -> dict[str, Any]:
    methods = list(dict.fromkeys(item["payment_method"] for item in executions or () if item["payment_method"]))
    known = [method for method in _PAYMENT_METHODS.values() if method in methods]
    return {
        "payment_method": (known or ["Other"])[0] if methods else None,
        "payment_method_details": methods or None,
        "payment_execution_detail": None if executions is None else [_payment_detail(item) for item in executions],
    }


def _payment_detail(execution: dict[str, Any]) -> dict[str, Any]:
    payment = execution.pop("payment_amount")
    return execution | {"payment": payment}


def _item_counts(items: Iterable[_Values], status: str) -> dict[str, Any]:
    counts = [_shipped_and_unshipped(item) for item in items]
    unshipped = _sum(left for _, left in counts)
    if unshipped and status in _NOT_TO_SHIP:
        unshipped = 0
    return {
        "number_of_items_shipped": _sum(shipped for shipped, _ in counts),
        "number_of_items_unshipped": unshipped,
    }


def _shipped_and_unshipped(item: _Values) -> tuple[int | None, int | None]:
    fulfillment = item["fulfillment"] or _NOTHING
    ordered, shipped = item["quantity_ordered"], fulfillment.get("quantity_fulfilled")
    unshipped = fulfillment.get("quantity_unfulfilled")
    if unshipped is None and ordered is not None and shipped is not None:
        unshipped = ordered - shipped
    # An item may have more units fulfilled than ordered; a negative count would hide those of other items.
    return _at_least_0(shipped), _at_least_0(unshipped)


def _at_least_0(count: int | None) -> int | None:
    return None if count is None else max(count, 0)


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum; None if there are no counts, or if one is unknown."""
    numbers = list(counts)
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def _buyer_info(values: _Values) -> BuyerInfo | None:
    registrations = (values["tax"] or _NOTHING).get("tax_registrations") or ()
    own = [item for item in registrations if item["entity_type"] == "BUYER"]
    return unless_empty(BuyerInfo, {**(values["buyer"] or _NOTHING), "buyer_tax_info": _buyer_tax_info(own)})


def _buyer_tax_info(registrations: list[_Values]) -> dict[str, Any] | None:
    """Return the buyer's own registrations in the shape of v0's BuyerTaxInfo; None if all values are empty."""
    regions = ((item["tax_registration_address"] or _NOTHING).get("country_code") for item in registrations)
    tax_info = {
        "company_legal_name": next(filter(None, (item["legal_name"] for item in registrations)), None),
        "taxing_region": next(filter(None, regions), None),
        "tax_classifications": [
            _classification(item)
            for item in registrations
            if item["tax_registration_type"] or item["tax_registration_number"]
        ],
    }
    return tax_info if any(tax_info.values()) else None


def _classification(registration: _Values) -> dict[str, Any]:
    added = {key: value for key, value in registration.items() if key not in _TaxRegistration.__annotations__}
    return added | {
        "name": registration["tax_registration_type"],
        "value": registration["tax_registration_number"],
    }


# Responses: Amazon's model has no wrapper, but responses wrapped like those of v0 have been reported.

_Order: TypeAlias = Annotated[_OrderPayload, AfterValidator(_order)]


@with_config(_CAMEL_CASE)
class _Pagination(TypedDict):
    next_token: Token


class _OrdersList(TypedDict, Generic[T]):
    orders: Maybe[list[T]]
    pagination: Maybe[_Pagination]


class _SearchOrdersResponse(Response, _OrdersList[T]):
    payload: Maybe[_OrdersList[T]]


class _OneOrder(TypedDict, Generic[T]):
    order: OrderOrEmpty[T]


class _GetOrderResponse(Response, _OneOrder[T]):
    payload: Maybe[_OneOrder[T]]


def _page(response: _Values) -> Page:
    content = response["payload"] or response
    if content["orders"] is None:
        raise ValueError("a page without orders")
    return Page(content["orders"], (content["pagination"] or _NOTHING).get("next_token"))


READ_PAGE: Final = Reader[Page](_SearchOrdersResponse, _Order, "orderId", _page)
READ_ORDER: Final = Reader[AmazonOrder | UnreadableOrder | None](
    _GetOrderResponse, _Order, "orderId", lambda response: (response["payload"] or response)["order"]
)
