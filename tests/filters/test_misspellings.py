"""A value that is almost a documented one is misspelled; a filter that matches nothing would hide that."""

import pytest

from amazon_selling_partner.concepts import FULFILLMENT_CHANNELS, ORDER_STATUSES
from amazon_selling_partner.filters import narrowed
from tests.filters.support import AND, NOT, OR, QUERY, holds, refusal, where

STATUS, CHANNEL = "order status", "fulfillment channel"
MISSPELLED = [
    (STATUS, "Shiped", "Shipped"),
    (STATUS, " unshiped ", "Unshipped"),
    (STATUS, "Cancelled", "Canceled"),
    (STATUS, "CANCELLED", "Canceled"),
    (STATUS, "Partially Shipped", "PartiallyShipped"),
    (STATUS, "PARTIALLY_SHIPPED", "PartiallyShipped"),
    (STATUS, "pending-availability", "PendingAvailability"),
    (STATUS, "PendingAvailabilty", "PendingAvailability"),
    (STATUS, "Unfullfillable", "Unfulfillable"),
    (CHANNEL, "MERCHANT", "MFN"),
    (CHANNEL, "amazon", "AFN"),
    (CHANNEL, "FBA", "AFN"),
    (CHANNEL, "fbm", "MFN"),
    (CHANNEL, "A F N", "AFN"),
]


@pytest.mark.parametrize(("attribute", "misspelled", "meant"), MISSPELLED)
def test_it_is_refused_with_what_was_meant(attribute, misspelled, meant):
    text = refusal(where(attribute, "is", misspelled))
    assert text.startswith("The filter compares an attribute with a value that Amazon does not document. ")
    assert f"[attribute: {attribute}, value: {misspelled.strip()}, did you mean: {meant}, documented: " in text


def test_the_refusal_lists_all_that_amazon_documents():
    assert refusal(where(CHANNEL, "is", "FBA")).endswith("documented: MFN; AFN]")
    assert all(status in refusal(where(STATUS, "is", "Shiped")) for status in ORDER_STATUSES)


@pytest.mark.parametrize(
    "filter_expression",
    [
        where(STATUS, "is not", "Shiped"),
        where(STATUS, "in", ["Pending", None, "Shiped"]),
        NOT(where(STATUS, "is", "Shiped")),
        NOT(where(STATUS, "in", ["Shiped"])),
        AND(where("is prime", "is", True), where(STATUS, "is", "Shiped")),
        OR(where("is prime", "is", True), where(STATUS, "is", "Shiped")),
    ],
)
def test_it_is_refused_wherever_it_stands(filter_expression):
    assert "did you mean: Shipped" in refusal(filter_expression)


@pytest.mark.parametrize(
    ("attribute", "word"),
    [(STATUS, word) for word in ORDER_STATUSES] + [(CHANNEL, word) for word in FULFILLMENT_CHANNELS],
)
def test_a_documented_value_passes_whatever_its_case(attribute, word):
    for written in (word, word.lower(), f" {word.upper()}\n"):
        narrowed(QUERY, where(attribute, "is", written))


@pytest.mark.parametrize("value", ["Returned", "Lost At Sea", "Shippable", "Delivered", "ReadyForPickup", "X", ""])
def test_a_value_unlike_any_passes_as_amazon_may_add_some(value):
    assert holds(where(STATUS, "is", value), order_status=value)
    assert not holds(where(STATUS, "is", value), order_status="Shipped")


@pytest.mark.parametrize(
    ("attribute", "value"), [(CHANNEL, "XFN"), (CHANNEL, "Dropship"), ("order type", "Shiped"), ("order type", "FBA")]
)
def test_so_do_unlike_channels_and_all_values_of_other_attributes(attribute, value):
    assert holds(where(attribute, "is", value), **{attribute.replace(" ", "_"): value})


@pytest.mark.parametrize(("operator", "value"), [("has", "shiped"), ("has", "Ship"), ("<", "Shiped"), (">=", "Shiped")])
def test_parts_and_bounds_of_a_value_may_be_anything(operator, value):
    narrowed(QUERY, where(STATUS, operator, value))
