"""What a session must never show, hidden by its value in every text that comes from elsewhere.

A server may send back what it was sent, written otherwise: percent-encoded, escaped for JSON or HTML, in base64,
wrapped, split, without its prefix, in another case, cut. So letters and digits alone are compared, after whatever reads
as an escape was decoded, and eight of them in a row that a secret has as well are hidden.
"""

import html
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from string import ascii_letters, digits
from threading import Lock
from typing import Any, Final

from ..errors import LONGEST_FOREIGN_TEXT, SellingPartnerError, redacted

__all__ = ["NO_SECRETS", "Secrets"]

# So many letters and digits in a row are no coincidence: there are 36**8 of them.
_RUN: Final = 8
# Of those sent lately: what a server repeats it was just sent, over as many connections as there are, and some more.
_MOST_TOKENS: Final = 64
# More than any server does; each makes the text shorter, so hardly any text needs so many.
_MOST_DECODINGS: Final = 16

_COMPARED: Final = frozenset(ascii_letters + digits)
_NOT_COMPARED: Final = bytes(byte for byte in range(256) if chr(byte) not in _COMPARED)
# What Amazon's messages call them; a token that is made for tests may spell it out.
_ORDINARY: Final = (b"refreshtoken", b"accesstoken", b"restricteddatatoken", b"clientsecret")
# Only whole ones, but at the end of a text: what stands within one may be gone at the next reading.
_ESCAPE: Final = re.compile(
    r"%u[0-9a-f]{4}|%[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[abfnrtv/\"'\\]"
    r"|&(?:\#[0-9]{1,8}|\#x[0-9a-f]{1,7}|[a-z][a-z0-9]{1,31})(?:;|\Z)",
    re.IGNORECASE | re.DOTALL,
)
# What wraps or splits, blanks before all else, as they may stand within the mark of a new line.
_SPLITTING: Final = (re.compile(r"[^a-zA-Z0-9%\\&#;</>]+"), re.compile("<w?br/?>", re.IGNORECASE))

# No secret has this form, and an error has to name its orders.
_ORDER_ID: Final = re.compile(r"(?<!\w)([A-Z0-9]{3}-[0-9]{7}-[0-9]{7})(?!\w)")

# Where a character of a text as it is read stands in the text as it came: from, to.
_Span = tuple[int, int]


class Secrets:
    """The secrets of one session; safe for many threads.

    Args:
        lasting: Those it has from the beginning.
    """

    def __init__(self, *lasting: str) -> None:
        self._lasting = _forms_of(lasting)
        self._lock = Lock()
        self._tokens: OrderedDict[str, bytes] = OrderedDict()

    def add(self, token: str) -> None:
        """Take in a token, before it is sent anywhere; of very many, those used lately are known."""
        with self._lock:
            if token not in self._tokens:
                self._tokens[token] = _forms_of([token])
            self._tokens.move_to_end(token)
            while len(self._tokens) > _MOST_TOKENS:
                self._tokens.popitem(last=False)

    def shown(self, foreign: Any) -> str | None:
        """Return what came from elsewhere as text fit for an error or a log; None, for nothing, stays None."""
        if foreign is None:
            return None
        try:
            text = foreign if isinstance(foreign, str) else str(foreign)
        except RecursionError:
            text = "nested too deeply to be shown"
        return redacted(self._hidden_in(text[: LONGEST_FOREIGN_TEXT + 1]))

    @contextmanager
    def kept_from_errors(self) -> Iterator[None]:
        """Hide them in what an error within the block tells of orders: their ids come from elsewhere as well."""
        try:
            yield
        except SellingPartnerError as error:
            told = {name: self._kept_from(value) for name, value in error.diagnostics.items()}
            if told == error.diagnostics:
                raise
            raise error.replaced(diagnostics=told) from None

    def _kept_from(self, told: Any) -> Any:
        if isinstance(told, tuple):
            return tuple(map(self._kept_from, told))
        if not isinstance(told, str):
            return told
        parts = _ORDER_ID.split(told)
        # What is not hidden stays as it is: whatever shows the error makes it fit to be shown.
        return "".join(
            part if at % 2 else self._hidden_in(part[: LONGEST_FOREIGN_TEXT + 1]) for at, part in enumerate(parts)
        )

    def _hidden_in(self, text: str) -> str:
        runs: dict[bytes, list[_Span]] = {}
        for read, spans in _readings(text):
            _note_runs(read, spans, runs)
        if not runs:
            return text
        for words in _ORDINARY:
            for run in _runs(words):
                runs.pop(run, None)
        with self._lock:
            known = b" ".join([self._lasting, *self._tokens.values()])
        hits = [span for run, spans in runs.items() if run in known for span in spans]
        return _without(text, hits)


