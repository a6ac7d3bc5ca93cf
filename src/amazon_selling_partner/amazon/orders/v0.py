"""Orders API v0: paths, parameters, payload models and what they mean.

Follows Amazon's model ordersV0.json, https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference.
Amazon removes getOrders and getOrder on 2027-03-27.
"""

from typing import Any, Final

from pydantic import Field, model_validator

from ...concepts import Address, AmazonOrder, AutomatedShippingSettings, BuyerInfo, FulfillmentInstruction
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import DateKind, OrderQuery
from ..client import Call
from ..clock import iso_8601
from ..responses import Content
from ..throttle import UsagePlan
from .payloads import (
    Flag,
    JsonPayload,
    Number,
    Payload,
    RequiredText,
    Structure,
    Structures,
    Text,
    Texts,
    plain,
    specification,
    validated,
)
from .version import Page, page_size

__all__ = ["OrdersV0"]

_PATH: Final = "/orders/v0/orders"
_GET_ORDERS: Final = UsagePlan("getOrders", 0.0167, 20)
_GET_ORDER: Final = UsagePlan("getOrder", 0.5, 30)

_SECOND_NAMES: Final = ("AutomatedCarrier", "AutomatedShipMethod")

_DATE_PARAMETERS: Final = {
    DateKind.CREATED: ("CreatedAfter", "CreatedBefore"),
    DateKind.LAST_UPDATED: ("LastUpdatedAfter", "LastUpdatedBefore"),
}


class OrdersV0:
    """The wire of Orders API v0; fulfils `version.OrdersVersion`."""

    restricted = True
    most_order_ids = 50

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the question as it is: Amazon documents every status and channel as a parameter."""
        return query

    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call:
        """Return the call for one page; NextToken joins the parameters of the first page, as Amazon demands."""
        parameters = _parameters(query)
        if token:
            parameters["NextToken"] = token
        return Call(_GET_ORDERS, query.marketplace, region, _PATH, parameters)

    def page(self, content: Content) -> Page:
        """Return the orders and the next token of a GetOrdersResponse."""
        payload = content.json.get("payload")
        orders = payload.get("Orders") if isinstance(payload, dict) else None
        # With errors beside it, a page may lack orders.
        if not isinstance(payload, dict) or not isinstance(orders, list) or content.json.get("errors"):
            raise content.unreadable()
        token = payload.get("NextToken")
        if token is not None and not isinstance(token, str):
            raise content.unreadable()
        return Page(orders, token or None)

    def order_call(self, order_id: str, marketplace: Marketplace, region: Region) -> Call:
        """Return the call for one order."""
        return Call(_GET_ORDER, marketplace, region, f"{_PATH}/{order_id}")

    def order_payload(self, content: Content) -> Any:
        """Return the payload of a GetOrderResponse; Amazon answers an unknown order with 200 and an empty one."""
        if content.json.get("errors"):
            raise content.unreadable()
        return content.json.get("payload") or None

    def read(self, payload: Any) -> AmazonOrder:
        """Return the order that an Order of Amazon's model means."""
        return validated(_Order, payload, "AmazonOrderId").concept()


def _parameters(query: OrderQuery) -> dict[str, str]:
    kind, window = query.asked
    after, before = _DATE_PARAMETERS[kind]
    # Beside order ids Amazon demands one date all the same; the rest would save nothing, and is checked on the orders.
    statuses, channels = (query.statuses, query.channels) if query.order_ids is None else (None, None)
    parameters = {
        "MarketplaceIds": MARKETPLACES[query.marketplace].marketplace_id,
        after: iso_8601(window.after),
        before: iso_8601(window.before),
        "OrderStatuses": ",".join(sorted(statuses or ())),
        "FulfillmentChannels": ",".join(sorted(channels or ())),
        "AmazonOrderIds": ",".join(query.order_ids or ()),
        "MaxResultsPerPage": str(page_size(query)),
    }
    return {name: value for name, value in parameters.items() if value}


class _Money(JsonPayload):
    currency_code: Text = Field(None, alias="CurrencyCode")
    amount: Text = Field(None, alias="Amount")


class _PaymentExecutionDetail(JsonPayload):
    payment: Structure[_Money] = Field(None, alias="Payment")
    payment_method: Text = Field(None, alias="PaymentMethod")
    acquirer_id: Text = Field(None, alias="AcquirerId")
    card_brand: Text = Field(None, alias="CardBrand")
    authorization_code: Text = Field(None, alias="AuthorizationCode")


class _TaxClassification(JsonPayload):
    name: Text = Field(None, alias="Name")
    value: Text = Field(None, alias="Value")


class _BuyerTaxInfo(JsonPayload):
    company_legal_name: Text = Field(None, alias="CompanyLegalName")
    taxing_region: Text = Field(None, alias="TaxingRegion")
    tax_classifications: Structures[_TaxClassification] = Field(None, alias="TaxClassifications")


class _BuyerInfo(Payload):
    buyer_email: Text = Field(None, alias="BuyerEmail")
    buyer_name: Text = Field(None, alias="BuyerName")
    buyer_county: Text = Field(None, alias="BuyerCounty")
    buyer_tax_info: Structure[_BuyerTaxInfo] = Field(None, alias="BuyerTaxInfo")
    purchase_order_number: Text = Field(None, alias="PurchaseOrderNumber")

    def concept(self) -> BuyerInfo | None:
        """Return the specification, None when nothing is told of the buyer."""
        return specification(BuyerInfo, self, buyer_tax_info=plain(self.buyer_tax_info))


