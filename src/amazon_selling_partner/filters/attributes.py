"""The attributes of an order by which a step can filter, found by the words a person uses for them.

They are read from the concept, so none can be forgotten; only the shapes of its json attributes are told here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any, Final, get_args, get_origin

from ..concepts import AmazonOrder
from ..errors import InvalidInput

__all__ = ["Attribute", "Kind", "Path", "attribute_named", "attributes", "listed", "spoken"]

Path = tuple[str, ...]


class Kind(Enum):
    """What the values of an attribute are, and so how they compare."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PARTS = "parts"


# Text in the concept, but meant as instants.
_DATES: Final = frozenset(
    {
        "purchase_date",
        "last_update_date",
        "earliest_ship_date",
        "latest_ship_date",
        "earliest_delivery_date",
        "latest_delivery_date",
    }
)

# The documented parts of the json attributes; a list of one shape stands for a list of such values.
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

# How alike a suggestion has to be: "status" suggests the order status, "price" does not suggest "is prime".
_NEAR: Final = 0.65
_BETWEEN_WORDS: Final = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an order, or of one of its parts.

    Attributes:
        path: The names of the fields on the way to it.
        kind: What its values are.
        plural: Whether it is a list of such values.
        required: Whether every order has it.
    """

    path: Path
    kind: Kind
    plural: bool
    required: bool

    @property
    def name(self) -> str:
        """The attribute as a person says it, such as "order total's amount"."""
        return spoken(self.path)

    def of(self, order: AmazonOrder) -> Any:
        """Return its value, None when it is absent; in a list of parts it is absent when no part has it."""
        found: Any = order
        for step in self.path:
            if isinstance(found, list):
                found = [value for value in (_part(item, step) for item in found) if value is not None] or None
            else:
                found = _part(found, step)
            if found is None:
                return None
        return found


@cache
def attributes() -> Mapping[Path, Attribute]:
    """Return every attribute by its path, in the documented order."""
    return {found.path: found for field in fields(AmazonOrder) for found in _described((field.name,), field)}


def attribute_named(steps: Sequence[str]) -> Attribute:
    """Return the attribute that one or, with possessives, several names lead to, such as "order total", "amount".

    Raises:
        InvalidInput: There is none; the message lists those there are and shows the nearest.
    """
    path = tuple(_BETWEEN_WORDS.sub("_", step.strip().lower()) for step in steps)
    found = attributes().get(path)
    if found is not None:
        return found
    said = spoken(path)
    known = next((path[:length] for length in range(len(path), 0, -1) if path[:length] in attributes()), ())
    there_are = [other for other in attributes().values() if other.path[:-1] == known]
    if known and not there_are:
        whole = attributes()[known].name
        raise InvalidInput(f'The filter asks for a part of "{whole}", which has no parts.', {"found": said})
    owner = f'"{attributes()[known].name}" does not' if known else "orders do not"
    names = listed([spoken(other.path[-1:]) for other in there_are])
    raise InvalidInput(
        f"The filter names an attribute that {owner} have.{_nearest(path)} There are: {names}.", {"found": said}
    )


def spoken(path: Path) -> str:
    """Return a path as a person says it, such as "order total's amount"."""
    return "'s ".join(step.replace("_", " ") for step in path)


def listed(names: Sequence[str]) -> str:
    """Return names as a person lists them."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _nearest(path: Path) -> str:
    # A part is often asked for without what it belongs to: "city" means the shipping address's.
    everything = attributes().values()
    by_words = {spoken(other.path[-1:]): other.name for other in reversed(list(everything))}
    by_words |= {other.name: other.name for other in everything}
    nearest = get_close_matches(spoken(path), by_words, n=1, cutoff=_NEAR)
    return f' Did you mean "{by_words[nearest[0]]}"?' if nearest else ""


def _part(whole: Any, step: str) -> Any:
    return whole.get(step) if isinstance(whole, Mapping) else getattr(whole, step)


def _described(path: Path, field: Field[Any]) -> Iterator[Attribute]:
    return _attributes(path, _shape(field), plural=False, required=field.default is MISSING)


def _attributes(path: Path, shape: Any, *, plural: bool, required: bool) -> Iterator[Attribute]:
    if isinstance(shape, list):
        plural, [shape] = True, shape
    if isinstance(shape, Kind):
        yield Attribute(path, shape, plural, required)
        return
    yield Attribute(path, Kind.PARTS, plural, required)
    for name, part in shape.items():
        yield from _attributes((*path, name), part, plural=plural, required=False)


def _shape(field: Field[Any]) -> Any:
    """Return a kind, the parts by name, or a list of one of these."""
    annotation: Any = field.type
    inner = [argument for argument in get_args(annotation) if argument is not NoneType]
    if NoneType in get_args(annotation):
        [annotation] = inner
    if field.name in _JSON_SHAPES:
        return _JSON_SHAPES[field.name]
    if field.name in _DATES:
        return Kind.DATE
    if is_dataclass(annotation):
        return {part.name: _shape(part) for part in fields(annotation)}
    if get_origin(annotation) is list:
        return [_SCALARS[get_args(annotation)[0]]]
    return _SCALARS[annotation]
