"""How an attribute of an order compares with a value of a filter: by kind, as a person expects.

Dates compare as instants, text without regard to case and surrounding blanks, numbers as decimals, never as
floating point. What is absent equals None and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Final

from kognitos.bdk.api import FilterBinaryOperator, TypeMismatchError
from kognitos.bdk.reflection.types import ConceptListType, ConceptScalarType, ConceptType

from ..concepts import AmazonOrder
from ..errors import InvalidInput
from ..inputs import instant, shown
from .attributes import Attribute, Kind, attributes, listed, spoken
from .sets import ABSENT, ValueSet
from .words import folded, refuse_slip

__all__ = ["MIRRORED", "Comparison", "compared", "unknown_operator"]

_Operator = FilterBinaryOperator

_EQUALITIES: Final = {_Operator.EQUALS: "is", _Operator.NOT_EQUALS: "is not"}
_ORDERINGS: Final = {
    _Operator.LESS_THAN: "is less than",
    _Operator.LESS_THAN_OR_EQUAL: "is less than or equal to",
    _Operator.GREATER_THAN: "is greater than",
    _Operator.GREATER_THAN_OR_EQUAL: "is greater than or equal to",
}
_IN: Final = {_Operator.IN: "is in"}
_HAS: Final = {_Operator.HAS: "has"}

# What can be asked of each kind, and how a person says it.
_OPERATORS: Final = {
    Kind.TEXT: _EQUALITIES | _IN | _HAS | _ORDERINGS,
    Kind.DATE: _EQUALITIES | _IN | _ORDERINGS,
    Kind.NUMBER: _EQUALITIES | _IN | _ORDERINGS,
    Kind.BOOLEAN: _EQUALITIES | _IN,
}
_OF_LISTS: Final = _EQUALITIES | _HAS
_WORDS: Final = _OPERATORS[Kind.TEXT]

# `5 < attribute` says `attribute > 5`, and `value in attribute` that the attribute has it.
MIRRORED: Final = {
    _Operator.EQUALS: _Operator.EQUALS,
    _Operator.NOT_EQUALS: _Operator.NOT_EQUALS,
    _Operator.IN: _Operator.HAS,
    _Operator.HAS: _Operator.IN,
    _Operator.LESS_THAN: _Operator.GREATER_THAN,
    _Operator.LESS_THAN_OR_EQUAL: _Operator.GREATER_THAN_OR_EQUAL,
    _Operator.GREATER_THAN: _Operator.LESS_THAN,
    _Operator.GREATER_THAN_OR_EQUAL: _Operator.LESS_THAN_OR_EQUAL,
}

_RANGES: Final[dict[FilterBinaryOperator, Callable[[Any], ValueSet]]] = {
    _Operator.LESS_THAN: lambda value: ValueSet(cuts=((value, False),), unbounded_below=True),
    _Operator.LESS_THAN_OR_EQUAL: lambda value: ValueSet(cuts=((value, True),), unbounded_below=True),
    _Operator.GREATER_THAN: lambda value: ValueSet(cuts=((value, True),)),
    _Operator.GREATER_THAN_OR_EQUAL: lambda value: ValueSet(cuts=((value, False),)),
}

_TYPES: Final[dict[Kind, tuple[ConceptType, tuple[type, ...]]]] = {
    Kind.TEXT: (ConceptScalarType.TEXT, (str,)),
    Kind.DATE: (ConceptScalarType.DATETIME, (str, date)),
    Kind.NUMBER: (ConceptScalarType.NUMBER, (int, float, Decimal)),
    Kind.BOOLEAN: (ConceptScalarType.BOOLEAN, (bool,)),
}
# By whether it is a list.
_DESCRIPTIONS: Final = {
    False: {Kind.TEXT: "text", Kind.DATE: "a date", Kind.NUMBER: "a number", Kind.BOOLEAN: "a boolean"},
    True: {Kind.TEXT: "a list of text", Kind.NUMBER: "a list of numbers"},
}
_TRUTHS: Final = {"true": True, "false": False}
_LISTS: Final = (list, tuple, set, frozenset)
# The first that fits: a bool is an int as well.
_TYPE_NAMES: Final[list[tuple[tuple[type, ...], str]]] = [
    ((bool,), "a boolean"),
    ((int, float, Decimal), "a number"),
    ((str,), "text"),
    ((date,), "a date"),
    ((time,), "a time"),
    ((type(None),), "None"),
    (_LISTS, "a list"),
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a filter.

    Attributes:
        attribute: What is compared.
        holds: Tells whether it holds for an order; raises InvalidInput when the order's value cannot be compared.
        values: The values for which it holds; None when they cannot be told beforehand.
        named: The single values that the filter names, in its order.
    """

    attribute: Attribute
    holds: Callable[[AmazonOrder], bool]
    values: ValueSet | None
    named: tuple[Any, ...] = ()


