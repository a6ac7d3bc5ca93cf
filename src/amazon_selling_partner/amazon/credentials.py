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
    """The credentials of a connection; the repr hides them.

    Attributes:
        digest: Identifies these credentials without revealing them: SHA-256 in hexadecimal.
        account: Identifies the app and the seller in the same way; a new client secret does not change it.
    """

    refresh_token: str = field(repr=False)
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    digest: str = field(init=False, repr=False)
    account: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", _digest(self.refresh_token, self.client_id, self.client_secret))
        object.__setattr__(self, "account", _digest(self.refresh_token, self.client_id))

    @classmethod
    def checked(cls, refresh_token: str | None, client_id: str | None, client_secret: str | None) -> "LwaCredentials":
        """Return the credentials without surrounding blanks; a runtime may pass None for a missing one.

        Raises:
            CredentialsRejected: A field is empty or malformed, or the client ID is something else. No call was made.
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


def _digest(*parts: str) -> str:
    # With the lengths, different parts never join to the same text.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
