"""Faults: what the local Amazon answers instead of its next responses, or changes in them.

The ready-made answers were all seen in front of the real Amazon. Those of gateways and proxies lack Amazon's headers.
"""

import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from ..server import Response
from .wire import Refusal

__all__ = [
    "Fault",
    "Faults",
    "access_denied_exception",
    "broken_bytes",
    "changed",
    "content_encoding",
    "denied",
    "deprecated",
    "dripping",
    "empty",
    "empty_order",
    "empty_payload",
    "gone",
    "hanging",
    "html_page",
    "login_refused",
    "no_longer_available",
    "not_found",
    "not_json",
    "null_message",
    "proxy_authentication",
    "raw_line_feeds",
    "redirect",
    "refused",
    "resetting",
    "resource_not_found",
    "secret_expired",
    "status",
    "token_expired",
    "token_missing",
    "token_revoked",
    "truncated",
]

_JSON_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Fault:
    """One disturbance.

    Attributes:
        instead: Answered in place of the real answer.
        change: Applied to the answer.
        ending: How the connection ends: "truncate", "reset", "drip" or "hang".
        foreign: Whether the answer comes from something between, and so lacks Amazon's headers.
    """

    instead: Response | None = None
    change: Callable[[Response], Response] | None = None
    ending: str | None = None
    foreign: bool = False

    def applied(self, response: Response) -> Response:
        """Return the response after this disturbance."""
        response = self.instead or response
        return self.change(response) if self.change else response


def status(code: int, body: str | bytes | dict[str, Any] = "", **headers: str) -> Fault:
    """Answer this status and body; a dictionary is sent as JSON. An underscore in a header's name means a hyphen."""
    if isinstance(body, dict):
        return Fault(instead=Response.of(code, body, **headers))
    content = body.encode() if isinstance(body, str) else body
    return Fault(instead=Response(code, content, {name.replace("_", "-"): text for name, text in headers.items()}))


def changed(change: Callable[[Any], Any]) -> Fault:
    """Answer what `change` makes of the JSON content."""

    def applied(response: Response) -> Response:
        return replace(response, body=json.dumps(change(json.loads(response.body))).encode())

    return Fault(change=applied)


# How connections end


def truncated() -> Fault:
    """Send half of the announced body and close."""
    return Fault(ending="truncate")


def resetting() -> Fault:
    """Reset the connection without an answer."""
    return Fault(ending="reset")


def dripping() -> Fault:
    """Send the body byte by byte, never to its end."""
    return Fault(ending="drip")


def hanging() -> Fault:
    """Answer nothing until the local Amazon stops."""
    return Fault(ending="hang")


# Gateways and proxies


def html_page(code: int) -> Fault:
    """Answer with an error page of nginx."""
    page = f"<html><head><title>{code}</title></head><body><h1>{code}</h1><hr>nginx</body></html>"
    return _between(code, page.encode())


def empty(code: int) -> Fault:
    """Answer with a status and nothing else, such as a bare 404, 408, 425 or 429."""
    return _between(code)


def redirect(location: str = "https://maintenance.example/", code: int = 302) -> Fault:
    """Point somewhere else."""
    return _between(code, Location=location)


def proxy_authentication() -> Fault:
    """Answer 407: a proxy wants to know who asks."""
    return _between(407, Proxy_Authenticate='Basic realm="proxy"')


def _between(code: int, body: bytes = b"", **headers: str) -> Fault:
    return replace(status(code, body, Server="nginx", Content_Type="text/html", **headers), foreign=True)


# Refusals in Amazon's form


def refused(code: int, error: str, message: str | None, details: str = "", **headers: str) -> Fault:
    """Answer with an error of the Selling Partner API."""
    return Fault(instead=Refusal(code, error, message, details, **headers).response)


def login_refused(code: int, error: str, description: str) -> Fault:
    """Answer with an error of Login with Amazon."""
    return status(code, {"error": error, "error_description": description, "request_id": "local-login"})


