"""Restricted data tokens (RDT), with which Orders API v0 returns personal data.

Follows https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference. A token for the generic paths
opens the list and every order of a seller for an hour, so one request serves them all. If Amazon refuses the generic
paths with a plain 400, the specific path is requested; `personal_data` tells what other refusals lead to.
"""

import threading
from functools import partial
from typing import Final

from ..errors import RequestRefused
from ..marketplaces import Marketplace, Region
from .calls import Call
from .client import SellingPartnerClient
from .clock import Budget, Clock
from .lwa import AccessTokens
from .refusals import ROLES
from .registry import Registry
from .throttle import CREATE_RESTRICTED_DATA_TOKEN
from .tokens import CachedToken, Token, token_reader

__all__ = ["RestrictedDataTokens"]

_PATH: Final = "/tokens/2021-03-01/restrictedDataToken"
_GENERIC_PATHS: Final = ("/orders/v0/orders", "/orders/v0/orders/{orderId}")
_READ_TOKEN: Final = token_reader("restrictedDataToken", "expiresIn")

# A note about a region: Amazon refuses generic paths. `personal_data` adds others.
_SPECIFIC_PATHS: Final = "specific paths"
_SPECIFIC_PATHS_SECONDS: Final = 3600.0
# Each order needs its own token only if Amazon refuses generic paths.
_MAX_TOKENS: Final = 256


class RestrictedDataTokens:
    """The restricted data tokens of one set of credentials, and what is known about them."""

    def __init__(self, client: SellingPartnerClient, access_tokens: AccessTokens, clock: Clock) -> None:
        self.client = client
        self.access_tokens = access_tokens
        self._clock = clock
        self._tokens: Registry[CachedToken] = Registry(_MAX_TOKENS)
        self._lock = threading.Lock()
        # When each note about a region expires.
        self._notes: dict[tuple[Region, str], float] = {}
        access_tokens.on_refusal = self._expire_all

    def token(
        self, marketplace: Marketplace, region: Region, path: str, elements: tuple[str, ...], budget: Budget
    ) -> str:
        """Return a token for the data elements, fetching one without retries if necessary.

        Raises:
            RoleMissing: The app lacks the role for an element.
            AccessRefused: Amazon denies access for another reason.
            SellingPartnerError: See `SellingPartnerClient.attempt`.
        """
        fetch = partial(self._fetch, marketplace, region, elements, budget=budget)
        if not self.has_note(region, _SPECIFIC_PATHS):
            try:
                return fetch(_GENERIC_PATHS)
            except RequestRefused as refusal:
                if refusal.answer.status != 400:
                    raise
        token = fetch((path,))
        self.add_note(region, _SPECIFIC_PATHS, _SPECIFIC_PATHS_SECONDS)
        return token

    def discard(self, token: str) -> None:
        """Forget a token that Amazon refused, restricted or not."""
        for cached in self._tokens.values():
            cached.discard(token)
        self.access_tokens.discard(token)

    def has_note(self, region: Region, note: str) -> bool:
        """Return whether there is a note about a region that has not expired."""
        with self._lock:
            return self._has_note(region, note)

    def add_note(self, region: Region, note: str, seconds: float) -> bool:
        """Add a note that expires after some seconds; return False if there is one already."""
        with self._lock:
            if self._has_note(region, note):
                return False
            self._notes[region, note] = self._clock.monotonic() + seconds
            return True

    def allowed(self, region: Region) -> tuple[str, ...]:
        """Return the data elements whose role is not known to be missing."""
        return tuple(element for element in ROLES if not self.has_note(region, element))

    def _has_note(self, region: Region, note: str) -> bool:
        return self._notes.get((region, note), float("-inf")) > self._clock.monotonic()

    def _fetch(
        self,
        marketplace: Marketplace,
        region: Region,
        elements: tuple[str, ...],
        paths: tuple[str, ...],
        *,
        budget: Budget,
    ) -> str:
        resources = [{"method": "GET", "path": path, "dataElements": list(elements)} for path in paths]
        call = Call(
            plan=CREATE_RESTRICTED_DATA_TOKEN,
            marketplace=marketplace,
            region=region,
            path=_PATH,
            read=_READ_TOKEN,
            json={"restrictedResources": resources},
        )

        def attempt() -> Token:
            return self.client.attempt(call, budget).content

        cached = self._tokens.get((region, elements, paths), partial(CachedToken, self._clock))
        return cached.get(attempt, budget)

    def _expire_all(self) -> None:
        for cached in self._tokens.values():
            cached.expire()
