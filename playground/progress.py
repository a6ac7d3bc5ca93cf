"""How far a long retrieval has come, by what the book itself logs: as events, and drawn on the error output."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TextIO

from .show import colours

__all__ = ["Event", "Notice", "PageRead", "Waiting", "progress", "watched"]

_BOOK: Final = logging.getLogger("amazon_selling_partner")
_PAGES: Final = logging.getLogger("amazon_selling_partner.amazon.orders.paging")
_CLEAR: Final = "\r\033[K"


@dataclass(frozen=True)
class PageRead:
    """A page of orders was read, and more are to come: how many pages and orders there are so far."""

    pages: int
    orders: int


@dataclass(frozen=True)
class Waiting:
    """A wait for Amazon's quota begins: its length in seconds, for which operation, and the orders so far."""

    seconds: float
    operation: str
    orders: int


@dataclass(frozen=True)
class Notice:
    """Anything else that the book tells whoever runs it."""

    text: str


Event = PageRead | Waiting | Notice


@contextmanager
def watched(listener: Callable[[Event], None]) -> Iterator[None]:
    """Call `listener` with every event of the book while the block runs, whoever in this process runs a step.

    It is called in the thread in which the book works, which waits for it meanwhile. Blocks may overlap. An error of
    the listener reaches the error output, as that of any log handler, and not the book.
    """
    handler = _Handler(listener)
    _levels.lower()
    _BOOK.addHandler(handler)
    try:
        yield
    finally:
        _BOOK.removeHandler(handler)
        _levels.restore()


class _Levels:
    """The levels of the book's loggers: lowered by whoever watches first, as before when nobody watches any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watching = 0
        self._before = logging.NOTSET, logging.NOTSET

    def lower(self) -> None:
        with self._lock:
            self._watching += 1
            if self._watching == 1:
                self._before = _BOOK.level, _PAGES.level
                _BOOK.setLevel(logging.INFO)
                _PAGES.setLevel(logging.DEBUG)

    def restore(self) -> None:
        with self._lock:
            self._watching -= 1
            if not self._watching:
                _BOOK.setLevel(self._before[0])
                _PAGES.setLevel(self._before[1])


_levels: Final = _Levels()


class _Handler(logging.Handler):
    def __init__(self, listener: Callable[[Event], None]) -> None:
        super().__init__(logging.DEBUG)
        self._listener = listener

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._listener(_event_of(record))
        except Exception:  # noqa: BLE001 # a listener that fails is no reason for a step to fail
            self.handleError(record)


def _event_of(record: logging.LogRecord) -> Event:
    """Return what a record tells; one that is worded otherwise than the two known ones is a notice in full."""
    match str(record.msg).split(" ", 1)[0], record.args:
        case "Page", (int() as pages, orders, *_) if _is_count(orders):
            return PageRead(pages, _count(orders))
        case "Waiting", (int() | float() as seconds, str() as operation, orders, *_) if _is_count(orders):
            return Waiting(float(seconds), operation, _count(orders))
        case _:
            return Notice(record.getMessage())


def _is_count(written: object) -> bool:
    return str(written).replace(",", "").isdecimal()


def _count(written: object) -> int:
    return int(str(written).replace(",", ""))


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[None]:
    """Show pages, waits for quota and warnings of the book while the block runs; one page alone shows nothing.

    A terminal gets one line that changes and is gone at the end; a pipe gets lines.
    """
    line = _Line(stream or sys.stderr)
    try:
        with watched(line.show):
            yield
    finally:
        line.clear()


class _Line:
    """Writes events to a terminal in place, notices and all events of a pipe as lines that stay."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_place = colours(stream)

    def show(self, event: Event) -> None:
        start = _CLEAR if self._in_place else ""
        end = "" if self._in_place and not isinstance(event, Notice) else "\n"
        self._stream.write(f"{start}{_sentence(event)}{end}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave an empty line behind."""
        if self._in_place:
            self._stream.write(_CLEAR)
            self._stream.flush()


def _sentence(event: Event) -> str:
    match event:
        case PageRead():
            return f"Page {event.pages:,} read, {event.orders:,} orders so far, more to come."
        case Waiting():
            orders = f"{event.orders:,} orders so far"
            return f"Waiting {event.seconds:.0f} s for Amazon's quota of {event.operation}, {orders}."
        case Notice():
            return event.text
