"""The comparisons of a filter: which orders, and which values, match."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from kognitos.bdk.api import FilterBinaryOperator as Operator

from .. import messages
from ..concepts import AmazonOrder
from ..errors import InvalidInput
from .attributes import Attribute, Kind, attributes
from .values import filter_list, filter_value, order_value, refuse_misspelling

__all__ = ["MIRRORED", "Comparison", "ValueSet", "comparison_of"]

_EQUALITIES: Final = {Operator.EQUALS: "is", Operator.NOT_EQUALS: "is not"}
_ORDERINGS: Final = {
    Operator.LESS_THAN: "is less than",
    Operator.LESS_THAN_OR_EQUAL: "is less than or equal to",
    Operator.GREATER_THAN: "is greater than",
    Operator.GREATER_THAN_OR_EQUAL: "is greater than or equal to",
}
_IN: Final = {Operator.IN: "is in"}
_HAS: Final = {Operator.HAS: "has"}

# The operators of each kind, as a step writes them.
_OPERATORS: Final = {
    Kind.TEXT: _EQUALITIES | _IN | _HAS | _ORDERINGS,
    Kind.DATE: _EQUALITIES | _IN | _ORDERINGS,
    Kind.NUMBER: _EQUALITIES | _IN | _ORDERINGS,
    Kind.BOOLEAN: _EQUALITIES | _IN,
}
_OPERATORS_OF_LISTS: Final = _EQUALITIES | _HAS

# `5 < attribute` means `attribute > 5`, and `value in attribute` means `attribute has value`.
MIRRORED: Final = {
    Operator.EQUALS: Operator.EQUALS,
    Operator.NOT_EQUALS: Operator.NOT_EQUALS,
    Operator.IN: Operator.HAS,
    Operator.HAS: Operator.IN,
    Operator.LESS_THAN: Operator.GREATER_THAN,
    Operator.LESS_THAN_OR_EQUAL: Operator.GREATER_THAN_OR_EQUAL,
    Operator.GREATER_THAN: Operator.LESS_THAN,
    Operator.GREATER_THAN_OR_EQUAL: Operator.LESS_THAN_OR_EQUAL,
}

_LAST_INSTANT: Final = datetime.max.replace(tzinfo=UTC)

# A point between values: just below the value or, with True, just above it.
Cut = tuple[Any, bool]


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A set of values of one attribute, optionally with its absence.

    Attributes:
        absent: Whether the absence of a value is a member.
        unbounded_below: Whether the smallest values are members.
        cuts: Where ranges of members end or begin, in ascending order.
    """

    absent: bool = False
    unbounded_below: bool = False
    cuts: tuple[Cut, ...] = ()

    @classmethod
    def of(cls, values: Iterable[Any], *, absent: bool = False) -> "ValueSet":
        """Return the set of these values, optionally with absence; a date means its whole day."""
        return cls.union([cls(absent=absent), *(cls(cuts=_span(value)) for value in values)])

    @classmethod
    def union(cls, sets: Iterable["ValueSet"]) -> "ValueSet":
        """Return the members of at least one of the sets."""
        sets = list(sets)
        changes: Counter[Cut] = Counter()
        for each in sets:
            step = -1 if each.unbounded_below else 1
            for cut in each.cuts:
                changes[cut] += step
                step = -step
        count = sum(each.unbounded_below for each in sets)
        inside = unbounded_below = count > 0
        cuts = []
        for cut in sorted(changes):
            count += changes[cut]
            if inside != (count > 0):
                inside = not inside
                cuts.append(cut)
        return cls(any(each.absent for each in sets), unbounded_below, tuple(cuts))

    @classmethod
    def intersection(cls, sets: Iterable["ValueSet"]) -> "ValueSet":
        """Return the members of all sets."""
        return ~cls.union(~each for each in sets)

    def __invert__(self) -> "ValueSet":
        return ValueSet(not self.absent, not self.unbounded_below, self.cuts)

    def __contains__(self, value: Any) -> bool:
        if value is None:
            return self.absent
        return self.unbounded_below ^ (bisect_right(self.cuts, (value, False)) % 2 == 1)

    @property
    def singles(self) -> frozenset[Any] | None:
        """Its values if they are single ones, None if there are ranges; absence is ignored."""
        below, above = self.cuts[::2], self.cuts[1::2]
        single = len(below) == len(above) and all(low[0] == high[0] for low, high in zip(below, above, strict=True))
        return frozenset(value for value, _ in below) if single and not self.unbounded_below else None

    @property
    def ends(self) -> tuple[Any, Any]:
        """The lowest and the highest bound, whether or not they are members; None on an unbounded side."""
        unbounded_above = self.unbounded_below ^ (len(self.cuts) % 2 == 1)
        lowest = None if self.unbounded_below or not self.cuts else self.cuts[0][0]
        return lowest, None if unbounded_above or not self.cuts else self.cuts[-1][0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a filter.

    Attributes:
        attribute: The attribute to compare.
        matches: Returns whether an order matches; raises InvalidInput if the order's value cannot be compared.
        values: The values that match; None if they are not known in advance.
        named: The single values that the filter names, in its order.
        key: Equal for equal comparisons.
    """

    attribute: Attribute
    matches: Callable[[AmazonOrder], bool]
    values: ValueSet | None
    named: tuple[Any, ...]
    key: Hashable


def comparison_of(attribute: Attribute, operator: Operator, value: Any) -> Comparison:
    """Return the comparison of an attribute with a value.

    Raises:
        TypeMismatchError: The value is not of the attribute's type.
        InvalidInput: The attribute does not support the operator, or the value is invalid.
    """
    operands = _operands(attribute, operator, value)
    none_allowed = operator is Operator.IN or (operator in _EQUALITIES and value is None)
    parsed = [None if item is None and none_allowed else filter_value(attribute, item) for item in operands]
    typed = tuple((type(item).__name__, form) for item, form in zip(operands, parsed, strict=True))
    key = (attribute.path, operator.name, typed)
    if operator is Operator.HAS:
        return Comparison(attribute, _contains(attribute, parsed[0]), None, (), key)
    if attribute.is_list and value is not None:
        return Comparison(attribute, _same_list(attribute, operator, parsed), None, (), key)
    if operator in _ORDERINGS:
        values = _range(operator, parsed[0])
        return Comparison(attribute, _within(attribute, values), values, (), key)
    for item in operands:
        if isinstance(item, str):
            refuse_misspelling(attribute, item)
    named = tuple(form for form in parsed if form is not None)
    values = ValueSet.of(named, absent=None in operands)
    if operator is Operator.NOT_EQUALS:
        values = ~values
    return Comparison(attribute, _within(attribute, values), values, named, key)


def _operands(attribute: Attribute, operator: Operator, value: Any) -> list[Any]:
    """Return the values to compare an attribute with; raises InvalidInput if the comparison does not suit it."""
    if operator in _EQUALITIES and value is None:
        return [None]
    if attribute.kind is Kind.PARTS:
        inner = (one for path, one in attributes().items() if path[: len(attribute.path)] == attribute.path)
        parts = tuple(one.name for one in inner if one.kind is not Kind.PARTS)
        raise InvalidInput(messages.HAS_PARTS, {"attribute": attribute.name, "parts": parts})
    operators = _OPERATORS_OF_LISTS if attribute.is_list else _OPERATORS[attribute.kind]
    if operator not in operators:
        raise InvalidInput(
            messages.UNSUITABLE_COMPARISON,
            {
                "attribute": attribute.name,
                "type": f"list of {attribute.kind.value}" if attribute.is_list else attribute.kind.value,
                "comparison": _OPERATORS[Kind.TEXT][operator],
                "comparisons": tuple(operators.values()),
            },
        )
    takes_list = operator is Operator.IN or (attribute.is_list and operator in _EQUALITIES)
    return filter_list(attribute, value) if takes_list else [value]


def _within(attribute: Attribute, values: ValueSet) -> Callable[[AmazonOrder], bool]:
    if values.cuts:
        return lambda order: order_value(attribute, order) in values
    # Only presence matters, so a value that cannot be compared counts as well.
    return lambda order: values.absent if attribute.of(order) is None else values.unbounded_below


def _contains(attribute: Attribute, wanted: Any) -> Callable[[AmazonOrder], bool]:
    return lambda order: wanted in (order_value(attribute, order) or ())


def _same_list(attribute: Attribute, operator: Operator, wanted: list[Any]) -> Callable[[AmazonOrder], bool]:
    """Compare the lists regardless of order."""
    wanted = sorted(wanted)

    def equal(order: AmazonOrder) -> bool:
        values = order_value(attribute, order)
        return values is not None and sorted(values) == wanted

    return equal if operator is Operator.EQUALS else lambda order: not equal(order)


def _range(operator: Operator, value: Any) -> ValueSet:
    first, last = _span(value)
    cut = first if operator in (Operator.LESS_THAN, Operator.GREATER_THAN_OR_EQUAL) else last
    return ValueSet(unbounded_below=operator in (Operator.LESS_THAN, Operator.LESS_THAN_OR_EQUAL), cuts=(cut,))


def _span(value: Any) -> tuple[Cut, Cut]:
    """Return where a value begins and ends: a date spans its whole day in UTC."""
    if not isinstance(value, date) or isinstance(value, datetime):
        return (value, False), (value, True)
    midnight = datetime(value.year, value.month, value.day, tzinfo=UTC)
    next_midnight = (midnight + timedelta(days=1), False) if value < date.max else (_LAST_INSTANT, True)
    return (midnight, False), next_midnight
