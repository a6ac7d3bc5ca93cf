"""How payloads are read: leniently, exactly, and with errors that name fields and never content."""

import dataclasses
import json
from typing import Annotated, Any, Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict, with_config
from pydantic.alias_generators import to_pascal
from typing_extensions import TypedDict

from amazon_selling_partner.amazon.calls import NotDocumented
from amazon_selling_partner.amazon.orders.payloads import (
    Flag,
    Json,
    JsonValue,
    Listed,
    Maybe,
    Number,
    OrderOrEmpty,
    Reader,
    RequiredText,
    Response,
    Text,
    Token,
    specification,
)
from amazon_selling_partner.amazon.orders.version import UnreadableOrder

T = TypeVar("T")

ORDER_ID = "902-3159896-1390916"
PASCAL_CASE = ConfigDict(alias_generator=to_pascal)
PASCAL_CASE_JSON = ConfigDict(alias_generator=to_pascal, extra="allow")


@dataclasses.dataclass
class Specification:
    text: str | None = None
    number: int | None = None
    flag: bool | None = None


@with_config(PASCAL_CASE)
class SpecificationPayload(TypedDict):
    text: Text
    number: Number
    flag: Flag


@with_config(PASCAL_CASE_JSON)
class InnerPart(TypedDict):
    some_name: Text


@with_config(PASCAL_CASE_JSON)
class Part(TypedDict):
    some_name: Text
    parts: Listed[Json[InnerPart]]


@with_config(PASCAL_CASE)
class Order(TypedDict):
    id: RequiredText
    text: Text
    texts: Listed[RequiredText]
    number: Number
    flag: Flag
    part: Maybe[Json[Part]]
    anything: JsonValue
    specification: Maybe[Annotated[SpecificationPayload, specification(Specification)]]


class OrdersResponse(Response, Generic[T]):
    orders: list[T]
    token: Token


class OrderResponse(Response, Generic[T]):
    order: OrderOrEmpty[T]


READ_ORDERS = Reader[Any](OrdersResponse, Order, "Id", lambda response: (response["orders"], response["token"]))
READ_ORDER = Reader[Any](OrderResponse, Order, "Id", lambda response: response["order"])

NAMES = ["text", "texts", "number", "flag", "part", "anything", "specification"]
# pydantic does not take a raw control character for JSON, so that whatever has one is read order by order.
CONTROL_CHARACTER = b'"x": "\x01", '


def read(payload: Any) -> Any:
    """Return what the payload of an order means: the same whether its body is read at once or order by order."""
    payload = {"Id": ORDER_ID, **payload} if isinstance(payload, dict) else payload
    body = json.dumps({"order": payload}).encode()
    order = READ_ORDER(body)
    assert READ_ORDER(b"{" + CONTROL_CHARACTER + body[1:]) == order
    return order


def value(name: str, sent: Any) -> Any:
    """Return what Amazon's value of a field is read as."""
    return read({name: sent})[name.lower()]


def unreadable(payload: Any) -> UnreadableOrder:
    order = read(payload)
    assert isinstance(order, UnreadableOrder)
    return order


# Plain values


@pytest.mark.parametrize("name", ["Text", "Texts", "Number", "Flag", "Part", "Specification", "Anything"])
def test_null_is_none(name):
    assert value(name, None) is None


@pytest.mark.parametrize("name", ["Text", "Texts", "Number", "Flag", "Part", "Specification"])
def test_an_empty_text_is_none(name):
    assert value(name, "") is None


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_key_is_none(name):
    assert read({})[name] is None


@pytest.mark.parametrize("text", ["x", " x ", "0", "false", "null", "名前", "a\nb", "\u0000"])
def test_a_text_stays_as_it_is(text):
    assert value("Text", text) == text


@pytest.mark.parametrize(
    ("number", "text"), [(5, "5"), (0, "0"), (-1, "-1"), (11.1, "11.1"), (-0.5, "-0.5"), (10**20, "1" + "0" * 20)]
)
def test_a_number_in_place_of_a_text_is_text(number, text):
    assert value("Text", number) == text


