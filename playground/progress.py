"""How far a long retrieval has come, by what the book itself logs: as events, and drawn on the error output."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from typing import Final, TextIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.progress import Progress, ProgressColumn, Task, TextColumn
from rich.progress_bar import ProgressBar
from rich.table import Column
from rich.text import Text

from .terminal import console_of, harmless, redrawable

__all__ = ["Bars", "Event", "Notice", "PageRead", "Waiting", "progress", "watched"]

_BOOK: Final = logging.getLogger("amazon_selling_partner")
_ECHO: Final = len("^C")
_PAGES: Final = logging.getLogger("amazon_selling_partner.amazon.orders.paging")


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
def progress(stream: TextIO | None = None, orders: int | None = None) -> Iterator[None]:
    """Show pages, waits for quota and notices of the book while the block runs; one page alone shows nothing.

    A terminal gets a bar that is gone at the end, above it the notices, which stay; a pipe gets lines.

    Args:
        stream: Where to; None is the error output.
        orders: How many there will be at most, if that is known.
    """
    stream = stream or sys.stderr
    drawing = Bars(stream, orders) if redrawable(stream) else _Lines(stream)
    try:
        with watched(drawing.show):
            yield
    finally:
        drawing.close()


class _Lines:
    """Writes every event as a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, event: Event) -> None:
        self._stream.write(f"{harmless(_sentence(event))}\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing is to be cleared away."""


class Bars:
    """Draws a bar of the orders so far, and while the book waits for quota one of that wait.

    Args:
        stream: The terminal.
        orders: How many there will be at most; None is unknown.
        get_time: Seconds that pass.
    """

    def __init__(
        self, stream: TextIO, orders: int | None = None, get_time: Callable[[], float] = time.monotonic
    ) -> None:
        self.progress = _Display(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            _Bar(table_column=Column(ratio=1)),
            _Told(table_column=Column(no_wrap=True)),
            console=console_of(stream),
            get_time=get_time,
            transient=True,
            expand=True,
            redirect_stdout=False,
        )
        self._orders = self.progress.add_task("Reading orders", total=orders, told="")
        self._wait = self.progress.add_task("", visible=False)
        self._pages = 0

    def show(self, event: Event) -> None:
        """Draw an event; the first one brings the bar."""
        if isinstance(event, Notice):
            self.progress.console.print(Text(harmless(event.text)))
            return
        if isinstance(event, PageRead):
            self._pages = event.pages
            self.progress.update(self._wait, visible=False)
        else:
            self.progress.reset(
                self._wait,
                description="Waiting for quota",
                total=event.seconds,
                visible=True,
                operation=harmless(event.operation),
            )
        pages = f", {self._pages:,} {'page' if self._pages == 1 else 'pages'}" if self._pages else ""
        self.progress.update(self._orders, completed=event.orders, told=f"{event.orders:,} orders{pages}")
        self.progress.start()

    def close(self) -> None:
        """Take the bar away."""
        self.progress.stop()


class _Display(Progress):
    def get_renderable(self) -> RenderableType:
        """Return the bars."""
        return _WithRoomForAnEcho(super().get_renderable())


@dataclass(frozen=True)
class _WithRoomForAnEcho:
    """Lines that end ahead of the edge: there the ^C of whoever stops a wait would begin one that is never erased."""

    part: RenderableType

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield Constrain(self.part, max(options.max_width - _ECHO, 1))


class _Bar(ProgressColumn):
    """A bar: of orders, or of the time that a wait has taken."""

    def render(self, task: Task) -> ProgressBar:
        done = task.elapsed or 0.0 if "operation" in task.fields else task.completed
        return ProgressBar(total=task.total, completed=done, pulse=task.total is None, animation_time=task.get_time())


class _Told(ProgressColumn):
    """What stands behind a bar: the orders so far, or the time left of a wait."""

    def render(self, task: Task) -> Text:
        if "operation" not in task.fields:
            return Text(task.fields.get("told", ""))
        left = ceil(max((task.total or 0.0) - (task.elapsed or 0.0), 0.0))
        return Text(f"{left // 60}:{left % 60:02} left, {task.fields['operation']}")


def _sentence(event: Event) -> str:
    match event:
        case PageRead():
            return f"Page {event.pages:,} read, {event.orders:,} orders so far, more to come."
        case Waiting():
            orders = f"{event.orders:,} orders so far"
            return f"Waiting {event.seconds:.0f} s for Amazon's quota of {event.operation}, {orders}."
        case Notice():
            return event.text
