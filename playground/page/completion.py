"""What a step may go on with: phrases from the descriptors, as far as the reader of steps takes them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kognitos.bdk.runtime.client.book_descriptor import BookDescriptor
from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_type import (
    ConceptEnumType,
    ConceptListType,
    ConceptOptionalType,
    ConceptScalarType,
    ConceptType,
)

from ..steps import Library, NotUnderstood
from ..steps.grammar import fields_of, spoken

__all__ = ["Completer", "Completion", "Phrase"]

_COMPARISONS: Final = (
    "is",
    "is not",
    "is one of",
    "is greater than",
    "is less than",
    "is at least",
    "is at most",
    "has",
    "does not have",
)
_JOINTS: Final = {
    "whose": "only orders that compare so",
    "and whose": "and that as well",
    "or whose": "or that instead",
    "with": "the inputs follow",
}
# The longest names have five words and a possessive.
_MOST_WORDS: Final = 7


@dataclass(frozen=True)
class Phrase:
    """Something a step may contain.

    Attributes:
        text: How it is written.
        about: What it is, in a few words.
        behind: For a value: the names behind which it makes sense; empty for everything else.
    """

    text: str
    about: str = ""
    behind: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Completion:
    """What may stand in place of the last letters: how many of them, and the phrases."""

    letters: int
    phrases: Sequence[Phrase]


class Completer:
    """Knows the phrases of a library; whether one fits, the reader of steps itself decides."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._phrases = list(dict.fromkeys(_phrases(library)))

    def complete(self, before: str) -> Completion:
        """Return how a step that is written up to here may go on; no phrases if the reader knows of none."""
        for start in _starts(before):
            letters = before[start:]
            fitting = [phrase for phrase in self._phrases if self._fits(phrase, before[:start], letters)]
            if fitting:
                return Completion(len(letters), fitting)
        return Completion(0, [])

    def _fits(self, phrase: Phrase, before: str, letters: str) -> bool:
        if not phrase.text.lower().startswith(letters.lower()) or phrase.text == letters:
            return False
        if phrase.behind and not _ends_with(before, phrase.behind):
            return False
        if before.rstrip().endswith(("'s", "\u2019s")):
            return False  # A key of a json attribute: any word would do, and none is known.
        try:
            self._library.read(before + phrase.text)
        except NotUnderstood as error:
            return not error.word  # The step ends too early, which is why somebody completes it.
        return True


def _starts(before: str) -> Iterator[int]:
    """Give where a phrase may begin that the last letters begin; behind a blank first of all at the end."""
    if not before or before[-1].isspace():
        yield len(before)
    yield from [found.start() for found in re.finditer(r"\S+", before)][-_MOST_WORDS:]


def _ends_with(before: str, names: frozenset[str]) -> bool:
    words = " ".join(before.lower().split())
    return any(words.endswith((f" {name} is", f" {name} is not")) for name in names)


def _phrases(library: Library) -> Iterator[Phrase]:
    for book, procedure in library.procedures:
        yield Phrase(_opening(book, procedure), procedure.short_description or "")
    yield from (Phrase(text, about) for text, about in _JOINTS.items())
    for _, procedure in library.procedures:
        yield from _inputs(procedure)
        yield from _attributes(procedure)
    yield from map(Phrase, _COMPARISONS)


def _opening(book: BookDescriptor, procedure: BookProcedureDescriptor) -> str:
    english = re.sub(r"[()]", "", procedure.signature.english).removeprefix("to ")
    return english if procedure.signature.target.noun_phrases else f"{english} from {str(book.noun_phrase).lower()}"


def _inputs(procedure: BookProcedureDescriptor) -> Iterator[Phrase]:
    for concept in procedure.inputs:
        name = spoken(concept.noun_phrases)
        yield Phrase(f"the {name} is", concept.description or "")
        kind = _bare(concept.type)
        if isinstance(kind, ConceptEnumType):
            yield from (Phrase(f'"{member.name}"', name, frozenset({f"the {name}"})) for member in kind.members)
    if procedure.page_capable:
        yield Phrase("the limit is", "no more orders than this")
        yield Phrase("the offset is", "leave out the first ones")


def _attributes(procedure: BookProcedureDescriptor) -> Iterator[Phrase]:
    for output in procedure.outputs:
        flags = set()
        for field in fields_of(output.type):
            name = field.key.replace("_", " ")
            yield Phrase(name, field.description or "")
            for part in fields_of(field.value):
                yield Phrase(f"{name}'s {part.key.replace('_', ' ')}", part.description or name)
            if _bare(field.value) == ConceptScalarType.CONCEPT_SCALAR_TYPE_BOOLEAN:
                flags.add(name)
        if flags:
            yield from (Phrase(text, "", frozenset(flags)) for text in ("true", "false"))


def _bare(kind: ConceptType) -> ConceptType:
    while isinstance(kind, ConceptOptionalType | ConceptListType):
        kind = kind.inner
    return kind
