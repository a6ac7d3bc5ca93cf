"""Sends requests through httpx's transport and turns its exceptions into actionable errors.

The transport, unlike httpx's client, follows no redirects, keeps no cookies and logs no URLs, and a small call takes
about a quarter less CPU.
"""

import platform
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode
from urllib.request import proxy_bypass

import httpx

from ... import messages
from ...errors import AmazonUnavailable, AmazonUnreachable, SellingPartnerError, UnreadableAnswer
from ...version import __version__
from ..clock import Budget, Clock
from .connections import authorities_variable, connections, local_connections, proxied_connections
from .deadline import Deadline

__all__ = ["MAX_BYTES", "USER_AGENT", "Response", "Transport"]

# Amazon's format, see https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests,
# but without the host name that Amazon suggests: it would identify the machine.
USER_AGENT: Final = (
    f"KognitosAmazonSellingPartner/{__version__} "
    f"(Language=Python/{platform.python_version()}; Platform={platform.system() or 'unknown'})"
)
# For a decoded body. A page of 100 orders with every documented field takes less than one MiB.
MAX_BYTES: Final = 64 * 1024 * 1024
# For connecting, and for each write and each read.
_PHASE_SECONDS: Final = {"connect": 10.0, "write": 10.0, "read": 30.0}
# For a whole exchange. A page takes some seconds.
_EXCHANGE_SECONDS: Final = 120.0

_HEADERS: Final = [
    (b"User-Agent", USER_AGENT.encode()),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", b"gzip, deflate"),
]
# As an explicit stream it saves httpx the work of encoding no content.
_NO_CONTENT: Final = httpx.ByteStream(b"")
# Amazon never saw a request that ended with one of these.
_NOT_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)


