"""Access tokens: one exchange for everybody, renewed in time, refused in plain words."""

import pytest
from tests.amazon.strange_bodies import strange_bodies
from tests.encodings import ENCODINGS, betrayed

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.amazon.lwa import AccessTokens, error_of
from amazon_selling_partner.errors import AmazonUnavailable, CredentialsRejected, RequestRefused, UnreadableAnswer
from tests.support import FakeClock, ScriptedTransport, answer

CREDENTIALS = LwaCredentials("Atzr|refresh+/=&", "amzn1.application-oa2-client.one", "amzn1.oa2-cs.v1.secret")


def granted(token: str = "Atza|one", expires_in: object = 3600) -> object:
    return answer(200, {"access_token": token, "token_type": "bearer", "expires_in": expires_in})


def refused(error: str, status: int = 400) -> object:
    return answer(status, {"error": error, "error_description": "Amazon's words", "request_id": "request-1"})


def tokens(*script: object) -> tuple[AccessTokens, ScriptedTransport, FakeClock, Budget]:
    clock = FakeClock()
    transport = ScriptedTransport(*script)
    return AccessTokens(CREDENTIALS, "https://lwa.example", transport, clock), transport, clock, Budget(clock, 840)


def test_the_exchange_sends_the_credentials_as_a_form():
    access, transport, _, budget = tokens(granted())
    access.get(budget)
    assert transport.sent == [
        {
            "method": "POST",
            "url": "https://lwa.example/auth/o2/token",
            "form": {
                "grant_type": "refresh_token",
                "refresh_token": "Atzr|refresh+/=&",
                "client_id": "amzn1.application-oa2-client.one",
                "client_secret": "amzn1.oa2-cs.v1.secret",
            },
        }
    ]


def test_a_token_is_used_until_a_minute_before_it_expires():
    access, transport, clock, budget = tokens(granted("Atza|one"), granted("Atza|two"))
    access.get(budget)
    clock.advance(3539)
    assert access.get(budget) == "Atza|one"
    clock.advance(2)
    assert access.get(budget) == "Atza|two"
    assert len(transport.sent) == 2


def test_the_lifetime_is_the_one_amazon_says_and_not_an_hour():
    access, _, clock, budget = tokens(granted("Atza|one", expires_in=600), granted("Atza|two"))
    access.get(budget)
    clock.advance(541)
    assert access.get(budget) == "Atza|two"


def test_a_lifetime_shorter_than_the_margin_still_serves_more_than_one_call():
    access, transport, _, budget = tokens(granted(expires_in=40))
    assert access.get(budget) == access.get(budget)
    assert len(transport.sent) == 1


def test_a_lifetime_as_text_is_understood():
    access, _, _, budget = tokens(granted(expires_in="3600"))
    assert access.get(budget) == "Atza|one"


def test_renewing_asks_amazon_although_a_token_is_at_hand():
    access, transport, _, budget = tokens(granted("Atza|one"), granted("Atza|two"))
    access.get(budget)
    assert access.get(budget, renew=True) == "Atza|two"
    assert access.get(budget) == "Atza|two"
    assert len(transport.sent) == 2


def test_a_discarded_token_is_not_handed_out_again():
    access, _, _, budget = tokens(granted("Atza|one"), granted("Atza|two"))
    access.discard(access.get(budget))
    assert access.get(budget) == "Atza|two"


@pytest.mark.parametrize(
    ("error", "status", "names"),
    [
        ("invalid_grant", 400, "Refresh Token"),
        ("invalid_client", 401, "Client ID or the Client Secret"),
        ("unauthorized_client", 400, "belongs to another app"),
        ("access_denied", 400, "has not granted"),
        ("invalid_request", 400, "Copy the Refresh Token"),
        ("unsupported_grant_type", 400, "Copy the Refresh Token"),
        ("invalid_scope", 400, "Copy the Refresh Token"),
    ],
)
def test_a_refusal_is_told_at_once_and_names_the_field_to_mend(error, status, names):
    access, transport, clock, budget = tokens(refused(error, status))
    with pytest.raises(CredentialsRejected, match=names) as caught:
        access.get(budget)
    assert (len(transport.sent), clock.sleeps) == (1, [])
    assert "request id: request-1" in str(caught.value)


