"""Values and filters between Python and Kognitos's protocol (BCI), on the side of the host."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, Final

from google.protobuf.struct_pb2 import NULL_VALUE  # type: ignore[import-untyped] # protobuf 4 ships no types
from kognitos.bdk.api import FilterExpression, NounPhrase, Sensitive
from kognitos.bdk.api.filter import (
    FilterBinaryExpression,
    FilterBinaryOperator,
    FilterUnaryExpression,
    FilterUnaryOperator,
    NounPhrasesExpression,
    ValueExpression,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types.expression_pb2 import Expression
from kognitos.bdk.runtime.client.proto.bdk.v1.types.noun_phrase_pb2 import NounPhrase as WireNounPhrase
from kognitos.bdk.runtime.client.proto.bdk.v1.types.value_pb2 import Value

__all__ = ["CannotTravel", "Unreadable", "filter_from", "noun_phrase_from", "put", "python_from"]

_NANOSECONDS: Final = 1000  # in a microsecond


class CannotTravel(TypeError):
    """A value of a book for which the protocol has no kind; the text says of which type it is."""


class Unreadable(ValueError):
    """A value or filter of a request that means nothing to a book; the text says why."""


def put(value: Value, thing: Any) -> None:
    """Fill a value of the protocol with what a book returned; an enum travels by the name of its member.

    Raises:
        CannotTravel: The protocol has no kind for it.
    """
    match thing:
        case None:
            value.null_value = NULL_VALUE
        case Enum():
            value.text_value = thing.name
        case str():
            value.text_value = thing
        case bool():
            value.boolean_value = thing
        case int() | float():
            value.number_value = thing
        case datetime():
            value.datetime_value.FromDatetime(thing.astimezone(UTC) if thing.tzinfo else thing)
        case date():
            value.date_value.year, value.date_value.month, value.date_value.day = thing.year, thing.month, thing.day
        case time():
            clock = value.time_value
            clock.hours, clock.minutes, clock.seconds = thing.hour, thing.minute, thing.second
            clock.nanos = thing.microsecond * _NANOSECONDS
        case list() | tuple():
            value.list_value.SetInParent()  # an empty list is a list as well
            for item in thing:
                put(value.list_value.values.add(), item)
        case Mapping():
            _put_fields(value, thing.items())
        case NounPhrase():
            value.conceptual_value.MergeFrom(WireNounPhrase(head=thing.head, modifiers=thing.modifiers))
        case Sensitive():
            put(value.sensitive_value.value, thing.get_value())
        case _ if dataclasses.is_dataclass(thing):
            _put_fields(value, ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing)))
            for noun_phrase in getattr(thing, "__is_a__", ()):
                value.dictionary_value.is_a.add(head=noun_phrase.head, modifiers=noun_phrase.modifiers)
        case _:
            raise CannotTravel(f"A value of the type {type(thing).__name__} cannot be sent.")


def _put_fields(value: Value, fields: Iterable[tuple[str, Any]]) -> None:
    value.dictionary_value.SetInParent()
    for key, thing in fields:
        put(value.dictionary_value.fields.add(key=key).value, thing)


def python_from(value: Value) -> Any:
    """Return what a value of the protocol means to a book; without any content it is None.

    Raises:
        Unreadable: A file, a table or an opaque value, or a date that no calendar has.
    """
    try:
        return _python_from(value)
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"A value of this request cannot be read: {error}.") from error


def _python_from(value: Value) -> Any:
    match kind := value.WhichOneof("value_discriminator"):
        case None | "null_value":
            return None
        case "text_value" | "number_value" | "boolean_value":
            return getattr(value, kind)
        case "datetime_value":
            return value.datetime_value.ToDatetime(UTC)
        case "date_value":
            return date(value.date_value.year, value.date_value.month, value.date_value.day)
        case "time_value":
            clock = value.time_value
            return time(clock.hours, clock.minutes, clock.seconds, clock.nanos // _NANOSECONDS)
        case "list_value":
            return [_python_from(item) for item in value.list_value.values]
        case "dictionary_value":
            return {field.key: _python_from(field.value) for field in value.dictionary_value.fields}
        case "conceptual_value":
            return noun_phrase_from(value.conceptual_value)
        case "sensitive_value":
            return _python_from(value.sensitive_value.value)
        case _:
            raise ValueError(f"this host carries no {kind.replace('_', ' ')}")


def noun_phrase_from(wire: WireNounPhrase) -> NounPhrase:
    """Return a noun phrase of the kit."""
    return NounPhrase(wire.head, list(wire.modifiers))


def filter_from(wire: Expression) -> FilterExpression:
    """Return a filter of the kit.

    Raises:
        Unreadable: A part of it is empty, or its operator is none of the kit's.
    """
    match wire.WhichOneof("expression"):
        case "binary_expression":
            found = wire.binary_expression
            operator = _operator(FilterBinaryOperator, found.operator)
            return FilterBinaryExpression(filter_from(found.left), operator, filter_from(found.right))
        case "unary_expression":
            operator = _operator(FilterUnaryOperator, wire.unary_expression.operator)
            return FilterUnaryExpression(operator, filter_from(wire.unary_expression.inner))
        case "value_expression":
            return ValueExpression(python_from(wire.value_expression))
        case "noun_phrases_expression":
            return NounPhrasesExpression([noun_phrase_from(one) for one in wire.noun_phrases_expression.noun_phrases])
        case _:
            raise Unreadable("A part of the filter is empty.")


def _operator(operators: type[Enum], number: int) -> Any:
    try:
        return operators(number)
    except ValueError as error:
        raise Unreadable(f"The filter has an operator that this host does not know: {number}.") from error
