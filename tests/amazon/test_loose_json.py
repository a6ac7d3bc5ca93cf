"""JSON as Amazon may send it: what is no value is marked as such, and the rest keeps its digits."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.loose_json import DEEPEST, NOT_A_VALUE, is_unicode, loads


def nested(levels: int) -> str:
    return "[" * levels + "1" + "]" * levels


@pytest.mark.parametrize(
    ("text", "value"), [("11.10", Decimal("11.10")), ("1e2", Decimal("1E+2")), ("-0", 0), ("1" * 300, int("1" * 300))]
)
def test_a_number_keeps_its_digits(text, value):
    found = loads(text.encode())
    assert (str(found), type(found)) == (str(value), type(value))


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 5000])
def test_what_is_no_number_is_no_value_and_the_rest_stays(text):
    assert loads(f'{{"a": [{text}, 1], "b": {text}}}'.encode()) == {"a": [NOT_A_VALUE, 1], "b": NOT_A_VALUE}


@pytest.mark.parametrize("levels", [5_000, 1_000_000])
def test_what_is_nested_too_deep_for_python_is_no_value_and_the_rest_stays(levels):
    found = loads(f'{{"a": {nested(levels)}, "b": "]}}", "c": {nested(3)}}}'.encode())
    assert (found["b"], found["c"]) == ("]}", [[[1]]])
    inner, depth = found["a"], 1
    while isinstance(inner, list):
        [inner], depth = inner, depth + 1
    assert (inner, depth) == (NOT_A_VALUE, DEEPEST)


@pytest.mark.parametrize("text", ['"[[[["', r'"\"[[{{"', '"{"', r'"\\"'])
def test_brackets_in_a_text_nest_nothing(text):
    found = loads(f'[{text}, {nested(5_000)}, {text}, "end"]'.encode())
    assert [found[0], found[2], found[3]] == [json.loads(text), json.loads(text), "end"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"a": 1', b"[" * 5_000, b"[" * 5_000 + b"]" * 4_990, b'["' + b"[" * 5_000, b"\xff", b"]" * 9],
)
def test_what_is_no_json_is_an_error(body):
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error, or that of its encoding
        loads(body)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_anything_else_is_read_as_python_reads_it(value):
    assert loads(json.dumps(value).encode()) == value


@pytest.mark.parametrize(("text", "whole"), [("", True), ("名前 😀", True), ("a\ud800", False), ("\udc00b", False)])
def test_half_a_character_is_no_unicode(text, whole):
    assert is_unicode(text) is whole
