"""How expressions are read: what they join, and that every part of them is understood or refused."""

from datetime import UTC, datetime
from enum import Enum

import pytest
from kognitos.bdk import api
from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterUnaryExpression,
    ValueExpression,
)

from amazon_selling_partner.filters import narrowed
from tests.filters.support import AND, NOT, OPERATORS, OR, QUERY, holds, phrases, refusal, where

MOST_LEVELS = 100
PRIME, IBA = where("is prime", "is", True), where("is iba", "is", True)


class TestCombinations:
    def test_not_is_plain_negation_even_of_what_is_absent(self):
        assert holds(NOT(where("number of items shipped", "<", 5)))
        assert not holds(where("number of items shipped", ">=", 5))

    @pytest.mark.parametrize("leaning", ["left", "right"])
    def test_a_chain_of_thousands_is_read_and_checked(self, leaning):
        ids = [where("amazon order id", "is", f"902-0000000-{number:07d}") for number in range(2000)]
        chain = OR(*ids)
        if leaning == "right":
            chain = ids[-1]
            for one in reversed(ids[:-1]):
                chain = OR(one, chain)
        assert narrowed(QUERY, chain).order_ids == tuple(f"902-0000000-{number:07d}" for number in range(2000))
        assert holds(chain, amazon_order_id="902-0000000-0001999")
        assert not holds(chain)

    def test_as_many_levels_as_the_limit_are_read(self):
        nested = PRIME
        for _ in range(MOST_LEVELS - 1):
            nested = NOT(nested)
        assert holds(nested, is_prime=False)

    @pytest.mark.parametrize("levels", [MOST_LEVELS, 5000])
    def test_nots_nested_beyond_reason_are_refused(self, levels):
        nested = PRIME
        for _ in range(levels):
            nested = NOT(nested)
        assert "nested too deeply" in refusal(nested)

    def test_alternating_and_or_count_as_levels(self):
        nested = PRIME
        for level in range(MOST_LEVELS - 1):
            nested = OR(nested, IBA) if level % 2 else AND(nested, IBA)
        assert holds(nested, is_prime=True, is_iba=True)
        assert not holds(nested, is_prime=True, is_iba=False)
        assert "nested too deeply" in refusal(OR(nested, IBA))

    def test_an_unreadable_value_that_cannot_matter_is_not_read(self):
        either = OR(where("is prime", "is", True), where("latest ship date", "<", "2026-11-20"))
        assert holds(either, is_prime=True, latest_ship_date="tomorrow")


class TestComparisons:
    @pytest.mark.parametrize(
        ("operator", "matching"),
        [("<", {6}), ("<=", {5, 6}), (">", {4}), (">=", {4, 5}), ("is", {5}), ("is not", {4, 6})],
    )
    def test_a_value_may_stand_before_the_attribute(self, operator, matching):
        mirrored = FilterBinaryExpression(ValueExpression(5), OPERATORS[operator], phrases("number of items shipped"))
        assert {number for number in (4, 5, 6) if holds(mirrored, number_of_items_shipped=number)} == matching

    def test_every_part_is_checked_even_where_another_decides(self):
        with pytest.raises(api.TypeMismatchError):
            narrowed(QUERY, AND(where("order status", "in", []), where("is prime", "is", "perhaps")))


class TestRefusals:
    def test_an_operator_of_a_later_kit_is_refused_with_all_there_are(self):
        later = Enum("LaterOperator", ["STARTS_WITH"])
        text = refusal(FilterBinaryExpression(phrases("order status"), later.STARTS_WITH, ValueExpression("x")))
        assert "[operator: STARTS_WITH, operators: AND; OR; EQUALS; " in text
        assert "[operator: MAYBE, operators: AND; " in refusal(FilterUnaryExpression("MAYBE", PRIME))

    @pytest.mark.parametrize(
        "pointless",
        [
            phrases("is prime"),
            ValueExpression(True),
            NOT(phrases("is prime")),
            AND(PRIME, ValueExpression(True)),
            "is prime",
            None,
            OR(PRIME, "is iba"),
        ],
    )
    def test_a_part_that_compares_nothing_is_refused(self, pointless):
        assert "Part of the filter is not a comparison" in refusal(pointless)

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            (phrases("purchase date"), phrases("last update date")),
            (ValueExpression(1), ValueExpression(1)),
            (PRIME, ValueExpression(True)),
            (phrases("is prime"), True),
        ],
    )
    def test_only_an_attribute_and_a_value_compare(self, left, right):
        unusual = FilterBinaryExpression(left, FilterBinaryOperator.EQUALS, right)
        assert "does not compare an attribute of the order with a value" in refusal(unusual)


class TestQuestion:
    """What identifies the question of a step, so that a later one can go on where it ended."""

    def key(self, expression):
        return narrowed(QUERY, expression).key

    @pytest.mark.parametrize(
        "build",
        [
            lambda: where("order status", "is", "Shipped"),
            lambda: where("purchase date", "in", ["2026-11-20", None, datetime(2026, 11, 20, tzinfo=UTC)]),
            lambda: NOT(OR(where("is prime", "is", True), where("order total's amount", ">", 19.99))),
            lambda: where("payment method details", "is", ["COD", "GC"]),
            lambda: where("order total", "is", None),
        ],
    )
    def test_equal_filters_are_one_question(self, build):
        assert self.key(build()) == self.key(build())
        assert hash(self.key(build())) == hash(self.key(build()))

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (where("order status", "is", "Shipped"), where("order status", "is", "Pending")),
            (where("order status", "is", "Shipped"), where("order status", "is not", "Shipped")),
            (where("order status", "is", "Shipped"), where("order type", "is", "Shipped")),
            (where("order status", "is", "Shipped"), NOT(where("order status", "is", "Shipped"))),
            (where("is prime", "is", True), where("is prime", "is", None)),
            (where("is prime", "is", True), where("is prime", "is", "true")),
            (where("number of items shipped", "is", 1), where("number of items shipped", "is", "1")),
            (where("purchase date", "is", "2026-11-20"), where("purchase date", "is", "2026-11-20T00:00:00Z")),
            (where("sales channel", "in", ["a", "b"]), where("sales channel", "in", ["a"])),
            (where("sales channel", "in", ["a", None]), where("sales channel", "in", ["a"])),
            (AND(PRIME, IBA), OR(PRIME, IBA)),
            (AND(PRIME, OR(PRIME, IBA)), AND(PRIME, PRIME, IBA)),
        ],
    )
    def test_other_filters_are_other_questions(self, one, other):
        assert self.key(one) != self.key(other)

    def test_a_filter_is_another_question_than_none(self):
        assert self.key(PRIME) != QUERY.key
