"""Requests of httpx, answered without a socket."""

from email.utils import formatdate
from typing import Final

import httpx

from ..server import Responder
from .operations import LOGIN_HOST, REGION_HOSTS

__all__ = ["answered"]

_HOSTS: Final = {*REGION_HOSTS, LOGIN_HOST, "127.0.0.1", "localhost"}
# What httpx raises when a connection ends like this.
_ENDINGS: Final[dict[str, type[httpx.TransportError]]] = {
    "reset": httpx.ReadError,
    "truncate": httpx.RemoteProtocolError,
    "drip": httpx.ReadTimeout,
    "hang": httpx.ReadTimeout,
}


def answered(request: httpx.Request, respond: Responder, now: float) -> httpx.Response:
    """Return what `respond` answers; `now` is for the header Date.

    Raises:
        httpx.ConnectError: The host is none of Amazon's and not this machine.
        httpx.TransportError: The connection ends badly, on request.
    """
    if request.url.host not in _HOSTS:
        raise httpx.ConnectError("no such host", request=request)
    target = request.url.raw_path.decode("ascii")
    response, ending = respond(request.method, target, dict(request.headers), request.read(), 0)
    if ending:
        raise _ENDINGS[ending](f"the connection ends in: {ending}", request=request)
    headers = {
        "Content-Type": "application/json",
        **response.headers,
        "Content-Length": str(len(response.body)),
        "Date": formatdate(now, usegmt=True),
    }
    # As a stream, because a response that was given its content cannot be read raw any more.
    return httpx.Response(response.status, headers=headers, stream=httpx.ByteStream(response.body), request=request)
