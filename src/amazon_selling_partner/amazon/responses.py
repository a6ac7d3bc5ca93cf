"""Reads what Amazon answered: the JSON object of a success, or the error that a failure means.

Follows the ErrorList of Amazon's models (`{"errors": [{"code", "message", "details"}]}`), of which live
answers leave out any part, and the error bodies of Login with Amazon (`{"error", "error_description"}`).
"""

import json
from decimal import Decimal
from typing import Any, Final, NamedTuple

from ..errors import (
    AmazonUnavailable,
    CredentialsRejected,
    RequestRefused,
    SellingPartnerError,
    UnreadableAnswer,
)
from .transport import Answer

__all__ = [
    "Reply",
    "blames_token",
    "diagnostics",
    "lwa_error",
    "operation_is_removed",
    "selling_partner_error",
    "successful",
    "token_has_expired",
]

_TOKEN: Final = "access token"
_EXPIRED: Final = "token you provided has expired"

# What Amazon says of a path it does not have; of an order it does not know, it says NotFound.
_NO_SUCH_PATH: Final = ("ResourceNotFound", "Cannot find resource by the given URI")

_UNAVAILABLE: Final = (
    "Amazon's service failed and kept failing when asked again. Nothing is wrong with the step: "
    "run it again in some minutes."
)
_UNREADABLE: Final = (
    "Amazon's answer cannot be read, although Amazon says that the call succeeded. Run the step again in some "
    "minutes; if that does not help, report it with the request id."
)
_REFUSED: Final = (
    "Amazon refused the request as invalid, although the step was checked before it was sent. "
    "Run it again later; if that does not help, report it with the request id."
)
_NO_SUCH_RESOURCE: Final = (
    "Amazon does not know what was asked for. Run the step again later; if that does not help, "
    "report it with the request id."
)

# What Login with Amazon calls the failure, and what the person can do about it:
# https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
_LWA_CURES: Final = {
    "invalid_grant": (
        "Amazon does not accept the Refresh Token of the connection. Copy it again from Seller Central; if the "
        "seller revoked the app or its yearly authorization lapsed, authorize the app again and connect with the "
        "new Refresh Token."
    ),
    "invalid_client": (
        "Amazon does not accept the Client ID or the Client Secret of the connection. Copy both again from the "
        "app's LWA credentials in Seller Central; a Client Secret expires 180 days after it was made, then make a "
        "new one and connect with it."
    ),
    "unauthorized_client": (
        "The Refresh Token of the connection belongs to another app than its Client ID. Take the Refresh Token, "
        "the Client ID and the Client Secret from one and the same app."
    ),
    "access_denied": (
        "The seller has not granted this app access. Authorize the app in Seller Central and connect with the new "
        "Refresh Token."
    ),
}
_LWA_OTHER: Final = (
    "Amazon does not accept the credentials of the connection. Copy the Refresh Token, the Client ID and the "
    "Client Secret again from Seller Central and connect again."
)
# Login with Amazon marks these as its own trouble, whatever the HTTP status.
_LWA_TROUBLE: Final = frozenset({"server_error", "temporarily_unavailable"})


class Reply(NamedTuple):
    """A successful answer: its JSON object, and the diagnostics to show should its content make no sense.

    Numbers with a fraction are Decimal, so that no digit is lost.
    """

    body: dict[str, Any]
    diagnostics: dict[str, Any]

    def unreadable(self) -> UnreadableAnswer:
        """Return the error for a content that is not what Amazon documents."""
        return UnreadableAnswer(_UNREADABLE, self.diagnostics)


def successful(answer: Answer, operation: str) -> Reply:
    """Return what an answer with a status of success says.

    Raises:
        UnreadableAnswer: The body is not a JSON object.
    """
    try:
        body = json.loads(answer.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        body = None
    facts = _diagnostics(answer, operation, body if isinstance(body, dict) else {})
    if not isinstance(body, dict):
        raise UnreadableAnswer(_UNREADABLE, facts)
    return Reply(body, facts)


def diagnostics(answer: Answer, operation: str) -> dict[str, Any]:
    """Return what support asks for: operation, status, Amazon's code, message and details, and the request id."""
    return _diagnostics(answer, operation, _object_or_empty(answer.body))


def _diagnostics(answer: Answer, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    first = _first_error(body)
    return {
        "operation": operation,
        "status": answer.status,
        "code": first.get("code"),
        "message": first.get("message"),
        "details": first.get("details"),
        "request id": answer.headers.get("x-amzn-RequestId"),
    }


def blames_token(answer: Answer, complaint: str = _TOKEN) -> bool:
    """Return whether Amazon refused a call because of its token; the text may be in the message or the details."""
    if answer.status not in {401, 403}:
        return False
    first = _first_error(_object_or_empty(answer.body))
    return complaint in f"{first.get('message')} {first.get('details')}".lower()


def token_has_expired(answer: Answer) -> bool:
    """Return whether Amazon refused a call because the time of its token is up."""
    return blames_token(answer, _EXPIRED)


def selling_partner_error(answer: Answer, operation: str) -> SellingPartnerError:
    """Return the error that an answer of the Selling Partner API with any status but 2xx, 403 or 429 means."""
    facts = diagnostics(answer, operation)
    if answer.status >= 500:
        return AmazonUnavailable(_UNAVAILABLE, facts)
    return RequestRefused(_NO_SUCH_RESOURCE if answer.status == 404 else _REFUSED, facts)


def operation_is_removed(refusal: RequestRefused, operation: str) -> bool:
    """Return whether Amazon refused a call because it no longer has the operation.

    A call may need a token, whose own call may be refused as well: that says nothing of the operation.
    """
    code, message = _NO_SUCH_PATH
    facts = refusal.diagnostics
    no_such_path = facts.get("code") == code or message.lower() in str(facts.get("message")).lower()
    removed = facts.get("status") == 410 or (facts.get("status") == 404 and no_such_path)
    return removed and facts.get("operation") == operation


def lwa_error(answer: Answer) -> SellingPartnerError:
    """Return the error that an answer of Login with Amazon with any status but 200 means."""
    body = _object_or_empty(answer.body)
    found = body.get("error")
    code = found if isinstance(found, str) else ""
    facts = {
        "operation": "Login with Amazon",
        "status": answer.status,
        "code": code,
        "message": body.get("error_description"),
        "request id": body.get("request_id") or answer.headers.get("x-amzn-RequestId"),
    }
    if code in _LWA_TROUBLE or answer.status >= 500 or answer.status == 429:
        return AmazonUnavailable(_UNAVAILABLE, facts)
    if not code:
        # A refusal says so in its body; anything else, such as a proxy's page, proves nothing about credentials.
        return RequestRefused(_REFUSED, facts)
    return CredentialsRejected(_LWA_CURES.get(code, _LWA_OTHER), facts)


def _first_error(body: dict[str, Any]) -> dict[str, Any]:
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return first if isinstance(first, dict) else {}


def _object_or_empty(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        # Error pages of proxies and load balancers are HTML or nothing; the status is all they tell.
        return {}
    return found if isinstance(found, dict) else {}
