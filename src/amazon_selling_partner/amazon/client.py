"""One call of the Selling Partner API: quota, token, send, decide what the answer means."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import isfinite
from typing import Any, Final, Protocol

from ..errors import AmazonUnreachable
from ..marketplaces import Marketplace, Region
from .clock import Budget, Clock
from .http import Response, Transport
from .responses import Content, content_of, error_of, refuses_token, says_token_has_expired
from .retry import retried
from .secrets import Secrets
from .throttle import Buckets, TokenBucket, UsagePlan

__all__ = ["Call", "SellingPartnerClient", "TokenSource"]

_log = logging.getLogger(__name__)

# A token is renewed so long before it expires that this does not matter.
_TOKEN_STAYS_VALID_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be made.

    Attributes:
        plan: The operation, with its usage plan.
        marketplace: The marketplace the step names; for messages.
        region: The region whose host answers.
        path: The path below the host.
        query: The query; each value is percent-encoded once, when it is sent.
        json: The body, for an operation that takes one; then it is a POST.
        reader: Reads the body of a success in one pass; returns None when it is not what Amazon documents.
    """

    plan: UsagePlan
    marketplace: Marketplace
    region: Region
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    reader: Callable[[bytes], Any] | None = None


class TokenSource(Protocol):
    """Where the token of a call comes from, and who is told that it has expired."""

    def get(self, budget: Budget) -> str:
        """Return a token that is valid now."""

    def discard(self, text: str) -> None:
        """Forget a token that Amazon no longer accepts."""


class SellingPartnerClient:
    """Makes calls with one set of credentials; safe for many threads.

    Args:
        transport: The way to the network.
        tokens: The access tokens of the credentials.
        clock: What tells the time.
        local_url: Where calls go instead of to the region's host.
        bucket: Returns the bucket of an operation in a region; without it, the client has buckets of its own.
        secrets: What no error and no log may show; every token that is sent is added.

    Attributes:
        secrets: As above.
    """

    def __init__(
        self,
        transport: Transport,
        tokens: TokenSource,
        clock: Clock,
        local_url: str | None = None,
        bucket: Callable[[Region, UsagePlan], TokenBucket] | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._local_url = local_url
        self._bucket = bucket or partial(Buckets(clock).get, "")
        self.secrets = secrets or Secrets()

    def call(self, call: Call, budget: Budget, tokens: TokenSource | None = None) -> Content:
        """Return the content of Amazon's answer to a call that succeeded; `tokens` replaces the plain access tokens.

        Raises:
            CredentialsRejected: Login with Amazon does not accept the credentials.
            QuotaExhausted: The wait for quota does not fit into the budget.
            AccessRefused: Amazon answered 403, after an expired token was renewed once.
            OperationRemoved: Amazon no longer has the operation.
            RequestRefused: Amazon answered another status that is no success, 404 among them.
            AmazonUnavailable, UnreadableAnswer: After some attempts.
        """
        return retried(lambda: self._attempt(call, budget, tokens or self._tokens), budget)

    def _attempt(self, call: Call, budget: Budget, tokens: TokenSource) -> Content:
        bucket = self._bucket(call.region, call.plan)
        renewed = False
        while True:
            # Asked before the quota, so that wrong credentials cost none of it; and again after a wait, which may be
            # longer than a token lives.
            token, asked_at = tokens.get(budget), self._clock.monotonic()
            bucket.take(budget)
            if self._clock.monotonic() - asked_at > _TOKEN_STAYS_VALID_SECONDS:
                try:
                    token = tokens.get(budget)
                except BaseException:
                    bucket.give_back()
                    raise
            response = self._send(call, token, bucket, budget)
            if response.status == 429:
                _log.info("Amazon says that the quota of %s is used up.", call.plan.operation)
                bucket.empty(_number(response, "Retry-After"))
                continue
            bucket.accepted()
            if refuses_token(response):
                # Whatever is wrong with it, nobody should be handed this token again.
                tokens.discard(token)
            if not says_token_has_expired(response) or renewed:
                return self._content(call, response)
            renewed = True

    def _send(self, call: Call, token: str, bucket: TokenBucket, budget: Budget) -> Response:
        self.secrets.add(token)
        try:
            response = self._transport.send(
                "GET" if call.json is None else "POST",
                (self._local_url or call.region.host) + call.path,
                budget,
                query=call.query,
                headers={"x-amz-access-token": token, "x-amz-date": f"{self._clock.now():%Y%m%dT%H%M%SZ}"},
                json=call.json,
            )
        except AmazonUnreachable:
            bucket.give_back()
            raise
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s in %s: %d, request id %s",
                call.plan.operation,
                call.region.title,
                response.status,
                self.secrets.shown(response.headers.get("x-amzn-RequestId")),
            )
        rate = _number(response, "x-amzn-RateLimit-Limit")
        if rate is not None:
            bucket.learn(rate)
        return response

    def _content(self, call: Call, response: Response) -> Content:
        if 200 <= response.status < 300:
            return content_of(response, call.plan.operation, call.reader, self.secrets)
        raise error_of(response, call.plan.operation, call.marketplace, call.region, self.secrets)


def _number(response: Response, header: str) -> float | None:
    try:
        number = float(response.headers.get(header) or "")
    except ValueError:
        # Absent, or a date as HTTP allows for Retry-After and Amazon never sends: the usage plan decides.
        return None
    return number if isfinite(number) else None
