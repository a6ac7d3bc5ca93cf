"""Text for a terminal or a pipe. Rich draws for a terminal; a pipe gets plain text, without a width.

Text from elsewhere is shown and never obeyed, see `harmless`.
"""

import logging
import os
import re
from typing import Final, TextIO

from rich.console import Console, RenderableType

__all__ = ["HarmlessFormatter", "colors", "console_of", "drawn", "harmless", "redrawable"]

_NO_WIDTH: Final = 1_000_000
# Blanks at the end of a line, with color codes among them.
_TRAILING: Final = re.compile(r"(?: |\033\[[\d;]*m)+$", re.MULTILINE)
# Unicode has a picture of every control character: ␛ for the escape with which terminal commands begin.
_PICTURES: Final = {**{code: 0x2400 + code for code in range(0x20)}, 0x7F: 0x2421}


def redrawable(stream: TextIO) -> bool:
    """Whether a stream is a terminal that can redraw a line; TERM=dumb says no."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def colors(stream: TextIO) -> bool:
    """Whether a stream is a terminal with colors; NO_COLOR and TERM=dumb say no."""
    return redrawable(stream) and "NO_COLOR" not in os.environ


def console_of(stream: TextIO) -> Console:
    """Return a console as wide as the terminal, or for a pipe one without width, colors and escapes."""
    return Console(
        file=stream,
        force_terminal=redrawable(stream),
        force_jupyter=False,
        color_system="standard" if colors(stream) else None,
        width=None if stream.isatty() else _NO_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def drawn(part: RenderableType, stream: TextIO) -> str:
    """Return what to print on a stream, without trailing blanks and without the last line break.

    It is returned and not written, because the kit replaces `print` with one that hides secrets.
    """
    console = console_of(stream)
    with console.capture() as capture:
        console.print(part)
    return _TRAILING.sub(lambda end: end.group().replace(" ", ""), capture.get().removesuffix("\n"))


def harmless(text: str, keep: str = "") -> str:
    """Return text in which no character controls the terminal or breaks a line, except the characters to `keep`.

    Control characters become their pictures, everything else that cannot be printed a replacement character. The text
    keeps its length, so that columns and carets stay in line.
    """
    return "".join(
        character if character.isprintable() or character in keep else chr(_PICTURES.get(ord(character), 0xFFFD))
        for character in text
    )


class HarmlessFormatter(logging.Formatter):
    """Formats records that may quote Amazon."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record and its traceback, harmless."""
        return harmless(super().format(record), keep="\n")
