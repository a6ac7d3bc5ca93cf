"""The three credentials of Login with Amazon (LWA)."""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from .. import messages
from ..errors import CredentialsRejected

__all__ = ["LwaCredentials"]

_CLIENT_ID_PREFIX: Final = "amzn1.application-oa2-client."
_APPLICATION_ID_PREFIX: Final = "amzn1.sp.solution."


@dataclass(frozen=True, slots=True)
class LwaCredentials:
    """What a workspace connects with; neither its repr nor its text shows any of it."""

    refresh_token: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)

    @classmethod
    def checked(cls, refresh_token: str | None, client_id: str | None, client_secret: str | None) -> "LwaCredentials":
        """Return the credentials, blanks around them removed; a runtime may leave one out as None.

        Raises:
            CredentialsRejected: A field is blank or holds what none can hold, or the client ID cannot be one. No
                call was made.
        """
        credentials = cls(*((value or "").strip() for value in (refresh_token, client_id, client_secret)))
        labelled = (
            ("Refresh Token", credentials.refresh_token),
            ("Client ID", credentials.client_id),
            ("Client Secret", credentials.client_secret),
        )
        for label, value in labelled:
            if not value:
                raise CredentialsRejected(messages.CREDENTIAL_EMPTY, {"field": label})
        if credentials.client_id.startswith(_APPLICATION_ID_PREFIX):
            raise CredentialsRejected(messages.APPLICATION_ID)
        if not credentials.client_id.startswith(_CLIENT_ID_PREFIX):
            raise CredentialsRejected(messages.NO_CLIENT_ID)
        for label, value in labelled:
            if not (value.isascii() and value.isprintable() and " " not in value):
                raise CredentialsRejected(messages.CREDENTIAL_MALFORMED, {"field": label})
        return credentials

    @property
    def digest(self) -> str:
        """A name for these credentials that tells nothing about them: SHA-256 in hexadecimal."""
        return _digest(self.refresh_token, self.client_id, self.client_secret)

    @property
    def account(self) -> str:
        """A name for the app and the seller alone, the same when the client secret is renewed; tells nothing either."""
        return _digest(self.refresh_token, self.client_id)


def _digest(*parts: str) -> str:
    # Each length goes in front, so that no two different lists of parts read the same.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()
