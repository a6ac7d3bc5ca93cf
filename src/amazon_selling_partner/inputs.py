"""Parses the inputs of a step: marketplaces, order ids, dates and numbers, as people write them.

Invalid input is refused before any call, with an error that names the input and shows a valid one.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from . import messages
from .errors import InvalidInput
from .marketplaces import MARKETPLACE_SYNONYMS, Marketplace

__all__ = [
    "DEFAULT_SANDBOX_CASE",
    "as_text",
    "day_or_instant",
    "instant",
    "marketplace_named",
    "order_id_in",
    "order_identifier",
    "past_instant",
    "published_case",
    "whole_number",
]

# The static sandbox answers only its published cases. This is the default.
DEFAULT_SANDBOX_CASE: Final = "TEST_CASE_200"

_PUBLISHED_CASE: Final = re.compile(r"TEST_CASE_[A-Z0-9_]+", re.ASCII)
# 3-7-7; the first block of a multi-channel order contains letters, as in S01-1234567-1234567.
_ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
# ISO 8601 limits an offset from UTC to 23:59; Python would parse +14:60 as +15:00.
_ISO_8601: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?)"
    r"(?P<zone>[Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)?",
    re.ASCII,
)
_DATE_ALONE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WHOLE_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)
# More orders than any seller has, and still exact as a double, which is how Kognitos sends numbers.
_LARGEST_NUMBER: Final = 10**15


def marketplace_named(value: object) -> Marketplace:
    """Return the marketplace for a member, a code in any case, or a synonym such as UK.

    Raises:
        InvalidInput: There is no such marketplace; the error lists all of them.
    """
    if isinstance(value, Marketplace):
        return value
    code = _ascii_capitals(value)
    if code in MARKETPLACE_SYNONYMS:
        return MARKETPLACE_SYNONYMS[code]
    if code in Marketplace.__members__:
        return Marketplace[code]
    codes = tuple(sorted(Marketplace.__members__))
    raise InvalidInput(messages.UNKNOWN_MARKETPLACE, {"value": as_text(value), "marketplaces": codes})


def order_identifier(value: object, marketplace: Marketplace) -> str:
    """Return an order id in Amazon's 3-7-7 format, without surrounding blanks.

    The sandbox has only its published cases, so any other id becomes the default case.

    Raises:
        InvalidInput: The value is not an order id.
    """
    if marketplace is Marketplace.SANDBOX:
        return published_case(value) or DEFAULT_SANDBOX_CASE
    order_id = order_id_in(value)
    if order_id is None:
        raise InvalidInput(messages.INVALID_ORDER_ID, {"value": as_text(value)})
    return order_id


def order_id_in(value: object) -> str | None:
    """Return the order id as Amazon writes it, or None if the value is not an order id."""
    text = _ascii_capitals(value)
    return text if _ORDER_ID.fullmatch(text) else None


def instant(name: str, value: object) -> datetime:
    """Return ISO 8601 text, a date or a datetime as a datetime in UTC; without a zone it is already UTC.

    Raises:
        InvalidInput: The value is none of these; the error calls it `name`.
    """
    try:
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        return datetime.fromisoformat(_complete_iso_8601(as_text(value).strip())).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(messages.INVALID_DATE.format(name=name), {"value": as_text(value)}) from error


def day_or_instant(name: str, value: str | date) -> date | datetime:
    """Return a date for a date alone, otherwise a datetime in UTC.

    Raises:
        InvalidInput: The text is not a date; the error calls it `name`.
    """
    moment = instant(name, value)
    date_alone = _DATE_ALONE.fullmatch(value.strip()) if isinstance(value, str) else not isinstance(value, datetime)
    return moment.date() if date_alone else moment


def past_instant(name: str, value: object, now: datetime) -> datetime | None:
    """Return a value as a datetime in UTC; None stays None.

    Raises:
        InvalidInput: The value is not a date, or is in the future; the error calls it `name`.
    """
    if value is None:
        return None
    moment = instant(name, value)
    if moment > now:
        raise InvalidInput(
            messages.FUTURE_DATE.format(name=name), {"value": as_text(value), "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
        )
    return moment


def whole_number(name: str, value: Any) -> int | None:
    """Return a number of orders, which may come as text; None stays None.

    Raises:
        InvalidInput: The value is not a whole number of 0 or more; the error calls it `name`.
    """
    if value is None:
        return None
    is_digits = isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value.strip())
    number: Any = int(value) if is_digits else value
    # Kognitos sends numbers as doubles, so 100.0 is a whole number. Python counts True as an int.
    is_number = isinstance(number, int | float | Decimal) and not isinstance(number, bool)
    if not is_number or not 0 <= number <= _LARGEST_NUMBER or number != int(number):
        raise InvalidInput(messages.INVALID_WHOLE_NUMBER.format(name=name), {"value": as_text(value)})
    return int(number)


def published_case(value: object) -> str | None:
    """Return the case of Amazon's static sandbox that a value names, or None."""
    text = _ascii_capitals(value)
    return text if _PUBLISHED_CASE.fullmatch(text) else None


def as_text(value: object) -> str:
    """Return any value as text."""
    try:
        return str(value)
    except Exception:  # noqa: BLE001 # pylint: disable=broad-exception-caught # a foreign __str__ may raise anything
        return f"a {type(value).__name__} without text"


def _ascii_capitals(value: object) -> str:
    """Return ASCII text in upper case, without surrounding blanks; anything else becomes "".

    Other text could turn into ASCII: the ligature ﬁ becomes FI, and the dotless i an ordinary I.
    """
    text = as_text(value).strip()
    return text.upper() if text.isascii() else ""


def _complete_iso_8601(text: str) -> str:
    # Python also parses other forms, such as "20241101" or any letter between date and time.
    match = _ISO_8601.fullmatch(text)
    if not match:
        raise ValueError("not ISO 8601")
    return f"{match['date']}T{(match['time'] or '00:00')}{(match['zone'] or 'Z').upper()}"
