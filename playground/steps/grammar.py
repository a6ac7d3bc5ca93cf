"""The grammar of a step after its opening: a filter, and a block of inputs."""

import re
from typing import Final

from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_descriptor import ConceptDescriptor
from kognitos.bdk.runtime.client.concept_type import ConceptOptionalType
from kognitos.bdk.runtime.client.expression import Expression
from kognitos.bdk.runtime.client.input_concept import InputConcept

from .cures import BARE_COMPARISONS
from .cursor import Cursor
from .descriptors import attributes_of, opening, spoken
from .filters import FilterReader
from .words import NotUnderstood, Word

__all__ = ["Reader"]

_LARGEST_COUNT: Final = 2**63 - 1
# Digits, also between quotes.
_COUNT: Final = re.compile(r"[\"“]?(\d{1,19})(?:\.0+)?[\"”]?", re.ASCII)


class Reader:
    """Reads what follows the opening of a step: a filter, and a block of inputs."""

    def __init__(self, cursor: Cursor, procedure: BookProcedureDescriptor) -> None:
        self._cursor = cursor
        self._procedure = procedure
        self._counts: dict[str, int] = {}
        self._attributes = attributes_of(procedure.outputs[0].type) if procedure.outputs else {}
        self._inputs: dict[str, ConceptDescriptor | None] = {spoken(one.noun_phrases): one for one in procedure.inputs}
        if procedure.page_capable:
            self._inputs |= {"limit": None, "offset": None}
        self._filterable = self._attributes if procedure.filter_capable else {}
        self._dates = [attribute for attribute in self._filterable if attribute.endswith(" date")]
        self._block = f"with {', '.join(f'the {name} is …' for name in self._inputs)}"
        self._filter = FilterReader(cursor, self._attributes, list(self._inputs))

    def filter(self) -> Expression | None:
        """Read `whose A and whose B or whose C`."""
        whose = self._cursor.here
        if not self._cursor.accept("whose"):
            return None
        if not self._procedure.filter_capable:
            raise self._cursor.fail(f"`{opening(self._procedure)}` takes no filter. Write `{self._block}`.", whose)
        return self._filter.read()

    def inputs(self) -> tuple[list[InputConcept], dict[str, int]]:
        """Read `with the marketplace is "US" ...` to the end of the step: the inputs, and limit and offset."""
        cursor = self._cursor
        given: dict[str, InputConcept] = {}
        if cursor.accept("with", "where"):
            self._input(given)
            while cursor.here.kind != "end":
                separated = cursor.accept_mark("comma") | bool(cursor.accept("and"))
                if not separated and not cursor.here.starts_line and not cursor.comes("whose"):
                    raise cursor.unknown("Each input stands on a line of its own, or after a comma or `and`.")
                self._input(given)
        elif cursor.here.kind != "end":
            raise self._neither_filter_nor_inputs()
        for concept in self._procedure.inputs:
            name = spoken(concept.noun_phrases)
            if name not in given and not isinstance(concept.type, ConceptOptionalType):
                raise cursor.fail(f'This step needs the {name}. Add a line: the {name} is "…"')
        return list(given.values()), self._counts

    def _input(self, given: dict[str, InputConcept]) -> None:
        cursor = self._cursor
        name, word = self._input_name()
        if name in given or name in self._counts:
            raise cursor.fail(f"The {name} is given twice.", word)
        if not cursor.accept("is"):
            raise cursor.unknown(f"Here I expect: the {name} is …")
        if cursor.comes(*BARE_COMPARISONS):
            raise cursor.unknown("An input takes one value after `is`. Comparisons follow `whose`.")
        word, value = cursor.here, cursor.value()
        if concept := self._inputs[name]:
            given[name] = InputConcept(concept.noun_phrases, value)
            return
        count = _COUNT.fullmatch(word.text)
        if not count or int(count[1]) > _LARGEST_COUNT:
            raise cursor.fail(f"The {name} must be a whole number, 0 or greater.", word)
        self._counts[name] = int(count[1])

    def _input_name(self) -> tuple[str, Word]:
        """Read `the last updated`: the name, and the word with which it begins."""
        cursor = self._cursor
        if cursor.comes("whose"):
            raise cursor.unknown("The filter comes before the inputs: `whose … with the … is …`.")
        if cursor.here.is_value:
            raise cursor.unknown("An input takes one value. Write another step for another value.")
        article = cursor.accept("the")
        self._refuse_before()
        word = cursor.here
        name = cursor.comes(*self._inputs)
        if name and not article:
            raise cursor.unknown(f"Write `the {name} is …`.")
        if not name and (attribute := cursor.comes(*self._filterable)):
            raise cursor.fail(f"The {attribute} is an attribute. Write `whose {attribute} …` before the inputs.", word)
        if not article and (name := cursor.comes(*self._inputs, offset=1)):
            raise cursor.unknown(f"Write `the {name} is …`.")
        if not article:
            raise cursor.unknown('Here I expect an input, such as: the marketplace is "US"')
        names = {known: known for known in self._inputs}
        return cursor.choose(names, "inputs", ((known, f"whose {known}") for known in self._filterable)), word

    def _refuse_before(self) -> None:
        """Raise the error for an input like `createdbefore`: an end in time belongs in the filter."""
        cursor = self._cursor
        words: list[str] = []
        while cursor.ahead(len(words)).kind == "word" and cursor.ahead(len(words)).plain != "is":
            words.append(cursor.ahead(len(words)).plain)
        name = "".join(words)
        if "before" not in name or not self._dates:
            return
        meant = (date for date in self._dates if any(word in name for word in date.split()[:-1] if word != "last"))
        raise cursor.unknown(f"Write `whose {next(meant, self._dates[0])} is before …` before the inputs.")

    def _neither_filter_nor_inputs(self) -> NotUnderstood:
        cursor = self._cursor
        self._filter.refuse_continuation()
        word = cursor.here
        if word.text == ".":
            return cursor.unknown("Write one step at a time.")
        # Also in `the limit`, `for marketplace` and `in the marketplace`.
        if name := next(filter(None, (cursor.comes(*self._inputs, offset=offset) for offset in range(3))), ""):
            return cursor.unknown(f"Inputs follow `with`: `with the {name} is …`.")
        cursor.accept("the")
        if name := cursor.comes(*self._filterable):
            return cursor.unknown(f"Write `whose {name}`.", word)
        if not self._filterable:
            return cursor.unknown(f"Here I expect `{self._block}`.", word)
        if self._dates and (day := cursor.day()):
            joint = "and whose" if self._filter.is_read else "whose"
            example = f"`{joint} {self._dates[0]} is at least 2024-11-01`"
            return cursor.unknown(f"Days stand in the filter, such as {example}.", day)
        if self._filter.is_read:
            return cursor.unknown("Here I expect `and whose`, `or whose`, or `with` and the inputs.", word)
        return cursor.unknown("Here I expect `whose` and a comparison, or `with` and the inputs.", word)
