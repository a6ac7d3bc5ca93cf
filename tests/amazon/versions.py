"""How the two versions of the Orders API spell what both do; tests run for each with the fixture `version`."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from playground.local_amazon.shape_2026 import in_2026_shape

__all__ = ["V0", "V2026", "Api", "ids"]

Orders: TypeAlias = list[dict[str, Any]]


@dataclass(frozen=True)
class Api:
    """One version.

    Attributes:
        setting: What selects it.
        list, one: Its operations.
        known: The operation that retrieves orders by their ids.
        rate: Pages a second.
        token: The parameter that holds the token of a page.
        id_key: Amazon's name for the id of an order.
    """

    setting: str
    list: str
    one: str
    known: str
    rate: float
    token: str
    id_key: str

    def orders(self, content: Any) -> Orders:
        """Return the orders in an answer."""
        return content["payload"]["Orders"] if self is V0 else content["orders"]

    def order(self, content: Any) -> dict[str, Any]:
        """Return the order in an answer with one."""
        return content["payload"] if self is V0 else content["order"]

    def page(self, orders: Orders, token: str | None) -> dict[str, Any]:
        """Return an answer with orders, given in the shape of v0."""
        if self is V0:
            return {"payload": {"Orders": orders, "NextToken": token}}
        return {"orders": [in_2026_shape(order) for order in orders], "pagination": {"nextToken": token}}

    def next_token(self, content: Any) -> tuple[dict[str, Any], str]:
        """Return the object that holds the token of the next page, and its key there."""
        return (content["payload"], "NextToken") if self is V0 else (content["pagination"], "nextToken")

    def id(self, order: dict[str, Any]) -> str:
        """Return the id of an order."""
        return order[self.id_key]

    def spoil(self, order: dict[str, Any]) -> None:
        """Make an order unreadable."""
        order["PurchaseDate" if self is V0 else "createdTime"] = None

    def cancel(self, order: dict[str, Any]) -> None:
        """Cancel an order."""
        if self is V0:
            order["OrderStatus"] = "Canceled"
        else:
            order["fulfillment"]["fulfillmentStatus"] = "CANCELLED"


V0 = Api("v0", "getOrders", "getOrder", "getOrders", 0.0167, "NextToken", "AmazonOrderId")
V2026 = Api(
    "2026-01-01", "searchOrders", "getOrder 2026-01-01", "getOrder 2026-01-01", 0.0056, "paginationToken", "orderId"
)


def ids(orders: list[Any]) -> list[str]:
    """Return the ids of orders as a step gets them."""
    return [order.amazon_order_id for order in orders]
