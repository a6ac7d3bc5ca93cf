"""A clock on which a step can be stopped, and Ctrl-C, which stops one."""

import signal
import threading
import time

import pytest

from playground.__main__ import main
from playground.progress import Waiting, watched
from playground.stopping import StepStopped, StoppableClock


def test_a_stop_ends_a_sleep():
    clock, ended = StoppableClock(), []

    def sleep():
        with clock.step(), pytest.raises(StepStopped):
            clock.sleep(60)
        ended.append(True)

    sleeper = threading.Thread(target=sleep)
    sleeper.start()
    while sleeper.is_alive():  # a stop before the step has no effect
        clock.stop()
        sleeper.join(0.01)
    assert ended


def test_a_sleep_that_is_not_stopped_lasts_to_its_end():
    clock = StoppableClock()
    began = time.monotonic()
    clock.sleep(0.02)
    assert clock.monotonic() - began >= 0.02


def test_a_stopped_step_cannot_read_the_time_of_day():
    clock = StoppableClock()
    with clock.step():
        clock.stop()
        assert clock.monotonic() > 0
        with pytest.raises(StepStopped, match="cancelled"):
            clock.now()


def test_a_stop_ends_one_step_only():
    clock = StoppableClock()
    with clock.step():
        clock.stop()
    assert clock.now()
    clock.stop()
    with clock.step():
        assert clock.now()


def test_a_stopped_step_is_final():
    assert StepStopped().final


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C; programs in the background of a shell ignore it by default."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_a_wait_of_the_book(capsys, ctrl_c):
    pressed = []
    with watched(lambda event: (ctrl_c(), pressed.append(time.monotonic())) if isinstance(event, Waiting) else None):
        assert main(["orders", "--generate", "2100"]) == 130
    assert time.monotonic() - pressed[0] < 30
    assert capsys.readouterr().err.endswith("Stopped.\n")
