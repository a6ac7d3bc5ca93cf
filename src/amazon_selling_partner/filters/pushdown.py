"""Pushes as much of a filter down to Amazon as it supports. The whole filter is still checked on each order.

Pushdown saves quota and never decides which orders match. Amazon supports bounds on the purchase date and on the last
update date, and sets of documented order statuses and fulfillment channels. If only orders that the filter names by id
can match, just those are requested.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kognitos.bdk.api import FilterExpression

from ..inputs import order_id_in
from ..marketplaces import MARKETPLACES, Marketplace
from ..query import EARLIEST, DateKind, OrderQuery, Window
from .attributes import Path
from .comparisons import ValueSet
from .reading import Condition, parse
from .values import documented_values, folded

__all__ = ["narrowed"]

# The fields of OrderQuery that bound an attribute.
_WINDOWS: Final[dict[Path, str]] = {
    (DateKind.CREATED.value,): "created",
    (DateKind.LAST_UPDATED.value,): "last_updated",
}
_CHOICES: Final[dict[Path, str]] = {("order_status",): "statuses", ("fulfillment_channel",): "channels"}
_ORDER_ID: Final[Path] = ("amazon_order_id",)
_MARKETPLACE_ID: Final[Path] = ("marketplace_id",)
_MARKETPLACE_IDS: Final = {marketplace: folded(facts.marketplace_id) for marketplace, facts in MARKETPLACES.items()}
_ANYTHING: Final = ~ValueSet()
# The latest datetime in whole milliseconds.
_LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


def narrowed(query: OrderQuery, expression: FilterExpression) -> OrderQuery:
    """Return the query with a filter added.

    A step names one marketplace, so a filter on the marketplace id either confirms it or excludes all orders. A query
    that no order can match needs no call. A purchase date or last update date anywhere in the filter lifts the default
    window of 30 days, even if Amazon cannot apply it, and so does a filter that names every possible order by its id.
    The static sandbox supports no filters, so nothing is pushed down.

    Args:
        query: The query without a filter.
        expression: The filter.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    condition = parse(expression)
    query = replace(query, filter=condition.matches, key=(query.key, condition.key))
    if query.marketplace is Marketplace.SANDBOX:
        return query
    query = _with_order_ids(query, condition)
    marketplaces = ValueSet.intersection(
        [_possible_marketplaces(query), condition.bounds.get(_MARKETPLACE_ID, _ANYTHING)]
    )
    if condition.impossible or marketplaces == ValueSet():
        return replace(query, impossible=True)
    return _without_default_window(_with_bounds(query, condition), condition)


def _possible_marketplaces(query: OrderQuery) -> ValueSet:
    own = _MARKETPLACE_IDS[query.marketplace]
    if query.order_ids is None:
        return ValueSet.of([own], absent=True)
    # Orders requested by id may come from outside Amazon, with undocumented marketplace ids.
    return ~ValueSet.of(set(_MARKETPLACE_IDS.values()) - {own})


def _with_bounds(query: OrderQuery, condition: Condition) -> OrderQuery:
    """Return the query with those bounds of a filter that Amazon supports."""
    changes: dict[str, Any] = {}
    for path, values in condition.bounds.items():
        if path in _WINDOWS:
            changes[_WINDOWS[path]] = _overlap(getattr(query, _WINDOWS[path]), _window(values))
        elif path in _CHOICES and (choice := _choice(path, values)) is not None:
            changes[_CHOICES[path]] = choice
    return replace(query, **changes)


def _with_order_ids(query: OrderQuery, condition: Condition) -> OrderQuery:
    """Return the query for orders by id, if the filter names every order that can match."""
    possible = condition.bounds.get(_ORDER_ID, _ANYTHING).singles
    named = [name for one in condition.comparisons if one.attribute.path == _ORDER_ID for name in one.named]
    if possible is None or not possible <= set(named):
        return query
    # Amazon refuses text that is not an order id, and no order can have it.
    order_ids = [order_id_in(name) for name in dict.fromkeys(named) if name in possible]
    return replace(query, order_ids=tuple(order_id for order_id in order_ids if order_id is not None))


def _window(values: ValueSet) -> Window:
    """Return the window that contains all the values; bounds are widened to whole milliseconds, as Amazon needs."""
    after, before = values.ends
    if after is not None:
        after -= timedelta(microseconds=after.microsecond % 1000)
    if before is not None:
        before = min(before, _LATEST)
        before += timedelta(microseconds=-before.microsecond % 1000)
    return Window(after, before)


def _overlap(first: Window, second: Window) -> Window:
    afters = [window.after for window in (first, second) if window.after is not None]
    befores = [window.before for window in (first, second) if window.before is not None]
    return Window(max(afters, default=None), min(befores, default=None))


def _choice(path: Path, values: ValueSet) -> frozenset[str] | None:
    """Return the values as Amazon spells them, or None if it cannot filter by just these."""
    chosen = values.singles
    # Amazon refuses other values in a request, though orders may have them.
    documented = documented_values(path)
    if chosen is None or values.absent or not chosen <= documented.keys():
        return None
    return frozenset(documented[value] for value in chosen)


def _without_default_window(query: OrderQuery, condition: Condition) -> OrderQuery:
    mentions_date = any(comparison.attribute.path in _WINDOWS for comparison in condition.comparisons)
    if not mentions_date or query.created.bounded or query.last_updated.bounded:
        return query
    return replace(query, created=Window(after=EARLIEST))
