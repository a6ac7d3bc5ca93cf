"""What automations see: the concept `amazon order` and its attribute specifications.

The kit documents a concept from the annotations below, so this module must not import annotations from __future__, and
constants must stay outside the classes. Names, order, types and descriptions are a contract with existing automations.

No repr shows personal data: an order shows its id and status, and its parts show which fields are set. The classes are
not frozen, because a frozen dataclass takes three times as long to create, a sixth of the time of a page.
"""

from dataclasses import dataclass
from typing import Any, Dict, Final, List, Optional

from kognitos.bdk.decorators import concept

__all__ = [
    "FULFILLMENT_CHANNELS",
    "ORDER_STATUSES",
    "Address",
    "AmazonOrder",
    "AutomatedShippingSettings",
    "BuyerInfo",
    "FulfillmentInstruction",
]


# The documented values; Amazon may add others.
ORDER_STATUSES: Final = (
    "PendingAvailability",
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "InvoiceUnconfirmed",
    "Canceled",
    "Unfulfillable",
)
FULFILLMENT_CHANNELS: Final = ("MFN", "AFN")


def _masked_repr(part: Any) -> str:
    """Return a repr that names the fields that are set and hides their values."""
    names = (name for name in part.__slots__ if getattr(part, name) is not None)
    return f"{type(part).__name__}({', '.join(f'{name}=…' for name in names)})"


@dataclass(slots=True, kw_only=True, repr=False)
class Address:
    """A postal address.

    Attributes:
        name: The name.
        address_line1: The street address.
        address_line2: Additional street address information.
        address_line3: Additional street address information.
        city: The city.
        county: The county.
        district: The district.
        state_or_region: The state or region.
        municipality: The municipality.
        postal_code: The postal code.
        country_code: The country code, two letters of ISO 3166-1.
        phone: The phone number.
        address_type: Residential, Commercial or PickupPoint.
    """

    name: Optional[str] = None
    address_line1: Optional[str] = None
    address_line2: Optional[str] = None
    address_line3: Optional[str] = None
    city: Optional[str] = None
    county: Optional[str] = None
    district: Optional[str] = None
    state_or_region: Optional[str] = None
    municipality: Optional[str] = None
    postal_code: Optional[str] = None
    country_code: Optional[str] = None
    phone: Optional[str] = None
    address_type: Optional[str] = None

    def __repr__(self) -> str:
        return _masked_repr(self)


@dataclass(slots=True, kw_only=True, repr=False)
class BuyerInfo:
    """What Amazon discloses about the buyer.

    Attributes:
        buyer_email: The anonymized email address of the buyer.
        buyer_name: The name of the buyer.
        buyer_county: The county of the buyer; Brazil only.
        buyer_tax_info: Company legal name, taxing region and tax classifications of a business buyer.
        purchase_order_number: The purchase order number the buyer entered at checkout.
    """

    buyer_email: Optional[str] = None
    buyer_name: Optional[str] = None
    buyer_county: Optional[str] = None
    buyer_tax_info: Optional[Dict[str, Any]] = None
    purchase_order_number: Optional[str] = None

    def __repr__(self) -> str:
        return _masked_repr(self)


@dataclass(slots=True, kw_only=True, repr=False)
class FulfillmentInstruction:
    """How the order is to be fulfilled.

    Attributes:
        fulfillment_supply_source_id: The location the order should be fulfilled from.
    """

    fulfillment_supply_source_id: Optional[str] = None

    def __repr__(self) -> str:
        return _masked_repr(self)


@dataclass(slots=True, kw_only=True, repr=False)
class AutomatedShippingSettings:
    """The shipping settings Amazon generated.

    Attributes:
        has_automated_shipping_settings: Whether Amazon generated shipping settings for the order.
        automated_carrier: The generated carrier.
        automated_ship_method: The generated ship method.
    """

    has_automated_shipping_settings: Optional[bool] = None
    automated_carrier: Optional[str] = None
    automated_ship_method: Optional[str] = None

    def __repr__(self) -> str:
        return _masked_repr(self)


@concept(is_a="amazon order")
@dataclass(slots=True, kw_only=True, repr=False)
class AmazonOrder:
    """Amazon Selling Partner order information.

    Attributes:
        amazon_order_id: The unique Amazon order identifier.
        order_status: The current status of the order.
        purchase_date: The date when the order was purchased.
        last_update_date: The date when the order was last updated.
        marketplace_id: The Amazon marketplace identifier.
        fulfillment_channel: The fulfillment channel (e.g., MFN, AFN).
        order_type: The type of order.
        shipment_service_level_category: The shipment service level category.
        earliest_ship_date: The earliest ship date.
        latest_ship_date: The latest ship date.
        earliest_delivery_date: The earliest delivery date.
        latest_delivery_date: The latest delivery date.
        shipping_address: The shipping address.
        default_ship_from_location_address: The default ship from location address.
        number_of_items_shipped: The number of items shipped.
        number_of_items_unshipped: The number of items unshipped.
        payment_method: The payment method.
        payment_method_details: List of payment method details.
        buyer_info: Buyer information.
        is_business_order: Whether this is a business order.
        is_prime: Whether this is a Prime order.
        is_global_express_enabled: Whether global express is enabled.
        is_premium_order: Whether this is a premium order.
        is_sold_by_ab: Whether sold by Amazon Business.
        is_iba: Whether this is an IBA order.
        is_ispu: Whether this is an ISPU order.
        is_access_point_order: Whether this is an access point order.
        fulfillment_instruction: Fulfillment instructions.
        automated_shipping_settings: Automated shipping settings.
        sales_channel: The sales channel.
        order_channel: The order channel.
        ship_service_level: The ship service level.
        order_total: The order total amount.
        payment_execution_detail: Payment execution details.
    """

    amazon_order_id: str
    order_status: str
    purchase_date: str
    last_update_date: str
    marketplace_id: Optional[str] = None
    fulfillment_channel: Optional[str] = None
    order_type: Optional[str] = None
    shipment_service_level_category: Optional[str] = None
    earliest_ship_date: Optional[str] = None
    latest_ship_date: Optional[str] = None
    earliest_delivery_date: Optional[str] = None
    latest_delivery_date: Optional[str] = None
    shipping_address: Optional[Address] = None
    default_ship_from_location_address: Optional[Address] = None
    number_of_items_shipped: Optional[int] = None
    number_of_items_unshipped: Optional[int] = None
    payment_method: Optional[str] = None
    payment_method_details: Optional[List[str]] = None
    buyer_info: Optional[BuyerInfo] = None
    is_business_order: Optional[bool] = None
    is_prime: Optional[bool] = None
    is_global_express_enabled: Optional[bool] = None
    is_premium_order: Optional[bool] = None
    is_sold_by_ab: Optional[bool] = None
    is_iba: Optional[bool] = None
    is_ispu: Optional[bool] = None
    is_access_point_order: Optional[bool] = None
    fulfillment_instruction: Optional[FulfillmentInstruction] = None
    automated_shipping_settings: Optional[AutomatedShippingSettings] = None
    sales_channel: Optional[str] = None
    order_channel: Optional[str] = None
    ship_service_level: Optional[str] = None
    order_total: Optional[Dict[str, Any]] = None
    payment_execution_detail: Optional[List[Dict[str, Any]]] = None

    def __repr__(self) -> str:
        return f"AmazonOrder(amazon_order_id={self.amazon_order_id!r}, order_status={self.order_status!r})"
