"""An order of v0 in the shape of Orders API 2026-01-01, written independently of the book's own tables.

Follows Amazon's migration guide from v0 to 2026-01-01. What v0 knows and 2026-01-01 has no place for is left out.
"""

from typing import Any, Final

__all__ = ["in_2026_shape"]

Order = dict[str, Any]

_STATUS: Final = {
    "Pending": "PENDING",
    "Unshipped": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
    "InvoiceUnconfirmed": "INVOICE_UNCONFIRMED",
    "PendingAvailability": "PENDING_AVAILABILITY",
}
_FULFILLED_BY: Final = {"MFN": "MERCHANT", "AFN": "AMAZON"}
_SERVICE_LEVEL: Final = {
    "Expedited": "EXPEDITED",
    "FreeEconomy": "FREE_ECONOMY",
    "NextDay": "NEXT_DAY",
    "Priority": "PRIORITY",
    "SameDay": "SAME_DAY",
    "SecondDay": "SECOND_DAY",
    "Scheduled": "SCHEDULED",
    "Standard": "STANDARD",
}
_PAYMENT: Final = {"COD": "CashOnDelivery", "CVS": "ConvenienceStore", "Standard": "CreditCard"}
_ADDRESS_TYPE: Final = {"Residential": "RESIDENTIAL", "Commercial": "COMMERCIAL"}
_PROGRAM: Final = {
    "IsPrime": "PRIME",
    "IsPremiumOrder": "PREMIUM",
    "IsBusinessOrder": "AMAZON_BUSINESS",
    "IsIBA": "INVOICE_BY_AMAZON",
    "IsISPU": "IN_STORE_PICK_UP",
}
_ADDRESS: Final = {
    "Name": "name",
    "CompanyName": "companyName",
    "AddressLine1": "addressLine1",
    "AddressLine2": "addressLine2",
    "AddressLine3": "addressLine3",
    "City": "city",
    "StateOrRegion": "stateOrRegion",
    "Municipality": "municipality",
    "PostalCode": "postalCode",
    "CountryCode": "countryCode",
    "Phone": "phone",
}


def in_2026_shape(order: Order) -> Order:
    """Return the order with all parts and all personal data."""
    shaped: Order = {
        "orderId": order["AmazonOrderId"],
        "orderAliases": _aliases(order),
        "createdTime": order["PurchaseDate"],
        "lastUpdatedTime": order["LastUpdateDate"],
        "programs": _programs(order),
        "associatedOrders": _associated_orders(order),
        "salesChannel": _sales_channel(order),
        "buyer": _buyer(order.get("BuyerInfo") or {}),
        "recipient": _recipient(order),
        "proceeds": _present(grandTotal=_money(order.get("OrderTotal"))),
        "payment": _present(paymentExecutions=_payment_executions(order)),
        "tax": _tax(order),
        "fulfillment": _fulfillment(order),
        "orderItems": _items(order),
    }
    always = {"salesChannel", "fulfillment", "orderItems"}
    return {name: value for name, value in shaped.items() if value or name in always}


def _present(**fields: Any) -> Order:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def _true(value: Any) -> bool:
    return value is True or value == "true"


def _aliases(order: Order) -> list[Order]:
    alias = order.get("SellerOrderId")
    return [{"aliasId": alias, "aliasType": "SELLER_ORDER_ID"}] if alias else []


def _programs(order: Order) -> list[str]:
    programs = [program for flag, program in _PROGRAM.items() if _true(order.get(flag))]
    return programs + ["PREORDER"] * (order.get("OrderType") == "Preorder")


def _associated_orders(order: Order) -> list[Order]:
    replaced = order.get("ReplacedOrderId")
    return [{"orderId": replaced, "associationType": "REPLACEMENT_ORIGINAL_ID"}] if replaced else []


def _sales_channel(order: Order) -> Order:
    title = order.get("SalesChannel")
    if title == "Non-Amazon":
        return {"channelName": "NON_AMAZON", **_present(marketplaceId=order.get("MarketplaceId"))}
    return {"channelName": "AMAZON", **_present(marketplaceId=order.get("MarketplaceId"), marketplaceName=title)}


def _buyer(info: Order) -> Order:
    return _present(
        buyerName=info.get("BuyerName"),
        buyerEmail=info.get("BuyerEmail"),
        buyerPurchaseOrderNumber=info.get("PurchaseOrderNumber"),
    )


