"""Runs a request on a book: creates and connects it, turns inputs into arguments, and calls the procedure.

`host.py` lists what is assumed about Kognitos's runtime.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kognitos.bdk.api import Sensitive
from kognitos.bdk.reflection import (
    BookDescriptor,
    BookProcedureDescriptor,
    ConceptDescriptor,
    CredentialDescriptor,
    CredentialScalarType,
)
from kognitos.bdk.reflection.types import ConceptEnumType, ConceptOptionalType, ConceptType
from kognitos.bdk.runtime.client.proto.bdk.v1.requests.authentication_pb2 import Authentication
from kognitos.bdk.runtime.client.proto.bdk.v1.requests.invoke_procedure_pb2 import InvokeProcedureRequest
from kognitos.bdk.runtime.client.proto.bdk.v1.responses import error_pb2
from kognitos.bdk.runtime.client.proto.bdk.v1.types.concept_value_pb2 import ConceptValue

from .descriptors import connection_methods, noun_phrases
from .values import fill, filter_from, noun_phrase_from, python_from

__all__ = ["HostedBook", "Refused"]


class Refused(Exception):
    """The host refuses a request; `kind` is the kind of error in the protocol."""

    def __init__(self, kind: error_pb2.ErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class HostedBook:
    """An installed book."""

    cls: Any  # the kit's @book adds attributes that no type declares
    version: str

    @property
    def descriptor(self) -> BookDescriptor:
        """The kit's description of the book."""
        descriptor: BookDescriptor = self.cls.__book__
        return descriptor

    def connected(self, authentication: Authentication | None, *, verify: bool = False) -> Any:
        """Return a new instance, connected unless there is no authentication.

        Raises:
            Refused: There is no such connection method, or it declares other credentials.
        """
        instance = self.cls()
        if authentication is None:
            return instance
        for method in connection_methods(self.descriptor):
            if method.id == authentication.authentication_id:
                getattr(instance, method.id)(**_credentials(method.credentials, authentication), verify=verify)
                return instance
        raise Refused(
            error_pb2.ErrorKindNotFound,
            f"{self.descriptor.name} has no connection method {authentication.authentication_id!r}.",
        )

    def invoke(self, request: InvokeProcedureRequest) -> Sequence[ConceptValue]:
        """Call a procedure on a new instance and return its outputs; errors of the book pass through.

        Raises:
            Refused: There is no such procedure, or its arguments are wrong.
        """
        procedure = self._procedure(request.procedure_id)
        arguments = {**_inputs(procedure, request), **_selection(procedure, request)}
        instance = self.connected(request.authentication if request.HasField("authentication") else None)
        returned = getattr(instance, procedure.id)(**arguments)
        outputs = procedure.outputs or []
        concepts = []
        for output, result in zip(outputs, [returned] if len(outputs) == 1 else returned or (), strict=True):
            concepts.append(ConceptValue(noun_phrases=noun_phrases(output.noun_phrases)))
            fill(concepts[-1].value, result)
        return concepts

    def _procedure(self, identifier: str) -> BookProcedureDescriptor:
        for procedure in self.descriptor.procedures:
            if procedure.id == identifier:
                return procedure
        raise Refused(error_pb2.ErrorKindNotFound, f"{self.descriptor.name} has no procedure {identifier!r}.")


def _credentials(declared: Iterable[CredentialDescriptor], authentication: Authentication) -> dict[str, Any]:
    types = {credential.id: credential.type for credential in declared}
    given = {credential.id: python_from(credential.value) for credential in authentication.authentication_credentials}
    if missing := types.keys() - given.keys():
        raise Refused(error_pb2.ErrorKindMissing, f"The connection needs {', '.join(sorted(missing))}.")
    if unknown := given.keys() - types.keys():
        raise Refused(error_pb2.ErrorKindInvalidValue, f"The connection has no {', '.join(sorted(unknown))}.")
    for name, value in given.items():
        if not isinstance(value, str):
            raise Refused(error_pb2.ErrorKindTypeMismatch, f"The {name} of the connection must be text.")
    return {
        # The kit hides every occurrence of a Sensitive's text in all logs; an empty one would garble them.
        name: Sensitive(value) if value and types[name] == CredentialScalarType.SENSITIVE else value
        for name, value in given.items()
    }


def _inputs(procedure: BookProcedureDescriptor, request: InvokeProcedureRequest) -> dict[str, Any]:
    """Return the inputs as arguments, by their names in Python."""
    binds = {_spoken(bind.concepts[0].noun_phrases): bind for bind in procedure.parameter_concept_map}
    arguments: dict[str, Any] = {}
    for given in request.input_concepts:
        phrase = _spoken(map(noun_phrase_from, given.noun_phrases.noun_phrases))
        bind = binds.get(phrase)
        if bind is None:
            raise Refused(
                error_pb2.ErrorKindInvalidValue, f"{procedure.id} has no input {phrase!r}. It has: {', '.join(binds)}."
            )
        if bind.python_name in arguments:
            raise Refused(error_pb2.ErrorKindInvalidValue, f"The {phrase} is given twice.")
        arguments[bind.python_name] = _of_type(bind.concepts[0].type, python_from(given.value))
    missing = [
        phrase
        for phrase, bind in binds.items()
        if bind.python_name not in arguments and not _is_optional(bind.concepts[0])
    ]
    if missing:
        raise Refused(error_pb2.ErrorKindMissing, f"{procedure.id} needs the {' and the '.join(missing)}.")
    return arguments


def _selection(procedure: BookProcedureDescriptor, request: InvokeProcedureRequest) -> dict[str, Any]:
    """Return filter, offset and limit as arguments, as far as the request has them."""
    arguments: dict[str, Any] = {}
    for field, argument in (
        ("filter_expression", procedure.filter_argument_name),
        ("offset", procedure.offset_argument_name),
        ("limit", procedure.limit_argument_name),
    ):
        if request.HasField(field):
            if argument is None:
                raise Refused(error_pb2.ErrorKindNotSupported, f"{procedure.id} takes no {field.partition('_')[0]}.")
            value = getattr(request, field)
            arguments[argument] = filter_from(value) if field == "filter_expression" else value
    if request.HasField("offload") or request.answered_questions:
        raise Refused(
            error_pb2.ErrorKindNotSupported, "This host neither offloads values nor accepts answered questions."
        )
    return arguments


def _of_type(kind: ConceptType, value: Any) -> Any:
    """Return the member of an enum that a text names, or the value as it is."""
    while isinstance(kind, ConceptOptionalType):
        kind = kind.type
    if isinstance(kind, ConceptEnumType) and kind.concrete and isinstance(value, str):
        return kind.concrete.__members__.get(value, value)
    return value


def _is_optional(concept: ConceptDescriptor) -> bool:
    return concept.is_optional or concept.default_value is not None


def _spoken(phrases: Iterable[Any]) -> str:
    return "'s ".join(map(str, phrases))
