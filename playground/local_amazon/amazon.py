"""A local Amazon: Login with Amazon, the Tokens API and the Orders API, by Amazon's real rules.

`python -m playground amazon` serves it on 127.0.0.1 until Ctrl-C. Tests use it as a context manager, over HTTP:

    with LocalAmazon(seeded_orders(now), clock=clock) as amazon:
        amazon.faults.next("getOrders", faults.html_page(503))
        ...  # point AMAZON_SELLING_PARTNER_LOCAL_URL at amazon.url
        assert len(amazon.calls("getOrders")) == 2

or without a socket, under the names of Amazon's hosts: `httpx.MockTransport(amazon.handle)`.
"""

import itertools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from ..server import Response, Server
from .faults import Fault, Faults, resource_not_found
from .in_memory import answered
from .operations import OPERATIONS_OF_V0, REGION_HOSTS, operation_of, order_id_of, region_of
from .orders_2026 import Orders20260101
from .orders_v0 import OrdersV0
from .tokens import Grant, RoleSentence, Tokens
from .usage_plans import Quota, UsagePlans
from .wire import DEMONSTRATION_SELLER, Recorded, Refusal, RequestLog, Seller

__all__ = ["DEMONSTRATION_SELLER", "LocalAmazon", "Seller"]

# Amazon sends the rate with these answers only.
_WITH_RATE: Final = frozenset({200, 400, 404})
_LONGEST_USER_AGENT: Final = 500


