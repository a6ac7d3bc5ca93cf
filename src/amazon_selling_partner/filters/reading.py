"""Parses a `whose` filter into a condition on an order, before any call."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterExpression,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrasesExpression,
    ValueExpression,
)

from .. import messages
from ..concepts import AmazonOrder
from ..errors import InvalidInput
from ..inputs import as_text
from .attributes import Path, attribute_named
from .comparisons import MIRRORED, Comparison, ValueSet, comparison_of

__all__ = ["Condition", "parse"]

# Bounds of each attribute, by its path. Orders outside of them do not match; orders within them may.
Bounds = Mapping[Path, ValueSet]

# Deeper than anyone nests. Python's recursion limit is not much higher.
_MAX_LEVELS: Final = 100
_OPERATORS: Final = (*(operator.name for operator in FilterBinaryOperator), "NOT")


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter, or a part of it, as a condition on an order.

    Attributes:
        matches: Returns whether an order meets the condition.
        bounds: Bounds of the orders that can meet it.
        comparisons: All comparisons in it, in the filter's order.
        key: Equal for equal filters: a tree of tuples of operators, attribute paths and typed values.
    """

    matches: Callable[[AmazonOrder], bool]
    bounds: Bounds
    comparisons: tuple[Comparison, ...]
    key: Hashable

    @property
    def impossible(self) -> bool:
        """Whether the bounds exclude every order."""
        return ValueSet() in self.bounds.values()


def parse(expression: Any, *, negated: bool = False, level: int = 1) -> Condition:
    """Return a filter, or its opposite, as a condition.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value is invalid.
        TypeMismatchError: A value is not of the type of its attribute.
    """
    if level > _MAX_LEVELS:
        raise InvalidInput(messages.NESTED_TOO_DEEPLY)
    match expression:
        case FilterUnaryExpression(operator=FilterUnaryOperator.NOT):
            return parse(expression.inner, negated=not negated, level=level + 1)
        case FilterBinaryExpression(operator=FilterBinaryOperator.AND | FilterBinaryOperator.OR as operator):
            conditions = [parse(part, negated=negated, level=level + 1) for part in _chain(expression)]
            # "not (a and b)" is "not a or not b".
            return _all_of(conditions) if (operator is FilterBinaryOperator.AND) is not negated else _any_of(conditions)
        case FilterBinaryExpression():
            return _single(_comparison(expression), negated=negated)
        case FilterUnaryExpression():
            raise _unknown_operator(expression.operator)
    raise InvalidInput(messages.NOT_A_COMPARISON)


def _all_of(conditions: list[Condition]) -> Condition:
    return Condition(
        matches=lambda order: all(condition.matches(order) for condition in conditions),
        bounds=_within_all([condition.bounds for condition in conditions]),
        comparisons=tuple(comparison for condition in conditions for comparison in condition.comparisons),
        key=("AND", *(condition.key for condition in conditions)),
    )


def _any_of(conditions: list[Condition]) -> Condition:
    # If all are impossible, the bounds of any one of them show it.
    possible = [condition for condition in conditions if not condition.impossible] or conditions[:1]
    return Condition(
        matches=lambda order: any(condition.matches(order) for condition in conditions),
        bounds=_within_any([condition.bounds for condition in possible]),
        comparisons=tuple(comparison for condition in conditions for comparison in condition.comparisons),
        key=("OR", *(condition.key for condition in conditions)),
    )


def _single(comparison: Comparison, *, negated: bool) -> Condition:
    attribute, matches, values = comparison.attribute, comparison.matches, comparison.values
    bounds: Bounds = {}
    if values is not None:
        values = ~values if negated else values
        bounds = {attribute.path: replace(values, absent=False) if attribute.required else values}
    if not negated:
        return Condition(matches, bounds, (comparison,), comparison.key)
    return Condition(lambda order: not matches(order), bounds, (comparison,), ("NOT", comparison.key))


def _comparison(expression: FilterBinaryExpression) -> Comparison:
    operator = expression.operator
    if operator not in MIRRORED:
        raise _unknown_operator(operator)
    match expression.left, expression.right:
        case NounPhrasesExpression(noun_phrases=phrases), ValueExpression(value=value):
            pass
        case ValueExpression(value=value), NounPhrasesExpression(noun_phrases=phrases):
            operator = MIRRORED[operator]
        case _:
            raise InvalidInput(messages.NOT_ATTRIBUTE_AND_VALUE)
    return comparison_of(attribute_named([phrase.to_string() for phrase in phrases]), operator, value)


def _chain(expression: FilterBinaryExpression) -> Iterator[FilterExpression]:
    """Yield the operands of a chain of AND, or of OR, from left to right; a long chain needs no recursion."""
    pending: list[FilterExpression] = [expression]
    while pending:
        part = pending.pop()
        if isinstance(part, FilterBinaryExpression) and part.operator is expression.operator:
            pending += [part.right, part.left]
        else:
            yield part


def _unknown_operator(operator: Any) -> InvalidInput:
    name = as_text(getattr(operator, "name", operator))
    return InvalidInput(messages.UNKNOWN_OPERATOR, {"operator": name, "operators": _OPERATORS})


def _within_all(several: list[Bounds]) -> Bounds:
    by_path: dict[Path, list[ValueSet]] = defaultdict(list)
    for bounds in several:
        for path, values in bounds.items():
            by_path[path].append(values)
    return {path: ValueSet.intersection(values) for path, values in by_path.items()}


def _within_any(several: list[Bounds]) -> Bounds:
    # An attribute that is unbounded in one of them may have any value.
    common = [path for path in several[0] if all(path in bounds for bounds in several)]
    return {path: ValueSet.union(bounds[path] for bounds in several) for path in common}
