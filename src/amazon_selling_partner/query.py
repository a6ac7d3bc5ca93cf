"""A validated query for orders, independent of the version of Amazon's Orders API."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from .concepts import AmazonOrder
from .inputs import DEFAULT_SANDBOX_CASE, instant, marketplace_named, past_instant, published_case, whole_number
from .marketplaces import MARKETPLACES, Marketplace

__all__ = ["AMAZON_DELAY", "DEFAULT_WINDOW", "EARLIEST", "DateKind", "OrderQuery", "Window"]

# How far back a query without a date goes. Amazon requires a date.
DEFAULT_WINDOW: Final = timedelta(days=30)
# Amazon shows an order two minutes after it was created or updated, and refuses a later "before".
AMAZON_DELAY: Final = timedelta(minutes=2)
# Before Amazon's oldest orders: the lower bound to send for a query that has only an upper one.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

# The sandbox shares the id of the United States.
_MARKETPLACE_BY_ID: Final = {
    facts.marketplace_id: marketplace
    for marketplace, facts in MARKETPLACES.items()
    if marketplace is not Marketplace.SANDBOX
}


class DateKind(Enum):
    """The dates that Amazon can filter by, one in each request."""

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
        """Whether it has a bound at all."""
        return self.after is not None or self.before is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuery:
    """The orders that a step requests.

    Attributes:
        marketplace: Where the orders were placed.
        asked_at: When the step began, in UTC; the same for every page.
        created: When the orders were created.
        last_updated: When the orders were last updated. Both windows apply.
        statuses: The order statuses to request, in the documented spelling; None means all.
        channels: The fulfillment channels to request, MFN and AFN; None means all.
        order_ids: The ids of the only orders that can match, without duplicates, in the order of their requests; None
            means any.
        offset: How many of the orders to skip.
        limit: The maximum number of orders to return; None means all.
        filter: The step's filter, checked on every order whatever Amazon filters by; None without a filter.
        impossible: Whether no order can match.
        sandbox_case: The published case to request from the sandbox; other marketplaces ignore it.
        key: Identifies the query for later slices: equal for equal marketplace, dates, sandbox case and filter,
            whatever the offset, limit and time.
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
    filter: Callable[[AmazonOrder], bool] | None = field(default=None, repr=False)
    impossible: bool = False
    sandbox_case: str = DEFAULT_SANDBOX_CASE
    key: Hashable = field(default=None, repr=False)
    # Computed once, because every order is checked against them.
    _local_windows: Mapping[DateKind, Window] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_local_windows", self._windows_to_check())
        if self.key is None:
            # Set only once: a filter narrows the windows later.
            key = (self.marketplace, self.created, self.last_updated, self.sandbox_case)
            object.__setattr__(self, "key", key)

    @classmethod
    def from_step(
        cls,
        *,
        now: datetime,
        marketplace: object = None,
        created_after: object = None,
        last_updated_after: object = None,
        offset: object = None,
        limit: object = None,
    ) -> "OrderQuery":
        """Return the query for a step's inputs; None means that the step leaves an input out.

        Raises:
            InvalidInput: An input is invalid; the message names it and shows a valid one.
        """
        known = Marketplace.US if marketplace is None else marketplace_named(marketplace)
        case = published_case(created_after) if known is Marketplace.SANDBOX else None
        return cls(
            marketplace=known,
            asked_at=now,
            created=Window() if case else Window(after=past_instant("createdafter", created_after, now)),
            last_updated=Window(after=past_instant("last updated", last_updated_after, now)),
            offset=whole_number("offset", offset) or 0,
            limit=whole_number("limit", limit),
            sandbox_case=case or DEFAULT_SANDBOX_CASE,
        )

    @property
    def request_window(self) -> tuple[DateKind, Window]:
        """The one date to filter by at Amazon, and the window to send; its `after` is always set.

        No order is updated before it is created, so the date with the later lower bound excludes more orders. `matches`
        checks the rest.
        """
        latest = self.asked_at - AMAZON_DELAY
        created, updated = self.created, self.last_updated
        if not created.bounded and not updated.bounded:
            after = self.asked_at - DEFAULT_WINDOW if self.order_ids is None else EARLIEST
            return DateKind.CREATED, Window(after=after)
        created_from, updated_from = (max(window.after or EARLIEST, EARLIEST) for window in (created, updated))
        by_update = updated_from > created_from or not created.bounded
        kind, window = (DateKind.LAST_UPDATED, updated) if by_update else (DateKind.CREATED, created)
        # Amazon defaults to its latest possible upper bound, and refuses a later one.
        before = window.before if window.before is not None and window.before < latest else None
        return kind, Window(after=max(window.after or EARLIEST, EARLIEST), before=before)

    @property
    def needs_no_call(self) -> bool:
        """Whether no order can match, so that a call would waste quota."""
        latest = self.asked_at - AMAZON_DELAY
        empty_window = any(
            max(window.after or EARLIEST, EARLIEST) > min(window.before or latest, latest)
            for window in (self.created, self.last_updated)
        )
        nothing_left = self.impossible or frozenset() in (self.statuses, self.channels) or self.order_ids == ()
        # No order is updated before it is created, so these windows exclude each other.
        reversed_windows = (
            self.created.after is not None
            and self.last_updated.before is not None
            and self.created.after > self.last_updated.before
        )
        return self.limit == 0 or empty_window or nothing_left or reversed_windows

    def matches(self, order: AmazonOrder) -> bool:
        """Return whether an order that Amazon returned matches the query.

        Raises:
            InvalidInput: A date of the order to compare is not ISO 8601.
        """
        if self.order_ids is not None and not self._is_requested_by_id(order):
            return False
        for kind, window in self._local_windows.items():
            if instant(kind.value.replace("_", " "), getattr(order, kind.value)) not in window:
                return False
        return self.filter is None or self.filter(order)

    def placed_elsewhere(self, order: AmazonOrder) -> Marketplace | None:
        """Return the documented marketplace of an order if it differs from the step's, otherwise None.

        Orders placed outside Amazon have undocumented marketplace ids and match in any marketplace. The sandbox
        publishes orders of several marketplaces, and all of them match.
        """
        placed_in = _MARKETPLACE_BY_ID.get(order.marketplace_id or "")
        return None if self.marketplace in (placed_in, Marketplace.SANDBOX) else placed_in

    def _is_requested_by_id(self, order: AmazonOrder) -> bool:
        # Requested by its id alone, an order of any marketplace is returned.
        return order.amazon_order_id in (self.order_ids or ()) and self.placed_elsewhere(order) is None

    def _windows_to_check(self) -> dict[DateKind, Window]:
        """Return the windows that Amazon does not apply: the other date's, or both if orders are requested by id."""
        windows = {DateKind.CREATED: self.created, DateKind.LAST_UPDATED: self.last_updated}
        if self.order_ids is None:
            del windows[self.request_window[0]]
        return {kind: window for kind, window in windows.items() if window.bounded}