@pytest.mark.parametrize(
    "trouble",
    [refused("server_error", 500), refused("temporarily_unavailable", 503), answer(502, "<html>"), answer(429, "")],
    ids=["server_error", "temporarily_unavailable", "a page of HTML", "throttled"],
)
def test_amazons_own_trouble_is_waited_out(trouble):
    access, transport, clock, budget = tokens(trouble, trouble, granted())
    assert access.get(budget) == "Atza|one"
    assert len(transport.sent) == 3
    assert 0 < clock.slept < 5


def test_trouble_that_stays_is_not_reported_as_wrong_credentials():
    access, transport, _, budget = tokens(*[refused("server_error", 500)] * 5)
    with pytest.raises(AmazonUnavailable):
        access.get(budget)
    assert len(transport.sent) == 5


def test_a_refusal_without_a_reason_blames_nobodys_credentials():
    access, transport, _, budget = tokens(answer(407, "<html>proxy</html>"))
    with pytest.raises(RequestRefused):
        access.get(budget)
    assert len(transport.sent) == 1


@pytest.mark.parametrize(
    "body",
    ["", "<html>", [], {}, {"access_token": "Atza|one"}, {"access_token": None, "expires_in": 3600},
     {"access_token": "Atza|one", "expires_in": "soon"}, {"access_token": "Atza|one", "expires_in": 0}],
    ids=repr,
)  # fmt: skip
def test_an_answer_without_a_token_and_its_lifetime_is_not_believed(body):
    access, _, _, budget = tokens(*[answer(200, body)] * 5)
    with pytest.raises(UnreadableAnswer):
        access.get(budget)


def test_an_exchange_that_failed_does_not_stand_in_the_way_of_the_next():
    access, _, _, budget = tokens(refused("invalid_grant"), granted())
    with pytest.raises(CredentialsRejected):
        access.get(budget)
    assert access.get(budget) == "Atza|one"


# Tokens and lifetimes that make no sense


@pytest.mark.parametrize(
    "lifetime",
    [True, -1, -3600, "NaN", float("nan"), float("-inf"), -(10**400), None, [], {}, "", "soon"],
    ids=lambda value: repr(value)[:20],
)
def test_a_lifetime_that_is_no_number_of_seconds_is_not_believed(lifetime):
    access, _, _, budget = tokens(*[granted(expires_in=lifetime)] * 5)
    with pytest.raises(UnreadableAnswer, match=r"^Amazon's answer cannot be read"):
        access.get(budget)


@pytest.mark.parametrize("number", ["1e400", "1e999999", "Infinity", "1" * 5000])
def test_a_lifetime_that_nothing_can_hold_is_no_value(number):
    access, _, _, budget = tokens(*[answer(200, f'{{"access_token": "Atza|one", "expires_in": {number}}}')] * 5)
    with pytest.raises(UnreadableAnswer, match=r"^Amazon's answer cannot be read"):
        access.get(budget)


@pytest.mark.parametrize("digits", ["1" + "0" * 19, "1" + "0" * 400, "86400.5"])
def test_a_lifetime_beyond_all_measure_is_a_day(digits):
    endless = answer(200, f'{{"access_token": "Atza|one", "expires_in": {digits}}}')
    access, _, clock, budget = tokens(endless, granted("Atza|two"))
    access.get(budget)
    clock.advance(24 * 3600 - 61)
    assert access.get(budget) == "Atza|one"
    clock.advance(2)
    assert access.get(budget) == "Atza|two"


UNSENDABLE = [
    "Atza|o\nne",
    "Atza|one\r\n",
    "Atza|o ne",
    " Atza|one",
    "Atza|\x00one",
    "Atza|\x7f",
    "Atza|é",
    "Atza|\ud800",
]


@pytest.mark.parametrize("token", UNSENDABLE, ids=ascii)
def test_a_token_that_cannot_be_sent_is_told_at_once_and_not_taken_for_a_broken_connection(token):
    access, transport, clock, budget = tokens(granted(token))
    with pytest.raises(
        UnreadableAnswer, match=r"^Login with Amazon answered with a token that cannot be sent"
    ) as caught:
        access.get(budget)
    assert (len(transport.sent), clock.sleeps) == (1, [])
    assert "Atza" not in str(caught.value)


