"""What the payloads of Orders API 2026-01-01 mean: Amazon's words become those that automations know from v0.

Each of Amazon's fields stands beside the attribute it becomes, or the name by which the functions at the end know it.
A value that Amazon documents later passes as Amazon writes it. Where Amazon has no successor to an attribute of v0
it is None, and a specification is None as a whole; `differences` lists these.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, Final

from pydantic_core.core_schema import CoreSchema, list_schema, no_info_after_validator_function

from ...concepts import Address, AmazonOrder, BuyerInfo
from .payloads import (
    ANYTHING,
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
from .vocabulary import (
    ACCESS_POINT,
    ADDRESS_TYPES,
    CHANNELS,
    NOT_TO_SHIP,
    PAYMENT_METHODS,
    PROGRAMS,
    SERVICE_LEVELS,
    STATUSES,
)

__all__ = ["ONE_ORDER", "ORDER", "PAGE"]


def _in_words_of_v0(words: Mapping[str, str]) -> CoreSchema:
    return no_info_after_validator_function(lambda value: words.get(value, value), REQUIRED_TEXT)


_SALES_CHANNEL: Final[Fields] = {
    "channelName": ("channel_name", TEXT),
    "marketplaceId": ("marketplace_id", TEXT),
    "marketplaceName": ("marketplace_name", TEXT),
}
_BUYER: Final[Fields] = {
    "buyerEmail": ("buyer_email", TEXT),
    "buyerName": ("buyer_name", TEXT),
    "buyerPurchaseOrderNumber": ("purchase_order_number", TEXT),
}
_ADDRESS: Final[Fields] = {
    "name": ("name", TEXT),
    "addressLine1": ("address_line1", TEXT),
    "addressLine2": ("address_line2", TEXT),
    "addressLine3": ("address_line3", TEXT),
    "city": ("city", TEXT),
    "districtOrCounty": ("county", TEXT),  # one field where v0 has two
    "stateOrRegion": ("state_or_region", TEXT),
    "municipality": ("municipality", TEXT),
    "postalCode": ("postal_code", TEXT),
    "countryCode": ("country_code", TEXT),
    "phone": ("phone", TEXT),
    "addressType": ("address_type", optional(_in_words_of_v0(ADDRESS_TYPES))),
}
_RECIPIENT: Final[Fields] = {
    "deliveryAddress": ("address", optional(made(partial(filled, Address), _ADDRESS))),
}
_MONEY: Final[Fields] = {
    "currencyCode": ("currency_code", TEXT),
    "amount": ("amount", TEXT),
}
_PROCEEDS: Final[Fields] = {
    "grandTotal": ("order_total", optional(json_object(_MONEY))),
}
_PAYMENT_EXECUTION: Final[Fields] = {
    "paymentAmount": ("payment", optional(json_object(_MONEY))),
    "paymentMethod": ("payment_method", optional(_in_words_of_v0(PAYMENT_METHODS))),
    "acquirerId": ("acquirer_id", TEXT),
    "cardBrand": ("card_brand", TEXT),
    "authorizationCode": ("authorization_code", TEXT),
}
_PAYMENT: Final[Fields] = {
    "paymentExecutions": ("executions", listed(json_object(_PAYMENT_EXECUTION))),
}
_TAX_ADDRESS: Final[Fields] = {
    "countryCode": ("country_code", TEXT),
}
_TAX_REGISTRATION: Final[Fields] = {
    "taxRegistrationType": ("name", TEXT),
    "taxRegistrationNumber": ("value", TEXT),
    "entityType": ("entity_type", TEXT),
    "legalName": ("legal_name", TEXT),
    "taxRegistrationAddress": ("tax_registration_address", optional(structure(_TAX_ADDRESS))),
    "taxRegistrationAttributes": ("tax_registration_attributes", ANYTHING),
}
_TAX: Final[Fields] = {
    "taxRegistrations": ("registrations", listed(json_object(_TAX_REGISTRATION))),
}
_TIME_RANGE: Final[Fields] = {
    "earliestDateTime": ("earliest", TEXT),
    "latestDateTime": ("latest", TEXT),
}
_FULFILLMENT: Final[Fields] = {
    "fulfillmentStatus": ("order_status", _in_words_of_v0(STATUSES)),
    "fulfilledBy": ("fulfillment_channel", optional(_in_words_of_v0(CHANNELS))),
    "fulfillmentServiceLevel": ("shipment_service_level_category", optional(_in_words_of_v0(SERVICE_LEVELS))),
    "shipByWindow": ("ship", optional(structure(_TIME_RANGE))),
    "deliverByWindow": ("deliver", optional(structure(_TIME_RANGE))),
}
_ITEM_FULFILLMENT: Final[Fields] = {
    "quantityFulfilled": ("shipped", NUMBER),
    "quantityUnfulfilled": ("unshipped", NUMBER),
}
_ORDER_ITEM: Final[Fields] = {
    "quantityOrdered": ("ordered", NUMBER),
    "fulfillment": ("fulfillment", optional(structure(_ITEM_FULFILLMENT))),
}
_ORDER: Final[Fields] = {
    "orderId": ("amazon_order_id", REQUIRED_TEXT),
    "createdTime": ("purchase_date", REQUIRED_TEXT),
    "lastUpdatedTime": ("last_update_date", REQUIRED_TEXT),
    "programs": ("programs", TEXTS),
    "salesChannel": ("channel", optional(structure(_SALES_CHANNEL))),
    "buyer": ("buyer", optional(structure(_BUYER))),
    "recipient": ("recipient", optional(structure(_RECIPIENT))),
    "proceeds": ("proceeds", optional(structure(_PROCEEDS))),
    "payment": ("payment", optional(structure(_PAYMENT))),
    "tax": ("tax", optional(structure(_TAX))),
    "fulfillment": ("fulfillment", structure(_FULFILLMENT)),
    "orderItems": ("items", listed(structure(_ORDER_ITEM))),
}

# What a tax registration tells of its owner, apart from the classification.
_NOT_CLASSIFYING: Final = frozenset(
    {"entity_type", "legal_name", "tax_registration_address", "tax_registration_attributes"}
)

_Values = dict[str, Any]
_NOTHING: Final[Mapping[str, Any]] = {}


def _order(values: _Values) -> AmazonOrder:
    channel, fulfillment = values["channel"] or _NOTHING, values["fulfillment"]
    address = (values["recipient"] or _NOTHING).get("address")
    ship, deliver = fulfillment["ship"] or _NOTHING, fulfillment["deliver"] or _NOTHING
    return AmazonOrder(
        amazon_order_id=values["amazon_order_id"],
        order_status=fulfillment["order_status"],
        purchase_date=values["purchase_date"],
        last_update_date=values["last_update_date"],
        marketplace_id=channel.get("marketplace_id"),
        fulfillment_channel=fulfillment["fulfillment_channel"],
        shipment_service_level_category=fulfillment["shipment_service_level_category"],
        earliest_ship_date=ship.get("earliest"),
        latest_ship_date=ship.get("latest"),
        earliest_delivery_date=deliver.get("earliest"),
        latest_delivery_date=deliver.get("latest"),
        shipping_address=address,
        is_access_point_order=None if address is None else address.address_type == ACCESS_POINT,
        buyer_info=_buyer_info(values),
        sales_channel=_sales_channel(channel),
        order_total=(values["proceeds"] or _NOTHING).get("order_total"),
        **_of_programs(values["programs"] or (), fulfillment["order_status"]),
        **_of_items(values["items"] or (), fulfillment["order_status"]),
        **_of_payment((values["payment"] or _NOTHING).get("executions")),
    )


def _sales_channel(channel: Mapping[str, Any]) -> str | None:
    """Return the marketplace as v0 names it, such as Amazon.com."""
    name: str | None = channel.get("marketplace_name")
    return name or ("Non-Amazon" if channel.get("channel_name") == "NON_AMAZON" else None)


def _of_programs(programs: Iterable[str], status: str) -> _Values:
    preorder = "PREORDER" in programs or status == "PendingAvailability"
    flags = {attribute: program in programs for attribute, program in PROGRAMS.items()}
    return {**flags, "order_type": "Preorder" if preorder else None}


def _of_payment(executions: list[_Values] | None) -> _Values:
    methods = list(dict.fromkeys(found["payment_method"] for found in executions or () if found["payment_method"]))
    known = [method for method in PAYMENT_METHODS.values() if method in methods]
    return {
        "payment_method": (known or ["Other"])[0] if methods else None,
        "payment_method_details": methods or None,
        "payment_execution_detail": executions,
    }


def _of_items(items: Iterable[_Values], status: str) -> _Values:
    counts = [_counts(item) for item in items]
    shipped = _total(shipped for shipped, _ in counts)
    unshipped = _total(unshipped for _, unshipped in counts)
    if unshipped and status in NOT_TO_SHIP:
        unshipped = 0
    return {"number_of_items_shipped": shipped, "number_of_items_unshipped": unshipped}


def _counts(item: _Values) -> tuple[int | None, int | None]:
    """Return how many units are shipped, and how many are left; None where it can neither be read nor told."""
    fulfillment = item["fulfillment"] or _NOTHING
    ordered, shipped, unshipped = item["ordered"], fulfillment.get("shipped"), fulfillment.get("unshipped")
    if unshipped is None and ordered is not None and shipped is not None:
        unshipped = ordered - shipped
    return shipped, unshipped


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _buyer_info(values: _Values) -> BuyerInfo | None:
    registrations = (values["tax"] or _NOTHING).get("registrations") or ()
    own = [found for found in registrations if found["entity_type"] == "BUYER"]
    return filled(BuyerInfo, {**(values["buyer"] or _NOTHING), "buyer_tax_info": _buyer_tax_info(own) if own else None})


def _buyer_tax_info(registrations: list[_Values]) -> _Values:
    """Return the buyer's own registrations in the shape of v0's BuyerTaxInfo."""
    regions = ((found["tax_registration_address"] or _NOTHING).get("country_code") for found in registrations)
    return {
        "company_legal_name": next(filter(None, (found["legal_name"] for found in registrations)), None),
        "taxing_region": next(filter(None, regions), None),
        "tax_classifications": [
            {key: value for key, value in found.items() if key not in _NOT_CLASSIFYING}
            for found in registrations
            if found["name"] or found["value"]
        ],
    }


_ORDER_KIND: Final = made(_order, _ORDER)
_PAGINATION: Final[Fields] = {
    "nextToken": ("next_token", TEXT),
}
_LIST: Final[Fields] = {
    "orders": ("payloads", list_schema(_ORDER_KIND)),
    "pagination": ("pagination", optional(structure(_PAGINATION))),
}


def _page(values: _Values) -> Page:
    return Page(values["payloads"], (values["pagination"] or _NOTHING).get("next_token"))


ORDER: Final = Reader(_ORDER_KIND)
# GetOrderResponse and SearchOrdersResponse.
ONE_ORDER: Final = Reader(whole(itemgetter("order"), {"order": ("order", _ORDER_KIND)}))
PAGE: Final = Reader(whole(_page, _LIST, ignored=("createdBefore", "lastUpdatedBefore")))