def _recipient(order: Order) -> Order:
    address = order.get("ShippingAddress") or {}
    kind = address.get("AddressType")
    address_2026 = _present(
        **{new: address.get(old) for old, new in _ADDRESS.items()},
        districtOrCounty=address.get("County") or address.get("District"),
        addressType="PICKUP_POINT"
        if _true(order.get("IsAccessPointOrder")) and address
        else _ADDRESS_TYPE.get(kind or "", kind),
    )
    return _present(deliveryAddress=address_2026)


def _money(money: Order | None) -> Order | None:
    return money and {"amount": money.get("Amount"), "currencyCode": money.get("CurrencyCode")}


def _payment_executions(order: Order) -> list[Order]:
    details = order.get("PaymentExecutionDetail")
    if details:
        return [
            _present(
                paymentMethod=_PAYMENT.get(detail.get("PaymentMethod"), detail.get("PaymentMethod")),
                paymentAmount=_money(detail.get("Payment")),
                acquirerId=detail.get("AcquirerId"),
                cardBrand=detail.get("CardBrand"),
                authorizationCode=detail.get("AuthorizationCode"),
            )
            for detail in details
        ]
    methods = order.get("PaymentMethodDetails") or [order.get("PaymentMethod")]
    total = _money(order.get("OrderTotal")) if len(methods) == 1 else None
    return [_present(paymentMethod=_PAYMENT.get(method, method), paymentAmount=total) for method in methods if method]


def _tax(order: Order) -> Order:
    info = (order.get("BuyerInfo") or {}).get("BuyerTaxInfo") or {}
    owner = _present(
        entityType="BUYER",
        legalName=info.get("CompanyLegalName"),
        taxRegistrationAddress=_present(countryCode=info.get("TaxingRegion")),
    )
    numbers = info.get("TaxClassifications") or [{}]
    registrations = [
        {**owner, **_present(taxRegistrationType=number.get("Name"), taxRegistrationNumber=number.get("Value"))}
        for number in numbers
    ]
    if not info:
        registrations = []
    marketplace = {"entityType": "MARKETPLACE", "taxRegistrationType": "CNPJ", "taxRegistrationNumber": "15436940"}
    invoicing = _present(buyerInvoicePreference=order.get("BuyerInvoicePreference"))
    return _present(taxRegistrations=[*registrations, marketplace] if registrations else [], taxInvoicing=invoicing)


def _fulfillment(order: Order) -> Order:
    status, level = order["OrderStatus"], order.get("ShipmentServiceLevelCategory")
    channel = order.get("FulfillmentChannel")
    return _present(
        fulfillmentStatus=_STATUS.get(status, status),
        fulfilledBy=_FULFILLED_BY.get(str(channel), channel),
        fulfillmentServiceLevel=_SERVICE_LEVEL.get(str(level), level),
        shipByWindow=_window(order, "ShipDate"),
        deliverByWindow=_window(order, "DeliveryDate"),
    )


def _window(order: Order, name: str) -> Order:
    return _present(
        earliestDateTime=order.get(f"Earliest{name}"),
        latestDateTime=order.get(f"Latest{name}"),
    )


def _items(order: Order) -> list[Order]:
    """Return two items where there are units enough, so that counts have to be summed."""
    shipped, unshipped = order.get("NumberOfItemsShipped"), order.get("NumberOfItemsUnshipped")
    if shipped is None and unshipped is None:
        return [_item(1, 1, None, None)]
    shipped, unshipped = shipped or 0, unshipped or 0
    if shipped + unshipped == 0:
        # Nothing of it is to be shipped yet or any more, which v0 counts as none.
        return [_item(1, 1, 0, 0 if order["OrderStatus"] == "Canceled" else 1)]
    parts = [(shipped, 0), (0, unshipped)] if shipped and unshipped else [(shipped, unshipped)]
    return [_item(number, sum(part), *part) for number, part in enumerate(parts, 1)]


def _item(number: int, ordered: int, fulfilled: int | None, unfulfilled: int | None) -> Order:
    quantities = {"quantityFulfilled": fulfilled, "quantityUnfulfilled": unfulfilled}
    return {
        "orderItemId": f"{number:014d}",
        "quantityOrdered": ordered,
        "product": {"asin": "B000000000", "title": "Thing of the playground", "sellerSku": f"THING-{number}"},
        "fulfillment": {name: count for name, count in quantities.items() if count is not None},
    }
