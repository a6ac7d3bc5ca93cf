"""What of a filter Amazon is asked for: as much as it can answer; the whole filter is checked on each order here.

Whatever the filter, the orders are those it describes: what Amazon answers only saves quota. It answers bounds of
the purchase date and of the last update date, order statuses and fulfillment channels that it documents, and
combinations of these by AND, and by OR where one attribute alone differs. Where a filter can select only orders that
it names by their ids, Amazon is asked for these.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kognitos.bdk.api import FilterExpression

from ..inputs import order_id_in
from ..marketplaces import MARKETPLACES, Marketplace
from ..query import EARLIEST, DateKind, OrderQuery, Window
from .attributes import attributes
from .reading import Check, Claim, claim_of
from .sets import ANYTHING, Selection, ValueSet
from .words import documented_words

__all__ = ["narrowed"]

# The fields of OrderQuery that bound an attribute.
_WINDOWS: Final = {DateKind.CREATED.value: "created", DateKind.LAST_UPDATED.value: "last_updated"}
_CHOICES: Final = {"order_status": "statuses", "fulfillment_channel": "channels"}
# The latest moment in whole milliseconds that there is.
_LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


def narrowed(query: OrderQuery, expression: FilterExpression) -> OrderQuery:
    """Return a question for those of the orders asked for that a filter describes; both hold.

    The filter holds beside the inputs of the step: one on the marketplace id can only confirm the marketplace or
    exclude all orders, since a step asks one marketplace. A filter that no order can fulfil makes a question that
    needs no call. A purchase date or last update date anywhere in the filter lifts the default window of 30 days,
    even where Amazon cannot be asked for it, and so does a filter that can select only orders it names by their ids.
    The static sandbox answers no filter, so there all is checked here.

    Args:
        query: The question without the filter.
        expression: The filter.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    claim = claim_of(expression)
    matches = _both(query.matches, claim.holds)
    if query.marketplace is Marketplace.SANDBOX:
        return replace(query, matches=matches)
    if (claim.when_true & _in_marketplace(query.marketplace)).empty:
        return replace(query, impossible=True)
    query = _of_known_orders(query, claim)
    asked, exact = _asked(query, claim.when_true)
    # Amazon's answer to an exact question is checked as well: v0 was seen to answer with orders in other statuses,
    # https://github.com/amzn/selling-partner-api-models/issues/1849.
    exact &= query.matches is None or query.exact
    return _without_default_window(replace(asked, matches=matches, exact=exact), claim)


def _both(first: Check | None, second: Check) -> Check:
    return second if first is None else lambda order: first(order) and second(order)


def _in_marketplace(marketplace: Marketplace) -> Selection:
    own = MARKETPLACES[marketplace].marketplace_id.casefold()
    return Selection.where(attributes()["marketplace_id",], ValueSet.of([own], absent=True))


def _asked(query: OrderQuery, selection: Selection) -> tuple[OrderQuery, bool]:
    """Return the question with as much of a selection as Amazon can be asked for, and whether that is all of it."""
    exact = selection.exact
    changes: dict[str, Any] = {}
    for attribute, values in selection.bounds.items():
        name = attribute.path[0]
        if name in _WINDOWS:
            window = _window(values)
            changes[_WINDOWS[name]] = _overlap(getattr(query, _WINDOWS[name]), window)
            exact &= ValueSet.between(window.after, window.before) == values
        elif (choice := _choice(name, values)) is not None:
            asked_before = getattr(query, _CHOICES[name])
            changes[_CHOICES[name]] = choice if asked_before is None else choice & asked_before
        else:
            exact = False
    return replace(query, **changes), exact


def _of_known_orders(query: OrderQuery, claim: Claim) -> OrderQuery:
    """Return a question for the only orders that can be selected, where the filter names them by their ids."""
    attribute = attributes()["amazon_order_id",]
    wanted = claim.when_true.bounds.get(attribute, ANYTHING).singles
    named = claim.mentions.get(attribute, ())
    if wanted is None or not wanted <= set(named):
        return query
    # What is no order id is that of no order, and Amazon would refuse it.
    order_ids = [order_id_in(value) for value in dict.fromkeys(named) if value in wanted]
    known = query.order_ids
    return replace(query, order_ids=tuple(one for one in order_ids if one and (known is None or one in known)))


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


def _choice(name: str, values: ValueSet) -> frozenset[str] | None:
    """Return the values as Amazon spells them, None when it cannot be asked for just these."""
    wanted = values.singles
    if wanted is None or values.absent or name not in _CHOICES:
        return None
    # Amazon refuses to be asked for others, though orders may have them.
    known = documented_words(attributes()[name,])
    return frozenset(known[value] for value in wanted) if wanted <= known.keys() else None


def _without_default_window(query: OrderQuery, claim: Claim) -> OrderQuery:
    dates = {attribute.path[0] for attribute in claim.mentions} & _WINDOWS.keys()
    if not dates or query.created.bounded or query.last_updated.bounded:
        return query
    return replace(query, created=Window(after=EARLIEST))
