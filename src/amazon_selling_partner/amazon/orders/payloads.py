"""How payloads of Amazon are read: from the bytes, in one pass of pydantic's core.

Live answers are looser than Amazon's models. Text "false" is False, "" and null are None, a number as text is a
number, and unknown keys and unknown values pass; all that in the same pass. Only what then does not fit is looked
at again, as Python objects: a number in place of a text keeps its digits, and what cannot be read even so is an
error that names the field, never its content.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from math import isfinite
from types import NoneType
from typing import Any, Final, Literal, TypeAlias, TypeVar

from pydantic_core import SchemaValidator, ValidationError
from pydantic_core.core_schema import (
    CoreSchema,
    any_schema,
    bool_schema,
    chain_schema,
    int_schema,
    json_or_python_schema,
    list_schema,
    literal_schema,
    model_field,
    model_fields_schema,
    no_info_after_validator_function,
    no_info_before_validator_function,
    nullable_schema,
    str_schema,
    typed_dict_field,
    typed_dict_schema,
    union_schema,
    with_default_schema,
)

from ...errors import redacted
from ..loose_json import DEEPEST, is_unicode
from ..responses import Content
from .version import Page, UnreadablePayload

__all__ = [
    "ANYTHING",
    "FLAG",
    "NUMBER",
    "REQUIRED_TEXT",
    "TEXT",
    "TEXTS",
    "Fields",
    "Reader",
    "filled",
    "json_object",
    "listed",
    "made",
    "optional",
    "page_of",
    "structure",
    "whole",
]

S = TypeVar("S")

# Amazon's name of each field -> the name of its value here, and the kind of value it is.
Fields: TypeAlias = Mapping[str, tuple[str, CoreSchema]]

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


# Kinds of values

# An error's place has these beside the fields' names.
_VALUE: Final = "<value>"
_EMPTY: Final = "<empty>"
_EMPTY_TEXT: Final = no_info_after_validator_function(lambda _: None, literal_schema([""]))


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a flag is not a number")
    return value


def _without_none(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None] if None in values else values


def optional(kind: CoreSchema) -> CoreSchema:
    """Return the kind of a value that may be absent, null or "", which all mean None."""
    choices: list[CoreSchema | tuple[CoreSchema, str]] = [(kind, _VALUE), (_EMPTY_TEXT, _EMPTY)]
    return with_default_schema(nullable_schema(union_schema(choices, mode="left_to_right")), default=None)


def listed(kind: CoreSchema) -> CoreSchema:
    """Return the kind of a list; items without a value are left out."""
    return optional(no_info_after_validator_function(_without_none, list_schema(optional(kind))))


# Bytes are read by the first of each, objects by the second. The least length makes the core look into a text, so
# that it refuses what is not Unicode.
REQUIRED_TEXT: Final = json_or_python_schema(
    str_schema(strict=True, min_length=1), str_schema(coerce_numbers_to_str=True, min_length=1)
)
_NUMBER: Final = json_or_python_schema(
    union_schema(
        [int_schema(strict=True), chain_schema([str_schema(strict=True), int_schema()])], mode="left_to_right"
    ),
    no_info_before_validator_function(_no_flag, int_schema()),
)

TEXT: Final = optional(REQUIRED_TEXT)
TEXTS: Final = with_default_schema(
    json_or_python_schema(nullable_schema(list_schema(REQUIRED_TEXT)), listed(REQUIRED_TEXT)), default=None
)
ANYTHING: Final = with_default_schema(any_schema(), default=None)
FLAG: Final = optional(bool_schema())
NUMBER: Final = optional(_NUMBER)


def structure(fields: Fields, *, extra: Literal["ignore", "forbid"] = "ignore") -> CoreSchema:
    """Return the kind of a payload that becomes a dictionary of its values; keys that Amazon adds are left out."""
    read = {name: typed_dict_field(kind, validation_alias=amazons) for amazons, (name, kind) in fields.items()}
    return typed_dict_schema(read, extra_behavior=extra)


def made(make: Callable[[dict[str, Any]], Any], fields: Fields) -> CoreSchema:
    """Return the kind of a payload whose values are made into something else."""
    return no_info_after_validator_function(make, structure(fields))


def filled(kind: Callable[..., S], values: dict[str, Any]) -> S | None:
    """Return the attribute specification with these values, or None when there is no value among them."""
    return kind(**values) if any(values.values()) or _has_value(values) else None


def _has_value(values: dict[str, Any]) -> bool:
    # Slower than any(), which nearly always answers before and does not count 0 and False as values.
    return [*values.values()].count(None) < len(values)


def json_object(fields: Fields) -> CoreSchema:
    """Return the kind of a payload that becomes a json attribute.

    Every documented key is there, None without a value; a key Amazon adds is kept, in snake_case. It is None as a
    whole when nothing in it has a value.
    """
    documented = {name: model_field(kind, validation_alias=amazons) for amazons, (name, kind) in fields.items()}
    return no_info_after_validator_function(_as_json, model_fields_schema(documented, extra_behavior="allow"))


def _as_json(found: tuple[dict[str, Any], dict[str, Any] | None, set[str]]) -> dict[str, Any] | None:
    values, added, _ = found
    if added:
        for key, value in added.items():
            values.setdefault(_snake_case(key), _plain(value))
    return values if any(values.values()) or _has_value(values) else None


def _snake_case(key: str) -> str:
    return _WORD_START.sub("_", _unicode(key)).lower()


def _unicode(text: str) -> str:
    if not is_unicode(text):
        raise ValueError("not a text")
    return text


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value that Amazon added as an automation sees it; raises ValueError for what is none."""
    if depth > DEEPEST:
        raise ValueError("nested too deep")
    if isinstance(value, dict):
        return {_snake_case(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, str):
        return _unicode(value)
    if isinstance(value, float | Decimal):
        number = float(value)
        if not isfinite(number):
            raise ValueError("not a number")
        return number
    if type(value) in {int, bool, NoneType}:
        return value
    raise ValueError("not a value")


# Answers and orders


def whole(make: Callable[[dict[str, Any]], Any], fields: Fields, ignored: Sequence[str] = ()) -> CoreSchema:
    """Return the kind of a whole answer; keys that are neither read nor ignored need a second look."""
    known = {**fields, **{name: (name, ANYTHING) for name in ignored}}
    return no_info_after_validator_function(make, structure(known, extra="forbid"))


class Reader:
    """Reads what a kind describes; built at its first use, as not every process reads everything."""

    def __init__(self, kind: CoreSchema) -> None:
        self._kind = kind

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(self._kind)

    def documented(self, body: bytes) -> Any:
        """Return what a body means, or None when it is not what Amazon documents: it deserves a second look."""
        try:
            return self._validator.validate_json(body)
        except ValidationError:
            return None

    def order(self, payload: Any, id_key: str) -> Any:
        """Return what the payload of an order means, at the second look.

        Raises:
            UnreadablePayload: With the order's id, where it has one under `id_key`, and the fields.
        """
        try:
            return self._validator.validate_python(payload)
        except ValidationError as error:
            order_id = payload.get(id_key) if isinstance(payload, Mapping) else None
            named = redacted(order_id) if isinstance(order_id, str) and order_id else None
            raise UnreadablePayload(named, _fields(error)) from None


def page_of(content: Content, orders: Any, token: Any) -> Page:
    """Return the page of these orders and this token, which may be anything.

    Raises:
        UnreadableAnswer: They are no page.
    """
    if not isinstance(orders, list) or not isinstance(token, str | None) or not is_unicode(token or ""):
        raise content.unreadable()
    return Page(orders, token or None)


def _fields(error: ValidationError) -> list[str]:
    places = [found["loc"] for found in error.errors(include_url=False, include_context=False, include_input=False)]
    return [
        ".".join(str(step) for step in place if step != _VALUE) or "order" for place in places if _EMPTY not in place
    ]
