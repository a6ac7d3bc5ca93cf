"""Orders as a person reads them: a table of many, a card of one. And errors."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Console, Group
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from .terminal import console_of, drawn, harmless

__all__ = ["answer_text", "card", "counted", "failure", "heading", "table"]

Order = Mapping[str, Any]

_RULE: Final = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
_UNKNOWN: Final = "—"
_STYLES: Final = {
    "Shipped": "green",
    "Unshipped": "yellow",
    "PartiallyShipped": "yellow",
    "Canceled": "red",
    "Unfulfillable": "red",
    _UNKNOWN: "dim",
}
_LONGEST_LINE: Final = 100
_INDENT: Final = 2
_TIMESTAMP: Final = len("2026-11-20T08:15:00Z")
_ROOM: Final = 10_000
# Kognitos's protocol has no kind of its own for an exhausted quota or an Amazon that cannot be reached.
_HEADINGS: Final = {"Internal": "The step failed"}


def answer_text(answer: Order | Sequence[Order], stream: TextIO, most: int | None = None) -> str:
    """Return an answer for a stream: the card of one order, or a table of at most `most` orders and their number."""
    if isinstance(answer, Mapping):
        return card(answer, stream)
    return f"{table(answer, stream, most)}\n\n{counted(answer)}"


def table(orders: Sequence[Order], stream: TextIO, most: int | None = None) -> str:
    """Return at most `most` orders as a table, and how many more there are.

    An order takes a line where that fits, else two. Nothing is left out.
    """
    rows = [_row(order) for order in orders[:most]]
    layout = _layout(rows, console_of(stream))
    more = len(orders) - len(rows)
    return drawn(Group(layout, Text(f"… and {more:,} more")) if more else layout, stream)


def card(order: Order, stream: TextIO) -> str:
    """Return one order with every attribute, the parts of each indented below it."""
    lines = list(_lines(order))
    widest = max((cell_len(label) for label, _ in lines), default=0)
    # A name is broken only where values would have too little room beside it.
    roomy = widest + 2 + _TIMESTAMP <= console_of(stream).width
    grid = Table.grid(Column(overflow="fold", no_wrap=roomy), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for label, value in lines:
        indent = len(label) - len(label.lstrip())
        name = Padding(Text(label.strip(), style="cyan"), (0, 0, 0, indent))
        grid.add_row(name, Text(value, style=_STYLES.get(value, "")))
    return drawn(grid, stream)


def counted(orders: Sequence[Order]) -> str:
    """Return how many orders there are."""
    return f"{len(orders):,} {'order' if len(orders) == 1 else 'orders'}"


def heading(text: str, stream: TextIO) -> str:
    """Return a bold line."""
    return drawn(Text(text, style="bold"), stream)


def failure(error: Exception, stream: TextIO) -> str:
    """Return an error: its class in plain words, and below it the wrapped message. Indented lines stay as they are."""
    name = type(error).__name__
    title = _HEADINGS.get(name) or re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()
    console = console_of(stream)
    width = console.width - _INDENT
    lines = _focused(harmless(str(error), keep="\n").split("\n"), width)
    # In a pipe a word longer than a line stays in one piece, so that it can be searched for.
    paragraphs = [Text(line, overflow="fold" if stream.isatty() else "ignore") for line in lines]
    wrapped = [
        [paragraph] if paragraph.plain[:1].isspace() else paragraph.wrap(console, min(width, _LONGEST_LINE))
        for paragraph in paragraphs
    ]
    body = Padding(Group(*itertools.chain.from_iterable(wrapped)), (0, 0, 0, _INDENT), expand=False)
    return drawn(Group(Text(title, style="bold red"), body), stream)


def _focused(lines: Sequence[str], width: int) -> list[str]:
    """Return the lines; a long one with carets below is cut, with its carets, to the part around them."""
    focused = list(lines)
    for number, (step, marks) in enumerate(itertools.pairwise(lines)):
        if len(step) > width and set(marks.strip()) == {"^"}:
            start = max(min(marks.index("^") - width // 3, len(step) - width), 0)
            before, after = "…" if start else "", "…" if start + width < len(step) else ""
            shown = step[start : start + width]
            focused[number] = f"{before}{shown[len(before) : len(shown) - len(after)]}{after}"
            focused[number + 1] = marks[start : start + width]
    return focused


def _layout(rows: Sequence[Sequence[str]], console: Console) -> Table:
    """Return the first layout that fits the console."""
    # Rich never measures more than the width it is given.
    room = console.options.update(max_width=_ROOM)
    layouts = (_wide(rows, gap=2), _wide(rows, gap=1))
    fitting = (layout for layout in layouts if Measurement.get(console, room, layout).minimum <= console.width)
    return next(fitting, None) or _narrow(rows)


def _empty_table(*columns: Column, gap: int = 2) -> Table:
    return Table(*columns, box=_RULE, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0), header_style="bold")


def _wide(rows: Sequence[Sequence[str]], gap: int) -> Table:
    """Return a table with a line for each order; only the column `ship to` is broken, between words."""
    layout = _empty_table(gap=gap)
    for index, name in enumerate(("order id", "status", "purchased", "channel", "prime", "items", "total")):
        # Rich measures the words of a column even if it must not break it.
        width = max(cell_len(name), *(cell_len(row[index]) for row in rows), 0)
        layout.add_column(
            name, no_wrap=True, min_width=width, justify="right" if name in {"items", "total"} else "left"
        )
    layout.add_column("ship to", overflow="fold")
    for row in rows:
        layout.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    return layout


def _narrow(rows: Sequence[Sequence[str]]) -> Table:
    """Return a table with two lines for each order; a very narrow terminal breaks them."""
    headers = ("order id\n  ship to", "status\nchannel, items", "purchased\ntotal")
    layout = _empty_table(*(Column(header, overflow="fold") for header in headers))
    for order_id, status, purchased, channel, prime, items, total, ship_to in rows:
        count = f"{items} {'item' if items == '1' else 'items'}" if items else ""
        details = ", ".join(filter(None, (channel, "prime" if prime else "", count)))
        layout.add_row(
            Group(order_id, Padding(Text(ship_to, style="dim"), (0, 0, 0, _INDENT))),
            Group(Text(status, style=_STYLES.get(status, "")), Text(details, style="dim")),
            Group(purchased, total),
        )
    return layout


def _row(order: Order) -> Sequence[str]:
    total, address = order["order_total"] or {}, order["shipping_address"] or {}
    counts = [order[name] for name in ("number_of_items_shipped", "number_of_items_unshipped")]
    known = [count for count in counts if count is not None]
    return (
        _text(order["amazon_order_id"]),
        _text(order["order_status"]),
        _text(order["purchase_date"])[:16].replace("T", " "),
        _text(order["fulfillment_channel"] or ""),
        "yes" if order["is_prime"] else "",
        _text(sum(known)) if known else "",
        " ".join(_text(total[name]) for name in ("amount", "currency_code") if total.get(name)),
        ", ".join(_text(address[name]) for name in ("city", "country_code") if address.get(name)),
    )


def _lines(values: Mapping[str, Any], margin: str = "") -> Iterator[tuple[str, str]]:
    """Yield the labels and values of a card; the first line of each of several parts begins with a dash."""
    for name, value in values.items():
        label = f"{margin}{_text(name).replace('_', ' ')}"
        below = f"{margin.replace('-', ' ')}  "
        if isinstance(value, Mapping):
            yield label, ""
            yield from _lines(value, below)
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield label, ""
            for item in value:
                yield from _lines(item if isinstance(item, Mapping) else {"": item}, f"{below}- ")
        else:
            yield label, _text(value)
        margin = margin.replace("-", " ")


def _text(value: Any) -> str:
    if value is None:
        return _UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    # Buyers write their names and addresses themselves: none may steer the terminal or break a line.
    return harmless(str(value))
