"""Orders for spreadsheets and programs: every value in its column, unchanged."""

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
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("orders", [[], [order()], [order(order_total={"currency_code": "USD", "amount": "1.00"})]])
def test_the_columns_are_the_same_whatever_the_orders(orders):
    assert csv_of(orders, ATTRIBUTES).splitlines()[0] == (
        "amazon_order_id,shipping_address.city,shipping_address.phone,"
        "order_total.currency_code,order_total.amount,details"
    )


def test_parts_are_in_their_columns_and_absent_values_empty():
    total = {"currency_code": "USD", "amount": "1.00"}
    orders = [order(order_total=total, shipping_address={"city": "Boise", "phone": None}), order(amazon_order_id="0")]
    rows = [list(row.values()) for row in read(csv_of(orders, ATTRIBUTES))]
    assert rows == [["1", "Boise", "", "USD", "1.00", ""], ["0", "", "", "", "", ""]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(True, "true"), (0, "0"), (-3, "-3"), (["Pix", "GC"], '["Pix", "GC"]'), ([{"a": "東京"}], '[{"a": "東京"}]')],
)
def test_other_values_than_text_are_json(value, cell):
    [row] = read(csv_of([order(details=value)], ATTRIBUTES))
    assert row["details"] == cell


FORMULAS = [
    "=1+1",
    "+1 555 0172",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\t1",
    "\r1",
    "\n1",
    "\u00a0=1",
    "＝1",
    "＋1",
    "－1",
    "＠A1",
]


@pytest.mark.parametrize("value", [*FORMULAS, "-1e5"])
def test_an_apostrophe_makes_a_formula_text(value):
    [row] = read(csv_of([order(amazon_order_id=value)], ATTRIBUTES))
    assert row["amazon_order_id"] == f"'{value}"
    assert read(csv_of([], {value: ()}) + "\r\n1") == [{f"'{value}": "1"}]


@pytest.mark.parametrize("value", ["-5.00", "-1", "0", "1 = 2", "a@b", "'quoted'", "2026-11-24"])
def test_numbers_and_other_text_are_unchanged(value):
    [row] = read(csv_of([order(amazon_order_id=value)], ATTRIBUTES))
    assert row["amazon_order_id"] == value


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.sampled_from("\r\n,\"' =a")))
def test_text_is_unchanged_but_for_an_apostrophe(first, second):
    [row] = read(csv_of([order(amazon_order_id=first, details=second)], ATTRIBUTES))
    assert row["amazon_order_id"] in {first, f"'{first}"}
    assert row["details"] in {second, f"'{second}"}


def test_json_is_the_answer():
    orders = [order(shipping_address={"city": "東京都"}, details=[True, 1, 1.5])]
    assert json.loads(json_of(orders)) == orders
    assert "東京都" in json_of(orders)


@pytest.mark.parametrize("text", ["\x9b2J", "\x7f", "\u202e", "\033c"])
def test_json_does_not_control_the_terminal(text):
    shown = json_of([order(amazon_order_id=text)])
    assert all(each.isprintable() or each == "\n" for each in shown)
    assert json.loads(shown) == [order(amazon_order_id=text)]
