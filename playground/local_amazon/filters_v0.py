"""What getOrders of Orders API v0 compares beside marketplace and dates.

Follows Amazon's model ordersV0.json, as far as this project's book sends its parameters.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from .wire import Refusal

__all__ = ["FILTERS", "MAX_LISTED", "ORDER_ID", "filters_of"]

MAX_LISTED: Final = 50
ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
# By parameter: the attribute that is compared, and the values Amazon knows; None for order ids.
FILTERS: Final = {
    "OrderStatuses": (
        "OrderStatus",
        "Pending Unshipped PartiallyShipped Shipped Canceled Unfulfillable InvoiceUnconfirmed PendingAvailability",
    ),
    "FulfillmentChannels": ("FulfillmentChannel", "MFN AFN"),
    "AmazonOrderIds": ("AmazonOrderId", None),
}
# The real Amazon was seen to take each of these for the other as well.
_LEAKS: Final = {"Unshipped": "PartiallyShipped", "PartiallyShipped": "Unshipped"}
_Filter = Callable[[dict[str, Any]], bool]


def filters_of(question: Mapping[str, str], *, leaks: bool = False) -> list[_Filter]:
    """Return what must hold of an order beside marketplace and dates; raises Refusal.

    Args:
        question: The parameters of the call.
        leaks: Select by status as loosely as the real Amazon was seen to.
    """
    return [_one_of(name, question[name], leaks=leaks) for name in FILTERS if name in question]


def _one_of(name: str, text: str, *, leaks: bool) -> _Filter:
    field, known = FILTERS[name]
    values = text.split(",")
    valid = set(values) <= set(known.split()) if known else all(map(ORDER_ID.fullmatch, values))
    if not valid or len(values) > MAX_LISTED:
        raise Refusal(400, details=f"Invalid {name}")
    if leaks and name == "OrderStatuses":
        values += [_LEAKS[value] for value in values if value in _LEAKS]
    return lambda order: order.get(field) in values