@pytest.mark.parametrize(
    ("sent", "flag"),
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
def test_a_flag_as_text_means_what_it_says(sent, flag):
    assert value("Flag", sent) is flag


@pytest.mark.parametrize(
    ("sent", "number"), [(3, 3), (0, 0), (-1, -1), ("3", 3), ("0", 0), (3.0, 3), ("3.0", 3), (2**63, 2**63)]
)
def test_a_number_as_text_is_a_number(sent, number):
    assert value("Number", sent) == number


def test_nulls_in_a_list_of_texts_are_left_out():
    assert value("Texts", ["a", None, "", "b", 3]) == ["a", "b", "3"]


def test_an_empty_list_stays_an_empty_list():
    assert value("Texts", []) == []


def test_keys_that_amazon_adds_are_left_out():
    assert read({"Text": "x", "New": {"a": 1}}) == read({"Text": "x"})


@pytest.mark.parametrize("name", ["text", "id", "TEXT"])
def test_only_amazons_own_spelling_of_a_key_counts(name):
    order = read({name: "other"})
    assert (order["text"], order["id"]) == (None, ORDER_ID)


def test_any_json_passes_where_anything_may_stand():
    assert value("Anything", {"C": [1, None]}) == {"C": [1, None]}


# Orders that cannot be read


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("Text", {"private": "private"}),
        ("Text", ["private"]),
        ("Text", True),
        ("Texts", "private"),
        ("Texts", {"private": 1}),
        ("Number", "private"),
        ("Number", 3.5),
        ("Number", True),
        ("Flag", "private"),
        ("Flag", 2),
        ("Part", "private"),
        ("Part", ["private"]),
        ("Specification", "private"),
        ("Id", ""),
        ("Id", None),
    ],
)
def test_an_unreadable_order_names_the_field_not_its_content(field, sent):
    order = unreadable({field: sent})
    assert order.fields == (field,)
    assert "private" not in repr(order)


def test_a_nested_field_is_named_with_its_place():
    assert unreadable({"Part": {"Parts": [{}, {"SomeName": ["private"]}]}}).fields == ("Part.Parts.1.SomeName",)


def test_every_unreadable_field_is_named():
    assert unreadable({"Number": "x", "Flag": "maybe"}).fields == ("Number", "Flag")


@pytest.mark.parametrize("order_id", [ORDER_ID, "S01-1234567-1234567"])
def test_an_unreadable_order_has_its_id(order_id):
    assert unreadable({"Id": order_id, "Flag": "maybe"}).order_id == order_id


@pytest.mark.parametrize("sent", [None, "", 5, "private", "902-1", ["private"], {"private": 1}])
def test_what_has_not_the_form_of_an_order_id_is_not_shown(sent):
    assert unreadable({"Id": sent, "Flag": "maybe"}).order_id is None


@pytest.mark.parametrize("payload", ["private", 5, ["private"], True])
def test_what_is_no_object_is_an_unreadable_order_without_an_id(payload):
    assert unreadable(payload) == UnreadableOrder(None, ("order",))


# json attributes


def as_json(payload: dict[str, Any]) -> Any:
    return value("Part", payload)


def test_every_documented_key_of_a_json_attribute_is_there():
    assert as_json({"SomeName": "x"}) == {"some_name": "x", "parts": None}


@pytest.mark.parametrize("payload", [{}, {"SomeName": None}, {"SomeName": "", "New": None}], ids=str)
def test_a_json_attribute_without_any_value_is_none(payload):
    assert as_json(payload) is None


@pytest.mark.parametrize("payload", [{"New": 0}, {"New": False}, {"Parts": []}], ids=str)
def test_zero_false_and_an_empty_list_are_values_of_json(payload):
    assert as_json(payload) is not None


def test_a_nested_json_attribute_is_plain_data_too():
    assert as_json({"Parts": [{"SomeName": "x"}, {}]}) == {"some_name": None, "parts": [{"some_name": "x"}]}


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


