"""Orders as rows and cells: which columns there are, what a cell says, and how rows are sorted and filtered."""

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
    "brief",
    "columns_of",
    "day_of",
    "filtered",
    "shown",
    "value_of",
]

Order = Mapping[str, Any]

# What stands where Amazon told nothing.
ABSENT: Final = "—"
# The columns that are shown until somebody chooses others.
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
    """What narrows the rows: letters that some cell contains, and values that were picked in a chart."""

    text: str = ""
    picked: dict[str, str] = field(default_factory=dict)


def columns_of(attributes: Mapping[str, Sequence[str]], orders: Sequence[Order]) -> list[Column]:
    """Return all columns: the attributes, and their parts; those of a json attribute are what some order has."""
    found = []
    for attribute, parts in attributes.items():
        found.append(Column(attribute))
        values = (order[attribute] for order in orders)
        keys = parts or dict.fromkeys(key for value in values if isinstance(value, Mapping) for key in value)
        found += [Column(attribute, key) for key in keys]
    return found


def value_of(order: Order, column: Column) -> Any:
    """Return what an order has in a column, None when it is absent."""
    value = order.get(column.attribute)
    if not column.part:
        return value
    return value.get(column.part) if isinstance(value, Mapping) else None


def shown(value: Any) -> str:
    """Return a value as a cell shows it; nothing where it is absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if {*value} == {"amount", "currency_code"}:
            return " ".join(shown(value[key]) for key in ("amount", "currency_code") if value[key] is not None)
        return ", ".join(
            f"{key.replace('_', ' ')}: {shown(inner)}" for key, inner in value.items() if inner is not None
        )
    if isinstance(value, list):
        return "; ".join(map(shown, value))
    return str(value)


def brief(attribute: str, value: Any) -> str:
    """Return a value as a cell with little room shows it: a date to the minute."""
    text = shown(value)
    return text[:16].replace("T", " ") if attribute.endswith("_date") and text[10:11] == "T" else text


def day_of(order: Order) -> str:
    """Return the day of the purchase in UTC."""
    return str(order.get("purchase_date") or "")[:10]


def filtered(
    orders: Sequence[Order], columns: Sequence[Column], facets: Facets, by: str = "", *, descending: bool = False
) -> list[Order]:
    """Return the orders that have what is looked for, sorted by the column of that name; absent ones come last.

    Args:
        orders: The answer.
        columns: Where letters are looked for.
        facets: What is looked for; letters in any case.
        by: The name of a column; empty leaves the order as it is.
        descending: The largest first.
    """
    letters = facets.text.strip().casefold()
    found = [
        order
        for order in orders
        if all(_facet(order, name) == value for name, value in facets.picked.items())
        and (not letters or any(letters in shown(value_of(order, column)).casefold() for column in columns))
    ]
    for column in columns:
        if column.name == by:
            there = [order for order in found if value_of(order, column) is not None]
            absent = [order for order in found if value_of(order, column) is None]
            return sorted(there, key=lambda order: _rank(value_of(order, column)), reverse=descending) + absent
    return found


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
