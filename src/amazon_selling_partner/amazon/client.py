"""One call of the Selling Partner API: token, quota, request, response."""

import logging
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from ..errors import AmazonUnreachable, Answer
from ..marketplaces import Region
from ..redaction import Secrets
from .calls import Call, NotDocumented
from .clock import Budget, Clock
from .http import Response, Transport
from .refusals import Meaning, Refusal, answer_of
from .retry import retry
from .throttle import TokenBucket, UsagePlan

__all__ = ["Result", "SellingPartnerClient", "TokenSource"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

# Tokens are renewed early enough that a wait this short does not matter.
_TOKEN_STAYS_VALID_SECONDS: Final = 1.0


class Result(NamedTuple, Generic[T]):
    """The parsed content of a successful response.

    Attributes:
        content: What the call's `read` returned.
        answer: The response as an error shows it, in case the content is wrong.
    """

    content: T
    answer: Answer


class TokenSource(Protocol):
    """Where the token of a call comes from."""

    def get(self, budget: Budget) -> str:
        """Return a token that is valid now."""

    def discard(self, token: str) -> None:
        """Forget a token that Amazon no longer accepts."""


class SellingPartnerClient:
    """Makes calls with one set of credentials; thread-safe.

    Args:
        transport: Sends the requests.
        access_tokens: The access tokens of the credentials.
        clock: The clock.
        bucket: Returns the bucket of an operation in a region.
        secrets: What no error and no log may show; every token that is sent is added.
        local_url: The base URL to call instead of the region's.
    """

    def __init__(
        self,
        transport: Transport,
        access_tokens: TokenSource,
        clock: Clock,
        bucket: Callable[[Region, UsagePlan], TokenBucket],
        secrets: Secrets,
        local_url: str | None = None,
    ) -> None:
        self._transport = transport
        self._access_tokens = access_tokens
        self._clock = clock
        self._bucket = bucket
        self._secrets = secrets
        self._local_url = local_url

    def call(self, call: Call[T], budget: Budget, tokens: TokenSource | None = None) -> Result[T]:
        """Return the result of a call, using `tokens` or, by default, the plain access token.

        Raises:
            CredentialsRejected: Amazon does not accept the credentials.
            AccessRefused: Amazon denies access.
            RequestRefused: Amazon refused the request.
            OperationRemoved: Amazon has removed the operation.
            QuotaExhausted: Waiting for quota would exceed the budget.
            AmazonUnavailable, UnreadableAnswer: All retries failed.
        """
        return retry(lambda: self.attempt(call, budget, tokens), budget)

    def attempt(self, call: Call[T], budget: Budget, tokens: TokenSource | None = None) -> Result[T]:
        """Return the result of a call without retries; see `call`."""
        tokens = tokens or self._access_tokens
        bucket = self._bucket(call.region, call.plan)
        renewed = False
        while True:
            token = self._token_and_quota(tokens, bucket, budget)
            response = self._send(call, token, bucket, budget)
            if response.status == 429:
                _log.info("Amazon says that the quota of %s is used up.", call.plan.operation)
                bucket.refused(_number(response, "Retry-After"))
                continue
            bucket.accepted()
            if 200 <= response.status < 300:
                return self._result(call, response, budget)
            refusal = Refusal.of(response, call.plan.operation)
            if refusal.meaning is Meaning.TOKEN_REFUSED:
                tokens.discard(token)
                if not renewed:
                    renewed = True
                    continue
            raise refusal.error(call, answer_of(response, call.plan.operation, self._secrets))

    def calls_within(self, plan: UsagePlan, region: Region, budget: Budget) -> int:
        """Return how many calls of an operation the quota allows in the remaining time."""
        return self._bucket(region, plan).calls_within(budget.remaining)

    def _token_and_quota(self, tokens: TokenSource, bucket: TokenBucket, budget: Budget) -> str:
        # The token comes first, so that wrong credentials cost no quota. After a wait it is fetched again, because it
        # may have expired meanwhile.
        token, fetched_at = tokens.get(budget), self._clock.monotonic()
        bucket.take(budget)
        if self._clock.monotonic() - fetched_at > _TOKEN_STAYS_VALID_SECONDS:
            try:
                token = tokens.get(budget)
            except BaseException:
                bucket.give_back()
                raise
        return token

    def _send(self, call: Call[Any], token: str, bucket: TokenBucket, budget: Budget) -> Response:
        self._secrets.add(token)
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
        budget.calls += 1
        budget.request_id = self._secrets.hide(response.headers.get("x-amzn-RequestId"))
        _log.debug(
            "%s in %s: %d, request id %s", call.plan.operation, call.region.title, response.status, budget.request_id
        )
        rate = _number(response, "x-amzn-RateLimit-Limit")
        if rate is not None and rate > 0:
            bucket.learn(rate)
        return response

    def _result(self, call: Call[T], response: Response, budget: Budget) -> Result[T]:
        answer = Answer(operation=call.plan.operation, status=response.status, request_id=budget.request_id)
        try:
            return Result(call.read(response.body), answer)
        except NotDocumented as undocumented:
            raise undocumented.error(answer) from undocumented


def _number(response: Response, header: str) -> float | None:
    """Return the number in a header, or None; HTTP also allows a date in Retry-After."""
    try:
        number = float(response.headers.get(header) or "")
    except ValueError:
        return None
    return number if isfinite(number) else None
