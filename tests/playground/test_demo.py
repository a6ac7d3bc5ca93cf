"""What the demonstration does besides what test_command_line sees of it."""

import io
from types import SimpleNamespace

import pytest

from playground import demo


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_ctrl_c_in_the_middle_of_a_step_leaves_no_colour_behind(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    def interrupted(_):
        if terminal.getvalue().endswith("orders"):
            raise KeyboardInterrupt

    terminal = Terminal()
    monkeypatch.setattr(demo, "sys", SimpleNamespace(stdout=terminal))
    monkeypatch.setattr(demo, "time", SimpleNamespace(sleep=interrupted))
    with pytest.raises(KeyboardInterrupt):
        demo._type("retrieve orders from amazon")
    assert terminal.getvalue().endswith("\033[36mretrieve orders\033[0m\n")
