"""A local Amazon on 127.0.0.1: Login with Amazon, the Tokens API and the Orders API, by Amazon's real rules.

`python -m playground amazon` serves it until Ctrl-C. Tests use it as a context manager:

    with LocalAmazon(seeded_orders(now), clock=clock) as amazon:
        amazon.faults.next("getOrders", faults.status(503))
        ...  # point AMAZON_SELLING_PARTNER_LOCAL_URL at amazon.url
        assert len(amazon.calls("getOrders")) == 2
"""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from ..server import Response, Server
from .faults import Faults
from .orders_2026 import Orders20260101
from .orders_v0 import OrdersV0
from .parameters import REGIONS
from .tokens import Grant, Tokens
from .usage_plans import Quota, UsagePlans
from .wire import DEMONSTRATION_SELLER, Recorded, Refusal, Seller

__all__ = ["DEMONSTRATION_SELLER", "LocalAmazon", "Seller"]

_ORDERS: Final = "/orders/v0/orders"
_ORDERS_2026: Final = "/orders/2026-01-01/orders"
_PATHS: Final = {
    ("POST", "/auth/o2/token"): "login",
    ("POST", "/tokens/2021-03-01/restrictedDataToken"): "createRestrictedDataToken",
    ("GET", _ORDERS): "getOrders",
    ("GET", _ORDERS_2026): "searchOrders",
}
# Operations whose path ends with an order id.
_ORDER_PATHS: Final = {f"{_ORDERS}/": "getOrder", f"{_ORDERS_2026}/": "getOrder 2026-01-01"}
_OF_V0: Final = frozenset({"getOrders", "getOrder"})
# Amazon sends the rate with these answers only.
_WITH_RATE: Final = frozenset({200, 400, 404})
_LONGEST_USER_AGENT: Final = 500


class LocalAmazon:
    """Serves from construction to `close`.

    Args:
        orders: Orders in the shape of v0, with all personal data.
        sellers: Who can log in.
        clock: POSIX seconds.
        expires_in: How long tokens are valid, in seconds.
        quota: How much faster than Amazon's the usage plans fill; 0 enforces none.
        port: The port to listen on; 0 takes any.
        rate_header: Whether answers tell the rate.
        retry_after: Whether a 429 tells when to come back.
        unknown_is_empty: Answer an unknown order with 200 and an empty payload.
        statuses_leak: Take Unshipped and PartiallyShipped for each other as well where v0 is asked for one.
        role_refusal: The status with which a missing role is told.
        v0_removed: Whether Orders API v0 is gone.

    Attributes:
        url: Where it listens.
        v0_removed: As above; can be changed at any time.
        faults: Disturbances to come.
        tokens: The tokens handed out.
        requests: Everything that was asked, in order.
    """

    def __init__(
        self,
        orders: Sequence[dict[str, Any]] = (),
        *,
        sellers: Sequence[Seller] = (DEMONSTRATION_SELLER,),
        clock: Callable[[], float] = time.time,
        expires_in: int = 3600,
        quota: float = 0,
        port: int = 0,
        rate_header: bool = True,
        retry_after: bool = False,
        unknown_is_empty: bool = False,
        statuses_leak: bool = False,
        role_refusal: int = 400,
        v0_removed: bool = False,
    ) -> None:
        self.faults = Faults()
        self.tokens = Tokens(tuple(sellers), clock, expires_in, role_refusal)
        self.requests: list[Recorded] = []
        self._plans = UsagePlans(clock, quota, retry_after=retry_after)
        self._rate_header = rate_header
        self._orders = OrdersV0(orders, clock, unknown_is_empty=unknown_is_empty, statuses_leak=statuses_leak)
        self._orders_2026 = Orders20260101(orders, clock)
        self.v0_removed = v0_removed
        self._numbers = itertools.count(1)
        self._server = Server(port, self._respond, clock)
        self.url = self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving, and let go of every connection."""
        self._server.close()

    def calls(self, operation: str) -> list[Recorded]:
        """Return the requests of one operation; Login with Amazon is "login"."""
        return [request for request in self.requests if request.operation == operation]

    def quota_left(self) -> list[Quota]:
        """Return what is left of the quota of each operation that was called; nothing where none is enforced."""
        return self._plans.left()

    def _respond(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, connection: int
    ) -> tuple[Response, str | None]:
        """Return the response, and how the connection is to end."""
        parts = urlsplit(target)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        operation = _operation(method, parts.path)
        recorded = Recorded(operation, method, parts.path, target, parameters, headers, body, connection)
        fault = self.faults.take(operation)
        request_id = f"local-request-{next(self._numbers):06d}"
        try:
            response = self._answer(recorded, request_id)
        except Refusal as refusal:
            response = refusal.response
        if fault is not None:
            response = fault.applied(response)
        self.requests.append(replace(recorded, status=response.status))
        if self._rate_header and operation not in {None, "login"} and response.status in _WITH_RATE:
            response = replace(
                response, headers={"x-amzn-RateLimit-Limit": str(self._plans.rate(operation)), **response.headers}
            )
        response = replace(response, headers={"x-amzn-RequestId": request_id, **response.headers})
        return response, fault.ending if fault else None

    def _answer(self, request: Recorded, request_id: str) -> Response:
        if request.operation == "login":
            return self.tokens.login(request.headers.get("content-type", ""), request.body, request_id)
        if request.operation is None or (self.v0_removed and request.operation in _OF_V0):
            raise Refusal(404, "ResourceNotFound", "Cannot find resource by the given URI")
        if not request.headers.get("user-agent"):
            raise Refusal(400, details="The user-agent header is missing")
        if len(request.headers["user-agent"]) > _LONGEST_USER_AGENT:
            raise Refusal(400, details="The user-agent header is too long")
        grant = self.tokens.grant(request.headers.get("x-amz-access-token"), request.path)
        self._plans.count(request.operation, grant.seller.refresh_token, _region(request.parameters))
        return self._content(request, grant)

    def _content(self, request: Recorded, grant: Grant) -> Response:
        if request.operation == "createRestrictedDataToken":
            return self.tokens.create_restricted(grant, request.headers.get("content-type", ""), request.body)
        if request.operation == "getOrders":
            return Response.of(200, self._orders.get_orders(request.parameters, grant))
        if request.operation == "getOrder":
            return Response.of(200, self._orders.get_order(request.path.removeprefix(f"{_ORDERS}/"), grant))
        if request.operation == "searchOrders":
            return Response.of(200, self._orders_2026.search_orders(request.parameters, grant))
        order_id = request.path.removeprefix(f"{_ORDERS_2026}/")
        return Response.of(200, self._orders_2026.get_order(order_id, request.parameters, grant))


def _operation(method: str, path: str) -> str | None:
    if method == "GET":
        for start, operation in _ORDER_PATHS.items():
            if path.startswith(start):
                return operation
    return _PATHS.get((method, path))


def _region(parameters: Mapping[str, str]) -> str:
    # One address serves all regions here; only a list of orders tells which one is meant.
    marketplaces = parameters.get("MarketplaceIds") or parameters.get("marketplaceIds") or ""
    return REGIONS.get(marketplaces.partition(",")[0], "")
