"""Progress: a book reports to the hub; a terminal gets bars, a pipe gets lines, and a single page shows nothing."""

import io
import logging

import pytest
from rich.console import Console

from amazon_selling_partner.settings import LOCAL_URL
from playground.local_amazon.seed import generated_orders
from playground.progress import HUB, Bars, Notice, PageRead, Waiting, progress, watched
from playground.workspace import Workspace
from tests.support import NOW

BOOK = logging.getLogger("amazon_selling_partner.amazon.anything")


# Events


def test_pages_and_waits_of_a_step_are_events(make_amazon, clock, monkeypatch):
    monkeypatch.setenv(LOCAL_URL, make_amazon(generated_orders(2_200, NOW), quota=1).url)
    events = []
    with Workspace.running(clock=clock) as workspace, watched(events.append):
        workspace.run(workspace.library.read("retrieve orders with the limit is 2150"))
    assert events[:20] == [PageRead(number, 100 * number) for number in range(1, 21)]
    wait, page, last_wait = events[20:]
    assert page == PageRead(21, 2_100)
    assert [(each.operation, each.orders) for each in (wait, last_wait)] == [("getOrders", 2_000), ("getOrders", 2_100)]
    assert wait.seconds == pytest.approx(60, abs=1)


def test_overlapping_watchers_each_get_every_event():
    first, second = [], []
    with watched(second.append):
        with watched(first.append):
            HUB.page_read(1, 100)
        HUB.waiting(60.0, "getOrders", 100)
        BOOK.warning("Amazon removed %s", "v0")
        BOOK.info("a detail")
    HUB.page_read(2, 200)
    BOOK.warning("after")
    assert first == [PageRead(1, 100)]
    assert second == [PageRead(1, 100), Waiting(60.0, "getOrders", 100), Notice("Amazon removed v0")]


# On the error output


def test_a_pipe_gets_a_line_for_every_event():
    pipe = io.StringIO()
    with progress(pipe):
        HUB.page_read(20, 2_000)
        HUB.waiting(59.6, "getOrders", 2_000)
        BOOK.warning("Amazon removed v0")
    assert pipe.getvalue().splitlines() == [
        "Page 20 read, 2,000 orders so far, more to come.",
        "Waiting 60 s for Amazon's quota of getOrders, 2,000 orders so far.",
        "Amazon removed v0",
    ]


def test_a_closed_pipe_ends_no_step():
    class Closed(io.StringIO):
        def write(self, _):
            raise BrokenPipeError

    with progress(Closed()):
        HUB.page_read(1, 100)


@pytest.mark.parametrize("kind", ["terminal", "pipe"])
def test_a_single_page_shows_nothing(terminal, kind):
    stream = terminal if kind == "terminal" else io.StringIO()
    with Workspace.local() as workspace, progress(stream):
        assert workspace.run(workspace.library.read("retrieve orders"))
    assert stream.getvalue() == ""


def test_a_terminal_gets_bars_that_disappear_and_warnings_stay(terminal):
    with progress(terminal):
        HUB.page_read(1, 100)
        HUB.waiting(60.0, "getOrders", 100)
        assert "100 orders, 1 page " in terminal.getvalue()
        assert "Waiting for quota" in terminal.getvalue()
        BOOK.warning("Amazon removed v0")
        HUB.page_read(2, 200)
    before, _, after = terminal.getvalue().partition("Amazon removed v0\n")
    # The bars above it are erased first, and drawn again below.
    assert before.endswith("\r\033[2K\033[1A\033[2K")
    assert "200 orders, 2 pages" in after
    # At the end the cursor is shown again, goes up a line and erases it.
    assert terminal.getvalue().endswith("\n\033[?25h\r\033[1A\033[2K")


def test_a_terminal_that_cannot_redraw_gets_lines(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with progress(terminal):
        HUB.page_read(1, 100)
    assert terminal.getvalue() == "Page 1 read, 100 orders so far, more to come.\n"


@pytest.mark.parametrize("kind", ["terminal", "pipe"])
def test_a_notice_does_not_control_the_terminal(terminal, kind):
    stream = terminal if kind == "terminal" else io.StringIO()
    with progress(stream):
        BOOK.warning("Amazon says %s", "\033]0;title\007\nNotFound")
    assert stream.getvalue() == "Amazon says ␛]0;title␇␊NotFound\n"


# The bar


@pytest.fixture
def screen(terminal, monkeypatch):
    """Draw bars, on a clock of their own, on a screen of a given width."""
    monkeypatch.setenv("NO_COLOR", "1")
    now = [0.0]

    def lines(events, columns, orders=None, passed=0.0):
        bars = Bars(terminal, orders, get_time=lambda: now[0])
        for event in events:
            bars.show(event)
        now[0] += passed
        shown = io.StringIO()
        Console(file=shown, width=columns, color_system=None).print(bars.progress.get_renderable())
        bars.close()
        return [line.rstrip() for line in shown.getvalue().splitlines()]

    return lines


def filled(line):
    """How much of a bar is full; without colors the rest is blank."""
    return line.count("━") + line.count("╸")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_bars_show_orders_pages_and_the_time_left(screen, columns):
    reading, waiting = screen([PageRead(20, 2_000), Waiting(75.0, "getOrders", 2_000)], columns, passed=9.5)
    assert reading.startswith("Reading orders ")
    assert reading.endswith(" 2,000 orders, 20 pages")
    assert waiting.startswith("Waiting for quota ")
    assert waiting.endswith(" 1:06 left, getOrders")


@pytest.mark.parametrize("columns", [30, 60, 200])
def test_the_bars_leave_room_for_the_echo_of_ctrl_c(screen, columns):
    """At the edge it would begin another line, and one line of the bars would stay behind."""
    lines = screen([PageRead(20, 2_000), Waiting(60.0, "getOrders", 2_000)], columns, passed=60.0)
    assert max(map(len, lines)) == columns - len("^C")


@pytest.mark.parametrize(("passed", "left", "share"), [(0.0, "1:00", 0), (30.0, "0:30", 1 / 2), (70.0, "0:00", 1)])
def test_the_bar_of_a_wait_fills_while_time_passes(screen, passed, left, share):
    _, waiting = screen([Waiting(60.0, "getOrders", 0)], 100, passed=passed)
    assert waiting.endswith(f" {left} left, getOrders")
    room = 98 - len("Waiting for quota ") - len(f" {left} left, getOrders")
    assert filled(waiting) == pytest.approx(room * share, abs=1)


def test_the_next_page_ends_the_bar_of_a_wait_and_fills_its_own(screen):
    [reading] = screen([Waiting(60.0, "getOrders", 100), PageRead(5, 500)], 100, orders=2_000)
    assert reading.endswith(" 500 orders, 5 pages")
    room = 98 - len("Reading orders ") - len(" 500 orders, 5 pages")
    assert filled(reading) == pytest.approx(room / 4, abs=1)
