"""A token of Amazon's: read from a response, kept until shortly before it expires, fetched once for all threads."""

import json
import threading
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from .. import messages
from ..errors import AmazonUnavailable
from .calls import NotDocumented
from .clock import Budget, Clock

__all__ = ["CachedToken", "Token", "token_reader"]

# A token is renewed this long before it expires, so that none expires on its way.
_MARGIN_SECONDS: Final = 60.0
# Amazon's tokens live an hour; none is kept longer than a day, whatever a response says.
_MAX_LIFE_SECONDS: Final = 24 * 3600.0


class Token(NamedTuple):
    """A token and how many seconds it is valid after it arrives. Its repr hides it."""

    text: str
    expires_in: float

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in!r})"


def token_reader(text_key: str, expires_in_key: str) -> Callable[[bytes], Token]:
    """Return what reads the token under these keys of a response; it raises NotDocumented."""

    def read(body: bytes) -> Token:
        try:
            content: Any = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotDocumented("no JSON") from error
        try:
            text, expires_in = content[text_key], float(content[expires_in_key])
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            raise NotDocumented("no token", final=True) from error
        # Anything else could not be sent in a header.
        if not (isinstance(text, str) and text and text.isascii() and text.isprintable() and " " not in text):
            raise NotDocumented("no token that can be sent", final=True)
        if not expires_in > 0:
            raise NotDocumented("a token that has expired", final=True)
        return Token(text, min(expires_in, _MAX_LIFE_SECONDS))

    return read


class CachedToken:
    """Keeps one token; threads that need a new one wait for whoever fetches it, as long as their time allows."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._text = ""
        self._renew_at = float("-inf")

    def get(self, fetch: Callable[[], Token], budget: Budget, *, renew: bool = False) -> str:
        """Return the token, fetched if there is none, it is about to expire, or with `renew`.

        `fetch` makes one attempt; its error concerns its caller alone.

        Raises:
            AmazonUnavailable: Another thread was still fetching when the time was up.
        """
        if not self._lock.acquire(timeout=max(budget.remaining, 0)):
            raise AmazonUnavailable(messages.TOKEN_TOO_LATE)
        try:
            if renew or self._clock.monotonic() >= self._renew_at:
                token = fetch()
                # One that lives for less than two minutes is used for half its life rather than never.
                life = max(token.expires_in - _MARGIN_SECONDS, token.expires_in / 2)
                self._text, self._renew_at = token.text, self._clock.monotonic() + life
            return self._text
        finally:
            self._lock.release()

    def discard(self, text: str) -> bool:
        """Forget this token, and return whether it was kept here."""
        kept = text == self._text
        if kept:
            self.expire()
        return kept

    def expire(self) -> None:
        """Forget the token, but not one that is being fetched."""
        self._renew_at = float("-inf")
