"""What a response of the Selling Partner API says: the JSON object of a success, or the error that a failure means.

Follows the ErrorList of Amazon's models (`{"errors": [{"code", "message", "details"}]}`), of which live
answers leave out any part.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from ..errors import (
    AccessRefused,
    AmazonUnavailable,
    Facts,
    OperationRemoved,
    RequestRefused,
    SellingPartnerError,
    UnreadableAnswer,
)
from ..marketplaces import Marketplace, Region
from . import loose_json
from .http import Response
from .secrets import NO_SECRETS, Secrets

__all__ = [
    "REFUSED",
    "UNAVAILABLE",
    "Content",
    "content_of",
    "error_of",
    "json_object",
    "refuses_token",
    "says_token_has_expired",
]

_TOKEN: Final = "access token"
_EXPIRED: Final = "token you provided has expired"

# What Amazon says of a path it does not have; of an order it does not know, it says NotFound.
_NO_SUCH_PATH_CODE: Final = "ResourceNotFound"
_NO_SUCH_PATH_MESSAGE: Final = "cannot find resource by the given uri"

UNAVAILABLE: Final = (
    "Amazon's service failed and kept failing when asked again. Nothing is wrong with the step: "
    "run it again in some minutes."
)
_UNREADABLE: Final = (
    "Amazon's answer cannot be read, although Amazon says that the call succeeded. Run the step again in some "
    "minutes; if that does not help, report it with the request id."
)
REFUSED: Final = (
    "Amazon refused the request as invalid, although the step was checked before it was sent. "
    "Run it again later; if that does not help, report it with the request id."
)
_NO_SUCH_RESOURCE: Final = (
    "Amazon does not know what was asked for. Run the step again later; if that does not help, "
    "report it with the request id."
)
_REMOVED: Final = "Amazon no longer has the operation that this step needs. Install the newest version of this book."
_NO_ACCESS: Final = (
    "Amazon refuses this app access to orders of the marketplace {marketplace} (region {region}). A seller authorizes "
    "an app for each region separately, and the Refresh Token must come from the region of the marketplace. Otherwise "
    "the app lacks the role for orders, or was not authorized again after its roles changed."
)

_REFUSAL: Final = (RequestRefused, REFUSED)
_FAILURE: Final = (AmazonUnavailable, UNAVAILABLE)
# Every status that means more than that Amazon refused the request; from 500 on, Amazon has failed.
_MEANINGS: Final[dict[int, tuple[type[SellingPartnerError], str]]] = {
    401: (AccessRefused, _NO_ACCESS),
    403: (AccessRefused, _NO_ACCESS),
    404: (RequestRefused, _NO_SUCH_RESOURCE),
    408: _FAILURE,
    410: (OperationRemoved, _REMOVED),
}


class Content:
    """The content of a successful response.

    Args:
        json: Its JSON object, as `loose_json` reads it; empty when `read` is there instead.
        facts: What to show should it make no sense, or what makes that: hardly any content needs it.
        read: What the call's reader made of it; None when it is not what Amazon documents.

    Attributes:
        json, read: As above.
    """

    __slots__ = ("_facts", "json", "read")

    # pylint: disable-next=redefined-outer-name # there is no better name for it, and the module is not needed here
    def __init__(self, json: dict[str, Any], facts: Facts | Callable[[], Facts], read: Any = None) -> None:
        self.json = json
        self.read = read
        self._facts = facts

    @property
    def facts(self) -> Facts:
        """What to show should it make no sense."""
        return self._facts if isinstance(self._facts, Facts) else self._facts()

    def unreadable(self) -> UnreadableAnswer:
        """Return the error for a content that is not what Amazon documents."""
        return UnreadableAnswer(_UNREADABLE, facts=self.facts)


def content_of(
    response: Response,
    operation: str,
    reader: Callable[[bytes], Any] | None = None,
    secrets: Secrets = NO_SECRETS,
) -> Content:
    """Return what a response with a status of success says; whatever of the secrets it repeats is hidden in errors.

    Args:
        response: The response.
        operation: The operation that was called.
        reader: That of the call.
        secrets: What no error may show.

    Raises:
        UnreadableAnswer: The body is not a JSON object.
    """
    if reader and (read := reader(response.body)) is not None:
        return Content({}, partial(_facts, response, operation, {}, secrets), read)
    try:
        body = loose_json.loads(response.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise UnreadableAnswer(_UNREADABLE, facts=_facts(response, operation, {}, secrets))
    return Content(body, partial(_facts, response, operation, body, secrets))


def error_of(
    response: Response, operation: str, marketplace: Marketplace, region: Region, secrets: Secrets = NO_SECRETS
) -> SellingPartnerError:
    """Return the error that a response with any status but one of success or 429 means; no secret is shown in it."""
    facts = _facts(response, operation, json_object(response), secrets)
    kind, sentence = _FAILURE if response.status >= 500 else _MEANINGS.get(response.status, _REFUSAL)
    if response.status == 404 and _names_no_path(facts):
        kind, sentence = OperationRemoved, _REMOVED
    return kind(sentence.format(marketplace=marketplace.value, region=region.title), facts=facts)


def refuses_token(response: Response) -> bool:
    """Return whether Amazon refused a call because of its token."""
    return _complains(response, _TOKEN)


def says_token_has_expired(response: Response) -> bool:
    """Return whether Amazon refused a call because the time of its token is up."""
    return _complains(response, _EXPIRED)


def json_object(response: Response) -> dict[str, Any]:
    """Return the JSON object of a failure; error pages of proxies are HTML or nothing, for them it is empty."""
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _complains(response: Response, complaint: str) -> bool:
    # The text may stand in the message or in the details.
    if response.status not in {401, 403}:
        return False
    first = _first_error(json_object(response))
    return complaint in f"{first.get('message')} {first.get('details')}".lower()


def _names_no_path(facts: Facts) -> bool:
    return facts.code == _NO_SUCH_PATH_CODE or _NO_SUCH_PATH_MESSAGE in str(facts.message).lower()


def _facts(response: Response, operation: str, body: dict[str, Any], secrets: Secrets) -> Facts:
    first = _first_error(body)
    return Facts(
        operation=operation,
        status=response.status,
        code=secrets.shown(first.get("code")),
        message=secrets.shown(first.get("message")),
        details=secrets.shown(first.get("details")),
        request_id=secrets.shown(response.headers.get("x-amzn-RequestId")),
    )


def _first_error(body: dict[str, Any]) -> dict[str, Any]:
    errors = body.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    return first if isinstance(first, dict) else {}
