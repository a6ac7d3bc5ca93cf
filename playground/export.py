"""Orders as CSV for spreadsheets and as JSON for programs."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["csv_of", "json_of"]

Order = Mapping[str, Any]

# The beginning of a formula, the full-width signs of East Asian keyboards included.
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER: Final = re.compile(r"-\d+(?:\.\d+)?", re.ASCII)
# The parts of json attributes that are columns. All other lists and dictionaries are one column of JSON.
_JSON_PARTS: Final[Mapping[str, Sequence[str]]] = {"order_total": ("currency_code", "amount")}


def json_of(answer: Any) -> str:
    """Return an answer as JSON; what cannot be printed is escaped, so that no text controls the terminal."""
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)


def csv_of(orders: Sequence[Order], attributes: Mapping[str, Sequence[str]]) -> str:
    r"""Return orders as CSV, with rows that end in \r\n but for the last; the columns depend on the attributes alone.

    Values are as Amazon sent them; absent ones are empty cells. A text that a spreadsheet would take for a formula,
    such as the phone number +1 555 0172, begins with an apostrophe.

    Args:
        orders: The orders; each has all attributes.
        attributes: The attributes, and the parts of each as far as they are known: `shipping_address.city`.
    """
    columns = [column for name, parts in attributes.items() for column in _columns(name, parts)]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_literal(".".join(column)) for column in columns)
    writer.writerows([_cell(order, column) for column in columns] for order in orders)
    return text.getvalue().removesuffix("\r\n")


def _columns(name: str, parts: Sequence[str]) -> list[tuple[str, ...]]:
    return [(name, part) for part in parts or _JSON_PARTS.get(name, ())] or [(name,)]


def _cell(order: Order, column: tuple[str, ...]) -> str:
    value: Any = order
    for key in column:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, str):
        return _literal(value or "")
    return json.dumps(value, ensure_ascii=False)


def _literal(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
