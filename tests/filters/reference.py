"""What a filter means, said once more, as plainly as possible and without looking at how the book does it.

Slow, obvious and on its own: it goes through the expression for each order and looks at the order's attributes.
"""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterExpression,
    FilterUnaryExpression,
    NounPhrasesExpression,
    ValueExpression,
)

from amazon_selling_partner.concepts import AmazonOrder

__all__ = ["attributes_in", "is_true"]


def is_true(expression: FilterExpression, order: AmazonOrder) -> bool:
    if isinstance(expression, FilterUnaryExpression):
        return not is_true(expression.inner, order)
    assert isinstance(expression, FilterBinaryExpression)
    operator = expression.operator.name
    if operator == "AND":
        return is_true(expression.left, order) and is_true(expression.right, order)
    if operator == "OR":
        return is_true(expression.left, order) or is_true(expression.right, order)
    assert isinstance(expression.left, NounPhrasesExpression)
    assert isinstance(expression.right, ValueExpression)
    path = [phrase.to_snake_case() for phrase in expression.left.noun_phrases]
    return compares(path, _value(order, path), operator, expression.right.value)


def attributes_in(expression: FilterExpression) -> set[str]:
    """The first names of the attributes in an expression."""
    if isinstance(expression, FilterUnaryExpression):
        return attributes_in(expression.inner)
    if isinstance(expression, FilterBinaryExpression):
        return attributes_in(expression.left) | attributes_in(expression.right)
    if isinstance(expression, NounPhrasesExpression):
        return {expression.noun_phrases[0].to_snake_case()}
    return set()


def compares(path: list[str], actual: object, operator: str, wanted: object) -> bool:
    if operator == "EQUALS":
        return _equal(path, actual, wanted)
    if operator == "NOT_EQUALS":
        return not _equal(path, actual, wanted)
    if operator == "IN":
        return any(_equal(path, actual, value) for value in wanted)
    if actual is None:
        return False
    if operator == "HAS" and isinstance(actual, list):
        return any(_equal(path, item, wanted) for item in actual)
    left, right = _both(path, actual, wanted)
    if operator == "HAS":
        return left.find(right) >= 0
    if operator == "LESS_THAN":
        return left < right
    if operator == "LESS_THAN_OR_EQUAL":
        return left < right or left == right
    if operator == "GREATER_THAN":
        return left > right
    assert operator == "GREATER_THAN_OR_EQUAL"
    return left > right or left == right


def _equal(path: list[str], actual: object, wanted: object) -> bool:
    if actual is None or wanted is None:
        return actual is wanted
    if isinstance(actual, list):
        return sorted(_comparable(path, item) for item in actual) == sorted(_comparable(path, item) for item in wanted)
    left, right = _both(path, actual, wanted)
    return left == right


def _both(path: list[str], actual: object, wanted: object):
    """What an order has and what the filter wants, as two values that compare; a day compares with the day."""
    left = _comparable(path, actual)
    if path[-1].endswith("_date"):
        if isinstance(wanted, str) and len(wanted.strip()) == len("2026-11-20"):
            wanted = date.fromisoformat(wanted.strip())
        if not isinstance(wanted, str | datetime):
            return left.astimezone(UTC).date(), wanted
    return left, _comparable(path, wanted)


def _comparable(path: list[str], value: object):
    name = path[-1]
    if name.endswith("_date"):
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        assert isinstance(value, datetime)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    if name == "amount" or name.startswith("number_of"):
        return Decimal(str(value).strip())
    if name.startswith(("is_", "has_")):
        return str(value).strip().lower() == "true"
    return " ".join(unicodedata.normalize("NFC", str(value)).split()).casefold()


def _value(actual: object, path: list[str]) -> object:
    for name in path:
        if actual is None:
            return None
        if isinstance(actual, list):
            collected = [item.get(name) for item in actual]
            actual = [item for item in collected if item is not None] or None
        else:
            actual = actual.get(name) if isinstance(actual, dict) else getattr(actual, name)
    return actual
