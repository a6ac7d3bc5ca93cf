"""Text for a terminal has colors and its width, text for a pipe is plain, and neither is controlled by it."""

import io
import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.text import Text

from playground.terminal import HarmlessFormatter, colors, console_of, drawn, harmless, redrawable


@pytest.fixture
def terminal(terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    return terminal


STYLED = Text("word " * 20, style="bold red")


def test_a_terminal_gets_colors_and_lines_of_its_width(terminal):
    result = drawn(STYLED, terminal)
    assert result.startswith("\033[1;31mword word")
    assert len(result.splitlines()) == 4


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_a_pipe_gets_one_plain_line(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert drawn(STYLED, io.StringIO()) == ("word " * 20).rstrip()


@pytest.mark.parametrize(
    ("name", "value", "redraws"), [("NO_COLOR", "", True), ("NO_COLOR", "1", True), ("TERM", "dumb", False)]
)
def test_a_terminal_may_ask_for_no_color(terminal, monkeypatch, name, value, redraws):
    monkeypatch.setenv(name, value)
    assert (colors(terminal), redrawable(terminal)) == (False, redraws)
    assert "\033" not in drawn(STYLED, terminal)


def test_no_line_ends_with_blanks(terminal):
    for stream in (terminal, io.StringIO()):
        assert drawn(Text("word   ", style="bold"), stream).replace("\033[1m", "").replace("\033[0m", "") == "word"


def test_markup_of_rich_and_names_of_emoji_are_text(terminal):
    assert drawn(Text("[red]:smile:[/red]"), terminal) == "[red]:smile:[/red]"
    assert console_of(terminal).render_str("[red]:smile:").plain == "[red]:smile:"


@given(st.text())
@example("\033[2J")
@example("\x9b2J\x7f\u202e\u2028\ud800")
def test_harmless_text_can_be_printed_and_keeps_its_length(text):
    result = harmless(text)
    assert result.isprintable()
    assert len(result) == len(text)
    assert [one for one, before in zip(result, text, strict=True) if before.isprintable()] == [
        one for one in text if one.isprintable()
    ]


def test_a_control_character_becomes_its_picture():
    assert harmless("\0\t\n\r\033\x7f") == "␀␉␊␍␛␡"
    assert harmless("one\n\ttwo", keep="\n") == "one\n␉two"


def test_a_log_record_and_its_traceback_are_harmless():
    try:
        raise ValueError("gone\033[2J")
    except ValueError as error:
        facts = {"msg": "Amazon says %s", "args": ("\033c",), "exc_info": (type(error), error, error.__traceback__)}
    first, *traceback = HarmlessFormatter().format(logging.makeLogRecord(facts)).splitlines()
    assert first == "Amazon says ␛c"
    assert traceback[-1] == "ValueError: gone␛[2J"
