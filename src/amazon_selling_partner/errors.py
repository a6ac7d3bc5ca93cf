"""Every error a person can meet, and its cure.

    SellingPartnerError
    ├── InvalidInput          a date, order id or filter cannot be right   mend the step; nothing was asked of Amazon
    ├── InvalidSetting        a deployment setting cannot be right         mend the environment variable it names
    ├── CredentialsRejected   Login with Amazon refuses the credentials    mend the connection's field it names
    ├── AccessRefused         403: region, role or authorization           authorize the app as the message says
    ├── OrderNotFound         no such order in this marketplace            check the order id and the marketplace
    ├── RequestRefused        400, 413, 415 and other refusals             report it, with the request id
    ├── OperationRemoved      Amazon no longer has the operation           do what it says, to this book or its setting
    ├── QuotaExhausted        the wait for quota does not fit              come back at the time it names, or ask less
    ├── AmazonUnavailable     5xx, no connection, no answer in time        run the step again later
    │   └── AmazonUnreachable no connection at all                     check the network, run the step again
    ├── UnreadableAnswer      an answer that is not what Amazon documents  run again; report it if it stays
    ├── UnreadableOrders      single orders that cannot be read            it names them; report it
    └── PagingBroken          pages that repeat or lead nowhere            run again; a narrower window is safer

An error's text begins with a stable sentence for the person, because Kognitos finds saved guidance by it;
diagnostics (status, Amazon's code, request id, times) follow in brackets. None of these classes knows
Kognitos: `book.py` turns them into the kit's. No message ever holds a credential, a token or personal data.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = [
    "AccessRefused",
    "AmazonUnavailable",
    "AmazonUnreachable",
    "CredentialsRejected",
    "InvalidInput",
    "InvalidSetting",
    "OperationRemoved",
    "OrderNotFound",
    "PagingBroken",
    "QuotaExhausted",
    "RequestRefused",
    "SellingPartnerError",
    "UnreadableAnswer",
    "UnreadableOrders",
    "redacted",
]

# Amazon's tokens and secrets by their prefixes, and e-mail addresses: Amazon may repeat in a message what it was sent.
_SECRETS: Final = re.compile(
    r"(?:Atz[ar]|Atz\.sprdt|Atc)\|[^\s\"',;)]*|amzn1\.oa2-cs\.[^\s\"',;)]*|[^\s\"'<>(,;]+@[^\s\"'<>),;]+"
)
# Longer than any message of Amazon's that was ever recorded; an HTML page is not a message.
_LONGEST_TEXT: Final = 600


def redacted(text: str) -> str:
    """Return foreign text fit for a message or a log: tokens, secrets and e-mail addresses hidden, length bounded."""
    # Cut first, generously and between words: the search for e-mail addresses is slow in a long text, hiding makes
    # it shorter, and half an address would not be known as one.
    words = text[: 4 * _LONGEST_TEXT].split()
    if len(text) > 4 * _LONGEST_TEXT:
        words[-1:] = ["…"]
    clean = _SECRETS.sub("[hidden]", " ".join(words))
    return clean if len(clean) <= _LONGEST_TEXT else clean[:_LONGEST_TEXT] + "…"


class SellingPartnerError(Exception):
    """Base of all errors of this package.

    Attributes:
        sentence: What happened and what to do, for the person; the same words every time.
        diagnostics: Facts for support, in the order they are shown; never secrets or personal data.
        given_up: Whether whatever failed was tried again already, as often as makes sense.
    """

    given_up = False

    def __init__(self, sentence: str, diagnostics: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.diagnostics = {name: value for name, value in (diagnostics or {}).items() if value not in (None, "")}

    def __str__(self) -> str:
        if not self.diagnostics:
            return self.sentence
        facts = ", ".join(f"{name}: {_shown(value)}" for name, value in self.diagnostics.items())
        return f"{self.sentence} [{facts}]"


def _shown(value: Any) -> str:
    # A tuple is a list of ours, shown to its end; anything else may come from elsewhere.
    return "; ".join(map(redacted, value)) if isinstance(value, tuple) else redacted(str(value))


class InvalidInput(SellingPartnerError):
    """Something in the step cannot be right; no call was made."""


class InvalidSetting(SellingPartnerError):
    """A setting of the deployment cannot be right; no call was made."""


class CredentialsRejected(SellingPartnerError):
    """Login with Amazon does not accept the credentials of the connection."""


class AccessRefused(SellingPartnerError):
    """Amazon answered 403: this application may not read this."""


class OrderNotFound(SellingPartnerError):
    """Amazon does not know the order."""


class RequestRefused(SellingPartnerError):
    """Amazon refused the request as wrong."""


class OperationRemoved(SellingPartnerError):
    """Amazon no longer has the operation."""


class QuotaExhausted(SellingPartnerError):
    """Amazon's quota is used up for longer than the step may take."""


class AmazonUnavailable(SellingPartnerError):
    """Amazon failed, could not be reached, or did not answer in time."""


class AmazonUnreachable(AmazonUnavailable):
    """There was no connection, so Amazon never saw the request."""


class UnreadableAnswer(SellingPartnerError):
    """An answer that is not what Amazon documents."""


class UnreadableOrders(SellingPartnerError):
    """Single orders that cannot be read; nothing is returned, so that none is lost silently."""


class PagingBroken(SellingPartnerError):
    """Pages that repeat themselves or promise more without bringing any."""
