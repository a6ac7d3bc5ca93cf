"""How payloads are read: leniently, exactly, and with errors that name fields and never content."""

import dataclasses
import json
from typing import Annotated, Any, Generic, TypeVar

import pytest
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


@pytest.mark.parametrize("name", ["text", "id", "TEXT"])
def test_only_amazons_own_spelling_of_a_key_counts(name):
    order = read({name: "other"})
    assert (order["text"], order["id"]) == (None, ORDER_ID)


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


@pytest.mark.parametrize("sent", [None, "", 5, "private", "902-1", ["private"], {"private": 1}])
def test_what_has_not_the_form_of_an_order_id_is_not_shown(sent):
    assert unreadable({"Id": sent, "Flag": "maybe"}).order_id is None


@pytest.mark.parametrize("payload", ["private", 5, ["private"], True])
def test_what_is_no_object_is_an_unreadable_order_without_an_id(payload):
    assert unreadable(payload) == UnreadableOrder(None, ("order",))


# json attributes


def as_json(payload: dict[str, Any]) -> Any:
    return value("Part", payload)


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


# Specifications

NOTHING = [{}, {"Text": ""}, {"Text": None, "Number": None, "Flag": None}, {"New": 1}]


@pytest.mark.parametrize(
    ("name", "payload", "is_none"),
    [
        *(("Specification", payload, True) for payload in NOTHING),
        *(("Specification", payload, False) for payload in ({"Number": 0}, {"Flag": False})),
        *(("Part", payload, True) for payload in ({}, {"SomeName": None}, {"SomeName": "", "New": None})),
        *(("Part", payload, False) for payload in ({"New": 0}, {"New": False}, {"Parts": []})),
    ],
    ids=str,
)
def test_what_has_no_value_at_all_is_none(name, payload, is_none):
    assert (value(name, payload) is None) is is_none


# Responses


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
