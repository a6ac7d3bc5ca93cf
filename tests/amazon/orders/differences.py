"""What an automation can notice when Orders API 2026-01-01 answers instead of v0: docs/when-v0-ends.md as data.

Every attribute that is not listed has the same value in both.
"""

from typing import Final, NamedTuple

__all__ = ["DIFFERENCES", "Difference"]


class Difference(NamedTuple):
    """One attribute that differs.

    Attributes:
        attribute: Its name; one of a specification follows the name of that after a dot.
        ends: Whether 2026-01-01 has no source, so that it is None: a specification as a whole.
        remark: What 2026-01-01 has instead.
    """

    attribute: str
    ends: bool
    remark: str


DIFFERENCES: Final = (
    Difference("order_channel", True, "nothing"),
    Difference("ship_service_level", True, "nothing; shipment_service_level_category stays"),
    Difference("is_global_express_enabled", True, "nothing"),
    Difference("is_sold_by_ab", True, "nothing"),
    Difference("default_ship_from_location_address", True, "nothing"),
    Difference("fulfillment_instruction", True, "nothing"),
    Difference("automated_shipping_settings", True, "nothing"),
    Difference("buyer_info.buyer_county", True, "nothing"),
    Difference("order_type", False, "Preorder for a pre-order, otherwise empty"),
    Difference("is_prime", False, "true for every Prime order; in v0 only for those that the seller fulfills"),
    Difference("is_access_point_order", False, "depends on the type of the shipping address; empty without an address"),
    Difference("order_total", False, "the total that the seller receives; in v0 the total charge"),
    Difference("payment_method", False, "taken from the payment executions; empty without any"),
    Difference("payment_method_details", False, "the method of each payment execution; v0 calls most of them Standard"),
    Difference("payment_execution_detail", False, "in all marketplaces; in v0 only for Brazil and for COD in Japan"),
    Difference("number_of_items_shipped", False, "the sum over the items; empty when an item has no number"),
    Difference("number_of_items_unshipped", False, "the sum over the items; empty when an item has no number"),
    Difference("shipping_address.county", False, "county or district: Amazon has one field for both"),
    Difference("shipping_address.district", False, "empty, see county"),
    Difference("shipping_address.address_type", False, "PickupPoint for an access point order"),
    Difference(
        "shipping_address.phone",
        False,
        "empty for orders that Amazon fulfills, and for shipped ones after the latest delivery date",
    ),
    Difference("buyer_info.buyer_email", False, "only for orders that the seller fulfills"),
    Difference("buyer_info.buyer_tax_info", False, "the tax registrations of the buyer, in the same form"),
    Difference("buyer_info.purchase_order_number", False, "no longer personal data, so it needs no restricted role"),
)
