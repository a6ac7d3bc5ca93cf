"""Tokens: read from an answer, kept until shortly before they expire, fetched once for all threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Final, NamedTuple

from ..errors import AmazonUnavailable, SellingPartnerError, UnreadableAnswer
from .clock import Budget, Clock
from .credentials import is_visible_ascii
from .responses import Content

__all__ = ["Token", "TokenCache", "token_in"]

# A token is renewed this long before it expires, so that none expires on its way.
_MARGIN_SECONDS: Final = 60.0
# Amazon's tokens live an hour. None is kept longer than this, whatever an answer says.
_LONGEST_LIFE_SECONDS: Final = 24 * 3600.0
# One token for each path that was read lately; more are fetched again when needed.
_MOST_TOKENS: Final = 256


class Token(NamedTuple):
    """A token and how many seconds it is valid from its arrival. Never shown: its text is a secret."""

    text: str
    expires_in: float

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in!r})"


def token_in(content: Content, text_key: str, expires_in_key: str, service: str) -> Token:
    """Return the token that a content carries under these keys.

    Raises:
        UnreadableAnswer: There is no token, or no lifetime with it, or the token cannot be the value of a header.
    """
    text = content.json.get(text_key)
    expires_in = _seconds(content.json.get(expires_in_key))
    if not isinstance(text, str) or not text or not expires_in > 0:
        raise content.unreadable()
    if not is_visible_ascii(text):
        # What makes such a token, or changes it on its way, is broken and not disturbed: asking again gets another.
        raise UnreadableAnswer(
            f"{service} answered with a token that cannot be sent. Run the step again in some minutes; if that does "
            "not help, report it with the request id.",
            facts=content.facts,
        ).replaced(given_up=True)
    return Token(text, min(expires_in, _LONGEST_LIFE_SECONDS))


def _seconds(found: Any) -> float:
    try:
        # By its text, because an integer may be beyond every float, and true is not a number.
        return float(str(found))
    except ValueError:
        return 0.0


# What became of fetching a token: its text, an error that holds for everybody, or None: whoever needs it, fetches it.
_Outcome = str | SellingPartnerError | None


class TokenCache:
    """Tokens by name; a missing one is fetched once, however many threads ask for it at the same time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[str, float]] = OrderedDict()
        self._flights: dict[Hashable, Future[_Outcome]] = {}

    def get(self, name: Hashable, fetch: Callable[[], Token], budget: Budget, *, renew: bool = False) -> str:
        """Return the token of that name, fetched if there is none, it is about to expire, or with `renew`.

        Whoever asks while another thread is fetching gets that thread's token, or its error; but fetches it in turn
        when that thread only ran out of its own time, or was interrupted.
        """
        while True:
            own: Future[_Outcome] | None = None
            outcome: _Outcome = None
            try:
                with self._lock:
                    text, renew_at = self._kept.get(name, ("", float("-inf")))
                    if not renew and self._clock.monotonic() < renew_at:
                        self._kept.move_to_end(name)
                        return text
                    flight = self._flights.get(name)
                    if flight is None:
                        own = flight = self._flights[name] = Future()
                if own is not None:
                    outcome = self._fetched(name, fetch)
                    return outcome
            except SellingPartnerError as error:
                outcome = None if error.out_of_time else error
                raise
            finally:
                if own is not None:
                    self._land(name, own, outcome)
            found = _awaited(flight, budget)
            if found is not None:
                return found

    def discard(self, text: str) -> None:
        """Forget a token that Amazon no longer accepts."""
        with self._lock:
            for name in [name for name, (kept, _) in self._kept.items() if kept == text]:
                del self._kept[name]

    def _fetched(self, name: Hashable, fetch: Callable[[], Token]) -> str:
        token = fetch()
        # A short-lived token is used for half its life rather than never.
        life = max(token.expires_in - _MARGIN_SECONDS, token.expires_in / 2)
        with self._lock:
            self._kept[name] = (token.text, self._clock.monotonic() + life)
            while len(self._kept) > _MOST_TOKENS:
                self._kept.popitem(last=False)
        return token.text

    def _land(self, name: Hashable, flight: Future[_Outcome], outcome: _Outcome) -> None:
        with self._lock:
            # An interrupt may have come before it was there.
            self._flights.pop(name, None)
        flight.set_result(outcome)


def _awaited(flight: Future[_Outcome], budget: Budget) -> str | None:
    try:
        outcome = flight.result(timeout=max(budget.remaining, 0))
    except TimeoutError:
        raise AmazonUnavailable(
            "Amazon did not hand out an access token in time. Run the step again in some minutes."
        ) from None
    if isinstance(outcome, SellingPartnerError):
        # One for each thread: raising it adds the way it takes.
        raise outcome.replaced() from outcome
    return outcome
