"""Between the program and whoever reads it: rich draws for a terminal, a pipe gets plain text, neither gets orders.

A pipe has no width: a row of a table stays one line there, and nothing is cut off. What comes from elsewhere is shown,
never obeyed: see `harmless`.
"""

import logging
import os
import re
from typing import Final, TextIO

from rich.console import Console, RenderableType

__all__ = ["HarmlessFormatter", "colours", "console_of", "drawn", "harmless", "redrawable"]

_NO_WIDTH: Final = 1_000_000
# Blanks at the end of a line, and codes of colours among them.
_END: Final = re.compile(r"(?: |\033\[[\d;]*m)+$", re.MULTILINE)
# Unicode has a picture of each control character: ␛ for the one with which every order to a terminal begins.
_PICTURES: Final = {**{code: 0x2400 + code for code in range(0x20)}, 0x7F: 0x2421}


def redrawable(stream: TextIO) -> bool:
    """Whether a stream is a terminal on which a line can be drawn again; TERM=dumb says no."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal that may be coloured; NO_COLOR and TERM=dumb say no."""
    return redrawable(stream) and "NO_COLOR" not in os.environ


def console_of(stream: TextIO) -> Console:
    """Return a console on a stream: as wide as the terminal; on a pipe without width, colours and any escape."""
    return Console(
        file=stream,
        force_terminal=redrawable(stream),
        force_jupyter=False,
        color_system="standard" if colours(stream) else None,
        width=None if stream.isatty() else _NO_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def drawn(part: RenderableType, stream: TextIO) -> str:
    """Return what a stream is to get, without blanks at the end of its lines, and without the last line's end.

    Returned and not written, so that the kit's `print`, which hides secrets, can have it.
    """
    console = console_of(stream)
    with console.capture() as capture:
        console.print(part)
    return _END.sub(lambda end: end.group().replace(" ", ""), capture.get().removesuffix("\n"))


def harmless(text: str, keep: str = "") -> str:
    """Return text in which nothing steers a terminal or breaks a line, but the characters to `keep`.

    Control characters become their pictures, all else that has no shape of its own becomes a replacement character:
    as wide as before, so that columns and marks below stay in line.
    """
    return "".join(
        character if character.isprintable() or character in keep else chr(_PICTURES.get(ord(character), 0xFFFD))
        for character in text
    )


class HarmlessFormatter(logging.Formatter):
    """Words of Amazon may stand in what is logged."""

    def format(self, record: logging.LogRecord) -> str:
        """Return what was logged and the traceback that came with it, harmless."""
        return harmless(super().format(record), keep="\n")
