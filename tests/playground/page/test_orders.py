"""Rows and cells: what is absent looks absent, and sorting and filtering do what a person expects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.page.orders import Column, Facets, columns_of, filtered, shown, value_of

ATTRIBUTES = {
    "amazon_order_id": (),
    "order_status": (),
    "purchase_date": (),
    "order_total": (),
    "is_prime": (),
    "number_of_items_shipped": (),
    "shipping_address": ("city", "country_code"),
}


def order(identifier, **given):
    return {**dict.fromkeys(ATTRIBUTES), "amazon_order_id": identifier, **given}


def ids(orders):
    return [one["amazon_order_id"] for one in orders]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        (False, "no"),
        (True, "yes"),
        ("", ""),
        ("None", "None"),
        (1234567, "1,234,567"),
        ({"currency_code": "USD", "amount": "1234.50"}, "1,234.50 USD"),
        ({"currency_code": "USD", "amount": "1E+9"}, "1E+9 USD"),
        ({"currency_code": "USD", "amount": None}, "USD"),
        ({"some_key": "a", "other": None}, "some key: a"),
        (["Standard", "COD"], "Standard; COD"),
        ([{"amount": "1", "currency_code": "JPY"}, {"amount": "2", "currency_code": "JPY"}], "1 JPY; 2 JPY"),
    ],
)
def test_a_cell_shows_a_value_in_words(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("purchase_date", "2026-11-24T03:40:01Z", "2026-11-24 03:40 UTC"),
        ("purchase_date", "tomorrow", "tomorrow"),
        ("ship_service_level", "2026-11-24T03:40:01Z", "2026-11-24T03:40:01Z"),
        ("amount", "1234.50", "1,234.50"),
        ("postal_code", "83702", "83702"),
    ],
)
def test_dates_and_amounts_have_one_form(name, value, text):
    assert shown(value, name) == text


def test_columns_are_attributes_parts_and_keys_of_json():
    orders = [order("1"), order("2", order_total={"currency_code": "USD", "amount": "1.00"})]
    names = [column.name for column in columns_of(ATTRIBUTES, orders)]
    assert names[3:6] == ["order_total", "order_total.currency_code", "order_total.amount"]
    assert names[-3:] == ["shipping_address", "shipping_address.city", "shipping_address.country_code"]


def test_a_column_is_called_as_in_a_step():
    assert Column("shipping_address", "country_code").label == "shipping address's country code"
    assert Column("order_status").label == "order status"
    assert value_of(order("1"), Column("shipping_address", "city")) is None


@pytest.mark.parametrize("descending", [False, True])
def test_absent_values_come_last_in_either_direction(descending):
    orders = [order("1"), order("2", order_status="Shipped"), order("3", order_status="Pending")]
    result = filtered(orders, [Column("order_status")], Facets(), Column("order_status"), descending=descending)
    assert ids(result) == (["2", "3", "1"] if descending else ["3", "2", "1"])


def test_amounts_and_numbers_are_sorted_by_size():
    totals = [("1", "100.00", "USD"), ("2", "9.50", "USD"), ("3", "20", "EUR"), ("4", "1000", "USD")]
    orders = [
        order(number, order_total={"amount": amount, "currency_code": code}, number_of_items_shipped=int(number) * 3)
        for number, amount, code in totals
    ]
    sorts = {
        Column("order_total"): ["3", "2", "1", "4"],
        Column("order_total", "amount"): ["2", "3", "1", "4"],
        Column("number_of_items_shipped"): ["1", "2", "3", "4"],
    }
    for column, expected in sorts.items():
        assert ids(filtered(orders, [column], Facets(), column)) == expected


@pytest.mark.parametrize(
    ("words", "columns", "expected"),
    [
        ("boise  SHIPPED", ("order_status", "shipping_address.city", "order_total"), ["2"]),
        ("usd 1,234.50", ("order_status", "order_total"), ["1"]),
        ("1234.50", ("order_total",), ["1"]),
        ("boise pending", ("order_status", "shipping_address.city"), []),
        (" BOISE ", ("shipping_address.city",), ["2"]),
        ("boise", ("order_status",), ["3"]),
        ("boise", (), []),
    ],
)
def test_words_are_searched_in_the_shown_columns(words, columns, expected):
    orders = [
        order("1", order_status="Shipped", order_total={"amount": "1234.50", "currency_code": "USD"}),
        order("2", order_status="Shipped", shipping_address={"city": "Boise", "country_code": "US"}),
        order("3", order_status="boise"),
    ]
    assert ids(filtered(orders, [Column(*name.split(".")) for name in columns], Facets(words))) == expected


def test_what_is_picked_in_charts_holds_together():
    orders = [
        order("1", purchase_date="2026-11-24T03:40:01Z", order_status="Shipped"),
        order("2", purchase_date="2026-11-24T05:40:01Z", order_status="Pending"),
        order("3", purchase_date="2026-11-23T05:40:01Z", order_status="Shipped"),
        order("4", purchase_date="2026-11-23T05:40:01Z"),
    ]
    assert ids(filtered(orders, [], Facets(picked={"day": "2026-11-24", "order_status": "Shipped"}))) == ["1"]
    assert ids(filtered(orders, [], Facets(picked={"order_status": "—"}))) == ["4"]


values = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False).map(str)
totals = st.fixed_dictionaries(
    {"amount": st.none() | st.text(max_size=5) | st.integers().map(str), "currency_code": st.just("USD")}
)


@given(st.lists(values | totals), st.booleans())
def test_any_values_can_be_sorted_and_none_is_lost(sample, descending):
    orders = [order(str(number), order_total=value) for number, value in enumerate(sample)]
    by = filtered(orders, [Column("order_total")], Facets(), Column("order_total"), descending=descending)
    assert sorted(ids(by)) == sorted(ids(orders))
    absent = [value_of(one, Column("order_total")) is None for one in by]
    assert absent == sorted(absent)
