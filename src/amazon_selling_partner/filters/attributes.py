"""The attributes of an order that a filter can compare, by the names a step uses.

They are derived from the concept; only the parts of its json attributes are declared here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin

from .. import messages
from ..concepts import AmazonOrder
from ..errors import InvalidInput

__all__ = ["Attribute", "Kind", "Path", "attribute_named", "attributes"]

Path = tuple[str, ...]


class Kind(Enum):
    """The type of an attribute's values, which decides how they compare."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PARTS = "parts"


# The documented parts of the json attributes; a list with one item describes a list of such items.
_MONEY: Final = {"currency_code": Kind.TEXT, "amount": Kind.NUMBER}
_JSON_SHAPES: Final[dict[str, Any]] = {
    "order_total": _MONEY,
    "payment_execution_detail": [
        {
            "payment": _MONEY,
            "payment_method": Kind.TEXT,
            "acquirer_id": Kind.TEXT,
            "card_brand": Kind.TEXT,
            "authorization_code": Kind.TEXT,
        }
    ],
    "buyer_tax_info": {
        "company_legal_name": Kind.TEXT,
        "taxing_region": Kind.TEXT,
        "tax_classifications": [{"name": Kind.TEXT, "value": Kind.TEXT}],
    },
}
_SCALARS: Final = {str: Kind.TEXT, int: Kind.NUMBER, bool: Kind.BOOLEAN}

# How similar a suggestion must be: "status" suggests the order status, "price" does not suggest "is prime".
_SIMILARITY: Final = 0.65
_BETWEEN_WORDS: Final = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an order, or of one of its parts.

    Attributes:
        path: The names of the fields that lead to it.
        kind: The type of its values.
        is_list: Whether it is a list of such values.
        required: Whether every order has it.
    """

    path: Path
    kind: Kind
    is_list: bool
    required: bool

    @property
    def name(self) -> str:
        """The attribute as a step names it, such as "order total's amount"."""
        return _in_words(self.path)

    def of(self, order: AmazonOrder) -> Any:
        """Return its value, or None if it is absent; in a list of parts it is absent if no part has it."""
        value: Any = order
        for name in self.path:
            if isinstance(value, list):
                value = [part for part in (_part(item, name) for item in value) if part is not None] or None
            else:
                value = _part(value, name)
            if value is None:
                return None
        return value


@cache
def attributes() -> Mapping[Path, Attribute]:
    """Return every attribute by its path, in the documented order."""
    return {
        attribute.path: attribute
        for field in fields(AmazonOrder)
        for attribute in _attributes((field.name,), _shape(field), is_list=False, required=field.default is MISSING)
    }


def attribute_named(names: Sequence[str]) -> Attribute:
    """Return the attribute for a name or, with possessives, for several, such as "order total", "amount".

    Raises:
        InvalidInput: There is no such attribute; the error lists the attributes and suggests the closest match.
    """
    path = tuple(_BETWEEN_WORDS.sub("_", name.strip().lower()) for name in names)
    attribute = attributes().get(path)
    if attribute is None:
        raise _unknown(path)
    return attribute


def _unknown(path: Path) -> InvalidInput:
    names = {other: _in_words(other) for other in attributes()}
    # The longest prefix that has parts; the empty one, the order itself, always has.
    owner = next(path[:length] for length in range(len(path), -1, -1) if _parts_of(path[:length]))
    # People often leave out the owner of a part: "city" means the shipping address's city.
    by_words = {_in_words(other[-1:]): name for other, name in reversed(names.items())}
    by_words |= {name: name for name in names.values()}
    nearest = get_close_matches(_in_words(path), by_words, n=1, cutoff=_SIMILARITY)
    return InvalidInput(
        messages.UNKNOWN_ATTRIBUTE,
        {
            "attribute": _in_words(path),
            "did you mean": by_words[nearest[0]] if nearest else None,
            "attributes": tuple(names[part] for part in _parts_of(owner)),
        },
    )


def _parts_of(owner: Path) -> list[Path]:
    return [path for path in attributes() if path[:-1] == owner]


def _in_words(path: Path) -> str:
    return "'s ".join(name.replace("_", " ") for name in path)


def _part(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name)


def _attributes(path: Path, shape: Any, *, is_list: bool, required: bool) -> Iterator[Attribute]:
    if isinstance(shape, list):
        is_list, [shape] = True, shape
    if isinstance(shape, Kind):
        yield Attribute(path, shape, is_list, required)
        return
    yield Attribute(path, Kind.PARTS, is_list, required)
    for name, part in shape.items():
        yield from _attributes((*path, name), part, is_list=is_list, required=False)


def _shape(field: Field[Any]) -> Any:
    """Return a kind, a dictionary of parts, or a list with one of these as its item."""
    annotation: Any = field.type
    inner = [argument for argument in get_args(annotation) if argument is not NoneType]
    if NoneType in get_args(annotation):
        [annotation] = inner
    if field.name in _JSON_SHAPES:
        return _JSON_SHAPES[field.name]
    # In the concept, dates are text.
    if field.name.endswith("_date"):
        return Kind.DATE
    if is_dataclass(annotation):
        return {part.name: _shape(part) for part in fields(annotation)}
    if get_origin(annotation) is list:
        return [_SCALARS[get_args(annotation)[0]]]
    return _SCALARS[annotation]
