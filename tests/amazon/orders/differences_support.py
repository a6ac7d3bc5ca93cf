"""The 64 rows of the documented concept, and which of them differ between the two versions of the Orders API."""

import dataclasses
from typing import Any

from amazon_selling_partner.concepts import (
    Address,
    AmazonOrder,
    AutomatedShippingSettings,
    BuyerInfo,
    FulfillmentInstruction,
)
from tests.amazon.orders.differences import DIFFERENCES

__all__ = ["ATTRIBUTES", "CHANGING", "SPECIFICATIONS", "ends", "value"]

SPECIFICATIONS = {
    "shipping_address": Address,
    "default_ship_from_location_address": Address,
    "buyer_info": BuyerInfo,
    "fulfillment_instruction": FulfillmentInstruction,
    "automated_shipping_settings": AutomatedShippingSettings,
}
# An attribute of a specification follows the name of that after a dot.
ATTRIBUTES = [
    *(field.name for field in dataclasses.fields(AmazonOrder) if field.name not in SPECIFICATIONS),
    *(f"{name}.{field.name}" for name, kind in SPECIFICATIONS.items() for field in dataclasses.fields(kind)),
]
CHANGING = {difference.attribute for difference in DIFFERENCES if not difference.ends}
_ENDING = {difference.attribute for difference in DIFFERENCES if difference.ends}


def ends(attribute: str) -> bool:
    """Whether 2026-01-01 has no source for an attribute, or for the specification it belongs to."""
    return attribute in _ENDING or attribute.partition(".")[0] in _ENDING


def value(order: AmazonOrder, attribute: str) -> Any:
    """What an order has for a row; None where the specification is None."""
    part: Any = order
    for name in attribute.split("."):
        part = None if part is None else getattr(part, name)
    return part
