"""Orders as rows and cells: which columns there are, what a cell says, and how rows are sorted and filtered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

__all__ = [
    "ABSENT",
    "USUAL",
    "Column",
    "Facets",
    "Order",
    "cell",
    "columns_of",
    "day_of",
    "filtered",
    "shown",
    "value_of",
]

Order = Mapping[str, Any]

_AMOUNT: Final = re.compile(r"-?\d{1,20}(?:\.\d{1,10})?", re.ASCII)
# The book gives every date in UTC.
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)

# Shown where Amazon sent no value.
ABSENT: Final = "—"
# The default columns.
USUAL: Final = (
    "amazon_order_id",
    "order_status",
    "purchase_date",
    "fulfillment_channel",
    "is_prime",
    "order_total",
    "shipping_address.city",
)


@dataclass(frozen=True)
class Column:
    """A column: the attribute, and the part of it or nothing."""

    attribute: str
    part: str = ""

    @property
    def name(self) -> str:
        """Its name as in an export: `shipping_address.city`."""
        return f"{self.attribute}.{self.part}" if self.part else self.attribute

    @property
    def label(self) -> str:
        """Its name as in a step: `shipping address's city`."""
        words = self.attribute.replace("_", " ")
        return f"{words}'s {self.part.replace('_', ' ')}" if self.part else words


@dataclass
class Facets:
    """The filter of the rows: words in their cells, and values picked in a chart."""

    text: str = ""
    picked: dict[str, str] = field(default_factory=dict)


def columns_of(attributes: Mapping[str, Sequence[str]], orders: Sequence[Order]) -> list[Column]:
    """Return all columns: the attributes, and their parts; those of a json attribute are what some order has."""
    columns = []
    for attribute, parts in attributes.items():
        columns.append(Column(attribute))
        values = (order[attribute] for order in orders)
        keys = parts or dict.fromkeys(key for value in values if isinstance(value, Mapping) for key in value)
        columns += [Column(attribute, key) for key in keys]
    return columns


def value_of(order: Order, column: Column) -> Any:
    """Return what an order has in a column, None when it is absent."""
    value = order.get(column.attribute)
    if not column.part:
        return value
    return value.get(column.part) if isinstance(value, Mapping) else None


def cell(order: Order, column: Column) -> str:
    """Return what an order shows in a column; nothing where it is absent."""
    return shown(value_of(order, column), column.part or column.attribute)


def shown(value: Any, name: str = "") -> str:
    """Return a value as the page shows it everywhere; nothing where it is absent.

    Numbers and amounts have commas, `1,234.50 USD`, and a date is to the minute, `2026-11-23 12:00 UTC`.

    Args:
        value: What Amazon sent.
        name: The attribute or part, whose name says that a text is a date or an amount.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Mapping):
        parts = [(key, shown(inner, key)) for key, inner in value.items() if inner is not None]
        if {*value} == {"amount", "currency_code"}:
            return " ".join(text for _, text in sorted(parts))
        return ", ".join(f"{key.replace('_', ' ')}: {text}" for key, text in parts)
    if isinstance(value, list):
        return "; ".join(map(shown, value))
    text = str(value)
    if name == "amount" and _AMOUNT.fullmatch(text):
        return f"{Decimal(text):,}"
    if name.endswith("_date") and _MOMENT.match(text):
        return f"{text[:10]} {text[11:16]} UTC"
    return text


def day_of(order: Order) -> str:
    """Return the day of the purchase in UTC."""
    return str(order.get("purchase_date") or "")[:10]


def filtered(
    orders: Sequence[Order],
    columns: Sequence[Column],
    facets: Facets,
    by: Column | None = None,
    *,
    descending: bool = False,
) -> list[Order]:
    """Return the matching orders, sorted by a column; absent values come last.

    Args:
        orders: The answer.
        columns: The columns to search.
        facets: The filter; words match in any case and order, each in any of the columns.
        by: A column, which need not be among the others; None keeps the order.
        descending: The largest first.
    """
    words = facets.text.casefold().split()
    matching = [
        order
        for order in orders
        if all(_facet(order, name) == value for name, value in facets.picked.items())
        and (not words or _has_words(order, columns, words))
    ]
    if by is None:
        return matching
    present = [order for order in matching if value_of(order, by) is not None]
    absent = [order for order in matching if value_of(order, by) is None]
    return sorted(present, key=lambda order: _rank(value_of(order, by)), reverse=descending) + absent


def _has_words(order: Order, columns: Sequence[Column], words: Sequence[str]) -> bool:
    text = "\n".join(cell(order, column) for column in columns).casefold()
    # People type numbers without commas.
    return all(word in text or word in text.replace(",", "") for word in words)


def _facet(order: Order, name: str) -> str:
    return day_of(order) if name == "day" else shown(order.get(name)) or ABSENT


def _rank(value: Any) -> tuple[Any, ...]:
    """Return what values of any kind can be compared by: numbers by size, amounts by currency and size, else text."""
    if isinstance(value, Mapping) and "amount" in value:
        return (2, shown(value.get("currency_code")), *_rank(value["amount"] or "0"))
    number = _number(value)
    return (1, shown(value).casefold()) if number is None else (0, number)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
