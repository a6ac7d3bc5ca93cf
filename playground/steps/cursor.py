"""A cursor over the words of a step."""

import difflib
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from .cures import value_mistake
from .words import NotUnderstood, Word, split_words, value_of

__all__ = ["Cursor"]

Choice = TypeVar("Choice")

_VALUE_EXPECTED: Final = (
    "Here I expect a value: text in double quotes, a number, true, false, None, or a date like 2024-11-01."
)
_DATE_IN_QUOTES: Final = re.compile(r"[\"“]\d{4}-\d\d-\d\d")
# As in `created in the last week`.
_MAX_WORDS_PER_DATE: Final = 4


class Cursor:
    """Reads a step from left to right. An underscore is as good as a blank."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._words = split_words(step)
        self._plain = [word.plain for word in self._words]
        self._at = 0

    @property
    def here(self) -> Word:
        """The next word; at the end of the step one without text."""
        return self.ahead(0)

    def ahead(self, offset: int) -> Word:
        """Return the word that many words further on, and the end of the step from there on."""
        return self._words[min(self._at + offset, len(self._words) - 1)]

    def fail(self, message: str, word: Word | None = None) -> NotUnderstood:
        """Return the error that points at a word, by default the next one."""
        return NotUnderstood(message, self._step, word or self.here)

    def unknown(self, hint: str, word: Word | None = None) -> NotUnderstood:
        """Return the error that a word, by default the next one, was not understood."""
        word = word or self.here
        if not word.text:
            return self.fail(f"The step ends too early. {hint}", word)
        shown = word.text if word.kind == "text" else f'"{word.text}"'
        return self.fail(f"I do not understand {shown}. {hint}", word)

    def comes(self, *phrases: str, offset: int = 0) -> str:
        """Return the longest of these phrases that comes next, or that many words later; empty if none does."""
        rest = " ".join(self._plain[self._at + offset :]) + " "
        return max((phrase for phrase in phrases if rest.startswith(f"{phrase} ")), key=len, default="")

    def accept(self, *phrases: str) -> str:
        """Move past the longest of these phrases that comes next, and return it; empty if none does."""
        phrase = self.comes(*phrases)
        self._at += len(phrase.split())
        return phrase

    def accept_mark(self, kind: str) -> bool:
        """Move past a possessive or a comma if it comes next."""
        matches = self.here.kind == kind
        self._at += matches
        return matches

    def accept_separator(self) -> bool:
        """Move past a comma, `or` or `and`, or a comma and one of these, if another value follows."""
        before = self._at
        separated = self.accept_mark("comma") | bool(self.accept("or", "and"))
        if not (separated and self.here.is_value):
            self._at = before
        return self._at > before

    def choose(self, choices: Mapping[str, Choice], what: str, elsewhere: Iterable[tuple[str, str]] = ()) -> Choice:
        """Move past the longest of these names, and return what it stands for.

        Args:
            choices: The names.
            what: What they are, for the error.
            elsewhere: Names that do not stand here, each with how it is written here, for a hint.

        Raises:
            NotUnderstood: None comes next; it points at the first word with which no name goes on.
        """
        if name := self.accept(*choices):
            return choices[name]
        shared = max((self._shared(name.split()) for name in choices), default=0)
        longest = max((len(name.split()) for name in choices), default=1)
        written = (self.ahead(offset) for offset in range(longest))
        names = [word.plain for word in itertools.takewhile(lambda word: word.kind == "word", written)]
        raise self.unknown(_suggestion(names, choices, what, elsewhere), self.ahead(shared))

    def word(self) -> str:
        """Move past any word and return it, in small letters."""
        word = self.here
        if word.kind != "word":
            raise self.unknown("Here I expect a name.")
        self._at += 1
        return word.plain

    def value(self) -> Any:
        """Move past a value: a text, a float, a boolean, None, a date or a datetime in UTC."""
        word = self.here
        if mistake := value_mistake(self._step, word.at):
            raise self.unknown(mistake.hint, Word("other", mistake.text, word.at))
        if not word.is_value:
            if word.text in {'"', "“"}:
                raise self.fail("The text that begins here has no closing quote.")
            raise self.unknown(_VALUE_EXPECTED)
        self._at += 1
        try:
            return value_of(word)
        except ValueError as error:
            raise self.fail(f"{word.text} is in no calendar.", word) from error

    def day(self) -> Word | None:
        """Return the day that the next few words name, however they do, as in `since yesterday`; None without one."""
        for word in map(self.ahead, range(_MAX_WORDS_PER_DATE)):
            mistake = value_mistake(self._step, word.at)
            if mistake and mistake.is_day:
                return Word("other", mistake.text, word.at)
            if word.kind == "date" or _DATE_IN_QUOTES.match(word.text):
                return word
        return None

    def _shared(self, words: Sequence[str]) -> int:
        """Return how many of these words, from the first one, come next."""
        return next((count for count, word in enumerate(words) if self.ahead(count).plain != word), len(words))


def _suggestion(words: Sequence[str], choices: Iterable[str], what: str, elsewhere: Iterable[tuple[str, str]]) -> str:
    beginnings = [" ".join(words[:length]) for length in range(len(words), 0, -1)]
    for beginning in beginnings:
        if close := difflib.get_close_matches(beginning, choices, n=1, cutoff=0.75):
            return f'Did you mean "{close[0]}"?'
    # People leave out the first words: "status" is the order status, "city" that of an address.
    for names in ([(name, name) for name in choices], list(elsewhere)):
        for beginning in beginnings:
            similar = [shown for name, shown in names if name == beginning] or [
                shown for name, shown in names if f" {beginning} " in f" {name} "
            ]
            if similar:
                return f"Did you mean {_either(similar)}?"
    return f"The {what} known here: {', '.join(choices) or 'none'}."


def _either(names: Sequence[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else quoted[0]
