"""What the demonstration does besides what test_command_line sees of it."""

from types import SimpleNamespace

import pytest

from playground import demo


def test_ctrl_c_in_the_middle_of_a_step_leaves_no_color_behind(terminal, monkeypatch):
    def interrupted(_):
        if terminal.getvalue().endswith("orders"):
            raise KeyboardInterrupt

    monkeypatch.setattr(demo, "sys", SimpleNamespace(stdout=terminal))
    monkeypatch.setattr(demo, "time", SimpleNamespace(sleep=interrupted))
    with pytest.raises(KeyboardInterrupt):
        demo._type("retrieve orders from amazon")
    assert terminal.getvalue().endswith("\033[36mretrieve orders\033[0m\n")
