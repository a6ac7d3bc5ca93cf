"""The rules of Orders API 2026-01-01, as Amazon enforces them.

Follows Amazon's model orders_2026-01-01.json, and what live answers showed where the model is silent.
"""

import itertools
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from .parameters import ORDER_REGIONS, REGIONS, date, moment
from .sandbox_2026 import PUBLISHED, sandbox_order, sandbox_orders
from .shape_2026 import in_2026_shape
from .tokens import Grant
from .wire import Refusal

__all__ = ["Orders20260101"]

Order = dict[str, Any]

_PARAMETERS: Final = frozenset(
    [
        "createdAfter",
        "createdBefore",
        "lastUpdatedAfter",
        "lastUpdatedBefore",
        "fulfillmentStatuses",
        "marketplaceIds",
        "fulfilledBy",
        "maxResultsPerPage",
        "paginationToken",
        "includedData",
    ]
)
_STATUSES: Final = frozenset(
    ["PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"]
)
# Parts of an order, and of its items, that are left out unless included.
_PARTS: Final = {
    "BUYER": "buyer",
    "RECIPIENT": "recipient",
    "PROCEEDS": "proceeds",
    "EXPENSE": "expense",
    "PROMOTION": "promotion",
    "CANCELLATION": "cancellation",
    "FULFILLMENT": "fulfillment",
    "PACKAGES": "packages",
    "TAX": "tax",
    "PAYMENT": "payment",
    "FULFILLMENT_ORDERS": "fulfillmentOrders",
}
_ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
_PAGE_SIZE: Final = re.compile(r"[1-9]\d?|100", re.ASCII)
_MAX_MARKETPLACES: Final = 50
_DELAY: Final = timedelta(minutes=2)
_TOKEN_SECONDS: Final = 24 * 3600
_BAD_TOKEN: Final = (
    "The paginationToken you have submitted is not valid. All parameters must match the original request except "
    "maxResultsPerPage."
)
_NOT_OF_REGION: Final = "The marketplaces you provided are not valid for region."
# Personal data by the role that opens it; the roles have the names of v0's data elements.
_BUYER_DATA: Final = ("buyerName", "buyerEmail")
_ADDRESS_DATA: Final = ("name", "addressLine1", "addressLine2", "addressLine3", "postalCode", "phone")


class _Place(NamedTuple):
    """Where a pagination token goes on."""

    start: int
    until: datetime
    question: Mapping[str, str]
    refresh_token: str
    expires_at: float


