"""Access tokens of Login with Amazon, kept until shortly before they expire and fetched once for all threads.

Follows https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api: a form with the refresh
token and the client's credentials is exchanged for an access token, valid for `expires_in` seconds.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Final, NamedTuple

from ..errors import AmazonUnavailable, CredentialsRejected, Facts, RequestRefused, SellingPartnerError
from .clock import Budget, Clock
from .credentials import LwaCredentials
from .responses import REFUSED, UNAVAILABLE, Content, content_of, json_object
from .retry import retried
from .transport import Response, Transport

__all__ = ["LWA_PATH", "LWA_URL", "AccessTokens", "Token", "TokenCache", "error_of", "token_in"]

LWA_URL: Final = "https://api.amazon.com"
LWA_PATH: Final = "/auth/o2/token"

# A token is renewed this long before it expires, so that none expires on its way.
_MARGIN_SECONDS: Final = 60.0
# One token for each path that was read lately; more are fetched again when needed.
_MOST_TOKENS: Final = 256

_OPERATION: Final = "Login with Amazon"

# What Login with Amazon calls the failure, and what the person can do about it:
# https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api
_CURES: Final = {
    "invalid_grant": (
        "Amazon does not accept the Refresh Token of the connection. Copy it again from Seller Central; if the "
        "seller revoked the app or its yearly authorization lapsed, authorize the app again and connect with the "
        "new Refresh Token."
    ),
    "invalid_client": (
        "Amazon does not accept the Client ID or the Client Secret of the connection. Copy both again from the "
        "app's LWA credentials in Seller Central; a Client Secret expires 180 days after it was made, then make a "
        "new one and connect with it."
    ),
    "unauthorized_client": (
        "The Refresh Token of the connection belongs to another app than its Client ID. Take the Refresh Token, "
        "the Client ID and the Client Secret from one and the same app."
    ),
    "access_denied": (
        "The seller has not granted this app access. Authorize the app in Seller Central and connect with the new "
        "Refresh Token."
    ),
}
_OTHER_CURE: Final = (
    "Amazon does not accept the credentials of the connection. Copy the Refresh Token, the Client ID and the "
    "Client Secret again from Seller Central and connect again."
)
# Login with Amazon marks these as its own trouble, whatever the HTTP status.
_TROUBLE: Final = frozenset({"server_error", "temporarily_unavailable"})


class Token(NamedTuple):
    """A token and how many seconds it is valid from its arrival. Never shown: its text is a secret."""

    text: str
    expires_in: float

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in!r})"


class TokenCache:
    """Tokens by name; a missing one is fetched once, however many threads ask for it at the same time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[str, float]] = OrderedDict()
        self._flights: dict[Hashable, Future[str]] = {}

    def get(self, name: Hashable, fetch: Callable[[], Token], budget: Budget, *, renew: bool = False) -> str:
        """Return the token of that name, fetched if there is none, it is about to expire, or with `renew`.

        Whoever asks while another thread is fetching gets that thread's token, or its error.
        """
        with self._lock:
            text, renew_at = self._kept.get(name, ("", float("-inf")))
            if not renew and self._clock.monotonic() < renew_at:
                self._kept.move_to_end(name)
                return text
            flight = self._flights.get(name)
            if flight is None:
                own = self._flights[name] = Future()
        if flight is None:
            return self._fetch(name, fetch, own)
        try:
            return flight.result(timeout=max(budget.remaining, 0))
        except SellingPartnerError as error:
            # One for each thread: raising it adds the way it takes.
            raise error.replaced() from error
        except TimeoutError:
            raise AmazonUnavailable(
                "Amazon did not hand out an access token in time. Run the step again in some minutes."
            ) from None

    def discard(self, text: str) -> None:
        """Forget a token that Amazon no longer accepts."""
        with self._lock:
            for name in [name for name, (kept, _) in self._kept.items() if kept == text]:
                del self._kept[name]

    def _fetch(self, name: Hashable, fetch: Callable[[], Token], flight: Future[str]) -> str:
        try:
            token = fetch()
        except BaseException as error:
            with self._lock:
                del self._flights[name]
            flight.set_exception(error)
            raise
        # A short-lived token is used for half its life rather than never.
        life = max(token.expires_in - _MARGIN_SECONDS, token.expires_in / 2)
        with self._lock:
            self._kept[name] = (token.text, self._clock.monotonic() + life)
            while len(self._kept) > _MOST_TOKENS:
                self._kept.popitem(last=False)
            del self._flights[name]
        flight.set_result(token.text)
        return token.text


class AccessTokens:
    """The access token of one set of credentials, the same for all regions."""

    def __init__(self, credentials: LwaCredentials, url: str, transport: Transport, clock: Clock) -> None:
        self._credentials = credentials
        self._url = url + LWA_PATH
        self._transport = transport
        self._clock = clock
        self._cache = TokenCache(clock)

    def get(self, budget: Budget, *, renew: bool = False) -> str:
        """Return an access token that is valid now; with `renew` a new one, which proves the credentials.

        Raises:
            CredentialsRejected: Amazon does not accept the credentials; not tried again.
            AmazonUnavailable: Login with Amazon failed, after some attempts.
        """

        def exchange() -> Token:
            return retried(lambda: self._exchange(budget), budget)

        return self._cache.get("access token", exchange, budget, renew=renew)

    def discard(self, text: str) -> None:
        """Forget an access token that Amazon says has expired."""
        self._cache.discard(text)

    def _exchange(self, budget: Budget) -> Token:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token,
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        response = self._transport.send("POST", self._url, budget, form=form)
        if response.status != 200:
            raise error_of(response)
        return token_in(content_of(response, _OPERATION), "access_token", "expires_in")


def error_of(response: Response) -> SellingPartnerError:
    """Return the error that a response of Login with Amazon with any status but 200 means."""
    body = json_object(response)
    found = body.get("error")
    code = found if isinstance(found, str) else ""
    facts = Facts(
        operation=_OPERATION,
        status=response.status,
        code=code,
        message=body.get("error_description"),
        request_id=body.get("request_id") or response.headers.get("x-amzn-RequestId"),
    )
    if code in _TROUBLE or response.status >= 500 or response.status == 429:
        return AmazonUnavailable(UNAVAILABLE, facts=facts)
    if not code:
        # A refusal says so in its body; anything else, such as a proxy's page, proves nothing about credentials.
        return RequestRefused(REFUSED, facts=facts)
    return CredentialsRejected(_CURES.get(code, _OTHER_CURE), facts=facts)


def token_in(content: Content, text_key: str, expires_in_key: str) -> Token:
    """Return the token that a content carries under these keys.

    Raises:
        UnreadableAnswer: There is no token, or no lifetime with it.
    """
    text = content.json.get(text_key)
    try:
        expires_in = float(content.json.get(expires_in_key) or 0)
    except (TypeError, ValueError):
        expires_in = 0.0
    if not isinstance(text, str) or not text or not expires_in > 0:
        raise content.unreadable()
    return Token(text, expires_in)
