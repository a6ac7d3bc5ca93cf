"""Amazon's static sandbox for Orders v0: it answers its published cases and nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from .wire import Refusal

__all__ = ["sandbox_order", "sandbox_orders"]

_US: Final = "ATVPDKIKX0DER"
_NEXT_TOKEN: Final = "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4"


def _order(order_id: str, **more: Any) -> dict[str, Any]:
    return {
        "AmazonOrderId": order_id,
        "PurchaseDate": "1970-01-19T03:58:30Z",
        "LastUpdateDate": "1970-01-19T03:58:32Z",
        "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN",
        "SalesChannel": "Amazon.com",
        "OrderTotal": {"CurrencyCode": "USD", "Amount": "11.01"},
        "NumberOfItemsShipped": 0,
        "NumberOfItemsUnshipped": 1,
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
        "MarketplaceId": _US,
        "OrderType": "StandardOrder",
        "IsPrime": False,
        **more,
    }


_REPEATED: Final = _order("902-3159896-1390916", OrderStatus="Pending", NumberOfItemsUnshipped=0)
_LISTS: Final[dict[tuple[str, str | None], dict[str, Any]]] = {
    ("TEST_CASE_200", None): {
        "CreatedBefore": "1.569521782042E9",
        "Orders": [_order("902-1845936-5435065"), _order("902-8745147-1934268")],
    },
    ("TEST_CASE_200_NEXT_TOKEN", None): {"NextToken": _NEXT_TOKEN, "Orders": [_REPEATED]},
    ("TEST_CASE_200_NEXT_TOKEN", _NEXT_TOKEN): {"Orders": [_REPEATED]},
}
_ORDERS: Final = {
    "TEST_CASE_200": _order("902-1845936-5435065"),
    "TEST_CASE_IBA_200": _order(
        "921-3175655-0452641", OrderStatus="Shipped", FulfillmentChannel="AFN", IsIBA=True, IsSoldByAB=True
    ),
}


def sandbox_orders(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the payload of the published case that these parameters are; raises Refusal for any other."""
    if parameters["CreatedAfter"] == "TEST_CASE_400":
        raise Refusal(400, message="Invalid Input")
    tolerated = {"CreatedAfter", "MarketplaceIds", "NextToken", "MaxResultsPerPage"}
    case = _LISTS.get((parameters["CreatedAfter"], parameters.get("NextToken")))
    if case is None or parameters.get("MarketplaceIds") != _US or set(parameters) - tolerated:
        raise _unmatched()
    return case


def sandbox_order(order_id: str) -> dict[str, Any]:
    """Return the order of a published case; raises Refusal for any other id."""
    if order_id == "TEST_CASE_400":
        raise Refusal(400, message="Invalid Input")
    if order_id not in _ORDERS:
        raise _unmatched()
    return _ORDERS[order_id]


def _unmatched() -> Refusal:
    return Refusal(400, message="Could not match input arguments")
