"""Orders as a person reads them: a table of many, a card of one, an error."""

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

from rich.box import Box
from rich.cells import cell_len
from rich.console import Group
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from .terminal import console_of, drawn, harmless

__all__ = ["answered", "card", "counted", "failure", "heading", "table"]

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
_ORDER_ID: Final = len("902-3159896-1390916")
_MOMENT: Final = len("2026-11-20T08:15:00Z")
_ROOM: Final = 10_000


def table(orders: Sequence[Order], most: int | None = None) -> str:
    """Return orders as a table, no more than `most` of them and then how many are left.

    Each has a line of its own where that fits, and two or more on a narrow terminal: nothing is left out.
    """
    rows = [_row(order) for order in orders[:most]]
    found = _laid_out(rows)
    left = len(orders) - len(rows)
    return drawn(Group(found, Text(f"… and {left:,} more")) if left else found, sys.stdout)


def card(order: Order) -> str:
    """Return one order with every attribute, those of its parts indented below them."""
    lines = list(_lines(order))
    widest = max((cell_len(label) for label, _ in lines), default=0)
    # A name is broken only where values would have too little room beside it.
    roomy = widest + 2 + _MOMENT <= console_of(sys.stdout).width
    found = Table.grid(Column(overflow="fold", no_wrap=roomy), Column(overflow="fold"), padding=(0, 2, 0, 0))
    for label, value in lines:
        indent = len(label) - len(label.lstrip())
        found.add_row(
            Padding(Text(label.strip(), style="cyan"), (0, 0, 0, indent)), Text(value, style=_STYLES.get(value, ""))
        )
    return drawn(found, sys.stdout)


def answered(answer: Order | Sequence[Order], most: int | None = None) -> str:
    """Return what a step answered: a table of orders, no more than `most`, and their number, or the card of one."""
    if isinstance(answer, Mapping):
        return card(answer)
    return f"{table(answer, most)}\n\n{counted(answer)}"


def counted(orders: Sequence[Order]) -> str:
    """Return how many orders there are."""
    return f"{len(orders):,} {'order' if len(orders) == 1 else 'orders'}"


def heading(text: str) -> str:
    """Return a line that stands out."""
    return drawn(Text(harmless(text), style="bold"), sys.stdout)


def failure(kind: str, message: str, stream: TextIO | None = None) -> str:
    """Return an error: its kind, and its message wrapped; what is indented stays as it is.

    Args:
        kind: Its name.
        message: What a person is to read.
        stream: Where it will be printed; None is the error output.
    """
    stream = stream or sys.stderr
    console = console_of(stream)
    width = console.width - _INDENT
    lines = _focused(harmless(message, keep="\n").split("\n"), width)
    # What is longer than a line is not broken in a pipe: somebody may look for it there.
    paragraphs = [Text(line, overflow="fold" if stream.isatty() else "ignore") for line in lines]
    wrapped = [
        [paragraph] if paragraph.plain[:1].isspace() else paragraph.wrap(console, min(width, _LONGEST_LINE))
        for paragraph in paragraphs
    ]
    body = Padding(Group(*(line for lines in wrapped for line in lines)), (0, 0, 0, _INDENT), expand=False)
    return drawn(Group(Text(harmless(kind), style="bold red"), body), stream)


def _focused(lines: Sequence[str], width: int) -> list[str]:
    """Return lines; of a long one with a word marked below it, both are cut to the part around that word."""
    found = list(lines)
    for number, (step, marks) in enumerate(itertools.pairwise(lines)):
        if len(step) > width and set(marks.strip()) == {"^"}:
            start = max(min(marks.index("^") - width // 3, len(step) - width), 0)
            ahead, after = "…" if start else "", "…" if start + width < len(step) else ""
            shown = step[start : start + width]
            found[number] = f"{ahead}{shown[len(ahead) : len(shown) - len(after)]}{after}"
            found[number + 1] = marks[start : start + width]
    return found


def _laid_out(rows: Sequence[Sequence[str]]) -> Table:
    """Return the first layout that fits the terminal; only the column `ship to` may be broken, between words."""
    console = console_of(sys.stdout)
    # Measured as if there were room: rich knows no need that is greater than the width.
    room = console.options.update(max_width=_ROOM)
    places = [ship_to for *_, ship_to in rows]
    longest = max(map(cell_len, places), default=0)
    word = max((cell_len(word) for place in places for word in place.split()), default=0)
    layouts = (
        (_wide(rows), longest - word),
        (_wide(rows, gap=1), longest - word),
        (_narrow(rows), max(longest + _INDENT - _ORDER_ID, 0)),
    )
    for layout, spared in layouts:
        if Measurement.get(console, room, layout).maximum - spared <= console.width:
            return layout
    return _stacked(rows)


def _wide(rows: Sequence[Sequence[str]], gap: int = 2) -> Table:
    """Return a table with a column for each detail, so many blanks apart."""
    found = Table(
        Column("order id", no_wrap=True),
        Column("status", no_wrap=True),
        Column("purchased", no_wrap=True),
        Column("channel", no_wrap=True),
        Column("prime", no_wrap=True),
        Column("items", no_wrap=True, justify="right"),
        Column("total", no_wrap=True, justify="right"),
        Column("ship to", overflow="fold"),
        box=_RULE,
        show_edge=False,
        pad_edge=False,
        padding=(0, gap - 1, 0, 0),
        header_style="bold",
    )
    for row in rows:
        found.add_row(*(Text(cell, style=_STYLES.get(cell, "")) for cell in row))
    return found


def _narrow(rows: Sequence[Sequence[str]]) -> Table:
    """Return a table whose columns stand below each other in pairs."""
    found = Table(
        Column("order id\n  ship to", overflow="fold"),
        Column("status\nchannel, items", no_wrap=True),
        Column("purchased\ntotal", no_wrap=True),
        box=_RULE,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for row in rows:
        order_id, status, purchased, facts, total, ship_to = _details(row)
        found.add_row(
            Group(order_id, Padding(ship_to, (0, 0, 0, _INDENT))), Group(status, facts), Group(purchased, total)
        )
    return found


def _stacked(rows: Sequence[Sequence[str]]) -> Table:
    """Return orders without columns, a line for each detail that there is."""
    found = Table.grid(Column("", overflow="fold"))
    for row in rows:
        order_id, *details = _details(row)
        found.add_row(order_id)
        found.add_row(Padding(Group(*filter(None, details)), (0, 0, 0, _INDENT)))
    return found


def _details(row: Sequence[str]) -> Sequence[Text]:
    """Return id, status, moment, facts, total and place of an order."""
    order_id, status, purchased, channel, prime, items, total, ship_to = row
    facts = (channel, "prime" if prime else "", f"{items} {'item' if items == '1' else 'items'}" if items else "")
    return (
        Text(order_id),
        Text(status, style=_STYLES.get(status, "")),
        Text(purchased),
        Text(", ".join(filter(None, facts)), style="dim"),
        Text(total),
        Text(ship_to, style="dim"),
    )


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
