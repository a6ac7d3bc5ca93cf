"""Restricted data tokens (RDT), with which Orders API v0 returns personal data.

Follows https://developer-docs.amazon.com/sp-api/docs/tokens-api-v2021-03-01-reference. A token for the generic paths
opens the list and every order of a seller for an hour, so one request serves them all. What a refusal by the Tokens
API leads to:

    the app lacks a role, in Amazon's words    those data elements stay empty for an hour; logged
    403 without details, which is ambiguous    this step gets no personal data; logged
    400 otherwise                              another request, for the specific path
    anything else                              an error or a retry: see `refusals`

Amazon may also issue a token and refuse it on use. If that happens at the first call of a step, the plain access token
replaces it for the whole step, and for all steps of the next five minutes.
"""

import logging
import threading
from functools import partial
from typing import Any, Final, TypeVar

from .. import messages
from ..errors import AccessRefused, RequestRefused, RoleMissing, SellingPartnerError, TokenRefused
from ..marketplaces import Marketplace, Region
from .calls import Call
from .client import Result, SellingPartnerClient
from .clock import Budget, Clock
from .lwa import AccessTokens
from .registry import Registry
from .throttle import CREATE_RESTRICTED_DATA_TOKEN
from .tokens import CachedToken, Token, token_reader

__all__ = ["ROLES", "PersonalData", "RestrictedDataTokens"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

_PATH: Final = "/tokens/2021-03-01/restrictedDataToken"
_GENERIC_PATHS: Final = ("/orders/v0/orders", "/orders/v0/orders/{orderId}")
_READ_TOKEN: Final = token_reader("restrictedDataToken", "expiresIn")

# The role that opens each data element: https://developer-docs.amazon.com/sp-api/docs/tokens-api-use-case-guide.
ROLES: Final = {
    "buyerInfo": "Tax Remittance (Restricted) or Tax Invoicing (Restricted)",
    "shippingAddress": "Direct-to-Consumer Delivery (Restricted)",
}
# Notes about a region; a data element as a note means that its role is missing.
_SPECIFIC_PATHS: Final = "specific paths"
_REFUSED_ON_USE: Final = "refused on use"
# A newly granted role takes effect within this time.
_ROLE_MISSING_SECONDS: Final = 3600.0
_SPECIFIC_PATHS_SECONDS: Final = 3600.0
_REFUSED_ON_USE_SECONDS: Final = 300.0
# Each order needs its own token only if Amazon refuses generic paths.
_MAX_TOKENS: Final = 256

_WITHOUT_ELEMENT: Final = (
    "Amazon does not let this app read %s: those fields stay empty for the next hour. The app lacks the role %s, or "
    "was not authorized again after the role was granted. [request id: %s]"
)
_WITHOUT_PERSONAL_DATA: Final = (
    "Amazon gave no access to personal data for this step: buyers and addresses are incomplete. [request id: %s]"
)


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


class PersonalData:
    """The tokens of one retrieval of orders; implements `client.TokenSource`.

    The first call decides on the data elements, so that no list has addresses in only one half.

    Args:
        shared: The tokens of the credentials.
        call: The first call of the retrieval.
    """

    def __init__(self, shared: RestrictedDataTokens, call: Call[Any]) -> None:
        self._shared = shared
        self._marketplace, self._region, self._path = call.marketplace, call.region, call.path
        # None until the first call decides; () means plain access tokens.
        self._elements: tuple[str, ...] | None = None
        self._refusal: SellingPartnerError | None = None
        self._succeeded = False
        self._last_token = ""

    def call(self, call: Call[T], budget: Budget) -> Result[T]:
        """Return the result of a call with as much personal data as Amazon gives; see `SellingPartnerClient.call`."""
        try:
            result = self._shared.client.call(call, budget, self)
        except AccessRefused as refusal:
            if not self._may_try_again(refusal, call):
                raise
            self._shared.discard(self._last_token)
            if self._succeeded:
                result = self._retry_once(call, budget)
            else:
                self._do_without(refusal)
                result = self._shared.client.call(call, budget, self)
                self._shared.add_note(self._region, _REFUSED_ON_USE, _REFUSED_ON_USE_SECONDS)
        if self._refusal is not None and not self._succeeded:
            _log.warning(_WITHOUT_PERSONAL_DATA, self._refusal.answer.request_id or "of an earlier step")
        self._succeeded = True
        budget.patient = True
        return result

    def _retry_once(self, call: Call[T], budget: Budget) -> Result[T]:
        try:
            return self._shared.client.call(call, budget, self)
        except AccessRefused as refusal:
            if refusal.answer.operation != call.plan.operation:
                raise
            raise AccessRefused(messages.PERSONAL_DATA_DENIED, refusal.diagnostics, answer=refusal.answer) from refusal

    def get(self, budget: Budget) -> str:
        """Return a valid token, fetching one without retries if necessary."""
        if self._elements is None:
            self._last_token = self._first_token(budget)
        else:
            self._last_token = self._token(self._elements, budget)
        return self._last_token

    def discard(self, token: str) -> None:
        """Forget a token that Amazon refused."""
        self._shared.discard(token)

    def _may_try_again(self, refusal: AccessRefused, call: Call[Any]) -> bool:
        restricted = self._elements not in (None, ())
        of_this_call = refusal.answer.operation == call.plan.operation
        return restricted and of_this_call and not isinstance(refusal, TokenRefused)

    def _first_token(self, budget: Budget) -> str:
        """Decide on the data elements of the retrieval, and return the first token."""
        if self._shared.has_note(self._region, _REFUSED_ON_USE):
            self._do_without(AccessRefused(messages.ACCESS_DENIED))
        while self._elements is None:
            elements = self._shared.allowed(self._region)
            try:
                token = self._token(elements, budget)
            except RoleMissing as refusal:
                self._leave_out(elements, refusal)
            except AccessRefused as refusal:
                if not _is_ambiguous(refusal):
                    raise
                self._do_without(refusal)
            else:
                self._elements = elements
                return token
        return self._token((), budget)

    def _token(self, elements: tuple[str, ...], budget: Budget) -> str:
        if not elements:
            return self._shared.access_tokens.get(budget)
        return self._shared.token(self._marketplace, self._region, self._path, elements, budget)

    def _do_without(self, refusal: SellingPartnerError) -> None:
        self._elements, self._refusal = (), refusal

    def _leave_out(self, requested: tuple[str, ...], refusal: RoleMissing) -> None:
        for element in [element for element in requested if element in refusal.elements] or requested:
            if self._shared.add_note(self._region, element, _ROLE_MISSING_SECONDS):
                _log.warning(_WITHOUT_ELEMENT, element, ROLES[element], refusal.answer.request_id)


def _is_ambiguous(refusal: AccessRefused) -> bool:
    answer = refusal.answer
    return (
        answer.operation == CREATE_RESTRICTED_DATA_TOKEN.operation
        and answer.status == 403
        and not answer.details
        and "access to requested resource is denied" in str(answer.message).lower()
        and not isinstance(refusal, TokenRefused)
    )
