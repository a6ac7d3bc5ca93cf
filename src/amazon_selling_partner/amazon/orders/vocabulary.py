"""The words of Orders API 2026-01-01 and those that automations know from v0: data, no logic."""

from typing import Final

from ...concepts import FulfillmentChannel, OrderStatus

__all__ = [
    "ACCESS_POINT",
    "ADDRESS_TYPES",
    "CHANNELS",
    "NOT_TO_SHIP",
    "PAYMENT_METHODS",
    "PROGRAMS",
    "SERVICE_LEVELS",
    "STATUSES",
]

STATUSES: Final = {status.name: status.value for status in OrderStatus}
CHANNELS: Final = {channel.name: channel.value for channel in FulfillmentChannel}
SERVICE_LEVELS: Final = {
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
ADDRESS_TYPES: Final = {"RESIDENTIAL": "Residential", "COMMERCIAL": "Commercial", "PICKUP_POINT": ACCESS_POINT}
PAYMENT_METHODS: Final = {"CashOnDelivery": "COD", "ConvenienceStore": "CVS"}
# The program that makes each of these true.
PROGRAMS: Final = {
    "is_business_order": "AMAZON_BUSINESS",
    "is_prime": "PRIME",
    "is_premium_order": "PREMIUM",
    "is_iba": "INVOICE_BY_AMAZON",
    "is_ispu": "IN_STORE_PICK_UP",
}
# Nothing of these orders is to be shipped (yet): v0 counts no item of them as unshipped.
NOT_TO_SHIP: Final = frozenset(
    status.value for status in (OrderStatus.PENDING_AVAILABILITY, OrderStatus.PENDING, OrderStatus.CANCELLED)
)
