"""The grammar of a filter: `whose A and whose B or whose C`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kognitos.bdk.runtime.client.concept_type import ConceptDictionaryType, ConceptScalarType, ConceptType
from kognitos.bdk.runtime.client.expression import (
    BinaryExpression,
    BinaryOperator,
    Expression,
    UnaryExpression,
    UnaryOperator,
)
from kognitos.bdk.runtime.client.noun_phrase import NounPhrase, NounPhrases

from .cures import BARE_COMPARISONS, COMPARISONS_INSTEAD, NO_PARENTHESES
from .cursor import Cursor
from .descriptors import attributes_of, is_determiner, unwrapped

__all__ = ["FilterReader"]

_EQUALS: Final = BinaryOperator.BINARY_OPERATOR_EQUALS
_NOT_EQUALS: Final = BinaryOperator.BINARY_OPERATOR_NOT_EQUALS
_IN: Final = BinaryOperator.BINARY_OPERATOR_IN
_HAS: Final = BinaryOperator.BINARY_OPERATOR_HAS
_GREATER: Final = BinaryOperator.BINARY_OPERATOR_GREATER_THAN
_LESS: Final = BinaryOperator.BINARY_OPERATOR_LESS_THAN
_AT_LEAST: Final = BinaryOperator.BINARY_OPERATOR_GREATER_THAN_OR_EQUAL
_AT_MOST: Final = BinaryOperator.BINARY_OPERATOR_LESS_THAN_OR_EQUAL
# How a comparison is written: the operator, and whether it is negated.
_IN_WORDS: Final = {
    "is": (_EQUALS, False),
    "equals": (_EQUALS, False),
    "is not": (_NOT_EQUALS, False),
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
    "does not contain": (_HAS, True),
}
_IN_SIGNS: Final = {
    "=": (_EQUALS, False),
    "!=": (_NOT_EQUALS, False),
    ">": (_GREATER, False),
    "<": (_LESS, False),
    ">=": (_AT_LEAST, False),
    "<=": (_AT_MOST, False),
}
_COMPARISONS: Final = _IN_WORDS | _IN_SIGNS | {f"is {sign}": meaning for sign, meaning in _IN_SIGNS.items()}
_EXPECTED: Final = f"Here I expect a comparison: {', '.join(_IN_WORDS)}."


class FilterReader:
    """Reads the filter of a step.

    Args:
        cursor: The step, after its first `whose`.
        attributes: What can be compared, by name.
        inputs: The names of the inputs, which cannot.
    """

    def __init__(self, cursor: Cursor, attributes: Mapping[str, ConceptType], inputs: Sequence[str]) -> None:
        self._cursor = cursor
        self._attributes = attributes
        self._inputs = inputs
        self._attribute = ""
        self._comparison = ""

    @property
    def is_read(self) -> bool:
        """Whether the step has a filter."""
        return bool(self._comparison)

    def read(self) -> Expression:
        """Return the filter; `and` binds closer than `or`."""
        return self._joined(
            "or whose",
            BinaryOperator.BINARY_OPERATOR_OR,
            lambda: self._joined("and whose", BinaryOperator.BINARY_OPERATOR_AND, self._condition),
        )

    def refuse_continuation(self) -> None:
        """Raise the error for a filter that goes on without `and whose` or `or whose`, if this one does."""
        cursor = self._cursor
        if not self.is_read:
            return
        separator = cursor.here
        if cursor.here.is_value or cursor.accept_separator():
            raise cursor.unknown(self._several_values(), separator)
        if cursor.accept_mark("comma"):
            clear = cursor.comes("and whose", "or whose", "with")
            raise cursor.unknown("Leave out the comma." if clear else "Write `and whose` or `or whose`.", separator)
        if separator.text == ")":
            raise cursor.unknown(NO_PARENTHESES)
        if cursor.comes("whose"):
            raise cursor.unknown("Write `and whose` or `or whose`.")
        if not (joint := cursor.accept("and", "or")):
            return
        if cursor.comes("with"):
            raise cursor.unknown(f"Leave out `{joint}` before `with`.", separator)
        if cursor.here.text == "(":
            raise cursor.unknown(NO_PARENTHESES)
        if name := cursor.comes(*self._attributes):
            raise cursor.unknown(f"Write `{joint} whose {name}`.")
        if comparison := cursor.comes(*_COMPARISONS, *COMPARISONS_INSTEAD):
            right = f"is {comparison}" if comparison in BARE_COMPARISONS else comparison
            known = f" {right}" if right in _COMPARISONS else ""
            raise cursor.unknown(f"Write `{joint} whose {self._attribute}{known}`.")

    def _joined(self, phrase: str, operator: BinaryOperator, read: Callable[[], Expression]) -> Expression:
        expression = read()
        while self._cursor.accept(phrase):
            expression = BinaryExpression(operator, expression, read())
        return expression

    def _condition(self) -> Expression:
        cursor = self._cursor
        path, kind = self._path()
        self._attribute = str(path)
        self._refuse_mistake()
        if not (comparison := cursor.accept(*_COMPARISONS)):
            if kind and unwrapped(kind) == ConceptScalarType.CONCEPT_SCALAR_TYPE_BOOLEAN:
                raise cursor.unknown(f"Write `{path} is true`, or `is false`.")
            raise cursor.unknown(_EXPECTED)
        self._comparison = comparison
        operator, negated = _COMPARISONS[comparison]
        value = self._list() if operator is _IN else cursor.value()
        expression = BinaryExpression(operator, path, value)
        return UnaryExpression(UnaryOperator.UNARY_OPERATOR_NOT, expression) if negated else expression

    def _path(self) -> tuple[NounPhrases, ConceptType | None]:
        """Read `order total's amount`: the path, and the type of its end as far as the host names it."""
        cursor = self._cursor
        names: list[str] = []
        kind: ConceptType | None = None
        known = self._attributes
        self._refuse_beginning()
        while True:
            if known:
                choices = {name: (name, inner) for name, inner in known.items()}
                parts = ((part, f"{name}'s {part}") for name, inner in known.items() for part in attributes_of(inner))
                name, kind = cursor.choose(choices, "attributes", parts)
                known = attributes_of(kind)
                names.append(name)
                if cursor.here.kind == "possessive" and not isinstance(unwrapped(kind), ConceptDictionaryType):
                    raise cursor.fail(f"The {name} has no parts.")
            else:
                names.append(self._key(names))
                kind = None
            if not cursor.accept_mark("possessive"):
                # Not by the kit's parser: it silently ends a name at `from`, `by` or `or`, which Amazon's have.
                return NounPhrases([NounPhrase(words[-1], words[:-1]) for words in map(str.split, names)]), kind

    def _key(self, owners: Sequence[str]) -> str:
        """Read a key of a json attribute. The host does not say which there are: it ends where a comparison begins."""
        cursor = self._cursor
        words = [cursor.word()]
        last = cursor.here
        while not cursor.comes(*_COMPARISONS) and cursor.here.kind == "word":
            last = cursor.here
            words.append(cursor.word())
        if not cursor.comes(*_COMPARISONS) and cursor.here.kind != "possessive":
            for offset in range(1 - len(words), 1):
                if mistake := cursor.comes(*COMPARISONS_INSTEAD, offset=offset):
                    attribute = "'s ".join([*owners, " ".join(words[: len(words) + offset])])
                    raise cursor.unknown(COMPARISONS_INSTEAD[mistake].format(attribute=attribute), cursor.ahead(offset))
            raise cursor.unknown(_EXPECTED, None if cursor.here.kind == "end" else last)
        return " ".join(words)

    def _list(self) -> list[Any]:
        values = [self._cursor.value()]
        while self._cursor.accept_separator():
            values.append(self._cursor.value())
        return values

    def _refuse_beginning(self) -> None:
        """Raise the error for what is known to stand in place of an attribute."""
        cursor = self._cursor
        if cursor.here.text == "(":
            raise cursor.unknown(NO_PARENTHESES)
        if is_determiner(cursor.here.plain):
            raise cursor.unknown(f"Write `whose` without `{cursor.here.plain}`.")
        if cursor.comes(*self._attributes):
            return
        if name := cursor.comes(*self._inputs):
            raise cursor.fail(f"The {name} is an input. Write `with the {name} is …` after the filter.")
        for name in self._attributes:
            if name.startswith("is ") and cursor.comes(f"is not {name.removeprefix('is ')}"):
                raise cursor.unknown(f"Write `{name} is false`.")
        if (comparison := cursor.comes(*_COMPARISONS)) not in {"", "is", "is not"}:
            raise cursor.unknown(f"The attribute comes first: `whose … {comparison} …`.")

    def _refuse_mistake(self) -> None:
        """Raise the error for a comparison that authors write and the grammar does not have."""
        cursor = self._cursor
        mistake = cursor.comes(*COMPARISONS_INSTEAD)
        if len(mistake) <= len(cursor.comes(*_COMPARISONS)):
            return
        raise cursor.unknown(
            COMPARISONS_INSTEAD[mistake].format(attribute=self._attribute), cursor.ahead(_well_begun(mistake))
        )

    def _several_values(self) -> str:
        """Return how several values are written."""
        operator, _ = _COMPARISONS[self._comparison]
        if operator is _IN:
            return "Put a comma between the values."
        if operator in {_EQUALS, _NOT_EQUALS}:
            return f"For several values write `is {'not ' if operator is _NOT_EQUALS else ''}one of`."
        condition = f"whose {self._attribute} {self._comparison} …"
        return f"Repeat the comparison: `and {condition}` or `or {condition}`."


def _well_begun(mistake: str) -> int:
    """Return how many words of a mistake begin a comparison: `is not` in `is not empty`, all but one at most."""
    words = mistake.split()
    beginnings = {tuple(known.split()[:length]) for known in _IN_WORDS for length in range(len(words))}
    return max(length for length in range(len(words)) if tuple(words[:length]) in beginnings)
