"""How payloads are read: leniently, exactly, and with errors that name fields and never content."""

import dataclasses
import json
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core.core_schema import CoreSchema

from amazon_selling_partner.amazon import loose_json
from amazon_selling_partner.amazon.orders.payloads import (
    ANYTHING,
    FLAG,
    NUMBER,
    REQUIRED_TEXT,
    TEXT,
    TEXTS,
    Fields,
    Reader,
    filled,
    json_object,
    listed,
    made,
    optional,
    structure,
    whole,
)
from amazon_selling_partner.amazon.orders.version import UnreadablePayload


@dataclasses.dataclass
class Specification:
    text: str | None = None
    number: int | None = None
    flag: bool | None = None


INNER_PART: Fields = {"SomeName": ("some_name", TEXT), "Parts": ("parts", listed(structure({})))}
PART: Fields = {"SomeName": ("some_name", TEXT), "Parts": ("parts", listed(json_object(INNER_PART)))}
WHOLE: Fields = {
    "Id": ("id", REQUIRED_TEXT),
    "Text": ("text", TEXT),
    "Texts": ("texts", TEXTS),
    "Number": ("number", NUMBER),
    "Flag": ("flag", FLAG),
    "Part": ("part", optional(json_object(PART))),
}
SPECIFICATION: Fields = {"Text": ("text", TEXT), "Number": ("number", NUMBER), "Flag": ("flag", FLAG)}
NAMES = ["text", "texts", "number", "flag", "part"]


def as_bytes(payload: Any) -> bytes:
    """Return a payload as Amazon sends it; json writes no Decimal with its digits."""
    numbers: list[Decimal] = []

    def place(number: Decimal) -> str:
        numbers.append(number)
        return f"<{len(numbers) - 1}>"

    text = json.dumps(payload, default=place)
    for number, found in enumerate(numbers):
        text = text.replace(f'"<{number}>"', f"{found:f}")
    return text.encode()


def read_by(kind: CoreSchema, payload: Any) -> Any:
    """Return what a payload means: the same at the first look as at the second one, if it is readable at the first."""
    reader, body = Reader(kind), as_bytes(payload)
    found, first = reader.order(loose_json.loads(body), "Id"), reader.documented(body)
    assert first is None or first == found
    return found


def read(payload: Any) -> Any:
    return read_by(structure(WHOLE), {"Id": "x", **payload} if isinstance(payload, dict) else payload)


def value(name: str, found: Any) -> Any:
    """Return what Amazon's value of a field is read as."""
    return read({name: found})[name.lower()]


def refused(payload: Any) -> UnreadablePayload:
    with pytest.raises(UnreadablePayload) as caught:
        read(payload)
    return caught.value


# Plain values


@pytest.mark.parametrize("name", ["Text", "Texts", "Number", "Flag", "Part"])
def test_null_is_none(name):
    assert value(name, None) is None


@pytest.mark.parametrize("name", ["Text", "Texts", "Number", "Flag"])
def test_an_empty_text_is_none(name):
    assert value(name, "") is None


@pytest.mark.parametrize("name", ["text", "texts", "number", "flag", "part"])
def test_a_missing_key_is_none(name):
    assert read({})[name] is None


@pytest.mark.parametrize("text", ["x", " x ", "0", "false", "null", "名前", "a\nb", "\u0000"])
def test_a_text_stays_as_it_is(text):
    assert value("Text", text) == text


@pytest.mark.parametrize(
    ("number", "text"), [(5, "5"), (0, "0"), (-1, "-1"), (Decimal("11.10"), "11.10"), (10**20, "1" + "0" * 20)]
)
def test_a_number_in_place_of_a_text_keeps_its_digits(number, text):
    assert value("Text", number) == text


@pytest.mark.parametrize(
    ("found", "flag"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("false", False),
        ("True", True),
        ("False", False),
        ("TRUE", True),
        ("FALSE", False),
        ("1", True),
        ("0", False),
        (1, True),
        (0, False),
    ],
)
def test_a_flag_as_text_means_what_it_says(found, flag):
    assert value("Flag", found) is flag


@pytest.mark.parametrize(
    ("found", "number"), [(3, 3), (0, 0), (-1, -1), ("3", 3), ("0", 0), (Decimal("3.0"), 3), ("3.0", 3), (2**63, 2**63)]
)
def test_a_number_as_text_is_a_number(found, number):
    assert value("Number", found) == number


def test_nulls_in_a_list_of_texts_are_left_out():
    assert value("Texts", ["a", None, "", "b", 3]) == ["a", "b", "3"]


def test_an_empty_list_stays_an_empty_list():
    assert value("Texts", []) == []


def test_keys_that_amazon_adds_are_left_out():
    assert read({"Text": "x", "New": {"a": 1}}) == read({"Text": "x"})
    assert set(read({"New": 1})) == {"id", *NAMES}


@pytest.mark.parametrize("name", ["text", "id", "TEXT"])
def test_only_amazons_own_spelling_of_a_key_counts(name):
    found = read({name: "other"})
    assert (found["text"], found["id"]) == (None, "x")


@pytest.mark.parametrize(
    "payload",
    [
        {"Text": "", "Flag": "false", "Number": "3", "Texts": ["a"], "Part": {"Parts": [None, "", {}]}},
        {"Text": None, "Flag": None, "Number": None, "Texts": None, "Part": None},
        {"New": {"a": 1.5}, "Part": {"New": {"InnerKey": [1.5, None, ""]}}},
    ],
    ids=["text", "null", "new keys"],
)
def test_what_live_answers_have_needs_no_second_look(payload):
    assert Reader(structure(WHOLE)).documented(as_bytes({"Id": "x", **payload})) == read(payload)


