"""Reads a `whose` filter, once and before any call, into what it says about an order."""

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
from .comparisons import MIRRORED, Comparison, ValueSet, compared

__all__ = ["Claim", "claim_of"]

Check = Callable[[AmazonOrder], bool]
# Bounds of each attribute on its own, by its path. Orders outside of them do not match; those within them may.
Bounds = Mapping[Path, ValueSet]

# Nobody nests so deeply, and Python cannot follow much further.
_MOST_LEVELS: Final = 100
_OPERATORS: Final = (*(operator.name for operator in FilterBinaryOperator), "NOT")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a filter, or a part of it, says about an order.

    Attributes:
        holds: Returns whether it is true of an order.
        bounds: Bounds of the orders of which it can be true.
        comparisons: All comparisons in it, in the filter's order.
        key: Equal for equal filters: a tree of tuples of operators, attribute paths and typed values.
    """

    holds: Check
    bounds: Bounds
    comparisons: tuple[Comparison, ...]
    key: Hashable

    @property
    def impossible(self) -> bool:
        """Whether it is true of no order for sure."""
        return ValueSet() in self.bounds.values()


def claim_of(expression: Any, *, negated: bool = False, level: int = 1) -> Claim:
    """Return what a filter, or its opposite, says.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    if level > _MOST_LEVELS:
        raise InvalidInput(messages.NESTED_TOO_DEEPLY)
    match expression:
        case FilterUnaryExpression(operator=FilterUnaryOperator.NOT):
            return claim_of(expression.inner, negated=not negated, level=level + 1)
        case FilterBinaryExpression(operator=FilterBinaryOperator.AND | FilterBinaryOperator.OR as operator):
            claims = [claim_of(part, negated=negated, level=level + 1) for part in _chain(expression)]
            # "not (a and b)" is "not a or not b".
            return _all_of(claims) if (operator is FilterBinaryOperator.AND) is not negated else _any_of(claims)
        case FilterBinaryExpression():
            return _claim_of_comparison(_comparison(expression), negated=negated)
        case FilterUnaryExpression():
            raise _unknown_operator(expression.operator)
    raise InvalidInput(messages.NOT_A_COMPARISON)


def _all_of(claims: list[Claim]) -> Claim:
    return Claim(
        holds=lambda order: all(claim.holds(order) for claim in claims),
        bounds=_within_all([claim.bounds for claim in claims]),
        comparisons=tuple(comparison for claim in claims for comparison in claim.comparisons),
        key=("AND", *(claim.key for claim in claims)),
    )


def _any_of(claims: list[Claim]) -> Claim:
    return Claim(
        holds=lambda order: any(claim.holds(order) for claim in claims),
        # Where none is possible, the bounds of any one of them say so.
        bounds=_within_any([claim.bounds for claim in claims if not claim.impossible] or [claims[0].bounds]),
        comparisons=tuple(comparison for claim in claims for comparison in claim.comparisons),
        key=("OR", *(claim.key for claim in claims)),
    )


def _claim_of_comparison(comparison: Comparison, *, negated: bool) -> Claim:
    attribute, holds, values = comparison.attribute, comparison.holds, comparison.values
    bounds: Bounds = {}
    if values is not None:
        values = ~values if negated else values
        bounds = {attribute.path: replace(values, absent=False) if attribute.required else values}
    if not negated:
        return Claim(holds, bounds, (comparison,), comparison.key)
    return Claim(lambda order: not holds(order), bounds, (comparison,), ("NOT", comparison.key))


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
    return compared(attribute_named([phrase.to_string() for phrase in phrases]), operator, value)


def _chain(expression: FilterBinaryExpression) -> Iterator[FilterExpression]:
    """Yield what AND, or OR, joins, from left to right, however long the chain."""
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
    # An attribute without bounds in one of them may have any value.
    common = [path for path in several[0] if all(path in bounds for bounds in several)]
    return {path: ValueSet.union(bounds[path] for bounds in several) for path in common}