def denied(details: str = "") -> Fault:
    """Answer Amazon's 403 Unauthorized, which without details may mean region, role or authorization."""
    return Fault(instead=Refusal.unauthorized(details).response)


def secret_expired() -> Fault:
    """Answer 403 as the Selling Partner API does when the client secret has expired."""
    return denied("The LWA secret token you provided has expired.")


def token_expired() -> Fault:
    """Answer 403 for a token past its hour."""
    return denied("The access token you provided has expired.")


def token_revoked() -> Fault:
    """Answer 403 for a token that is revoked, malformed or invalid: Amazon says the same of all three."""
    return denied("The access token you provided is revoked, malformed or invalid.")


def token_missing() -> Fault:
    """Answer 403 for a request without a token."""
    return denied("Access token is missing in the request header.")


def access_denied_exception() -> Fault:
    """Answer 403 as searchOrders does for some sellers."""
    return refused(403, "AccessDeniedException", "Access to requested resource is denied.")


def null_message() -> Fault:
    """Answer 400 InvalidInput with a null message, as for a page token Amazon cannot use."""
    return refused(400, "InvalidInput", None, x_amzn_ErrorType="InvalidQueryStringException")


def deprecated() -> Fault:
    """Answer 400 for an operation that was removed."""
    return refused(400, "InvalidInput", "API is deprecated")


def no_longer_available() -> Fault:
    """Answer 403 for an operation that was removed."""
    return refused(403, "Unauthorized", "This operation is no longer available.")


def gone() -> Fault:
    """Answer 410 for an operation that was removed."""
    return refused(410, "Gone", "The requested resource is gone.")


def not_found() -> Fault:
    """Answer 404 for an order."""
    return refused(404, "NotFound", "The requested order does not exist.")


def resource_not_found() -> Fault:
    """Answer 404 for a path; seen on living paths, too."""
    return refused(404, "ResourceNotFound", "Cannot find resource by the given URI")


# Odd successes


def empty_payload() -> Fault:
    """Answer 200 without an order, as getOrder of v0 was seen to."""
    return status(200, {"payload": {}})


def empty_order() -> Fault:
    """Answer 200 without an order, in the form of 2026-01-01."""
    return status(200, {"order": {}})


def not_json(code: int = 200) -> Fault:
    """Answer with a body that claims to be JSON and is none."""
    return status(code, "Everything is fine.", Content_Type="application/json")


def raw_line_feeds(answer: Fault | None = None) -> Fault:
    """Put raw line feeds for the spaces in every JSON string of the real answer, or of the one given."""
    return _with_spaces_replaced(answer, b"\n")


def broken_bytes(answer: Fault | None = None) -> Fault:
    """Put bytes that are no UTF-8 for the spaces in every JSON string of the real answer, or of the one given."""
    return _with_spaces_replaced(answer, b"\xff")


def _with_spaces_replaced(answer: Fault | None, raw: bytes) -> Fault:
    def applied(response: Response) -> Response:
        body = _JSON_STRING.sub(lambda string: string[0].replace(b" ", raw), response.body)
        return replace(response, body=body)

    return replace(answer or Fault(), change=applied)


def content_encoding(name: str = "UTF-8") -> Fault:
    """Claim a content encoding, over a body that is not encoded at all."""
    return Fault(change=lambda response: replace(response, headers={**response.headers, "Content-Encoding": name}))


class Faults:
    """Faults by operation: a queue for the next calls, and one for every call until it is removed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}

    def next(self, operation: str, *faults: Fault | None) -> None:
        """Apply the faults to the next calls of the operation, in order; None lets one pass."""
        with self._lock:
            self._next[operation].extend(faults)

    def always(self, operation: str, fault: Fault | None) -> None:
        """Apply a fault to every call of the operation; None removes it."""
        with self._lock:
            if fault is None:
                self._always.pop(operation, None)
            else:
                self._always[operation] = fault

    def take(self, operation: str | None) -> Fault | None:
        """Return the fault for the call that has just arrived."""
        with self._lock:
            if operation is None:
                return None
            waiting = self._next[operation]
            return waiting.popleft() if waiting else self._always.get(operation)
