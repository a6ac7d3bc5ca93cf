"""Steps: what is understood becomes the right invocation, and what is not is pointed at."""

import time
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kognitos.bdk.runtime.client import Client
from kognitos.bdk.runtime.client.expression import BinaryExpression, UnaryExpression
from kognitos.bdk.runtime.client.noun_phrase import NounPhrase

from playground.host import Host
from playground.steps import Library, NotUnderstood

ORDERS = "retrieve orders from amazon selling partner"
ORDER = "retrieve an order from amazon selling partner"


@pytest.fixture(scope="module")
def library():
    with Host() as host:
        yield Library.of(Client.from_url(host.url, insecure=True))


@pytest.fixture
def read(library):
    return library.read


@pytest.fixture
def inputs(read):
    """Read a step and return what it gives: inputs by name, limit and offset among them."""

    def inputs(step):
        found = read(step)
        given = {str(one.noun_phrases): one.value for one in found.inputs}
        counts = {"offset": found.offset, "limit": found.limit}
        return given | {name: value for name, value in counts.items() if value is not None}

    return inputs


@pytest.fixture
def condition(read):
    """Read what follows `whose` and return the filter in brackets."""

    def written(found):
        if isinstance(found, BinaryExpression):
            operator = found.operator.name.removeprefix("BINARY_OPERATOR_")
            right = written(found.right) if isinstance(found.right, BinaryExpression | UnaryExpression) else found.right
            return written(found.left), operator, right
        if isinstance(found, UnaryExpression):
            return "NOT", written(found.inner)
        return str(found)

    return lambda whose: written(read(f"{ORDERS} whose {whose}").condition)


@pytest.fixture
def failure(read):
    """Read a step that is not understood and return the error."""

    def failure(step):
        with pytest.raises(NotUnderstood) as raised:
            read(step)
        return raised.value

    return failure


# The opening


@pytest.mark.parametrize(
    ("step", "procedure"),
    [
        (ORDERS, "retrieve_orders"),
        ("retrieve orders", "retrieve_orders"),
        ("to retrieve all orders from amazon selling partner", "retrieve_orders"),
        ("retrieve the orders", "retrieve_orders"),
        ("Retrieve Orders From Amazon Selling Partner", "retrieve_orders"),
        ("\n\n   retrieve\n   orders   from amazon\tselling partner\n\n", "retrieve_orders"),
        (f'{ORDER} with the marketplace is "US", the order id is "1"', "retrieve_order"),
        (f'{ORDER.replace("an ", "the ")} with the marketplace is "US", the order id is "1"', "retrieve_order"),
    ],
)
def test_a_step_names_a_procedure(read, step, procedure):
    found = read(step)
    assert found.procedure.id == procedure
    assert found.book.name == "Amazon Selling Partner"


def test_a_step_without_anything_else_asks_for_everything(read):
    found = read(ORDERS)
    assert (found.inputs, found.condition, found.offset, found.limit) == ([], None, None, None)


# Inputs


@pytest.mark.parametrize("word", ["with", "where"])
@pytest.mark.parametrize("separator", ["\n    ", ", ", " and ", ", and ", ",\n"])
def test_inputs_are_parted_by_lines_commas_or_and(inputs, word, separator):
    lines = ['the marketplace is "CA"', 'the createdafter is "2024-11-01"', "the limit is 100", "the offset is 7"]
    assert inputs(f"{ORDERS} {word} {separator.join(lines)}") == {
        "marketplace": "CA",
        "createdafter": "2024-11-01",
        "limit": 100,
        "offset": 7,
    }


def test_the_inputs_may_begin_on_a_line_of_their_own(inputs):
    assert inputs(f'{ORDERS} with\n\n    the last updated is "2024-11-01"\n') == {"last updated": "2024-11-01"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"2024-11-01T00:00:00Z"', "2024-11-01T00:00:00Z"),
        ("“2024-11-01”", "2024-11-01"),
        ('"the limit is 5"', "the limit is 5"),
        (r'"a \"quoted\" word and a \\"', 'a "quoted" word and a \\'),
        ('"東京都 – Zürich"', "東京都 – Zürich"),
        ('""', ""),
        ("2024-11-01", date(2024, 11, 1)),
        ("2024-11-01T08:30:00Z", datetime(2024, 11, 1, 8, 30, tzinfo=UTC)),
        ("2024-11-01T08:30", datetime(2024, 11, 1, 8, 30, tzinfo=UTC)),
        ("2024-11-01T08:30:15.25-08:00", datetime(2024, 11, 1, 8, 30, 15, 250000, timezone(timedelta(hours=-8)))),
        ("100", 100.0),
        ("-9.90", -9.9),
        ("true", True),
        ("No", False),
        ("None", None),
    ],
)
def test_a_value_is_read_as_it_is_written(inputs, written, value):
    found = inputs(f"{ORDERS} with the createdafter is {written}")["createdafter"]
    assert found == value
    assert type(found) is type(value)


