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

from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.filters import narrowed
from tests.filters.support import AND, NOT, OR, QUERY, SANDBOX, holds, order, phrases, refusal, where

IBA = where("is iba", "is", True)


class CountedValue(ValueExpression):
    """A value that counts how often it is read."""

    visits = 0

    def accept(self, visitor):
        self.visits += 1
        return super().accept(visitor)


class CountedOrder(AmazonOrder):
    """An order that counts how often anything of it is looked at."""

    looks = 0

    def __getattribute__(self, name):
        if name == "is_prime":
            self.looks += 1
        return super().__getattribute__(name)


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

    def test_a_filter_nested_more_deeply_than_anybody_means_is_refused_before_an_order_is_checked(self):
        nested = where("is prime", "is", True)
        for _ in range(49):
            nested = NOT(AND(nested, where("is iba", "is", True)))
        assert holds(nested, is_iba=True) is True
        assert "nested too deeply" in refusal(NOT(AND(nested, where("is iba", "is", True))))

    @pytest.mark.parametrize(
        "shared_twice",
        [
            lambda part: AND(part, part),
            lambda part: OR(part, part),
            lambda part: AND(OR(part, IBA), OR(NOT(NOT(part)), IBA)),
            lambda part: OR(AND(IBA, part), AND(NOT(IBA), NOT(part), part), AND(part, IBA)),
        ],
        ids=["and", "or", "across", "with its opposite"],
    )
    def test_a_filter_that_shares_its_parts_reads_and_checks_each_of_them_once(self, shared_twice):
        value = CountedValue(True)
        shared = FilterBinaryExpression(phrases("is prime"), FilterBinaryOperator.EQUALS, value)
        for _ in range(16):
            shared = shared_twice(shared)
        found = CountedOrder(amazon_order_id="1", order_status="Shipped", purchase_date="", last_update_date="")
        found.is_prime = found.is_iba = True
        assert narrowed(SANDBOX, shared).holds(found)
        assert value.visits == 1
        assert found.looks <= 100

    @pytest.mark.parametrize("prime", [True, False])
    @pytest.mark.parametrize("iba", [True, False])
    def test_a_filter_that_shares_its_parts_means_what_it_would_written_out(self, prime, iba):
        def written(levels):
            if not levels:
                return where("is prime", "is", True)
            return AND(OR(written(levels - 1), IBA), NOT(AND(written(levels - 1), NOT(written(levels - 1)), IBA)))

        shared = where("is prime", "is", True)
        for levels in range(5):
            assert holds(shared, is_prime=prime, is_iba=iba) == holds(written(levels), is_prime=prime, is_iba=iba)
            shared = AND(OR(shared, IBA), NOT(AND(shared, NOT(shared), IBA)))

    def test_one_question_checks_each_of_many_orders_anew(self):
        query = narrowed(QUERY, AND(where("is prime", "is", True), where("order type", "is", "Preorder")))
        orders = [order(is_prime=prime, order_type=kind) for prime in (True, False) for kind in ("Preorder", None)]
        assert [query.holds(one) for one in [*orders, *orders]] == [True, False, False, False] * 2

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
