"""Filters of every kind, drawn by Hypothesis over all attributes, with values that orders really have."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from kognitos.bdk.api import FilterExpression

from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.filters.attributes import Attribute, Kind, attributes
from amazon_selling_partner.filters.values import refuse_misspelling
from tests.filters.support import AND, NOT, OR, where

__all__ = ["filters"]

EQUALITIES = ["is", "is not", "in"]
ORDERINGS = ["<", "<=", ">", ">="]
OPERATORS = {
    Kind.TEXT: [*EQUALITIES, *ORDERINGS, "has", "has"],
    Kind.DATE: [*EQUALITIES, *ORDERINGS],
    Kind.NUMBER: [*EQUALITIES, *ORDERINGS],
    Kind.BOOLEAN: EQUALITIES,
}
# What Amazon can be asked for, at the head of drawing: there pushdown can go wrong.
ASKABLE = [
    attributes()[name,]
    for name in (
        "amazon_order_id",
        "purchase_date",
        "last_update_date",
        "order_status",
        "fulfillment_channel",
        "marketplace_id",
    )
]
ZONE = timezone(timedelta(hours=5, minutes=45))


def filters(orders: Sequence[AmazonOrder]) -> st.SearchStrategy[FilterExpression]:
    """Expressions over all attributes; half of the comparisons are of those that Amazon answers."""
    attribute = st.one_of(st.sampled_from(ASKABLE), st.sampled_from(list(attributes().values())))
    comparison = attribute.flatmap(lambda chosen: comparisons(chosen, orders))
    return st.recursive(
        comparison,
        lambda inner: st.one_of(
            st.builds(NOT, inner),
            st.builds(AND, inner, inner),
            st.builds(OR, inner, inner),
            st.builds(OR, inner, inner),
        ),
        max_leaves=8,
    )


def comparisons(attribute: Attribute, orders: Sequence[AmazonOrder]) -> st.SearchStrategy[FilterExpression]:
    none = st.builds(where, st.just(attribute.name), st.sampled_from(["is", "is not"]), st.none())
    if attribute.kind is Kind.PARTS:
        return none
    value = values(attribute, orders)
    some_values = st.lists(value, max_size=4)
    if attribute.is_list:
        either = st.one_of(st.tuples(st.just("has"), value), st.tuples(st.sampled_from(["is", "is not"]), some_values))
        return st.one_of(none, either.map(lambda pair: where(attribute.name, *pair)))

    def with_operator(operator: str) -> st.SearchStrategy[FilterExpression]:
        wanted = st.lists(st.one_of(value, value, st.none()), max_size=4) if operator == "in" else value
        return wanted.map(lambda chosen: where(attribute.name, operator, chosen))

    plain = st.sampled_from(OPERATORS[attribute.kind]).flatmap(with_operator)
    return st.one_of(plain, plain, plain, none)


def values(attribute: Attribute, orders: Sequence[AmazonOrder]) -> st.SearchStrategy[Any]:
    existing = [attribute.of(order) for order in orders]
    flat = [item for value in existing if value is not None for item in (value if isinstance(value, list) else [value])]
    kinds = {Kind.TEXT: _texts, Kind.DATE: _dates, Kind.NUMBER: _numbers, Kind.BOOLEAN: _booleans}
    return kinds[attribute.kind](flat).filter(lambda value: not _is_misspelled(attribute, value))


def _is_misspelled(attribute: Attribute, value: Any) -> bool:
    """Whether a value would be refused as a misspelled documented one."""
    try:
        if isinstance(value, str):
            refuse_misspelling(attribute, value)
    except InvalidInput:
        return True
    return False


def _texts(existing: list[str]) -> st.SearchStrategy[str]:
    written = [str.upper, str.lower, str.strip, "  {}\t".format, lambda text: text[: len(text) // 2]]
    written += [lambda text: text.replace(" ", " \n"), lambda text: unicodedata.normalize("NFD", text)]
    text = st.sampled_from(sorted({*existing, "no such value"}))
    return st.builds(lambda value, form: form(value), text, st.sampled_from(written))


def _dates(existing: list[str]) -> st.SearchStrategy[Any]:
    off = st.sampled_from([0, 0, 0, 1, -1, 500, -500, 1_000, -1_000, 3_600_000_000, -3_600_000_000])
    moment = st.builds(
        lambda text, microseconds: _moment(text) + timedelta(microseconds=microseconds),
        st.sampled_from(sorted({*existing, "2024-02-29", "1999-12-31T00:00:00Z", "2031-01-01T00:00:00+09:00"})),
        off,
    )
    written = [
        lambda value: value,
        lambda value: value.replace(tzinfo=None),
        lambda value: value.astimezone(ZONE),
        lambda value: value.isoformat(),
        lambda value: f" {value.astimezone(ZONE).isoformat()} ",
        lambda value: value.date(),
        lambda value: value.date().isoformat(),
    ]
    return st.builds(lambda value, form: form(value), moment, st.sampled_from(written))


def _moment(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def _numbers(existing: list[Any]) -> st.SearchStrategy[Any]:
    number = st.sampled_from(sorted({Decimal(str(value)) for value in existing} | {Decimal(0), Decimal("19.99")}))
    return st.builds(
        lambda value, off, form: form(value + off),
        number,
        st.sampled_from([Decimal(0), Decimal(0), Decimal("0.01"), Decimal(-1)]),
        st.sampled_from(
            [Decimal, float, lambda value: int(value) if value == int(value) else value, str, " {} ".format]
        ),
    )


def _booleans(_: list[bool]) -> st.SearchStrategy[Any]:
    return st.sampled_from([True, False, "true", " FALSE "])
