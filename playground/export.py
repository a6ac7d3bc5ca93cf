"""Orders as CSV for spreadsheets and as JSON for programs."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["csv_of", "json_of"]

Order = Mapping[str, Any]

# How spreadsheets know a formula, in the wide and small forms of East Asia as well; blanks and what nobody sees, such
# as the direction of writing that comes with a copied phone number, do not hide it from all of them. Apostrophes before
# it are those of a text that looks as if it were marked already.
_UNSEEN: Final = r"[\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_FORMULA: Final = re.compile(rf"'*(?:{_UNSEEN}*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]|[\t\r\n])")
# All at which some reader ends a line, str.splitlines() among them. The writer puts quotes around a cell that holds one
# of those that end its rows, and no reader ends a row within quotes.
_LINE_ENDS: Final = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_NUMBER: Final = re.compile(r"-\d+(?:\.\d+)?", re.ASCII)


def json_of(answer: Any) -> str:
    """Return what a step answered as JSON; what cannot be printed is escaped, so that it steers no terminal."""
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    return "".join(map(_escaped, text))


def csv_of(orders: Sequence[Order], attributes: Mapping[str, Sequence[str]]) -> str:
    """Return orders as CSV: a row each, parts of an order as `shipping_address.city`, lists as JSON.

    Args:
        orders: The orders; each has all attributes.
        attributes: What makes the columns: the attributes, and the parts of each as far as they are known. Of the
            others, the json attributes, the columns are the keys that some order has, or one empty column.

    Values are those that Amazon sent; what is absent is empty. A text that a spreadsheet would take for a formula, such
    as the phone number +1 555 0172, has an apostrophe in front, which makes it text there. Plain numbers have none. A
    text that looks as if it had been marked gets one more, so that a program that reads the file has every text back
    when it takes one apostrophe away wherever apostrophes stand before the beginning of a formula.
    """
    columns = [column for name, parts in attributes.items() for column in _columns(name, parts, orders)]
    header = _row([_harmless(".".join(column)) for column in columns])
    return "\n".join([header, *(_row([_cell(order, column) for column in columns]) for order in orders)])


def _row(cells: Sequence[str]) -> str:
    found = io.StringIO(newline="")
    csv.writer(found, lineterminator=_LINE_ENDS).writerow(cells)
    return found.getvalue().removesuffix(_LINE_ENDS)


def _escaped(character: str) -> str:
    return character if character.isprintable() or character == "\n" else json.dumps(character)[1:-1]


def _columns(name: str, parts: Sequence[str], orders: Sequence[Order]) -> list[tuple[str, ...]]:
    found = (order[name] for order in orders)
    keys = parts or dict.fromkeys(key for value in found if isinstance(value, Mapping) for key in value)
    return [(name, key) for key in keys] if keys else [(name,)]


def _cell(order: Order, column: tuple[str, ...]) -> str:
    value: Any = order
    for key in column:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, str):
        return _harmless(value or "")
    return json.dumps(value, ensure_ascii=False)


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
