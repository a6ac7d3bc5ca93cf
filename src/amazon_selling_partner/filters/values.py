"""The values of filters and of orders in the form that compares, by the kind of the attribute.

Text compares by its letters, whatever their case and the blanks around; numbers as decimals, never as floating point;
dates as instants, and a date alone in a filter as its day in UTC.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Final
from unicodedata import normalize

from kognitos.bdk.api import TypeMismatchError
from kognitos.bdk.reflection.types import ConceptListType, ConceptScalarType

from .. import messages
from ..concepts import FULFILLMENT_CHANNELS, ORDER_STATUSES, AmazonOrder
from ..errors import InvalidInput
from ..inputs import as_text, day_or_instant, instant
from .attributes import Attribute, Kind, Path

__all__ = ["documented_values", "filter_list", "filter_value", "folded", "order_value", "refuse_misspelling"]


@dataclass(frozen=True, slots=True)
class _Type:
    """What a filter may give for a kind of attribute: Python's types, the kit's name, and words for a person."""

    accepted: tuple[type[Any], ...]
    expected: ConceptScalarType
    example: str


_TYPES: Final = {
    Kind.TEXT: _Type((str,), ConceptScalarType.TEXT, 'text in quotes, such as "Amazon.com"'),
    Kind.DATE: _Type((str, date), ConceptScalarType.DATETIME, 'a date, such as "2024-11-01"'),
    Kind.NUMBER: _Type((int, float, Decimal), ConceptScalarType.NUMBER, "a number, such as 100"),
    Kind.BOOLEAN: _Type((bool,), ConceptScalarType.BOOLEAN, "true or false"),
}
_LISTS: Final = (list, tuple)
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
_BOOLEANS: Final = {"true": True, "false": False}
_NUMBER: Final = re.compile(r"[+-]?\d*\.?\d+", re.ASCII)

_DOCUMENTED: Final[dict[Path, tuple[str, ...]]] = {
    ("order_status",): ORDER_STATUSES,
    ("fulfillment_channel",): FULFILLMENT_CHANNELS,
}
# What sellers and Orders API 2026-01-01 say instead; orders have the documented values whichever API answers.
_OTHER_WORDS: Final[dict[Path, dict[str, str]]] = {
    ("order_status",): {"Cancelled": "Canceled"},
    ("fulfillment_channel",): {"FBA": "AFN", "Amazon": "AFN", "FBM": "MFN", "Merchant": "MFN"},
}
# "Shiped" and "Cancelled" are misspelled, "Shippable" is a word of its own.
_SIMILARITY: Final = 0.8
_BETWEEN_PARTS: Final = re.compile(r"[\s_-]+")


def folded(text: str) -> str:
    """Return text in the form that compares: case, Unicode form and the number of blanks make no difference."""
    return " ".join(normalize("NFC", text).casefold().split())


def filter_value(attribute: Attribute, value: Any) -> Any:
    """Return one value of a filter in the form that compares; a date alone is a `date`.

    Raises:
        TypeMismatchError: It is of another type than the attribute.
        InvalidInput: It cannot be read.
    """
    kind = attribute.kind
    if isinstance(value, str) and kind is Kind.BOOLEAN:
        value = _BOOLEANS.get(folded(value), value)
    elif isinstance(value, str) and kind is Kind.NUMBER and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if not isinstance(value, _TYPES[kind].accepted) or isinstance(value, bool) is not (kind is Kind.BOOLEAN):
        raise _mismatch(attribute, value, is_list=False)
    return day_or_instant(attribute.name, value) if kind is Kind.DATE else _comparable(attribute, value)


def filter_list(attribute: Attribute, value: Any) -> list[Any]:
    """Return the list that a filter gives, its values as they are; raises TypeMismatchError when it is none."""
    if not isinstance(value, _LISTS):
        raise _mismatch(attribute, value, is_list=True)
    return list(value)


def order_value(attribute: Attribute, order: AmazonOrder) -> Any:
    """Return the value of an order in the form that compares, None when it is absent.

    Raises:
        InvalidInput: It is not a date, or not a number, although the attribute is one.
    """
    value = attribute.of(order)
    if value is None:
        return None
    return [_comparable(attribute, item) for item in value] if attribute.is_list else _comparable(attribute, value)


def documented_values(path: Path) -> dict[str, str]:
    """Return the values that Amazon documents for an attribute by their folded form; for most attributes none."""
    return {folded(word): word for word in _DOCUMENTED.get(path, ())}


def refuse_misspelling(attribute: Attribute, text: str) -> None:
    """Raise InvalidInput when text is almost, but not quite, a documented value of an attribute.

    Amazon may add values, so a filter may compare with any; but a misspelled one would silently match nothing.
    """
    documented = documented_values(attribute.path)
    if not documented or folded(text) in documented:
        return
    spellings = _spellings(attribute.path)
    nearest = get_close_matches(_joined(text), spellings, n=1, cutoff=_SIMILARITY)
    if nearest:
        raise InvalidInput(
            messages.UNDOCUMENTED_VALUE,
            {
                "attribute": attribute.name,
                "value": text,
                "did you mean": spellings[nearest[0]],
                "documented": tuple(documented.values()),
            },
        )


def _spellings(path: Path) -> dict[str, str]:
    """Return each documented value by all words for it."""
    words = {word: word for word in _DOCUMENTED[path]} | _OTHER_WORDS[path]
    return {_joined(word): value for word, value in words.items()}


def _joined(text: str) -> str:
    return _BETWEEN_PARTS.sub("", folded(text))


def _comparable(attribute: Attribute, value: Any) -> Any:
    match attribute.kind:
        case Kind.TEXT:
            return folded(str(value))
        case Kind.DATE:
            return instant(attribute.name, value)
        case Kind.NUMBER:
            return _decimal(attribute, value)
    return value


def _decimal(attribute: Attribute, value: Any) -> Decimal:
    try:
        # By way of text: 19.99 does not mean the nearest binary fraction.
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        raise InvalidInput(messages.INVALID_NUMBER.format(name=attribute.name), {"value": as_text(value)})
    return number


def _mismatch(attribute: Attribute, value: Any, *, is_list: bool) -> TypeMismatchError:
    kind = _TYPES[attribute.kind]
    actual = next((name for types, name in _TYPE_NAMES if isinstance(value, types)), type(value).__name__)
    where = messages.TYPE_MISMATCH.format(
        attribute=attribute.name, type=actual, instead="a list" if is_list else kind.example
    )
    return TypeMismatchError(where, ConceptListType(kind.expected) if is_list else kind.expected)
