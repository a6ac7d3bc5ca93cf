"""One validated question about orders, the same for every version of Amazon's Orders API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from .concepts import AmazonOrder
from .inputs import SANDBOX_CASE, instant, marketplace_named, past_instant, published_case, whole_number
from .marketplaces import MARKETPLACES, Marketplace

__all__ = ["AMAZON_DELAY", "DEFAULT_WINDOW", "EARLIEST", "DateKind", "OrderQuery", "Window"]

# Without any date, orders created in the last 30 days: Amazon requires a date, and this one is documented.
DEFAULT_WINDOW: Final = timedelta(days=30)
# Amazon shows an order two minutes after it was created or updated, and refuses a later "before".
AMAZON_DELAY: Final = timedelta(minutes=2)
# Before Amazon's oldest orders: the lower bound to send where a question has only an upper one.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)


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
        order_ids: The only orders that can be asked for, each once, in the order in which to ask; None means any.
        offset: How many of the orders to leave out at the beginning.
        limit: How many orders to return at most; None means all.
        matches: The whole filter, asked of each order whatever Amazon was asked for; None without a filter.
        exact: Whether Amazon is asked all that `matches` says, so that only a wrong answer of Amazon's fails it.
        impossible: Whether no order can be what is asked for.
        sandbox_case: The published case to ask of the sandbox; other marketplaces ignore it.
    """

    marketplace: Marketplace
    asked_at: datetime
    created: Window = Window()
    last_updated: Window = Window()
    statuses: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    order_ids: tuple[str, ...] | None = None
    offset: int = 0
    limit: int | None = None
    matches: Callable[[AmazonOrder], bool] | None = field(default=None, repr=False)
    exact: bool = False
    impossible: bool = False
    sandbox_case: str = SANDBOX_CASE
    # Told once, as it is asked for every order: the windows that Amazon is not asked by.
    _unasked: Mapping[DateKind, Window] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_unasked", self._unasked_windows())

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
        case = published_case(created_after) if place is Marketplace.SANDBOX else None
        return cls(
            marketplace=place,
            asked_at=now,
            created=Window() if case else Window(after=past_instant("createdafter", created_after, now)),
            last_updated=Window(after=past_instant("last updated", last_updated_after, now)),
            offset=whole_number("offset", offset) or 0,
            limit=whole_number("limit", limit),
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
            after = self.asked_at - DEFAULT_WINDOW if self.order_ids is None else EARLIEST
            return DateKind.CREATED, Window(after=after)
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
        never = self.impossible or frozenset() in (self.statuses, self.channels) or self.order_ids == ()
        # A last update lies at or after the creation, so these two exclude each other as well.
        reversed_windows = (
            self.created.after is not None
            and self.last_updated.before is not None
            and self.created.after > self.last_updated.before
        )
        return self.limit == 0 or none_fits or never or reversed_windows

    @property
    def checks_orders(self) -> bool:
        """Whether `holds` can refuse an order that Amazon is right to return."""
        by_filter = self.matches is not None and not self.exact
        return self.order_ids is not None or bool(self._unasked) or by_filter

    def _unasked_windows(self) -> dict[DateKind, Window]:
        """Return the windows to check here: of the kind of date Amazon is not asked by, of both for known orders."""
        windows = {DateKind.CREATED: self.created, DateKind.LAST_UPDATED: self.last_updated}
        if self.order_ids is None:
            del windows[self.asked[0]]
        return {kind: window for kind, window in windows.items() if window.bounded}

    def holds(self, order: AmazonOrder) -> bool:
        """Return whether an order that Amazon returned is asked for in every respect.

        Raises:
            InvalidInput: A date of the order that has to be compared is not ISO 8601.
        """
        if self.order_ids is not None and not self._is_known(order):
            return False
        for kind, window in self._unasked.items():
            if instant(kind.value, getattr(order, kind.value)) not in window:
                return False
        return self.matches is None or self.matches(order)

    def _is_known(self, order: AmazonOrder) -> bool:
        # Asked for by its id alone, Amazon returns an order of any marketplace.
        own = MARKETPLACES[self.marketplace].marketplace_id
        return order.amazon_order_id in (self.order_ids or ()) and order.marketplace_id in {None, own}
