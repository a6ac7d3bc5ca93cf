"""Access tokens of Login with Amazon.

Follows https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api: a form with the refresh
token and the client's credentials is exchanged for an access token, valid for `expires_in` seconds.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from .. import messages
from ..errors import AmazonUnavailable, Answer, CredentialsRejected, SellingPartnerError
from ..redaction import Secrets
from .calls import NotDocumented
from .clock import Budget, Clock
from .credentials import LwaCredentials
from .http import Response, Transport
from .refusals import PROXY_AUTHENTICATION, json_object, proxy_error
from .retry import retry
from .tokens import CachedToken, Token, token_reader

__all__ = ["LWA_PATH", "LWA_URL", "AccessTokens"]

LWA_URL: Final = "https://api.amazon.com"
LWA_PATH: Final = "/auth/o2/token"

_OPERATION: Final = "Login with Amazon"
_READ_TOKEN: Final = token_reader("access_token", "expires_in")

# The error codes with which Login with Amazon refuses credentials.
_REFUSALS: Final = {
    "invalid_grant": messages.REFRESH_TOKEN_REJECTED,
    "invalid_client": messages.CLIENT_REJECTED,
    "unauthorized_client": messages.CLIENT_OF_ANOTHER_APP,
    "access_denied": messages.APP_NOT_AUTHORIZED,
}
# Trouble on its side, whatever the status.
_TRANSIENT_CODES: Final = frozenset({"server_error", "temporarily_unavailable"})
# The form of a refusal: https://www.rfc-editor.org/rfc/rfc6749#section-5.2.
_CODE: Final = re.compile(r"[a-z_]+")
_REFUSAL_STATUSES: Final = frozenset({400, 401, 403})


class AccessTokens:
    """The access token of one set of credentials, valid in all regions.

    Attributes:
        on_refusal: Called when Amazon refuses an access token, which invalidates the tokens issued for it as well.
    """

    def __init__(
        self, credentials: LwaCredentials, url: str, transport: Transport, clock: Clock, secrets: Secrets
    ) -> None:
        self._credentials = credentials
        self._url = url + LWA_PATH
        self._transport = transport
        self._secrets = secrets
        self._token = CachedToken(clock)
        self.on_refusal: Callable[[], None] = lambda: None

    def get(self, budget: Budget) -> str:
        """Return a valid access token, fetching one without retries if necessary.

        Raises:
            CredentialsRejected: Amazon does not accept the credentials.
            AmazonUnavailable, UnreadableAnswer: Login with Amazon failed.
        """
        return self._token.get(lambda: self._exchange(budget), budget)

    def verify(self, budget: Budget) -> None:
        """Check the credentials with one exchange, which costs no quota; retries, and raises what `get` raises."""
        retry(lambda: self._token.get(lambda: self._exchange(budget), budget, renew=True), budget)

    def discard(self, token: str) -> None:
        """Forget an access token that Amazon refused, and the tokens issued for it."""
        if self._token.discard(token):
            self.on_refusal()

    def _exchange(self, budget: Budget) -> Token:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token,
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        response = self._transport.send("POST", self._url, budget, form=form)
        budget.calls += 1
        if response.status != 200:
            raise self._error(response)
        try:
            return _READ_TOKEN(response.body)
        except NotDocumented as undocumented:
            raise undocumented.error(self._answer(response, {})) from undocumented

    def _error(self, response: Response) -> SellingPartnerError:
        """Return the error for an unsuccessful response; only Login with Amazon's own form counts as a refusal."""
        body = json_object(response.body)
        code = body.get("error")
        answer = self._answer(response, body)
        is_refusal = isinstance(code, str) and _CODE.fullmatch(code) and response.status in _REFUSAL_STATUSES
        if is_refusal and code not in _TRANSIENT_CODES:
            return CredentialsRejected(_REFUSALS.get(str(code), messages.CREDENTIALS_REJECTED), answer=answer)
        if response.status == PROXY_AUTHENTICATION:
            return proxy_error(answer)
        return AmazonUnavailable(messages.AMAZON_FAILED, answer=answer)

    def _answer(self, response: Response, body: dict[str, Any]) -> Answer:
        return Answer(
            operation=_OPERATION,
            status=response.status,
            code=self._secrets.hide(body.get("error")),
            message=self._secrets.hide(body.get("error_description")),
            request_id=self._secrets.hide(body.get("request_id") or response.headers.get("x-amzn-RequestId")),
        )