@pytest.fixture
def in_tokyo(monkeypatch):
    """Put this machine into another zone."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("written", ["2024-11-01T08:30:00", "2024-11-01T08:30:00Z", "2024-11-01T00:30:00-08:00"])
def test_a_moment_is_in_utc_whatever_the_zone_of_this_machine(inputs, in_tokyo, written):
    found = inputs(f"{ORDERS} with the createdafter is {written}")["createdafter"]
    assert found.tzinfo is UTC
    assert found == datetime(2024, 11, 1, 8, 30, tzinfo=UTC)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_written(inputs, text):
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert inputs(f'{ORDERS} with the createdafter is "{quoted}" and the limit is 1')["createdafter"] == text


# Filters


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
    ],
)
def test_a_comparison(condition, written, operator):
    assert condition(f'order status {written} "x"') == ("order status", operator, "x")


@pytest.mark.parametrize("values", ['"A", "B", "C"', '"A", "B" or "C"', '"A" or "B" or "C"', '"A", "B", and "C"'])
@pytest.mark.parametrize("written", ["is in", "is one of"])
def test_a_comparison_with_several_values(condition, written, values):
    assert condition(f"order status {written} {values}") == ("order status", "IN", ["A", "B", "C"])


@pytest.mark.parametrize("written", ["is not in", "is not one of"])
def test_a_negated_comparison_with_several_values(condition, written):
    assert condition(f'order status {written} "A", "B"') == ("NOT", ("order status", "IN", ["A", "B"]))


def test_what_an_attribute_does_not_have(condition):
    assert condition('payment method details does not have "COD"') == ("NOT", ("payment method details", "HAS", "COD"))


def test_several_values_end_before_whose_and_with(read, condition):
    assert condition('order status is one of "A", "B" or whose is prime is true')[1] == "OR"
    found = read(f'{ORDERS} whose order status is one of "A", "B" with the limit is 1')
    assert (found.condition.right, found.limit) == (["A", "B"], 1)


def test_and_binds_closer_than_or(condition):
    a, b, c = (f'order type is "{letter}"' for letter in "ABC")
    assert condition(f"{a} or whose {b} and whose {c}") == (
        ("order type", "EQUALS", "A"),
        "OR",
        (("order type", "EQUALS", "B"), "AND", ("order type", "EQUALS", "C")),
    )
    assert condition(f"{a} and whose {b} or whose {c}")[1] == "OR"


@pytest.mark.parametrize(
    "attribute",
    [
        "order total's amount",
        "order total's currency code",
        "order_total's amount",
        "payment execution detail's payment's amount",
        "buyer info's buyer tax info's company legal name",
    ],
)
def test_a_possessive_leads_into_a_json_attribute(condition, attribute):
    assert condition(f"{attribute} is 1")[0] == attribute.replace("_", " ")


def test_a_possessive_may_be_typeset(condition):
    assert condition("shipping address\u2019s city is 1")[0] == "shipping address's city"


def test_a_noun_phrase_has_its_head_and_modifiers(read):
    found = read(f"{ORDERS} whose buyer info's purchase order number is 1").condition.left
    assert found.noun_phrases == [NounPhrase("info", ["buyer"]), NounPhrase("number", ["purchase", "order"])]


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


# What is not understood


@pytest.mark.parametrize(
    ("step", "word", "hint"),
    [
        ("retreive orders", "retreive", 'Did you mean "retrieve"?'),
        ("delete orders", "delete", "The verbs known here: retrieve."),
        ("retrieve ordrs", "ordrs", 'Did you mean "orders"?'),
        ("retrieve invoices", "invoices", "orders"),
        ("retrieve orders from amazon seller partner", "seller", 'Did you mean "amazon selling partner"?'),
        ("retrieve orders from ebay", "ebay", "The books known here: amazon selling partner."),
        ("retrieve orders please", "please", "`whose`"),
        (f"{ORDERS} having the limit is 1", "having", "`with`"),
        (f'{ORDERS} with the marketplce is "US"', "marketplce", 'Did you mean "marketplace"?'),
        (f'{ORDERS} with the marketplace equals "US"', "equals", "the marketplace is …"),
        (f"{ORDERS} with the marketplace is US", "US", "text in double quotes"),
        (f"{ORDERS} with the limit is 1 the offset is 2", "the", "a line of its own"),
        (f"{ORDERS} with the limit is 1 please", "please", "a line of its own"),
        (f"{ORDERS} with", "", "Here I expect an input"),
        (f"{ORDERS} with the limit is", "", "Here I expect a value"),
        (f"{ORDERS} with the limit is 1,", "", "Here I expect an input"),
        (f"{ORDERS} with the limit is 1. retrieve orders", ".", "a line of its own"),
        (f'{ORDERS} with the order id is "1"', "order", 'Did you mean "whose amazon order id"?'),
        (f"{ORDERS} whose colour is 1", "colour", "The attributes known here: amazon order id, "),
        (f"{ORDERS} whose shipping adress is 1", "adress", 'Did you mean "shipping address"?'),
        (f'{ORDERS} whose status is "Shipped"', "status", 'Did you mean "order status"?'),
        (f"{ORDERS} whose shipping address's town is 1", "town", "city"),
        (
            f'{ORDERS} whose channel is "MFN"',
            "channel",
            'Did you mean "fulfillment channel", "sales channel" or "order channel"?',
        ),
        (
            f'{ORDERS} whose city is "Boise"',
            "city",
            'Did you mean "shipping address\'s city" or "default ship from location address\'s city"?',
        ),
        (f"{ORDERS} whose shipping address's code is 1", "code", 'Did you mean "postal code" or "country code"?'),
        (f"{ORDERS} with the updated is 1", "updated", 'Did you mean "last updated"?'),
        (f"{ORDERS} whose order status resembles 1", "resembles", "Here I expect a comparison: is, "),
        (f"{ORDERS} whose order total's is 1", "1", "Here I expect a comparison: is, "),
        (f"{ORDERS} whose is prime is maybe", "maybe", "Here I expect a value"),
        (f"{ORDERS} whose", "", "The attributes known here"),
    ],
)
def test_the_word_that_is_not_understood_is_named(failure, step, word, hint):
    found = failure(step)
    assert found.word == word
    assert hint in str(found)
    assert str(found).startswith(f'I do not understand "{word}".' if word else "The step ends too early.")


@pytest.mark.parametrize(
    ("step", "word", "sentence"),
    [
        (f"{ORDERS} with the limit is -1", "-1", "The limit must be a whole number, 0 or greater."),
        (f"{ORDERS} with the offset is 1.5", "1.5", "The offset must be a whole number, 0 or greater."),
        (f"{ORDERS} with the limit is true", "true", "The limit must be a whole number, 0 or greater."),
        (f"{ORDERS} with the limit is {'9' * 30}", "9" * 30, "The limit must be a whole number, 0 or greater."),
        (f"{ORDERS} with the limit is 1, the limit is 2", "limit", "The limit is given twice."),
        (f'{ORDERS} with the marketplace is "US"\nthe marketplace is "CA"', "marketplace", "The marketplace is given"),
        (f"{ORDERS} with the createdafter is 2024-13-01", "2024-13-01", "2024-13-01 is in no calendar."),
        (f'{ORDERS} with the createdafter is "2024', '"', "The text that begins here has no closing quote."),
        (f'{ORDER} with the marketplace is "US"', "", "This step needs the order id."),
        (f"{ORDER}", "", "This step needs the marketplace."),
        (f"{ORDERS} whose order status's colour is 1", "'s", "The order status has no parts."),
    ],
)
def test_what_is_understood_and_wrong_is_named(failure, step, word, sentence):
    found = failure(step)
    assert found.word == word
    assert sentence in str(found).partition("\n")[0]


def test_one_order_takes_no_limit(failure):
    found = failure(f'{ORDER} with the marketplace is "US", the order id is "1", the limit is 1')
    assert found.word == "limit"
    assert "The inputs known here: marketplace, order id." in str(found)


def test_the_place_of_the_word_is_shown(failure):
    found = failure(f'{ORDERS} with\n    the marketplace is "US"\n    the limt is 5\n    the offset is 1')
    assert (found.line, found.column) == (3, 9)
    assert str(found).splitlines()[2:] == ["        the limt is 5", "            ^^^^"]


def test_the_end_of_a_step_is_shown_behind_its_last_word(failure):
    found = failure(f"{ORDERS} with\n  \n")
    assert (found.line, found.column) == (1, len(f"{ORDERS} with") + 1)
    assert str(found).splitlines()[2:] == [f"    {ORDERS} with", " " * (4 + len(f"{ORDERS} with")) + "^"]


def test_an_empty_step_ends_too_early(failure):
    assert "The step ends too early." in str(failure(" \n "))


VERB, BLOCK = ["retrieve", "an", "orders", "order", "from", "amazon selling partner"], ["with", "where", "the"]
FILTER = ["whose", "and", "or", "is", "not", "one", "of", "in", "has", "order status", "shipping address", "'s"]
REST = ["true", "7", "-1", '"text"', "2024-11-01", "limit", "marketplace", "\u2019s", ",", "\n", "(", "_", '"', "ß"]
WORDS = st.sampled_from([*VERB, *FILTER, *BLOCK, *REST])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60))
@example("retrieve orders whose order total's")
@example(f"{ORDERS} whose order total's amount")
def test_any_step_is_understood_or_pointed_at(read, step):
    try:
        read(step)
    except NotUnderstood as error:
        found = error
    else:
        return
    lines = step.split("\n")
    assert 1 <= found.line <= len(lines)
    assert lines[found.line - 1][found.column - 1 :].startswith(found.word.partition("\n")[0])
