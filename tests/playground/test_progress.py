"""Progress: what the book logs is events; a terminal gets bars, a pipe gets lines, and a short step gets nothing."""

import io
import logging

import pytest
from rich.console import Console

from playground.local_amazon.seed import generated_orders
from playground.progress import Bars, Notice, PageRead, Waiting, progress, watched
from tests.support import NOW

PAGES = logging.getLogger("amazon_selling_partner.amazon.orders.paging")
THROTTLE = logging.getLogger("amazon_selling_partner.amazon.throttle")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()


# Events


def test_pages_and_waits_of_a_long_retrieval_are_events(make_amazon, connect):
    make_amazon(generated_orders(2_300, NOW), quota=1)
    events = []
    with watched(events.append):
        connect().retrieve_orders()
    assert [event for event in events if isinstance(event, PageRead)] == [
        PageRead(number, 100 * number) for number in range(1, 23)
    ]
    waits = [event for event in events if isinstance(event, Waiting)]
    assert [(wait.operation, wait.orders) for wait in waits] == [
        ("getOrders", 2_000),
        ("getOrders", 2_100),
        ("getOrders", 2_200),
    ]
    assert all(wait.seconds == pytest.approx(60, abs=1) for wait in waits)
    assert not [event for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize(
    ("logger", "line", "facts", "event"),
    [
        (PAGES, "Page %d read, %s orders so far.", (1_234, "123,400"), PageRead(1_234, 123_400)),
        (PAGES, "Page %d read, %d orders so far.", (2, 200), PageRead(2, 200)),
        (PAGES, "Page %d read, %s orders so far.", (2, "some"), Notice("Page 2 read, some orders so far.")),
        (PAGES, "Page read.", (), Notice("Page read.")),
        (
            THROTTLE,
            "Waiting %.0f s for %s, %s orders.",
            (59.6, "getOrders", "2,000"),
            Waiting(59.6, "getOrders", 2_000),
        ),
        (THROTTLE, "Waiting %d s for %s, %d orders.", (60, "getOrders", 0), Waiting(60.0, "getOrders", 0)),
        (THROTTLE, "Waiting %d s.", (60,), Notice("Waiting 60 s.")),
        (THROTTLE, "Amazon removed %s", ("v0",), Notice("Amazon removed v0")),
    ],
)
def test_a_line_of_the_log_is_an_event_and_one_that_is_worded_otherwise_a_notice(logger, line, facts, event):
    events = []
    with watched(events.append):
        logger.warning(line, *facts)
    assert events == [event]


def test_watchers_that_overlap_each_hear_everything_and_leave_the_levels_as_they_were():
    before = logging.getLogger("amazon_selling_partner").level, PAGES.level
    first, second = [], []
    one, other = watched(first.append), watched(second.append)
    one.__enter__()
    other.__enter__()
    PAGES.debug("Page %d read, %d", 1, 100)
    one.__exit__(None, None, None)
    PAGES.debug("Page %d read, %d", 2, 200)
    other.__exit__(None, None, None)
    PAGES.debug("Page %d read, %d", 3, 300)
    assert (first, second) == ([PageRead(1, 100)], [PageRead(1, 100), PageRead(2, 200)])
    assert (logging.getLogger("amazon_selling_partner").level, PAGES.level) == before


def test_a_listener_that_fails_does_not_fail_the_step(capsys):
    def broken(_):
        raise KeyError("broken")

    with watched(broken):
        PAGES.debug("Page %d read, %d", 1, 100)
    assert "KeyError: 'broken'" in capsys.readouterr().err


# On the error output


def test_pages_and_waits_of_a_long_retrieval_are_told(make_amazon, connect):
    make_amazon(generated_orders(2_300, NOW), quota=1)
    pipe = io.StringIO()
    with progress(pipe):
        connect().retrieve_orders()
    lines = pipe.getvalue().splitlines()
    assert lines[0] == "Page 1 read, 100 orders so far, more to come."
    assert "Waiting 60 s for Amazon's quota of getOrders, 2,000 orders so far." in lines
    assert "Page 22 read, 2,200 orders so far, more to come." in lines


def test_a_single_page_is_not_worth_a_line(book):
    pipe = io.StringIO()
    with progress(pipe):
        assert book.retrieve_orders()
    assert pipe.getvalue() == ""


def test_a_terminal_gets_a_bar_that_is_gone_at_the_end(terminal):
    with progress(terminal):
        PAGES.debug("Page %d read, %d", 1, 100)
        THROTTLE.info("Waiting %d s for %s, %d", 60, "getOrders", 100)
        assert "100 orders, 1 page " in terminal.getvalue()
        assert "Waiting for quota" in terminal.getvalue()
    # The end shows the cursor again, goes up the two lines and erases each.
    assert terminal.getvalue().endswith("\n\033[?25h\r\033[1A\033[2K\033[1A\033[2K")


def test_a_terminal_gets_nothing_for_a_single_page(terminal, book):
    with progress(terminal):
        assert book.retrieve_orders()
    assert terminal.getvalue() == ""


def test_a_terminal_that_cannot_redraw_gets_lines(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    with progress(terminal):
        PAGES.debug("Page %d read, %d", 1, 100)
    assert terminal.getvalue() == "Page 1 read, 100 orders so far, more to come.\n"


def test_a_warning_stays_on_a_terminal(terminal):
    with progress(terminal):
        PAGES.debug("Page %d read, %d", 1, 100)
        THROTTLE.warning("Amazon removed v0")
        PAGES.debug("Page %d read, %d", 2, 200)
    before, _, after = terminal.getvalue().partition("Amazon removed v0\n")
    # The bar above it is erased first, and drawn again below.
    assert before.endswith("\r\033[2K")
    assert "200 orders, 2 pages" in after


@pytest.mark.parametrize("kind", ["terminal", "pipe"])
def test_a_notice_is_shown_and_not_obeyed(terminal, kind):
    stream = terminal if kind == "terminal" else io.StringIO()
    with progress(stream):
        THROTTLE.warning("Amazon says %s", "\033]0;title\007\nNotFound")
    assert stream.getvalue() == "Amazon says ␛]0;title␇␊NotFound\n"


# The bar


@pytest.fixture
def screen(terminal, monkeypatch):
    """Make bars on a clock of their own, and show them at a width."""
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
    """How much of a bar is full; without colours, what is not is blank."""
    return line.count("━") + line.count("╸")


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_the_bar_tells_orders_pages_and_the_time_left_of_a_wait(screen, columns):
    reading, waiting = screen([PageRead(20, 2_000), Waiting(75.0, "getOrders", 2_000)], columns, passed=9.5)
    assert reading.startswith("Reading orders ")
    assert reading.endswith(" 2,000 orders, 20 pages")
    assert waiting.startswith("Waiting for quota ")
    assert waiting.endswith(" 1:06 left, getOrders")
    assert max(len(reading), len(waiting)) <= columns


@pytest.mark.parametrize(("passed", "left", "share"), [(0.0, "1:00", 0), (30.0, "0:30", 1 / 2), (70.0, "0:00", 1)])
def test_the_bar_of_a_wait_fills_while_time_passes(screen, passed, left, share):
    _, waiting = screen([Waiting(60.0, "getOrders", 0)], 100, passed=passed)
    assert waiting.endswith(f" {left} left, getOrders")
    room = 98 - len("Waiting for quota ") - len(f" {left} left, getOrders")
    assert filled(waiting) == pytest.approx(room * share, abs=1)


def test_the_bar_of_a_wait_goes_with_the_next_page(screen):
    [reading] = screen([Waiting(60.0, "getOrders", 100), PageRead(2, 200)], 60)
    assert reading.endswith("200 orders, 2 pages")


def test_the_bar_of_orders_is_as_full_as_the_limit_says(screen):
    [reading] = screen([PageRead(5, 500)], 100, orders=2_000)
    room = 98 - len("Reading orders ") - len(" 500 orders, 5 pages")
    assert filled(reading) == pytest.approx(room / 4, abs=1)


@pytest.mark.parametrize("columns", [30, 60, 200])
def test_the_bars_leave_room_for_the_echo_of_ctrl_c(screen, columns):
    """It would begin another line at the edge, and one line of the bars would stay when they are taken away."""
    found = screen([PageRead(20, 2_000), Waiting(60.0, "getOrders", 2_000)], columns, passed=60.0)
    assert max(map(len, found)) == columns - len("^C")


# Logging


def test_other_details_are_not_shown():
    pipe = io.StringIO()
    with progress(pipe):
        logging.getLogger("amazon_selling_partner.amazon.client").debug("200")
        logging.getLogger("httpx").info("200")
    assert pipe.getvalue() == ""


def test_logging_is_as_before_afterwards(monkeypatch):
    pipe = io.StringIO()
    book = logging.getLogger("amazon_selling_partner")
    monkeypatch.setattr(book, "level", logging.ERROR)
    monkeypatch.setattr(PAGES, "level", logging.CRITICAL)
    before = list(book.handlers)
    with pytest.raises(KeyError), progress(pipe):
        raise KeyError
    assert (book.level, PAGES.level, book.handlers) == (logging.ERROR, logging.CRITICAL, before)
