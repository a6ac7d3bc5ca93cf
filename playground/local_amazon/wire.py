"""What the parts of the local Amazon hand to each other: requests, responses, refusals, sellers."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..server import Response

__all__ = ["ALL_REGIONS", "DEMONSTRATION_SELLER", "Recorded", "Refusal", "RequestLog", "Seller"]

ALL_REGIONS = frozenset({"NA", "EU", "FE"})
RESTRICTED_ROLES = frozenset({"buyerInfo", "shippingAddress"})
_MAX_REQUESTS = 1_000


@dataclass(frozen=True)
class Seller:
    """An account of Seller Central with one app authorized: its credentials, and what they open.

    Attributes:
        regions: Where the authorization is valid.
        roles: The data elements for which the app may get restricted data tokens.
    """

    refresh_token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    regions: frozenset[str] = ALL_REGIONS
    roles: frozenset[str] = RESTRICTED_ROLES


# Opens nothing but a local Amazon. A real authorization is valid in one region; this one saves the demonstration three.
DEMONSTRATION_SELLER = Seller(
    refresh_token="Atzr|DemonstrationRefreshToken0123456789abcdefghijklmnopqrstuvwxyz",
    client_id="amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
    client_secret="amzn1.oa2-cs.v1.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
)


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived, for tests to look at.

    Attributes:
        operation: Amazon's name of the operation, or None where there is no such path.
        target: Path and query as they stood in the request line.
        parameters: The query decoded once.
        connection: The same number for requests of one TCP connection; 0 without a socket.
        status: What was answered.
    """

    operation: str | None
    method: str
    path: str
    target: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    connection: int
    status: int = 0


class RequestLog(list[Recorded]):
    """The latest requests, oldest first.

    Attributes:
        total: How many requests there ever were.
    """

    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self._lock = threading.Lock()

    def append(self, request: Recorded) -> None:
        """Add a request, and drop the oldest one beyond 1,000."""
        with self._lock:
            self.total += 1
            super().append(request)
            del self[:-_MAX_REQUESTS]

    def since(self, total: int) -> list[Recorded]:
        """Return the requests after the first `total` ones, as far as they are kept."""
        new = self.total - total
        return self[-new:] if new else []


class Refusal(Exception):
    """An error of the Selling Partner API; the defaults are Amazon's most frequent words."""

    def __init__(
        self,
        status: int,
        code: str = "InvalidInput",
        message: str | None = "The input you have submitted is not valid. Please check your input and try again.",
        details: str = "",
        **headers: str,
    ) -> None:
        super().__init__(message)
        self.response = Response.of(
            status, {"errors": [{"code": code, "message": message, "details": details}]}, **headers
        )

    @classmethod
    def unauthorized(cls, details: str = "") -> "Refusal":
        """Return the 403 of a token that is missing, wrong or not for this."""
        return cls(403, "Unauthorized", "Access to requested resource is denied.", details)
