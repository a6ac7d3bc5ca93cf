"""The personal data of one retrieval on Orders API v0.

What a refusal by the Tokens API leads to:

    the app lacks a role, in Amazon's words    those data elements stay empty for an hour; logged
    403 without details, which is ambiguous    this step gets no personal data; logged
    400 otherwise                              another request, for the specific path
    anything else                              an error or a retry: see `refusals`

Amazon may also issue a token and refuse it on use. If that happens at the first call of a step, the plain access token
replaces it for the whole step, and for all steps of the next five minutes.
"""

import logging
from typing import Any, Final, TypeVar

from .. import messages
from ..errors import AccessRefused, RoleMissing, TokenRefused
from .calls import Call
from .client import Result
from .clock import Budget
from .refusals import ROLES
from .restricted_data import RestrictedDataTokens
from .throttle import CREATE_RESTRICTED_DATA_TOKEN

__all__ = ["PersonalData"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Notes about a region, beside the data elements whose role is missing.
_REFUSED_ON_USE: Final = "refused on use"
_REFUSED_ON_USE_SECONDS: Final = 300.0
# A newly granted role takes effect within this time.
_ROLE_MISSING_SECONDS: Final = 3600.0

_WITHOUT_ELEMENT: Final = (
    "Amazon does not let this app read %s: those fields stay empty for the next hour. The app lacks the role %s, or "
    "was not authorized again after the role was granted. [request id: %s]"
)
_WITHOUT_PERSONAL_DATA: Final = (
    "Amazon gave no access to personal data for this step: buyers and addresses are incomplete. [request id: %s]"
)


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
        # For the warning about orders without personal data: the request id of the refusal.
        self._refused_in: str | None = None
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
                self._do_without(refusal.answer.request_id)
                result = self._shared.client.call(call, budget, self)
                self._shared.add_note(self._region, _REFUSED_ON_USE, _REFUSED_ON_USE_SECONDS)
        if self._refused_in is not None and not self._succeeded:
            _log.warning(_WITHOUT_PERSONAL_DATA, self._refused_in)
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
            self._do_without("of an earlier step")
        while self._elements is None:
            elements = self._shared.allowed(self._region)
            try:
                token = self._token(elements, budget)
            except RoleMissing as refusal:
                self._leave_out(elements, refusal)
            except AccessRefused as refusal:
                if not _is_ambiguous(refusal):
                    raise
                self._do_without(refusal.answer.request_id)
            else:
                self._elements = elements
                return token
        return self._token((), budget)

    def _token(self, elements: tuple[str, ...], budget: Budget) -> str:
        if not elements:
            return self._shared.access_tokens.get(budget)
        return self._shared.token(self._marketplace, self._region, self._path, elements, budget)

    def _do_without(self, refused_in: str | None) -> None:
        self._elements, self._refused_in = (), refused_in or "unknown"

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
