"""How a server may write what it was sent, and how a person would find it again."""

import base64
import html
import json
import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, quote_plus, unquote

from playground.local_amazon import DEMONSTRATION_SELLER

__all__ = ["ENCODINGS", "ESCAPES", "SPLITS", "betrayed", "spelled_out"]

# What only the tokens of the local Amazon hold.
LOCAL_TOKEN = "LocalAmazonToken0000SecretSecretSecretSecret"


def _each(form: str):
    return lambda text: "".join(form.format(ord(character)) for character in text)


ESCAPES = {
    "as it is": str,
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent-encoded with small digits": lambda text: re.sub(
        "%..", lambda found: found[0].lower(), quote(text, safe="")
    ),
    "percent-encoded to the last letter": _each("%{:02X}"),
    "percent-encoded to the last letter with small digits": _each("%{:02x}"),
    "percent-encoded by JavaScript": _each("%u{:04x}"),
    "as a form": lambda text: quote_plus(f"a b {text}"),
    "in JSON": json.dumps,
    "in JSON in JSON": lambda text: json.dumps(json.dumps({"token": text})),
    "escaped for JSON": _each("\\u{:04x}"),
    "escaped for JSON with large digits": lambda text: _each("\\u{:04X}")(text),
    "with escaped slashes": lambda text: text.replace("/", "\\/"),
    "as Python shows bytes": _each("\\x{:02x}"),
    "in HTML": html.escape,
    "escaped for HTML": _each("&#{};"),
    "escaped for HTML with leading zeros": _each("&#{:06};"),
    "escaped for HTML with hexadecimal digits": _each("&#x{:x};"),
    "with names for HTML": lambda text: text.replace("|", "&vert;").replace("+", "&plus;").replace("/", "&sol;"),
    "in quotes": lambda text: f"'{text}'",
    "in angle brackets": lambda text: f"<{text}>",
    "in small letters": str.lower,
    "in capital letters": str.upper,
}
SPLITS = {
    "with blanks": " ".join,
    "with commas and quotes": lambda text: repr(list(text)),
    "wrapped": lambda text: re.sub("(.{7})", r"\1\r\n\t", text),
    "wrapped as JSON": lambda text: json.dumps(re.sub("(.{7})", r"\1\r\n", text)),
    "wrapped as HTML": lambda text: re.sub("(.{7})", r"\1<br />", text),
    "wrapped without a sign": lambda text: "\u200b".join(text),
    "in groups": lambda text: re.sub("(.{5})", r"\1-", text),
}
ENCODINGS = ESCAPES | SPLITS


def _read(text: str) -> str:
    """Return a text with its escapes decoded until nothing is left to decode."""
    while True:
        read = re.sub(
            r"\\u([\da-f]{4})|\\x([\da-f]{2})|%u([\da-f]{4})",
            lambda found: chr(int("".join(filter(None, found.groups())), 16)),
            text,
        )
        read = html.unescape(unquote(read)).replace("<br />", "").replace("\\r", "").replace("\\n", "")
        if read == text:
            return read
        text = read


def _letters(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower(), flags=re.ASCII)


def _readings(text: str) -> set[str]:
    unsplit = re.sub(r"<br />|[^a-z0-9%\\&#;]", "", text, flags=re.ASCII | re.IGNORECASE)
    return {_letters(text), _letters(_read(text)), _letters(_read(unsplit))}


def _forms(secret: str) -> list[str]:
    encoded = [base64.b64encode(b"\0" * at + secret.encode()).decode()[4:-4] for at in range(3)]
    return [_letters(form) for form in (secret, *encoded)]


def betrayed(text: str, secrets: Iterable[str], run: int = 8) -> set[str]:
    """Return so many letters and digits in a row of a secret as can be found in a text, in whatever encoding."""
    forms = [form for secret in secrets for form in _forms(secret)]
    runs = {form[at : at + run] for form in forms for at in range(len(form) - run + 1)}
    shown = _readings(text)
    return {found for found in runs if any(found in text for text in shown)}


@cache
def _pieces() -> frozenset[str]:
    secrets = (DEMONSTRATION_SELLER.refresh_token, DEMONSTRATION_SELLER.client_secret, LOCAL_TOKEN)
    forms = [form for secret in secrets for form in _forms(secret)]
    return frozenset(form[at : at + 12] for form in forms for at in range(0, len(form) - 11, 4))


def spelled_out(text: str) -> set[str]:
    """Return what a long text spells out of the secrets of the local Amazon, parts of 15 letters and more."""
    shown = _readings(text)
    return {found for found in _pieces() if any(found in text for text in shown)}
