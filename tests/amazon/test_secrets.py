"""Secrets in foreign text: hidden by their value, whatever the writing, and nothing else is."""

import base64
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from amazon_selling_partner.amazon.secrets import NO_SECRETS, Secrets
from tests.encodings import ENCODINGS, ESCAPES, SPLITS, betrayed

REFRESH_TOKEN = "Atzr|IwEBIHk2J+v9/XqTz7-LbW4mQe_0rN1ySgUcAa5pDfFhKj3oO.8ViMuRxZtYwBnCl6sEdGq=="
CLIENT_SECRET = "amzn1.oa2-cs.v1.7f3e91c04bd8a2655e10f7c93ab48d216c05e9f83b7a41d2908c6f5e3d1b7a40"
OLD_CLIENT_SECRET = "9d41c7b2e85f03a6714ebd920c3f6a58e17b40d9a2c6583f0be1974d6a25c83f"
ACCESS_TOKEN = "Atza|IQEBLjAsAhRmHjNgHpi0U-Dme37rR6CuUpSREXAMPLE/9s1Xc+2q8KdW0vZyTbLhGf5mNpQ"
ALL = [REFRESH_TOKEN, CLIENT_SECRET, OLD_CLIENT_SECRET, ACCESS_TOKEN]


@pytest.fixture
def secrets() -> Secrets:
    secrets = Secrets(REFRESH_TOKEN, CLIENT_SECRET, OLD_CLIENT_SECRET)
    secrets.add(ACCESS_TOKEN)
    return secrets


def test_the_checker_finds_what_is_not_hidden():
    for name, encoded in ENCODINGS.items():
        assert betrayed(f"before {encoded(OLD_CLIENT_SECRET)} after", ALL), name
    assert betrayed(base64.b64encode(f"client:{OLD_CLIENT_SECRET}".encode()).decode(), ALL)


@pytest.mark.parametrize("secret", ALL, ids=["refresh token", "client secret", "old client secret", "access token"])
@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_a_secret_is_hidden_in_every_encoding(secrets, secret, encoding):
    shown = secrets.shown(f"The token {encoding(secret)} is not accepted.")
    assert betrayed(shown, ALL) == set()
    assert "[hidden]" in shown
    assert shown.startswith("The token ")


@pytest.mark.parametrize("secret", ALL)
def test_a_secret_is_hidden_without_its_beginning_and_without_its_end(secrets, secret):
    for start, end in [(5, None), (17, None), (0, 20), (30, 45), (20, -20)]:
        assert betrayed(secrets.shown(f"token: {secret[start:end]}"), ALL) == set()


