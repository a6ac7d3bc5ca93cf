"""One call: quota, token, send, and what the answer means."""

import logging

import pytest
from tests.encodings import ENCODINGS, betrayed

from amazon_selling_partner.amazon.client import Call, SellingPartnerClient
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.throttle import UsagePlan
from amazon_selling_partner.errors import (
    AccessRefused,
    AmazonUnavailable,
    AmazonUnreachable,
    QuotaExhausted,
    RequestRefused,
    UnreadableAnswer,
)
from amazon_selling_partner.marketplaces import Marketplace, Region
from tests.support import FakeClock, ScriptedTransport, answer

PLAN = UsagePlan("getOrders", 0.0167, 20)
CALL = Call(PLAN, Marketplace.DE, Region.EU, "/orders/v0/orders", {"NextToken": "a+b/c="})
OK = answer(200, {"payload": {}})
THROTTLED = answer(429, {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota."}]})
EXPIRED = {"code": "Unauthorized", "message": "Access denied.", "details": "The access token you provided has expired."}


class Tokens:
    """Hands out numbered tokens; a discarded one is followed by the next."""

    def __init__(self) -> None:
        self.number = 1
        self.discarded: list[str] = []

    def get(self, budget: Budget) -> str:
        return f"Atza|{self.number}"

    def discard(self, text: str) -> None:
        self.discarded.append(text)
        self.number += 1


class Scene:
    """A client whose transport follows a script."""

    def __init__(self, *script: object, seconds: float = 840) -> None:
        self.clock = FakeClock()
        self.transport = ScriptedTransport(*script)
        self.tokens = Tokens()
        self.client = SellingPartnerClient(self.transport, self.tokens, self.clock)
        self.seconds = seconds

    def call(self, call: Call = CALL) -> dict:
        return self.client.call(call, Budget(self.clock, self.seconds)).json

    @property
    def sent_tokens(self) -> list[str]:
        return [sent["headers"]["x-amz-access-token"] for sent in self.transport.sent]


def failing(status: int, **error: object) -> object:
    return answer(status, {"errors": [{"code": "Code", "message": "Amazon's words", **error}]}, x_amzn_requestid="r-1")


def test_a_call_goes_to_the_regions_host_with_the_token_and_the_time():
    scene = Scene(OK)
    assert scene.call() == {"payload": {}}
    [sent] = scene.transport.sent
    assert (sent["method"], sent["url"]) == ("GET", "https://sellingpartnerapi-eu.amazon.com/orders/v0/orders")
    assert sent["query"] == {"NextToken": "a+b/c="}
    assert sent["headers"] == {"x-amz-access-token": "Atza|1", "x-amz-date": "20261123T120000Z"}


def test_a_call_with_a_body_is_a_post():
    scene = Scene(OK)
    scene.call(Call(PLAN, Marketplace.DE, Region.EU, "/tokens", json={"a": 1}))
    assert (scene.transport.sent[0]["method"], scene.transport.sent[0]["json"]) == ("POST", {"a": 1})


@pytest.mark.parametrize("field", ["message", "details"])
@pytest.mark.parametrize("status", [401, 403])
def test_an_expired_token_is_renewed_once(status, field):
    expired = failing(status, **{field: "The access token you provided has expired."})
    scene = Scene(expired, OK)
    scene.call()
    assert (scene.sent_tokens, scene.tokens.discarded) == (["Atza|1", "Atza|2"], ["Atza|1"])


def test_a_token_that_expires_again_at_once_is_an_error_and_not_a_loop():
    scene = Scene(answer(403, {"errors": [EXPIRED]}), answer(403, {"errors": [EXPIRED]}))
    with pytest.raises(AccessRefused):
        scene.call()
    assert len(scene.transport.sent) == 2


def test_a_403_is_not_tried_again_and_names_marketplace_region_role_and_authorization():
    scene = Scene(failing(403))
    with pytest.raises(AccessRefused) as caught:
        scene.call()
    text = str(caught.value)
    for part in ("DE", "Europe", "each region separately", "role", "not authorized again", "request id: r-1"):
        assert part in text
    assert (len(scene.transport.sent), scene.clock.sleeps) == (1, [])


def test_a_revoked_token_is_not_used_by_the_next_call():
    scene = Scene(failing(403, details="The access token you provided is revoked, malformed or invalid."), OK)
    with pytest.raises(AccessRefused):
        scene.call()
    scene.call()
    assert scene.sent_tokens == ["Atza|1", "Atza|2"]


@pytest.mark.parametrize("status", [400, 404, 409, 413, 415, 301, 418])
def test_a_refusal_is_not_tried_again_and_carries_the_diagnostics(status):
    scene = Scene(failing(status))
    with pytest.raises(RequestRefused) as caught:
        scene.call()
    assert (len(scene.transport.sent), scene.clock.sleeps) == (1, [])
    for part in (f"status: {status}", "code: Code", "message: Amazon's words", "request id: r-1"):
        assert part in str(caught.value)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(
    "body", ["", "<html>", {"nothing": 1}, {"errors": [{"code": "InternalFailure", "message": None}]}]
)
def test_a_server_error_is_waited_out_whatever_its_body_is(status, body):
    scene = Scene(answer(status, body), answer(status, body), OK)
    assert scene.call() == {"payload": {}}
    assert 0 < scene.clock.slept < 5


def test_a_server_error_that_stays_ends_after_five_attempts_within_half_a_minute():
    scene = Scene(*[failing(500)] * 5)
    with pytest.raises(AmazonUnavailable, match="request id: r-1"):
        scene.call()
    assert (len(scene.transport.sent), len(scene.clock.sleeps)) == (5, 4)
    assert scene.clock.slept < 30


@pytest.mark.parametrize("body", ["", "<html>", "[1]", "null", '{"payload": '], ids=repr)
def test_a_success_that_is_no_json_object_is_tried_again_and_never_an_empty_result(body):
    scene = Scene(*[answer(200, body)] * 5)
    with pytest.raises(UnreadableAnswer):
        scene.call()
    assert len(scene.transport.sent) == 5


def test_a_connection_that_broke_is_tried_again_after_a_pause():
    scene = Scene(AmazonUnavailable("broke"), OK)
    scene.call()
    assert len(scene.clock.sleeps) == 1


def test_attempts_that_never_reached_amazon_cost_no_quota():
    scene = Scene(*[AmazonUnreachable("no connection")] * 4, *[OK] * 20)
    for _ in range(20):
        scene.call()
    assert scene.clock.slept < 16  # the pauses between attempts; a wait for quota would be a minute


def test_a_429_empties_the_bucket_and_is_no_failure():
    scene = Scene(THROTTLED, OK)
    scene.call()
    assert scene.clock.slept == pytest.approx(1 / 0.0167)


def test_a_retry_after_of_amazons_is_obeyed():
    scene = Scene(answer(429, {}, Retry_After="7"), OK)
    scene.call()
    assert scene.clock.slept == pytest.approx(7)


@pytest.mark.parametrize("value", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "nan", "-3", "0"])
def test_a_retry_after_that_makes_no_sense_never_becomes_a_busy_loop(value):
    scene = Scene(answer(429, {}, Retry_After=value), OK)
    scene.call()
    assert scene.clock.slept >= 1


def test_a_429_whose_wait_does_not_fit_says_at_once_when_to_come_back():
    scene = Scene(THROTTLED, seconds=30)
    with pytest.raises(QuotaExhausted, match="come back after: 2026-11-23T12:01:00Z"):
        scene.call()
    assert scene.clock.sleeps == []


@pytest.mark.parametrize("value", ["1e308", "86401"])
def test_a_retry_after_beyond_all_measure_is_told_with_a_date_to_come_back(value):
    scene = Scene(answer(429, {}, Retry_After=value))
    with pytest.raises(QuotaExhausted, match=r"come back after: 2026-11-24T12:00:00Z, wait: 86400 s") as caught:
        scene.call()
    assert scene.clock.sleeps == []
    assert "come back after" in caught.value.diagnostics


@pytest.mark.parametrize(
    "headers", [{}, {"Retry_After": "0"}, {"Retry_After": "9" * 400}, {"x_amzn_RateLimit_Limit": "100"}]
)
def test_a_429_for_ever_ends_after_some_calls_and_not_hundreds(headers):
    scene = Scene(*[answer(429, {}, **headers)] * 1000)
    with pytest.raises(QuotaExhausted):
        scene.call()
    assert len(scene.transport.sent) <= 30


def test_the_rate_follows_the_one_amazon_sends():
    scene = Scene(*[answer(200, {}, x_amzn_RateLimit_Limit="0.5")] * 21)
    for _ in range(21):
        scene.call()
    assert scene.clock.slept == pytest.approx(2.5, abs=0.01)


@pytest.mark.parametrize("value", ["", "fast", "0", "-1", "nan", "inf", "1e-320", "1e308", "1e400"])
def test_a_rate_that_makes_no_sense_changes_nothing(value):
    scene = Scene(*[answer(200, {}, x_amzn_RateLimit_Limit=value)] * 21)
    for _ in range(21):
        scene.call()
    assert scene.clock.slept == pytest.approx(1 / 0.0167 + 0.5)


def test_operations_and_regions_have_quotas_of_their_own():
    scene = Scene(*[OK] * 60)
    other_operation = Call(UsagePlan("getOrder", 0.5, 20), Marketplace.DE, Region.EU, "/orders/v0/orders/1")
    other_region = Call(PLAN, Marketplace.US, Region.NA, "/orders/v0/orders")
    for call in (CALL, other_operation, other_region):
        for _ in range(20):
            scene.call(call)
    assert scene.clock.sleeps == []


def test_a_wait_for_quota_is_logged_with_what_was_read_so_far(caplog):
    scene = Scene(*[OK] * 21)
    budget = Budget(scene.clock, 840)
    budget.orders_read = 2000
    with caplog.at_level(logging.INFO):
        for _ in range(21):
            scene.client.call(CALL, budget)
    assert "Waiting 60 s for Amazon's quota of getOrders, 2,000 orders so far." in caplog.messages


def test_a_token_is_asked_for_before_quota_is_spent():
    class Refusing(Tokens):
        def get(self, budget: Budget) -> str:
            raise RuntimeError("no token")

    scene = Scene(*[OK] * 20)
    refusing = Refusing()
    for _ in range(30):
        with pytest.raises(RuntimeError):
            scene.client.call(CALL, Budget(scene.clock, 840), refusing)
    for _ in range(20):
        scene.call()
    assert scene.clock.sleeps == []


class CountedTokens(Tokens):
    """Hands out another token each time it is asked."""

    def get(self, budget: Budget) -> str:
        self.number += 1
        return super().get(budget)


def test_a_token_is_asked_for_once_when_nothing_is_waited_for():
    scene = Scene(OK)
    scene.client.call(CALL, Budget(scene.clock, 840), CountedTokens())
    assert scene.sent_tokens == ["Atza|2"]


def test_after_a_wait_for_quota_the_token_is_asked_for_again_as_it_may_have_expired_meanwhile():
    scene, tokens = Scene(*[OK] * 21), CountedTokens()
    for _ in range(21):
        scene.client.call(CALL, Budget(scene.clock, 840), tokens)
    assert scene.clock.slept == pytest.approx(60, abs=1)
    assert scene.sent_tokens == [f"Atza|{number}" for number in [*range(2, 22), 23]]


def test_a_token_that_cannot_be_renewed_after_the_wait_for_quota_costs_none_of_it():
    class FailingAfterTheWait(Tokens):
        def get(self, budget: Budget) -> str:
            self.number += 1
            if self.number > 2:
                raise RuntimeError("no token")
            return "Atza|1"

    scene = Scene(*[OK] * 21)
    for _ in range(20):
        scene.call()
    with pytest.raises(RuntimeError):
        scene.client.call(CALL, Budget(scene.clock, 840), FailingAfterTheWait())
    waited = scene.clock.slept
    scene.call()
    assert scene.clock.slept == waited > 0


# Secrets


OLD_TOKEN = "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSREXAMPLE/9s1Xc+2q8KdW0vZy"
NEW_TOKEN = "Atz.sprdt|7f3e91c04bd8a2655e10f7c93ab48d216c05e9f83b7a41d2908c6f5e3d1b7a40"


class Renewing(Tokens):
    """Hands out one token, and another when that one is discarded."""

    def get(self, budget: Budget) -> str:
        return OLD_TOKEN if self.number == 1 else NEW_TOKEN


@pytest.mark.parametrize("where", ["code", "message", "details", "header"])
@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_a_token_of_this_or_an_earlier_call_is_hidden_by_its_value_wherever_it_is_repeated(where, encoding, caplog):
    caplog.set_level("DEBUG")
    repeated = encoding(f"{OLD_TOKEN} {NEW_TOKEN}")
    # A header holds ASCII alone here, as Amazon's do.
    headers = {"x_amzn_RequestId": repeated.replace("\u200b", "~")} if where == "header" else {}
    error = {} if where == "header" else {where: repeated}
    script = [answer(status, {"errors": [error]}, **headers) for status in (503, 400)]
    scene = Scene(answer(403, {"errors": [EXPIRED]}), *script)
    scene.tokens = Renewing()
    with pytest.raises(RequestRefused) as caught:
        scene.client.call(CALL, Budget(scene.clock, 840), scene.tokens)
    shown = f"{caught.value} {caught.value.facts} {caplog.text}"
    assert betrayed(shown, [OLD_TOKEN, NEW_TOKEN]) == set()
    assert "[hidden]" in str(caught.value)


def test_a_token_repeated_by_an_answer_that_cannot_be_read_is_hidden():
    scene = Scene(*[answer(200, b"", x_amzn_RequestId=OLD_TOKEN.partition("|")[2])] * 5)
    with pytest.raises(UnreadableAnswer) as caught:
        scene.client.call(CALL, Budget(scene.clock, 840), Renewing())
    assert betrayed(str(caught.value), [OLD_TOKEN]) == set()


def test_what_a_content_would_show_should_it_make_no_sense_hides_the_token():
    scene = Scene(answer(200, {"payload": 1}, x_amzn_RequestId=OLD_TOKEN.partition("|")[2]))
    content = scene.client.call(CALL, Budget(scene.clock, 840), Renewing())
    assert betrayed(str(content.unreadable()), [OLD_TOKEN]) == set()
