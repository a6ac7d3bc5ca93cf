"""What getOrders of Orders API v0 compares beside marketplace and dates of creation and update.

Follows Amazon's model ordersV0.json.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from .parameters import date, moment
from .wire import Refusal

__all__ = ["MOST_LISTED", "ORDER_ID", "filters_of"]

MOST_LISTED: Final = 50
ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
# The parameters that list values: what they are compared with, and which values Amazon knows; None for any.
_LISTS: Final = {
    "OrderStatuses": (
        "OrderStatus",
        "Pending Unshipped PartiallyShipped Shipped Canceled Unfulfillable InvoiceUnconfirmed PendingAvailability",
    ),
    "FulfillmentChannels": ("FulfillmentChannel", "MFN AFN"),
    "PaymentMethods": ("PaymentMethod", "COD CVS Other"),
    "EasyShipShipmentStatuses": (
        "EasyShipShipmentStatus",
        (
            "PendingSchedule PendingPickUp PendingDropOff LabelCanceled PickedUp DroppedOff AtOriginFC AtDestinationFC "
            "Delivered RejectedByBuyer Undeliverable ReturningToSeller ReturnedToSeller Lost OutForDelivery Damaged"
        ),
    ),
    "ElectronicInvoiceStatuses": ("ElectronicInvoiceStatus", "NotRequired NotFound Processing Errored Accepted"),
    "AmazonOrderIds": ("AmazonOrderId", None),
}
_TEXTS: Final = {
    "SellerOrderId": ("SellerOrderId",),
    "BuyerEmail": ("BuyerInfo", "BuyerEmail"),
    "ActualFulfillmentSupplySourceId": ("FulfillmentInstruction", "FulfillmentSupplySourceId"),
    "StoreChainStoreId": ("StoreChainStoreId",),
}
_DELIVERY_DATES: Final = ("EarliestDeliveryDate", "LatestDeliveryDate")
_NOT_WITH_SELLER_ORDER_ID: Final = frozenset(
    ["FulfillmentChannels", "OrderStatuses", "PaymentMethods", "LastUpdatedAfter", "LastUpdatedBefore", "BuyerEmail"]
)
# The real Amazon was seen to take each of these for the other as well.
_LEAKS: Final = {"Unshipped": "PartiallyShipped", "PartiallyShipped": "Unshipped"}
_Filter = Callable[[dict[str, Any]], bool]


def filters_of(question: Mapping[str, str], *, leaks: bool = False) -> list[_Filter]:
    """Return what must hold of an order beside marketplace and dates; raises Refusal.

    Args:
        question: The parameters of the call.
        leaks: Select by status as loosely as the real Amazon was seen to.
    """
    if "SellerOrderId" in question and _NOT_WITH_SELLER_ORDER_ID & set(question):
        raise Refusal(400)
    filters = [_one_of(name, question[name], leaks=leaks) for name in _LISTS if name in question]
    filters += [_equal(path, question[name]) for name, path in _TEXTS.items() if name in question]
    if "IsISPU" in question:
        filters.append(_picked_up(question["IsISPU"]))
    for field in _DELIVERY_DATES:
        after, before = date(question, f"{field}After"), date(question, f"{field}Before")
        if after or before:
            filters.append(_within(field, after, before))
    return filters


def _one_of(name: str, text: str, *, leaks: bool) -> _Filter:
    field, known = _LISTS[name]
    values = text.split(",")
    valid = set(values) <= set(known.split()) if known else all(map(ORDER_ID.fullmatch, values))
    if not valid or len(values) > MOST_LISTED:
        raise Refusal(400, details=f"Invalid {name}")
    if leaks and name == "OrderStatuses":
        values += [_LEAKS[value] for value in values if value in _LEAKS]
    return lambda order: order.get(field) in values


def _equal(path: Sequence[str], text: str) -> _Filter:
    def holds(order: dict[str, Any]) -> bool:
        found: Any = order
        for name in path:
            found = (found or {}).get(name)
        return bool(found == text)

    return holds


def _picked_up(text: str) -> _Filter:
    if text not in {"true", "false"}:
        raise Refusal(400, details="Invalid IsISPU")
    return lambda order: (order.get("IsISPU") in {True, "true"}) == (text == "true")


def _within(field: str, after: datetime | None, before: datetime | None) -> _Filter:
    def holds(order: dict[str, Any]) -> bool:
        if not order.get(field):
            return False
        found = moment(order[field])
        return (after is None or after <= found) and (before is None or found <= before)

    return holds
