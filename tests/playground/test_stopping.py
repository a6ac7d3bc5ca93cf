"""A clock on which a step can be stopped."""

import threading
import time

import pytest

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


def test_a_sleep_lasts_as_long_as_it_should():
    clock = StoppableClock()
    began = time.monotonic()
    clock.sleep(0.02)
    assert clock.monotonic() - began >= 0.02


def test_a_stop_ends_one_step_finally_and_no_other():
    clock = StoppableClock()
    clock.stop()
    with clock.step():
        assert clock.now()
        clock.stop()
        assert clock.monotonic() > 0
        with pytest.raises(StepStopped, match="cancelled") as stopped:
            clock.now()
    assert stopped.value.final
    assert clock.now()
