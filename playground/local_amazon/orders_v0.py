"""The rules of Orders API v0, as Amazon enforces them.

Follows Amazon's model ordersV0.json, and what live answers showed where the model is silent.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .filters_v0 import FILTERS, MAX_LISTED, ORDER_ID, filters_of
from .parameters import NON_AMAZON, ORDER_REGIONS, REGIONS, date, moment
from .sandbox import sandbox_order, sandbox_orders
from .tokens import Grant
from .wire import Refusal

__all__ = ["OrdersV0"]

# Amazon knows more of them; the book sends these.
_PARAMETERS: Final = frozenset(
    [
        "CreatedAfter",
        "CreatedBefore",
        "LastUpdatedAfter",
        "LastUpdatedBefore",
        "MarketplaceIds",
        "MaxResultsPerPage",
        "NextToken",
        *FILTERS,
    ]
)
_PAGE_SIZE: Final = re.compile(r"[1-9]\d?|100", re.ASCII)
# What an order shows of its address without a restricted data token.
_PUBLIC_ADDRESS: Final = ("City", "StateOrRegion", "PostalCode", "CountryCode")
_DELAY: Final = timedelta(minutes=2)
_TOO_RECENT: Final = (
    "The input you have submitted is not valid. Note that the error may be due to a systematic delay in data "
    "retrieval. The most updated data is 2 minutes after an order is created or last updated. If you set the "
    "CreatedBefore or LastUpdatedBefore parameters, please provide a date that is at least 2 minutes before current "
    "time and try again."
)
_UNDECODABLE: Final = (
    "We could not decode your NextToken. Possible reasons include: a transmission error, improper quoting or a "
    "truncation problem."
)


class OrdersV0:
    """getOrders and getOrder over a set of orders.

    Args:
        orders: Orders in Amazon's shape, with all personal data.
        clock: POSIX seconds.
        unknown_is_empty: Answer an unknown order with 200 and an empty payload, as Amazon was seen to do.
        statuses_leak: Take Unshipped and PartiallyShipped for each other as well, as Amazon was seen to do.
    """

    def __init__(
        self,
        orders: Sequence[dict[str, Any]],
        clock: Callable[[], float],
        *,
        unknown_is_empty: bool = False,
        statuses_leak: bool = False,
    ) -> None:
        self._clock = clock
        self._statuses_leak = statuses_leak
        self._unknown_is_empty = unknown_is_empty
        self._by_id = {order["AmazonOrderId"]: order for order in orders}
        # https://github.com/amzn/selling-partner-api-docs/issues/3751
        oldest_first = sorted(orders, key=lambda order: order["PurchaseDate"])
        self._orders = [
            (order, moment(order["PurchaseDate"]), moment(order["LastUpdateDate"])) for order in oldest_first
        ]
        self._secret = hashlib.sha256(str(len(orders)).encode()).hexdigest()[:8]

    def get_order(self, order_id: str, grant: Grant) -> dict[str, Any]:
        """Return the content of a GetOrderResponse; raises Refusal."""
        if order_id.startswith("TEST_CASE"):
            return {"payload": sandbox_order(order_id)}
        if not ORDER_ID.fullmatch(order_id):
            raise Refusal(400)
        order = self._by_id.get(order_id)
        region = order and ORDER_REGIONS[order["MarketplaceId"]]
        if order is None or grant.region not in {None, region}:
            if self._unknown_is_empty:
                return {"payload": {}}
            raise Refusal(404, "NotFound", "The requested order does not exist.")
        if region not in grant.seller.regions:
            raise Refusal.unauthorized()
        return {"payload": _shown(order, grant)}

    def get_orders(self, parameters: Mapping[str, str], grant: Grant) -> dict[str, Any]:
        """Return the content of a GetOrdersResponse; raises Refusal."""
        if parameters.get("CreatedAfter", "").startswith("TEST_CASE"):
            return {"payload": sandbox_orders(parameters)}
        if unknown := set(parameters) - _PARAMETERS:
            raise Refusal(400, details=f"Unknown parameter {sorted(unknown)[0]}")
        token = parameters.get("NextToken")
        if "MarketplaceIds" not in parameters:
            # Amazon leaves the message null here: https://github.com/amzn/selling-partner-api-models/issues/1269
            raise Refusal(400, message=None, x_amzn_ErrorType="InvalidQueryStringException")
        listed = parameters["MarketplaceIds"].split(",")
        marketplaces = set(listed)
        if not marketplaces <= set(REGIONS) or len(listed) > MAX_LISTED:
            raise Refusal(400, details="Invalid MarketplaceIds")
        regions = {REGIONS[marketplace] for marketplace in marketplaces}
        if len(regions) > 1 or not regions <= grant.regions:  # Each of Amazon's hosts serves one region.
            raise Refusal.unauthorized()
        question = {name: value for name, value in parameters.items() if name != "NextToken"}
        if "AmazonOrderIds" in question and ORDER_REGIONS[NON_AMAZON] in regions:
            marketplaces.add(NON_AMAZON)
        start, before = self._resume(token, question, grant) if token else (0, None)
        selected, bounds = self._selected(question, marketplaces, before)
        size = _page_size(parameters)
        payload: dict[str, Any] = {
            "Orders": [_shown(order, grant) for order in selected[start : start + size]],
            **bounds,
        }
        if start + size < len(selected):
            [before_text] = bounds.values()
            payload["NextToken"] = self._token(start + size, before_text, question, grant)
        return {"payload": payload}

    def _selected(
        self, question: Mapping[str, str], marketplaces: set[str], before: str | None
    ) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """Return the selected orders, and the upper bound as Amazon echoes it."""
        by_update = "LastUpdatedAfter" in question
        after_name, before_name = (
            ("LastUpdatedAfter", "LastUpdatedBefore") if by_update else ("CreatedAfter", "CreatedBefore")
        )
        latest = datetime.fromtimestamp(self._clock(), UTC) - _DELAY
        if after_name not in question or (by_update and {"CreatedAfter", "CreatedBefore"} & set(question)):
            raise Refusal(400)
        if not by_update and "LastUpdatedBefore" in question:
            raise Refusal(400)
        after, until = date(question, after_name), date(question, before_name)
        if until is not None and until > latest:
            raise Refusal(400, message=_TOO_RECENT)
        until = until or (moment(before) if before else latest.replace(microsecond=0))
        if after is None or after > until:
            raise Refusal(400)
        filters = filters_of(question, leaks=self._statuses_leak)
        selected = [
            order
            for order, created, updated in self._orders
            if after <= (updated if by_update else created) <= until
            and order["MarketplaceId"] in marketplaces
            and all(fits(order) for fits in filters)
        ]
        return selected, {before_name: f"{until:%Y-%m-%dT%H:%M:%SZ}"}

    def _token(self, start: int, before: str, question: Mapping[str, str], grant: Grant) -> str:
        content = json.dumps([start, before, self._digest(start, before, question, grant)]).encode()
        # The salt makes `+`, `/` and `=` frequent, so that a value encoded twice or never does not pass by chance.
        return base64.b64encode(b"\xfb\xef\xbe\xff" + content + b"\xff" * (3 - (4 + len(content)) % 3 + 1)).decode()

    def _resume(self, token: str, question: Mapping[str, str], grant: Grant) -> tuple[int, str]:
        try:
            raw = base64.b64decode(token, validate=True)
            start, before, digest = json.loads(raw.removeprefix(b"\xfb\xef\xbe\xff").rstrip(b"\xff"))
        except (ValueError, TypeError):
            raise Refusal(400, message=_UNDECODABLE) from None
        if digest != self._digest(start, before, question, grant):
            raise Refusal(400)
        return start, before

    def _digest(self, start: int, before: str, question: Mapping[str, str], grant: Grant) -> str:
        facts = json.dumps([start, before, sorted(question.items()), grant.seller.refresh_token, self._secret])
        return hashlib.sha256(facts.encode()).hexdigest()


def _shown(order: dict[str, Any], grant: Grant) -> dict[str, Any]:
    """Return an order with as much personal data as the token opens."""
    visible = dict(order)
    if "buyerInfo" not in grant.elements:
        visible.pop("BuyerInfo", None)
    if "buyerTaxInformation" not in grant.elements:
        visible.pop("BuyerTaxInformation", None)
    if "shippingAddress" not in grant.elements and visible.get("ShippingAddress"):
        address = visible["ShippingAddress"]
        visible["ShippingAddress"] = {name: address[name] for name in _PUBLIC_ADDRESS if name in address}
    return visible


def _page_size(parameters: Mapping[str, str]) -> int:
    text = parameters.get("MaxResultsPerPage", "100")
    if not _PAGE_SIZE.fullmatch(text):
        raise Refusal(400, details="Invalid MaxResultsPerPage")
    return int(text)
