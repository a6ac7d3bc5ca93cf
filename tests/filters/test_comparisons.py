"""What each comparison of a filter means, and the refusals of those that cannot be right."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from time import tzset

import pytest
from kognitos.bdk import api
from kognitos.bdk.api import FilterBinaryExpression, FilterBinaryOperator, ValueExpression
from kognitos.bdk.reflection.types import ConceptListType, ConceptScalarType

from amazon_selling_partner.concepts import Address
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.filters import narrowed
from amazon_selling_partner.filters.attributes import Kind, attributes
from tests.filters.support import AND, QUERY, holds, phrases, refusal, where


class TestText:
    @pytest.mark.parametrize(
        ("operator", "value", "matching", "other"),
        [
            ("is", "  amazon.COM\n", "Amazon.com", "Amazon.ca"),
            ("is", "Amazon.com", " AMAZON.com ", "Amazon"),
            ("is not", "ebay", None, " EBAY"),
            ("is", "MÜHLSTRASSE 7", "Mühlstraße 7", "Muhlstrasse 7"),
            ("is", "Non \u00a0\n Amazon", "Non  Amazon", "NonAmazon"),
            ("is", "Qu\u00e9bec", "QUE\u0301BEC", "Quebec"),
            ("has", "QUE\u0301", "Qu\u00e9bec", "Quebec"),
            ("has", "AMAZON", "www.amazon.com", "www.ebay.com"),
            ("in", ["amazon.com", "Amazon.ca "], "Amazon.CA", "Amazon.de"),
            ("<", "B", "amazon", "CVS"),
            (">", "b", "CVS", "AMAZON"),
        ],
    )
    def test_case_blanks_and_composition_make_no_difference(self, operator, value, matching, other):
        compared = where("sales channel", operator, value)
        assert holds(compared, sales_channel=matching)
        assert not holds(compared, sales_channel=other)

    def test_in_an_empty_list_is_nothing(self):
        assert not holds(where("sales channel", "in", []), sales_channel="Amazon.com")
        assert not holds(where("sales channel", "in", []))


DATES = [attribute.name for attribute in attributes().values() if attribute.kind is Kind.DATE]


def dated(attribute: str, text: object) -> dict[str, object]:
    return {attribute.replace(" ", "_"): text}


class TestInstants:
    @pytest.mark.parametrize(
        "same",
        [
            "2026-11-20T10:00:00Z",
            "2026-11-20T10:00:00.000Z",
            "2026-11-20T10:00",
            "2026-11-20T19:00:00+09:00",
            " 2026-11-20t10:00:00z ",
            datetime(2026, 11, 20, 10, tzinfo=UTC),
            datetime(2026, 11, 20, 10),  # noqa: DTZ001 - the case
            datetime(2026, 11, 20, 2, tzinfo=timezone(timedelta(hours=-8))),
        ],
    )
    def test_an_instant_is_the_same_however_it_is_written(self, same):
        for attribute in ("purchase date", "latest ship date"):
            dates = {"purchase_date": "2026-11-20T10:00:00Z", "latest_ship_date": "2026-11-20T10:00:00.000+00:00"}
            assert holds(where(attribute, "is", same), **dates)
            assert holds(where(attribute, "in", [None, same]), **dates)
            assert not holds(where(attribute, "<", same), **dates)
            assert holds(where(attribute, ">=", same), **dates)

    @pytest.mark.parametrize("attribute", DATES)
    def test_every_date_compares_as_an_instant_and_not_as_text(self, attribute):
        earlier = dated(attribute, "2026-11-20T19:00:00+09:00")
        assert holds(where(attribute, "<", "2026-11-20T11:00:00Z"), **earlier)
        assert holds(where(attribute, "is", "2026-11-20T10:00:00Z"), **earlier)

    def test_a_datetime_without_a_zone_is_utc_wherever_the_machine_is(self, monkeypatch):
        naive = where("purchase date", "is", datetime(2026, 11, 20, 10))  # noqa: DTZ001 - the case
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            tzset()
            matched = holds(naive, purchase_date="2026-11-20T10:00:00Z")
        tzset()
        assert matched

    @pytest.mark.parametrize("midnight", ["2026-11-20T00:00", datetime(2026, 11, 20, tzinfo=UTC)])
    def test_midnight_is_an_instant_and_not_a_day(self, midnight):
        assert holds(where("purchase date", "is", midnight), purchase_date="2026-11-20T00:00:00Z")
        assert not holds(where("purchase date", "is", midnight), purchase_date="2026-11-20T00:00:01Z")
        assert holds(where("purchase date", ">", midnight), purchase_date="2026-11-20T00:00:01Z")


BEFORE, FIRST, LAST, AFTER = (
    "2026-11-19T23:59:59.999Z",
    "2026-11-20T09:00:00+09:00",
    "2026-11-20T23:59:59.999999Z",
    "2026-11-21T00:00:00Z",
)


@pytest.mark.parametrize("day", ["2026-11-20", " 2026-11-20\n", date(2026, 11, 20)], ids=repr)
class TestDays:
    """A date alone is its whole day in UTC."""

    @pytest.mark.parametrize(
        ("operator", "matching"),
        [
            ("is", {FIRST, LAST}),
            ("is not", {BEFORE, AFTER, None}),
            ("<", {BEFORE}),
            ("<=", {BEFORE, FIRST, LAST}),
            (">", {AFTER}),
            (">=", {FIRST, LAST, AFTER}),
        ],
    )
    def test_it_compares_as_a_whole(self, day, operator, matching):
        compared = where("latest ship date", operator, day)
        assert {at for at in (BEFORE, FIRST, LAST, AFTER, None) if holds(compared, latest_ship_date=at)} == matching

    @pytest.mark.parametrize("attribute", DATES)
    def test_it_is_one_for_every_date(self, day, attribute):
        assert holds(where(attribute, "is", day), **dated(attribute, LAST))
        assert not holds(where(attribute, "is", day), **dated(attribute, AFTER))

    def test_several_are_their_union(self, day):
        some = where("latest ship date", "in", [day, None, "2026-11-21T00:00:00Z"])
        assert [holds(some, latest_ship_date=at) for at in (BEFORE, FIRST, LAST, AFTER, None)] == [False] + [True] * 4
        assert not holds(where("latest ship date", "in", [day]))

    def test_it_lies_before_an_instant_of_the_next_day(self, day):
        within = AND(where("purchase date", ">", BEFORE), where("purchase date", "<=", day))
        assert holds(within, purchase_date=FIRST)
        assert not holds(within, purchase_date=AFTER)


class TestDates:
    def test_the_last_day_there_is_has_no_end(self):
        last = "9999-12-31T23:59:59.999999Z"
        assert holds(where("purchase date", "<=", date.max), purchase_date=last)
        assert not holds(where("purchase date", ">", date.max), purchase_date=last)

    def test_an_unreadable_date_of_an_order_is_an_error(self):
        with pytest.raises(InvalidInput, match="latest ship date is not a valid date"):
            holds(where("latest ship date", "<", "2026-11-20"), latest_ship_date="tomorrow")

    def test_an_unreadable_date_is_present_all_the_same(self):
        assert holds(where("latest ship date", "is not", None), latest_ship_date="tomorrow")

    def test_a_value_that_is_no_date_is_refused_with_a_valid_one(self):
        text = refusal(where("purchase date", ">", "soon"))
        assert 'for example: the purchase date is "2024-11-01T00:00:00Z". [value: soon]' in text


class TestNumbers:
    @pytest.mark.parametrize("value", [2, 2.0, Decimal("2.00"), "2", " +2.0\n"])
    def test_numbers_of_every_type_compare(self, value):
        assert holds(where("number of items shipped", "is", value), number_of_items_shipped=2)
        assert holds(where("number of items shipped", ">=", value), number_of_items_shipped=2)
        assert not holds(where("number of items shipped", "<", value), number_of_items_shipped=2)

    @pytest.mark.parametrize(
        ("operator", "value", "matching", "other"),
        [
            ("is", 19.99, "19.990", "19.98"),
            ("is", 9007199254740993, "9007199254740993", "9007199254740992"),
            (">", 100, "1000.00", "99.00"),
            (">", "100", "1000.00", "99.00"),
            ("<=", Decimal("19.99"), "19.99", "20"),
        ],
    )
    def test_an_amount_compares_as_a_decimal(self, operator, value, matching, other):
        compared = where("order total's amount", operator, value)
        assert holds(compared, order_total={"amount": matching})
        assert not holds(compared, order_total={"amount": other})

    def test_an_amount_of_an_order_that_is_no_number_is_an_error(self):
        with pytest.raises(InvalidInput, match=r"order total's amount is not a number.* \[value: 1,50\]"):
            holds(where("order total's amount", "<", 5), order_total={"amount": "1,50"})

    def test_what_is_not_a_number_cannot_be_compared(self):
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
            ("purchase date", ">", None, ConceptScalarType.DATETIME),
            ("purchase date", "is", time(10), ConceptScalarType.DATETIME),
            ("number of items shipped", "is", "five", ConceptScalarType.NUMBER),
            ("number of items shipped", "is", "1,000", ConceptScalarType.NUMBER),
            ("number of items shipped", "is", "NaN", ConceptScalarType.NUMBER),
            ("number of items shipped", "is", True, ConceptScalarType.NUMBER),
            ("number of items shipped", "in", [True], ConceptScalarType.NUMBER),
            ("order total's amount", ">=", True, ConceptScalarType.NUMBER),
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

    @pytest.mark.parametrize(
        ("attribute", "operator", "value", "where_it_is"),
        [
            (
                "order total's amount",
                ">",
                "much",
                "order total's amount (compared with text; write a number, such as 100)",
            ),
            ("is prime", "is", "yes", "is prime (compared with text; write true or false)"),
            (
                "purchase date",
                "<",
                time(10),
                'purchase date (compared with a time; write a date, such as "2024-11-01")',
            ),
            ("order type", "is", 5, 'order type (compared with a number; write text in quotes, such as "Amazon.com")'),
            ("order type", "is", {}, 'order type (compared with a dict; write text in quotes, such as "Amazon.com")'),
            ("number of items shipped", "in", 5, "number of items shipped (compared with a number; write a list)"),
        ],
    )
    def test_the_error_says_what_to_write_instead(self, attribute, operator, value, where_it_is):
        with pytest.raises(api.TypeMismatchError) as mismatch:
            narrowed(QUERY, where(attribute, operator, value))
        assert str(mismatch.value).startswith(f"type mismatch on {where_it_is} expected ")


class TestRefusals:
    @pytest.mark.parametrize(
        "attribute", [attribute.name for attribute in attributes().values() if attribute.kind is Kind.PARTS]
    )
    @pytest.mark.parametrize(("operator", "value"), [("is", "x"), ("has", "x"), ("in", [None]), ("<", 5)])
    def test_what_has_parts_is_not_compared_but_its_parts_listed(self, attribute, operator, value):
        text = refusal(where(attribute, operator, value))
        assert text.startswith("The filter cannot compare this attribute as a whole, except with None. ")
        assert f"[attribute: {attribute}, parts: {attribute}'s " in text

    @pytest.mark.parametrize(
        ("attribute", "operator", "value", "diagnostics"),
        [
            ("is prime", "<", True, "type: boolean, comparison: is less than, comparisons: is; is not; is in]"),
            ("number of items shipped", "has", 5, "type: number, comparison: has, comparisons: is; is not; is in; is"),
            ("purchase date", "has", "2026-11", "type: date, comparison: has, comparisons: is; is not; is in; is less"),
            (
                "payment method details",
                "<",
                "COD",
                "type: list of text, comparison: is less than, comparisons: is; is not; has]",
            ),
        ],
    )
    def test_an_unsuitable_operator_lists_the_suitable_ones(self, attribute, operator, value, diagnostics):
        assert f"[attribute: {attribute}, {diagnostics}" in refusal(where(attribute, operator, value))
