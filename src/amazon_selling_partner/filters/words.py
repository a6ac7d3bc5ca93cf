"""The words that Amazon documents for the values of an attribute, and what is nearly one of them.

Amazon may add words, so a filter may compare with any. But nearly a documented one is a slip, and a filter that
silently finds nothing would hide it.
"""

import re
from difflib import get_close_matches
from enum import Enum
from typing import Final

from ..concepts import FulfillmentChannel, OrderStatus
from ..errors import InvalidInput
from .attributes import Attribute, Path, listed

__all__ = ["documented_words", "folded", "refuse_slip"]

_DOCUMENTED: Final[dict[Path, type[Enum]]] = {
    ("order_status",): OrderStatus,
    ("fulfillment_channel",): FulfillmentChannel,
}
# Fulfillment by Amazon, and by the merchant: sellers speak so, orders never do.
_OF_SELLERS: Final[dict[Path, dict[str, Enum]]] = {
    ("fulfillment_channel",): {"FBA": FulfillmentChannel.AMAZON, "FBM": FulfillmentChannel.MERCHANT}
}

# How alike a slip is to what was meant: "Shiped" and "Cancelled" are slips, "Shippable" is a word of its own.
_NEAR: Final = 0.8
_BETWEEN_PARTS: Final = re.compile(r"[\s_-]+")


def folded(text: str) -> str:
    """Return text in the form that compares: without regard to case and surrounding blanks."""
    return text.strip().casefold()


def documented_words(attribute: Attribute) -> dict[str, str]:
    """Return the words that Amazon documents for the values of an attribute, by their folded form; often none."""
    words = _DOCUMENTED.get(attribute.path, ())
    return {folded(word.value): word.value for word in words}


def refuse_slip(attribute: Attribute, text: str) -> None:
    """Raise InvalidInput when text is not a documented value of an attribute, but nearly one."""
    documented = documented_words(attribute)
    if not documented or folded(text) in documented:
        return
    spellings = _spellings(attribute)
    nearest = get_close_matches(_joined(text), spellings, n=1, cutoff=_NEAR)
    if nearest:
        raise InvalidInput(
            f'The filter compares "{attribute.name}" with a value that Amazon does not document. Did you mean '
            f'"{spellings[nearest[0]]}"? Amazon documents: {listed(list(documented.values()))}.',
            {"found": text},
        )


def _spellings(attribute: Attribute) -> dict[str, str]:
    """Return each documented word by all the words for it, those that no order has here among them."""
    # Orders API 2026-01-01 has words of its own, but orders have the documented ones whichever API answers.
    words = {word.name: word for word in _DOCUMENTED[attribute.path]}
    words |= {word.value: word for word in _DOCUMENTED[attribute.path]}
    words |= _OF_SELLERS.get(attribute.path, {})
    return {_joined(name): word.value for name, word in words.items()}


def _joined(text: str) -> str:
    return _BETWEEN_PARTS.sub("", folded(text))
