"""Restricted data tokens (RDT): what lets Orders API v0 return personal data.

Follows https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference. An application without
the roles for some personal data is refused a token for it: the orders then come without that data.
"""

import logging
import re
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final

from ..errors import AccessRefused, RequestRefused, SellingPartnerError
from ..marketplaces import Marketplace, Region
from .client import Call, SellingPartnerClient, TokenSource
from .clock import Budget, Clock
from .throttle import UsagePlan
from .tokens import Token, TokenCache, token_in

__all__ = ["ROLES", "RestrictedDataTokens"]

_log = logging.getLogger(__name__)

_PLAN: Final = UsagePlan("createRestrictedDataToken", 1.0, 10)
_PATH: Final = "/tokens/2021-03-01/restrictedDataToken"

# Which role opens which data element: https://developer-docs.amazon.com/sp-api/docs/tokens-api-use-case-guide.
ROLES: Final = {
    "buyerInfo": "Tax Remittance (Restricted) or Tax Invoicing (Restricted)",
    "shippingAddress": "Direct-to-Consumer Delivery (Restricted)",
}
# A role that was granted meanwhile takes effect within this time.
_REMEMBERED_SECONDS: Final = 3600.0
# With which of these Amazon refuses a token for data that the app may not read, depends on the app.
_MISSING_ROLE: Final = frozenset({400, 401, 403})
_REFUSED_ELEMENTS: Final = re.compile(r"\[([^\]]*)\]")


class RestrictedDataTokens:
    """The restricted data tokens of one set of credentials, and which data elements they may not read."""

    def __init__(self, client: SellingPartnerClient, access_tokens: TokenSource, clock: Clock) -> None:
        self._client = client
        self._access_tokens = access_tokens
        self._clock = clock
        self._cache = TokenCache(clock)
        self._lock = Lock()
        self._refused: dict[tuple[Region, str], float] = {}

    def source(self, marketplace: Marketplace, region: Region, path: str) -> TokenSource:
        """Return where the token for a GET of exactly this path comes from.

        It is a restricted data token for all the personal data that the application may read, or the plain
        access token when that is none.
        """
        return _PathTokens(self, marketplace, region, path)

    def get(self, marketplace: Marketplace, region: Region, path: str, budget: Budget) -> str:
        """Return the token for a GET of exactly this path; see `source`."""
        while elements := self._allowed(region):
            try:
                fetch = partial(self._create, marketplace, region, path, elements, budget)
                return self._cache.get((region, path, elements), fetch, budget)
            except (RequestRefused, AccessRefused) as refusal:
                if refusal.facts.status not in _MISSING_ROLE:
                    raise
                self._remember(region, elements, refusal)
        return self._access_tokens.get(budget)

    def discard(self, text: str) -> None:
        """Forget a token that Amazon says has expired, of whichever kind it is."""
        self._cache.discard(text)
        self._access_tokens.discard(text)

    def forget_refusals(self, region: Region) -> None:
        """Ask anew next time: Amazon refuses everything in the region, so nothing is known of single elements."""
        with self._lock:
            self._refused = {key: until for key, until in self._refused.items() if key[0] is not region}

    def _create(
        self, marketplace: Marketplace, region: Region, path: str, elements: tuple[str, ...], budget: Budget
    ) -> Token:
        resource = {"method": "GET", "path": path, "dataElements": list(elements)}
        call = Call(_PLAN, marketplace, region, _PATH, json={"restrictedResources": [resource]})
        return token_in(self._client.call(call, budget), "restrictedDataToken", "expiresIn", "Amazon's Tokens API")

    def _allowed(self, region: Region) -> tuple[str, ...]:
        now = self._clock.monotonic()
        with self._lock:
            return tuple(element for element in ROLES if self._refused.get((region, element), now) <= now)

    def _remember(self, region: Region, asked: tuple[str, ...], refusal: SellingPartnerError) -> None:
        now = self._clock.monotonic()
        with self._lock:
            for element in [element for element in asked if element in _named(refusal)] or asked:
                # Threads that waited for the same refusal all come here: one line tells it.
                news = self._refused.get((region, element), now) <= now
                self._refused[region, element] = now + _REMEMBERED_SECONDS
                if news:
                    _log.warning(
                        "Amazon does not let this app read %s: those fields stay empty for the next hour. "
                        "It lacks the role %s, or was not authorized again after it got it. [request id: %s]",
                        element,
                        ROLES[element],
                        refusal.facts.request_id,
                    )


@dataclass(frozen=True, slots=True)
class _PathTokens:
    """The tokens for one path; fulfils `client.TokenSource`."""

    owner: RestrictedDataTokens
    marketplace: Marketplace
    region: Region
    path: str

    def get(self, budget: Budget) -> str:
        """Return a token that is valid now."""
        return self.owner.get(self.marketplace, self.region, self.path, budget)

    def discard(self, text: str) -> None:
        """Forget a token that Amazon no longer accepts."""
        self.owner.discard(text)


def _named(refusal: SellingPartnerError) -> set[str]:
    text = f"{refusal.facts.message} {refusal.facts.details}"
    found = _REFUSED_ELEMENTS.search(text)
    return {name.strip() for name in found[1].split(",")} if found else set()
