"""What the payloads of Orders API v0 mean: each of Amazon's fields, and the attribute it becomes.

Facts for which the documented concept has no place are left out; the tests list them.
"""

from functools import partial
from operator import itemgetter
from typing import Any, Final

from pydantic_core.core_schema import list_schema

from ...concepts import Address, AmazonOrder, AutomatedShippingSettings, BuyerInfo, FulfillmentInstruction
from .payloads import (
    FLAG,
    NUMBER,
    REQUIRED_TEXT,
    TEXT,
    TEXTS,
    Fields,
    Reader,
    filled,
    json_object,
    listed,
    made,
    optional,
    structure,
    whole,
)
from .version import Page

__all__ = ["ONE_ORDER", "ORDER", "PAGE"]


def _shipping_settings(values: dict[str, Any]) -> AutomatedShippingSettings | None:
    # Live answers were seen with the second names, which Amazon's model does not have.
    carrier, ship_method = values.pop("automated_carrier_name"), values.pop("automated_ship_method_name")
    if carrier or ship_method:
        values["automated_carrier"] = values["automated_carrier"] or carrier
        values["automated_ship_method"] = values["automated_ship_method"] or ship_method
    return filled(AutomatedShippingSettings, values)


_MONEY: Final[Fields] = {
    "CurrencyCode": ("currency_code", TEXT),
    "Amount": ("amount", TEXT),
}
_PAYMENT_EXECUTION_DETAIL: Final[Fields] = {
    "Payment": ("payment", optional(json_object(_MONEY))),
    "PaymentMethod": ("payment_method", TEXT),
    "AcquirerId": ("acquirer_id", TEXT),
    "CardBrand": ("card_brand", TEXT),
    "AuthorizationCode": ("authorization_code", TEXT),
}
_TAX_CLASSIFICATION: Final[Fields] = {
    "Name": ("name", TEXT),
    "Value": ("value", TEXT),
}
_BUYER_TAX_INFO: Final[Fields] = {
    "CompanyLegalName": ("company_legal_name", TEXT),
    "TaxingRegion": ("taxing_region", TEXT),
    "TaxClassifications": ("tax_classifications", listed(json_object(_TAX_CLASSIFICATION))),
}
_BUYER_INFO: Final[Fields] = {
    "BuyerEmail": ("buyer_email", TEXT),
    "BuyerName": ("buyer_name", TEXT),
    "BuyerCounty": ("buyer_county", TEXT),
    "BuyerTaxInfo": ("buyer_tax_info", optional(json_object(_BUYER_TAX_INFO))),
    "PurchaseOrderNumber": ("purchase_order_number", TEXT),
}
_ADDRESS: Final[Fields] = {
    "Name": ("name", TEXT),
    "AddressLine1": ("address_line1", TEXT),
    "AddressLine2": ("address_line2", TEXT),
    "AddressLine3": ("address_line3", TEXT),
    "City": ("city", TEXT),
    "County": ("county", TEXT),
    "District": ("district", TEXT),
    "StateOrRegion": ("state_or_region", TEXT),
    "Municipality": ("municipality", TEXT),
    "PostalCode": ("postal_code", TEXT),
    "CountryCode": ("country_code", TEXT),
    "Phone": ("phone", TEXT),
    "AddressType": ("address_type", TEXT),
}
_FULFILLMENT_INSTRUCTION: Final[Fields] = {
    "FulfillmentSupplySourceId": ("fulfillment_supply_source_id", TEXT),
}
_AUTOMATED_SHIPPING_SETTINGS: Final[Fields] = {
    "HasAutomatedShippingSettings": ("has_automated_shipping_settings", FLAG),
    "AutomatedCarrier": ("automated_carrier", TEXT),
    "AutomatedCarrierName": ("automated_carrier_name", TEXT),
    "AutomatedShipMethod": ("automated_ship_method", TEXT),
    "AutomatedShipMethodName": ("automated_ship_method_name", TEXT),
}
_ADDRESS_KIND: Final = optional(made(partial(filled, Address), _ADDRESS))
_ORDER: Final[Fields] = {
    "AmazonOrderId": ("amazon_order_id", REQUIRED_TEXT),
    "OrderStatus": ("order_status", REQUIRED_TEXT),
    "PurchaseDate": ("purchase_date", REQUIRED_TEXT),
    "LastUpdateDate": ("last_update_date", REQUIRED_TEXT),
    "MarketplaceId": ("marketplace_id", TEXT),
    "FulfillmentChannel": ("fulfillment_channel", TEXT),
    "OrderType": ("order_type", TEXT),
    "ShipmentServiceLevelCategory": ("shipment_service_level_category", TEXT),
    "EarliestShipDate": ("earliest_ship_date", TEXT),
    "LatestShipDate": ("latest_ship_date", TEXT),
    "EarliestDeliveryDate": ("earliest_delivery_date", TEXT),
    "LatestDeliveryDate": ("latest_delivery_date", TEXT),
    "ShippingAddress": ("shipping_address", _ADDRESS_KIND),
    "DefaultShipFromLocationAddress": ("default_ship_from_location_address", _ADDRESS_KIND),
    "NumberOfItemsShipped": ("number_of_items_shipped", NUMBER),
    "NumberOfItemsUnshipped": ("number_of_items_unshipped", NUMBER),
    "PaymentMethod": ("payment_method", TEXT),
    "PaymentMethodDetails": ("payment_method_details", TEXTS),
    "BuyerInfo": ("buyer_info", optional(made(partial(filled, BuyerInfo), _BUYER_INFO))),
    "IsBusinessOrder": ("is_business_order", FLAG),
    "IsPrime": ("is_prime", FLAG),
    "IsGlobalExpressEnabled": ("is_global_express_enabled", FLAG),
    "IsPremiumOrder": ("is_premium_order", FLAG),
    "IsSoldByAB": ("is_sold_by_ab", FLAG),
    "IsIBA": ("is_iba", FLAG),
    "IsISPU": ("is_ispu", FLAG),
    "IsAccessPointOrder": ("is_access_point_order", FLAG),
    "FulfillmentInstruction": (
        "fulfillment_instruction",
        optional(made(partial(filled, FulfillmentInstruction), _FULFILLMENT_INSTRUCTION)),
    ),
    "AutomatedShippingSettings": (
        "automated_shipping_settings",
        optional(made(_shipping_settings, _AUTOMATED_SHIPPING_SETTINGS)),
    ),
    "SalesChannel": ("sales_channel", TEXT),
    "OrderChannel": ("order_channel", TEXT),
    "ShipServiceLevel": ("ship_service_level", TEXT),
    "OrderTotal": ("order_total", optional(json_object(_MONEY))),
    "PaymentExecutionDetail": ("payment_execution_detail", listed(json_object(_PAYMENT_EXECUTION_DETAIL))),
}

_ORDER_KIND: Final = made(lambda values: AmazonOrder(**values), _ORDER)
_ORDERS: Final[Fields] = {
    "Orders": ("payloads", list_schema(_ORDER_KIND)),
    "NextToken": ("next_token", TEXT),
}

ORDER: Final = Reader(_ORDER_KIND)
# GetOrderResponse and GetOrdersResponse.
ONE_ORDER: Final = Reader(whole(itemgetter("order"), {"payload": ("order", _ORDER_KIND)}))
PAGE: Final = Reader(whole(lambda values: Page(**values["page"]), {"payload": ("page", structure(_ORDERS))}))
