"""Lets only this page's own requests through.

A page on another site must not speak to a server on this machine, and neither must another user of the machine: the
printed address has a token, which the browser then keeps as a cookie.
"""

import secrets
from collections.abc import Iterable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..loopback import FOREIGN_PAGE, refusal

__all__ = ["Keys", "OwnRequestsOnly"]

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
_NO_TOKEN: Final = (
    "This page needs a token. Open the address that the workspace printed when it started; each start prints a new one."
)


class Keys:
    """What opens the page: the token in the printed address, and tickets, each of which opens it once.

    Args:
        port: Where the page is served. Cookies are shared by all ports of a host, so it is part of the cookie's name.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe()
        self.cookie = f"workspace-{port}"
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Return a new ticket for opening a browser: all users can read the arguments of that command."""
        ticket = secrets.token_urlsafe()
        self._tickets.add(ticket)
        return ticket

    def opens(self, given: str) -> bool:
        """Whether this is the token or an unused ticket, which is then used."""
        if given in self._tickets:
            self._tickets.remove(given)
            return True
        return secrets.compare_digest(given.encode(), self.token.encode())

    def has_cookie(self, headers: Headers) -> bool:
        """Whether the browser has opened the page before."""
        cookie = cookie_parser(headers.get("cookie", "")).get(self.cookie, "")
        return secrets.compare_digest(cookie.encode(), self.token.encode())


class OwnRequestsOnly:
    """Refuses requests under a foreign name (DNS rebinding), from a foreign page or without the token.

    Websockets are treated alike.

    Args:
        app: What answers the others.
        hosts: The names of this server, with the port.
        keys: What opens the page.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str], keys: Keys) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif (reason := self._refusal(scope)) is None:
            await self._app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        else:
            answer = self._opened(scope) if reason == _NO_TOKEN else None
            await (answer or PlainTextResponse(reason, status_code=403))(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        # A link on another page may lead here.
        followed = headers.getlist("sec-fetch-mode") == ["navigate"]
        if reason := refusal(self._hosts, hosts, origins, [] if followed else headers.getlist("sec-fetch-site")):
            return reason
        # Browsers send the origin with every websocket, and with every request that changes something.
        required = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        if required and not origins:
            return FOREIGN_PAGE
        return None if self._keys.has_cookie(headers) else _NO_TOKEN

    def _opened(self, scope: Scope) -> Response | None:
        """Return the answer to the printed address: the cookie, and the same address without the token."""
        if not self._keys.opens(QueryParams(scope["query_string"]).get("token", "")):
            return None
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self._keys.cookie, self._keys.token, httponly=True, samesite="lax")
        return answer


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return sent
