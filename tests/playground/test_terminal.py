"""What reaches a terminal or a pipe: colours and width for the one, plain text for the other, orders for neither."""

import io
import logging

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from playground.terminal import HarmlessFormatter, colours, console_of, drawn, harmless, redrawable


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def ordinary(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")


STYLED = Text("word " * 20, style="bold red")


def test_a_terminal_gets_colours_and_lines_of_its_width():
    found = drawn(STYLED, Terminal())
    assert found.startswith("\033[1;31mword word")
    assert len(found.splitlines()) == 4


@pytest.mark.parametrize("name", ["FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"])
def test_a_pipe_gets_one_plain_line_whatever_the_environment_says(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert drawn(STYLED, io.StringIO()) == ("word " * 20).rstrip()


@pytest.mark.parametrize(
    ("name", "value", "redraws"), [("NO_COLOR", "", True), ("NO_COLOR", "1", True), ("TERM", "dumb", False)]
)
def test_a_terminal_may_ask_for_no_colour(monkeypatch, name, value, redraws):
    monkeypatch.setenv(name, value)
    assert (colours(Terminal()), redrawable(Terminal())) == (False, redraws)
    assert "\033" not in drawn(STYLED, Terminal())


def test_no_line_ends_in_blanks_with_colours_or_without():
    for stream in (Terminal(), io.StringIO()):
        assert drawn(Text("word   ", style="bold"), stream).replace("\033[1m", "").replace("\033[0m", "") == "word"


def test_marks_of_rich_and_names_of_emoji_are_text():
    assert drawn(Text("[red]:smile:[/red]"), Terminal()) == "[red]:smile:[/red]"
    assert console_of(Terminal()).render_str("[red]:smile:").plain == "[red]:smile:"


@given(st.text())
@example("\033[2J")
@example("\x9b2J\x7f\u202e\u2028\ud800")
def test_harmless_text_can_be_printed_and_is_as_long_as_before(text):
    found = harmless(text)
    assert found.isprintable()
    assert len(found) == len(text)
    assert [one for one, before in zip(found, text, strict=True) if before.isprintable()] == [
        one for one in text if one.isprintable()
    ]


def test_a_control_character_is_seen_by_its_picture_which_takes_one_column():
    assert harmless("\0\t\n\r\033\x7f") == "␀␉␊␍␛␡"
    assert cell_len("␀␉␊␍␛␡\ufffd") == 7


def test_lines_can_be_kept():
    assert harmless("one\n\ttwo", keep="\n") == "one\n␉two"


def test_what_is_logged_is_shown_and_not_obeyed_and_its_traceback_keeps_its_lines():
    try:
        raise ValueError("gone\033[2J")
    except ValueError as error:
        facts = {"msg": "Amazon says %s", "args": ("\033c",), "exc_info": (type(error), error, error.__traceback__)}
    first, *traceback = HarmlessFormatter().format(logging.makeLogRecord(facts)).splitlines()
    assert first == "Amazon says ␛c"
    assert traceback[-1] == "ValueError: gone␛[2J"
