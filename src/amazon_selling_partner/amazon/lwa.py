"""Access tokens of Login with Amazon.

Follows https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api: a form with the refresh
token and the client's credentials is exchanged for an access token, valid for `expires_in` seconds.
"""

from typing import Final

from ..errors import AmazonUnavailable, CredentialsRejected, Facts, RequestRefused, SellingPartnerError
from .clock import Budget, Clock
from .credentials import LwaCredentials
from .http import Response, Transport
from .responses import REFUSED, UNAVAILABLE, content_of, json_object
from .retry import retried
from .secrets import NO_SECRETS, Secrets
from .tokens import Token, TokenCache, token_in

__all__ = ["LWA_PATH", "LWA_URL", "AccessTokens", "error_of"]

LWA_URL: Final = "https://api.amazon.com"
LWA_PATH: Final = "/auth/o2/token"

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
# It did not wait for the request, or has too many.
_NOT_NOW: Final = frozenset({408, 429})


class AccessTokens:
    """The access token of one set of credentials, the same for all regions.

    Attributes:
        secrets: These credentials and their tokens.
    """

    def __init__(self, credentials: LwaCredentials, url: str, transport: Transport, clock: Clock) -> None:
        self._credentials = credentials
        self._url = url + LWA_PATH
        self._transport = transport
        self._clock = clock
        self._cache = TokenCache(clock)
        self.secrets = Secrets(credentials.refresh_token, credentials.client_secret)

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
            raise error_of(response, self.secrets)
        content = content_of(response, _OPERATION, secrets=self.secrets)
        return token_in(content, "access_token", "expires_in", _OPERATION)


def error_of(response: Response, secrets: Secrets = NO_SECRETS) -> SellingPartnerError:
    """Return the error that a response of Login with Amazon with any status but 200 means; no secret is shown in it."""
    body = json_object(response)
    found = body.get("error")
    code = found if isinstance(found, str) else ""
    facts = Facts(
        operation=_OPERATION,
        status=response.status,
        code=secrets.shown(code),
        message=secrets.shown(body.get("error_description")),
        request_id=secrets.shown(body.get("request_id") or response.headers.get("x-amzn-RequestId")),
    )
    if code in _TROUBLE or response.status >= 500 or response.status in _NOT_NOW:
        return AmazonUnavailable(UNAVAILABLE, facts=facts)
    if not code:
        # A refusal says so in its body; anything else, such as a proxy's page, proves nothing about credentials.
        return RequestRefused(REFUSED, facts=facts)
    return CredentialsRejected(_CURES.get(code, _OTHER_CURE), facts=facts)
