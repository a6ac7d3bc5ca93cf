"""How expressions are read: what they join, and that every part of them is understood or refused."""

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
from tests.filters.support import AND, NOT, OR, QUERY, holds, phrases, refusal, where


class TestCombinations:
    def test_not_is_plain_negation_even_of_what_is_absent(self):
        assert holds(NOT(where("number of items shipped", "<", 5)))
        assert not holds(where("number of items shipped", ">=", 5))

    def test_they_nest(self):
        nested = NOT(
            OR(
                where("is prime", "is", True),
                AND(where("order type", "is", "Preorder"), NOT(where("is iba", "is", True))),
            )
        )
        assert holds(nested)
        assert not holds(nested, is_prime=True)
        assert not holds(nested, order_type="preorder")
        assert holds(nested, order_type="preorder", is_iba=True)

    def test_a_long_chain_is_read(self):
        ids = [where("amazon order id", "is", f"902-0000000-{number:07d}") for number in range(2000)]
        assert holds(OR(*ids), amazon_order_id="902-0000000-0001999")
        assert not holds(OR(*ids))

    def test_a_filter_nested_beyond_reason_is_refused(self):
        nested = where("is prime", "is", True)
        for _ in range(2000):
            nested = NOT(nested)
        assert "nested too deeply" in refusal(nested)

    def test_an_unreadable_value_that_cannot_matter_is_not_read(self):
        either = OR(where("is prime", "is", True), where("latest ship date", "<", "2026-11-20"))
        assert holds(either, is_prime=True, latest_ship_date="tomorrow")


class TestComparisons:
    def test_a_value_may_stand_before_the_attribute(self):
        five = ValueExpression(5)
        less = FilterBinaryExpression(five, FilterBinaryOperator.LESS_THAN, phrases("number of items shipped"))
        assert holds(less, number_of_items_shipped=6)
        assert not holds(less, number_of_items_shipped=5)

    def test_every_part_is_checked_even_where_another_decides(self):
        with pytest.raises(api.TypeMismatchError):
            narrowed(QUERY, AND(where("order status", "in", []), where("is prime", "is", "perhaps")))


class TestRefusals:
    def test_an_operator_of_a_later_kit_is_refused_with_the_nearest_and_all_there_are(self):
        later = Enum("LaterOperator", ["LESS_THAN_OR_EQUALS"])
        compared = FilterBinaryExpression(phrases("order status"), later.LESS_THAN_OR_EQUALS, ValueExpression("x"))
        text = refusal(compared)
        assert "Did you mean LESS_THAN_OR_EQUAL? There are: AND, OR, EQUALS, NOT_EQUALS, IN, HAS, LESS_THAN," in text
        assert "[found: LESS_THAN_OR_EQUALS]" in text
        assert "There are: AND" in refusal(FilterUnaryExpression("MAYBE", where("is prime", "is", True)))

    @pytest.mark.parametrize(
        "pointless",
        [
            phrases("is prime"),
            ValueExpression(True),
            NOT(phrases("is prime")),
            AND(where("is prime", "is", True), ValueExpression(True)),
        ],
    )
    def test_a_part_that_compares_nothing_is_refused(self, pointless):
        assert "a part that is no comparison" in refusal(pointless)

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            (phrases("purchase date"), phrases("last update date")),
            (ValueExpression(1), ValueExpression(1)),
            (where("is prime", "is", True), ValueExpression(True)),
        ],
    )
    def test_only_an_attribute_and_a_value_compare(self, left, right):
        unusual = FilterBinaryExpression(left, FilterBinaryOperator.EQUALS, right)
        assert "something else than an attribute of the order with a value" in refusal(unusual)
