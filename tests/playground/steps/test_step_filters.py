"""The filter of a step: it becomes the expression it says."""

from datetime import date

import pytest
from kognitos.bdk.runtime.client.expression import BinaryExpression, UnaryExpression
from kognitos.bdk.runtime.client.noun_phrase import NounPhrase, NounPhrases

ORDERS = "retrieve orders from amazon selling partner"


@pytest.fixture
def condition(read):
    """Read what follows `whose` and return the filter in brackets."""

    def written(part):
        match part:
            case BinaryExpression():
                return written(part.left), part.operator.name.removeprefix("BINARY_OPERATOR_"), written(part.right)
            case UnaryExpression():
                return "NOT", written(part.inner)
            case NounPhrases():
                return str(part)
        return part

    return lambda whose: written(read(f"{ORDERS} whose {whose}").condition)


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ("is", "EQUALS"),
        ("equals", "EQUALS"),
        ("is not", "NOT_EQUALS"),
        ("is greater than", "GREATER_THAN"),
        ("is more than", "GREATER_THAN"),
        ("is after", "GREATER_THAN"),
        ("is less than", "LESS_THAN"),
        ("is before", "LESS_THAN"),
        ("is greater than or equal to", "GREATER_THAN_OR_EQUAL"),
        ("is at least", "GREATER_THAN_OR_EQUAL"),
        ("is less than or equal to", "LESS_THAN_OR_EQUAL"),
        ("is at most", "LESS_THAN_OR_EQUAL"),
        ("has", "HAS"),
        ("contains", "HAS"),
        ("isn't", "NOT_EQUALS"),
        ("isn\u2019t", "NOT_EQUALS"),
        ("=", "EQUALS"),
        ("!=", "NOT_EQUALS"),
        (">", "GREATER_THAN"),
        ("<", "LESS_THAN"),
        (">=", "GREATER_THAN_OR_EQUAL"),
        ("<=", "LESS_THAN_OR_EQUAL"),
        ("is >", "GREATER_THAN"),
    ],
)
def test_a_comparison(condition, written, operator):
    assert condition(f'order status {written} "x"') == ("order status", operator, "x")


@pytest.mark.parametrize("values", ['"A", "B", "C"', '"A", "B" or "C"', '"A" or "B" or "C"', '"A", "B", and "C"'])
@pytest.mark.parametrize("written", ["is in", "is one of"])
def test_a_comparison_with_several_values(condition, written, values):
    assert condition(f"order status {written} {values}") == ("order status", "IN", ["A", "B", "C"])


@pytest.mark.parametrize(
    ("written", "operator", "value"),
    [
        *((words, "IN", ["A", "B"]) for words in ("is not in", "is not one of", "isn't one of")),
        *((words, "HAS", "A") for words in ("does not have", "does not contain", "doesn't have")),
    ],
)
def test_a_negated_comparison(condition, written, operator, value):
    values = ", ".join(f'"{each}"' for each in value)
    assert condition(f"order status {written} {values}") == ("NOT", ("order status", operator, value))


def test_a_sign_needs_no_spaces(condition):
    assert condition("order total's amount>=-1") == ("order total's amount", "GREATER_THAN_OR_EQUAL", -1.0)


@pytest.mark.parametrize(("written", "value"), [("2026-11-23", date(2026, 11, 23)), ('"2026-11-23"', "2026-11-23")])
def test_a_date_without_quotes_is_a_date(condition, written, value):
    assert condition(f"purchase date is before {written}") == ("purchase date", "LESS_THAN", value)


def test_several_values_end_before_a_condition_or_an_input(read, condition):
    assert condition('order status is one of "A", "B" or whose is prime is true')[1] == "OR"
    step = read(f'{ORDERS} whose order status is one of "A", "B" with the limit is 1')
    assert (step.condition.right, step.limit) == (["A", "B"], 1)


def test_and_binds_closer_than_or(condition):
    a, b, c = (f'order type is "{letter}"' for letter in "ABC")
    assert condition(f"{a} or whose {b} and whose {c}") == (
        ("order type", "EQUALS", "A"),
        "OR",
        (("order type", "EQUALS", "B"), "AND", ("order type", "EQUALS", "C")),
    )
    assert condition(f"{a} and whose {b} or whose {c}")[1] == "OR"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("order total's currency code", "order total's currency code"),
        ("order_total's amount", "order total's amount"),
        ("payment execution detail's payment's amount", "payment execution detail's payment's amount"),
        ("shipping address\u2019s city", "shipping address's city"),
        *(
            (f"automated shipping {settings} automated carrier", "automated shipping settings's automated carrier")
            for settings in ("settings'", "settings's", "settings\u2019")
        ),
    ],
)
def test_a_possessive_names_a_part(condition, written, path):
    assert condition(f"{written} is None") == (path, "EQUALS", None)


def test_a_noun_phrase_has_its_head_and_modifiers(read):
    left = read(f"{ORDERS} whose buyer info's purchase order number is 1").condition.left
    assert left.noun_phrases == [NounPhrase("info", ["buyer"]), NounPhrase("number", ["purchase", "order"])]


def test_every_attribute_and_part_of_an_order_can_be_named(read):
    attributes = read(ORDERS).attributes
    assert len(attributes) == 34
    for name, parts in attributes.items():
        for path in [[name], *([name, part] for part in parts)]:
            written = "'s ".join(word.replace("_", " ") for word in path)
            assert str(read(f"{ORDERS} whose {written} is true").condition.left) == written


def test_the_words_of_a_comparison_may_be_part_of_a_name(condition):
    assert condition("is prime is not true") == ("is prime", "NOT_EQUALS", True)
    assert condition("is sold by ab is true")[0] == "is sold by ab"
