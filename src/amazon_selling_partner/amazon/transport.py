"""The one door to the network: pooled connections, and every exchange ends in bounded time."""

import platform
from collections.abc import Mapping
from functools import cache
from ssl import SSLContext
from typing import Final, NamedTuple

import httpx

from ..errors import AmazonUnavailable, AmazonUnreachable
from ..version import __version__
from .clock import Budget, Clock

__all__ = ["USER_AGENT", "Answer", "Transport"]

# Amazon's format, see https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests.
# No host name in it: it would tell Amazon about the machine.
USER_AGENT: Final = (
    f"KognitosAmazonSellingPartner/{__version__} "
    f"(Language=Python/{platform.python_version()}; Platform={platform.system() or 'unknown'})"
)

_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 30.0
_WRITE_SECONDS: Final = 10.0
_POOL_SECONDS: Final = 30.0
# A server that drips never lets a single read time out: this bounds the whole body. A page takes some seconds.
_BODY_SECONDS: Final = 90.0
# As many threads as may use one connection of Kognitos at once without waiting for each other.
_LIMITS: Final = httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=120.0)

_NOT_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Answer(NamedTuple):
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
        self._http = httpx.Client(
            verify=_tls_context(),
            limits=_LIMITS,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            trust_env=not local,
        )

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
    ) -> Answer:
        """Return the complete answer, whatever its status; each value is percent-encoded exactly once.

        Raises:
            AmazonUnreachable: No connection, so the request was never sent.
            AmazonUnavailable: The connection broke, or no complete answer came in time.
        """
        request = self._http.build_request(
            method, url, params=query, headers=headers, data=form, json=json, timeout=_timeout(budget)
        )
        ends = self._clock.monotonic() + min(_BODY_SECONDS, budget.remaining)
        try:
            response = self._http.send(request, stream=True)
            try:
                return Answer(response.status_code, response.headers, self._body(response, ends))
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
        self._http.close()

    def _body(self, response: httpx.Response, ends: float) -> bytes:
        parts = []
        for part in response.iter_bytes():
            parts.append(part)
            if self._clock.monotonic() > ends:
                raise _no_answer_in_time(response.url.host, "the body came too slowly")
        return b"".join(parts)


def _timeout(budget: Budget) -> httpx.Timeout:
    left = budget.remaining
    if left <= 0:
        raise AmazonUnavailable(
            "The time this step may take was used up before Amazon had answered everything. "
            "Run it again, or ask for less: a limit, or a narrower window of dates.",
            {"orders readable so far": f"{budget.orders_read:,}"},
        )
    return httpx.Timeout(
        connect=min(_CONNECT_SECONDS, left),
        read=min(_READ_SECONDS, left),
        write=min(_WRITE_SECONDS, left),
        pool=min(_POOL_SECONDS, left),
    )


def _no_answer_in_time(host: str, reason: str) -> AmazonUnavailable:
    return AmazonUnavailable(
        "Amazon did not answer in time. Run the step again in some minutes.", {"host": host, "reason": reason}
    )


@cache
def _tls_context() -> SSLContext:
    # Reading the certificate authorities takes longer than anything else here: once for all clients.
    return httpx.create_ssl_context()
