"""A clock on which a step can be stopped, and Ctrl-C, which stops one."""

import signal
import threading
import time

import pytest

from playground import server
from playground.__main__ import main
from playground.progress import Waiting, watched
from playground.stopping import StepStopped, StoppableClock


def test_a_sleep_ends_as_soon_as_the_step_is_stopped():
    clock, ended = StoppableClock(), []

    def sleep():
        with clock.step(), pytest.raises(StepStopped):
            clock.sleep(60)
        ended.append(True)

    sleeper = threading.Thread(target=sleep)
    sleeper.start()
    while sleeper.is_alive():  # a stop before the step would stop nothing
        clock.stop()
        sleeper.join(0.01)
    assert ended


def test_a_sleep_nobody_stops_lasts_as_long_as_it_should():
    clock = StoppableClock()
    began = time.monotonic()
    clock.sleep(0.02)
    assert clock.monotonic() - began >= 0.02


def test_a_stopped_step_does_not_get_the_time_of_day_but_time_goes_on():
    clock = StoppableClock()
    with clock.step():
        clock.stop()
        assert clock.monotonic() > 0
        with pytest.raises(StepStopped, match="cancelled"):
            clock.now()


def test_a_stop_is_for_one_step_only():
    clock = StoppableClock()
    with clock.step():
        clock.stop()
    assert clock.now()
    clock.stop()
    with clock.step():
        assert clock.now()


@pytest.fixture
def ctrl_c():
    """Give what presses Ctrl-C, which whoever runs tests in the background may have switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_the_wait_of_the_book_and_need_not_wait_for_it(monkeypatch, capsys, ctrl_c):
    monkeypatch.setattr(server, "_GRACE_SECONDS", 45)
    ended = []
    with watched(lambda event: (ctrl_c(), ended.append(time.monotonic())) if isinstance(event, Waiting) else None):
        assert main(["orders", "--generate", "2100"]) == 130
    assert time.monotonic() - ended[0] < 30
    assert capsys.readouterr().err.endswith("Stopped.\n")
