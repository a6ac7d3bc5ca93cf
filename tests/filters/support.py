"""Filters as Kognitos sends them, written shortly, and orders to try them on."""

import pytest
from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterExpression,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrase,
    NounPhrasesExpression,
    ValueExpression,
)

from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.filters import narrowed
from amazon_selling_partner.query import OrderQuery
from tests.support import NOW

__all__ = [
    "AND",
    "NOT",
    "OPERATORS",
    "OR",
    "QUERY",
    "SANDBOX",
    "holds",
    "order",
    "phrases",
    "refusal",
    "spoken",
    "where",
]

# A query without a filter. Nothing is pushed down to the sandbox, so every comparison is local.
QUERY = OrderQuery.from_step(now=NOW)
SANDBOX = OrderQuery.from_step(now=NOW, marketplace="SANDBOX")

OPERATORS = {
    "is": FilterBinaryOperator.EQUALS,
    "is not": FilterBinaryOperator.NOT_EQUALS,
    "in": FilterBinaryOperator.IN,
    "has": FilterBinaryOperator.HAS,
    "<": FilterBinaryOperator.LESS_THAN,
    "<=": FilterBinaryOperator.LESS_THAN_OR_EQUAL,
    ">": FilterBinaryOperator.GREATER_THAN,
    ">=": FilterBinaryOperator.GREATER_THAN_OR_EQUAL,
}


def phrases(attribute: str) -> NounPhrasesExpression:
    """The noun phrases of "order total's amount": a head with its modifiers each."""
    words = [phrase.split() for phrase in attribute.split("'s ")]
    return NounPhrasesExpression([NounPhrase(head, modifiers) for *modifiers, head in words])


def where(attribute: str, operator: str, value: object) -> FilterBinaryExpression:
    return FilterBinaryExpression(phrases(attribute), OPERATORS[operator], ValueExpression(value))


def AND(first: FilterExpression, *others: FilterExpression) -> FilterExpression:  # noqa: N802
    return _joined(FilterBinaryOperator.AND, first, *others)


def OR(first: FilterExpression, *others: FilterExpression) -> FilterExpression:  # noqa: N802
    return _joined(FilterBinaryOperator.OR, first, *others)


def NOT(inner: FilterExpression) -> FilterExpression:  # noqa: N802
    return FilterUnaryExpression(FilterUnaryOperator.NOT, inner)


def _joined(operator, first, *others):
    for other in others:
        first = FilterBinaryExpression(first, operator, other)
    return first


def order(**attributes: object) -> AmazonOrder:
    """An order of the United States, shipped, with nothing optional but what is given."""
    required = {
        "amazon_order_id": "902-3159896-1390916",
        "order_status": "Shipped",
        "purchase_date": "2026-11-20T10:00:00Z",
        "last_update_date": "2026-11-21T10:00:00Z",
    }
    return AmazonOrder(**{**required, **attributes})


def holds(filter_expression: FilterExpression, **values: object) -> bool:
    """Whether a filter holds for an order."""
    return narrowed(SANDBOX, filter_expression).matches(order(**values))


def refusal(filter_expression: FilterExpression) -> str:
    """The message with which a filter is refused."""
    with pytest.raises(InvalidInput) as refused:
        narrowed(QUERY, filter_expression)
    return str(refused.value)


def spoken(expression: FilterExpression) -> str:
    """The expression as text, for the reports of failing tests."""
    if isinstance(expression, FilterBinaryExpression):
        return f"({spoken(expression.left)} {expression.operator.name} {spoken(expression.right)})"
    if isinstance(expression, FilterUnaryExpression):
        return f"NOT {spoken(expression.inner)}"
    if isinstance(expression, NounPhrasesExpression):
        return "'s ".join(map(str, expression.noun_phrases))
    return repr(expression.value)
