"""What of a filter Amazon is asked for: as much as it can answer. The whole filter is checked on each order here.

Amazon only saves quota; which orders match never depends on it. It answers bounds of the purchase date and of the
last update date, the order statuses and fulfillment channels it documents, and combinations of these by AND, and by
OR where one attribute alone differs. Where only orders that the filter names by their ids can match, it is asked for
these.
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
from .reading import Claim, claim_of
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
# The latest moment in whole milliseconds that there is.
_LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


def narrowed(query: OrderQuery, expression: FilterExpression) -> OrderQuery:
    """Return the question for those of the orders asked for that a filter describes; both hold.

    A step asks one marketplace, so a filter on the marketplace id can only confirm it or exclude all orders. A
    question that no order can match needs no call. A purchase date or last update date anywhere in the filter lifts
    the default window of 30 days, even where Amazon cannot be asked for it, and so does a filter that only orders it
    names by their ids can match. The static sandbox answers no filter, so all is checked here.

    Args:
        query: The question without any filter.
        expression: The filter.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    claim = claim_of(expression)
    query = replace(query, matches=claim.holds, question=(query.question, claim.key))
    if query.marketplace is Marketplace.SANDBOX:
        return query
    query = _of_known_orders(query, claim)
    places = ValueSet.intersection([_possible_marketplaces(query), claim.bounds.get(_MARKETPLACE_ID, _ANYTHING)])
    if claim.impossible or places == ValueSet():
        return replace(query, impossible=True)
    return _without_default_window(_asked(query, claim), claim)


def _possible_marketplaces(query: OrderQuery) -> ValueSet:
    own = _MARKETPLACE_IDS[query.marketplace]
    if query.order_ids is None:
        return ValueSet.of([own], absent=True)
    # Known orders may come from outside Amazon, with ids of no documented marketplace.
    return ~ValueSet.of(set(_MARKETPLACE_IDS.values()) - {own})


def _asked(query: OrderQuery, claim: Claim) -> OrderQuery:
    """Return the question with as much of a filter as Amazon can be asked for."""
    changes: dict[str, Any] = {}
    for path, values in claim.bounds.items():
        if path in _WINDOWS:
            changes[_WINDOWS[path]] = _overlap(getattr(query, _WINDOWS[path]), _window(values))
        elif path in _CHOICES and (choice := _choice(path, values)) is not None:
            changes[_CHOICES[path]] = choice
    return replace(query, **changes)


def _of_known_orders(query: OrderQuery, claim: Claim) -> OrderQuery:
    """Return the question for the only orders that can match, where the filter names them by their ids."""
    possible = claim.bounds.get(_ORDER_ID, _ANYTHING).singles
    named = [name for one in claim.comparisons if one.attribute.path == _ORDER_ID for name in one.named]
    if possible is None or not possible <= set(named):
        return query
    # Text that is not an order id belongs to no order, and Amazon would refuse it.
    order_ids = [order_id_in(name) for name in dict.fromkeys(named) if name in possible]
    return replace(query, order_ids=tuple(order_id for order_id in order_ids if order_id is not None))


def _window(values: ValueSet) -> Window:
    """Return the window that holds all the values; a bound finer than Amazon's milliseconds is widened to one."""
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
    """Return the values as Amazon spells them, None when it cannot be asked for just these."""
    chosen = values.singles
    # Amazon refuses to be asked for other values, though orders may have them.
    documented = documented_values(path)
    if chosen is None or values.absent or not chosen <= documented.keys():
        return None
    return frozenset(documented[value] for value in chosen)


def _without_default_window(query: OrderQuery, claim: Claim) -> OrderQuery:
    mentions_date = any(comparison.attribute.path in _WINDOWS for comparison in claim.comparisons)
    if not mentions_date or query.created.bounded or query.last_updated.bounded:
        return query
    return replace(query, created=Window(after=EARLIEST))
