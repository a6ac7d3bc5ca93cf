"""The one door to the network: pooled connections, and every exchange ends in bounded time.

It stands on httpx's transport, not on its client: redirects are never followed, cookies never kept, and a call
takes a quarter less time. Proxies of the environment are obeyed.
"""

import platform
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode
from urllib.request import getproxies, proxy_bypass

import httpx

from ..errors import AmazonUnavailable, AmazonUnreachable
from ..version import __version__
from .clock import Budget, Clock

__all__ = ["USER_AGENT", "Response", "Transport"]

# Amazon's format, see https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests.
# No host name in it: it would tell Amazon about the machine.
USER_AGENT: Final = (
    f"KognitosAmazonSellingPartner/{__version__} "
    f"(Language=Python/{platform.python_version()}; Platform={platform.system() or 'unknown'})"
)

_HEADERS: Final = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}

# For connecting, each write, each read, and a free connection when all are in use.
_PHASE_SECONDS: Final = {"connect": 10.0, "write": 10.0, "read": 30.0, "pool": 30.0}
# A server that drips never lets a single read time out: this bounds the whole body. A page takes some seconds.
_BODY_SECONDS: Final = 90.0
# As many threads as may use one connection of Kognitos at once without waiting for each other.
_LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=120.0)

_NOT_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


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


class Transport:
    """Sends requests over connections that are kept open; safe for many threads.

    Args:
        clock: What tells the time.
        local: Whether everything goes to a local Amazon, which no proxy of the environment can reach.
    """

    def __init__(self, clock: Clock, *, local: bool = False) -> None:
        self._clock = clock
        self._direct = httpx.HTTPTransport(verify=_tls_context(), limits=_LIMITS, trust_env=False)
        proxies = {} if local else getproxies()
        proxy = proxies.get("https") or proxies.get("all")
        self._proxied = proxy and httpx.HTTPTransport(verify=_tls_context(), limits=_LIMITS, proxy=proxy)

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

        Raises:
            AmazonUnreachable: No connection, so the request was never sent.
            AmazonUnavailable: The connection broke, or no complete answer came in time.
        """
        request = httpx.Request(
            method,
            f"{url}?{urlencode(query, quote_via=quote, safe='')}" if query else url,
            headers={**_HEADERS, **(headers or {})},
            data=form,
            json=json,
            extensions={"timeout": _timeouts(budget)},
        )
        ends = self._clock.monotonic() + min(_BODY_SECONDS, budget.remaining)
        try:
            response = self._way_to(request.url.host).handle_request(request)
            try:
                return Response(response.status_code, response.headers, self._body(request.url.host, response, ends))
            finally:
                response.close()
        except _NOT_CONNECTED as error:
            raise AmazonUnreachable(
                "Amazon could not be reached. Check that this deployment may open connections to Amazon, "
                "then run the step again.",
                {"host": request.url.host, "reason": type(error).__name__},
            ) from error
        except httpx.TimeoutException as error:
            raise _no_answer_in_time(request.url.host, type(error).__name__) from error
        except httpx.RequestError as error:
            raise AmazonUnavailable(
                "The connection to Amazon broke before its answer was complete. Run the step again in some minutes.",
                {"host": request.url.host, "reason": type(error).__name__},
            ) from error

    def close(self) -> None:
        """Close all connections; whatever is under way on them ends with an error."""
        self._direct.close()
        if self._proxied:
            self._proxied.close()

    def _way_to(self, host: str) -> httpx.HTTPTransport:
        return self._proxied if self._proxied and not proxy_bypass(host) else self._direct

    def _body(self, host: str, response: httpx.Response, ends: float) -> bytes:
        parts = []
        for part in response.iter_bytes():
            parts.append(part)
            if self._clock.monotonic() > ends:
                raise _no_answer_in_time(host, "the body came too slowly")
        return b"".join(parts)


def _timeouts(budget: Budget) -> dict[str, float]:
    left = budget.remaining
    if left <= 0:
        raise AmazonUnavailable(
            "The time this step may take was used up before Amazon had answered everything. "
            "Run it again, or ask for less: a limit, or a narrower window of dates.",
            {"orders readable so far": f"{budget.orders_read:,}"},
        )
    return {phase: min(seconds, left) for phase, seconds in _PHASE_SECONDS.items()}


def _no_answer_in_time(host: str, reason: str) -> AmazonUnavailable:
    return AmazonUnavailable(
        "Amazon did not answer in time. Run the step again in some minutes.", {"host": host, "reason": reason}
    )


@cache
def _tls_context() -> SSLContext:
    # Reading the certificate authorities takes longer than anything else here: once for all clients.
    return httpx.create_ssl_context()
