"""One validated question about orders, the same for every version of Amazon's Orders API."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from .concepts import AmazonOrder
from .inputs import DEFAULT_SANDBOX_CASE, instant, marketplace_named, past_instant, published_case, whole_number
from .marketplaces import MARKETPLACES, Marketplace

__all__ = ["AMAZON_DELAY", "DEFAULT_WINDOW", "EARLIEST", "DateKind", "OrderQuery", "Window"]

# Without any date, orders created in the last 30 days: Amazon requires a date, and this one is documented.
DEFAULT_WINDOW: Final = timedelta(days=30)
# Amazon shows an order two minutes after it was created or updated, and refuses a later "before".
AMAZON_DELAY: Final = timedelta(minutes=2)
# Before Amazon's oldest orders: the lower bound to send where a question has only an upper one.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)

# The sandbox shares the id of the United States.
_MARKETPLACE_BY_ID: Final = {
    facts.marketplace_id: marketplace
    for marketplace, facts in MARKETPLACES.items()
    if marketplace is not Marketplace.SANDBOX
}


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
        order_ids: The only orders that can match, each once, in the order in which to ask; None means any.
        offset: How many of the orders to skip.
        limit: How many orders to return at most; None means all.
        matches: The filter, checked on every order whatever Amazon was asked for; None without a filter.
        impossible: Whether no order can match.
        sandbox_case: The published case to ask the sandbox for; other marketplaces ignore it.
        question: What identifies the question, so that a later step can go on where an earlier one ended: equal for
            equal marketplace, dates, sandbox case and filter as the step gives them, whatever offset, limit and time.
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
    impossible: bool = False
    sandbox_case: str = DEFAULT_SANDBOX_CASE
    question: Hashable = field(default=None, repr=False)
    # Computed once, because they are checked for every order.
    _local_windows: Mapping[DateKind, Window] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_local_windows", self._windows_to_check())
        if self.question is None:
            # Kept by `replace`, which narrows windows later.
            given = (self.marketplace, self.created, self.last_updated, self.sandbox_case)
            object.__setattr__(self, "question", given)

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
        """Return the question of a step's inputs; None stands for an input that the step leaves out.

        Raises:
            InvalidInput: An input is invalid; the message names it and shows a valid one.
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
            sandbox_case=case or DEFAULT_SANDBOX_CASE,
        )

    @property
    def asked(self) -> tuple[DateKind, Window]:
        """The one kind of date to ask Amazon by, with the window to send; its `after` is always set.

        No order is updated before it is created, so on the side Amazon is asked by, the later of two lower bounds
        implies the other one. `holds` checks whatever Amazon cannot.
        """
        latest = self.asked_at - AMAZON_DELAY
        created, updated = self.created, self.last_updated
        if not created.bounded and not updated.bounded:
            after = self.asked_at - DEFAULT_WINDOW if self.order_ids is None else EARLIEST
            return DateKind.CREATED, Window(after=after)
        created_from, updated_from = (max(window.after or EARLIEST, EARLIEST) for window in (created, updated))
        by_update = updated_from > created_from or not created.bounded
        kind, window = (DateKind.LAST_UPDATED, updated) if by_update else (DateKind.CREATED, created)
        # Amazon's own upper bound is this moment; it refuses a later one.
        before = window.before if window.before is not None and window.before < latest else None
        return kind, Window(after=max(window.after or EARLIEST, EARLIEST), before=before)

    @property
    def needs_no_call(self) -> bool:
        """Whether the answer is empty for sure, so that no call is worth its quota."""
        latest = self.asked_at - AMAZON_DELAY
        empty_window = any(
            max(window.after or EARLIEST, EARLIEST) > min(window.before or latest, latest)
            for window in (self.created, self.last_updated)
        )
        nothing_left = self.impossible or frozenset() in (self.statuses, self.channels) or self.order_ids == ()
        # A last update lies at or after the creation, so these two exclude each other as well.
        reversed_windows = (
            self.created.after is not None
            and self.last_updated.before is not None
            and self.created.after > self.last_updated.before
        )
        return self.limit == 0 or empty_window or nothing_left or reversed_windows

    def holds(self, order: AmazonOrder) -> bool:
        """Return whether an order that Amazon returned matches the whole question.

        Raises:
            InvalidInput: A date of the order that has to be compared is not ISO 8601.
        """
        if self.order_ids is not None and not self._is_known(order):
            return False
        for kind, window in self._local_windows.items():
            if instant(kind.value, getattr(order, kind.value)) not in window:
                return False
        return self.matches is None or self.matches(order)

    def placed_elsewhere(self, order: AmazonOrder) -> Marketplace | None:
        """Return the documented marketplace in which an order was placed when it is another one than the step's.

        Orders from outside Amazon have ids of no documented marketplace; they belong to every step that names them.
        The sandbox shows published orders of several marketplaces, none of them elsewhere.
        """
        place = _MARKETPLACE_BY_ID.get(order.marketplace_id or "")
        return None if self.marketplace in (place, Marketplace.SANDBOX) else place

    def _is_known(self, order: AmazonOrder) -> bool:
        # Asked for by its id alone, Amazon returns an order of any marketplace.
        return order.amazon_order_id in (self.order_ids or ()) and self.placed_elsewhere(order) is None

    def _windows_to_check(self) -> dict[DateKind, Window]:
        """Return the windows to check here: of the date Amazon is not asked by, for known orders of both."""
        windows = {DateKind.CREATED: self.created, DateKind.LAST_UPDATED: self.last_updated}
        if self.order_ids is None:
            del windows[self.asked[0]]
        return {kind: window for kind, window in windows.items() if window.bounded}
