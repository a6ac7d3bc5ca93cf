"""Sets of orders that can be computed with: what is certain about the orders a filter selects, before any is read.

A `ValueSet` is exact, whatever is done with it. A `Selection` bounds each attribute on its own and may hold more
orders than the filter selects, never fewer; it knows whether it is exact.
"""

import operator
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from .attributes import Attribute

__all__ = ["ABSENT", "ANYTHING", "EVERYTHING", "NOTHING", "PRESENT", "Selection", "ValueSet"]

# A place between values: just below the value, or, with True, just above it.
Cut = tuple[Any, bool]


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A set of values of one attribute, any two of which compare, and perhaps of its absence.

    Attributes:
        absent: Whether it holds the absence of a value.
        unbounded_below: Whether it holds the least values.
        cuts: Where, in ascending order, values stop or begin to belong to it.
    """

    absent: bool = False
    unbounded_below: bool = False
    cuts: tuple[Cut, ...] = ()

    @classmethod
    def of(cls, values: Iterable[Any], *, absent: bool = False) -> "ValueSet":
        """Return the set of single values."""
        return cls(absent, False, tuple((value, above) for value in sorted(set(values)) for above in (False, True)))

    @classmethod
    def between(cls, lowest: Any, highest: Any) -> "ValueSet":
        """Return the values from the lowest to the highest, both included; None means unbounded."""
        cuts = [(value, above) for value, above in ((lowest, False), (highest, True)) if value is not None]
        return cls(False, lowest is None, tuple(cuts))

    def __contains__(self, value: Any) -> bool:
        return self.absent if value is None else self.holds_beyond((value, False))

    def __and__(self, other: "ValueSet") -> "ValueSet":
        return self._joined(other, operator.and_)

    def __or__(self, other: "ValueSet") -> "ValueSet":
        return self._joined(other, operator.or_)

    def __invert__(self) -> "ValueSet":
        return ValueSet(not self.absent, not self.unbounded_below, self.cuts)

    @property
    def singles(self) -> frozenset[Any] | None:
        """Its values when they are single ones, None when there are ranges; absence is not counted."""
        below, above = self.cuts[::2], self.cuts[1::2]
        single = len(below) == len(above) and all(low[0] == high[0] for low, high in zip(below, above, strict=True))
        return frozenset(value for value, _ in below) if single and not self.unbounded_below else None

    @property
    def ends(self) -> tuple[Any, Any]:
        """The least and the greatest value, whether or not they belong to it; None where it is unbounded."""
        unbounded_above = self.unbounded_below ^ (len(self.cuts) % 2 == 1)
        lowest = None if self.unbounded_below or not self.cuts else self.cuts[0][0]
        return lowest, None if unbounded_above or not self.cuts else self.cuts[-1][0]

    def holds_beyond(self, cut: Cut) -> bool:
        """Return whether the values next above a cut belong to it."""
        return self.unbounded_below ^ (bisect_right(self.cuts, cut) % 2 == 1)

    def _joined(self, other: "ValueSet", join: Callable[[bool, bool], bool]) -> "ValueSet":
        inside = unbounded_below = join(self.unbounded_below, other.unbounded_below)
        cuts = []
        for cut in sorted({*self.cuts, *other.cuts}):
            if join(self.holds_beyond(cut), other.holds_beyond(cut)) != inside:
                inside = not inside
                cuts.append(cut)
        return ValueSet(join(self.absent, other.absent), unbounded_below, tuple(cuts))


NOTHING: Final = ValueSet()
ABSENT: Final = ValueSet(absent=True)
PRESENT: Final = ValueSet(unbounded_below=True)
ANYTHING: Final = ~NOTHING


@dataclass(frozen=True, slots=True)
class Selection:
    """The orders whose attributes all lie within their bounds.

    Attributes:
        bounds: The values that are selected, by attribute; one without bounds may have any.
        exact: Whether these are the orders meant, and not only some more.
    """

    bounds: Mapping[Attribute, ValueSet]
    exact: bool = True

    @classmethod
    def where(cls, attribute: Attribute, values: ValueSet) -> "Selection":
        """Return the orders of which one attribute has one of the values; a required one is never absent."""
        possible = PRESENT if attribute.required else ANYTHING
        within = values & possible
        return cls({} if within == possible else {attribute: within})

    @property
    def empty(self) -> bool:
        """Whether it holds no order."""
        return NOTHING in self.bounds.values()

    def __and__(self, other: "Selection") -> "Selection":
        both = {attribute: values & self.bounds.get(attribute, values) for attribute, values in other.bounds.items()}
        return Selection({**self.bounds, **both}, self.exact and other.exact)

    def __or__(self, other: "Selection") -> "Selection":
        if self.empty or other.empty:
            return other if self.empty else self
        bounds: dict[Attribute, ValueSet] = {}
        for attribute in self.bounds.keys() & other.bounds.keys():
            bounds |= self.where(attribute, self.bounds[attribute] | other.bounds[attribute]).bounds
        everywhere = self.bounds.keys() | other.bounds.keys()
        differing = sum(self.bounds.get(attribute) != other.bounds.get(attribute) for attribute in everywhere)
        # Two boxes that differ in one direction only join to a box; otherwise the corners between them come along.
        return Selection(bounds, self.exact and other.exact and differing <= 1)


EVERYTHING: Final = Selection({})
