"""Progress: a terminal gets one line that changes, a pipe gets lines, and a short step gets nothing."""

import io
import logging

import pytest

from playground.local_amazon.seed import generated_orders
from playground.progress import progress
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
        PAGES.debug("Page 1 read")
        THROTTLE.info("Waiting 60 s")
        assert terminal.getvalue() == "\r\033[KPage 1 read\r\033[KWaiting 60 s"
    assert terminal.getvalue().endswith("\r\033[K")


def test_a_warning_stays_on_a_terminal(terminal):
    with progress(terminal):
        THROTTLE.warning("Amazon removed v0")
        PAGES.debug("Page 1 read")
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
