"""Steps that are not understood: the error points at the word."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from playground.steps import NotUnderstood

ORDERS = "retrieve orders from amazon selling partner"
ORDER = "retrieve an order from amazon selling partner"


@pytest.mark.parametrize(
    ("step", "word", "hint"),
    [
        ("retreive orders", "retreive", 'Did you mean "retrieve"?'),
        ("delete orders", "delete", "The verbs known here: retrieve."),
        ("retrieve ordrs", "ordrs", 'Did you mean "orders"?'),
        ("retrieve invoices", "invoices", "orders"),
        ("retrieve orders from amazn selling partner", "amazn", 'Did you mean "amazon selling partner"?'),
        ("retrieve orders from ebay", "ebay", "The books known here: amazon selling partner."),
        ("retrieve orders please", "please", "`whose`"),
        (f"{ORDERS} having the limit is 1", "having", "`with`"),
        (f'{ORDERS} with the marketplce is "US"', "marketplce", 'Did you mean "marketplace"?'),
        (f'{ORDERS} with the order id is "1"', "order", 'Did you mean "whose amazon order id"?'),
        (f"{ORDERS} with the color is 1", "color", "marketplace, createdafter, last updated, limit, offset"),
        (f'{ORDERS} with the marketplace equals "US"', "equals", "the marketplace is …"),
        (f"{ORDERS} with the marketplace is US", "US", "text in double quotes"),
        (f"{ORDERS} with the limit is 1 the offset is 2", "the", "a line of its own"),
        (f"{ORDERS} with", "", "Here I expect an input"),
        (f"{ORDERS} with the limit is", "", "Here I expect a value"),
        (f"{ORDERS} with the limit is 1,", "", "Here I expect an input"),
        (f"{ORDERS} whose color is 1", "color", "The attributes known here: amazon order id, "),
        (f"{ORDERS} whose shipping adress is 1", "adress", 'Did you mean "shipping address"?'),
        (f'{ORDERS} whose status is "Shipped"', "status", 'Did you mean "order status"?'),
        (f'{ORDERS} whose date is "2024-11-01"', "date", 'Did you mean "purchase date", "last update date", "earliest'),
        (f"{ORDERS} whose shipping address's town is 1", "town", "city"),
        (f'{ORDERS} whose channel is "MFN"', "channel", '"fulfillment channel", "sales channel" or "order channel"?'),
        (f'{ORDERS} whose city is "Boise"', "city", '"shipping address\'s city" or "default ship from location'),
        (f"{ORDERS} whose shipping address's code is 1", "code", 'Did you mean "postal code" or "country code"?'),
        (f"{ORDERS} whose order status resembles 1", "resembles", "Here I expect a comparison: is, "),
        (f"{ORDERS} whose order total's is 1", "1", "Here I expect a comparison: is, "),
        (f"{ORDERS} whose buyer info's buyer tax info's company legal name", "", "Here I expect a comparison: is, "),
        (f"{ORDERS} whose is prime is maybe", "maybe", "Here I expect a value"),
        (f"{ORDERS} whose", "", "The attributes known here"),
        (f"{ORDER} with the limit is 1", "limit", "The inputs known here: marketplace, order id."),
    ],
)
def test_the_word_that_is_not_understood_is_named(failure, step, word, hint):
    refusal = failure(step)
    assert refusal.word == word
    assert hint in str(refusal)
    assert str(refusal).startswith(f'I do not understand "{word}".' if word else "The step ends too early.")


@pytest.mark.parametrize(
    ("step", "word", "sentence"),
    [
        (f"{ORDERS} with the offset is 1.5", "1.5", "The offset must be a whole number, 0 or greater."),
        *(
            (f"{ORDERS} with the limit is {value}", value, "The limit must be a whole number, 0 or greater.")
            for value in ("-1", '"five"', "None", "true", "9" * 30)
        ),
        (f"{ORDERS} with the limit is 1, the limit is 2", "limit", "The limit is given twice."),
        (f'{ORDERS} with the marketplace is "US"\nthe marketplace is "CA"', "marketplace", "The marketplace is given"),
        (f"{ORDERS} with the createdafter is 2024-13-01", "2024-13-01", "2024-13-01 is in no calendar."),
        (f'{ORDERS} with the createdafter is "2024', '"', "The text that begins here has no closing quote."),
        (f'{ORDER} with the marketplace is "US"', "", "This step needs the order id."),
        (f"{ORDER}", "", "This step needs the marketplace."),
        (f"{ORDER} whose is prime is true", "whose", f"`{ORDER}` takes no filter."),
        (f"{ORDERS} whose order status's color is 1", "'s", "The order status has no parts."),
    ],
)
def test_an_invalid_value_or_part_is_named(failure, step, word, sentence):
    refusal = failure(step)
    assert refusal.word == word
    assert sentence in str(refusal).partition("\n")[0]


@pytest.mark.parametrize(
    ("step", "place", "shown"),
    [
        (
            f'{ORDERS} with\n    the marketplace is "US"\n    the limt is 5',
            (3, 9),
            ["        the limt is 5", " " * 12 + "^^^^"],
        ),
        (f"{ORDERS} with\n  \n", (1, 49), [f"    {ORDERS} with", " " * 52 + "^"]),
    ],
    ids=["a word", "the end"],
)
def test_the_place_of_the_mistake_is_marked(failure, step, place, shown):
    refusal = failure(step)
    assert (refusal.line, refusal.column) == place
    assert str(refusal).splitlines()[2:] == shown


def test_an_empty_step_ends_too_early(failure):
    assert "The step ends too early." in str(failure(" \n "))


def test_no_call_is_spent_on_reading(read, amazon):
    read(f'{ORDERS} whose is prime is true with the marketplace is "US"')
    assert amazon.requests == []


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
        refusal = error
    else:
        return
    lines = step.split("\n")
    assert 1 <= refusal.line <= len(lines)
    assert lines[refusal.line - 1][refusal.column - 1 :].startswith(refusal.word.partition("\n")[0])
