"""How payloads are read: leniently, exactly, and with errors that name fields and never content."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from amazon_selling_partner.amazon.orders.payloads import (
    Flag,
    JsonPayload,
    Number,
    Payload,
    RequiredText,
    Text,
    Texts,
    specification,
    validated,
)
from amazon_selling_partner.amazon.orders.version import UnreadablePayload


class Part(JsonPayload):
    some_name: Text = Field(None, alias="SomeName")
    parts: list["Part"] | None = Field(None, alias="Parts")


class Whole(Payload):
    identifier: RequiredText = Field("x", alias="Id")
    text: Text = Field(None, alias="Text")
    texts: Texts = Field(None, alias="Texts")
    number: Number = Field(None, alias="Number")
    flag: Flag = Field(None, alias="Flag")
    part: Part | None = Field(None, alias="Part")


@dataclasses.dataclass
class Specification:
    text: str | None = None
    number: int | None = None
    flag: bool | None = None


class SpecificationPayload(Payload):
    text: Text = Field(None, alias="Text")
    number: Number = Field(None, alias="Number")
    flag: Flag = Field(None, alias="Flag")


def value(name: str, found: Any) -> Any:
    """Return what Amazon's value of a field is read as."""
    return getattr(validated(Whole, {name: found}, "Id"), name.lower())


def refused(payload: Any) -> UnreadablePayload:
    with pytest.raises(UnreadablePayload) as caught:
        validated(Whole, payload, "Id")
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
    assert getattr(validated(Whole, {}, "Id"), name) is None


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
    assert validated(Whole, {"Text": "x", "New": {"a": 1}}, "Id").model_dump(exclude_unset=True) == {"text": "x"}


@pytest.mark.parametrize("name", ["text", "identifier", "TEXT"])
def test_only_amazons_own_spelling_of_a_key_counts(name):
    found = validated(Whole, {name: "other"}, "Id")
    assert (found.text, found.identifier) == (None, "x")


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
    return Part.model_validate(payload).as_json()


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


def test_a_specification_has_the_values_of_its_payload():
    payload = SpecificationPayload.model_validate({"Text": "x", "Number": 0})
    assert specification(Specification, payload) == Specification("x", 0, None)


@pytest.mark.parametrize("payload", [None, {}, {"Text": ""}, {"Text": None, "Number": None, "Flag": None}, {"New": 1}])
def test_a_specification_without_any_value_is_none(payload):
    found = None if payload is None else SpecificationPayload.model_validate(payload)
    assert specification(Specification, found) is None


@pytest.mark.parametrize("payload", [{"Number": 0}, {"Flag": False}], ids=str)
def test_a_value_of_zero_or_false_is_a_value(payload):
    assert specification(Specification, SpecificationPayload.model_validate(payload)) is not None


def test_a_converted_value_replaces_that_of_the_payload():
    payload = SpecificationPayload.model_validate({"Text": "x", "Number": 1})
    assert specification(Specification, payload, text="y") == Specification("y", 1, None)


def test_a_value_converted_to_none_is_no_value():
    assert specification(Specification, SpecificationPayload.model_validate({"Text": "x"}), text=None) is None
