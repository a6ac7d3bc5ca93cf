"""A clock that is wrong is put right by Amazon's: only by what its answers prove, and told once."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.clock import AmazonClock
from tests.support import NOW, FakeClock


def http_date(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


def heard(off_by: timedelta, seconds: float = 0.2) -> AmazonClock:
    """A clock that is off by that much and has heard Amazon's answer."""
    clock = AmazonClock(FakeClock(NOW + off_by))
    clock.hear(http_date(NOW), seconds)
    return clock


def test_before_amazon_answers_the_time_is_the_clocks_own():
    clock = AmazonClock(FakeClock())
    assert (clock.now(), clock.heard) == (NOW, False)


@pytest.mark.parametrize("off_by", [timedelta(hours=-23), timedelta(minutes=-3), timedelta(seconds=-30)])
def test_a_clock_that_is_slow_is_put_forward(off_by):
    assert heard(off_by).now() == NOW


@pytest.mark.parametrize("off_by", [timedelta(seconds=30), timedelta(minutes=3), timedelta(hours=23)])
def test_a_clock_that_is_fast_is_put_back_to_the_latest_time_that_can_be(off_by):
    assert heard(off_by, seconds=4).now() == NOW + timedelta(seconds=5)


ODD_DATES = ["Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 2035 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]


@pytest.mark.parametrize("odd", ODD_DATES)
def test_a_single_answer_that_is_days_off_is_not_believed(odd):
    clock = AmazonClock(FakeClock())
    clock.hear(odd, 0.2)
    assert (clock.now(), clock.heard) == (NOW, False)
    clock.hear(http_date(NOW), 0.2)
    assert (clock.now(), clock.heard) == (NOW, True)


@pytest.mark.parametrize("off_by", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_days_off_is_put_right_when_a_second_answer_agrees(off_by):
    own = FakeClock(NOW + off_by)
    clock = AmazonClock(own)
    clock.hear(http_date(NOW), 0)
    assert not clock.heard
    own.advance(5)
    clock.hear(http_date(NOW + timedelta(seconds=5)), 0)
    assert clock.heard
    assert abs(clock.now() - (NOW + timedelta(seconds=5))) <= timedelta(seconds=1)


@pytest.mark.parametrize("zone", ["+0530", "-0800"])
def test_a_date_in_another_zone_than_http_knows_teaches_nothing(zone):
    clock = AmazonClock(FakeClock())
    clock.hear(http_date(NOW).replace("GMT", zone), 0.2)
    assert (clock.now(), clock.heard) == (NOW, False)


@pytest.mark.parametrize("off_by", [timedelta(), timedelta(seconds=0.9), timedelta(seconds=4.9)])
def test_what_the_way_of_the_answer_explains_is_left_alone(off_by):
    assert heard(off_by, seconds=4).now() == NOW + off_by


@given(
    off_by=st.timedeltas(timedelta(hours=-23), timedelta(hours=23)),
    fraction=st.floats(0, 0.999),
    there=st.floats(0, 60),
    back=st.floats(0, 60),
)
def test_amazons_time_is_known_as_exactly_as_the_answer_allows(off_by, fraction, there, back):
    said = NOW + timedelta(seconds=fraction)
    at_arrival = said + timedelta(seconds=back)
    clock = AmazonClock(FakeClock(at_arrival + off_by))
    clock.hear(http_date(said), there + back)
    error = clock.now() - at_arrival
    assert abs(error) <= min(abs(off_by), timedelta(seconds=there + back + 1)) + timedelta(milliseconds=1)


def test_only_the_date_is_corrected():
    fake = FakeClock(NOW - timedelta(hours=1))
    clock = AmazonClock(fake)
    clock.hear(http_date(NOW), 0)
    clock.sleep(5)
    assert (clock.monotonic(), fake.sleeps, clock.now()) == (5, [5], NOW + timedelta(seconds=5))


def test_a_clock_that_was_set_meanwhile_is_believed_again():
    fake = FakeClock(NOW - timedelta(hours=1))
    clock = AmazonClock(fake)
    clock.hear(http_date(NOW), 0)
    fake.advance(3610)  # set by an hour, ten seconds later
    clock.hear(http_date(NOW + timedelta(seconds=10)), 0)
    assert clock.now() == NOW + timedelta(seconds=10)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Nov 2026 12:00:00 GMT", "1", "a, b", "Mon, 23 Nov 99999 0:0:0 GMT"]
)
def test_an_answer_without_a_date_teaches_nothing(date):
    clock = AmazonClock(FakeClock())
    clock.hear(date, 0)
    assert (clock.now(), clock.heard) == (NOW, False)


def test_a_date_at_the_end_of_time_teaches_nothing():
    clock = AmazonClock(FakeClock(datetime(1, 1, 1, tzinfo=UTC)))
    clock.hear("Fri, 31 Dec 9999 23:59:59 GMT", 1e300)
    assert not clock.heard


@pytest.mark.parametrize("minutes", [-3, 3])
def test_a_clock_that_is_off_by_more_than_amazons_two_minutes_is_told_once(caplog, minutes):
    clock = AmazonClock(FakeClock(NOW + timedelta(minutes=minutes)))
    for second in range(3):
        clock.hear(http_date(NOW + timedelta(seconds=second)), 0.1)
    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "clock of this machine is wrong: it says 2026-11-23T1" in record.getMessage()
    assert "when it is 2026-11-23T12:00:0" in record.getMessage()


@pytest.mark.parametrize("seconds", [-119, 119])
def test_less_is_not_worth_a_line(caplog, seconds):
    heard(timedelta(seconds=seconds))
    assert caplog.records == []
