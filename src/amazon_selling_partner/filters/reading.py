"""Reads a `whose` filter, once and before any call, into what it says of an order.

A `Claim` knows how to check an order, and two selections: of the orders for which it can be true, and of those for
which it can be false.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterExpression,
    FilterExpressionVisitor,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrasesExpression,
    ValueExpression,
)

from ..concepts import AmazonOrder
from ..errors import InvalidInput
from .attributes import Attribute, attribute_named
from .comparisons import MIRRORED, Comparison, compared, unknown_operator
from .sets import EVERYTHING, Selection

__all__ = ["Check", "Claim", "claim_of"]

Check = Callable[[AmazonOrder], bool]

# Checks of orders nest as the filter does. Nobody means so many levels, and Python could not follow many more.
_MOST_LEVELS: Final = 100


@dataclass(frozen=True, slots=True)
class Claim:
    """What a filter, or a part of it, says of an order.

    Attributes:
        holds: Whether it is true for an order.
        when_true: The orders for which it can be true.
        when_false: The orders for which it can be false.
        mentions: The attributes in it, each with the single values that are named for it, in the filter's order.
        levels: How deep it is nested.
    """

    holds: Check
    when_true: Selection
    when_false: Selection
    mentions: Mapping[Attribute, tuple[Any, ...]]
    levels: int = 1

    @classmethod
    def of(cls, comparison: Comparison) -> "Claim":
        """Return what one comparison says."""
        attribute, values = comparison.attribute, comparison.values
        mentions = {attribute: comparison.named}
        if values is None:
            unknown = replace(EVERYTHING, exact=False)
            return cls(comparison.holds, unknown, unknown, mentions)
        true, false = Selection.where(attribute, values), Selection.where(attribute, ~values)
        return cls(comparison.holds, true, false, mentions)

    @classmethod
    def all_of(cls, claims: list["Claim"]) -> "Claim":
        """Return that all of some claims hold."""
        return cls(
            _Remembered(lambda order: all(claim.holds(order) for claim in claims)),
            _paired(and_, [claim.when_true for claim in claims]),
            _paired(or_, [claim.when_false for claim in claims]),
            _united(claim.mentions for claim in claims),
            1 + max(claim.levels for claim in claims),
        )

    @classmethod
    def any_of(cls, claims: list["Claim"]) -> "Claim":
        """Return that at least one of some claims holds."""
        holds = _Remembered(lambda order: any(claim.holds(order) for claim in claims))
        levels = 1 + max(claim.levels for claim in claims)
        return replace(~cls.all_of([~claim for claim in claims]), holds=holds, levels=levels)

    def __invert__(self) -> "Claim":
        return replace(
            self,
            holds=lambda order: not self.holds(order),
            when_true=self.when_false,
            when_false=self.when_true,
            levels=self.levels + 1,
        )


class _Remembered:
    """A check that is made once for an order, however many parts of a filter share it."""

    __slots__ = ("_check", "_last")

    def __init__(self, check: Check) -> None:
        self._check = check
        self._last: tuple[AmazonOrder, bool] | None = None

    def __call__(self, order: AmazonOrder) -> bool:
        # Set as one, for a thread that comes in between.
        last = self._last
        if last is None or last[0] is not order:
            last = self._last = order, self._check(order)
        return last[1]


def claim_of(expression: FilterExpression) -> Claim:
    """Return what a filter says.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    try:
        claim = _Reader().claim(expression)
    except RecursionError:
        raise _nested_too_deeply() from None
    if claim.levels > _MOST_LEVELS:
        raise _nested_too_deeply()
    return claim


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the filter, apart from what it is compared with."""

    value: Any


_Meaning = Claim | _Value | Attribute


class _Reader(FilterExpressionVisitor[_Meaning]):
    """Reads the expressions of one filter, each once, wherever else it is a part of it."""

    def __init__(self) -> None:
        self._claims: dict[int, Claim] = {}

    def visit_binary_expression(self, expression: FilterBinaryExpression) -> _Meaning:
        operator = expression.operator
        if operator is FilterBinaryOperator.AND:
            return Claim.all_of([self.claim(part) for part in _chain(expression)])
        if operator is FilterBinaryOperator.OR:
            return Claim.any_of([self.claim(part) for part in _chain(expression)])
        if operator not in MIRRORED:
            raise unknown_operator(operator)
        match expression.left.accept(self), expression.right.accept(self):
            case Attribute() as attribute, _Value(value):
                return Claim.of(compared(attribute, operator, value))
            case _Value(value), Attribute() as attribute:
                return Claim.of(compared(attribute, MIRRORED[operator], value))
        raise InvalidInput(
            "The filter compares something else than an attribute of the order with a value. Write each comparison "
            'as in: whose order status is "Unshipped".'
        )

    def visit_unary_expression(self, expression: FilterUnaryExpression) -> _Meaning:
        if expression.operator is not FilterUnaryOperator.NOT:
            raise unknown_operator(expression.operator)
        return ~self.claim(expression.inner)

    def visit_value(self, expression: ValueExpression) -> _Meaning:
        return _Value(expression.value)

    def visit_noun_phrases(self, expression: NounPhrasesExpression) -> _Meaning:
        return attribute_named([phrase.to_string() for phrase in expression.noun_phrases])

    def claim(self, expression: FilterExpression) -> Claim:
        """Return what an expression says that has to be true or false."""
        if id(expression) not in self._claims:
            meaning = expression.accept(self)
            if not isinstance(meaning, Claim):
                raise InvalidInput(
                    "The filter has a part that is no comparison. Compare each attribute with a value, "
                    "for example: whose is prime is true."
                )
            self._claims[id(expression)] = meaning
        return self._claims[id(expression)]


def _nested_too_deeply() -> InvalidInput:
    return InvalidInput("The filter is nested too deeply to be read. Write it with fewer levels.")


def _chain(expression: FilterBinaryExpression) -> Iterator[FilterExpression]:
    """Yield what one operator joins, from left to right, however long the chain; what it joins twice comes once."""
    pending: list[FilterExpression] = [expression]
    seen: set[int] = set()
    while pending:
        part = pending.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, FilterBinaryExpression) and part.operator is expression.operator:
            pending += [part.right, part.left]
        else:
            yield part


def _paired(join: Callable[[Selection, Selection], Selection], selections: list[Selection]) -> Selection:
    # One by one, a chain of many values would take time by the square of its length.
    while len(selections) > 1:
        selections = [reduce(join, selections[at : at + 2]) for at in range(0, len(selections), 2)]
    return selections[0]


def _united(mentions: Iterable[Mapping[Attribute, tuple[Any, ...]]]) -> Mapping[Attribute, tuple[Any, ...]]:
    # Each value once, or what is mentioned in shared parts would multiply.
    named: dict[Attribute, dict[Any, None]] = {}
    for mention in mentions:
        for attribute, values in mention.items():
            named.setdefault(attribute, {}).update(dict.fromkeys(values))
    return {attribute: tuple(values) for attribute, values in named.items()}