class LocalAmazon:
    """Answers from construction to `close`.

    Args:
        orders: Orders in the shape of v0, with all personal data.
        sellers: Who can log in.
        clock: POSIX seconds.
        expires_in: How long tokens are valid, in seconds.
        quota: How much faster than Amazon's the usage plans fill; 0 enforces none.
        port: The port to listen on; 0 takes any.
        latency: How many seconds each answer takes over HTTP.
        rate_header: Whether responses have the rate header.
        retry_after: Whether a 429 has Retry-After.
        unknown_is_empty: Answer an unknown order with 200 and an empty payload.
        statuses_leak: Whether v0 returns PartiallyShipped orders for Unshipped, and the other way round.
        role_refusal: The status that refuses a missing role.
        role_sentence: Which of Amazon's sentences refuses it: "elements", "resource" or "denied".
        generic_paths: Whether restricted data tokens are issued for the generic path.
        rdt_refused_on_use: Whether restricted data tokens are issued and then refused.
        v0_removed: Whether Orders API v0 is gone: with 404 ResourceNotFound, or with the given fault.

    Attributes:
        latency: As above; can be changed at any time.
        v0_removed: As above; can be changed at any time.
        faults: Disturbances to come.
        tokens: The tokens handed out; its rules can be changed at any time.
        requests: The latest 1,000 requests, in order.
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
        latency: float = 0,
        rate_header: bool = True,
        retry_after: bool = False,
        unknown_is_empty: bool = False,
        statuses_leak: bool = False,
        role_refusal: int = 400,
        role_sentence: RoleSentence = "elements",
        generic_paths: bool = True,
        rdt_refused_on_use: bool = False,
        v0_removed: bool | Fault = False,
    ) -> None:
        self.faults = Faults()
        self.tokens = Tokens(
            tuple(sellers),
            clock,
            expires_in,
            role_refusal=role_refusal,
            role_sentence=role_sentence,
            generic_paths=generic_paths,
            rdt_refused_on_use=rdt_refused_on_use,
        )
        self.requests = RequestLog()
        self.latency = latency
        self.v0_removed = v0_removed
        self._plans = UsagePlans(clock, quota, retry_after=retry_after)
        self._rate_header = rate_header
        self._orders = OrdersV0(orders, clock, unknown_is_empty=unknown_is_empty, statuses_leak=statuses_leak)
        self._orders_2026 = Orders20260101(orders, clock)
        self._numbers = itertools.count(1)
        self._clock = clock
        self._port = port
        self._lock = threading.Lock()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where it listens on 127.0.0.1; it begins to when this is first read."""
        with self._lock:
            if self._server is None:
                self._server = Server(self._port, self._respond_over_http, self._clock)
            return self._server.url

    def close(self) -> None:
        """Stop serving, and let go of every connection."""
        if self._server is not None:
            self._server.close()

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer without a socket; the host of the URL decides the region, as Amazon's hosts do.

        Raises:
            httpx.ConnectError: The host is none of Amazon's and not this machine.
            httpx.TransportError: A fault ends the connection.
        """
        return answered(request, self._respond, self._clock())

    def calls(self, operation: str) -> list[Recorded]:
        """Return the requests of one operation; Login with Amazon is "login"."""
        return [request for request in self.requests[:] if request.operation == operation]

    def quota_left(self) -> list[Quota]:
        """Return what is left of the quota of each operation that was called; nothing where none is enforced."""
        return self._plans.left()

    def _respond_over_http(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, connection: int
    ) -> tuple[Response, str | None]:
        if self.latency:
            time.sleep(self.latency)
        return self._respond(method, target, headers, body, connection)

    def _respond(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, connection: int
    ) -> tuple[Response, str | None]:
        """Return the response, and how the connection is to end."""
        parts = urlsplit(target)
        parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
        operation = operation_of(headers.get("host", ""), method, parts.path)
        request = Recorded(operation, method, parts.path, target, parameters, headers, body, connection)
        fault = self.faults.take(operation) or Fault()
        request_id = f"local-request-{next(self._numbers):06d}"
        try:
            response = self._answer(request, request_id)
        except Refusal as refusal:
            response = refusal.response
        response = fault.applied(response)
        self.requests.append(replace(request, status=response.status))
        if not fault.foreign:
            response = replace(response, headers={**self._headers(operation, response, request_id), **response.headers})
        return response, fault.ending

    def _headers(self, operation: str | None, response: Response, request_id: str) -> dict[str, str]:
        headers = {"x-amzn-RequestId": request_id}
        if self._rate_header and operation not in {None, "login"} and response.status in _WITH_RATE:
            headers["x-amzn-RateLimit-Limit"] = str(self._plans.rate(operation))
        return headers

    def _answer(self, request: Recorded, request_id: str) -> Response:
        if request.operation == "login":
            return self.tokens.login(request.headers.get("content-type", ""), request.body, request_id)
        if request.operation is None:
            raise Refusal(404, "ResourceNotFound", "Cannot find resource by the given URI")
        if self.v0_removed and request.operation in OPERATIONS_OF_V0:
            removal = self.v0_removed if isinstance(self.v0_removed, Fault) else resource_not_found()
            return removal.applied(Response.of(200, {}))
        if not request.headers.get("user-agent"):
            raise Refusal(400, details="The user-agent header is missing")
        if len(request.headers["user-agent"]) > _LONGEST_USER_AGENT:
            raise Refusal(400, details="The user-agent header is too long")
        host = request.headers.get("host", "")
        grant = self.tokens.grant(request.headers.get("x-amz-access-token"), request.path, REGION_HOSTS.get(host))
        self._plans.count(request.operation, grant.seller.refresh_token, region_of(host, request.parameters))
        return self._content(request, grant)

    def _content(self, request: Recorded, grant: Grant) -> Response:
        if request.operation == "createRestrictedDataToken":
            return self.tokens.create_restricted(grant, request.headers.get("content-type", ""), request.body)
        if request.operation == "getOrders":
            return Response.of(200, self._orders.get_orders(request.parameters, grant))
        if request.operation == "searchOrders":
            return Response.of(200, self._orders_2026.search_orders(request.parameters, grant))
        order_id = order_id_of(request.path)
        if request.operation == "getOrder":
            return Response.of(200, self._orders.get_order(order_id, grant))
        return Response.of(200, self._orders_2026.get_order(order_id, request.parameters, grant))
