"""Lets only this page's own requests through: a page on another site must not speak to a server on this machine."""

from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..loopback import FOREIGN_PAGE, refusal

__all__ = ["OwnRequestsOnly"]

# The page's scripts are inline and compile templates, as NiceGUI makes them. Nothing comes from, or goes to, elsewhere.
_CONTENT: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _CONTENT,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_POLICY_VIOLATION: Final = 1008


class OwnRequestsOnly:
    """Refuses requests under a foreign name (DNS rebinding) or from a foreign page, websockets among them.

    Args:
        app: What answers the others.
        hosts: The names of this server, with the port.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif (reason := self._refusal(scope)) is None:
            await self._app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        else:
            await PlainTextResponse(reason, status_code=403)(scope, receive, send)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        # A link on another page may lead here.
        followed = headers.getlist("sec-fetch-mode") == ["navigate"]
        if reason := refusal(self._hosts, hosts, origins, [] if followed else headers.getlist("sec-fetch-site")):
            return reason
        # Browsers tell the origin of every websocket, and of every request that changes something.
        required = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        return FOREIGN_PAGE if required and not origins else None


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sent