class Orders20260101:
    """searchOrders and getOrder over a set of orders.

    Args:
        orders: Orders in the shape of v0, with all personal data.
        clock: POSIX seconds.
    """

    def __init__(self, orders: Sequence[Order], clock: Callable[[], float]) -> None:
        self._clock = clock
        oldest_first = sorted(orders, key=lambda order: order["PurchaseDate"])
        self._orders = [in_2026_shape(order) for order in oldest_first]
        self._by_id = {order["orderId"]: order for order in self._orders}
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._places: dict[str, _Place] = {}

    def get_order(self, order_id: str, parameters: Mapping[str, str], grant: Grant) -> Order:
        """Return a GetOrderResponse; raises Refusal."""
        if order_id in PUBLISHED:
            return sandbox_order(order_id, parameters)
        if not _ORDER_ID.fullmatch(order_id) or set(parameters) - {"includedData"}:
            raise Refusal(400)
        included = _listed(parameters, "includedData", _PARTS) or set()
        order = self._by_id.get(order_id)
        region = order and ORDER_REGIONS[order["salesChannel"]["marketplaceId"]]
        if order is None or grant.region not in {None, region}:
            raise Refusal(404, "NotFound", "The requested order does not exist.")
        if region not in grant.seller.regions:
            raise Refusal.unauthorized()
        return {"order": self._shown(order, included, grant)}

    def search_orders(self, parameters: Mapping[str, str], grant: Grant) -> Order:
        """Return a SearchOrdersResponse; raises Refusal."""
        if case := sandbox_orders(parameters, grant):
            return case
        if unknown := set(parameters) - _PARAMETERS:
            raise Refusal(400, details=f"Unknown parameter {sorted(unknown)[0]}")
        if not _PAGE_SIZE.fullmatch(parameters.get("maxResultsPerPage", "100")):
            raise Refusal(400, details="Invalid maxResultsPerPage")
        size = int(parameters.get("maxResultsPerPage", "100"))
        included = _listed(parameters, "includedData", _PARTS) or set()
        marketplaces = _marketplaces(parameters, grant)
        question = {
            name: text for name, text in parameters.items() if name not in {"paginationToken", "maxResultsPerPage"}
        }
        start, until = self._resumed(parameters, question, grant)
        name, after, until = self._bounds(question, until)
        selected = self._selected(question, marketplaces, name, after, until)
        page = selected[start : start + size]
        before = "createdBefore" if name == "createdTime" else "lastUpdatedBefore"
        answer: Order = {
            "orders": [self._shown(order, included, grant) for order in page],
            before: f"{until:%Y-%m-%dT%H:%M:%SZ}",
        }
        if start + size < len(selected):
            place = _Place(start + size, until, question, grant.seller.refresh_token, self._clock() + _TOKEN_SECONDS)
            answer["pagination"] = {"nextToken": self._token(place)}
        return answer

    def _bounds(self, question: Mapping[str, str], until: datetime | None) -> tuple[str, datetime, datetime]:
        """Return the kind of time that is filtered and its bounds; `until` is that of the first page."""
        created, updated = ({name for name in question if name.startswith(kind)} for kind in ("created", "lastUpdated"))
        if bool(created) == bool(updated) or not {"createdAfter", "lastUpdatedAfter"} & set(question):
            raise Refusal(400)
        kind = "created" if created else "lastUpdated"
        after, before = date(question, f"{kind}After"), date(question, f"{kind}Before")
        latest = datetime.fromtimestamp(self._clock(), UTC) - _DELAY
        if after is None or (before is not None and before > latest and until is None):
            raise Refusal(400)
        bound = before or until or latest.replace(microsecond=0)
        if after > bound:
            raise Refusal(400)
        return f"{kind}Time", after, bound

    def _selected(
        self, question: Mapping[str, str], marketplaces: set[str], name: str, after: datetime, until: datetime
    ) -> list[Order]:
        statuses = _listed(question, "fulfillmentStatuses", _STATUSES)
        channels = _listed(question, "fulfilledBy", {"MERCHANT", "AMAZON"})
        return [
            order
            for order in self._orders
            if after <= moment(order[name]) <= until
            and order["salesChannel"].get("marketplaceId") in marketplaces
            and (statuses is None or order["fulfillment"]["fulfillmentStatus"] in statuses)
            and (channels is None or order["fulfillment"].get("fulfilledBy") in channels)
        ]

    def _token(self, place: _Place) -> str:
        with self._lock:
            # `+`, `/` and `=` so that a value encoded twice or never does not pass by chance.
            token = f"local+page/{next(self._numbers)}=="
            self._places[token] = place
        return token

    def _resumed(
        self, parameters: Mapping[str, str], question: Mapping[str, str], grant: Grant
    ) -> tuple[int, datetime | None]:
        token = parameters.get("paginationToken")
        if token is None:
            return 0, None
        with self._lock:
            place = self._places.get(token)
        if (
            place is None
            or place.question != question
            or place.refresh_token != grant.seller.refresh_token
            or place.expires_at <= self._clock()
        ):
            raise Refusal(400, message=_BAD_TOKEN)
        return place.start, place.until

    def _shown(self, order: Order, included: set[str], grant: Grant) -> Order:
        """Return the included parts, with the personal data that the app's roles open."""
        hidden = {part for name, part in _PARTS.items() if name not in included}
        visible = {name: part for name, part in order.items() if name not in hidden}
        visible["orderItems"] = [
            {name: part for name, part in item.items() if name not in hidden} for item in order["orderItems"]
        ]
        by_merchant = order["fulfillment"].get("fulfilledBy") != "AMAZON"
        if "buyer" in visible:
            closed = set() if "buyerInfo" in grant.seller.roles else set(_BUYER_DATA)
            closed |= set() if by_merchant else {"buyerEmail"}
            visible["buyer"] = _without(visible["buyer"], closed)
        if "recipient" in visible:
            closed = set() if "shippingAddress" in grant.seller.roles else set(_ADDRESS_DATA)
            closed |= set() if by_merchant and not self._delivered(order) else {"phone"}
            visible["recipient"] = {"deliveryAddress": _without(visible["recipient"]["deliveryAddress"], closed)}
        return visible

    def _delivered(self, order: Order) -> bool:
        """Return whether the phone number is hidden because the order should have arrived."""
        latest = order["fulfillment"].get("deliverByWindow", {}).get("latestDateTime")
        shipped = order["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
        return shipped and latest is not None and moment(latest).timestamp() < self._clock()


def _without(part: Order, closed: set[str]) -> Order:
    return {name: value for name, value in part.items() if name not in closed}


def _marketplaces(parameters: Mapping[str, str], grant: Grant) -> set[str]:
    own = {marketplace for marketplace, region in REGIONS.items() if region in grant.regions}
    if "marketplaceIds" not in parameters:
        return own
    listed = parameters["marketplaceIds"].split(",")
    if not set(listed) <= set(REGIONS) or len(listed) > _MAX_MARKETPLACES:
        raise Refusal(400, details="Invalid marketplaceIds")
    if not set(listed) <= own or len({REGIONS[marketplace] for marketplace in listed}) > 1:
        raise Refusal.unauthorized(_NOT_OF_REGION)
    return set(listed)


def _listed(parameters: Mapping[str, str], name: str, known: Any) -> set[str] | None:
    if name not in parameters:
        return None
    values = set(parameters[name].split(","))
    if not values <= set(known):
        raise Refusal(400, details=f"Invalid {name}")
    return values
