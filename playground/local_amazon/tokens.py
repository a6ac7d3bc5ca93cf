"""Login with Amazon and the Tokens API: who gets which token, and what it opens."""

import itertools
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from ..server import Response
from .wire import RESTRICTED_ROLES, Refusal, Seller

__all__ = ["Grant", "Tokens"]

_ELEMENTS: Final = frozenset({*RESTRICTED_ROLES, "buyerTaxInformation"})
# Any path below the orders of v0 can be asked for; only the one that is called, letter for letter, helps.
_RESTRICTED_PATH: Final = re.compile(r"/orders/v0/orders(/[^?#]*)?", re.ASCII)


@dataclass(frozen=True)
class Grant:
    """What a token opens.

    Attributes:
        path: The one path of a restricted data token, None for an access token.
        elements: The personal data it opens.
    """

    seller: Seller
    expires_at: float
    path: str | None = None
    elements: frozenset[str] = frozenset()


class Tokens:
    """All tokens handed out; they are opaque to whoever holds them.

    Args:
        sellers: Who can log in.
        clock: POSIX seconds.
        expires_in: How long every token is valid, in seconds.
        refusal_status: The status with which a missing role is told: 400, or 403 as some have seen.
    """

    def __init__(
        self, sellers: tuple[Seller, ...], clock: Callable[[], float], expires_in: int, refusal_status: int
    ) -> None:
        self._sellers = sellers
        self._clock = clock
        self._expires_in = expires_in
        self._refusal_status = refusal_status
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._grants: dict[str, Grant] = {}

    def login(self, content_type: str, body: bytes, request_id: str) -> Response:
        """Answer POST /auth/o2/token."""
        is_form = content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else {}

        def refused(status: int, error: str, description: str) -> Response:
            content = {"error": error, "error_description": description, "request_id": request_id}
            return Response.of(status, content)

        if form.get("grant_type") != "refresh_token":
            return refused(
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server",
            )
        for name in ("refresh_token", "client_id", "client_secret"):
            if not form.get(name):
                return refused(400, "invalid_request", f"The request is missing a required parameter : {name}")
        clients = {(seller.client_id, seller.client_secret) for seller in self._sellers}
        if (form["client_id"], form["client_secret"]) not in clients:
            return refused(401, "invalid_client", "Client authentication failed")
        owner = next((seller for seller in self._sellers if seller.refresh_token == form["refresh_token"]), None)
        if owner is None:
            return refused(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
        if owner.client_id != form["client_id"]:
            return refused(400, "unauthorized_client", "Not authorized for requested operation")
        token = self._issue("Atza", Grant(owner, self._clock() + self._expires_in))
        return Response.of(
            200,
            {
                "access_token": token,
                "refresh_token": owner.refresh_token,
                "token_type": "bearer",
                "expires_in": self._expires_in,
            },
        )

    def grant(self, token: str | None, path: str) -> Grant:
        """Return what a token opens for a path; raises Refusal."""
        if not token:
            raise Refusal.unauthorized("Access token is missing in the request header.")
        with self._lock:
            grant = self._grants.get(token)
        if grant is None:
            raise Refusal.unauthorized("The access token you provided is revoked, malformed or invalid.")
        if grant.expires_at <= self._clock():
            raise Refusal.unauthorized("The access token you provided has expired.")
        if grant.path is not None and grant.path != path:
            raise Refusal.unauthorized()
        return grant

    def revoke(self) -> None:
        """Let every token handed out so far be invalid."""
        with self._lock:
            self._grants.clear()

    def create_restricted(self, grant: Grant, content_type: str, body: bytes) -> Response:
        """Answer POST /tokens/2021-03-01/restrictedDataToken."""
        if content_type.partition(";")[0].strip().lower() != "application/json":
            # The status stands in Amazon's model; what the code is called is recorded nowhere.
            raise Refusal(415, "UnsupportedMediaType", "The request payload is in an unsupported format.")
        path, elements = _restricted_resource(body)
        refused = [element for element in elements if element not in grant.seller.roles]
        if refused:
            raise Refusal(
                self._refusal_status,
                message="Application does not have access to one or more requested data elements: "
                f"[{', '.join(refused)}]",
            )
        token = self._issue(
            "Atz.sprdt", Grant(grant.seller, self._clock() + self._expires_in, path, frozenset(elements))
        )
        return Response.of(200, {"restrictedDataToken": token, "expiresIn": self._expires_in})

    def _issue(self, kind: str, grant: Grant) -> str:
        with self._lock:
            token = f"{kind}|LocalAmazonToken{next(self._numbers):08d}SecretSecretSecretSecret"
            self._grants[token] = grant
        return token


def _restricted_resource(body: bytes) -> tuple[str, list[str]]:
    """Return path and data elements of the one resource this Amazon serves; raises Refusal for a bad request."""
    bad = Refusal(400, "InvalidRequest", "Request is missing or has invalid parameters", "Resource not provided.")
    try:
        resources: Any = json.loads(body)["restrictedResources"]
        [resource] = resources  # Amazon takes up to 50; a token of this one opens one path.
        method, path, elements = resource["method"], resource["path"], resource["dataElements"]
        known = bool(elements) and isinstance(elements, list) and set(elements) <= _ELEMENTS
    except (ValueError, KeyError, TypeError):
        raise bad from None
    if method != "GET" or not known or not isinstance(path, str) or not _RESTRICTED_PATH.fullmatch(path):
        raise bad
    return path, elements