def compared(attribute: Attribute, operator: FilterBinaryOperator, value: Any) -> Comparison:
    """Return the comparison of an attribute with a value.

    Raises:
        TypeMismatchError: The value is of another type than the attribute.
        InvalidInput: The operator is not for such an attribute, or the value cannot be read.
    """
    if operator in _EQUALITIES and value is None:
        return _within(attribute, ABSENT if operator is _Operator.EQUALS else ~ABSENT)
    if attribute.kind is Kind.PARTS:
        raise _not_as_a_whole(attribute, operator, value)
    allowed = _OF_LISTS if attribute.plural else _OPERATORS[attribute.kind]
    if operator not in allowed:
        raise InvalidInput(
            f'The filter cannot compare "{attribute.name}" in this way, because it is '
            f"{_DESCRIPTIONS[attribute.plural][attribute.kind]}. Use one of: {listed(list(allowed.values()))}.",
            {"found": _WORDS[operator]},
        )
    if operator is _Operator.HAS:
        wanted = _wanted(attribute, value)
        return Comparison(attribute, lambda order: wanted in (_found(attribute, order) or ()), None)
    if attribute.plural:
        same = sorted(_wanted(attribute, item) for item in _wanted_list(attribute, value))
        equal = operator is _Operator.EQUALS
        return Comparison(attribute, lambda order: _has_just(same, _found(attribute, order)) is equal, None)
    if operator in _RANGES:
        return _within(attribute, _RANGES[operator](_wanted(attribute, value)))
    items = _wanted_list(attribute, value) if operator is _Operator.IN else [value]
    named = tuple(_single(attribute, item) for item in items if item is not None)
    values = ValueSet.of(named, absent=len(named) < len(items))
    return _within(attribute, ~values if operator is _Operator.NOT_EQUALS else values, named)


def unknown_operator(operator: Any) -> InvalidInput:
    """Return the error for an operator that no attribute knows; it lists those there are and shows the nearest."""
    name = str(getattr(operator, "name", operator))
    names = [known.name for known in _Operator] + ["NOT"]
    nearest = get_close_matches(name.upper(), names, n=1)
    suggestion = f" Did you mean {nearest[0]}?" if nearest else ""
    return InvalidInput(
        f"The filter uses an operator that this version does not know.{suggestion} There are: {listed(names)}.",
        {"found": name},
    )


def _within(attribute: Attribute, values: ValueSet, named: tuple[Any, ...] = ()) -> Comparison:
    def holds(order: AmazonOrder) -> bool:
        # Without cuts only presence matters: not even an unreadable value needs to be read.
        if not values.cuts:
            return values.unbounded_below if attribute.of(order) is not None else values.absent
        return _found(attribute, order) in values

    return Comparison(attribute, holds, values, named)


def _has_just(values: list[Any], found: list[Any] | None) -> bool:
    return found is not None and sorted(found) == values


def _found(attribute: Attribute, order: AmazonOrder) -> Any:
    """Return the value of an order in the form that compares, None when it is absent."""
    value = attribute.of(order)
    if value is None:
        return None
    return [_key(attribute, item) for item in value] if attribute.plural else _key(attribute, value)


def _wanted(attribute: Attribute, value: Any) -> Any:
    """Return a value of the filter in the form that compares."""
    if attribute.kind is Kind.BOOLEAN and isinstance(value, str):
        value = _TRUTHS.get(folded(value), value)
    expected, types = _TYPES[attribute.kind]
    is_boolean = attribute.kind is Kind.BOOLEAN
    if not isinstance(value, types) or isinstance(value, bool) is not is_boolean:
        raise _mismatch(attribute, value, expected)
    return _key(attribute, value)


def _single(attribute: Attribute, value: Any) -> Any:
    """Return a value of the filter that an order is to have, or not to have, in the form that compares."""
    wanted = _wanted(attribute, value)
    if attribute.kind is Kind.TEXT:
        refuse_slip(attribute, value)
    return wanted


def _wanted_list(attribute: Attribute, value: Any) -> list[Any]:
    if not isinstance(value, _LISTS):
        raise _mismatch(attribute, value, ConceptListType(_TYPES[attribute.kind][0]))
    return list(value)


def _key(attribute: Attribute, value: Any) -> Any:
    if attribute.kind is Kind.TEXT:
        return folded(str(value))
    if attribute.kind is Kind.DATE:
        return instant(attribute.name, value)
    return _decimal(attribute, value) if attribute.kind is Kind.NUMBER else value


def _decimal(attribute: Attribute, value: Any) -> Decimal:
    try:
        # By way of text: the person who writes 19.99 does not mean the nearest binary fraction.
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        raise InvalidInput(f"The {attribute.name} is not a number that can be compared.", {"found": shown(value)})
    return number


def _mismatch(attribute: Attribute, value: Any, expected: ConceptType) -> TypeMismatchError:
    kind = next((name for types, name in _TYPE_NAMES if isinstance(value, types)), type(value).__name__)
    return TypeMismatchError(f"{attribute.name} (compared with {kind})", expected)


def _not_as_a_whole(attribute: Attribute, operator: FilterBinaryOperator, value: Any) -> InvalidInput:
    below = [part for part in attributes().values() if part.path[: len(attribute.path)] == attribute.path]
    single = [part for part in below if part.kind is not Kind.PARTS]
    kind = Kind.NUMBER if operator in _ORDERINGS else _kind_of(value)
    # The first in the order of the concept among those that are most likely meant.
    example = min(single, key=lambda part: part.kind is not kind)
    names = listed([spoken(part.path[-1:]) for part in below if part.path[:-1] == attribute.path])
    return InvalidInput(
        f'The filter cannot compare "{attribute.name}" as a whole, except with None. Name one of its parts, as in: '
        f"whose {example.name}. There are: {names}."
    )


def _kind_of(value: Any) -> Kind:
    value = next(iter(value), None) if isinstance(value, _LISTS) else value
    kinds = (kind for kind in (Kind.BOOLEAN, Kind.NUMBER) if isinstance(value, _TYPES[kind][1]))
    return next(kinds, Kind.TEXT)