# Errors of Login with Amazon


@pytest.mark.parametrize(
    ("status", "code", "description", "cure"),
    [
        (400, "invalid_grant", "The request has an invalid grant parameter : refresh_token", "the Refresh Token"),
        (400, "invalid_grant", "User may have revoked or didn't grant the permission.", "authorize the app again"),
        (401, "invalid_client", "Client authentication failed", "the Client ID or the Client Secret"),
        (401, "invalid_client", "Client authentication failed", "expires 180 days after it was made"),
        (400, "unauthorized_client", "Not authorized for requested operation", "from one and the same app"),
        (400, "access_denied", None, "has not granted this app access"),
        (400, "invalid_request", "The request is missing a required parameter", "does not accept the credentials"),
        (400, "unsupported_grant_type", "The grant type is not supported", "does not accept the credentials"),
        (400, "invalid_scope", None, "does not accept the credentials"),
    ],
)
def test_refused_credentials_have_their_cure_and_amazons_own_words(status, code, description, cure):
    error = error_of(answer(status, {"error": code, "error_description": description, "request_id": "r-3"}))
    assert type(error) is CredentialsRejected
    assert cure in error.sentence
    message = f", message: {description}" if description else ""
    facts = f"operation: Login with Amazon, status: {status}, code: {code}{message}, request id: r-3"
    assert str(error) == f"{error.sentence} [{facts}]"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (500, "server_error"),
        (503, "temporarily_unavailable"),
        (400, "server_error"),
        (400, "temporarily_unavailable"),
        (500, "invalid_client"),
        (429, "invalid_request"),
        (429, None),
        (502, None),
        (408, None),
    ],
)
def test_amazons_own_trouble_blames_no_credential(status, code):
    assert type(error_of(answer(status, {"error": code}))) is AmazonUnavailable


@pytest.mark.parametrize("body", strange_bodies())
@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407])
def test_an_answer_that_is_not_lwas_blames_no_credential(status, body):
    assert type(error_of(answer(status, body))) is RequestRefused


@pytest.mark.parametrize("error", [{"code": 404, "message": "not here"}, ["denied"], 404, True])
def test_an_error_that_is_no_text_is_not_lwas(error):
    assert type(error_of(answer(404, {"error": error}))) is RequestRefused


def test_the_request_id_of_the_header_serves_where_the_body_has_none():
    assert error_of(answer(400, {"error": "invalid_grant"}, x_amzn_requestid="r-4")).facts.request_id == "r-4"


def test_what_lwa_repeats_of_a_credential_is_hidden():
    description = "bad Atzr|IwEBIsecret and amzn1.oa2-cs.v1.secret"
    error = error_of(answer(400, {"error": "invalid_grant", "error_description": description}))
    assert "message: bad [hidden] and [hidden]" in str(error)


LONG = LwaCredentials(
    "Atzr|IwEBIHk2J+v9/XqTz7-LbW4mQe_0rN1ySgUcAa5pDfFhKj3oO",
    "amzn1.application-oa2-client.one",
    "9d41c7b2e85f03a6714ebd920c3f6a58e17b40d9a2c6583f0be1974d6a25c83f",
)


@pytest.mark.parametrize("where", ["error", "error_description", "request_id"])
@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_what_lwa_repeats_of_a_credential_is_hidden_by_its_value_wherever_it_stands(where, encoding, caplog):
    caplog.set_level("DEBUG")
    for secret in (LONG.refresh_token, LONG.client_secret):
        script = [answer(status, {"error": "invalid_grant", where: encoding(secret)}) for status in (503, 400)]
        clock = FakeClock()
        access = AccessTokens(LONG, "https://lwa.example", ScriptedTransport(*script), clock)
        with pytest.raises(CredentialsRejected) as caught:
            access.get(Budget(clock, 840))
        shown = f"{caught.value} {caught.value.facts} {caplog.text}"
        assert betrayed(shown, [LONG.refresh_token, LONG.client_secret]) == set()
        assert "[hidden]" in str(caught.value)