@pytest.mark.parametrize("before", ["", "a", "ab", "amzn1.application-oa2-client.0123:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
def test_a_secret_in_base64_is_hidden_wherever_it_begins(secrets, before, encode):
    encoded = encode(f"{before}{REFRESH_TOKEN}:{CLIENT_SECRET}".encode()).decode()
    shown = secrets.shown(f"Authorization: Basic {encoded}.")
    assert betrayed(shown, ALL) == set()
    assert shown.startswith("Authorization: Basic ")


def test_two_secrets_are_hidden_and_what_stands_between_them_is_shown(secrets):
    shown = secrets.shown(f"secret={OLD_CLIENT_SECRET} and token={ACCESS_TOKEN}, sorry")
    assert shown == "secret=[hidden] and token=[hidden], sorry"


def test_tokens_of_a_previous_minute_are_known_and_of_very_many_the_last(secrets):
    tokens = [f"Atz.sprdt|{number:06}{'xyzw' * 4}{number:06}" for number in range(600)]
    for token in tokens:
        secrets.add(token)
    assert "xyzw" not in secrets.shown(f"{tokens[-1]} {tokens[-63]}")
    assert len(secrets._tokens) == 64
    assert betrayed(secrets.shown(OLD_CLIENT_SECRET), ALL) == set()


@pytest.mark.parametrize(
    "text",
    [
        "The request has an invalid grant parameter : refresh_token",
        "The request is missing a required parameter : client_secret",
        "The access token you provided has expired.",
        "Application does not have access to one or more requested data elements: [buyerInfo, shippingAddress]",
        "902-3159896-1390916, local-request-000011, 2026-11-23T12:00:00Z",
        "Café, 東京, 100 % of <b>what</b> &c. C:\\new\\table",
        "",
    ],
)
def test_what_is_no_secret_stays(secrets, text):
    assert secrets.shown(text) == text


def test_words_that_a_token_made_for_tests_spells_out_stay():
    secrets = Secrets("Atzr|DemonstrationRefreshToken0123456789", "amzn1.oa2-cs.v1.0123456789")
    assert secrets.shown("Bad refresh_token, not bad Access Token") == "Bad refresh_token, not bad Access Token"
    assert secrets.shown("DemonstrationRefreshToken0123456789") == "[hidden]"


def test_a_short_word_that_a_secret_has_as_well_stays(secrets):
    assert secrets.shown(OLD_CLIENT_SECRET[20:27]) == OLD_CLIENT_SECRET[20:27]


@pytest.mark.parametrize("secret", ["", "short", "|.-"])
def test_a_secret_that_is_too_short_to_be_one_hides_nothing(secret):
    assert Secrets(secret).shown("This is short, | or .- or not.") == "This is short, | or .- or not."


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [(None, None), (404, "404"), (True, "True"), (["denied"], "['denied']"), ({"a": 1}, "{'a': 1}")],
)
def test_what_is_no_text_is_shown_as_text(foreign, shown):
    assert NO_SECRETS.shown(foreign) == shown


def test_a_secret_inside_of_something_else_is_hidden(secrets):
    shown = secrets.shown({"sent": [{"client_secret": OLD_CLIENT_SECRET}], OLD_CLIENT_SECRET: None})
    assert betrayed(shown, ALL) == set()


def test_what_is_nested_too_deeply_is_said_to_be():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert NO_SECRETS.shown(deep) == "nested too deeply to be shown"


def test_prefixes_hide_what_is_not_known_by_value():
    assert NO_SECRETS.shown("no access for Atza|IwEBIabc or buyer@example.com") == "no access for [hidden] or [hidden]"


def test_a_repr_shows_nothing(secrets):
    assert betrayed(f"{secrets!r} {secrets}", ALL) == set()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10**6,
        "%25" * 10**5,
        "&" * 10**6,
        "\\" * 10**6,
        "&#" * 10**5,
        OLD_CLIENT_SECRET * 10**4,
        "<br" + " " * 10**6,
    ],
    ids=lambda text: text[:8],
)
def test_a_long_text_takes_no_time(secrets, text):
    for number in range(512):
        secrets.add(f"Atz.sprdt|{number:06}" + "x" * 500)
    begun = time.process_time()
    secrets.shown(text)
    assert time.process_time() - begun < 2


# What servers may do to a secret, one after the other.
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
SECRETS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "Atzr|IwEBI", "Atza|", "Atz.sprdt|", "amzn1.oa2-cs.v1."]),
    st.text(ALPHABET * 4 + "-._~+/=|", min_size=16, max_size=80),
)


ENCODED = st.tuples(
    st.lists(st.sampled_from(sorted(ESCAPES)), max_size=2),
    st.lists(st.sampled_from(sorted(SPLITS)), max_size=1),
    st.lists(st.sampled_from(sorted(ESCAPES)), max_size=2),
).map(lambda parts: [name for part in parts for name in part])


@given(st.lists(SECRETS, min_size=1, max_size=3), ENCODED, st.text(max_size=40), st.text(max_size=40), st.integers(10))
@settings(deadline=None)
@example([OLD_CLIENT_SECRET], ["escaped for JSON", "percent-encoded", "in HTML"], "\\", "&", 3000)
@example([OLD_CLIENT_SECRET], ["escaped for HTML"], "&", "", 3000)
@example([OLD_CLIENT_SECRET], ["percent-encoded to the last letter", "wrapped", "in JSON"], "", "", 3000)
def test_no_eight_letters_and_digits_in_a_row_come_through_whatever_is_done_to_a_secret(
    secrets, encodings, before, after, cut
):
    known = Secrets(*secrets[:1])
    for token in secrets[1:]:
        known.add(token)
    text = secrets[-1]
    for name in encodings:
        text = ENCODINGS[name](text)
    assert betrayed(known.shown(f"{before}{text[:cut]}{after}"), secrets) == set()
