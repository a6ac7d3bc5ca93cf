"""The payloads of Orders API 2026-01-01 as types, and its values beside those of v0, which automations rely on."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, ConfigDict, Field, with_config
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from ...concepts import Address
from .payloads import Json, JsonValue, Listed, Maybe, Number, RequiredText, Text, specification

__all__ = [
    "ACCESS_POINT",
    "CHANNELS",
    "NOT_TO_SHIP",
    "PAYMENT_METHODS",
    "PROGRAMS",
    "STATUSES",
    "OrderPayload",
    "TaxRegistration",
]


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
ACCESS_POINT: Final = "PickupPoint"
_ADDRESS_TYPES: Final = {"RESIDENTIAL": "Residential", "COMMERCIAL": "Commercial", "PICKUP_POINT": ACCESS_POINT}
PAYMENT_METHODS: Final = {"CashOnDelivery": "COD", "ConvenienceStore": "CVS"}
# The program that sets each flag.
PROGRAMS: Final = {
    "is_business_order": "AMAZON_BUSINESS",
    "is_prime": "PRIME",
    "is_premium_order": "PREMIUM",
    "is_iba": "INVOICE_BY_AMAZON",
    "is_ispu": "IN_STORE_PICK_UP",
}
# These orders are not to be shipped (yet), so v0 counts none of their items as unshipped.
NOT_TO_SHIP: Final = frozenset({"PendingAvailability", "Pending", "Canceled"})


def _mapped(values: Mapping[str, str]) -> AfterValidator:
    return AfterValidator(lambda value: values.get(value, value))


# Payloads: Amazon's name of a field is the same in camelCase unless an alias is given.

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
    payment_method: Maybe[Annotated[RequiredText, _mapped(PAYMENT_METHODS)]]
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
class TaxRegistration(TypedDict):
    """A tax registration of the buyer, the seller or the marketplace."""

    tax_registration_type: Text
    tax_registration_number: Text
    entity_type: Text
    legal_name: Text
    tax_registration_address: Maybe[_TaxAddress]
    tax_registration_attributes: JsonValue


@with_config(_CAMEL_CASE)
class _Tax(TypedDict):
    tax_registrations: Listed[Json[TaxRegistration]]


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
class OrderPayload(TypedDict):
    """An order."""

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
