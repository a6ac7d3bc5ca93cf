"""Values and filters between Python and Kognitos's protocol (BCI), on the host's side."""

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

__all__ = ["InvalidValue", "UnsupportedType", "fill", "filter_from", "noun_phrase_from", "python_from"]

_NANOSECONDS: Final = 1000  # in a microsecond


class UnsupportedType(TypeError):
    """The protocol has no kind for a value of a book; the text names the type."""


class InvalidValue(ValueError):
    """A value or filter of a request has no meaning for a book; the text says why."""


def fill(value: Value, source: Any) -> None:
    """Fill a value of the protocol from what a book returned; of an enum, the name of its member is sent.

    Raises:
        UnsupportedType: The protocol has no kind for it.
    """
    match source:
        case None:
            value.null_value = NULL_VALUE
        case Enum():
            value.text_value = source.name
        case str():
            value.text_value = source
        case bool():
            value.boolean_value = source
        case int() | float():
            value.number_value = source
        case datetime():
            value.datetime_value.FromDatetime(source.astimezone(UTC) if source.tzinfo else source)
        case date():
            value.date_value.year, value.date_value.month, value.date_value.day = source.year, source.month, source.day
        case time():
            clock = value.time_value
            clock.hours, clock.minutes, clock.seconds = source.hour, source.minute, source.second
            clock.nanos = source.microsecond * _NANOSECONDS
        case list() | tuple():
            value.list_value.SetInParent()  # so that an empty list is a list
            for item in source:
                fill(value.list_value.values.add(), item)
        case Mapping():
            _fill_dictionary(value, source.items())
        case NounPhrase():
            value.conceptual_value.MergeFrom(WireNounPhrase(head=source.head, modifiers=source.modifiers))
        case Sensitive():
            fill(value.sensitive_value.value, source.get_value())
        case _ if dataclasses.is_dataclass(source):
            _fill_dictionary(value, ((field.name, getattr(source, field.name)) for field in dataclasses.fields(source)))
            for noun_phrase in getattr(source, "__is_a__", ()):
                value.dictionary_value.is_a.add(head=noun_phrase.head, modifiers=noun_phrase.modifiers)
        case _:
            raise UnsupportedType(f"A value of the type {type(source).__name__} cannot be sent.")


def _fill_dictionary(value: Value, fields: Iterable[tuple[str, Any]]) -> None:
    value.dictionary_value.SetInParent()
    for key, field in fields:
        fill(value.dictionary_value.fields.add(key=key).value, field)


def python_from(value: Value) -> Any:
    """Return a value of the protocol as a book takes it; without content it is None.

    Raises:
        InvalidValue: It is a file, a table or an opaque value, or a date that does not exist.
    """
    try:
        return _python_from(value)
    except (ValueError, OverflowError) as error:
        raise InvalidValue(f"A value of this request cannot be read: {error}.") from error


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
            raise ValueError(f"this host accepts no {kind.replace('_', ' ')}")


def noun_phrase_from(wire: WireNounPhrase) -> NounPhrase:
    """Return a noun phrase of the kit."""
    return NounPhrase(wire.head, list(wire.modifiers))


def filter_from(wire: Expression) -> FilterExpression:
    """Return a filter of the kit.

    Raises:
        InvalidValue: A part of it is empty, or an operator is unknown to the kit.
    """
    match wire.WhichOneof("expression"):
        case "binary_expression":
            binary = wire.binary_expression
            operator = _operator(FilterBinaryOperator, binary.operator)
            return FilterBinaryExpression(filter_from(binary.left), operator, filter_from(binary.right))
        case "unary_expression":
            operator = _operator(FilterUnaryOperator, wire.unary_expression.operator)
            return FilterUnaryExpression(operator, filter_from(wire.unary_expression.inner))
        case "value_expression":
            return ValueExpression(python_from(wire.value_expression))
        case "noun_phrases_expression":
            return NounPhrasesExpression([noun_phrase_from(one) for one in wire.noun_phrases_expression.noun_phrases])
        case _:
            raise InvalidValue("A part of the filter is empty.")


def _operator(operators: type[Enum], number: int) -> Any:
    try:
        return operators(number)
    except ValueError as error:
        raise InvalidValue(f"The filter has an operator that this host does not know: {number}.") from error
