"""What to write instead of what authors write and the grammar does not have."""

import re
from typing import Final, NamedTuple

__all__ = ["BARE_COMPARISONS", "COMPARISONS_INSTEAD", "NO_PARENTHESES", "Mistake", "value_mistake"]

NO_PARENTHESES: Final = (
    "Leave out the parentheses: `and` binds closer than `or`, so repeat a condition on both sides of `or`."
)

# What to write, and what is written instead of it.
_INSTEAD: Final = {
    "is": ("is equal to", "is exactly", "is on", "was", "are", "=="),
    "is not": ("is not equal to", "does not equal", "is different from", "<>", "≠"),
    "is one of": ("is either", "is any of", "is among"),
    "is not one of": ("is neither", "is none of", "is not any of"),
    "is greater than": ("is above", "is over", "is higher than", "is larger than", "is bigger than", "exceeds"),
    "is less than": ("is below", "is under", "is lower than", "is smaller than", "is fewer than"),
    "is at least": (
        "is greater than or equal",
        "is greater or equal to",
        "is no less than",
        "is not less than",
        "is not before",
        "is on or after",
        "is since",
        "is from",
        "=>",
        "≥",
    ),
    "is at most": (
        "is less than or equal",
        "is less or equal to",
        "is no more than",
        "is not more than",
        "is not greater than",
        "is not after",
        "is on or before",
        "is until",
        "is up to",
        "=<",
        "≤",
    ),
    "is after": ("is later than",),
    "is before": ("is earlier than",),
    "is None": (
        "is empty",
        "is blank",
        "is missing",
        "is absent",
        "is null",
        "is nothing",
        "is unknown",
        "is not set",
        "is not present",
        "does not exist",
    ),
    "is not None": (
        "is not empty",
        "is not blank",
        "is not missing",
        "is not absent",
        "is not null",
        "is set",
        "is present",
        "exists",
    ),
    "contains": ("includes", "contain", "have"),
    "does not contain": ("does not include", "do not contain", "do not have", "is without"),
}
_PART_OF_TEXT: Final = ("starts with", "begins with", "ends with", "is like", "like", "matches")
_RANGE: Final = ("is between", "between", "ranges from")
# By what an author writes; `{attribute}` stands for what is compared.
COMPARISONS_INSTEAD: Final = {
    **{written: f"Write `{right}`." for right, all_written in _INSTEAD.items() for written in all_written},
    **dict.fromkeys(_PART_OF_TEXT, "Write `contains`, the only comparison with part of a text."),
    **dict.fromkeys(_RANGE, "Write `is at least … and whose {attribute} is at most …`."),
    "is not between": "Write `is less than … or whose {attribute} is greater than …`.",
}
# Comparisons without their `is`.
BARE_COMPARISONS: Final = (
    "not",
    "in",
    "one of",
    "not in",
    "not one of",
    "greater than",
    "more than",
    "less than",
    "at least",
    "at most",
    "after",
    "before",
)
COMPARISONS_INSTEAD.update({bare: f"Write `is {bare}`." for bare in BARE_COMPARISONS})

_RELATIVE_DAY: Final = r"""
    (?: today | tomorrow | yesterday | now
      | (?: last | past | previous | this | next ) [ \t]+ (?: \w+ [ \t]+ )?
        (?: hour | day | week | month | quarter | year | (?: mon | tues | wednes | thurs | fri | satur | sun ) day ) s?
      | \d+ [ \t]+ (?: hour | day | week | month | year ) s? (?: [ \t]+ ago )?
      | \w+ [ \t]+ (?: hour | day | week | month | year ) s? [ \t]+ ago
    ) \b
"""
_MONTH: Final = r"""
    (?: jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | may | june? | july? | aug(?:ust)? | sept?(?:ember)?
      | oct(?:ober)? | nov(?:ember)? | dec(?:ember)? ) \b
"""
_CURRENCY: Final = r"(?: [$€£¥] | (?: USD | EUR | GBP | CAD | JPY | dollars? | euros? | pounds? ) \b )"
_DAY_ITSELF: Final = "Write the day itself, such as 2024-11-01."
_LIKE_THIS: Final = "Write dates like 2024-11-01."
_VALUES: Final = [
    (re.compile(pattern, re.VERBOSE | re.IGNORECASE), hint)
    for pattern, hint in [
        (rf"(?: (?: within | during ) [ \t]+ )? (?: the [ \t]+ )? {_RELATIVE_DAY}", _DAY_ITSELF),
        (r"\d{1,4} [./] \d{1,2} [./] \d{1,4} \b", _LIKE_THIS),
        (rf"(?: \d{{1,2}} (?: \. | st | nd | rd | th )? [ \t]+ )? {_MONTH}", _LIKE_THIS),
        (rf"{_CURRENCY} [ \t]* -? [\d.,]* \d | -? \d [\d.,]* [ \t]* {_CURRENCY}", "Write the number alone."),
        (
            r"-? \d{1,3} (?: ,\d{3} )+ (?! \d )",
            "Write a number without commas; in a list, put a blank after each comma.",
        ),
        (
            r"'[^'\n]*' | \u2018[^\u2019\n]*\u2019 | `[^`\n]*` | „[^“”\n]*[“”] | «[^»\n]*»",
            "Write text in double quotes.",
        ),
        (r"[(\[{]", "Write the values without parentheses, with a comma between them."),
    ]
]


class Mistake(NamedTuple):
    """What is written, and what to write instead."""

    text: str
    hint: str

    @property
    def is_day(self) -> bool:
        """Whether it is a day, only not as a date is written."""
        return self.hint in {_DAY_ITSELF, _LIKE_THIS}


def value_mistake(step: str, at: int) -> Mistake | None:
    """Return the known mistake that stands in place of a value, if there is one."""
    for pattern, hint in _VALUES:
        if match := pattern.match(step, at):
            return Mistake(match.group(), hint)
    return None
