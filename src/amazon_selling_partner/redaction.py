"""Keeps secrets out of messages and logs: known values, and anything with the prefix of an Amazon token."""

import json
import re
from collections import deque
from typing import Any, Final
from urllib.parse import quote

__all__ = ["Secrets", "redact"]

_HIDDEN: Final = "[hidden]"
# Access, refresh and restricted data tokens, authorization codes and client secrets.
_TOKEN: Final = re.compile(r"((Atz[ar]|Atz\.sprdt|Atc)(\||%7C)|amzn1\.oa2-cs\.)[^\s\"',;)&]*", re.IGNORECASE)
# Longer than any message Amazon is known to send. It cuts off HTML pages.
_MAX_CHARACTERS: Final = 600
# A server can only repeat what it has just received.
_MAX_TOKENS: Final = 64


def redact(text: str) -> str:
    """Return foreign text for a message or a log: on one line, bounded, without Amazon's tokens."""
    text = _TOKEN.sub(_HIDDEN, " ".join(text.split()))
    # A terminal obeys control characters, and some marks reverse the direction of writing.
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= _MAX_CHARACTERS else text[:_MAX_CHARACTERS] + "…"


class Secrets:
    """The credentials and the latest tokens of a session, which Amazon's answers must not reveal."""

    def __init__(self, *credentials: str) -> None:
        self._credentials = tuple(map(_forms, credentials))
        self._tokens: deque[tuple[str, ...]] = deque(maxlen=_MAX_TOKENS)

    def add(self, token: str) -> None:
        """Add a token before it is sent."""
        if all(token != known for known, *_ in tuple(self._tokens)):
            self._tokens.append(_forms(token))

    def hide(self, value: Any) -> str | None:
        """Return a foreign value as text for a message or a log; None stays None."""
        if value is None:
            return None
        text = str(value)
        for forms in (*self._credentials, *tuple(self._tokens)):
            for form in forms:
                text = text.replace(form, _HIDDEN)
        return redact(text)


def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret verbatim, percent-encoded and escaped for JSON."""
    return secret, quote(secret, safe=""), json.dumps(secret)[1:-1]
