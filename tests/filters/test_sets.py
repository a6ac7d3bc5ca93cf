"""Sets that can be computed with: what a set of values holds, and what is certain about a selection of orders."""

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amazon_selling_partner.filters.attributes import attributes
from amazon_selling_partner.filters.sets import (
    ABSENT,
    ANYTHING,
    EVERYTHING,
    NOTHING,
    PRESENT,
    Selection,
    ValueSet,
)
from tests.filters.support import order

# Cuts are made at even numbers only, so that the odd ones between them show what lies in the gaps.
CUTS = st.integers(0, 4).map(lambda number: 2 * number)
PROBES = [None, *range(-1, 11)]

STATUS, CHANNEL = attributes()["order_status",], attributes()["fulfillment_channel",]
STATUSES, CHANNELS = ["a", "b", "c"], ["m", "n", None]
ORDERS = [order(order_status=status, fulfillment_channel=channel) for status, channel in product(STATUSES, CHANNELS)]


def value_sets(values=CUTS) -> st.SearchStrategy[ValueSet]:
    single = st.builds(
        lambda some, absent: ValueSet.of(some, absent=absent), st.lists(values, max_size=4), st.booleans()
    )
    between = st.builds(lambda first, second: ValueSet.between(*sorted([first, second])), values, values)
    below = st.builds(lambda value: ValueSet.between(None, value), values)
    above = st.builds(lambda value: ValueSet.between(value, None), values)
    some = st.one_of(st.sampled_from([NOTHING, ABSENT, PRESENT, ANYTHING]), single, between, below, above)
    return st.recursive(
        some,
        lambda inner: st.one_of(
            st.builds(lambda first, second: first & second, inner, inner),
            st.builds(lambda first, second: first | second, inner, inner),
            st.builds(lambda one: ~one, inner),
        ),
        max_leaves=6,
    )


def held(values: ValueSet) -> set[object]:
    return {probe for probe in PROBES if probe in values}


class TestValueSets:
    @given(value_sets(), value_sets())
    def test_and_or_and_not_are_those_of_sets(self, first, second):
        assert held(first & second) == held(first) & held(second)
        assert held(first | second) == held(first) | held(second)
        assert held(~first) == set(PROBES) - held(first)

    @given(value_sets(), value_sets())
    def test_equal_sets_are_equal_however_they_were_made(self, first, second):
        assert (held(first) == held(second)) == (first == second)

    def test_nothing_absent_present_and_anything_are_what_they_are_called(self):
        everything = set(PROBES)
        assert [held(values) for values in (NOTHING, ABSENT, PRESENT, ANYTHING)] == [
            set(),
            {None},
            everything - {None},
            everything,
        ]

    def test_single_values_are_held_and_nothing_between_them(self):
        assert held(ValueSet.of([2, 6, 2], absent=True)) == {None, 2, 6}

    def test_bounds_belong_to_what_lies_between_them(self):
        assert held(ValueSet.between(2, 4)) == {2, 3, 4}
        assert held(ValueSet.between(None, 0)) == {-1, 0}
        assert held(ValueSet.between(9, None)) == {9, 10}

    @given(st.frozensets(CUTS), st.booleans())
    def test_singles_are_told_and_absence_is_not_counted(self, some, absent):
        assert ValueSet.of(some, absent=absent).singles == some

    @given(value_sets())
    def test_a_range_has_no_singles(self, values):
        odd = {probe for probe in held(values) if probe is not None and probe % 2}
        assert (values.singles is None) == bool(odd)

    @given(value_sets())
    def test_ends_bound_all_values_and_are_none_where_there_is_no_end(self, values):
        assume(held(values) - {None})
        lowest, highest = values.ends
        found = held(values) - {None}
        assert lowest == (None if -1 in found else min(min(found), lowest))
        assert highest == (None if 10 in found else max(max(found), highest))
        assert all(lowest is None or lowest <= value for value in found)
        assert all(highest is None or value <= highest for value in found)


def boxes() -> st.SearchStrategy[Selection]:
    status = st.builds(Selection.where, st.just(STATUS), st.builds(ValueSet.of, st.lists(st.sampled_from(STATUSES))))
    channel = st.builds(
        lambda some, absent: Selection.where(CHANNEL, ValueSet.of(some, absent=absent)),
        st.lists(st.sampled_from(["m", "n"])),
        st.booleans(),
    )
    return st.one_of(status, channel, st.just(EVERYTHING))


def selected(selection: Selection) -> list[object]:
    return [one for one in ORDERS if all(attribute.of(one) in values for attribute, values in selection.bounds.items())]


@st.composite
def selections(draw: st.DrawFn, depth: int = 3) -> tuple[Selection, list[object]]:
    """Draw a selection made by AND and OR, and the orders that are meant."""
    if not depth or draw(st.booleans()):
        box = draw(boxes())
        return box, selected(box)
    (first, meant_first), (second, meant_second) = draw(selections(depth - 1)), draw(selections(depth - 1))
    if draw(st.booleans()):
        return first & second, [one for one in ORDERS if one in meant_first and one in meant_second]
    return first | second, [one for one in ORDERS if one in meant_first or one in meant_second]


class TestSelections:
    @given(selections())
    def test_no_order_that_is_meant_is_missing_and_an_exact_one_holds_no_other(self, drawn):
        selection, meant = drawn
        found = selected(selection)
        assert all(one in found for one in meant)
        assert not selection.exact or found == meant

    @given(selections())
    def test_an_empty_one_holds_no_order(self, drawn):
        selection, _ = drawn
        assert not selection.empty or selected(selection) == []

    def test_alternatives_of_one_attribute_are_exact(self):
        either = Selection.where(STATUS, ValueSet.of(["a"])) | Selection.where(STATUS, ValueSet.of(["b"]))
        assert either == Selection.where(STATUS, ValueSet.of(["a", "b"]))
        assert either.exact

    def test_alternatives_of_two_attributes_are_not(self):
        either = Selection.where(STATUS, ValueSet.of(["a"])) | Selection.where(CHANNEL, ValueSet.of(["m"]))
        assert (dict(either.bounds), either.exact) == ({}, False)

    def test_nothing_or_something_is_that(self):
        something = Selection.where(CHANNEL, ValueSet.of(["m"]))
        nothing = Selection.where(STATUS, NOTHING)
        assert (nothing | something, something | nothing) == (something, something)

    @pytest.mark.parametrize(("attribute", "empty"), [(STATUS, True), (CHANNEL, False)])
    def test_only_what_every_order_has_cannot_be_absent(self, attribute, empty):
        assert Selection.where(attribute, ABSENT).empty is empty
