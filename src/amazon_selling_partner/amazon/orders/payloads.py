"""Parses Amazon's payloads: pydantic validates the bytes of a response against declared types.

Live responses are looser than Amazon's models. Text "false" is False, "" and null are None, numbers may come as text
and text as a number, and unknown keys and values are allowed. A payload type is a TypedDict whose fields have the names
of the concept; `Json` and `specification` turn it into an attribute.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from typing import Annotated, Any, Final, Generic, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    Tag,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    with_config,
)
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

from ...inputs import order_id_in
from ..calls import NotDocumented
from .version import UnreadableOrder

__all__ = [
    "Flag",
    "Json",
    "JsonValue",
    "Listed",
    "Maybe",
    "Number",
    "OrderOrEmpty",
    "Reader",
    "RequiredText",
    "Response",
    "Text",
    "Token",
    "specification",
    "unless_empty",
]

S = TypeVar("S")
T = TypeVar("T")

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

# Labels of union members in the location of an error; errors of the other members only say that a value is not empty.
_VALUE: Final = "<value>"
_OTHER: Final = "<other>"


# Values


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a flag is not a number")
    return value


def _without_none(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None] if None in values else values


_ABSENT: Final = Field(default=None)
_FIRST_MATCH: Final = Field(union_mode="left_to_right")
_TO_NONE: Final = AfterValidator(lambda _: None)
_EmptyText: TypeAlias = Annotated[Literal[""], _TO_NONE, Tag(_OTHER)]
_Nullable: TypeAlias = Annotated[Annotated[T, Tag(_VALUE)] | _EmptyText, _FIRST_MATCH] | None
# The fast path: pydantic checks a plain number without calling Python.
_PlainNumber: TypeAlias = Annotated[int, Strict(), Tag(_OTHER)]
_LooseNumber: TypeAlias = Annotated[int, BeforeValidator(_no_flag), Tag(_VALUE)]

# A value that may be absent, null or "".
Maybe: TypeAlias = Annotated[_Nullable[T], _ABSENT]
# A list; empty items are dropped.
Listed: TypeAlias = Maybe[Annotated[list[_Nullable[T]], AfterValidator(_without_none)]]

RequiredText: TypeAlias = Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]
Text: TypeAlias = Maybe[RequiredText]
Flag: TypeAlias = Maybe[bool]
Number: TypeAlias = Annotated[Annotated[_PlainNumber | _LooseNumber | _EmptyText, _FIRST_MATCH] | None, _ABSENT]
# Unlike other text, a token never comes as a number.
Token: TypeAlias = Maybe[Annotated[str, Field(min_length=1)]]
JsonValue: TypeAlias = Annotated[Any, _ABSENT]


# Attributes


def unless_empty(kind: Callable[..., S], values: dict[str, Any]) -> S | None:
    """Return `kind` with these values, or None if all of them are None."""
    # any() nearly always decides, and is faster.
    return kind(**values) if any(values.values()) or _has_value(values) else None


def _has_value(values: dict[str, Any]) -> bool:
    return [*values.values()].count(None) < len(values)


def specification(kind: Callable[..., Any]) -> AfterValidator:
    """Return a validator that turns a payload into an attribute specification, or into None if all values are None."""
    return AfterValidator(partial(unless_empty, kind))


@lru_cache(maxsize=1024)
def _snake_case(key: str) -> str:
    return _WORD_START.sub("_", key).lower()


def _in_snake_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            _snake_case(key): _in_snake_case(item) if isinstance(item, dict | list) else item
            for key, item in value.items()
        }
    return [_in_snake_case(item) for item in value] if isinstance(value, list) else value


_NESTED: Final = frozenset({dict, list})


def _json_attribute(values: dict[str, Any]) -> dict[str, Any] | None:
    # Most payloads have declared keys alone, which are in snake_case already.
    if not (all(map(str.islower, values)) and _NESTED.isdisjoint(map(type, values.values()))):
        values = _in_snake_case(values)
    return values if any(values.values()) or _has_value(values) else None


# A payload that becomes a json attribute, or None if all values are None. Its type keeps extra keys.
Json: TypeAlias = Annotated[T, AfterValidator(_json_attribute)]


# Responses


@with_config(ConfigDict(extra="forbid"))
class _EmptyObject(TypedDict):
    pass


# An order that may be absent, null, "" or {}.
OrderOrEmpty: TypeAlias = Annotated[
    Annotated[
        Annotated[T, Tag(_VALUE)] | _EmptyText | Annotated[_EmptyObject, _TO_NONE, Tag(_OTHER)],
        _FIRST_MATCH,
    ]
    | None,
    _ABSENT,
]


class Response(TypedDict):
    """The keys that the responses of all operations share."""

    errors: JsonValue


class Reader(Generic[S]):
    """Parses the responses of one operation, as a `Call.read`; its type adapters are built on first use.

    Args:
        response: The type of the response: a `Response` that is generic in the type of its orders.
        order: The type of one order.
        id_key: Amazon's name for the id of an order.
        result: Returns the result for a response; raises ValueError if it does not match Amazon's documentation.
    """

    def __init__(self, response: Any, order: Any, id_key: str, result: Callable[[Any], S]) -> None:
        self._response = response
        self._order = order
        self._id_key = id_key
        self._result = result

    def __call__(self, body: bytes) -> S:
        """Return the result for the body of a response; an order that cannot be read becomes an UnreadableOrder.

        Raises:
            NotDocumented: The body is not JSON, or (final) it is JSON that does not match Amazon's documentation.
        """
        try:
            return self._documented.validate_json(body)
        except ValidationError:
            pass
        try:
            # Tolerates raw control characters and broken bytes inside a text.
            content = json.loads(body.decode("utf-8-sig", "replace"), strict=False)
            return self._by_order.validate_python(content)
        except ValidationError:
            raise NotDocumented("not the documented JSON", final=True) from None
        except (ValueError, RecursionError):
            raise NotDocumented("no JSON") from None

    @cached_property
    def _documented(self) -> TypeAdapter[S]:
        return self._adapter(self._order)

    @cached_property
    def _by_order(self) -> TypeAdapter[S]:
        return self._adapter(Annotated[self._order, WrapValidator(self._readable_or_not)])

    def _adapter(self, order: Any) -> TypeAdapter[S]:
        response: Any = Annotated[self._response[order], AfterValidator(self._complete)]
        return TypeAdapter(response)

    def _complete(self, response: Any) -> S:
        # A page with errors may lack orders.
        if response["errors"]:
            raise ValueError("errors beside the orders")
        return self._result(response)

    def _readable_or_not(self, payload: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(payload)
        except ValidationError as error:
            order_id = payload.get(self._id_key) if isinstance(payload, Mapping) else None
            return UnreadableOrder(order_id_in(order_id) if isinstance(order_id, str) else None, _fields(error))


def _fields(error: ValidationError) -> tuple[str, ...]:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    locations = [location for location in (line["loc"] for line in errors) if _OTHER not in location]
    return tuple(".".join(str(step) for step in place if step != _VALUE) or "order" for place in locations)
