"""Amazon's static sandbox for Orders 2026-01-01: it answers its published cases and nothing else."""

from collections.abc import Mapping
from typing import Any, Final

from .tokens import Grant
from .wire import Refusal

__all__ = ["PUBLISHED", "sandbox_order", "sandbox_orders"]

_ALL_PARTS: Final = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"


def _order(order_id: str, marketplace_id: str, country: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "orderId": order_id,
        "createdTime": "2024-12-22T15:30:00Z",
        "lastUpdatedTime": "2024-12-23T10:00:00Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": marketplace_id},
        "recipient": {"deliveryAddress": {"countryCode": country, "addressType": "RESIDENTIAL"}},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [],
        **more,
    }


# The region whose host has the case, its parameters, and the answer.
_LISTS: Final[list[tuple[str, dict[str, str], dict[str, Any]]]] = [
    (
        "NA",
        {
            "createdAfter": "2024-12-20T00:00:00Z",
            "marketplaceIds": "A2Q3Y263D00KWC",
            "includedData": "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT",
        },
        {
            "orders": [
                _order("171-2345678-9012345", "A2Q3Y263D00KWC", "BR", "UNSHIPPED", programs=["AMAZON_BUSINESS"])
            ],
            "createdBefore": "2024-12-22T16:00:00Z",
        },
    ),
    (
        "EU",
        {
            "createdAfter": "2024-12-23T00:00:00Z",
            "marketplaceIds": "A1F83G8C2ARO7P",
            "includedData": _ALL_PARTS,
            "paginationToken": "9ZhB4RmVyc2lvbiAxLjAgb2YgdGhl",
        },
        {"orders": [_order("202-7654321-1098765", "A1F83G8C2ARO7P", "GB", "SHIPPED")]},
    ),
    (
        "FE",
        {"createdAfter": "2024-12-25T00:00:00Z", "marketplaceIds": "A1VC38T7YXB528", "includedData": _ALL_PARTS},
        {
            "orders": [_order("250-1234567-8901234", "A1VC38T7YXB528", "JP", "SHIPPED", programs=["PRIME"])],
            "pagination": {"nextToken": "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4"},
        },
    ),
]
_ORDERS: Final = {
    "171-9876543-2109876": (_ALL_PARTS, _order("171-9876543-2109876", "A2Q3Y263D00KWC", "BR", "UNSHIPPED")),
    "028-1234567-8901234": (
        "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX",
        _order("028-1234567-8901234", "A33AVAJ2PDY3EV", "TR", "SHIPPED"),
    ),
    "114-9876543-1234567": (
        "RECIPIENT,PROCEEDS,FULFILLMENT",
        _order("114-9876543-1234567", "ATVPDKIKX0DER", "US", "UNSHIPPED", programs=["IN_STORE_PICK_UP"]),
    ),
}
PUBLISHED: Final = frozenset({*_ORDERS, "TEST_CASE_400"})


def sandbox_orders(parameters: Mapping[str, str], grant: Grant) -> dict[str, Any] | None:
    """Return the answer of the published case that these parameters are, None for no case at all; raises Refusal."""
    after = parameters.get("createdAfter", "")
    if after == "TEST_CASE_400":
        raise Refusal(400, message="Invalid Input", details="Invalid Input")
    if after.startswith("TEST_CASE"):
        raise Refusal(400, message="Could not match input arguments")
    for region, expected, answer in _LISTS:
        if dict(parameters) == expected:
            if region not in grant.regions:
                raise Refusal.unauthorized("The marketplaces you provided are not valid for region.")
            return answer
    return None


def sandbox_order(order_id: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer of a published case; raises Refusal when other parts are requested."""
    if order_id == "TEST_CASE_400":
        raise Refusal(400, message="Invalid Input")
    included, order = _ORDERS[order_id]
    if parameters.get("includedData") != included:
        raise Refusal(400, message="Could not match input arguments")
    return {"order": order}
