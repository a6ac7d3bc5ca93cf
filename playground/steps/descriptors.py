"""What a host says about its books, in the words of a step."""

import re
from collections.abc import Mapping, Sequence

from kognitos.bdk.klang import KlangLexer, TokenType
from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_type import (
    ConceptDictionaryType,
    ConceptDictionaryTypeField,
    ConceptListType,
    ConceptOptionalType,
    ConceptType,
)
from kognitos.bdk.runtime.client.noun_phrase import NounPhrases

__all__ = ["attributes_of", "fields_of", "is_determiner", "opening", "spoken", "unwrapped"]


def attributes_of(kind: ConceptType) -> Mapping[str, ConceptType]:
    """Return the fields of an answer, or of a part of it, by their names as a step writes them."""
    return {field.key.replace("_", " "): field.value for field in fields_of(kind)}


def fields_of(kind: ConceptType) -> Sequence[ConceptDictionaryTypeField]:
    """Return the fields of an answer, or of a part of it; none where the host does not name them."""
    kind = unwrapped(kind)
    return kind.fields if isinstance(kind, ConceptDictionaryType) else []


def unwrapped(kind: ConceptType) -> ConceptType:
    """Return what a type is a list of, or what it may be besides being absent."""
    while isinstance(kind, ConceptOptionalType | ConceptListType):
        kind = kind.inner
    return kind


def opening(procedure: BookProcedureDescriptor) -> str:
    """Return how a step begins that names a procedure: `retrieve an order from amazon selling partner`."""
    return re.sub(r"[()]", "", procedure.signature.english).removeprefix("to ")


def is_determiner(word: str) -> bool:
    """Whether the kit's lexer takes a word for one like `the`, `an` or `all`."""
    return any(kind in {TokenType.DETERMINER, TokenType.SPECIAL_DETERMINER} for kind, _, _ in KlangLexer(word))


def spoken(phrases: NounPhrases) -> str:
    """Return noun phrases as they are read, in small letters."""
    return str(phrases).lower()
