"""The concept: complete, and silent about people."""

import dataclasses

import pytest

from amazon_selling_partner.concepts import (
    Address,
    AmazonOrder,
    AutomatedShippingSettings,
    BuyerInfo,
    FulfillmentInstruction,
)

ALL = [Address, AmazonOrder, AutomatedShippingSettings, BuyerInfo, FulfillmentInstruction]


def filled(kind: type) -> object:
    """Return an object that has a recognisable text in every field."""
    return kind(**{field.name: f"private {field.name}" for field in dataclasses.fields(kind)})


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, lambda value: f"{[value]}"], ids=["repr", "str", "format", "in a list"]
)
@pytest.mark.parametrize("kind", [Address, AutomatedShippingSettings, BuyerInfo, FulfillmentInstruction])
def test_no_text_of_a_part_shows_any_of_its_values(kind, show):
    assert "private" not in show(filled(kind))


def test_the_repr_of_a_part_names_the_fields_that_are_filled():
    assert repr(Address(name="private", city="private")) == "Address(name=…, city=…)"
    assert repr(BuyerInfo(buyer_tax_info={"company_legal_name": "private"})) == "BuyerInfo(buyer_tax_info=…)"
    assert repr(AutomatedShippingSettings()) == "AutomatedShippingSettings()"


def test_the_repr_of_an_order_shows_only_its_id_and_status():
    order = dataclasses.replace(filled(AmazonOrder), buyer_info=filled(BuyerInfo), shipping_address=filled(Address))
    expected = "AmazonOrder(amazon_order_id='private amazon_order_id', order_status='private order_status')"
    assert repr(order) == str(order) == expected


@pytest.mark.parametrize("kind", ALL)
def test_a_misspelled_attribute_is_refused(kind):
    value = filled(kind)
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(value, "nmae", "misspelled")
