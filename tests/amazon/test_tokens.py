"""A token of Amazon's: read with care, kept while it is valid, fetched once for all threads."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.calls import NotDocumented
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.tokens import CachedToken, Token, token_reader
from amazon_selling_partner.errors import AmazonUnavailable, CredentialsRejected

read = token_reader("access_token", "expires_in")
DAY = 24 * 3600


def body(token="Atza|one", expires_in=3600):
    return json.dumps({"access_token": token, "expires_in": expires_in}).encode()


# Reading


@pytest.mark.parametrize(
    ("sent", "seconds"), [("3600", 3600), (0.5, 0.5), (86400.5, DAY), (10**20, DAY), (float("inf"), DAY)]
)
def test_a_lifetime_is_a_number_of_at_most_a_day(sent, seconds):
    assert read(body(expires_in=sent)).expires_in == seconds


@pytest.mark.parametrize("sent", [b"", b"<html>", b'{"access_token": "Atza|o', b"[" * 100_000], ids=range(4))
def test_a_body_that_is_no_json_may_be_better_next_time(sent):
    with pytest.raises(NotDocumented) as caught:
        read(sent)
    assert not caught.value.final


UNUSABLE = [
    *(json.dumps(content).encode() for content in ([], {}, None, "token", {"access_token": "Atza|one"})),
    *(body(expires_in=life) for life in (None, 0, -1, [], "", "soon", float("nan"), 10**400)),
    *(body(token) for token in (None, "", 5, "Atza|o ne", "Atza|one\n", "Atza|\x00", "Atza|é", "\ud800")),
]


@pytest.mark.parametrize("sent", UNUSABLE, ids=lambda sent: sent[:50].decode())
def test_json_without_a_usable_token_and_lifetime_is_final(sent):
    with pytest.raises(NotDocumented) as caught:
        read(sent)
    assert caught.value.final
    assert "Atza" not in str(caught.value)


def test_a_token_does_not_show_itself():
    assert "Atza" not in f"{Token('Atza|one', 3600)!r} {Token('Atza|one', 3600)}"


# Keeping


class Fetch:
    """Returns numbered tokens, and counts them."""

    def __init__(self, expires_in=3600.0):
        self.expires_in = expires_in
        self.count = 0

    def __call__(self):
        self.count += 1
        return Token(f"Atza|{self.count}", self.expires_in)


@pytest.fixture
def cached(clock):
    return CachedToken(clock)


@pytest.mark.parametrize(("expires_in", "used_for"), [(3600, 3540), (121, 61), (120, 60), (100, 50), (2, 1)])
def test_a_token_is_renewed_a_minute_early_or_at_half_its_life(cached, clock, expires_in, used_for):
    fetch, budget = Fetch(expires_in), Budget(clock, 840)
    cached.get(fetch, budget)
    clock.advance(used_for - 0.1)
    assert cached.get(fetch, budget) == "Atza|1"
    clock.advance(0.2)
    assert cached.get(fetch, budget) == "Atza|2"


def test_renewing_fetches_although_a_token_is_valid(cached, clock):
    fetch, budget = Fetch(), Budget(clock, 840)
    cached.get(fetch, budget)
    assert cached.get(fetch, budget, renew=True) == cached.get(fetch, budget) == "Atza|2"


def test_a_discarded_token_is_not_used_again(cached, clock):
    fetch, budget = Fetch(), Budget(clock, 840)
    assert cached.discard(cached.get(fetch, budget))
    assert cached.get(fetch, budget) == "Atza|2"


def test_discarding_an_earlier_token_leaves_the_present_one(cached, clock):
    fetch, budget = Fetch(), Budget(clock, 840)
    cached.get(fetch, budget)
    cached.get(fetch, budget, renew=True)
    assert not cached.discard("Atza|1")
    assert cached.get(fetch, budget) == "Atza|2"


# Threads


def test_sixteen_threads_fetch_one_token(cached, clock):
    start, fetch = threading.Barrier(16), Fetch()

    def slow_fetch():
        time.sleep(0.001)  # lets the others come in, if they can
        return fetch()

    def get(_):
        start.wait(10)
        return cached.get(slow_fetch, Budget(clock, 840))

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(get, range(16))) == {"Atza|1"}
    assert fetch.count == 1


@pytest.mark.parametrize("seconds", [0.01, 0, -1])
def test_time_may_run_out_while_another_thread_fetches(cached, clock, seconds):
    def fetch():
        with pytest.raises(AmazonUnavailable) as caught:
            cached.get(Fetch(), Budget(clock, seconds))
        assert caught.value.sentence == messages.TOKEN_TOO_LATE
        return Token("Atza|one", 3600)

    assert cached.get(fetch, Budget(clock, 840)) == "Atza|one"


@pytest.mark.parametrize("error", [CredentialsRejected("no"), KeyboardInterrupt()], ids=["rejected", "interrupted"])
def test_an_error_concerns_its_own_caller_alone(cached, clock, error):
    def fail():
        raise error

    with pytest.raises(type(error)):
        cached.get(fail, Budget(clock, 840))
    assert cached.get(Fetch(), Budget(clock, 0.01)) == "Atza|1"
