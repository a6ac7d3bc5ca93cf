"""The grammar of a step behind its opening: a filter, and a block of inputs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kognitos.bdk.klang import KlangLexer, TokenType
from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_descriptor import ConceptDescriptor
from kognitos.bdk.runtime.client.concept_type import (
    ConceptDictionaryType,
    ConceptDictionaryTypeField,
    ConceptListType,
    ConceptOptionalType,
    ConceptType,
)
from kognitos.bdk.runtime.client.expression import (
    BinaryExpression,
    BinaryOperator,
    Expression,
    UnaryExpression,
    UnaryOperator,
)
from kognitos.bdk.runtime.client.input_concept import InputConcept
from kognitos.bdk.runtime.client.noun_phrase import NounPhrase, NounPhrases

from .words import Cursor

__all__ = ["Reader", "fields_of", "is_determiner", "spoken"]

_LARGEST_COUNT: Final = 2**63 - 1

_EQUALS: Final = BinaryOperator.BINARY_OPERATOR_EQUALS
_IN: Final = BinaryOperator.BINARY_OPERATOR_IN
_HAS: Final = BinaryOperator.BINARY_OPERATOR_HAS
_GREATER: Final = BinaryOperator.BINARY_OPERATOR_GREATER_THAN
_LESS: Final = BinaryOperator.BINARY_OPERATOR_LESS_THAN
_AT_LEAST: Final = BinaryOperator.BINARY_OPERATOR_GREATER_THAN_OR_EQUAL
_AT_MOST: Final = BinaryOperator.BINARY_OPERATOR_LESS_THAN_OR_EQUAL
# How a comparison is written: the operator, and whether it is negated.
_COMPARISONS: Final = {
    "is": (_EQUALS, False),
    "equals": (_EQUALS, False),
    "is not": (BinaryOperator.BINARY_OPERATOR_NOT_EQUALS, False),
    "is greater than": (_GREATER, False),
    "is more than": (_GREATER, False),
    "is after": (_GREATER, False),
    "is less than": (_LESS, False),
    "is before": (_LESS, False),
    "is greater than or equal to": (_AT_LEAST, False),
    "is at least": (_AT_LEAST, False),
    "is less than or equal to": (_AT_MOST, False),
    "is at most": (_AT_MOST, False),
    "is in": (_IN, False),
    "is one of": (_IN, False),
    "is not in": (_IN, True),
    "is not one of": (_IN, True),
    "has": (_HAS, False),
    "contains": (_HAS, False),
    "does not have": (_HAS, True),
}
_EXPECTED: Final = f"Here I expect a comparison: {', '.join(_COMPARISONS)}."


class Reader:
    """Reads what follows the opening of a step: a filter, and a block of inputs."""

    def __init__(self, cursor: Cursor, procedure: BookProcedureDescriptor) -> None:
        self._cursor = cursor
        self._procedure = procedure
        self._counts: dict[str, int] = {}
        self._attributes = _attributes(procedure.outputs[0].type) if procedure.outputs else {}

    def filter(self) -> Expression | None:
        """Read `whose A and whose B or whose C`; `and` binds closer than `or`."""
        whose = self._cursor.here
        if not self._cursor.accept("whose"):
            return None
        if not self._procedure.filter_capable:
            raise self._cursor.fail(f"`{self._procedure.signature.english}` takes no filter.", whose)
        return self._joined(
            "or whose",
            BinaryOperator.BINARY_OPERATOR_OR,
            lambda: self._joined("and whose", BinaryOperator.BINARY_OPERATOR_AND, self._comparison),
        )

    def inputs(self) -> tuple[list[InputConcept], dict[str, int]]:
        """Read `with the marketplace is "US" ...` to the end of the step: the inputs, and limit and offset."""
        given: dict[str, InputConcept] = {}
        if self._cursor.accept("with", "where"):
            self._input(given)
            while self._cursor.here.kind != "end":
                parted = self._cursor.accept_mark("comma") | bool(self._cursor.accept("and"))
                if not parted and not self._cursor.here.starts_line:
                    raise self._cursor.unknown("Each input stands on a line of its own, or after a comma or `and`.")
                self._input(given)
        elif self._cursor.here.kind != "end":
            raise self._cursor.unknown("Here I expect `whose` and a comparison, or `with` and the inputs.")
        for concept in self._procedure.inputs:
            name = spoken(concept.noun_phrases)
            if name not in given and not isinstance(concept.type, ConceptOptionalType):
                raise self._cursor.fail(f'This step needs the {name}. Add a line: the {name} is "…"')
        return list(given.values()), self._counts

    def _input(self, given: dict[str, InputConcept]) -> None:
        cursor = self._cursor
        if not cursor.accept("the"):
            raise cursor.unknown('Here I expect an input, such as: the marketplace is "US"')
        named = cursor.here
        known: dict[str, ConceptDescriptor | str] = {spoken(one.noun_phrases): one for one in self._procedure.inputs}
        if self._procedure.page_capable:
            known |= {"limit": "limit", "offset": "offset"}
        concept = cursor.choose(known, "inputs")
        name = concept if isinstance(concept, str) else spoken(concept.noun_phrases)
        if name in given or name in self._counts:
            raise cursor.fail(f"The {name} is given twice.", named)
        if not cursor.accept("is"):
            raise cursor.unknown(f"Here I expect: the {name} is …")
        word, value = cursor.here, cursor.value()
        if isinstance(concept, ConceptDescriptor):
            given[name] = InputConcept(concept.noun_phrases, value)
        elif isinstance(value, float) and value.is_integer() and 0 <= value <= _LARGEST_COUNT:
            self._counts[name] = int(value)
        else:
            raise cursor.fail(f"The {name} must be a whole number, 0 or greater.", word)

    def _joined(self, phrase: str, operator: BinaryOperator, read: Callable[[], Expression]) -> Expression:
        found = read()
        while self._cursor.accept(phrase):
            found = BinaryExpression(operator, found, read())
        return found

    def _comparison(self) -> Expression:
        path = self._path()
        if not (written := self._cursor.accept(*_COMPARISONS)):
            raise self._cursor.unknown(_EXPECTED)
        operator, negated = _COMPARISONS[written]
        value = self._list() if operator is _IN else self._cursor.value()
        found = BinaryExpression(operator, path, value)
        return UnaryExpression(UnaryOperator.UNARY_OPERATOR_NOT, found) if negated else found

    def _path(self) -> NounPhrases:
        """Read `order total's amount`."""
        cursor = self._cursor
        names: list[str] = []
        known: Mapping[str, ConceptType] = self._attributes
        while True:
            if known:
                choices = {one: (one, inner) for one, inner in known.items()}
                parts = ((part, f"{one}'s {part}") for one, inner in known.items() for part in _attributes(inner))
                name, kind = cursor.choose(choices, "attributes", parts)
                known = _attributes(kind)
                names.append(name)
                if cursor.here.kind == "possessive" and not isinstance(_without_wrapping(kind), ConceptDictionaryType):
                    raise cursor.fail(f"The {name} has no parts.")
            else:
                names.append(self._key())
            if not cursor.accept_mark("possessive"):
                # Not by the kit's parser: it silently ends a name at `from`, `by` or `or`, which Amazon's have.
                return NounPhrases([NounPhrase(words[-1], words[:-1]) for words in map(str.split, names)])

    def _key(self) -> str:
        """Read a key of a json attribute. The host does not say which there are: it ends where a comparison begins."""
        words = [self._cursor.word()]
        last = self._cursor.here
        while not self._cursor.comes(*_COMPARISONS) and self._cursor.here.kind != "possessive":
            if not self._cursor.here.plain:
                raise self._cursor.unknown(_EXPECTED, last)
            last = self._cursor.here
            words.append(self._cursor.word())
        return " ".join(words)

    def _list(self) -> list[Any]:
        values = [self._cursor.value()]
        while self._cursor.accept_separator():
            values.append(self._cursor.value())
        return values


def fields_of(kind: ConceptType) -> Sequence[ConceptDictionaryTypeField]:
    """Return the fields of an answer, or of a part of it; none where the host does not name them."""
    kind = _without_wrapping(kind)
    return kind.fields if isinstance(kind, ConceptDictionaryType) else []


def _without_wrapping(kind: ConceptType) -> ConceptType:
    while isinstance(kind, ConceptOptionalType | ConceptListType):
        kind = kind.inner
    return kind


def _attributes(kind: ConceptType) -> Mapping[str, ConceptType]:
    return {field.key.replace("_", " "): field.value for field in fields_of(kind)}


def is_determiner(word: str) -> bool:
    """Whether the kit's lexer takes a word for one like `the`, `an` or `all`."""
    return any(kind in {TokenType.DETERMINER, TokenType.SPECIAL_DETERMINER} for kind, _, _ in KlangLexer(word))


def spoken(found: NounPhrases) -> str:
    """Return noun phrases as they are read, in small letters."""
    return str(found).lower()