def _compared(text: str) -> bytes:
    return text.encode("utf-8", "replace").translate(None, _NOT_COMPARED).lower()


def _runs(form: bytes) -> Iterator[bytes]:
    return (form[at : at + _RUN] for at in range(len(form) - _RUN + 1))


def _forms_of(secrets: Iterable[str]) -> bytes:
    """Return all that is compared of some secrets, parted by what is never compared."""
    return b" ".join(form for secret in secrets for form in _forms(secret))


def _forms(secret: str) -> Iterator[bytes]:
    """Yield what is compared of a secret, as it is and in base64, where it may begin at any of three places."""
    yield _compared(secret)
    for before in range(3):
        # What stood before it shows in the first characters, which are left out.
        encoded = b64encode(bytes(before) + secret.encode("utf-8", "replace"))[4 if before else 0 :]
        yield encoded.translate(None, _NOT_COMPARED).lower()


def _readings(text: str) -> Iterator[tuple[str, list[_Span]]]:
    """Yield the text as it is, then as it reads with its escapes decoded once, twice and so on.

    All that once more without what wraps or splits it, because it may stand within an escape.
    """
    for squeezed in (False, True):
        read, spans = text, [(at, at + 1) for at in range(len(text))]
        for _ in range(_MOST_DECODINGS):
            before = read
            for pattern in _SPLITTING if squeezed else ():
                read, spans = _replaced(pattern, lambda _: "", read, spans)
            yield read, spans
            read, spans = _replaced(_ESCAPE, _meant, read, spans)
            if read == before:
                break


def _replaced(
    pattern: re.Pattern[str], replacement: Callable[[str], str], text: str, spans: list[_Span]
) -> tuple[str, list[_Span]]:
    parts: list[str] = []
    replaced: list[_Span] = []
    at = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        new = replacement(found[0])
        parts += text[at:start], new
        replaced += spans[at:start]
        replaced += spans[start:end] if new == found[0] else [(spans[start][0], spans[end - 1][1])] * len(new)
        at = end
    return "".join([*parts, text[at:]]), replaced + spans[at:]


def _meant(escape: str) -> str:
    if escape[0] == "&":
        meant = html.unescape(escape)
        return meant if meant != escape else html.unescape(escape.lower())
    number = escape.lstrip("%\\uUxX")
    if len(escape) > 2:
        return chr(int(number, 16))
    # \n and its like are blanks, any other character stands for itself.
    return " " if escape[1] in "abfnrtv" else escape[1]


def _note_runs(text: str, spans: list[_Span], runs: dict[bytes, list[_Span]]) -> None:
    """Add where in the text as it came each run of compared characters stands."""
    compared = [span for character, span in zip(text, spans, strict=True) if character in _COMPARED]
    for at, run in enumerate(_runs(_compared(text))):
        runs.setdefault(run, []).append((compared[at][0], compared[at + _RUN - 1][1]))


def _without(text: str, hits: list[_Span]) -> str:
    """Return a text with all that is hit hidden; what is hit side by side is hidden together."""
    parts: list[str] = []
    shown_to = 0
    for start, end in sorted(hits):
        between = text[shown_to:start]
        if not parts or not _COMPARED.isdisjoint(between):
            parts += between, "[hidden]"
        shown_to = max(shown_to, end)
    return "".join([*parts, text[shown_to:]])


# For text that comes from where no secret was sent.
NO_SECRETS: Final = Secrets()
