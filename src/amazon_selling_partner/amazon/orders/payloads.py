"""How payloads of Amazon are read: leniently, because live answers are looser than Amazon's models.

Text "false" is False, "" and null are None, a number as text is a number and the other way round; unknown keys
and unknown values pass. What cannot be read even so is an error that names the field, never its content.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import NoneType
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .version import UnreadablePayload

__all__ = [
    "Flag",
    "JsonPayload",
    "Number",
    "Payload",
    "RequiredText",
    "Structure",
    "Structures",
    "Text",
    "Texts",
    "plain",
    "specification",
    "validated",
]

P = TypeVar("P", bound=BaseModel)
S = TypeVar("S")
T = TypeVar("T")


def _none_for_empty(value: Any) -> Any:
    return None if value == "" else value


def _without_nulls(value: Any) -> Any:
    return [item for item in value if item not in (None, "")] if isinstance(value, list) else _none_for_empty(value)


Text = Annotated[str | None, BeforeValidator(_none_for_empty)]
Texts = Annotated[list[str] | None, BeforeValidator(_without_nulls)]
Structure = Annotated[T | None, BeforeValidator(_none_for_empty)]
Structures = Annotated[list[T] | None, BeforeValidator(_without_nulls)]
Number = Annotated[int | None, BeforeValidator(_none_for_empty)]
Flag = Annotated[bool | None, BeforeValidator(_none_for_empty)]
RequiredText = Annotated[str, Field(min_length=1)]

# By far the most frequent; asking for them first halves the time a page takes.
_PLAIN_TYPES: Final = frozenset({str, int, bool, NoneType})

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Payload(BaseModel):
    """A payload whose fields are named as in the concept; the alias is Amazon's name. Unknown keys are left out."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, hide_input_in_errors=True)


class JsonPayload(BaseModel):
    """A payload that becomes a json attribute: every documented key is there, and a key Amazon adds is kept."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True, hide_input_in_errors=True)

    def as_json(self) -> dict[str, Any] | None:
        """Return plain data with keys in snake_case, a documented key without a value None; None when all are."""
        values = {name: plain(value) for name, value in self.__dict__.items()}
        if self.__pydantic_extra__:
            for name, value in self.__pydantic_extra__.items():
                values.setdefault(_snake_case(name), plain(value))
        return values if any(values.values()) or any(value is not None for value in values.values()) else None


def specification(kind: type[S], payload: Payload | None, **converted: Any) -> S | None:
    """Return the attribute specification a payload fills, or None when nothing in it has a value.

    Args:
        kind: The dataclass of the specification, with the fields of the payload.
        payload: The payload; its values are plain, but for those in `converted`.
        converted: Values that replace those of the payload.
    """
    if payload is None:
        return None
    values = {**payload.__dict__, **converted} if converted else payload.__dict__
    # The first question alone answers nearly always, and is asked in C.
    if not any(values.values()) and all(value is None for value in values.values()):
        return None
    return kind(**values)


def validated(model: type[P], payload: Any, id_key: str) -> P:
    """Return a payload read as the model.

    Raises:
        UnreadablePayload: With the order's id, where it has one under `id_key`, and the fields.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        order_id = payload.get(id_key) if isinstance(payload, Mapping) else None
        fields = [".".join(map(str, found["loc"])) or "order" for found in error.errors(include_input=False)]
        raise UnreadablePayload(order_id if isinstance(order_id, str) and order_id else None, fields) from None


def _snake_case(key: str) -> str:
    return _WORD_START.sub("_", key).lower()


def plain(value: Any) -> Any:
    """Return a value of a payload as an automation sees it."""
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, JsonPayload):
        return value.as_json()
    if isinstance(value, Mapping):
        return {_snake_case(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        # A structure without any value is left out; a null in what Amazon added stays.
        return [found for item in value if (found := plain(item)) is not None or item is None]
    return float(value) if isinstance(value, Decimal) else value
