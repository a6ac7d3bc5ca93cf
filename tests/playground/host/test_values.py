"""Values on the wire: what the host sends Kognitos's client reads, and what the client sends the host reads."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kognitos.bdk.api import NounPhrase, Sensitive
from kognitos.bdk.api.filter import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrasesExpression,
    ValueExpression,
)
from kognitos.bdk.runtime.client import expression as client_side
from kognitos.bdk.runtime.client import noun_phrase as client_names
from kognitos.bdk.runtime.client.input_mappers import map_expression
from kognitos.bdk.runtime.client.input_mappers.value import map_value as from_client
from kognitos.bdk.runtime.client.mappers.value import map_value as to_client
from kognitos.bdk.runtime.client.proto.bdk.v1.types.value_pb2 import Value
from kognitos.bdk.runtime.client.sensitive import Sensitive as ClientSensitive
from kognitos.bdk.runtime.client.value import DictionaryValue, RemoteTable

from amazon_selling_partner.concepts import Address, AmazonOrder
from playground.host.values import InvalidValue, UnsupportedType, fill, filter_from, python_from

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = st.none() | TEXT | st.booleans() | st.floats(allow_nan=False)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=10)


def received(thing):
    """What Kognitos's client makes of a value of a book."""
    value = Value()
    fill(value, thing)
    return to_client(Value.FromString(value.SerializeToString()))


def plain(value):
    if isinstance(value, DictionaryValue):
        return {name: plain(inner) for name, inner in value.value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@given(TREES)
def test_values_are_the_same_on_both_sides(value):
    assert plain(received(value)) == value
    assert python_from(from_client(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 23, 12, 30, 59, 123456, tzinfo=UTC),
        datetime(1969, 7, 20, 20, 17, 40, tzinfo=UTC),
        date(2024, 2, 29),
        time(23, 59, 58, 7),
        True,
    ],
    ids=str,
)
def test_dates_times_and_booleans_keep_their_type(value):
    for result in (received(value), python_from(from_client(value))):
        assert (result, type(result)) == (value, type(value))


def test_another_zone_an_integer_and_an_enum_are_converted():
    moment = datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=-8)))
    assert received(moment) == moment
    assert isinstance(received(3), float)
    assert received(Enum("Color", {"RED": "#f00"}).RED) == "RED"
    assert python_from(Value()) is None


def test_a_concept_has_its_name_and_its_parts_have_none():
    order = AmazonOrder(
        amazon_order_id="1",
        order_status="Shipped",
        purchase_date="2026-11-20T08:15:00Z",
        last_update_date="2026-11-20T08:15:00Z",
        shipping_address=Address(city="Boise"),
    )
    value = received(order)
    assert [str(name) for name in value.is_a] == ["amazon order"]
    assert value.value["shipping_address"].is_a == []
    assert value.value["shipping_address"].value["city"] == "Boise"
    assert value.value["order_total"] is None


def test_a_sensitive_value_stays_one():
    assert received(Sensitive("quite secret 0123456789")) == ClientSensitive("quite secret 0123456789")
    assert python_from(from_client(ClientSensitive("quite secret 0123456789"))) == "quite secret 0123456789"


def test_a_noun_phrase_is_the_same_on_both_sides():
    assert received(NounPhrase("status", ["order"])) == client_names.NounPhrase("status", ["order"])
    assert python_from(from_client(client_names.NounPhrase("status", ["order"]))) == NounPhrase("status", ["order"])


@pytest.mark.parametrize("value", [Decimal(1), {1, 2}, object(), b"bytes"], ids=["decimal", "set", "object", "bytes"])
def test_a_type_unknown_to_the_protocol_is_named(value):
    with pytest.raises(UnsupportedType, match=type(value).__name__):
        received(value)


@pytest.mark.parametrize("value", [b"bytes", RemoteTable("https://example.com")], ids=["opaque", "table"])
def test_a_type_unsupported_by_the_host_is_named(value):
    with pytest.raises(InvalidValue, match=r"accepts no (opaque|table) value\.$"):
        python_from(from_client([value]))


# Filters


def shape(expression):
    """A filter of the kit, whose classes have no equality, as something that can be compared."""
    match expression:
        case FilterBinaryExpression():
            return expression.operator.name, shape(expression.left), shape(expression.right)
        case FilterUnaryExpression():
            return expression.operator.name, shape(expression.inner)
        case ValueExpression():
            return expression.value
        case NounPhrasesExpression():
            return tuple(map(str, expression.noun_phrases))


@pytest.mark.parametrize("operator", client_side.BinaryOperator, ids=lambda operator: operator.name)
def test_every_operator_means_the_same_on_both_sides(operator):
    name = client_names.NounPhrases.from_str("order total's amount")
    expression = filter_from(map_expression(client_side.BinaryExpression(operator, name, 100.0)))
    assert shape(expression)[0] == operator.name.removeprefix("BINARY_OPERATOR_")
    assert FilterBinaryOperator[shape(expression)[0]]
    assert expression.right.value == 100.0


def test_a_filter_keeps_its_structure_names_and_values():
    equals, both = client_side.BinaryOperator.BINARY_OPERATOR_EQUALS, client_side.BinaryOperator.BINARY_OPERATOR_AND
    status = client_side.BinaryExpression(equals, client_names.NounPhrases.from_str("order status"), "Shipped")
    moment = client_side.BinaryExpression(equals, client_names.NounPhrases.from_str("purchase date"), date(2026, 1, 2))
    negated = client_side.UnaryExpression(client_side.UnaryOperator.UNARY_OPERATOR_NOT, moment)
    expression = filter_from(map_expression(client_side.BinaryExpression(both, status, negated)))
    assert shape(expression) == (
        "AND",
        ("EQUALS", ("order status",), "Shipped"),
        (FilterUnaryOperator.NOT.name, ("EQUALS", ("purchase date",), date(2026, 1, 2))),
    )
