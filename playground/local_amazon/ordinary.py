"""An ordinary order of any marketplace, in the shape of Orders API v0. All people and streets are invented."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from amazon_selling_partner.marketplaces import MARKETPLACES, Marketplace

__all__ = ["PEOPLE", "Order", "buyer_of", "order_of", "text_of"]

Order = dict[str, Any]

_CURRENCIES: Final = {
    "US": "USD",
    "CA": "CAD",
    "MX": "MXN",
    "BR": "BRL",
    "DE": "EUR",
    "GB": "GBP",
    "JP": "JPY",
    "TR": "TRY",
    "AE": "AED",
    "IE": "EUR",
    "AU": "AUD",
}
_DOMAINS: Final = {
    "US": "com",
    "CA": "ca",
    "MX": "com.mx",
    "BR": "com.br",
    "DE": "de",
    "GB": "co.uk",
    "JP": "co.jp",
    "TR": "com.tr",
    "AE": "ae",
    "IE": "ie",
    "AU": "com.au",
}

PEOPLE: Final = {
    "US": [
        ("Rosalind Harper", "418 Larkspur Lane", "Boise", "ID", "83702"),
        ("Theo Blackwood", "77 Juniper Court Apt 4", "Asheville", "NC", "28801"),
        ("Imani Castellan", "1290 Harbor Mist Drive", "Duluth", "MN", "55802"),
        ("Walter Pennyfield", "56 Quarry Road", "Santa Fe", "NM", "87501"),
    ],
    "CA": [("Noémie Tremblay-Roy", "22 rue des Érables", "Québec", "QC", "G1R 2S5")],
    "MX": [("Lucía Montesinos", "Calle Jacaranda 210", "Puebla", "Puebla", "72000")],
    "BR": [("João Figueiredo Neto", "Rua das Acácias, 88", "Curitiba", "PR", "80010-000")],
    "DE": [("Jürgen Weißenbröck", "Mühlstraße 7", "Göttingen", "", "37073"), ("Käthe Öttinger", "Am Fährhaus 3", "Lübeck", "", "23552")],
    "GB": [("Bronwen Ashdown", "4 Thistle Mews", "Shrewsbury", "Shropshire", "SY1 1AA")],
    "IE": [("Aoife Nic Dhomhnaill", "9 Cúirt na Coiribe", "Galway", "Co. Galway", "H91 E9XX")],
    "JP": [("東雲 あかり", "中央区銀座四丁目1番1号", "東京都", "", "104-0061")],
    "TR": [("Şebnem Karaoğlu", "Çınar Sokak No: 12", "İzmir", "Konak", "35260")],
    "AE": [("ليلى المنصوري", "شارع الواحة ٥", "دبي", "", "00000")],
    "AU": [("Kirra Wandoo", "31 Banksia Parade", "Hobart", "TAS", "7000")],
}  # fmt: skip


# fmt: off
def order_of(marketplace: str, order_id: str, bought: datetime, chance: random.Random, status: str | None = None, **more: Any) -> Order:
    """Return an order as Amazon would show it in this status; `more` replaces or adds fields."""
    status = status or chance.choice(["Shipped", "Shipped", "Shipped", "Unshipped", "Canceled"])
    channel = more.get("FulfillmentChannel") or chance.choice(["MFN", "MFN", "AFN"])
    items = chance.randint(1, 4)
    made: Order = {
        "AmazonOrderId": order_id,
        "PurchaseDate": text_of(bought),
        "LastUpdateDate": text_of(bought + timedelta(hours=chance.randint(0, 20), minutes=chance.randint(0, 59)) * (status != "Pending")),
        "OrderStatus": status,
        "FulfillmentChannel": channel,
        "SalesChannel": f"Amazon.{_DOMAINS[marketplace]}",
        "ShipServiceLevel": f"Std {marketplace} D2D Dom",
        "NumberOfItemsShipped": items if status in {"Shipped", "InvoiceUnconfirmed"} else 0,
        "NumberOfItemsUnshipped": items if status in {"Unshipped", "Unfulfillable"} else 0,
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
        "MarketplaceId": MARKETPLACES[Marketplace[marketplace]].marketplace_id,
        "ShipmentServiceLevelCategory": chance.choice(["Standard", "Standard", "Expedited", "SecondDay"]),
        "OrderType": "StandardOrder",
        "EarliestShipDate": text_of(bought + timedelta(hours=6)),
        "LatestShipDate": text_of(bought + timedelta(days=2)),
        "IsReplacementOrder": "false",
        "IsBusinessOrder": False, "IsPrime": False, "IsPremiumOrder": False, "IsGlobalExpressEnabled": False,
        "IsSoldByAB": False, "IsIBA": False, "IsISPU": False, "IsAccessPointOrder": False,
        "HasRegulatedItems": False,
        "EasyShipShipmentStatus": "PendingPickUp",
        "ElectronicInvoiceStatus": "NotRequired",
    }
    if channel == "MFN":
        made |= {"EarliestDeliveryDate": text_of(bought + timedelta(days=3)), "LatestDeliveryDate": text_of(bought + timedelta(days=6))}
    if status not in {"Pending", "PendingAvailability", "Canceled"}:
        made["OrderTotal"] = {"CurrencyCode": _CURRENCIES[marketplace], "Amount": f"{chance.randint(500, 25000) / 100:.2f}"}
        address = _address(marketplace, chance)
        if status != "Unfulfillable":  # Amazon's model names the statuses that show an address; this is not one.
            made["ShippingAddress"] = address
        made["AutomatedShippingSettings"] = {"HasAutomatedShippingSettings": False}
        made["BuyerInfo"] = buyer_of(marketplace, chance)
    return made | more
# fmt: on


def _address(marketplace: str, chance: random.Random) -> Order:
    name, street, city, region, code = chance.choice(PEOPLE[marketplace])
    address = {
        "Name": name,
        "AddressLine1": street,
        "City": city,
        "StateOrRegion": region,
        "PostalCode": code,
        "CountryCode": marketplace,
        "Phone": f"+1 555 01{chance.randint(0, 99):02d}",
        "AddressType": chance.choice(["Residential", "Commercial"]),
    }
    return {key: value for key, value in address.items() if value}


def buyer_of(marketplace: str, chance: random.Random, **more: Any) -> Order:
    """Return the buyer of an order; `more` adds fields."""
    name = chance.choice(PEOPLE[marketplace])[0]
    box = "".join(chance.choices("bcdfghjklmnpqrstvwxz0123456789", k=15))
    return {"BuyerName": name, "BuyerEmail": f"{box}@marketplace.amazon.{_DOMAINS[marketplace]}", **more}


def text_of(moment: datetime) -> str:
    """Return a time in UTC as Orders API v0 writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
