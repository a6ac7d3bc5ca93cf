"""The one door to the network: pooled connections, and every exchange ends in bounded time and size.

It stands on httpcore, the engine of httpx: redirects are never followed, cookies never kept, and a small call takes
a third less time than with httpx's own requests, headers and responses. Certificates and proxies of the environment
are read with httpx.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple
from urllib.request import proxy_bypass

import httpcore

from ...errors import AmazonUnavailable
from ..clock import Budget, Clock
from .content_coding import decoded
from .failures import CONNECTION_ENDED, FAILURES, failure_of
from .network import BoundedBackend, Exchange
from .proxies import environment_proxy
from .request import encoded
from .tls import tls_context

__all__ = ["Headers", "Response", "Transport"]

# For connecting, each write, each read, and a free connection when all are in use.
_PHASE_SECONDS: Final = {"connect": 10.0, "write": 10.0, "read": 30.0, "pool": 30.0}
# For all of these together, to the last byte of the response. A page takes some seconds.
_EXCHANGE_SECONDS: Final = 120.0
# As many threads as may use one connection of Kognitos at once without waiting for each other.
_MOST_CONNECTIONS: Final = 32
_MOST_IDLE_CONNECTIONS: Final = 16
_IDLE_SECONDS: Final = 120.0
# The other side gave up waiting for a request, so it has not seen any.
_REQUEST_TIMEOUT: Final = 408


def _without_what_came(record: logging.LogRecord) -> bool:
    """Leave of httpcore's lines on a response that they were there: a server may send back what it was sent."""
    if str(record.msg).startswith("receive_response"):
        record.msg, record.args = str(record.msg).partition(" ")[0], ()
    return True


logging.getLogger("httpcore.http11").addFilter(_without_what_came)


class Headers(Mapping[str, str]):
    """The headers of a response: looked up in any case, never changed; those sent twice are joined by a comma."""

    __slots__ = ("_values",)

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self._values[key] = f"{self._values[key]}, {text}" if key in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        # Names only: a server may send back what it was sent.
        return f"Headers({', '.join(self)})"


class Response(NamedTuple):
    """What came back.

    Attributes:
        status: The HTTP status.
        headers: The HTTP headers; looked up in any case.
        body: The decoded body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # The body may hold a token or personal data.
        return f"Response(status={self.status}, {len(self.body)} bytes)"


class Transport:
    """Sends requests over connections that are kept open; safe for many threads.

    Args:
        clock: What tells the time.
        local: Whether everything goes to a local Amazon, which no proxy of the environment can reach.
        on_date: Told the header Date of each response, and within how many seconds of its request it came.

    Raises:
        InvalidSetting: The environment names a proxy or certificate authorities that cannot be right.
    """

    def __init__(
        self, clock: Clock, *, local: bool = False, on_date: Callable[[str, float], None] | None = None
    ) -> None:
        self._clock = clock
        self._on_date = on_date
        self._tls = None if local else tls_context()
        self._proxy = None if local else environment_proxy()
        self._direct = self._pool(None)
        self._proxied = self._pool(self._proxy) if self._proxy else None
        # NO_PROXY is read once for each host, as the proxy is.
        self._bypasses_proxy = cache(proxy_bypass)

    def send(
        self,
        method: str,
        url: str,
        budget: Budget,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Response:
        """Return the complete response, whatever its status; each value is percent-encoded exactly once.

        When a connection that was kept turns out to have ended, the request is sent once more, at once. Amazon may
        have seen it then, so nothing may go this way that must not happen twice; reading orders and getting tokens may.

        Raises:
            AmazonUnreachable: No connection, so the request was never sent.
            AmazonUnavailable: The connection broke, or no complete response came in time.
            UnreadableAnswer: The response is larger than 64 MiB.
        """
        left = _seconds_left(budget)
        request = encoded(method, url, query=query, headers=headers, form=form, json=json)
        request.extensions["timeout"] = {**_PHASE_SECONDS, "pool": min(_PHASE_SECONDS["pool"], left)}
        host = request.url.host.decode()
        proxied = self._proxied is not None and not self._bypasses_proxy(host)
        try:
            return self._exchange(request, proxied, min(_EXCHANGE_SECONDS, left))
        except FAILURES as error:  # pylint: disable=catching-non-exception # they are, but drawn from a table
            failure = failure_of(error, host, proxied=proxied)
        # Not in the handler: the chain of exceptions would tell what a strange response says.
        raise failure

    def close(self) -> None:
        """Close all connections; whatever is under way on them ends with an error."""
        self._direct.close()
        if self._proxied:
            self._proxied.close()

    def _exchange(self, request: httpcore.Request, proxied: bool, seconds: float) -> Response:
        pool = self._proxied if proxied and self._proxied else self._direct
        exchange = Exchange(self._clock.monotonic, self._clock.monotonic() + seconds)
        exchange.begin()
        try:
            response = self._response(pool, request)
            if response.status != _REQUEST_TIMEOUT or exchange.connected:
                return response
        except CONNECTION_ENDED:
            if exchange.connected or exchange.received:
                raise
        # Others that were kept may have ended as well: this pool has none.
        with self._pool(self._proxy if proxied else None) as fresh:
            return self._response(fresh, request)

    def _response(self, pool: httpcore.ConnectionPool, request: httpcore.Request) -> Response:
        sent = self._clock.monotonic()
        found = pool.handle_request(request)
        try:
            headers = Headers(found.headers)
            if self._on_date is not None:
                self._on_date(headers.get("date", ""), self._clock.monotonic() - sent)
            return Response(found.status, headers, decoded(found.iter_stream(), headers.get("content-encoding")))
        finally:
            found.close()

    def _pool(self, proxy: httpcore.Proxy | None) -> httpcore.ConnectionPool:
        return httpcore.ConnectionPool(
            self._tls,
            proxy=proxy,
            max_connections=_MOST_CONNECTIONS,
            max_keepalive_connections=_MOST_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
            network_backend=BoundedBackend(),
        )


def _seconds_left(budget: Budget) -> float:
    left = budget.remaining
    if left <= 0:
        raise AmazonUnavailable(
            "The time this step may take was used up before Amazon had answered everything. "
            "Run it again, or ask for less: a limit, or a narrower window of dates.",
            {"orders readable so far": f"{budget.orders_read:,}"},
        )
    return left
