"""One validated question about orders, the same for every version of Amazon's Orders API."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final

from .concepts import AmazonOrder
from .errors import InvalidInput
from .marketplaces import MARKETPLACE_SYNONYMS, Marketplace

__all__ = [
    "AMAZON_DELAY",
    "DEFAULT_WINDOW",
    "EARLIEST",
    "SANDBOX_CASE",
    "DateKind",
    "OrderQuery",
    "Window",
    "instant",
    "marketplace_named",
    "order_identifier",
]

# Without any date, orders created in the last 30 days: Amazon requires a date, and this one is documented.
DEFAULT_WINDOW: Final = timedelta(days=30)
# Amazon shows an order two minutes after it was created or updated, and refuses a later "before".
AMAZON_DELAY: Final = timedelta(minutes=2)
# Before Amazon's oldest orders: the lower bound to send where a question has only an upper one.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
# The static sandbox answers only its published cases; whatever else is asked of it becomes this one.
SANDBOX_CASE: Final = "TEST_CASE_200"

_SANDBOX_CASE: Final = re.compile(r"TEST_CASE_[A-Z0-9_]+", re.ASCII)
# 3-7-7; the first block of a multi-channel order holds letters, as in S01-1234567-1234567.
_ORDER_ID: Final = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
_ISO_8601: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)


class DateKind(Enum):
    """The two dates of an order that Amazon can be asked by, one at a time."""

    CREATED = "purchase_date"
    LAST_UPDATED = "last_update_date"


@dataclass(frozen=True, slots=True)
class Window:
    """Instants in UTC, both bounds inclusive; None means unbounded."""

    after: datetime | None = None
    before: datetime | None = None

    def __contains__(self, moment: datetime) -> bool:
        return (self.after is None or self.after <= moment) and (self.before is None or moment <= self.before)

    @property
    def bounded(self) -> bool:
        """Whether it excludes any instant."""
        return self.after is not None or self.before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """Which orders a step asks for.

    Attributes:
        marketplace: Where the orders were placed.
        asked_at: When the question was put, in UTC; the same for every page of the answer.
        created: When the orders were created.
        last_updated: When the orders were last updated. Both windows hold.
        statuses: The order statuses asked for, in the documented spelling; None means all.
        channels: The fulfillment channels asked for, MFN and AFN; None means all.
        offset: How many of the orders to leave out at the beginning.
        limit: How many orders to return at most; None means all.
        matches: What Amazon cannot check, asked of each order; None when Amazon answers everything.
        sandbox_case: The published case to ask of the sandbox; other marketplaces ignore it.
    """

    marketplace: Marketplace
    asked_at: datetime
    created: Window = Window()
    last_updated: Window = Window()
    statuses: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    offset: int = 0
    limit: int | None = None
    matches: Callable[[AmazonOrder], bool] | None = field(default=None, repr=False)
    sandbox_case: str = SANDBOX_CASE

    @classmethod
    def from_step(
        cls,
        *,
        now: datetime,
        marketplace: object = None,
        created_after: object = None,
        last_updated_after: object = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> "OrderQuery":
        """Return the question that the inputs of a step put; None for an input that the step leaves out.

        Raises:
            InvalidInput: An input cannot be right; the message names it and shows a right one.
        """
        place = Marketplace.US if marketplace is None else marketplace_named(marketplace)
        case = _sandbox_case(created_after) if place is Marketplace.SANDBOX else None
        return cls(
            marketplace=place,
            asked_at=now,
            created=Window() if case else Window(after=_past("createdafter", created_after, now)),
            last_updated=Window(after=_past("last updated", last_updated_after, now)),
            offset=_count("offset", offset) or 0,
            limit=_count("limit", limit),
            sandbox_case=case or SANDBOX_CASE,
        )

    @property
    def asked(self) -> tuple[DateKind, Window]:
        """The one kind of date Amazon is asked by, with the window to send; its `after` is always set.

        No order is updated before it is created, so the later of two lower bounds implies the other one
        on the side it is asked; whatever Amazon is not asked, `holds` checks.
        """
        latest = self.asked_at - AMAZON_DELAY
        created, updated = self.created, self.last_updated
        if not created.bounded and not updated.bounded:
            return DateKind.CREATED, Window(after=self.asked_at - DEFAULT_WINDOW)
        by_update = (updated.after or EARLIEST) > (created.after or EARLIEST) or not created.bounded
        kind, window = (DateKind.LAST_UPDATED, updated) if by_update else (DateKind.CREATED, created)
        # Amazon's own upper bound is this moment; it refuses a later one.
        before = window.before if window.before is not None and window.before < latest else None
        return kind, Window(after=max(window.after or EARLIEST, EARLIEST), before=before)

    @property
    def needs_no_call(self) -> bool:
        """Whether no order can be the answer, so that no call is worth its quota."""
        latest = self.asked_at - AMAZON_DELAY
        none_fits = any(
            max(window.after or EARLIEST, EARLIEST) > min(window.before or latest, latest)
            for window in (self.created, self.last_updated)
        )
        never = self.statuses == frozenset() or self.channels == frozenset()
        # A last update lies at or after the creation, so these two exclude each other as well.
        reversed_windows = (
            self.created.after is not None
            and self.last_updated.before is not None
            and self.created.after > self.last_updated.before
        )
        return self.limit == 0 or none_fits or never or reversed_windows

    @property
    def checks_orders(self) -> bool:
        """Whether `holds` can refuse an order that Amazon returns."""
        _, window = self._unasked
        return window.bounded or self.matches is not None

    @property
    def _unasked(self) -> tuple[DateKind, Window]:
        """The kind of date that Amazon is not asked by, with the window to check here."""
        if self.asked[0] is DateKind.CREATED:
            return DateKind.LAST_UPDATED, self.last_updated
        return DateKind.CREATED, self.created

    def holds(self, order: AmazonOrder) -> bool:
        """Return whether an order that Amazon returned is asked for in every respect.

        Raises:
            InvalidInput: A date of the order that has to be compared is not ISO 8601.
        """
        other, window = self._unasked
        if window.bounded and instant(other.value, getattr(order, other.value)) not in window:
            return False
        return self.matches is None or self.matches(order)


def marketplace_named(value: object) -> Marketplace:
    """Return the marketplace that a member, its code in any case, or a synonym such as UK names.

    Raises:
        InvalidInput: There is no such marketplace; the message lists those there are.
    """
    if isinstance(value, Marketplace):
        return value
    code = str(value).strip().upper()
    if code in MARKETPLACE_SYNONYMS:
        return MARKETPLACE_SYNONYMS[code]
    if code in Marketplace.__members__:
        return Marketplace[code]
    raise InvalidInput(
        "The marketplace is not one this book knows. Use one of "
        + ", ".join(sorted(Marketplace.__members__))
        + ', for example: the marketplace is "US".',
        {"found": value},
    )


def order_identifier(value: object, marketplace: Marketplace) -> str:
    """Return an order id in Amazon's 3-7-7 format, blanks around it removed.

    The sandbox knows only its published cases: any other id asks it for the first of them.

    Raises:
        InvalidInput: The text is no order id.
    """
    if marketplace is Marketplace.SANDBOX:
        return _sandbox_case(value) or SANDBOX_CASE
    text = str(value).strip().upper() if value is not None else ""
    if not _ORDER_ID.fullmatch(text):
        raise InvalidInput(
            "The order id is not in Amazon's format of 3, 7 and 7 digits. "
            'Write it as Seller Central shows it, for example: the order id is "902-3159896-1390916".',
            {"found": value},
        )
    return text


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
        return datetime.fromisoformat(_spelled_out(str(value).strip())).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"The {name} is not a date that can be read. Write it in ISO 8601, with the date alone, without a zone "
            f'(then it is UTC) or with one, for example: the {name} is "2024-11-01T00:00:00Z".',
            {"found": value},
        ) from error


def _spelled_out(text: str) -> str:
    # Python reads more than ISO 8601 dates ("20241101", any letter between date and time): those are refused.
    found = _ISO_8601.fullmatch(text)
    if not found:
        raise ValueError("not ISO 8601")
    return f"{found['date']}T{(found['time'] or '00:00').replace(',', '.')}{(found['zone'] or 'Z').upper()}"


def _past(name: str, value: object, now: datetime) -> datetime | None:
    if value is None:
        return None
    moment = instant(name, value)
    if moment > now:
        raise InvalidInput(
            f"The {name} lies in the future, so no order can answer. Give a date that has passed.",
            {"found": value, "now": f"{now:%Y-%m-%dT%H:%M:%SZ}"},
        )
    return moment


def _count(name: str, value: object) -> int | None:
    if value is None:
        return None
    # A number travels as a double, so 100.0 is a whole number as well.
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value // 1 or value < 0:
        raise InvalidInput(f"The {name} must be a whole number, 0 or greater.", {"found": value})
    return int(value)


def _sandbox_case(value: object) -> str | None:
    text = str(value).strip().upper() if value is not None else ""
    return text if _SANDBOX_CASE.fullmatch(text) else None
