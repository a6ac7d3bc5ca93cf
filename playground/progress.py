"""How far a long retrieval has come: as events, and drawn on the error output."""

import contextlib
import logging
import sys
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

from amazon_selling_partner.amazon.clock import Listener

from .terminal import console_of, harmless, redrawable

__all__ = ["HUB", "Bars", "Event", "Hub", "Notice", "PageRead", "Waiting", "progress", "watched"]

_BOOK: Final = logging.getLogger("amazon_selling_partner")
_ECHO: Final = len("^C")


@dataclass(frozen=True)
class PageRead:
    """A page was read and more follow; how many pages and orders the step has read so far."""

    pages: int
    orders: int


@dataclass(frozen=True)
class Waiting:
    """A wait for Amazon's quota of an operation begins; its seconds, and the orders read so far."""

    seconds: float
    operation: str
    orders: int


@dataclass(frozen=True)
class Notice:
    """A warning of the book."""

    text: str


Event = PageRead | Waiting | Notice
Watcher = Callable[[Event], None]


class Hub(Listener):
    """Passes what a book reports to every watcher."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []

    def page_read(self, pages: int, orders: int) -> None:
        """Pass on a page."""
        self._pass_on(PageRead(pages, orders))

    def waiting(self, seconds: float, operation: str, orders: int) -> None:
        """Pass on the beginning of a wait."""
        self._pass_on(Waiting(seconds, operation, orders))

    @contextmanager
    def watched(self, watcher: Watcher) -> Iterator[None]:
        """Call `watcher` with every event and every warning of the book while the block runs. Blocks may overlap.

        It is called in the thread of the step, which waits meanwhile; its errors end the step.
        """
        handler = _Notices(watcher)
        self._watchers.append(watcher)
        _BOOK.addHandler(handler)
        try:
            yield
        finally:
            _BOOK.removeHandler(handler)
            self._watchers.remove(watcher)

    def _pass_on(self, event: Event) -> None:
        for watcher in tuple(self._watchers):
            watcher(event)


class _Notices(logging.Handler):
    def __init__(self, watcher: Watcher) -> None:
        super().__init__(logging.WARNING)
        self._watcher = watcher

    def emit(self, record: logging.LogRecord) -> None:
        self._watcher(Notice(record.getMessage()))


# The hub of this process: every workspace reports to it.
HUB: Final = Hub()
watched: Final = HUB.watched


@contextmanager
def progress(stream: TextIO | None = None, orders: int | None = None) -> Iterator[None]:
    """Show pages, waits for quota and warnings of the book while the block runs; a single page shows nothing.

    A terminal gets a bar that disappears at the end, and above it the warnings, which stay. A pipe gets lines.

    Args:
        stream: Where to write; None is the error output.
        orders: The largest number of orders there can be, if known.
    """
    stream = stream or sys.stderr
    display = Bars(stream, orders) if redrawable(stream) else _Lines(stream)
    try:
        with watched(display.show):
            yield
    finally:
        display.close()


class _Lines:
    """Writes a line for every event."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def show(self, event: Event) -> None:
        with contextlib.suppress(OSError):  # The reader of the pipe is gone; the step goes on.
            self._stream.write(f"{harmless(_sentence(event))}\n")
            self._stream.flush()

    def close(self) -> None:
        """Do nothing; lines stay."""


class Bars:
    """Draws a bar of the orders read, and one of the wait for quota.

    Args:
        stream: The terminal.
        orders: The largest number of orders there can be; None is unknown.
        get_time: A monotonic clock, in seconds.
    """

    def __init__(
        self, stream: TextIO, orders: int | None = None, get_time: Callable[[], float] = time.monotonic
    ) -> None:
        self.progress = _Display(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            _Bar(table_column=Column(ratio=1)),
            _Status(table_column=Column(no_wrap=True)),
            console=console_of(stream),
            get_time=get_time,
            transient=True,
            expand=True,
            redirect_stdout=False,
        )
        self._orders = self.progress.add_task("Reading orders", total=orders, status="")
        self._wait = self.progress.add_task("Waiting for quota", visible=False)
        self._pages = 0

    def show(self, event: Event) -> None:
        """Draw an event; the first page or wait brings the bar."""
        match event:
            case Notice(text):
                self.progress.console.print(Text(harmless(text)))
                return
            case PageRead(pages, _):
                self._pages = pages
                self.progress.update(self._wait, visible=False)
            case Waiting(seconds, operation, _):
                self.progress.reset(self._wait, total=seconds, visible=True, operation=harmless(operation))
        pages_read = f", {self._pages:,} {'page' if self._pages == 1 else 'pages'}" if self._pages else ""
        self.progress.update(self._orders, completed=event.orders, status=f"{event.orders:,} orders{pages_read}")
        self.progress.start()

    def close(self) -> None:
        """Erase the bars."""
        self.progress.stop()


class _Display(Progress):
    def get_renderable(self) -> RenderableType:
        """Return the bars."""
        return _RoomForEcho(super().get_renderable())


@dataclass(frozen=True)
class _RoomForEcho:
    """Ends lines before the edge of the terminal: there the echo of Ctrl-C would begin a line that is never erased."""

    part: RenderableType

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        yield Constrain(self.part, max(options.max_width - _ECHO, 1))


class _Bar(ProgressColumn):
    """A bar of orders, or of the time that a wait has taken."""

    def render(self, task: Task) -> ProgressBar:
        done = task.elapsed or 0.0 if "operation" in task.fields else task.completed
        return ProgressBar(total=task.total, completed=done, pulse=task.total is None, animation_time=task.get_time())


class _Status(ProgressColumn):
    """The text behind a bar: the orders read, or the time left of a wait."""

    def render(self, task: Task) -> Text:
        if "operation" not in task.fields:
            return Text(task.fields.get("status", ""))
        left = ceil(max((task.total or 0.0) - (task.elapsed or 0.0), 0.0))
        return Text(f"{left // 60}:{left % 60:02} left, {task.fields['operation']}")


def _sentence(event: Event) -> str:
    match event:
        case PageRead(pages, orders):
            return f"Page {pages:,} read, {orders:,} orders so far, more to come."
        case Waiting(seconds, operation, orders):
            return f"Waiting {seconds:.0f} s for Amazon's quota of {operation}, {orders:,} orders so far."
        case Notice(text):
            return text
