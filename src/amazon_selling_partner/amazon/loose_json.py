"""JSON as Amazon may send it: no digit is lost, and one value that is none does not cost the others their delivery."""

import json
import re
from decimal import Decimal, InvalidOperation
from math import isinf
from typing import Any, Final

__all__ = ["DEEPEST", "NOT_A_VALUE", "is_unicode", "loads"]

# What Python calls JSON and JSON does not, a number that nothing can hold, and what is nested too deep.
NOT_A_VALUE: Final = object()
# Levels of lists and objects; the answers that Amazon documents have ten.
DEEPEST: Final = 200

_MARKS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[{\]}]', re.DOTALL)


def loads(body: bytes) -> Any:
    """Return what a body says; numbers with a fraction are Decimal.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        return _loads(body)
    except RecursionError:
        return _loads(_cut(body))


def is_unicode(text: str) -> bool:
    """Return whether a text can be written anywhere; one that was escaped in JSON may hold half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _loads(body: bytes) -> Any:
    return json.loads(body, parse_float=_fraction, parse_int=_integer, parse_constant=lambda _: NOT_A_VALUE)


def _fraction(text: str) -> Any:
    # Beyond the range of a float it would be infinite for whoever reads it.
    try:
        return NOT_A_VALUE if isinf(float(text)) else Decimal(text)
    except InvalidOperation:  # Its exponent alone is beyond all numbers.
        return NOT_A_VALUE


def _integer(text: str) -> Any:
    try:
        return int(text)
    except ValueError:  # Python refuses to read more than some thousand digits.
        return NOT_A_VALUE


def _cut(body: bytes) -> bytes:
    """Return the body with NaN in place of what is nested too deep for any reader."""
    parts, kept_to, depth = [], 0, 0
    for mark in _MARKS.finditer(body):
        if mark[0] in (b"[", b"{"):
            depth += 1
            if depth == DEEPEST + 1:
                parts.append(body[kept_to : mark.start()])
        elif mark[0] in (b"]", b"}"):
            if depth == DEEPEST + 1:
                parts.append(b"NaN")
                kept_to = mark.end()
            depth -= 1
    # The end is missing where a body ends in the depth, so that it stays unreadable.
    return b"".join([*parts, body[kept_to:]] if depth <= DEEPEST else parts)
