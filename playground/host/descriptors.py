"""Books and procedures as Kognitos's protocol (BCI) describes them, from what the kit knows."""

from collections.abc import Iterable
from typing import Any, Final

from kognitos.bdk.api import NounPhrase
from kognitos.bdk.reflection import (
    BookCustomAuthenticationDescriptor,
    BookDescriptor,
    BookProcedureDescriptor,
    ConceptDescriptor,
    types,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types import concept_type_pb2 as wire
from kognitos.bdk.runtime.client.proto.bdk.v1.types.book_descriptor_pb2 import BookDescriptor as WireBook
from kognitos.bdk.runtime.client.proto.bdk.v1.types.book_procedure_descriptor_pb2 import (
    BookProcedureDescriptor as WireProcedure,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types.concept_descriptor_pb2 import ConceptDescriptor as WireConcept
from kognitos.bdk.runtime.client.proto.bdk.v1.types.connection_required_pb2 import Always, ConnectionRequired
from kognitos.bdk.runtime.client.proto.bdk.v1.types.credential_descriptor_pb2 import (
    CredentialDescriptor as WireCredential,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types.credential_type_pb2 import (
    CredentialTypeSensitiveText,
    CredentialTypeText,
)
from kognitos.bdk.runtime.client.proto.bdk.v1.types.noun_phrase_pb2 import NounPhrase as WireNounPhrase
from kognitos.bdk.runtime.client.proto.bdk.v1.types.noun_phrase_pb2 import NounPhrases as WireNounPhrases

from .values import fill

__all__ = ["connection_methods", "described_book", "described_procedure", "noun_phrases"]

_CREDENTIAL_TYPES: Final = {"Text": CredentialTypeText, "Sensitive": CredentialTypeSensitiveText}


def described_book(book: BookDescriptor, version: str) -> WireBook:
    """Return a book with its connection methods."""
    described = WireBook(
        id=book.id,
        name=book.name,
        display_name=book.name,
        short_description=book.short_description or "",
        long_description=book.long_description or "",
        author=book.author or "",
        icon=book.icon or b"",
        version=version,
        connection_required=book.connection_required,
        tags=book.tags,
        noun_phrase=book.noun_phrase and _noun_phrase(book.noun_phrase),
    )
    for method in connection_methods(book):
        custom = described.authentications.add().custom
        custom.id, custom.name, custom.description = method.id, method.name, method.description or ""
        if method.noun_phrase:
            custom.noun_phrase.MergeFrom(_noun_phrase(method.noun_phrase))
        custom.credentials.extend(
            WireCredential(
                id=credential.id,
                type=_CREDENTIAL_TYPES[credential.type.name],
                label=credential.label or "",
                description=credential.description or "",
                visible=True,
            )
            for credential in method.credentials
        )
    return described


def connection_methods(book: BookDescriptor) -> list[BookCustomAuthenticationDescriptor]:
    """Return the ways to connect a book.

    Raises:
        TypeError: One of them is OAuth, which needs more than credentials.
    """
    methods: list[BookCustomAuthenticationDescriptor] = []
    for method in book.authentications:
        if not isinstance(method, BookCustomAuthenticationDescriptor):
            raise TypeError(f"This host connects books by credentials only; {book.name} has {method.name}.")
        methods.append(method)
    return methods


def described_procedure(procedure: BookProcedureDescriptor) -> WireProcedure:
    """Return a procedure with its signature, inputs, outputs and examples."""
    signature = procedure.english_signature
    level = ConnectionRequired.ValueType(procedure.connection_required.value)
    described = WireProcedure(
        id=procedure.id,
        short_description=procedure.short_description or "",
        long_description=procedure.long_description or "",
        inputs=map(_concept, procedure.input_concepts or ()),
        outputs=map(_concept, procedure.output_concepts or ()),
        filter_capable=procedure.filter_capable,
        page_capable=procedure.page_capable,
        connection_requirement_level=level,
        connection_required=level == Always,
        is_mutation=procedure.is_mutation,
    )
    described.signature.english = signature.english or ""
    described.signature.verbs.extend(signature.verbs)
    described.signature.object.MergeFrom(noun_phrases(signature.object))
    described.signature.preposition = signature.preposition or ""
    described.signature.target.MergeFrom(noun_phrases(signature.target or ()))
    described.signature.outputs.extend(map(noun_phrases, signature.outputs or ()))
    described.signature.is_read_only = not procedure.is_mutation
    described.signature.proper_nouns.extend(sorted(signature.proper_nouns or ()))
    for example in procedure.examples:
        described.examples.add(description=example.description or "", snippet=example.snippet)
    return described


def noun_phrases(phrases: Iterable[NounPhrase]) -> WireNounPhrases:
    """Return noun phrases that are joined by a possessive."""
    return WireNounPhrases(noun_phrases=map(_noun_phrase, phrases))


def _noun_phrase(phrase: NounPhrase) -> WireNounPhrase:
    return WireNounPhrase(head=phrase.head, modifiers=phrase.modifiers)


def _concept(concept: ConceptDescriptor) -> WireConcept:
    described = WireConcept(
        noun_phrases=noun_phrases(concept.noun_phrases),
        type=_type(concept.type),
        description=concept.description or "",
    )
    if concept.default_value is not None:
        fill(described.default_value, concept.default_value)
    return described


def _type(concept_type: types.ConceptType) -> wire.ConceptType:
    match concept_type:
        case types.ConceptScalarType():
            kind = wire.ConceptScalarType.Value(f"ConceptScalarType{concept_type.name.title().replace('Uuid', 'UUID')}")
            return wire.ConceptType(scalar_type=kind)
        case types.ConceptOptionalType():
            return wire.ConceptType(optional_type=wire.ConceptOptionalType(inner=_type(concept_type.type)))
        case types.ConceptListType():
            return wire.ConceptType(list_type=wire.ConceptListType(inner=_type(concept_type.type)))
        case types.ConceptSensitiveType():
            return wire.ConceptType(sensitive_type=wire.ConceptSensitiveType(inner=_type(concept_type.type)))
        case types.ConceptUnionType():
            return wire.ConceptType(union_type=wire.ConceptUnionType(inners=map(_type, concept_type.inners)))
        case types.ConceptDictionaryType():
            fields = (
                wire.ConceptDictionaryTypeField(
                    key=field.name, value=_type(field.t), description=field.description or ""
                )
                for field in concept_type.fields
            )
            return wire.ConceptType(dictionary_type=wire.ConceptDictionaryType(fields=fields, **_named(concept_type)))
        case types.ConceptEnumType():
            members = (
                wire.ConceptEnumTypeMember(
                    name=member.name,
                    noun_phrase=member.noun_phrase and _noun_phrase(member.noun_phrase),
                    description=member.description or "",
                )
                for member in concept_type.members
            )
            return wire.ConceptType(enum_type=wire.ConceptEnumType(members=members, **_named(concept_type)))
        case types.ConceptSelfType():
            return wire.ConceptType(self_type=wire.ConceptSelfType())
        case types.ConceptAnyType():
            return wire.ConceptType(any_type=wire.ConceptAnyType())
        case _:
            raise TypeError(f"This host does not describe the type {concept_type!r}.")


def _named(concept_type: types.ConceptDictionaryType | types.ConceptEnumType) -> dict[str, Any]:
    # A set in the kit, a list in the protocol: sorted, so that descriptions do not change from run to run.
    is_a = map(_noun_phrase, sorted(concept_type.is_a, key=str))
    return {"is_a": is_a, "description": concept_type.description or ""}
