"""Orders as a person reads them on a terminal: a table of many, a card of one, an error."""

import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TextIO

__all__ = ["answered", "card", "colours", "counted", "failure", "heading", "table"]

Order = Mapping[str, Any]

_COLUMNS: Final = ("order id", "status", "purchased", "channel", "prime", "items", "total", "ship to")
_BOLD: Final = "1"
_RED: Final = "1;31"
_LINE: Final = 100


def table(orders: Sequence[Order], most: int | None = None) -> str:
    """Return orders as a table with one line each, no more than `most` of them and then how many are left."""
    rows = [_row(order) for order in orders[:most]]
    widths = [max(map(_width, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    lines = [heading(_line(_COLUMNS, widths)), "  ".join("─" * width for width in widths)]
    lines += [_line(row, widths) for row in rows]
    if len(rows) < len(orders):
        lines.append(f"… and {len(orders) - len(rows):,} more")
    return "\n".join(lines)


def card(order: Order) -> str:
    """Return one order with every attribute, those of its parts indented below them."""
    return "\n".join(_lines(order, indent=0))


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
    return _styled(text, _BOLD, sys.stdout)


def failure(kind: str, message: str) -> str:
    """Return an error for the error output: its kind, and its message wrapped; what is indented stays as it is."""
    return "\n".join([_styled(kind, _RED, sys.stderr), *(f"  {line}".rstrip() for line in _wrapped(message))])


def colours(stream: TextIO) -> bool:
    """Whether a stream is a terminal that may be coloured; NO_COLOR and TERM=dumb say no."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def _wrapped(message: str) -> Iterator[str]:
    for line in message.splitlines():
        if line[:1].isspace():
            yield line
        else:
            yield from textwrap.wrap(line, _LINE, break_long_words=False, break_on_hyphens=False) or [""]


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


def _lines(values: Mapping[str, Any], indent: int) -> list[str]:
    width = max(map(len, values), default=0)
    lines = []
    for name, value in values.items():
        label = f"{'  ' * indent}{_text(name).replace('_', ' '):<{width}}"
        if isinstance(value, Mapping):
            lines += [label.rstrip(), *_lines(value, indent + 1)]
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            lines.append(label.rstrip())
            for item in value:
                lines += _lines(item, indent + 1)
        else:
            lines.append(f"{label}  {_text(value)}")
    return lines


def _text(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    # Buyers write their names and addresses themselves: none may steer the terminal or break a line.
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(value))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    # Japanese characters take two columns of a terminal, accents that combine with the letter before them none.
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _styled(text: str, style: str, stream: TextIO) -> str:
    return f"\033[{style}m{text}\033[0m" if colours(stream) else text
