"""Every error a person can meet, and its cure.

    SellingPartnerError
    ├── InvalidInput          a date, order id or filter cannot be right   mend the step; nothing was asked of Amazon
    │   └── InFuture          a date that only a wrong clock may refuse    the same; the clock, if "now" is not now
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
what helps support (Amazon's answer as `Facts`, times, counts) follows in brackets and is only shown: code decides by
the class and by `facts`. None of these classes knows Kognitos: `book.py` turns them into the kit's. No message ever
holds a credential, a token or personal data.
"""

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields
from typing import Any, Final, Self

__all__ = [
    "LONGEST_FOREIGN_TEXT",
    "AccessRefused",
    "AmazonUnavailable",
    "AmazonUnreachable",
    "CredentialsRejected",
    "Facts",
    "InFuture",
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
# Controls, which a terminal would obey, marks that turn the direction of writing, and what is no character at all.
_NOT_SHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Longer than any message of Amazon's that was ever recorded; an HTML page is not a message.
_LONGEST_TEXT: Final = 600
# So much of a foreign text is looked at: hiding makes it shorter.
LONGEST_FOREIGN_TEXT: Final = 4 * _LONGEST_TEXT


def redacted(text: str) -> str:
    """Return foreign text fit for a message or a log: secrets and e-mail addresses hidden, on one line, bounded.

    Secrets are known here by their prefixes; `amazon.secrets` knows them by their values.
    """
    # Cut first, generously and between words: the search for e-mail addresses is slow in a long text, and half an
    # address would not be known as one.
    words = text[:LONGEST_FOREIGN_TEXT].split()
    if len(text) > LONGEST_FOREIGN_TEXT:
        words[-1:] = ["…"]
    clean = _SECRETS.sub("[hidden]", _NOT_SHOWN.sub("\ufffd", " ".join(words)))
    return clean if len(clean) <= _LONGEST_TEXT else clean[:_LONGEST_TEXT] + "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What Amazon answered, as far as it did; the texts are Amazon's, with every secret of the session hidden.

    Attributes:
        operation: The operation as Amazon's model names it, or "Login with Amazon".
        status: The HTTP status.
        code: Amazon's code of the error.
        message: Amazon's message.
        details: What Amazon adds to it.
        request_id: What Amazon's support asks for.
    """

    operation: str | None = None
    status: int | None = None
    code: Any = None
    message: Any = None
    details: Any = None
    request_id: Any = None

    @property
    def known(self) -> dict[str, Any]:
        """Those that are known, by the names under which a person reads them."""
        told = {field.name.replace("_", " "): getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value not in (None, "")}


_NOTHING_ANSWERED: Final = Facts()


class SellingPartnerError(Exception):
    """Base of all errors of this package.

    Attributes:
        sentence: What happened and what to do, for the person; the same words every time.
        diagnostics: What else is shown, in this order; never secrets or personal data.
        facts: What Amazon answered; shown after the diagnostics.
        final: Whether the same call would fail again in the same way.
        given_up: Whether whatever failed was tried again already, as often as makes sense.
        out_of_time: Whether it ended only because little time was left: whoever has more may get further.
    """

    out_of_time = False
    final = False

    def __init__(
        self, sentence: str, diagnostics: Mapping[str, Any] | None = None, *, facts: Facts = _NOTHING_ANSWERED
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.diagnostics = {name: value for name, value in (diagnostics or {}).items() if value not in (None, "")}
        self.facts = facts
        self.given_up = False

    def __str__(self) -> str:
        told = {**self.diagnostics, **self.facts.known}
        shown = ", ".join(f"{name}: {_shown(value)}" for name, value in told.items())
        return f"{self.sentence} [{shown}]" if shown else self.sentence

    def replaced(self, **attributes: Any) -> Self:
        """Return the same error with other attributes; this one stays as it is, since other threads may hold it."""
        again = copy(self)
        for name, value in attributes.items():
            setattr(again, name, value)
        return again


def _shown(value: Any) -> str:
    # A tuple is a list of ours, shown to its end; anything else may come from elsewhere.
    return "; ".join(map(redacted, value)) if isinstance(value, tuple) else redacted(str(value))


class InvalidInput(SellingPartnerError):
    """Something in the step cannot be right; no call was made."""


class InFuture(InvalidInput):
    """A date lies in the future by this machine's clock, and might not by a right one."""


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

    out_of_time = True


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
