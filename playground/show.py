"""Orders as a person reads them on a terminal: a table of many, a card of one."""

import dataclasses
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Final

from amazon_selling_partner.concepts import AmazonOrder

__all__ = ["card", "heading", "table"]

_COLUMNS: Final = ("order id", "status", "purchased", "channel", "prime", "items", "total", "ship to")


def table(orders: Iterable[AmazonOrder]) -> str:
    """Return the orders as a table with one line each."""
    rows = [_row(order) for order in orders]
    widths = [max(map(_width, column)) for column in zip(_COLUMNS, *rows, strict=True)]
    lines = [_line(_COLUMNS, widths), "  ".join("─" * width for width in widths)]
    return "\n".join([_bold(lines[0]), *lines[1:], *(_line(row, widths) for row in rows)])


def card(order: AmazonOrder) -> str:
    """Return one order with every attribute, those of its parts indented below them."""
    return "\n".join(_lines(dataclasses.asdict(order), indent=0))


def heading(text: str) -> str:
    """Return a line that stands out."""
    return _bold(text)


def _row(order: AmazonOrder) -> Sequence[str]:
    total, address = order.order_total or {}, order.shipping_address
    counts = [count for count in (order.number_of_items_shipped, order.number_of_items_unshipped) if count is not None]
    return (
        order.amazon_order_id,
        order.order_status,
        order.purchase_date[:16].replace("T", " "),
        order.fulfillment_channel or "",
        "yes" if order.is_prime else "",
        str(sum(counts)) if counts else "",
        f"{total.get('amount') or ''} {total.get('currency_code') or ''}".strip(),
        ", ".join(part for part in (address and address.city, address and address.country_code) if part),
    )


def _lines(values: dict[str, Any], indent: int) -> list[str]:
    width = max(map(len, values), default=0)
    lines = []
    for name, value in values.items():
        label = f"{'  ' * indent}{name.replace('_', ' '):<{width}}"
        if isinstance(value, dict):
            lines += [label.rstrip(), *_lines(value, indent + 1)]
        elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
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
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    # Japanese characters take two columns of a terminal, accents that combine with the letter before them none.
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _bold(text: str) -> str:
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return f"\033[1m{text}\033[0m" if coloured else text
