"""Tokens kept for all threads: fetched once, and whose error is whose."""

import threading
from collections.abc import Callable

import pytest

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.retry import retried
from amazon_selling_partner.amazon.tokens import Token, TokenCache
from amazon_selling_partner.errors import AmazonUnavailable, CredentialsRejected, QuotaExhausted
from tests.support import FakeClock


def test_sixteen_threads_cause_one_exchange():
    started = threading.Barrier(17)
    release = threading.Event()
    calls = []

    def fetch() -> Token:
        calls.append(1)
        release.wait(5)
        return Token("Atza|one", 3600)

    cache, clock = TokenCache(FakeClock()), FakeClock()
    found: list[str] = []

    def ask() -> None:
        started.wait(5)
        found.append(cache.get("token", fetch, Budget(clock, 840)))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    started.wait(5)
    release.set()
    for thread in threads:
        thread.join(5)
    assert (found, len(calls)) == (["Atza|one"] * 16, 1)


def test_those_who_wait_for_an_exchange_get_its_error_without_another_one():
    release, entered, waits = threading.Event(), threading.Event(), threading.Event()
    calls = []

    class Waiting(Budget):
        @property
        def remaining(self) -> float:
            waits.set()  # whoever waits for another thread's exchange asks first how long it may
            return super().remaining

    def fetch() -> Token:
        calls.append(1)
        entered.set()
        release.wait(5)
        raise CredentialsRejected("no")

    cache, clock = TokenCache(FakeClock()), FakeClock()
    errors: list[Exception] = []

    def ask(budget: Budget) -> None:
        try:
            cache.get("token", fetch, budget)
        except CredentialsRejected as error:
            errors.append(error)

    first = threading.Thread(target=ask, args=[Budget(clock, 840)])
    first.start()
    assert entered.wait(5)
    second = threading.Thread(target=ask, args=[Waiting(clock, 840)])
    second.start()
    assert waits.wait(5)
    release.set()
    first.join(5)
    second.join(5)
    assert (len(errors), len(calls)) == (2, 1)


def test_the_cache_keeps_a_bounded_number_of_tokens():
    cache, budget = TokenCache(FakeClock()), Budget(FakeClock(), 840)
    for number in range(1000):
        cache.get(f"path {number}", lambda: Token("Atz.sprdt|one", 3600), budget)
    assert len(cache._kept) == 256


def test_a_token_does_not_show_itself():
    assert "Atza" not in repr(Token("Atza|one", 3600))


# Whose error is whose


class Watched(Budget):
    """A budget that tells when it is asked for what is left: whoever waits for another thread's token asks first."""

    def __init__(self, asked: threading.Event) -> None:
        super().__init__(FakeClock(), 840)
        self.asked = asked

    @property
    def remaining(self) -> float:
        self.asked.set()
        return super().remaining


class Two:
    """A thread that fetches a token until it is let on, and one that waits for that token."""

    def __init__(self) -> None:
        self.cache = TokenCache(FakeClock())
        self.outcomes: list[object] = []
        self.fetched: list[str] = []

    def run(self, first: Callable[[], Token], second: Callable[[], Token]) -> None:
        release, entered, waits = threading.Event(), threading.Event(), threading.Event()

        def held() -> Token:
            entered.set()
            release.wait(5)
            return first()

        asked = (("first", held, Budget(FakeClock(), 840)), ("second", second, Watched(waits)))
        threads = [threading.Thread(target=self._ask, args=arguments) for arguments in asked]
        threads[0].start()
        assert entered.wait(5)
        threads[1].start()
        assert waits.wait(5)
        release.set()
        for thread in threads:
            thread.join(5)

    def _ask(self, who: str, fetch: Callable[[], Token], budget: Budget) -> None:
        def noted() -> Token:
            self.fetched.append(who)
            return fetch()

        try:
            self.outcomes.append(self.cache.get("token", noted, budget))
        except BaseException as error:  # noqa: BLE001 - an interrupt is one of the outcomes
            self.outcomes.append(type(error))


def granted() -> Token:
    return Token("Atza|one", 3600)


def failing(error: BaseException) -> Callable[[], Token]:
    def fail() -> Token:
        raise error

    return fail


def out_of_time() -> Token:
    clock = FakeClock()
    return retried(failing(AmazonUnavailable("no answer")), Budget(clock, 0.1))


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        (out_of_time, AmazonUnavailable),
        (failing(QuotaExhausted("too long")), QuotaExhausted),
        (failing(KeyboardInterrupt()), KeyboardInterrupt),
        (failing(MemoryError()), MemoryError),
    ],
)
def test_what_stopped_one_thread_alone_lets_the_next_one_fetch(first, kind):
    two = Two()
    two.run(first, granted)
    assert sorted(two.outcomes, key=str) == sorted([kind, "Atza|one"], key=str)
    assert two.fetched == ["first", "second"]
    assert two.cache._flights == {}


def test_a_failure_that_took_all_its_attempts_holds_for_those_who_wait():
    two = Two()
    two.run(lambda: retried(failing(AmazonUnavailable("no")), Budget(FakeClock(), 840)), granted)
    assert two.outcomes == [AmazonUnavailable] * 2
    assert two.fetched == ["first"]


def test_an_interrupt_leaves_nothing_behind():
    cache, budget = TokenCache(FakeClock()), Budget(FakeClock(), 840)
    with pytest.raises(KeyboardInterrupt):
        cache.get("token", failing(KeyboardInterrupt()), budget)
    assert cache._flights == {}
    assert cache.get("token", granted, budget) == "Atza|one"
