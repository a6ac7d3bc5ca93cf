"""Reads a step as authors write it, and runs it through Kognitos's client.

    retrieve orders from amazon selling partner whose order status is "Unshipped" with
        the marketplace is "US"
        the limit is 100

A small honest reader of the steps that the procedures of the host's books document, not an imitation of Kognitos. It
knows nothing of any book but what the host says: verbs and objects come from the signatures, inputs from the
procedure, the attributes after `whose` from the type of its answer. What it does not understand it points at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from kognitos.bdk.runtime.client import Client
from kognitos.bdk.runtime.client.book_descriptor import BookDescriptor
from kognitos.bdk.runtime.client.book_procedure_descriptor import BookProcedureDescriptor
from kognitos.bdk.runtime.client.concept_value import ConceptValue
from kognitos.bdk.runtime.client.expression import Expression
from kognitos.bdk.runtime.client.input_concept import InputConcept

from .cursor import Cursor
from .descriptors import fields_of, is_determiner, spoken
from .grammar import Reader
from .words import NotUnderstood

__all__ = ["Connection", "Library", "NotUnderstood", "Step"]

# How many words may stand before an object, such as `the first 10 shipped orders`.
_MAX_ADJECTIVES: Final = 3


@dataclass(frozen=True)
class Connection:
    """A connection method of a book, and the credentials for it as the client takes them."""

    method: str
    credentials: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Step:
    """A step that was understood: the procedure it names, and what it is given."""

    book: BookDescriptor
    procedure: BookProcedureDescriptor
    inputs: Sequence[InputConcept]
    condition: Expression | None = None
    offset: int | None = None
    limit: int | None = None

    @property
    def attributes(self) -> dict[str, tuple[str, ...]]:
        """The attributes of the answer, and the parts of each as far as the host names them."""
        fields = fields_of(self.procedure.outputs[0].type)
        return {field.key: tuple(part.key for part in fields_of(field.value)) for field in fields}

    def run(self, client: Client, connection: Connection | None) -> list[ConceptValue]:
        """Invoke the procedure and return its outputs; errors are those of the client."""
        answer = client.invoke_procedure(
            self.book.name,
            self.book.version,
            self.procedure.id,
            connection.method if connection else None,
            list(connection.credentials) if connection else None,
            list(self.inputs),
            filter_expression=self.condition,
            offset=self.offset,
            limit=self.limit,
        )
        return cast("list[ConceptValue]", answer)  # nobody here asks a book for questions or promises


@dataclass(frozen=True)
class Library:
    """The books and procedures that a host describes."""

    procedures: Sequence[tuple[BookDescriptor, BookProcedureDescriptor]]

    @classmethod
    def of(cls, client: Client) -> "Library":
        """Ask a host, through Kognitos's client, for all that it has."""
        return cls(
            [
                (book, procedure)
                for book in client.retrieve_books()
                for procedure in client.retrieve_procedures(book.name, book.version, include_connect=False)
            ]
        )

    def read(self, step: str) -> Step:
        """Return what a step means.

        Raises:
            NotUnderstood: It points at the first word that is not understood.
        """
        cursor = Cursor(step)
        book, procedure = self._opening(cursor)
        reader = Reader(cursor, procedure)
        condition = reader.filter()
        inputs, counts = reader.inputs()
        return Step(book, procedure, inputs, condition, **counts)

    def _opening(self, cursor: Cursor) -> tuple[BookDescriptor, BookProcedureDescriptor]:
        """Read verb, object and book: `retrieve an order from amazon selling partner`."""
        cursor.accept("to")
        verbs = {verb: verb for _, procedure in self.procedures for verb in procedure.signature.verbs}
        verb = cursor.choose(verbs, "verbs")
        if is_determiner(cursor.here.plain):
            cursor.word()
        objects: dict[str, list[tuple[BookDescriptor, BookProcedureDescriptor]]] = {}
        for book, procedure in self.procedures:
            if verb in procedure.signature.verbs:
                objects.setdefault(spoken(procedure.signature.object), []).append((book, procedure))
        _refuse_count_or_adjective(cursor, verb, objects)
        matches = cursor.choose(objects, f"objects of {verb}")
        books = {name: match for match in matches for name in _names(*match)}
        if not cursor.day() and cursor.accept("from"):
            return cursor.choose(books, "books")
        if len(matches) > 1:
            raise cursor.unknown(f"Here I expect the book: from {' or from '.join(sorted(books))}.")
        return matches[0]


def _refuse_count_or_adjective(cursor: Cursor, verb: str, objects: Iterable[str]) -> None:
    """Raise the error for `retrieve 10 orders` and `retrieve shipped orders`."""
    offset = next((offset for offset in range(1, _MAX_ADJECTIVES + 1) if cursor.comes(*objects, offset=offset)), 0)
    if not offset or cursor.comes(*objects):
        return
    name = cursor.comes(*objects, offset=offset)
    # Of `the last 10 orders` a limit is no cure: it takes the first.
    if cursor.ahead(offset - 1).kind == "number" and (offset == 1 or cursor.comes("first")):
        count = cursor.ahead(offset - 1).text
        raise cursor.unknown(f"Write `{verb} {name}`, and `with the limit is {count}` at the end.")
    raise cursor.unknown(f"Write `{verb} {name}`, and which of them after `whose`.")


def _names(book: BookDescriptor, procedure: BookProcedureDescriptor) -> set[str]:
    target = procedure.signature.target
    return {str(book.noun_phrase).lower(), *([spoken(target)] if target.noun_phrases else [])}
