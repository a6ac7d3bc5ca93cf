"""Every error a person can meet. The sentences stand in `messages`, what each one means for a step stands here.

    SellingPartnerError
    ├── InvalidInput          an input or a filter cannot be right; no call was made
    ├── InvalidSetting        an environment variable of the deployment cannot be right; no call was made
    ├── CredentialsRejected   Login with Amazon does not accept the credentials, or the client secret has expired
    ├── AccessRefused         Amazon denies access: region, role or authorization
    │   ├── TokenRefused      Amazon refused a token, and a fresh one as well
    │   └── RoleMissing       the app lacks the role for personal data
    ├── OrderNotFound         Amazon knows no such order
    ├── RequestRefused        Amazon refused the request as invalid, or has no such resource for the seller
    ├── OperationRemoved      Amazon no longer has the operation
    ├── QuotaExhausted        waiting for quota takes longer than the step may
    ├── AmazonUnavailable     no usable response in time, after some attempts
    │   └── AmazonUnreachable no connection, so Amazon never saw the request
    ├── UnreadableAnswer      a response that is not what Amazon documents
    ├── UnreadableOrders      single orders that are not what Amazon documents; the error names them
    └── PagingBroken          pages that repeat, or lead nowhere

An error carries data: `diagnostics` for what this package knows, `answer` for what Amazon said. Its text is the
sentence, then the data in brackets. None of these classes knows Kognitos: `book` turns them into the kit's. No text
holds a credential, a token or personal data.
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
    """What Amazon answered, as far as it did. The texts are Amazon's, with every secret hidden.

    Attributes:
        operation: The operation as Amazon's model names it, or "Login with Amazon".
        status: The HTTP status.
        code: Amazon's code of the error.
        message: Amazon's message.
        details: Amazon's details.
        request_id: What Amazon's support asks for.
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
        diagnostics: What else helps, in this order; numbers as numbers, moments as datetimes.
        answer: What Amazon answered.
        final: Whether another try would end the same way.
        suggests_removal: Whether this refusal of v0 counts as the removal from the announced date on.
    """

    final = False
    suggests_removal = False

    def __init__(
        self, sentence: str, diagnostics: Mapping[str, Any] | None = None, *, answer: Answer = _NO_ANSWER
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.diagnostics = _known(diagnostics or {})
        self.answer = answer

    def __str__(self) -> str:
        answer = {name.replace("_", " "): value for name, value in asdict(self.answer).items()}
        parts = [f"{name}: {_text(value)}" for name, value in _known(self.diagnostics | answer).items()]
        return f"{self.sentence} [{', '.join(parts)}]" if parts else self.sentence


def _known(data: Mapping[str, Any]) -> dict[str, Any]:
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
    """An input or a filter of the step cannot be right; no call was made."""


class InvalidSetting(SellingPartnerError):
    """A setting of the deployment cannot be right; no call was made."""


class CredentialsRejected(SellingPartnerError):
    """Amazon does not accept the credentials of the connection."""


class AccessRefused(SellingPartnerError):
    """Amazon denies the app access to what the step asks for."""


class TokenRefused(AccessRefused):
    """Amazon refused a token, and after that a fresh one."""


class RoleMissing(AccessRefused):
    """Amazon says that the app lacks the role for personal data.

    Attributes:
        elements: The data elements that Amazon names; empty where it names none that is documented.
    """

    elements: tuple[str, ...] = ()


class OrderNotFound(SellingPartnerError):
    """Amazon knows no such order."""


class RequestRefused(SellingPartnerError):
    """Amazon refused the request."""


class OperationRemoved(SellingPartnerError):
    """Amazon no longer has the operation."""


class QuotaExhausted(SellingPartnerError):
    """Amazon's quota is used up for longer than the step may take."""


class AmazonUnavailable(SellingPartnerError):
    """Amazon failed, could not be reached, or did not answer in time."""


class AmazonUnreachable(AmazonUnavailable):
    """There was no connection, so Amazon never saw the request."""


class UnreadableAnswer(SellingPartnerError):
    """A response that is not what Amazon documents."""


class UnreadableOrders(SellingPartnerError):
    """Single orders that are not what Amazon documents; nothing is returned, so that none is lost silently."""


class PagingBroken(SellingPartnerError):
    """Pages that repeat themselves, or promise more without bringing any."""
