"""The words of a step, the values they stand for, and the error that points at one of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

__all__ = ["NotUnderstood", "Word", "split_words", "value_of"]

# "isn't" is two words, "is" and "n't", so that it reads as "is not".
_WORDS: Final = re.compile(
    r"""
      (?P<text>   "(?:[^"\\]|\\.)*" | “[^”]*” )
    | (?P<date>   \d{4}-\d\d-\d\d
                  (?: [Tt\x20]\d\d:\d\d (?: :\d\d (?:\.\d{1,6})? )? (?: [Zz] | [+-]\d\d:\d\d )? )? (?![\w:-]|\.\d) )
    | (?P<number> -?\d+(?:\.\d+)? (?![\w:-]|\.\d) )
    | (?P<possessive> ['\u2019]s\b | (?<=s)['\u2019](?!\w) )
    | (?P<comma>  , )
    | (?P<sign>   [<>=!≤≥≠]+ )
    | (?P<blank>  \s+ | _ )
    | (?P<word>   [^\W_]+?(?=n['\u2019]t\b) | n['\u2019]t\b | [^\W_]+ )
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
        """The word or comparison sign in small letters; empty for anything else."""
        if self.kind not in {"word", "sign"}:
            return ""
        return "not" if self.text.lower() in {"n't", "n\u2019t"} else self.text.lower()

    @property
    def is_value(self) -> bool:
        """Whether it stands for a value."""
        return self.kind in _READERS or self.plain in _CONSTANTS


def split_words(step: str) -> list[Word]:
    """Return the words of a step and, as the last one, its end; a closing full stop is left out."""
    words = [
        Word(
            match.lastgroup or "",
            match.group(),
            match.start(),
            not step[: match.start()].rpartition("\n")[2].strip(),
        )
        for match in _WORDS.finditer(step)
        if match.lastgroup != "blank"
    ]
    end = len(step.rstrip())
    if words and words[-1].text == ".":
        end = words.pop().at
    return [*words, Word("end", "", end)]


def value_of(word: Word) -> Any:
    """Return the value a word stands for: a text, a float, a boolean, None, a date or a datetime in UTC.

    Raises:
        ValueError: The calendar has no such date.
    """
    return _CONSTANTS[word.plain] if word.plain else _READERS[word.kind](word.text)


def _text(quoted: str) -> str:
    return quoted[1:-1] if quoted.startswith("“") else re.sub(r"\\(.)", r"\1", quoted[1:-1], flags=re.DOTALL)


def _moment(written: str) -> date | datetime:
    if len(written) == len("2024-11-01"):
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written.upper())
    # The client takes a time without a zone for the machine's own; here it is UTC, as everywhere in the book.
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {"text": _text, "number": float, "date": _moment}
