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