# What cannot be read


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Text", {"private": "private"}),
        ("Text", ["private"]),
        ("Text", True),
        ("Texts", "private"),
        ("Texts", {"private": 1}),
        ("Number", "private"),
        ("Number", Decimal("3.5")),
        ("Number", True),
        ("Flag", "private"),
        ("Flag", 2),
        ("Part", "private"),
        ("Part", ["private"]),
        ("Id", ""),
        ("Id", None),
    ],
)
def test_an_error_names_the_field_and_never_its_content(field, found):
    error = refused({field: found})
    assert error.fields == (field,)
    assert "private" not in f"{error} {error!r} {error.args} {error.__cause__}"


def test_an_error_names_the_place_of_a_nested_field():
    assert refused({"Part": {"Parts": [{}, {"SomeName": ["private"]}]}}).fields == ("Part.Parts.1.SomeName",)


def test_an_error_names_every_field():
    assert refused({"Number": "x", "Flag": "maybe", "Id": "902-1"}).fields == ("Number", "Flag")


def test_an_error_names_the_order_by_its_id():
    assert refused({"Id": "902-1", "Flag": "maybe"}).order_id == "902-1"


@pytest.mark.parametrize("found", [None, "", 5, ["private"], {"private": 1}])
def test_an_id_that_is_no_text_is_not_shown(found):
    assert refused({"Id": found, "Flag": "maybe"}).order_id is None


@pytest.mark.parametrize("payload", [None, "private", 5, ["private"], True])
def test_what_is_no_object_is_an_order_without_an_id(payload):
    assert str(refused(payload)) == "an order without an id (order)"


# json attributes


def as_json(payload: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = read_by(json_object(PART), payload)
    return found


def test_every_documented_key_is_there_in_snake_case():
    assert as_json({"SomeName": "x"}) == {"some_name": "x", "parts": None}


@pytest.mark.parametrize("payload", [{}, {"SomeName": None}, {"SomeName": "", "New": None}], ids=str)
def test_a_json_attribute_without_any_value_is_none(payload):
    assert as_json(payload) is None


@pytest.mark.parametrize("payload", [{"New": 0}, {"New": False}, {"Parts": []}], ids=str)
def test_a_value_of_zero_or_false_or_an_empty_list_is_a_value(payload):
    assert as_json(payload) is not None


def test_what_is_nested_is_plain_data_too():
    assert as_json({"Parts": [{"SomeName": "x"}]}) == {
        "some_name": None,
        "parts": [{"some_name": "x", "parts": None}],
    }


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("NewKey", "new_key"),
        ("newKey", "new_key"),
        ("IsISPU", "is_ispu"),
        ("VATNumber", "vat_number"),
        ("AddressLine1", "address_line1"),
        ("already_snake", "already_snake"),
        ("X", "x"),
    ],
)
def test_a_key_that_amazon_adds_is_kept_in_snake_case(key, name):
    assert as_json({key: "x"})[name] == "x"


def test_what_amazon_adds_is_plain_data_at_every_depth():
    added = {"Rate": Decimal("1.50"), "Codes": [{"InnerCode": Decimal(2)}, None, True], "Deep": {"VeryDeep": {}}}
    assert as_json({"Added": added})["added"] == {
        "rate": 1.5,
        "codes": [{"inner_code": 2.0}, None, True],
        "deep": {"very_deep": {}},
    }


def test_a_key_that_amazon_adds_never_replaces_a_documented_one():
    assert as_json({"SomeName": "x", "some_name": "y"})["some_name"] == "x"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_a_json_attribute_holds_only_what_json_knows(added):
    def plain(found: Any) -> bool:
        if isinstance(found, dict):
            return all(isinstance(key, str) and plain(inner) for key, inner in found.items())
        if isinstance(found, list):
            return all(map(plain, found))
        return found is None or type(found) in {str, int, float, bool}

    assert plain(as_json({"SomeName": "x", "Added": added}))


# Specifications


def specification(payload: Any) -> Specification | None:
    found: Specification | None = read_by(made(partial(filled, Specification), SPECIFICATION), payload)
    return found


def test_a_specification_has_the_values_of_its_payload():
    assert specification({"Text": "x", "Number": 0}) == Specification("x", 0, None)


@pytest.mark.parametrize("payload", [{}, {"Text": ""}, {"Text": None, "Number": None, "Flag": None}, {"New": 1}])
def test_a_specification_without_any_value_is_none(payload):
    assert specification(payload) is None


@pytest.mark.parametrize("payload", [{"Number": 0}, {"Flag": False}], ids=str)
def test_a_value_of_zero_or_false_is_a_value(payload):
    assert specification(payload) is not None


# Whole answers


@pytest.mark.parametrize("body", [{"a": "x"}, {"a": "x", "b": [1]}, {"a": "", "b": None}])
def test_a_documented_answer_is_read_from_its_bytes(body):
    reader = Reader(whole(lambda values: (values["a"],), {"a": ("a", TEXT)}, ignored=["b"]))
    assert reader.documented(as_bytes(body)) == (body["a"] or None,)


@pytest.mark.parametrize(
    "body", [b'{"a": "x", "errors": null}', b'{"a": 5}', b'{"a": "x"', b"[]", b"", b"\xff", b'{"a": "\\ud800"}']
)
def test_any_other_answer_deserves_a_second_look(body):
    assert Reader(whole(dict, {"a": ("a", TEXT)})).documented(body) is None


def test_what_is_read_as_anything_passes_as_it_is():
    assert read_by(structure({"a": ("b", ANYTHING)}), {"a": {"C": [1]}}) == {"b": {"C": [1]}}
    assert read_by(structure({"a": ("b", ANYTHING)}), {}) == {"b": None}
