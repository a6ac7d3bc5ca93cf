"""What a refusal of the Selling Partner API means: the first row that matches.

    response                                                        meaning
    not in Amazon's form ({"errors": [...]}), 408, 425, 429, 5xx    a transient failure, retried
    names the client secret                                         the client secret has expired
    names a token: expired, revoked, malformed, invalid, missing    the token is refused; a fresh one is tried once
    says that the app may not read data elements                    a role for personal data is missing
    400 that names a page token or a parameter                      the request is invalid
    410, or says deprecated, removed or no longer available         the operation is removed
    400 InvalidInput                                                the request is invalid
    404                                                             there is no such order or resource
    401, 403                                                        access is denied: region, role, authorization
    anything else                                                   the request is refused

From 2027-03-27 on, the last three rows mean that v0 is removed, except a 404 for one order: see `suggests_removal`. A
gateway, a proxy or an outage proves nothing about an order, a role or credentials, so a response counts as a verdict
only in Amazon's form. That form is the ErrorList of Amazon's models; live responses may lack any part of it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any, Final

from .. import messages
from ..errors import (
    AccessRefused,
    AmazonUnavailable,
    AmazonUnreachable,
    Answer,
    CredentialsRejected,
    OperationRemoved,
    RequestRefused,
    RoleMissing,
    SellingPartnerError,
    TokenRefused,
)
from ..redaction import Secrets
from .calls import Call
from .http import Response
from .throttle import CREATE_RESTRICTED_DATA_TOKEN, GET_ORDER, GET_ORDER_2026, GET_ORDERS

__all__ = [
    "PROXY_AUTHENTICATION",
    "ROLES",
    "V0_OPERATIONS",
    "V0_REMOVAL",
    "Meaning",
    "Refusal",
    "answer_of",
    "json_object",
    "proxy_error",
]

# https://developer-docs.amazon.com/sp-api/changelog/new-introducing-the-orders-api-v2026-01-01. Amazon has postponed
# such dates, so the date by itself changes nothing: from then on, refusals may count as the removal.
V0_REMOVAL: Final = datetime(2027, 3, 27, tzinfo=UTC)

# Only v0 needs the Tokens API.
V0_OPERATIONS: Final = frozenset(plan.operation for plan in (GET_ORDERS, GET_ORDER, CREATE_RESTRICTED_DATA_TOKEN))
PROXY_AUTHENTICATION: Final = 407
_TRANSIENT_STATUSES: Final = frozenset({408, 425, 429})
_DENIED: Final = frozenset({401, 403})
_SINGLE_ORDER: Final = frozenset(plan.operation for plan in (GET_ORDER, GET_ORDER_2026))

_CLIENT_SECRET: Final = re.compile(r"secret\b.*\bexpired")
_TOKEN: Final = re.compile(r"\btoken\b")
_REFUSED_TOKEN: Final = re.compile(r"\b(expired|revoked|malformed|invalid|missing)\b")
_PAGE_TOKEN_OR_PARAMETER: Final = re.compile(
    r"next ?token|pagination ?token|page token|parameter|(created|lastupdated)(after|before)|marketplaceids"
    r"|maxresultsperpage|includeddata|amazonorderids|orderstatuses|fulfillment(statuses|channels)|fulfilledby"
    r"|restrictedresources|dataelements"
)
# https://github.com/amzn/selling-partner-api-models/issues/1723 and /2877
_MISSING_ROLE: Final = re.compile(
    r"does not have access to one or more requested data elements"
    r"|do not have access to some or all requested resource"
)
# The role that opens each data element: https://developer-docs.amazon.com/sp-api/docs/tokens-api-use-case-guide.
ROLES: Final = {
    "buyerInfo": "Tax Remittance (Restricted) or Tax Invoicing (Restricted)",
    "shippingAddress": "Direct-to-Consumer Delivery (Restricted)",
}
_REMOVED: Final = re.compile(r"\b(deprecated|removed|no longer available)\b")


class Meaning(Enum):
    """What a refusal means."""

    TRANSIENT = auto()
    SECRET_EXPIRED = auto()
    TOKEN_REFUSED = auto()
    ROLE_MISSING = auto()
    INVALID_REQUEST = auto()
    REMOVED = auto()
    NO_RESOURCE = auto()
    ACCESS_DENIED = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """What decides the meaning of an unsuccessful response.

    Attributes:
        operation: The operation that was called.
        status: The HTTP status.
        in_amazons_form: Whether the body is an ErrorList.
        code: The code of the first error.
        text: The messages and details of all errors, in lower case and on one line.
    """

    operation: str
    status: int
    in_amazons_form: bool
    code: str
    text: str

    @classmethod
    def of(cls, response: Response, operation: str) -> "Refusal":
        """Return the refusal for an unsuccessful response."""
        errors = _errors(response)
        texts = [str(error.get(part) or "") for error in errors for part in ("message", "details")]
        return cls(
            operation=operation,
            status=response.status,
            in_amazons_form=bool(errors),
            code=str(errors[0].get("code") or "") if errors else "",
            text=" ".join(" ".join(texts).lower().split()),
        )

    @property
    def meaning(self) -> Meaning:
        """What the refusal means, by the table above."""
        return next((meaning for meaning, matches in _TABLE if matches(self)), Meaning.REFUSED)

    @property
    def suggests_removal(self) -> bool:
        """Whether it means that v0 is removed, once the announced date has passed; asked about calls of v0 alone."""
        # A 404 for one order never gets here, as it has become OrderNotFound. An InvalidInput of the Tokens API may
        # mean that it no longer knows the paths of v0.
        about_path = self.operation == CREATE_RESTRICTED_DATA_TOKEN.operation and not _names_parameter(self)
        return self.meaning in _AFTER_REMOVAL or (self.meaning is Meaning.INVALID_REQUEST and about_path)

    def error(self, call: Call[Any], answer: Answer) -> SellingPartnerError:
        """Return the error for a person."""
        if self.status == PROXY_AUTHENTICATION and not self.in_amazons_form:
            return proxy_error(answer)
        kind, sentence = _ERRORS[self.meaning]
        if self.operation == CREATE_RESTRICTED_DATA_TOKEN.operation:
            sentence = _TOKENS_API_SENTENCES.get(self.meaning, sentence)
        place = {"marketplace": call.marketplace.value, "region": call.region.title}
        error = kind(sentence, place if issubclass(kind, _WITH_PLACE) else None, answer=answer)
        error.suggests_removal = self.suggests_removal
        if isinstance(error, RoleMissing):
            error.elements = tuple(element for element in ROLES if element.lower() in self.text)
        return error


def _names_parameter(refusal: Refusal) -> bool:
    return refusal.status == 400 and bool(_PAGE_TOKEN_OR_PARAMETER.search(refusal.text))


def _names_refused_token(refusal: Refusal) -> bool:
    text = refusal.text
    return refusal.status in _DENIED and bool(_TOKEN.search(text) and _REFUSED_TOKEN.search(text))


def _says_removed(refusal: Refusal) -> bool:
    # A 404 about a single order means that this order is no longer available.
    about_order = refusal.status == 404 and refusal.operation in _SINGLE_ORDER
    return refusal.status == 410 or (bool(_REMOVED.search(refusal.text)) and not about_order)


_TABLE: Final[tuple[tuple[Meaning, Callable[[Refusal], object]], ...]] = (
    (Meaning.TRANSIENT, lambda it: not it.in_amazons_form or it.status in _TRANSIENT_STATUSES or it.status >= 500),
    (Meaning.SECRET_EXPIRED, lambda it: it.status in _DENIED and _CLIENT_SECRET.search(it.text)),
    (Meaning.TOKEN_REFUSED, _names_refused_token),
    (Meaning.ROLE_MISSING, lambda it: _MISSING_ROLE.search(it.text)),
    (Meaning.INVALID_REQUEST, _names_parameter),
    (Meaning.REMOVED, _says_removed),
    (Meaning.INVALID_REQUEST, lambda it: it.status == 400 and it.code == "InvalidInput"),
    (Meaning.NO_RESOURCE, lambda it: it.status == 404),
    (Meaning.ACCESS_DENIED, lambda it: it.status in _DENIED),
)
_AFTER_REMOVAL: Final = frozenset({Meaning.NO_RESOURCE, Meaning.ACCESS_DENIED, Meaning.REFUSED})

_ERRORS: Final[dict[Meaning, tuple[type[SellingPartnerError], str]]] = {
    Meaning.TRANSIENT: (AmazonUnavailable, messages.AMAZON_FAILED),
    Meaning.SECRET_EXPIRED: (CredentialsRejected, messages.CLIENT_REJECTED),
    Meaning.TOKEN_REFUSED: (TokenRefused, messages.FRESH_TOKEN_REFUSED),
    Meaning.ROLE_MISSING: (RoleMissing, messages.ROLE_MISSING),
    Meaning.INVALID_REQUEST: (RequestRefused, messages.REQUEST_REFUSED),
    Meaning.REMOVED: (OperationRemoved, messages.OPERATION_REMOVED),
    Meaning.NO_RESOURCE: (RequestRefused, messages.NO_RESOURCE),
    Meaning.ACCESS_DENIED: (AccessRefused, messages.ACCESS_DENIED),
    Meaning.REFUSED: (RequestRefused, messages.REQUEST_REFUSED),
}
_TOKENS_API_SENTENCES: Final = {
    Meaning.NO_RESOURCE: messages.REQUEST_REFUSED,
    Meaning.ACCESS_DENIED: messages.PERSONAL_DATA_DENIED,
}
_WITH_PLACE: Final = (AccessRefused, RequestRefused)


def proxy_error(answer: Answer) -> AmazonUnreachable:
    """Return the error for a proxy that demands authentication; it is final."""
    return AmazonUnreachable(messages.PROXY_REFUSED, answer=answer, final=True)


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body, or an empty one; messages may contain raw line feeds."""
    try:
        content = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def answer_of(response: Response, operation: str, secrets: Secrets) -> Answer:
    """Return what an error shows of a response, with every secret hidden."""
    first = next(iter(_errors(response)), {})
    return Answer(
        operation=operation,
        status=response.status,
        code=secrets.hide(first.get("code")),
        message=secrets.hide(first.get("message")),
        details=secrets.hide(first.get("details")),
        request_id=secrets.hide(response.headers.get("x-amzn-RequestId")),
    )


def _errors(response: Response) -> list[dict[str, Any]]:
    """Return the errors of an ErrorList, or an empty list for any other body."""
    errors = json_object(response.body).get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
