"""Completion of steps: phrases from the descriptors that the parser accepts at this point."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kognitos.bdk.runtime.client.book_descriptor import BookDescriptor
from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_type import (
    ConceptEnumType,
    ConceptScalarType,
)

from amazon_selling_partner.concepts import ORDER_STATUSES
from amazon_selling_partner.marketplaces import MARKETPLACES, Marketplace

from ..steps import Library, NotUnderstood
from ..steps.descriptors import fields_of, opening, spoken, unwrapped

__all__ = ["LONGEST_STEP", "Completer", "Completion", "Phrase"]

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
# The longest names have six words and two possessives.
_MAX_WORDS: Final = 9
# Longer steps are neither completed nor checked while they are typed: every phrase costs one parse of the step.
LONGEST_STEP: Final = 3_000
# What the descriptors lack: the values that Amazon documents,
_VALUES: Final = {
    "order status": dict.fromkeys(ORDER_STATUSES, ""),
    "fulfillment channel": {"MFN": "fulfilled by the merchant", "AFN": "fulfilled by Amazon"},
    "marketplace id": {
        facts.marketplace_id: marketplace.value
        for marketplace, facts in MARKETPLACES.items()
        if marketplace is not Marketplace.SANDBOX
    },
}
# and the keys of the json attributes.
_KEYS: Final = {
    "order total": ("amount", "currency code"),
    "buyer info's buyer tax info": ("company legal name", "taxing region", "tax classifications"),
}
_KEY_PATHS: Final = tuple(f" {path}'s {key}" for path, keys in _KEYS.items() for key in keys)
# After a name: a comparison that takes a value, and the earlier values of a list.
_COMPARED: Final = r"(?:^| ){} (?:is|is not|equals|is (?:not )?(?:one of|in)(?: \S+?(?:,| or| and))*)$"


@dataclass(frozen=True)
class Phrase:
    """Something a step may contain.

    Attributes:
        text: How it is written.
        about: What it is, in a few words.
        after: For a value, the names it can be compared with; empty for everything else.
    """

    text: str
    about: str = ""
    after: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Completion:
    """The phrases that may replace the last letters, and how many letters they replace."""

    letters: int
    phrases: Sequence[Phrase]


class Completer:
    """Completes steps with the phrases of a library; the parser itself decides which ones fit."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._phrases = list(dict.fromkeys(_phrases(library)))

    def complete(self, before: str) -> Completion:
        """Return how a step may continue; no phrases if none fits, or if the step is very long."""
        if len(before) > LONGEST_STEP:
            return Completion(0, [])
        for start in _starts(before):
            letters = before[start:]
            fitting = [phrase for phrase in self._phrases if self._fits(phrase, before[:start], letters)]
            if fitting:
                return Completion(len(letters), fitting)
        return Completion(0, [])

    def _fits(self, phrase: Phrase, before: str, letters: str) -> bool:
        if not phrase.text.lower().startswith(letters.lower()) or phrase.text == letters:
            return False
        if phrase.after and not _ends_with(before, phrase.after):
            return False
        if before.rstrip().endswith(("'s", "\u2019s")):
            return False  # The parser takes any word for a key; the known keys are phrases with their attribute.
        if phrase.text not in _COMPARISONS and " ".join(before.lower().split()).endswith(_KEY_PATHS):
            return False  # The parser would take the words for more of the key.
        # A key may have several words, so the parser needs a comparison to see its end.
        comparison = " is" if "'s " in phrase.text else ""
        try:
            self._library.read(f"{before}{phrase.text}{comparison}")
        except NotUnderstood as error:
            return not error.word  # A step that is being completed ends too early.
        return True


def _starts(before: str) -> Iterator[int]:
    """Yield where the phrase being typed may start; after a blank, first of all at the end."""
    if not before or before[-1].isspace():
        yield len(before)
    yield from [match.start() for match in re.finditer(r"\S+", before)][-_MAX_WORDS:]


def _ends_with(before: str, names: frozenset[str]) -> bool:
    words = " ".join(before.lower().split())
    return any(re.search(_COMPARED.format(re.escape(name)), words) for name in names)


def _phrases(library: Library) -> Iterator[Phrase]:
    for book, procedure in library.procedures:
        yield Phrase(_opening(book, procedure), procedure.short_description or "")
    yield from (Phrase(text, about) for text, about in _JOINTS.items())
    for _, procedure in library.procedures:
        yield from _inputs(procedure)
        yield from _attributes(procedure)
    yield from map(Phrase, _COMPARISONS)


def _opening(book: BookDescriptor, procedure: BookProcedureDescriptor) -> str:
    written = opening(procedure)
    return written if procedure.signature.target.noun_phrases else f"{written} from {str(book.noun_phrase).lower()}"


def _inputs(procedure: BookProcedureDescriptor) -> Iterator[Phrase]:
    for concept in procedure.inputs:
        name = spoken(concept.noun_phrases)
        yield Phrase(f"the {name} is", concept.description or "")
        kind = unwrapped(concept.type)
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
            yield from _documented(name)
            if unwrapped(field.value) == ConceptScalarType.CONCEPT_SCALAR_TYPE_BOOLEAN:
                flags.add(name)
        if flags:
            yield from (Phrase(text, "", frozenset(flags)) for text in ("true", "false"))


def _documented(name: str) -> Iterator[Phrase]:
    for path, keys in _KEYS.items():
        if path.partition("'s ")[0] == name:
            yield from (Phrase(f"{path}'s {key}", path) for key in keys)
    yield from (Phrase(f'"{value}"', about, frozenset({name})) for value, about in _VALUES.get(name, {}).items())
