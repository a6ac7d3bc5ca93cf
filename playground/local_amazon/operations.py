"""What a request is for: Amazon's name of the operation, the host's region, and the order id in the path."""

from collections.abc import Mapping
from typing import Final

from .parameters import REGIONS

__all__ = ["LOGIN_HOST", "OPERATIONS_OF_V0", "REGION_HOSTS", "operation_of", "order_id_of", "region_of"]

LOGIN_HOST: Final = "api.amazon.com"
REGION_HOSTS: Final = {
    f"{prefix}sellingpartnerapi-{region.lower()}.amazon.com": region
    for region in ("NA", "EU", "FE")
    for prefix in ("", "sandbox.")
}
OPERATIONS_OF_V0: Final = frozenset({"getOrders", "getOrder"})
_ORDERS: Final = "/orders/v0/orders"
_ORDERS_2026: Final = "/orders/2026-01-01/orders"
_PATHS: Final = {
    ("POST", "/auth/o2/token"): "login",
    ("POST", "/tokens/2021-03-01/restrictedDataToken"): "createRestrictedDataToken",
    ("GET", _ORDERS): "getOrders",
    ("GET", _ORDERS_2026): "searchOrders",
}
_ORDER_PATHS: Final = {f"{_ORDERS}/": "getOrder", f"{_ORDERS_2026}/": "getOrder 2026-01-01"}


def operation_of(host: str, method: str, path: str) -> str | None:
    """Return Amazon's name of the operation, None where this host has no such path."""
    operation = _PATHS.get((method, path))
    if method == "GET":
        operation = next((name for start, name in _ORDER_PATHS.items() if path.startswith(start)), operation)
    elsewhere = host in REGION_HOSTS if operation == "login" else host == LOGIN_HOST
    return None if elsewhere else operation


def order_id_of(path: str) -> str:
    """Return the order id with which the path of a single order ends."""
    return next(path.removeprefix(start) for start in _ORDER_PATHS if path.startswith(start))


def region_of(host: str, parameters: Mapping[str, str]) -> str:
    """Return the region whose quota counts a call; empty where neither host nor marketplace names it."""
    marketplaces = parameters.get("MarketplaceIds") or parameters.get("marketplaceIds") or ""
    return REGION_HOSTS.get(host) or REGIONS.get(marketplaces.partition(",")[0], "")
