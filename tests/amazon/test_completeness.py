"""The mapping of v0 against the models of Amazon's own SDK: nothing is forgotten, and every value arrives."""

import dataclasses
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spapi.models import orders_v0 as amazon_models

from amazon_selling_partner.amazon.orders_v0 import OrdersV0
from amazon_selling_partner.concepts import (
    Address,
    AmazonOrder,
    AutomatedShippingSettings,
    BuyerInfo,
    FulfillmentInstruction,
)

# Amazon's property, in the SDK's spelling -> why the documented concept does not carry it.
NOT_CARRIED = {
    "Order": {
        "seller_order_id": "not documented",
        "easy_ship_shipment_status": "not documented",
        "cba_displayable_shipping_label": "not documented",
        "replaced_order_id": "not documented",
        "is_replacement_order": "not documented",
        "promise_response_due_date": "not documented",
        "is_estimated_ship_date_set": "not documented",
        "buyer_invoice_preference": "not documented; Turkey only",
        "buyer_tax_information": "not documented; Turkey only",
        "marketplace_tax_info": "not documented; Brazil only",
        "seller_display_name": "not documented; Brazil only",
        "has_regulated_items": "not documented",
        "electronic_invoice_status": "not documented",
    },
    "Address": {"company_name": "not documented", "extended_fields": "not documented"},
    "BuyerInfo": {},
    "FulfillmentInstruction": {},
    "AutomatedShippingSettings": {},
}
CONCEPTS = {
    "Order": AmazonOrder,
    "Address": Address,
    "BuyerInfo": BuyerInfo,
    "FulfillmentInstruction": FulfillmentInstruction,
    "AutomatedShippingSettings": AutomatedShippingSettings,
}
REQUIRED = ("amazon_order_id", "order_status", "purchase_date", "last_update_date")

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("model", CONCEPTS)
def test_every_property_of_amazons_model_is_mapped_or_listed_as_left_out(model):
    properties = set(getattr(amazon_models, model).swagger_types)
    carried = {field.name for field in dataclasses.fields(CONCEPTS[model])}
    left_out = set(NOT_CARRIED[model])
    assert properties - carried - left_out == set(), "new properties: map them, or list why not"
    assert (carried | left_out) - properties == set(), "properties that Amazon's model no longer has"
    assert carried & left_out == set()


def values(kind: str) -> st.SearchStrategy[Any]:
    """Generate a value of a type as the SDK's models name it: plain, a model or a list of these."""
    if listed := re.fullmatch(r"List\[(\w+)\]", kind):
        return st.lists(values(listed[1]), max_size=3)
    plain = {"str": TEXT, "int": st.integers(-(10**9), 10**9), "bool": st.booleans(), "float": st.integers(0, 9)}
    if kind in plain:
        return plain[kind]
    model = getattr(amazon_models, kind)
    properties = getattr(model, "swagger_types", None)
    if not properties:
        return TEXT  # An enum travels as text, and unknown text must pass.
    strategies = {name: values(inner) for name, inner in properties.items()}
    if kind == "Order":
        return st.fixed_dictionaries({name: strategies.pop(name) for name in REQUIRED}, optional=strategies)
    return st.fixed_dictionaries({}, optional=strategies)


def as_payload(kind: str, content: Any) -> Any:
    """Return generated content as Amazon would send it, with Amazon's names."""
    if listed := re.fullmatch(r"List\[(\w+)\]", kind):
        return [as_payload(listed[1], item) for item in content]
    if not isinstance(content, dict):
        return content
    model = getattr(amazon_models, kind)
    return {model.attribute_map[name]: as_payload(model.swagger_types[name], value) for name, value in content.items()}


def assert_arrived(content: Any, found: Any, model: str | None) -> None:
    """Assert that everything in generated content is at its place in what was found."""
    if isinstance(content, dict):
        left_out = NOT_CARRIED.get(model or "", {})
        for name, value in content.items():
            if name not in left_out:
                inner = re.sub(r"List\[(\w+)\]", r"\1", getattr(amazon_models, model).swagger_types[name])
                reached = None if found is None else found[name] if isinstance(found, dict) else getattr(found, name)
                assert_arrived(value, reached, inner)
    elif isinstance(content, list):
        assert len(found) == len(content)
        for item, reached in zip(content, found, strict=True):
            assert_arrived(item, reached, model)
    else:
        assert found == content


@given(content=values("Order"))
def test_every_value_that_amazons_model_allows_arrives_at_its_place(content):
    assert_arrived(content, OrdersV0().read(as_payload("Order", content)), "Order")


@given(content=values("Order"))
def test_nothing_arrives_that_was_not_sent(content):
    order = OrdersV0().read(as_payload("Order", content))
    for field in dataclasses.fields(AmazonOrder):
        if content.get(field.name) is None:
            assert getattr(order, field.name) is None


@given(content=values("Order"), null=st.booleans())
def test_a_null_and_an_empty_text_mean_the_same_as_nothing(content, null):
    payload = as_payload("Order", content)
    blank = {name: None if null else "" for name in amazon_models.Order.attribute_map.values() if name not in payload}
    plain = {name for name, kind in amazon_models.Order.swagger_types.items() if kind in {"str", "int", "bool"}}
    names = {amazon_models.Order.attribute_map[name] for name in plain} if not null else set(blank)
    extended = payload | {name: value for name, value in blank.items() if name in names}
    assert OrdersV0().read(extended) == OrdersV0().read(payload)