def test_what_amazon_adds_is_in_snake_case_at_every_depth():
    added = {"Rate": 1.5, "Codes": [{"InnerCode": 2.0}, None, True], "Deep": {"VeryDeep": {}}}
    assert as_json({"Added": added})["added"] == {
        "rate": 1.5,
        "codes": [{"inner_code": 2.0}, None, True],
        "deep": {"very_deep": {}},
    }


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_"), inner, max_size=3),
    max_leaves=10,
)


@given(PLAIN)
def test_a_value_that_amazon_adds_is_kept_as_it_is(added):
    assert as_json({"SomeName": "x", "Added": added})["added"] == added


# Specifications


def test_a_specification_has_the_values_of_its_payload():
    assert value("Specification", {"Text": "x", "Number": 0}) == Specification("x", 0, None)


@pytest.mark.parametrize("payload", [{}, {"Text": ""}, {"Text": None, "Number": None, "Flag": None}, {"New": 1}])
def test_a_specification_without_any_value_is_none(payload):
    assert value("Specification", payload) is None


@pytest.mark.parametrize("payload", [{"Number": 0}, {"Flag": False}], ids=str)
def test_zero_and_false_are_values_of_a_specification(payload):
    assert value("Specification", payload) is not None


# Responses


@pytest.mark.parametrize("body", [b"{}", b'{"order": null}', b'{"order": ""}', b'{"order": {}}'])
def test_an_empty_order_is_none(body):
    assert READ_ORDER(body) is None


def test_an_unreadable_order_leaves_the_others_readable():
    body = json.dumps({"orders": [{"Id": "1"}, {"Id": ORDER_ID, "Flag": "maybe"}, {}, None, {"Id": "2"}]}).encode()
    orders, _ = READ_ORDERS(body)
    assert [order["id"] for order in (orders[0], orders[-1])] == ["1", "2"]
    assert orders[1:-1] == [
        UnreadableOrder(ORDER_ID, ("Flag",)),
        UnreadableOrder(None, ("Id",)),
        UnreadableOrder(None, ("order",)),
    ]


def test_raw_control_characters_and_broken_bytes_cost_nothing():
    orders, token = READ_ORDERS(b'\xef\xbb\xbf{"orders": [{"Id": "1", "Text": "a\x0b\xffb"}], "token": "t"}')
    assert [order["text"] for order in orders] == ["a\x0b\ufffdb"]
    assert token == "t"


@pytest.mark.parametrize(("sent", "token"), [("t+/=", "t+/="), ("", None), (None, None)])
def test_a_token_is_text_or_none(sent, token):
    assert READ_ORDERS(json.dumps({"orders": [], "token": sent}).encode()) == ([], token)


@pytest.mark.parametrize("body", [b"", b"<html>private</html>", b'{"orders": [', b"[" * 100_000])
def test_a_body_that_is_no_json_may_be_better_at_another_try(body):
    with pytest.raises(NotDocumented) as caught:
        READ_ORDERS(body)
    assert not caught.value.final
    assert str(caught.value) == "no JSON"


@pytest.mark.parametrize(
    "body",
    [
        [],
        "private",
        None,
        {},
        {"orders": None},
        {"orders": {"private": 1}},
        {"orders": [], "token": 5},
        {"orders": [], "token": ["private"]},
        {"orders": [], "errors": [{"code": "private"}]},
        {"orders": [], "errors": "private"},
    ],
    ids=json.dumps,
)
def test_json_that_amazon_does_not_document_is_final(body):
    with pytest.raises(NotDocumented) as caught:
        READ_ORDERS(json.dumps(body).encode())
    assert caught.value.final
    assert str(caught.value) == "not the documented JSON"


@pytest.mark.parametrize("errors", [None, []])
def test_an_empty_list_of_errors_does_no_harm(errors):
    assert READ_ORDERS(json.dumps({"orders": [], "errors": errors}).encode()) == ([], None)