class _Address(Payload):
    name: Text = Field(None, alias="Name")
    address_line1: Text = Field(None, alias="AddressLine1")
    address_line2: Text = Field(None, alias="AddressLine2")
    address_line3: Text = Field(None, alias="AddressLine3")
    city: Text = Field(None, alias="City")
    county: Text = Field(None, alias="County")
    district: Text = Field(None, alias="District")
    state_or_region: Text = Field(None, alias="StateOrRegion")
    municipality: Text = Field(None, alias="Municipality")
    postal_code: Text = Field(None, alias="PostalCode")
    country_code: Text = Field(None, alias="CountryCode")
    phone: Text = Field(None, alias="Phone")
    address_type: Text = Field(None, alias="AddressType")


class _FulfillmentInstruction(Payload):
    fulfillment_supply_source_id: Text = Field(None, alias="FulfillmentSupplySourceId")


class _AutomatedShippingSettings(Payload):
    has_automated_shipping_settings: Flag = Field(None, alias="HasAutomatedShippingSettings")
    automated_carrier: Text = Field(None, alias="AutomatedCarrier")
    automated_ship_method: Text = Field(None, alias="AutomatedShipMethod")

    @model_validator(mode="before")
    @classmethod
    def _names_of_live_answers(cls, payload: Any) -> Any:
        # Live answers were seen with the second names, which Amazon's model does not have.
        if not isinstance(payload, dict):
            return payload
        seconds = {name: payload.get(name) or payload.get(f"{name}Name") for name in _SECOND_NAMES}
        return {**payload, **seconds}


class _Order(Payload):
    amazon_order_id: RequiredText = Field(alias="AmazonOrderId")
    order_status: RequiredText = Field(alias="OrderStatus")
    purchase_date: RequiredText = Field(alias="PurchaseDate")
    last_update_date: RequiredText = Field(alias="LastUpdateDate")
    marketplace_id: Text = Field(None, alias="MarketplaceId")
    fulfillment_channel: Text = Field(None, alias="FulfillmentChannel")
    order_type: Text = Field(None, alias="OrderType")
    shipment_service_level_category: Text = Field(None, alias="ShipmentServiceLevelCategory")
    earliest_ship_date: Text = Field(None, alias="EarliestShipDate")
    latest_ship_date: Text = Field(None, alias="LatestShipDate")
    earliest_delivery_date: Text = Field(None, alias="EarliestDeliveryDate")
    latest_delivery_date: Text = Field(None, alias="LatestDeliveryDate")
    shipping_address: Structure[_Address] = Field(None, alias="ShippingAddress")
    default_ship_from_location_address: Structure[_Address] = Field(None, alias="DefaultShipFromLocationAddress")
    number_of_items_shipped: Number = Field(None, alias="NumberOfItemsShipped")
    number_of_items_unshipped: Number = Field(None, alias="NumberOfItemsUnshipped")
    payment_method: Text = Field(None, alias="PaymentMethod")
    payment_method_details: Texts = Field(None, alias="PaymentMethodDetails")
    buyer_info: Structure[_BuyerInfo] = Field(None, alias="BuyerInfo")
    is_business_order: Flag = Field(None, alias="IsBusinessOrder")
    is_prime: Flag = Field(None, alias="IsPrime")
    is_global_express_enabled: Flag = Field(None, alias="IsGlobalExpressEnabled")
    is_premium_order: Flag = Field(None, alias="IsPremiumOrder")
    is_sold_by_ab: Flag = Field(None, alias="IsSoldByAB")
    is_iba: Flag = Field(None, alias="IsIBA")
    is_ispu: Flag = Field(None, alias="IsISPU")
    is_access_point_order: Flag = Field(None, alias="IsAccessPointOrder")
    fulfillment_instruction: Structure[_FulfillmentInstruction] = Field(None, alias="FulfillmentInstruction")
    automated_shipping_settings: Structure[_AutomatedShippingSettings] = Field(None, alias="AutomatedShippingSettings")
    sales_channel: Text = Field(None, alias="SalesChannel")
    order_channel: Text = Field(None, alias="OrderChannel")
    ship_service_level: Text = Field(None, alias="ShipServiceLevel")
    order_total: Structure[_Money] = Field(None, alias="OrderTotal")
    payment_execution_detail: Structures[_PaymentExecutionDetail] = Field(None, alias="PaymentExecutionDetail")

    def concept(self) -> AmazonOrder:
        """Return the concept, which has the same fields in the same order."""
        structured = {
            "shipping_address": specification(Address, self.shipping_address),
            "default_ship_from_location_address": specification(Address, self.default_ship_from_location_address),
            "buyer_info": None if self.buyer_info is None else self.buyer_info.concept(),
            "fulfillment_instruction": specification(FulfillmentInstruction, self.fulfillment_instruction),
            "automated_shipping_settings": specification(AutomatedShippingSettings, self.automated_shipping_settings),
            "order_total": plain(self.order_total),
            "payment_execution_detail": plain(self.payment_execution_detail),
        }
        return AmazonOrder(**{**self.__dict__, **structured})