class Response(NamedTuple):
    """A complete response.

    Attributes:
        status: The HTTP status.
        headers: The HTTP headers; names are case-insensitive.
        body: The decoded body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # The body may contain a token or personal data.
        return f"Response(status={self.status}, {len(self.body)} bytes)"


class Transport:
    """Sends requests over pooled connections; thread-safe.

    Args:
        clock: The clock.
        local: Whether every request goes to a local Amazon, bypassing the environment's proxy.
        network: Replaces all connections and the environment's proxy; for tests.

    Raises:
        InvalidSetting: The environment names an invalid proxy or unreadable certificate authorities.
    """

    def __init__(self, clock: Clock, *, local: bool = False, network: httpx.BaseTransport | None = None) -> None:
        self._clock = clock
        self._local = local
        self._replaced = network is not None
        self._direct = network or (local_connections() if local else connections())
        self._proxied = None if local or network else proxied_connections()
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
        """Return the complete response, whatever its status. Query values are percent-encoded here.

        Raises:
            AmazonUnreachable: There was no connection, or no time for one, so Amazon never saw the request.
            AmazonUnavailable: The time ran out, or the connection broke; Amazon may have seen the request.
            UnreadableAnswer: The response is larger than 64 MiB, or not in the content encoding that it declares.
        """
        left = min(budget.remaining, _EXCHANGE_SECONDS)
        if left <= 0:
            raise AmazonUnreachable(messages.TIME_USED_UP, {"orders read so far": budget.orders_read})
        host, target = _split(url, query)
        request = _request(method, host, headers or {}, form, json)
        request.extensions["timeout"] = {phase: min(seconds, left) for phase, seconds in _PHASE_SECONDS.items()}
        return self._exchange(request, target, budget, left)

    def close(self) -> None:
        """Close all connections; requests in progress end with an error."""
        self._direct.close()
        if self._proxied:
            self._proxied[0].close()

    def _exchange(self, request: httpx.Request, target: str, budget: Budget, seconds: float) -> Response:
        host = request.url
        network, proxy = self._route(host.host)
        if proxy or self._replaced:
            request.url = httpx.URL(f"{host}{target}")
        else:
            # Parsing the whole URL takes longer than the rest of the request. Not for a proxy: its CONNECT would use
            # this target as well.
            request.extensions["target"] = target.encode()
        deadline = Deadline(self._clock, seconds)
        try:
            return _read(network.handle_request(request), deadline)
        except (httpx.RequestError, TimeoutError) as error:
            failure = self._failure(error, host, budget, proxy)
        # Raised outside the handler, because the original exceptions may quote what the server sent.
        raise failure

    def _route(self, host: str) -> tuple[httpx.BaseTransport, str | None]:
        """Return the connections to a host, and the variable that names their proxy."""
        if self._proxied is None or self._bypasses_proxy(host):
            return self._direct, None
        return self._proxied

    def _failure(
        self, error: Exception, host: httpx.URL, budget: Budget, proxy_variable: str | None
    ) -> SellingPartnerError:
        cause = _system_error(error)
        distrusted = isinstance(cause, ssl.SSLCertVerificationError)
        late = isinstance(error, httpx.TimeoutException | TimeoutError)
        kind = AmazonUnreachable if isinstance(error, _NOT_CONNECTED) else AmazonUnavailable
        if distrusted:
            sentence = messages.CERTIFICATE_NOT_TRUSTED
        elif late and budget.remaining <= 0:
            sentence = messages.TIME_USED_UP
        elif kind is AmazonUnreachable:
            sentence = self._unreachable(proxy_variable)
        else:
            sentence = messages.AMAZON_TOO_SLOW if late else messages.CONNECTION_BROKEN
        return kind(
            sentence,
            {
                "host": host.netloc.decode(),
                "proxy": proxy_variable,
                "authorities": authorities_variable() if distrusted else None,
                "orders read so far": budget.orders_read if sentence is messages.TIME_USED_UP else None,
                "reason": _reason(error, cause),
            },
            final=distrusted,
        )

    def _unreachable(self, proxy_variable: str | None) -> str:
        if proxy_variable:
            return messages.PROXY_NOT_CONNECTED
        return messages.LOCAL_AMAZON_UNREACHABLE if self._local else messages.AMAZON_UNREACHABLE


def _split(url: str, query: Mapping[str, str] | None) -> tuple[httpx.URL, str]:
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    parameters = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return _host(f"{scheme}://{authority}"), f"/{path}{parameters}"


@cache
def _host(url: str) -> httpx.URL:
    # There are only a few: one for each region, and Login with Amazon.
    return httpx.URL(url)


def _request(
    method: str, url: httpx.URL, headers: Mapping[str, str], form: Mapping[str, str] | None, json: object
) -> httpx.Request:
    pairs = ((name.encode(), value.encode()) for name, value in headers.items())
    return httpx.Request(
        method,
        url,
        headers=[(b"Host", url.netloc), *_HEADERS, *pairs],
        data=form,
        json=json,
        stream=_NO_CONTENT if form is None and json is None else None,
    )


def _read(response: httpx.Response, deadline: Deadline) -> Response:
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in response.iter_bytes():
            deadline.seconds_left()
            size += len(chunk)
            if size > MAX_BYTES:
                raise UnreadableAnswer(messages.RESPONSE_TOO_LARGE, final=True)
            chunks.append(chunk)
    except httpx.DecodingError:
        if not response.is_success:
            return Response(response.status_code, response.headers, b"")
        coding = response.headers["content-encoding"]
        raise UnreadableAnswer(messages.RESPONSE_UNDECODABLE, {"content encoding": coding}) from None
    finally:
        response.close()
    return Response(response.status_code, response.headers, b"".join(chunks))


def _system_error(error: BaseException | None) -> OSError | None:
    """Return the error of the system or of OpenSSL; httpx sometimes has it only as the context."""
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__
    return error


def _reason(error: Exception, cause: OSError | None) -> str:
    """Return the kind of failure in the system's words, never the server's: those may quote the request."""
    name = type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return f"{name}: status {str(error)[:3]}"
    detail = (
        getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or getattr(cause, "strerror", None)
    )
    return f"{name}: {detail}" if detail else name
