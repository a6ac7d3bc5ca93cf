"""What each comparison of a filter means, one behaviour each, and what is said of filters that cannot be right."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum

import pytest
from kognitos.bdk import api
from kognitos.bdk.api import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterUnaryExpression,
    NounPhrase,
    NounPhrasesExpression,
    ValueExpression,
)
from kognitos.bdk.reflection.types import ConceptListType, ConceptScalarType

from amazon_selling_partner.concepts import Address, AmazonOrder, BuyerInfo
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.filters import narrowed
from amazon_selling_partner.filters.attributes import Kind, attributes
from amazon_selling_partner.query import OrderQuery
from tests.filters.support import AND, NOT, OR, order, phrases, where
from tests.support import NOW

SANDBOX = OrderQuery.from_step(now=NOW, marketplace="SANDBOX")
QUERY = OrderQuery.from_step(now=NOW)


def holds(filter_expression, **values) -> bool:
    # The sandbox is asked nothing, so every comparison is made here.
    return narrowed(SANDBOX, filter_expression).holds(order(**values))


def refusal(filter_expression) -> str:
    with pytest.raises(InvalidInput) as refused:
        narrowed(QUERY, filter_expression)
    return str(refused.value)


class TestNames:
    @pytest.mark.parametrize(
        "phrase",
        [
            NounPhrase("status", ["order"]),
            NounPhrase("order_status"),
            NounPhrase("order status", None),
            NounPhrase("Status", ["Order"]),
            NounPhrase(" order  status "),
        ],
    )
    def test_an_attribute_is_known_by_every_form_of_its_name(self, phrase):
        compared = FilterBinaryExpression(
            NounPhrasesExpression([phrase]), FilterBinaryOperator.EQUALS, ValueExpression("Shipped")
        )
        assert holds(compared)
        assert not holds(compared, order_status="Pending")

    def test_a_possessive_leads_into_a_specification(self):
        boise = where("shipping address's city", "is", "Boise")
        assert holds(boise, shipping_address=Address(city="Boise"))
        assert not holds(boise, shipping_address=Address(city="Duluth"))
        assert not holds(boise)

    def test_a_possessive_leads_into_json_within_a_specification(self):
        acme = where("buyer info's buyer tax info's company legal name", "is", "Acme")
        assert holds(acme, buyer_info=BuyerInfo(buyer_tax_info={"company_legal_name": "Acme"}))
        assert not holds(acme, buyer_info=BuyerInfo(buyer_name="Acme"))

    def test_a_possessive_into_a_list_collects_what_its_parts_have(self):
        gift_card = where("payment execution detail's payment method", "has", "GC")
        details = [{"payment_method": "COD"}, {"payment_method": "gc"}, {"payment_method": None}]
        assert holds(gift_card, payment_execution_detail=details)
        assert not holds(gift_card, payment_execution_detail=details[:1])

    def test_what_no_part_of_a_list_has_is_absent(self):
        no_brand = where("payment execution detail's card brand", "is", None)
        assert holds(no_brand, payment_execution_detail=[{"payment_method": "COD"}])
        assert not holds(no_brand, payment_execution_detail=[{"card_brand": "VISA"}])

    def test_every_attribute_of_the_concept_can_be_filtered(self):
        assert [path[0] for path in attributes() if len(path) == 1] == list(AmazonOrder.__dataclass_fields__)
        for attribute in attributes().values():
            assert holds(where(attribute.name, "is", None)) is not attribute.required

    def test_a_value_may_stand_before_the_attribute(self):
        five = ValueExpression(5)
        less = FilterBinaryExpression(five, FilterBinaryOperator.LESS_THAN, phrases("number of items shipped"))
        assert holds(less, number_of_items_shipped=6)
        assert not holds(less, number_of_items_shipped=5)


class TestText:
    @pytest.mark.parametrize("value", ["Amazon.com", "amazon.COM", "  Amazon.com\n"])
    def test_equality_disregards_case_and_surrounding_blanks(self, value):
        assert holds(where("sales channel", "is", value), sales_channel="Amazon.com")
        assert holds(where("sales channel", "is", "Amazon.com"), sales_channel=value)
        assert not holds(where("sales channel", "is not", value), sales_channel="Amazon.com")

    def test_case_is_disregarded_beyond_ascii(self):
        street = where("shipping address's address line1", "is", "MÜHLSTRASSE 7")
        assert holds(street, shipping_address=Address(address_line1="Mühlstraße 7"))

    def test_blanks_within_count(self):
        assert not holds(where("sales channel", "is", "Non Amazon"), sales_channel="NonAmazon")

    def test_has_finds_a_part_whatever_its_case(self):
        assert holds(where("sales channel", "has", "AMAZON"), sales_channel="www.amazon.com")
        assert not holds(where("sales channel", "has", "ebay"), sales_channel="www.amazon.com")

    def test_in_takes_a_list(self):
        either = where("sales channel", "in", ["amazon.com", "Amazon.ca "])
        assert holds(either, sales_channel="Amazon.CA")
        assert not holds(either, sales_channel="Amazon.de")

    def test_in_an_empty_list_is_nothing(self):
        assert not holds(where("sales channel", "in", []), sales_channel="Amazon.com")
        assert not holds(where("sales channel", "in", []))

    def test_text_is_ordered_without_regard_to_case(self):
        assert holds(where("sales channel", "<", "B"), sales_channel="amazon")
        assert not holds(where("sales channel", ">", "b"), sales_channel="AMAZON")


class TestDates:
    @pytest.mark.parametrize(
        "same",
        [
            "2026-11-20T10:00:00Z",
            "2026-11-20T10:00:00.000Z",
            "2026-11-20T10:00",
            "2026-11-20T19:00:00+09:00",
            " 2026-11-20t10:00:00z ",
            datetime(2026, 11, 20, 10, tzinfo=UTC),
            datetime(2026, 11, 20, 10),  # noqa: DTZ001
            datetime(2026, 11, 20, 2, tzinfo=timezone(timedelta(hours=-8))),
        ],
    )
    def test_the_same_instant_is_equal_however_it_is_written(self, same):
        for attribute in ("purchase date", "latest ship date"):
            dates = {"purchase_date": "2026-11-20T10:00:00Z", "latest_ship_date": "2026-11-20T10:00:00.000+00:00"}
            assert holds(where(attribute, "is", same), **dates)
            assert holds(where(attribute, "in", [None, same]), **dates)
            assert not holds(where(attribute, "<", same), **dates)
            assert holds(where(attribute, ">=", same), **dates)

    @pytest.mark.parametrize("day", ["2026-11-20", date(2026, 11, 20)])
    def test_a_date_alone_is_its_midnight_in_utc(self, day):
        assert holds(where("earliest ship date", "is", day), earliest_ship_date="2026-11-20T00:00:00Z")
        assert holds(where("earliest ship date", "<", day), earliest_ship_date="2026-11-19T23:59:59.999Z")
        assert not holds(where("earliest ship date", "<=", day), earliest_ship_date="2026-11-20T00:00:00.001Z")

    def test_a_date_of_an_order_that_cannot_be_read_is_never_silently_false(self):
        with pytest.raises(InvalidInput, match="latest ship date is not a date that can be read"):
            holds(where("latest ship date", "<", "2026-11-20"), latest_ship_date="tomorrow")

    def test_an_unreadable_date_is_present_all_the_same(self):
        assert holds(where("latest ship date", "is not", None), latest_ship_date="tomorrow")

    def test_a_value_that_is_no_date_is_told_with_a_right_one(self):
        assert 'for example: the purchase date is "2024-11-01T00:00:00Z"' in refusal(
            where("purchase date", ">", "soon")
        )


class TestNumbers:
    @pytest.mark.parametrize("value", [2, 2.0, Decimal(2), Decimal("2.00")])
    def test_numbers_of_every_type_compare(self, value):
        assert holds(where("number of items shipped", "is", value), number_of_items_shipped=2)
        assert holds(where("number of items shipped", ">=", value), number_of_items_shipped=2)
        assert not holds(where("number of items shipped", "<", value), number_of_items_shipped=2)

    @pytest.mark.parametrize("value", [19.99, Decimal("19.99"), Decimal("19.990")])
    def test_an_amount_compares_as_a_decimal(self, value):
        total = {"order_total": {"currency_code": "USD", "amount": "19.99"}}
        assert holds(where("order total's amount", "is", value), **total)
        assert not holds(where("order total's amount", ">", value), **total)

    def test_amounts_beyond_the_precision_of_floating_point_are_told_apart(self):
        total = {"order_total": {"amount": "9007199254740993"}}
        assert not holds(where("order total's amount", "is", 9007199254740992), **total)
        assert holds(where("order total's amount", "is", 9007199254740993), **total)

    def test_amounts_are_not_ordered_as_text(self):
        assert holds(where("order total's amount", ">", 100), order_total={"amount": "1000.00"})
        assert not holds(where("order total's amount", ">", 100), order_total={"amount": "99.00"})

    def test_an_amount_of_an_order_that_is_no_number_is_never_silently_false(self):
        with pytest.raises(InvalidInput, match="order total's amount is not a number"):
            holds(where("order total's amount", "<", 5), order_total={"amount": "1,50"})

    def test_what_is_not_a_number_cannot_be_asked_for(self):
        assert "is not a number" in refusal(where("number of items shipped", "<", float("nan")))


class TestBooleans:
    @pytest.mark.parametrize("value", [True, "true", "TRUE", " True "])
    def test_true_may_be_written_as_text(self, value):
        assert holds(where("is prime", "is", value), is_prime=True)
        assert not holds(where("is prime", "is", value), is_prime=False)
        assert holds(where("is prime", "is not", value), is_prime=False)

    @pytest.mark.parametrize("value", [False, "false"])
    def test_false_is_not_absent(self, value):
        assert holds(where("is prime", "is", value), is_prime=False)
        assert not holds(where("is prime", "is", value))

    def test_a_boolean_of_a_specification_compares_too(self):
        settings = where("automated shipping settings's has automated shipping settings", "is", False)
        assert not holds(settings)


class TestLists:
    def test_has_means_that_it_contains_the_value(self):
        cash = where("payment method details", "has", "cod ")
        assert holds(cash, payment_method_details=["Standard", "COD"])
        assert not holds(cash, payment_method_details=["CODE"])
        assert not holds(cash)

    def test_a_list_equals_the_same_values_in_any_order(self):
        both = where("payment method details", "is", ["cod", "Standard"])
        assert holds(both, payment_method_details=["Standard", "COD"])
        assert not holds(both, payment_method_details=["Standard", "COD", "COD"])
        assert not holds(both)
        assert holds(where("payment method details", "is not", ["cod"]))

    def test_amounts_in_a_list_compare_as_decimals(self):
        paid = where("payment execution detail's payment's amount", "has", 10)
        assert holds(paid, payment_execution_detail=[{"payment": {"amount": "10.00"}}])

    def test_a_value_may_be_looked_for_in_a_list(self):
        within = FilterBinaryExpression(
            ValueExpression("COD"), FilterBinaryOperator.IN, phrases("payment method details")
        )
        assert holds(within, payment_method_details=["COD"])


class TestAbsence:
    def test_what_is_absent_equals_none_and_nothing_else(self):
        assert holds(where("sales channel", "is", None))
        assert not holds(where("sales channel", "is", None), sales_channel="Amazon.com")
        assert not holds(where("sales channel", "is", ""))
        assert holds(where("sales channel", "in", ["Amazon.com", None]))
        assert not holds(where("sales channel", "in", ["Amazon.com"]))

    def test_what_is_absent_differs_from_every_value(self):
        assert holds(where("sales channel", "is not", "Amazon.com"))
        assert not holds(where("sales channel", "is not", None))
        assert holds(where("sales channel", "is not", None), sales_channel="Amazon.com")

    @pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
    def test_what_is_absent_lies_neither_below_nor_above_anything(self, operator):
        assert not holds(where("number of items shipped", operator, 0))
        assert not holds(where("latest ship date", operator, "2026-11-20"))
        assert not holds(where("sales channel", operator, ""))

    def test_has_finds_nothing_in_what_is_absent(self):
        assert not holds(where("sales channel", "has", ""))

    def test_whole_parts_can_be_compared_with_none(self):
        assert holds(where("order total", "is", None))
        assert holds(where("shipping address", "is not", None), shipping_address=Address(city="Boise"))
        assert holds(where("payment execution detail", "is", None))


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


class TestWrongTypes:
    @pytest.mark.parametrize(
        ("attribute", "operator", "value", "expected"),
        [
            ("order status", "is", 5, ConceptScalarType.TEXT),
            ("order status", "in", "Shipped", ConceptListType(ConceptScalarType.TEXT)),
            ("order status", "in", ["Shipped", 5], ConceptScalarType.TEXT),
            ("order status", "<", None, ConceptScalarType.TEXT),
            ("order status", "has", ["Shipped"], ConceptScalarType.TEXT),
            ("purchase date", ">", 2026, ConceptScalarType.DATETIME),
            ("purchase date", ">", time(10), ConceptScalarType.DATETIME),
            ("number of items shipped", "is", "5", ConceptScalarType.NUMBER),
            ("number of items shipped", "is", True, ConceptScalarType.NUMBER),
            ("order total's amount", ">", "100", ConceptScalarType.NUMBER),
            ("is prime", "is", "yes", ConceptScalarType.BOOLEAN),
            ("is prime", "is", 1, ConceptScalarType.BOOLEAN),
            ("payment method details", "is", "COD", ConceptListType(ConceptScalarType.TEXT)),
            ("payment method details", "has", None, ConceptScalarType.TEXT),
        ],
    )
    def test_a_value_of_the_wrong_type_names_the_attribute_and_its_type(self, attribute, operator, value, expected):
        with pytest.raises(api.TypeMismatchError) as mismatch:
            narrowed(QUERY, where(attribute, operator, value))
        assert mismatch.value.where.startswith(attribute)
        assert mismatch.value.expected == expected

    def test_the_error_reads_as_a_sentence(self):
        with pytest.raises(api.TypeMismatchError) as mismatch:
            narrowed(QUERY, where("order total's amount", ">", "100"))
        assert str(mismatch.value) == "type mismatch on order total's amount (compared with text) expected number"

    def test_every_part_is_checked_even_where_another_decides(self):
        with pytest.raises(api.TypeMismatchError):
            narrowed(QUERY, AND(where("order status", "in", []), where("is prime", "is", "perhaps")))


class TestRefusals:
    @pytest.mark.parametrize(
        ("attribute", "nearest"),
        [
            ("order stats", "order status"),
            ("status", "order status"),
            ("last updated", "last update date"),
            ("city", "shipping address's city"),
            ("amount", "order total's amount"),
            ("shipping address's town or city", "shipping address's city"),
        ],
    )
    def test_an_unknown_attribute_suggests_the_nearest(self, attribute, nearest):
        text = refusal(where(attribute, "is", "x"))
        assert f'Did you mean "{nearest}"?' in text
        assert text.endswith(f"[found: {attribute}]")

    def test_an_unknown_attribute_lists_all_there_are(self):
        text = refusal(where("colour of the box", "is", "red"))
        assert "Did you mean" not in text
        assert all(path[0].replace("_", " ") in text for path in attributes())

    def test_an_unknown_part_lists_those_of_its_whole(self):
        text = refusal(where("order total's share of taxes", "is", 1))
        assert text.startswith('The filter names an attribute that "order total" does not have.')
        assert "There are: currency code and amount." in text

    def test_a_part_of_what_has_no_parts_is_refused(self):
        assert refusal(where("order status's name", "is", "x")).startswith(
            'The filter asks for a part of "order status", which has no parts.'
        )

    @pytest.mark.parametrize("attribute", [found.name for found in attributes().values() if found.kind is Kind.PARTS])
    @pytest.mark.parametrize(("operator", "value"), [("is", "x"), ("has", "x"), ("in", [None]), ("<", 5)])
    def test_what_has_parts_shows_a_possessive_instead_of_comparing(self, attribute, operator, value):
        assert f"Name one of its parts, as in: whose {attribute}'s " in refusal(where(attribute, operator, value))

    @pytest.mark.parametrize(
        ("attribute", "operator", "value", "others"),
        [
            ("is prime", "<", True, "it is a boolean. Use one of: is, is not and is in."),
            ("number of items shipped", "has", 5, "it is a number. Use one of: is, is not, is in, is less than,"),
            ("purchase date", "has", "2026-11", "it is a date. Use one of: is, is not, is in, is less than,"),
            ("payment method details", "<", "COD", "it is a list of text. Use one of: is, is not and has."),
        ],
    )
    def test_an_operator_that_does_not_suit_names_those_that_do(self, attribute, operator, value, others):
        assert others in refusal(where(attribute, operator, value))

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
