"""What a `whose` filter asks: as much of it as Amazon can answer exactly, the rest of each order here.

A filter is read once, before any call, into a `_Claim`: how to check an order, and two selections, of the orders
for which it can be true and for which it can be false. From these follows what to ask of Amazon; when that is not
exactly what the filter says, the whole filter is checked on each order again. So whatever the filter, the orders are
those it describes; what Amazon answers only saves quota.

What Amazon answers: bounds of the purchase date and of the last update date, order statuses and fulfillment
channels that it documents, and combinations of these by AND, and by OR where one attribute alone differs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterExpression,
    FilterExpressionVisitor,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrasesExpression,
    ValueExpression,
)

from ..concepts import AmazonOrder
from ..errors import InvalidInput
from ..marketplaces import MARKETPLACES, Marketplace
from ..query import EARLIEST, DateKind, OrderQuery, Window
from .attributes import Attribute, attribute_named, attributes
from .comparisons import MIRRORED, Comparison, compared, unknown_operator
from .sets import EVERYTHING, Selection, ValueSet

__all__ = ["narrowed"]

_Check = Callable[[AmazonOrder], bool]

# The fields of OrderQuery that bound an attribute.
_WINDOWS: Final = {DateKind.CREATED.value: "created", DateKind.LAST_UPDATED.value: "last_updated"}
_CHOICES: Final = {"order_status": "statuses", "fulfillment_channel": "channels"}
# The values that Amazon can be asked for; it refuses others, though orders may have them.
_ASKABLE: Final = {
    "order_status": (
        "PendingAvailability",
        "Pending",
        "Unshipped",
        "PartiallyShipped",
        "Shipped",
        "InvoiceUnconfirmed",
        "Canceled",
        "Unfulfillable",
    ),
    "fulfillment_channel": ("MFN", "AFN"),
}
# The latest moment in whole milliseconds that there is.
_LATEST: Final = datetime.max.replace(microsecond=999_000, tzinfo=UTC)


def narrowed(query: OrderQuery, expression: FilterExpression) -> OrderQuery:
    """Return a question for those of the orders asked for that a filter describes; both hold.

    The filter holds beside the inputs of the step: one on the marketplace id can only confirm the marketplace or
    exclude all orders, since a step asks one marketplace. A filter that no order can fulfil makes a question that
    needs no call. A purchase date or last update date anywhere in the filter lifts the default window of 30 days,
    even where Amazon cannot be asked for it. The static sandbox answers no filter, so there all is checked here.

    Args:
        query: The question without the filter.
        expression: The filter.

    Raises:
        InvalidInput: An attribute, an operator or the form of the filter is unknown, or a value cannot be read.
        TypeMismatchError: A value is of another type than the attribute it is compared with.
    """
    claim = _read(expression)
    matches = _both(query.matches, claim.holds)
    if query.marketplace is Marketplace.SANDBOX:
        return replace(query, matches=matches)
    if (claim.when_true & _in_marketplace(query.marketplace)).empty:
        # No status is asked for, so nothing is.
        return replace(query, statuses=frozenset())
    asked, exact = _asked(query, claim.when_true)
    return _without_default_window(replace(asked, matches=query.matches if exact else matches), claim)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a filter, or a part of it, says of an order.

    Attributes:
        holds: Whether it is true for an order.
        when_true: The orders for which it can be true.
        when_false: The orders for which it can be false.
        mentions: The attributes in it.
    """

    holds: _Check
    when_true: Selection
    when_false: Selection
    mentions: frozenset[Attribute]

    @classmethod
    def of(cls, comparison: Comparison) -> "_Claim":
        attribute, values = comparison.attribute, comparison.values
        mentions = frozenset({attribute})
        if values is None:
            unknown = replace(EVERYTHING, exact=False)
            return cls(comparison.holds, unknown, unknown, mentions)
        true, false = Selection.where(attribute, values), Selection.where(attribute, ~values)
        return cls(comparison.holds, true, false, mentions)

    @classmethod
    def all_of(cls, claims: list["_Claim"]) -> "_Claim":
        return cls(
            lambda order: all(claim.holds(order) for claim in claims),
            _paired(and_, [claim.when_true for claim in claims]),
            _paired(or_, [claim.when_false for claim in claims]),
            frozenset(attribute for claim in claims for attribute in claim.mentions),
        )

    @classmethod
    def any_of(cls, claims: list["_Claim"]) -> "_Claim":
        opposite = cls.all_of([~claim for claim in claims])
        return replace(~opposite, holds=lambda order: any(claim.holds(order) for claim in claims))

    def __invert__(self) -> "_Claim":
        return _Claim(lambda order: not self.holds(order), self.when_false, self.when_true, self.mentions)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the filter, apart from what it is compared with."""

    value: Any


_Meaning = _Claim | _Value | Attribute


class _Reader(FilterExpressionVisitor[_Meaning]):
    """Reads expressions; it keeps nothing."""

    def visit_binary_expression(self, expression: FilterBinaryExpression) -> _Meaning:
        operator = expression.operator
        if operator is FilterBinaryOperator.AND:
            return _Claim.all_of([self.claim(part) for part in _chain(expression)])
        if operator is FilterBinaryOperator.OR:
            return _Claim.any_of([self.claim(part) for part in _chain(expression)])
        if operator not in MIRRORED:
            raise unknown_operator(operator)
        match expression.left.accept(self), expression.right.accept(self):
            case Attribute() as attribute, _Value(value):
                return _Claim.of(compared(attribute, operator, value))
            case _Value(value), Attribute() as attribute:
                return _Claim.of(compared(attribute, MIRRORED[operator], value))
        raise InvalidInput(
            "The filter compares something else than an attribute of the order with a value. Write each comparison "
            'as in: whose order status is "Unshipped".'
        )

    def visit_unary_expression(self, expression: FilterUnaryExpression) -> _Meaning:
        if expression.operator is not FilterUnaryOperator.NOT:
            raise unknown_operator(expression.operator)
        return ~self.claim(expression.inner)

    def visit_value(self, expression: ValueExpression) -> _Meaning:
        return _Value(expression.value)

    def visit_noun_phrases(self, expression: NounPhrasesExpression) -> _Meaning:
        return attribute_named([phrase.to_string() for phrase in expression.noun_phrases])

    def claim(self, expression: FilterExpression) -> _Claim:
        """Return what an expression says that has to be true or false."""
        meaning = expression.accept(self)
        if isinstance(meaning, _Claim):
            return meaning
        raise InvalidInput(
            "The filter has a part that is no comparison. Compare each attribute with a value, "
            "for example: whose is prime is true."
        )


def _read(expression: FilterExpression) -> _Claim:
    try:
        return _Reader().claim(expression)
    except RecursionError:
        raise InvalidInput("The filter is nested too deeply to be read. Write it with fewer levels.") from None


def _chain(expression: FilterBinaryExpression) -> Iterator[FilterExpression]:
    """Yield what one operator joins, from left to right, however long the chain."""
    pending: list[FilterExpression] = [expression]
    while pending:
        part = pending.pop()
        if isinstance(part, FilterBinaryExpression) and part.operator is expression.operator:
            pending += [part.right, part.left]
        else:
            yield part


def _paired(join: Callable[[Selection, Selection], Selection], selections: list[Selection]) -> Selection:
    # One by one, a chain of many values would take time by the square of its length.
    while len(selections) > 1:
        selections = [reduce(join, selections[at : at + 2]) for at in range(0, len(selections), 2)]
    return selections[0]


def _both(first: _Check | None, second: _Check) -> _Check:
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
    known = {value.casefold(): value for value in _ASKABLE[name]}
    return frozenset(known[value] for value in wanted) if wanted <= known.keys() else None


def _without_default_window(query: OrderQuery, claim: _Claim) -> OrderQuery:
    dates = {attribute.path[0] for attribute in claim.mentions} & _WINDOWS.keys()
    if not dates or query.created.bounded or query.last_updated.bounded:
        return query
    return replace(query, created=Window(after=EARLIEST))
