"""Orders for spreadsheets and programs: every value once, in its column, unchanged."""

import csv
import io
import json
import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.export import csv_of, json_of

ATTRIBUTES = {"amazon_order_id": (), "shipping_address": ("city", "phone"), "order_total": (), "details": ()}


def order(**attributes):
    return {"amazon_order_id": "1", "shipping_address": None, "order_total": None, "details": None, **attributes}


PLAIN_NUMBER = re.compile(r"-\d+(\.\d+)?", re.ASCII)


def read(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


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


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
SPACES_AND_CONTROLS = "".join(filter(lambda each: each.isspace() or category(each) == "Cc", map(chr, range(0x3001))))
UNSEEN = f"{SPACES_AND_CONTROLS}\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\ufeff"
UNSEEN += "".join(map(chr, range(0x2060, 0x2070)))


@given(TEXT, st.text(st.sampled_from("=+-@\t\r\n ＝a1'\",\x00\u202a")))
def test_text_comes_back_as_it_was_but_for_the_mark_of_a_formula(text, hostile):
    [found] = read(csv_of([order(amazon_order_id=text, details=hostile)], ATTRIBUTES))
    for value, cell in ((text, found["amazon_order_id"]), (hostile, found["details"])):
        assert cell in {value, f"'{value}"}
        assert not cell.lstrip(UNSEEN).startswith(FORMULAS) or PLAIN_NUMBER.fullmatch(cell)
        assert unmarked(cell) == value


def unmarked(cell):
    """What the documentation tells a program to do."""
    behind = cell.lstrip("'")
    formula = behind.startswith(("\t", "\r", "\n")) or behind.lstrip(UNSEEN).startswith(FORMULAS)
    return cell[1:] if formula and cell != behind else cell


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+1 555 0172",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1+1",
        "＋1",
        "－1",
        "＠A1",
        "-",
        "+1",
        "-1e5",
        "-cmd|' /C calc'!A0",
        "-1\n",
        "﹣1",
        "﹦1+1",
        "﹢1",
        "﹫A1",
        "\u00a0=1",
        "\x00=1",
        "\x1b+1",
        "\u200b@A1",
        "\u2060-1",
        "\ufeff=1",
        "\u202a+1 555 0172\u202c",
        " \ufeff\t=1",
        "'=1+1",
        "''+1",
        "'\t",
    ],
)
def test_what_a_spreadsheet_would_take_for_a_formula_is_written_as_text(value):
    [found] = read(csv_of([order(amazon_order_id=value)], ATTRIBUTES))
    assert found["amazon_order_id"] == f"'{value}"


@pytest.mark.parametrize("value", ["-5.00", "-1", "0", "12345.67", "1 = 2", "a@b", "'quoted'", "2026-11-24"])
def test_a_number_and_any_other_text_stays_as_it_is(value):
    [found] = read(csv_of([order(amazon_order_id=value, details=-3)], ATTRIBUTES))
    assert (found["amazon_order_id"], found["details"]) == (value, "-3")


def test_a_name_of_a_column_is_no_formula_either():
    [name] = read(csv_of([order(order_total={"=1+1": "1"})], ATTRIBUTES))[0].keys() & {"order_total.=1+1"}
    assert name.startswith("order_total.")
    assert csv_of([], {"=1+1": ()}) == "'=1+1"


BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
READERS = {
    "a file": lambda text: io.StringIO(text, newline=""),
    "a file with universal newlines": lambda text: io.StringIO(text, newline=None),
    "a file whose lines end with \\n": lambda text: io.StringIO(text, newline="\n"),
    "lines": str.splitlines,
    "lines with their ends": lambda text: text.splitlines(keepends=True),
}


@pytest.mark.parametrize("lines", READERS.values(), ids=READERS)
@given(st.text(st.sampled_from(f"{BREAKS}a, \"'=")), st.text(st.sampled_from(f"{BREAKS}b")))
def test_no_break_of_a_line_splits_a_row_for_any_reader(lines, value, name):
    attributes = {"amazon_order_id": (), "details": (), f"more {name}": ()}
    found = [{"amazon_order_id": value, "details": value, f"more {name}": "=1"}] * 2
    assert [len(row) for row in csv.reader(lines(csv_of(found, attributes)))] == [3, 3, 3]


@given(st.text(st.sampled_from(f"{BREAKS}a")))
def test_breaks_of_lines_come_back_to_who_keeps_them(value):
    text = csv_of([order(amazon_order_id=f"a{value}")], ATTRIBUTES)
    for lines in (io.StringIO(text, newline=""), text.splitlines(keepends=True)):
        assert list(csv.reader(lines))[1][0] == f"a{value}"


@pytest.mark.parametrize("newline", ["", None, "\n"])
def test_no_break_of_a_line_in_a_value_splits_a_row(newline):
    value = "Boise\rID\nUS\r\nEarth"
    text = csv_of([order(amazon_order_id=value), order()], ATTRIBUTES)
    rows = list(csv.reader(io.StringIO(text, newline=newline)))
    assert [len(row) for row in rows] == [5, 5, 5]
    assert rows[1][0].split() == ["Boise", "ID", "US", "Earth"]


def test_orders_keep_their_order():
    found = read(csv_of([order(amazon_order_id=str(number)) for number in (3, 1, 2)], ATTRIBUTES))
    assert [row["amazon_order_id"] for row in found] == ["3", "1", "2"]


def test_json_is_what_was_answered():
    orders = [order(shipping_address={"city": "東京都"}, details=[True, 1, 1.5])]
    assert json.loads(json_of(orders)) == orders
    assert "東京都" in json_of(orders)


@pytest.mark.parametrize("text", ["\x9b2J", "\x7f", "\u202e", "\u2028", "\033c", "\U000e0001"])
def test_json_steers_no_terminal_and_means_the_same(text):
    found = json_of([order(amazon_order_id=text)])
    assert all(each.isprintable() or each == "\n" for each in found)
    assert json.loads(found) == [order(amazon_order_id=text)]
