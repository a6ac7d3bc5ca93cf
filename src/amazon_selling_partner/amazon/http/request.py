"""A request as httpcore takes it: encoded once, and without any value that could not be sent."""

import platform
from collections.abc import Mapping
from functools import cache
from json import dumps
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import httpcore

from ...errors import UnreadableAnswer
from ...version import __version__
from .content_coding import ACCEPTED

__all__ = ["USER_AGENT", "encoded"]

# Amazon's format, see https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests.
# No host name in it: it would tell Amazon about the machine.
USER_AGENT: Final = (
    f"KognitosAmazonSellingPartner/{__version__} "
    f"(Language=Python/{platform.python_version()}; Platform={platform.system() or 'unknown'})"
)

_HEADERS: Final = [
    (b"User-Agent", USER_AGENT.encode()),
    (b"Accept", b"application/json"),
    (b"Accept-Encoding", ACCEPTED.encode()),
]
_FORM: Final = (b"Content-Type", b"application/x-www-form-urlencoded")
_JSON: Final = (b"Content-Type", b"application/json")


def encoded(
    method: str,
    url: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    json: object = None,
) -> httpcore.Request:
    """Return the request; each value of the query is percent-encoded exactly once.

    Raises:
        UnreadableAnswer: A header cannot be sent; the only ones that come from elsewhere are Amazon's tokens.
    """
    origin, target = _split(url)
    if query:
        target += f"?{urlencode(query, quote_via=quote, safe='')}"
    content = _content(form, json)
    return httpcore.Request(
        method,
        httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target),
        headers=[origin.host_header, *_HEADERS, *_pairs(headers or {}), *content.headers],
        content=content.parts,
    )


class _Origin(NamedTuple):
    scheme: bytes
    host: bytes
    port: int | None
    host_header: tuple[bytes, bytes]


def _split(url: str) -> tuple[_Origin, str]:
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    return _origin(scheme, authority), f"/{path}"


@cache
def _origin(scheme: str, authority: str) -> _Origin:
    # Few: one for each region, and Login with Amazon.
    parts = urlsplit(f"{scheme}://{authority}")
    return _Origin(scheme.encode(), (parts.hostname or "").encode(), parts.port, (b"Host", authority.encode()))


class _Content(NamedTuple):
    headers: tuple[tuple[bytes, bytes], ...]
    parts: tuple[bytes, ...]


_NO_CONTENT: Final = _Content((), ())


def _content(form: Mapping[str, str] | None, json: object) -> _Content:
    if form is None and json is None:
        return _NO_CONTENT
    body = (urlencode(form or {}) if json is None else dumps(json, separators=(",", ":"))).encode()
    return _Content((_FORM if json is None else _JSON, (b"Content-Length", b"%d" % len(body))), (body,))


def _pairs(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    for name, value in headers.items():
        # Refused here, where no error text and no log shows the value: it may be a token.
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            raise UnreadableAnswer(
                "Amazon handed out a token that cannot be sent back to it, so the call was not made. Run the step "
                "again in some minutes; if that does not help, report it.",
                {"header": name},
            )
    return [(name.encode(), value.encode()) for name, value in headers.items()]
