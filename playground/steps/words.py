"""The words of a step, and the error that points at the one that was not understood."""

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

__all__ = ["Cursor", "NotUnderstood", "Word"]

Found = TypeVar("Found")

_WORDS: Final = re.compile(
    r"""
      (?P<text>   "(?:[^"\\]|\\.)*" | “[^”]*” )
    | (?P<date>   \d{4}-\d\d-\d\d
                  (?: [Tt]\d\d:\d\d (?: :\d\d (?:\.\d{1,6})? )? (?: [Zz] | [+-]\d\d:\d\d )? )? (?![\w:-]|\.\d) )
    | (?P<number> -?\d+(?:\.\d+)? (?![\w:-]|\.\d) )
    | (?P<possessive> ['\u2019]s\b )
    | (?P<comma>  , )
    | (?P<blank>  \s+ | _ )
    | (?P<word>   [^\W_]+ )
    | (?P<other>  . )
    """,
    re.VERBOSE,
)
_CONSTANTS: Final = {"true": True, "yes": True, "false": False, "no": False, "none": None}


class NotUnderstood(ValueError):
    """A step that cannot be read.

    Attributes:
        word: The word where reading ended; empty at the end of the step.
        line: The number of its line, from 1.
        column: Where in the line it begins, from 1.
    """

    def __init__(self, message: str, step: str, word: "Word") -> None:
        before, _, _ = step[: word.at].rpartition("\n")
        start = len(before) + 1 if before or step[: word.at].startswith("\n") else 0
        shown = step[start:].partition("\n")[0]
        self.word = word.text
        self.line = step.count("\n", 0, word.at) + 1
        self.column = word.at - start + 1
        marks = " " * (word.at - start) + "^" * max(len(word.text), 1)
        super().__init__(f"{message}\n\n    {shown}\n    {marks}")


@dataclass(frozen=True)
class Word:
    """A word, a value or a mark: its kind, how it is written, where, and whether it is the first of its line."""

    kind: str
    text: str
    at: int
    starts_line: bool = False

    @property
    def plain(self) -> str:
        """The word in small letters; nothing for anything else."""
        return self.text.lower() if self.kind == "word" else ""


class Cursor:
    """Reads a step from left to right. An underscore is as good as a blank."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._words = [
            Word(
                found.lastgroup or "",
                found.group(),
                found.start(),
                not step[: found.start()].rpartition("\n")[2].strip(),
            )
            for found in _WORDS.finditer(step)
            if found.lastgroup != "blank"
        ]
        self._words.append(Word("end", "", len(step.rstrip())))
        self._at = 0

    @property
    def here(self) -> Word:
        """The next word; at the end of the step one without text."""
        return self._word(0)

    def fail(self, message: str, word: Word | None = None) -> NotUnderstood:
        """Return the error that points at a word, the next one unless told otherwise."""
        return NotUnderstood(message, self._step, word or self.here)

    def unknown(self, hint: str, word: Word | None = None) -> NotUnderstood:
        """Return the error that a word was not understood."""
        found = word or self.here
        heard = f'I do not understand "{found.text}".' if found.text else "The step ends too early."
        return self.fail(f"{heard} {hint}", found)

    def comes(self, *phrases: str) -> str:
        """Return the longest of these phrases that comes next; none is an empty text."""
        alike = [phrase for phrase in phrases if self._alike(phrase.split()) == len(phrase.split())]
        return max(alike, key=len, default="")

    def accept(self, *phrases: str) -> str:
        """Pass over the longest of these phrases that comes next, and return it; none is an empty text."""
        found = self.comes(*phrases)
        self._at += len(found.split())
        return found

    def accept_mark(self, kind: str) -> bool:
        """Pass over a possessive or a comma if it comes next."""
        found = self.here.kind == kind
        self._at += found
        return found

    def accept_separator(self) -> bool:
        """Pass over a comma, `or` or `and` if another value follows."""
        before = self._at
        parted = self.accept_mark("comma") | bool(self.accept("or", "and"))
        if not (parted and self.is_value()):
            self._at = before
        return self._at > before

    def choose(self, choices: Mapping[str, Found], what: str, elsewhere: Iterable[tuple[str, str]] = ()) -> Found:
        """Pass over the longest of these names, and return what it stands for.

        Args:
            choices: The names.
            what: What they are, for the error.
            elsewhere: Names that do not stand here, each with how it is said here, for a hint.

        Raises:
            NotUnderstood: None comes next; it points at the first word with which no name goes on.
        """
        if name := self.accept(*choices):
            return choices[name]
        alike = max((self._alike(name.split()) for name in choices), default=0)
        longest = max((len(name.split()) for name in choices), default=1)
        heard = [self._word(offset).plain for offset in range(longest)]
        heard = list(itertools.takewhile(bool, heard))
        raise self.unknown(_suggestion(heard, choices, what, elsewhere), self._word(alike))

    def word(self) -> str:
        """Pass over any word and return it, in small letters."""
        found = self.here.plain
        if not found:
            raise self.unknown("Here I expect a name.")
        self._at += 1
        return found

    def value(self) -> Any:
        """Pass over a value: a text, a float, a boolean, None, a date or a datetime in UTC."""
        found = self.here
        if not self.is_value():
            if found.text in {'"', "“"}:
                raise self.fail("The text that begins here has no closing quote.")
            raise self.unknown(
                "Here I expect a value: text in double quotes, a number, true, false, None, or a date like 2024-11-01."
            )
        self._at += 1
        if found.plain:
            return _CONSTANTS[found.plain]
        try:
            return _READERS[found.kind](found.text)
        except ValueError as error:
            raise self.fail(f"{found.text} is in no calendar.", found) from error

    def is_value(self) -> bool:
        """Whether a value comes next."""
        return self.here.kind in _READERS or self.here.plain in _CONSTANTS

    def _word(self, offset: int) -> Word:
        return self._words[min(self._at + offset, len(self._words) - 1)]

    def _alike(self, words: Sequence[str]) -> int:
        """Return how many of these words come next."""
        pairs = enumerate(words)
        return next((offset for offset, word in pairs if self._word(offset).plain != word), len(words))


def _suggestion(heard: Sequence[str], choices: Iterable[str], what: str, elsewhere: Iterable[tuple[str, str]]) -> str:
    beginnings = [" ".join(heard[:length]) for length in range(len(heard), 0, -1)]
    for said in beginnings:
        if close := difflib.get_close_matches(said, choices, n=1, cutoff=0.75):
            return f'Did you mean "{close[0]}"?'
    # People leave out the first words: "status" is the order status, "city" that of an address.
    for names in ([(name, name) for name in choices], list(elsewhere)):
        for said in beginnings:
            alike = [shown for name, shown in names if name == said] or [
                shown for name, shown in names if f" {said} " in f" {name} "
            ]
            if alike:
                return f"Did you mean {_either(alike)}?"
    return f"The {what} that I know here: {', '.join(choices) or 'none'}."


def _either(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]


def _text(quoted: str) -> str:
    return quoted[1:-1] if quoted.startswith("“") else re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL)


def _moment(written: str) -> date | datetime:
    if len(written) == len("2024-11-01"):
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written.upper())
    # The client takes a time without a zone for the machine's own; here it is UTC, as everywhere in the book.
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {"text": _text, "number": float, "date": _moment}
