"""Orders as CSV for spreadsheets and as JSON for programs."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["csv_of", "json_of"]

Order = Mapping[str, Any]


def json_of(answer: Any) -> str:
    """Return what a step answered as JSON."""
    return json.dumps(answer, ensure_ascii=False, indent=2)


def csv_of(orders: Sequence[Order], attributes: Mapping[str, Sequence[str]]) -> str:
    """Return orders as CSV: a row each, parts of an order as `shipping_address.city`, lists as JSON.

    Args:
        orders: The orders; each has all attributes.
        attributes: What makes the columns: the attributes, and the parts of each as far as they are known. Of the
            others, the json attributes, the columns are the keys that some order has, or one empty column.

    Values are those that Amazon sent, unchanged; what is absent is empty.
    """
    columns = [column for name, parts in attributes.items() for column in _columns(name, parts, orders)]
    found = io.StringIO()
    writer = csv.writer(found, lineterminator="\n")
    writer.writerow(".".join(column) for column in columns)
    writer.writerows([_cell(order, column) for column in columns] for order in orders)
    return found.getvalue().removesuffix("\n")


def _columns(name: str, parts: Sequence[str], orders: Sequence[Order]) -> list[tuple[str, ...]]:
    found = (order[name] for order in orders)
    keys = parts or dict.fromkeys(key for value in found if isinstance(value, Mapping) for key in value)
    return [(name, key) for key in keys] if keys else [(name,)]


def _cell(order: Order, column: tuple[str, ...]) -> str:
    value: Any = order
    for key in column:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
