"""Tells on the error output how far a long retrieval has come, by what the book itself logs."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from .show import colours

__all__ = ["progress"]

_BOOK: Final = "amazon_selling_partner"
_PAGES: Final = f"{_BOOK}.amazon.orders.paging"
_CLEAR: Final = "\r\033[K"


@contextmanager
def progress(stream: TextIO | None = None) -> Iterator[None]:
    """Show pages, waits for quota and warnings of the book while the block runs; one page alone shows nothing.

    A terminal gets one line that changes and is gone at the end; a pipe gets lines.
    """
    book, pages = logging.getLogger(_BOOK), logging.getLogger(_PAGES)
    levels = book.level, pages.level
    handler = _Line(stream or sys.stderr)
    book.addHandler(handler)
    book.setLevel(logging.INFO)
    pages.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        book.removeHandler(handler)
        book.setLevel(levels[0])
        pages.setLevel(levels[1])
        handler.clear()


class _Line(logging.Handler):
    """Writes records to a terminal in place, warnings and all records of a pipe as lines that stay."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(logging.DEBUG)
        self._stream = stream
        self._in_place = colours(stream)

    def emit(self, record: logging.LogRecord) -> None:
        start = _CLEAR if self._in_place else ""
        end = "" if self._in_place and record.levelno < logging.WARNING else "\n"
        self._stream.write(f"{start}{record.getMessage()}{end}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave an empty line behind."""
        if self._in_place:
            self._stream.write(_CLEAR)
            self._stream.flush()
