"""Progress: a terminal gets one line that changes, a pipe gets lines, and a short step gets nothing."""

import io
import logging

import pytest

from playground.local_amazon.seed import generated_orders
from playground.progress import Notice, PageRead, Waiting, progress, watched
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


def test_a_terminal_gets_one_line_that_is_gone_at_the_end(terminal):
    with progress(terminal):
        PAGES.debug("Page %d read, %d", 1, 100)
        THROTTLE.info("Waiting %d s for %s, %d", 60, "getOrders", 100)
        assert terminal.getvalue() == (
            "\r\033[KPage 1 read, 100 orders so far, more to come."
            "\r\033[KWaiting 60 s for Amazon's quota of getOrders, 100 orders so far."
        )
    assert terminal.getvalue().endswith("\r\033[K")


def test_a_warning_stays_on_a_terminal(terminal):
    with progress(terminal):
        THROTTLE.warning("Amazon removed v0")
        PAGES.debug("Page %d read, %d", 1, 100)
    assert terminal.getvalue().startswith("\r\033[KAmazon removed v0\n\r\033[KPage 1 read")


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
