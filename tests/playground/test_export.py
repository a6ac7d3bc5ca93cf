"""Orders for spreadsheets and programs: every value once, in its column, unchanged."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.export import csv_of, json_of

ATTRIBUTES = {"amazon_order_id": (), "shipping_address": ("city", "phone"), "order_total": (), "details": ()}


def order(**attributes):
    return {"amazon_order_id": "1", "shipping_address": None, "order_total": None, "details": None, **attributes}


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_the_columns_are_the_attributes_and_their_parts():
    assert csv_of([], ATTRIBUTES) == "amazon_order_id,shipping_address.city,shipping_address.phone,order_total,details"


def test_a_json_attribute_has_the_columns_that_some_order_fills():
    orders = [order(), order(order_total={"currency_code": "USD", "amount": "1.00"})]
    [empty, filled] = read(csv_of(orders, ATTRIBUTES))
    assert (filled["order_total.currency_code"], filled["order_total.amount"]) == ("USD", "1.00")
    assert (empty["order_total.currency_code"], empty["order_total.amount"]) == ("", "")
    assert "order_total" not in filled


def test_what_is_absent_is_empty():
    [found] = read(csv_of([order()], ATTRIBUTES))
    assert {name for name, value in found.items() if value} == {"amazon_order_id"}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (2, "2"),
        (["Pix", "GC"], '["Pix", "GC"]'),
        ([{"a": "東京"}], '[{"a": "東京"}]'),
    ],
)
def test_what_is_no_text_is_json(value, cell):
    [found] = read(csv_of([order(details=value)], ATTRIBUTES))
    assert found["details"] == cell


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_text_comes_back_as_it_was(text):
    [found] = read(csv_of([order(amazon_order_id=text)], ATTRIBUTES) + "\n")
    assert found["amazon_order_id"] == text


def test_orders_keep_their_order():
    found = read(csv_of([order(amazon_order_id=str(number)) for number in (3, 1, 2)], ATTRIBUTES))
    assert [row["amazon_order_id"] for row in found] == ["3", "1", "2"]


def test_json_is_what_was_answered():
    orders = [order(shipping_address={"city": "東京都"}, details=[True, 1, 1.5])]
    assert json.loads(json_of(orders)) == orders
    assert "東京都" in json_of(orders)
