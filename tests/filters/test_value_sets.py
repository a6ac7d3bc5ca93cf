"""Sets of values that can be computed with."""

from hypothesis import assume, given
from hypothesis import strategies as st

from amazon_selling_partner.filters.comparisons import ValueSet

# Cuts are made at even numbers only, so that the odd ones between them show what lies in the gaps.
CUTS = st.integers(0, 4).map(lambda number: 2 * number)
PROBES = [None, *range(-1, 11)]


def value_sets() -> st.SearchStrategy[ValueSet]:
    single = st.builds(lambda some, absent: ValueSet.of(some, absent=absent), st.lists(CUTS, max_size=4), st.booleans())
    below = st.builds(lambda value, above: ValueSet(unbounded_below=True, cuts=((value, above),)), CUTS, st.booleans())
    return st.recursive(
        st.one_of(single, below),
        lambda inner: st.one_of(
            st.builds(ValueSet.union, st.lists(inner, min_size=1, max_size=3)),
            st.builds(ValueSet.intersection, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda one: ~one, inner),
        ),
        max_leaves=6,
    )


def held(values: ValueSet) -> set[object]:
    return {probe for probe in PROBES if probe in values}


@given(st.lists(value_sets(), min_size=1, max_size=4))
def test_union_intersection_and_complement_are_those_of_sets(several):
    assert held(ValueSet.union(several)) == set.union(*map(held, several))
    assert held(ValueSet.intersection(several)) == set.intersection(*map(held, several))
    assert held(~several[0]) == set(PROBES) - held(several[0])


@given(value_sets(), value_sets())
def test_sets_of_the_same_values_are_equal_however_they_were_made(first, second):
    assert (held(first) == held(second)) == (first == second)


@given(st.frozensets(CUTS), st.booleans())
def test_single_values_are_known_without_absence(some, absent):
    assert ValueSet.of(some, absent=absent).singles == some


@given(value_sets())
def test_a_range_has_no_single_values(values):
    odd = {probe for probe in held(values) if probe is not None and probe % 2}
    assert (values.singles is None) == bool(odd)


@given(value_sets())
def test_ends_bound_all_values_and_are_none_where_there_is_no_end(values):
    found = held(values) - {None}
    assume(found)
    lowest, highest = values.ends
    assert lowest == (None if -1 in found else min(min(found), lowest))
    assert highest == (None if 10 in found else max(max(found), highest))
