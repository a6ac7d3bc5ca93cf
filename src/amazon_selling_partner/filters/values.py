"""Converts the values of filters and of orders to a form that can be compared, by the kind of the attribute.

Text ignores case, Unicode form and extra blanks; numbers become decimals, never floating point; dates become datetimes
in UTC, and a date alone in a filter means its day in UTC.
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
    """What a filter may compare a kind of attribute with: Python's types, the kit's name, and an example to show."""

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
# The first match counts: a bool is an int as well.
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
# Synonyms that sellers and Orders API 2026-01-01 use. Orders have the documented values in both versions.
_SYNONYMS: Final[dict[Path, dict[str, str]]] = {
    ("order_status",): {"Cancelled": "Canceled"},
    ("fulfillment_channel",): {"FBA": "AFN", "Amazon": "AFN", "FBM": "MFN", "Merchant": "MFN"},
}
# "Shiped" and "Cancelled" count as misspelled, "Shippable" does not.
_SIMILARITY: Final = 0.8
_BETWEEN_PARTS: Final = re.compile(r"[\s_-]+")


def folded(text: str) -> str:
    """Return text without differences of case, Unicode form and blanks."""
    return " ".join(normalize("NFC", text).casefold().split())


def filter_value(attribute: Attribute, value: Any) -> Any:
    """Return one value of a filter in comparable form; a date alone is a `date`.

    Raises:
        TypeMismatchError: It is not of the attribute's type.
        InvalidInput: It is invalid.
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
    """Return the list of a filter, its values unchanged; raises TypeMismatchError if it is not a list."""
    if not isinstance(value, _LISTS):
        raise _mismatch(attribute, value, is_list=True)
    return list(value)


def order_value(attribute: Attribute, order: AmazonOrder) -> Any:
    """Return the value of an order in comparable form, or None if it is absent.

    Raises:
        InvalidInput: The attribute is a date or a number, and the value is not.
    """
    value = attribute.of(order)
    if value is None:
        return None
    return [_comparable(attribute, item) for item in value] if attribute.is_list else _comparable(attribute, value)


def documented_values(path: Path) -> dict[str, str]:
    """Return the values that Amazon documents for an attribute, by their folded form; most attributes have none."""
    return {folded(word): word for word in _DOCUMENTED.get(path, ())}


def refuse_misspelling(attribute: Attribute, text: str) -> None:
    """Raise InvalidInput if text is almost, but not quite, a documented value of an attribute.

    Amazon may add values, so others are allowed; but a misspelled one would silently match nothing.
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
    """Return the documented values by every spelling and synonym."""
    words = {word: word for word in _DOCUMENTED[path]} | _SYNONYMS[path]
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
        # Via text, because the float 19.99 means 19.99 and not its nearest binary fraction.
        number = Decimal(value if isinstance(value, int) else str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        raise InvalidInput(messages.INVALID_NUMBER.format(name=attribute.name), {"value": as_text(value)})
    return number


def _mismatch(attribute: Attribute, value: Any, *, is_list: bool) -> TypeMismatchError:
    kind = _TYPES[attribute.kind]
    actual = next((name for types, name in _TYPE_NAMES if isinstance(value, types)), f"a {type(value).__name__}")
    instead = kind.example
    if is_list:
        instead = 'a list, or "has" for one of its values' if attribute.is_list else "a list"
    where = messages.TYPE_MISMATCH.format(attribute=attribute.name, type=actual, instead=instead)
    return TypeMismatchError(where, ConceptListType(kind.expected) if is_list else kind.expected)
