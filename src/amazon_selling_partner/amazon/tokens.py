"""Tokens: parsed from a response, cached until shortly before they expire, and fetched once for all threads."""

import json
import threading
from collections.abc import Callable
from math import isnan
from typing import Any, Final, NamedTuple

from .. import messages
from ..errors import AmazonUnavailable
from .calls import NotDocumented
from .clock import Budget, Clock

__all__ = ["CachedToken", "Token", "token_reader"]

# Tokens are renewed this long before they expire, so that none expires in transit.
_MARGIN_SECONDS: Final = 60.0
# Amazon's tokens are valid for an hour; none is cached for more than a day, whatever a response says.
_MAX_LIFE_SECONDS: Final = 24 * 3600.0


class Token(NamedTuple):
    """A token, and for how many seconds it is valid; the repr hides it."""

    text: str
    expires_in: float

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in!r})"


def token_reader(text_key: str, expires_in_key: str) -> Callable[[bytes], Token]:
    """Return a function that parses a response with these keys into a token; it raises NotDocumented."""

    def read(body: bytes) -> Token:
        try:
            content: Any = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotDocumented("no JSON") from error
        try:
            text, expires_in = content[text_key], float(content[expires_in_key])
        except (LookupError, TypeError, ValueError, OverflowError) as error:
            raise NotDocumented("no token", final=True) from error
        # Other text cannot be sent in a header.
        if not (isinstance(text, str) and text and text.isascii() and text.isprintable() and " " not in text):
            raise NotDocumented("no token that can be sent", final=True)
        if expires_in <= 0 or isnan(expires_in):
            raise NotDocumented("a token that has expired", final=True)
        return Token(text, min(expires_in, _MAX_LIFE_SECONDS))

    return read


class CachedToken:
    """Caches one token. One thread fetches it; the others wait for it, as long as their budgets allow."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._text = ""
        self._renew_at = float("-inf")

    def get(self, fetch: Callable[[], Token], budget: Budget, *, renew: bool = False) -> str:
        """Return the token; fetch it if there is none, if it is about to expire, or if `renew` is set.

        `fetch` makes one attempt; only its own caller sees its error.

        Raises:
            AmazonUnavailable: The time was up before another thread had fetched the token.
        """
        # pylint: disable-next=consider-using-with # `with` has no timeout
        if not self._lock.acquire(timeout=max(budget.remaining, 0)):
            raise AmazonUnavailable(messages.TOKEN_TOO_LATE)
        try:
            if renew or self._clock.monotonic() >= self._renew_at:
                token = fetch()
                # A token valid for less than two minutes is used for half that time.
                life = max(token.expires_in - _MARGIN_SECONDS, token.expires_in / 2)
                self._text, self._renew_at = token.text, self._clock.monotonic() + life
            return self._text
        finally:
            self._lock.release()

    def discard(self, text: str) -> bool:
        """Forget this token; return whether it was the cached one."""
        cached = text == self._text
        if cached:
            self.expire()
        return cached

    def expire(self) -> None:
        """Forget the token; one that is being fetched is not affected."""
        self._renew_at = float("-inf")
