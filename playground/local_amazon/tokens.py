"""Login with Amazon and the Tokens API: who gets which token, and what it opens."""

import itertools
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from ..server import Response
from .wire import RESTRICTED_ROLES, Refusal, Seller

__all__ = ["Grant", "RoleSentence", "Tokens"]

_ELEMENTS: Final = frozenset({*RESTRICTED_ROLES, "buyerTaxInformation"})
# A token can be requested for any path below the orders of v0; it opens only exactly that path.
_RESTRICTED_PATH: Final = re.compile(r"/orders/v0/orders(/[^?#]*)?", re.ASCII)
# Amazon's generic identifier: written literally, it stands for every order.
_GENERIC: Final = "{orderId}"
_MAX_RESOURCES: Final = 50
_DENIED_ELEMENTS: Final = "Application does not have access to one or more requested data elements: "
_DENIED_RESOURCE: Final = "Application do not have access to some or all requested resource"
RoleSentence = Literal["elements", "resource", "denied"]


@dataclass(frozen=True)
class Grant:
    """What a token opens for one call.

    Attributes:
        elements: The personal data it opens.
        region: The region of the host, None where one address serves all.
    """

    seller: Seller
    elements: frozenset[str] = frozenset()
    region: str | None = None

    @property
    def regions(self) -> frozenset[str]:
        """The regions whose orders this call can reach."""
        return self.seller.regions if self.region is None else frozenset({self.region})


@dataclass(frozen=True)
class _Issued:
    """A token handed out; `resources` are the paths of a restricted data token and the elements each one opens."""

    seller: Seller
    expires_at: float
    resources: Mapping[str, frozenset[str]] | None = None


class Tokens:
    """All tokens handed out; they are opaque to whoever holds them.

    Args:
        sellers: Who can log in.
        clock: POSIX seconds.
        expires_in: How long every token is valid, in seconds.
        role_refusal: The status that refuses a missing role: 400, or 403 as some have seen.
        role_sentence: Amazon's words for a missing role: "elements" names them, "resource" names none, "denied" is the
            ambiguous 403 Unauthorized.
        generic_paths: Whether a restricted resource may name the generic path.
        rdt_refused_on_use: Whether calls with a restricted data token are refused although it was issued.

    Attributes:
        role_refusal: As above; can be changed at any time, and so can the next three.
        role_sentence: As above.
        generic_paths: As above.
        rdt_refused_on_use: As above.
    """

    def __init__(
        self,
        sellers: tuple[Seller, ...],
        clock: Callable[[], float],
        expires_in: int,
        *,
        role_refusal: int = 400,
        role_sentence: RoleSentence = "elements",
        generic_paths: bool = True,
        rdt_refused_on_use: bool = False,
    ) -> None:
        self.role_refusal = role_refusal
        self.role_sentence = role_sentence
        self.generic_paths = generic_paths
        self.rdt_refused_on_use = rdt_refused_on_use
        self._sellers = sellers
        self._clock = clock
        self._expires_in = expires_in
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._grants: dict[str, _Issued] = {}

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
        token = self._issue("Atza", _Issued(owner, self._clock() + self._expires_in))
        return Response.of(
            200,
            {
                "access_token": token,
                "refresh_token": owner.refresh_token,
                "token_type": "bearer",
                "expires_in": self._expires_in,
            },
        )

    def grant(self, token: str | None, path: str, region: str | None = None) -> Grant:
        """Return what a token opens for a path on the host of a region; raises Refusal."""
        if not token:
            raise Refusal.unauthorized("Access token is missing in the request header.")
        with self._lock:
            issued = self._grants.get(token)
        if issued is None:
            raise Refusal.unauthorized("The access token you provided is revoked, malformed or invalid.")
        if issued.expires_at <= self._clock():
            raise Refusal.unauthorized("The access token you provided has expired.")
        if region is not None and region not in issued.seller.regions:
            raise Refusal.unauthorized()
        if issued.resources is None:
            return Grant(issued.seller, region=region)
        elements = _opened(issued.resources, path)
        if elements is None or self.rdt_refused_on_use:
            raise Refusal.unauthorized()
        return Grant(issued.seller, elements, region)

    def revoke(self, seller: Seller | None = None) -> None:
        """Let every token handed out so far be invalid, restricted ones included; with a seller, only that seller's."""
        with self._lock:
            self._grants = {
                token: issued for token, issued in self._grants.items() if seller not in {None, issued.seller}
            }

    def create_restricted(self, grant: Grant, content_type: str, body: bytes) -> Response:
        """Answer POST /tokens/2021-03-01/restrictedDataToken."""
        if content_type.partition(";")[0].strip().lower() != "application/json":
            # The status stands in Amazon's model; what the code is called is recorded nowhere.
            raise Refusal(415, "UnsupportedMediaType", "The request payload is in an unsupported format.")
        resources = _restricted_resources(body)
        if not self.generic_paths and any(_GENERIC in path for path in resources):
            raise Refusal(400)
        requested = dict.fromkeys(element for elements in resources.values() for element in elements)
        if missing := [element for element in requested if element not in grant.seller.roles]:
            raise self._missing_role(missing)
        opened = {path: frozenset(elements) for path, elements in resources.items()}
        token = self._issue("Atz.sprdt", _Issued(grant.seller, self._clock() + self._expires_in, opened))
        return Response.of(200, {"restrictedDataToken": token, "expiresIn": self._expires_in})

    def _missing_role(self, elements: list[str]) -> Refusal:
        if self.role_sentence == "denied":
            return Refusal.unauthorized()
        named = f"{_DENIED_ELEMENTS}[{', '.join(elements)}]"
        return Refusal(self.role_refusal, message=named if self.role_sentence == "elements" else _DENIED_RESOURCE)

    def _issue(self, kind: str, issued: _Issued) -> str:
        with self._lock:
            token = f"{kind}|LocalAmazonToken{next(self._numbers):08d}SecretSecretSecretSecret"
            self._grants[token] = issued
        return token


def _opened(resources: Mapping[str, frozenset[str]], path: str) -> frozenset[str] | None:
    """Return the elements that are opened for a path, None where the token does not open the path."""
    for opened, elements in resources.items():
        pattern = re.escape(opened).replace(re.escape(_GENERIC), "[^/]+")
        if re.fullmatch(pattern, path):
            return elements
    return None


def _restricted_resources(body: bytes) -> dict[str, list[str]]:
    """Return the requested data elements by path; raises Refusal for a bad request."""
    try:
        resources: Any = json.loads(body)["restrictedResources"]
        if not isinstance(resources, list) or not 1 <= len(resources) <= _MAX_RESOURCES:
            raise ValueError("not 1 to 50 resources")
        return dict(_restricted_resource(resource) for resource in resources)
    except (ValueError, KeyError, TypeError):
        message = "Request is missing or has invalid parameters"
        raise Refusal(400, "InvalidRequest", message, "Resource not provided.") from None


def _restricted_resource(resource: Any) -> tuple[str, list[str]]:
    method, path, elements = resource["method"], resource["path"], resource["dataElements"]
    known = bool(elements) and isinstance(elements, list) and set(elements) <= _ELEMENTS
    if method != "GET" or not known or not _RESTRICTED_PATH.fullmatch(path):
        raise ValueError("a resource that cannot be restricted")
    return path, elements
