"""The errors of this package. `messages` has their sentences.

    SellingPartnerError
    ├── InvalidInput          an input or a filter is invalid; no call was made
    ├── InvalidSetting        an environment variable of the deployment is invalid; no call was made
    ├── CredentialsRejected   Login with Amazon does not accept the credentials, or the client secret has expired
    ├── AccessRefused         Amazon denies access: region, role or authorization
    │   ├── TokenRefused      Amazon refused a token, and then a fresh one
    │   └── RoleMissing       the app lacks the role for personal data
    ├── OrderNotFound         Amazon has no such order
    ├── RequestRefused        Amazon refused the request as invalid, or has no such resource for the seller
    ├── OperationRemoved      Amazon has removed the operation
    ├── QuotaExhausted        waiting for quota would exceed the step's deadline
    ├── AmazonUnavailable     no usable response in time, even after retries
    │   └── AmazonUnreachable no connection, so Amazon never saw the request
    ├── UnreadableAnswer      a response that does not match Amazon's documentation
    ├── UnreadableOrders      orders that do not match Amazon's documentation; the error names them
    └── PagingBroken          pages that repeat or do not end

An error carries data: `diagnostics` for what this package knows, `answer` for what Amazon said. Its text is the
sentence, then the data in brackets, without credentials, tokens or personal data. `book` turns these errors into the
kit's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from .redaction import redact

__all__ = [
    "AccessRefused",
    "AmazonUnavailable",
    "AmazonUnreachable",
    "Answer",
    "CredentialsRejected",
    "InvalidInput",
    "InvalidSetting",
    "OperationRemoved",
    "OrderNotFound",
    "PagingBroken",
    "QuotaExhausted",
    "RequestRefused",
    "RoleMissing",
    "SellingPartnerError",
    "TokenRefused",
    "UnreadableAnswer",
    "UnreadableOrders",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Amazon answered, in its own words, with every secret hidden.

    Attributes:
        operation: The operation as Amazon's model names it, or "Login with Amazon".
        status: The HTTP status.
        code: Amazon's error code.
        message: Amazon's message.
        details: Amazon's details.
        request_id: The id that Amazon's support asks for.
    """

    operation: str | None = None
    status: int | None = None
    code: str | None = None
    message: str | None = None
    details: str | None = None
    request_id: str | None = None


_NO_ANSWER: Final = Answer()


class SellingPartnerError(Exception):
    """Base of all errors of this package.

    Attributes:
        sentence: What happened and what to do; the same words every time.
        diagnostics: Further data by name, in the order to show; numbers as numbers, times as datetimes.
        answer: What Amazon answered.
        final: Whether a retry would fail the same way.
        suggests_removal: Whether this refusal counts as the removal of v0 once the announced date has passed.
    """

    suggests_removal = False

    def __init__(
        self,
        sentence: str,
        diagnostics: Mapping[str, Any] | None = None,
        *,
        answer: Answer = _NO_ANSWER,
        final: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.final = final
        self.diagnostics = _without_blanks(diagnostics or {})
        self.answer = answer

    def __str__(self) -> str:
        answer = {name.replace("_", " "): value for name, value in asdict(self.answer).items()}
        parts = [f"{name}: {_text(value)}" for name, value in _without_blanks(self.diagnostics | answer).items()]
        return f"{self.sentence} [{', '.join(parts)}]" if parts else self.sentence


def _without_blanks(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, "")}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return redact(str(value))


class InvalidInput(SellingPartnerError):
    """An input or a filter of the step is invalid; no call was made."""


class InvalidSetting(SellingPartnerError):
    """A setting of the deployment is invalid; no call was made."""


class CredentialsRejected(SellingPartnerError):
    """Amazon does not accept the credentials of the connection."""


class AccessRefused(SellingPartnerError):
    """Amazon denies the app access to what the step requests."""


class TokenRefused(AccessRefused):
    """Amazon refused a token, and then a fresh one."""


class RoleMissing(AccessRefused):
    """Amazon says that the app lacks the role for personal data.

    Attributes:
        elements: The documented data elements that Amazon names; empty if it names none.
    """

    elements: tuple[str, ...] = ()


class OrderNotFound(SellingPartnerError):
    """Amazon has no such order."""


class RequestRefused(SellingPartnerError):
    """Amazon refused the request."""


class OperationRemoved(SellingPartnerError):
    """Amazon has removed the operation."""


class QuotaExhausted(SellingPartnerError):
    """Waiting for Amazon's quota would exceed the step's deadline."""


class AmazonUnavailable(SellingPartnerError):
    """Amazon failed, could not be reached, or did not answer in time."""


class AmazonUnreachable(AmazonUnavailable):
    """There was no connection, so Amazon never saw the request."""


class UnreadableAnswer(SellingPartnerError):
    """A response does not match Amazon's documentation."""


class UnreadableOrders(SellingPartnerError):
    """Some orders do not match Amazon's documentation; nothing is returned, so that none is lost silently."""


class PagingBroken(SellingPartnerError):
    """The pages of a list repeat or do not end."""
