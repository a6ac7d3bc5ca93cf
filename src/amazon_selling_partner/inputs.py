"""What the inputs of a step mean: marketplaces, order ids, dates and numbers, as a person writes them.

Whatever cannot be right is refused before any call, by an error that names the input and shows a right one.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .errors import InFuture, InvalidInput
from .marketplaces import MARKETPLACE_SYNONYMS, Marketplace

__all__ = [
    "SANDBOX_CASE",
    "instant",
    "marketplace_named",
    "order_id_in",
    "order_identifier",
    "past_instant",
    "published_case",
    "shown",
    "whole_number",
]

# The static sandbox answers only its published cases; whatever else is asked of it becomes this one.
SANDBOX_CASE: Final = "TEST_CASE_200"

_SANDBOX_CASE: Final = re.compile(r"TEST_CASE_[A-Z0-9_]+", re.ASCII)
# 3-7-7; the first block of a multi-channel order holds letters, as in S01-1234567-1234567.
_ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
# An offset from UTC has up to 23 hours and 59 minutes, as ISO 8601 writes it; Python would read +14:60 as +15:00.
_ISO_8601: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)"
    r"(?P<zone>[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
# No clock is slower than this unnoticed.
_CLOCKS_DIFFER: Final = timedelta(days=1)
# Beyond the orders of any seller, and still exact in the double that a number travels as.
_LARGEST_NUMBER: Final = 10**15


def marketplace_named(value: object) -> Marketplace:
    """Return the marketplace that a member, its code in any case, or a synonym such as UK names.

    Raises:
        InvalidInput: There is no such marketplace; the message lists those there are.
    """
    if isinstance(value, Marketplace):
        return value
    code = _capitals(value)
    if code in MARKETPLACE_SYNONYMS:
        return MARKETPLACE_SYNONYMS[code]
    if code in Marketplace.__members__:
        return Marketplace[code]
    raise InvalidInput(
        "The marketplace is not one this book knows. Use one of "
        + ", ".join(sorted(Marketplace.__members__))
        + ', for example: the marketplace is "US".',
        {"found": shown(value)},
    )


def order_identifier(value: object, marketplace: Marketplace) -> str:
    """Return an order id in Amazon's 3-7-7 format, blanks around it removed.

    The sandbox knows only its published cases: any other id asks it for the first of them.

    Raises:
        InvalidInput: The text is no order id.
    """
    if marketplace is Marketplace.SANDBOX:
        return published_case(value) or SANDBOX_CASE
    order_id = order_id_in(value)
    if order_id is None:
        raise InvalidInput(
            "The order id is not in Amazon's format of 3, 7 and 7 digits. "
            'Write it as Seller Central shows it, for example: the order id is "902-3159896-1390916".',
            {"found": shown(value)},
        )
    return order_id


def order_id_in(value: object) -> str | None:
    """Return the order id that a value is, as Amazon writes it, None when it is none."""
    text = _capitals(value)
    return text if _ORDER_ID.fullmatch(text) else None


def instant(name: str, value: object) -> datetime:
    """Return the moment in UTC that ISO 8601 text, a date or a datetime means; without a zone it is UTC.

    Raises:
        InvalidInput: The value named `name` is none of these.
    """
    try:
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        return datetime.fromisoformat(_spelled_out(shown(value).strip())).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"The {name} is not a date that can be read. Write it in ISO 8601, with the date alone, without a zone "
            f'(then it is UTC) or with one, for example: the {name} is "2024-11-01T00:00:00Z".',
            {"found": shown(value)},
        ) from error


def past_instant(name: str, value: object, now: datetime) -> datetime | None:
    """Return the moment that a value means, None for None.

    Raises:
        InFuture: The moment has not come yet, by a clock that might be slow.
        InvalidInput: The value named `name` is no date, or lies in the future by any clock.
    """
    if value is None:
        return None
    moment = instant(name, value)
    if moment > now:
        raise (InFuture if moment - now < _CLOCKS_DIFFER else InvalidInput)(
            f"The {name} lies in the future, so no order can answer. Give a date that has passed.",
            {"found": shown(value), "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"},
        )
    return moment


def whole_number(name: str, value: object) -> int | None:
    """Return a number of orders, None for None.

    Raises:
        InvalidInput: The value named `name` is no whole number, or less than 0, or beyond reason.
    """
    if value is None:
        return None
    # A number travels as a double, so 100.0 is a whole number as well; true is an int to Python only.
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value // 1 or value < 0:
        raise InvalidInput(f"The {name} must be a whole number, 0 or greater.", {"found": shown(value)})
    if value > _LARGEST_NUMBER:
        raise InvalidInput(
            f"The {name} must be a whole number, 0 or greater, and no seller has so many orders. "
            "Give a smaller one, or leave it out.",
            {"found": shown(value)},
        )
    return int(value)


def published_case(value: object) -> str | None:
    """Return the case of Amazon's static sandbox that a value names, None when it names none."""
    text = _capitals(value)
    return text if _SANDBOX_CASE.fullmatch(text) else None


def shown(value: object) -> str:
    """Return a value as text, for messages too; Python itself refuses to write very long numbers."""
    try:
        return str(value)
    except ValueError:
        return "a number of thousands of digits"


def _capitals(value: object) -> str:
    """Return ASCII text in capitals, without blanks around it; all else is empty.

    Beyond ASCII, capitals deceive: those of the ligature ﬁ are FI, and those of the dotless i are an ordinary I.
    """
    text = "" if value is None else shown(value).strip()
    return text.upper() if text.isascii() else ""


def _spelled_out(text: str) -> str:
    # Python reads more than ISO 8601 dates ("20241101", any letter between date and time): those are refused.
    found = _ISO_8601.fullmatch(text)
    if not found:
        raise ValueError("not ISO 8601")
    return f"{found['date']}T{(found['time'] or '00:00').replace(',', '.')}{(found['zone'] or 'Z').upper()}"
