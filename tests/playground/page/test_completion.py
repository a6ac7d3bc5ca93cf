"""Completion: it offers what the reader of steps takes, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.page.completion import Completer
from playground.steps import NotUnderstood

ORDERS = "retrieve orders from amazon selling partner"


@pytest.fixture(scope="module")
def completer(library):
    return Completer(library)


@pytest.fixture(scope="module")
def complete(completer):
    def complete(before):
        completion = completer.complete(before)
        return [before[: len(before) - completion.letters] + phrase.text for phrase in completion.phrases]

    return complete


def test_a_step_begins_with_a_procedure_then_a_filter_or_inputs(complete):
    assert complete("") == ["retrieve an order from amazon selling partner", ORDERS]
    assert complete("retrieve o") == [ORDERS]
    assert complete(f"{ORDERS} ") == [f"{ORDERS} whose", f"{ORDERS} with"]


def test_a_filter_takes_every_attribute_and_every_part(complete, library):
    offered = complete(f"{ORDERS} whose ")
    attributes = library.read(ORDERS).attributes
    for name, parts in attributes.items():
        words = name.replace("_", " ")
        assert f"{ORDERS} whose {words}" in offered
        for part in parts:
            assert f"{ORDERS} whose {words}'s {part.replace('_', ' ')}" in offered


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("whose is prem", "whose is premium order"),
        ("whose order sta", "whose order status"),
        ("whose SHIPPING ADDRESS'S CI", "whose shipping address's city"),
        ("whose is prime is t", "whose is prime is true"),
        ("whose is prime is not f", "whose is prime is not false"),
        ("whose order status is o", "whose order status is one of"),
        ('whose order status is "Unshipped" an', 'whose order status is "Unshipped" and whose'),
        ("with the cr", "with the createdafter is"),
        ("with\n    the limit is 10\n    the o", "with\n    the limit is 10\n    the offset is"),
        ('with the marketplace is "G', 'with the marketplace is "GB"'),
    ],
)
def test_what_is_begun_is_completed(complete, typed, completed):
    assert complete(f"{ORDERS} {typed}") == [f"{ORDERS} {completed}"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("whose fulfillment channel is ", ['"MFN"', '"AFN"']),
        ('whose order status is not "Un', ['"Unshipped"', '"Unfulfillable"']),
        ('whose order status is one of "Shipped", "Pe', ['"PendingAvailability"', '"Pending"']),
        ('whose marketplace id is "ATV', ['"ATVPDKIKX0DER"']),
        ("whose order total's ", ["order total's amount", "order total's currency code"]),
        ("whose order total's c", ["order total's currency code"]),
        ("whose order total's amount is a", ["is at least", "is at most"]),
        ("whose order total's amount w", []),
    ],
)
def test_values_and_parts_that_amazon_documents_are_offered(completer, typed, offered):
    assert [phrase.text for phrase in completer.complete(f"{ORDERS} {typed}").phrases] == offered


def test_true_and_false_are_offered_for_yes_or_no_only(complete):
    assert complete(f"{ORDERS} whose is prime is ") == [
        f"{ORDERS} whose is prime is {word}" for word in ("true", "false")
    ]
    assert not any(offer.endswith("true") for offer in complete(f"{ORDERS} whose order status is "))


def test_an_enum_offers_its_members(complete):
    offered = complete(f"{ORDERS} with the marketplace is ")
    assert f'{ORDERS} with the marketplace is "US"' in offered
    assert len(offered) == 24


def test_the_procedure_of_one_order_has_no_limit_and_no_filter(complete):
    offered = complete("retrieve an order from amazon selling partner ")
    assert offered == ["retrieve an order from amazon selling partner with"]
    assert [offer.rpartition("with ")[2] for offer in complete(f"{offered[0]} ")] == [
        "the marketplace is",
        "the order id is",
    ]


@pytest.mark.parametrize(
    "typed", ["whose nonsense ", "wither ", "whose is prime is true" + " and whose is prime is true" * 200 + " "]
)
def test_an_unknown_or_very_long_step_is_not_completed(complete, typed):
    assert complete(f"{ORDERS} {typed}") == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=8))
def test_any_accepted_completion_is_understood(complete, library, choices):
    step = ""
    for choice in choices:
        offered = complete(step)
        if not offered:
            break
        step = f"{offered[choice % len(offered)]} "
        assert wrong_word(library, step) == "", step


def wrong_word(library, step):
    """Return the word that is not understood; "" also where the step only ends too early."""
    try:
        library.read(step)
    except NotUnderstood as error:
        return error.word
    return ""
