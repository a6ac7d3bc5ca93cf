"""Orders to play with: a handmade cast with every peculiarity, and any number of ordinary ones.

All people, streets and companies are invented. Orders have the shape of Orders API v0.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from .ordinary import Order, buyer_of, order_of, text_of
from .parameters import NON_AMAZON

__all__ = ["generated_orders", "seeded_orders"]

_Maker = Callable[..., Order]


def generated_orders(count: int, now: datetime, marketplace: str = "US", days: float = 25) -> list[Order]:
    """Return that many ordinary orders of the last days, evenly spread and oldest first, as Amazon lists them.

    They are the same for the same arguments.
    """
    chance = random.Random(count)
    step = timedelta(days=days) / max(count, 1)
    first = now - timedelta(hours=1)
    orders = [
        order_of(
            marketplace,
            f"{100 + number % 900}-{number:07d}-{chance.randrange(10**7):07d}",
            first - step * number,
            chance,
        )
        for number in range(count)
    ]
    for order in orders:  # None was updated in the future, or so lately that Amazon would not show it.
        order["LastUpdateDate"] = min(order["LastUpdateDate"], text_of(now - timedelta(minutes=30)))
    return orders[::-1]


def seeded_orders(now: datetime) -> list[Order]:
    """Return the cast: about 60 orders in many marketplaces and in every status, from 2024-11 until yesterday."""
    chance = random.Random(20241101)
    cast = [*_cast(now, chance), _documented_order(chance)]
    ordinary = [
        order_of(
            "US",
            f"113-{7400000 + number:07d}-{chance.randrange(10**7):07d}",
            now - timedelta(days=1 + 17.3 * number),
            chance,
        )
        for number in range(24)
    ]
    return [*cast, *(order for order in ordinary if order["PurchaseDate"] >= "2024-11-02"), _non_amazon_order(now)]


def _non_amazon_order(now: datetime) -> Order:
    """Return an order of another shop that Amazon ships; it is returned only by its id."""
    return order_of(
        "US", "S01-7654321-7654321", now - timedelta(days=12), random.Random(0),
        MarketplaceId=NON_AMAZON, SalesChannel="Non-Amazon", FulfillmentChannel="AFN",
    )  # fmt: skip


def _documented_order(chance: random.Random) -> Order:
    """Return the order of the documentation's examples."""
    bought = datetime.fromisoformat("2024-11-05T16:20:31Z")
    return order_of(
        "US", "902-3159896-1390916", bought, chance, "Unshipped",
        ShipServiceLevel="Std US D2D Dom", IsPremiumOrder=True,
        BuyerInfo=buyer_of("US", chance, PurchaseOrderNumber="PO-2024-0117"),
        FulfillmentInstruction={"FulfillmentSupplySourceId": "supply-source-boise-01"},
        AutomatedShippingSettings={"HasAutomatedShippingSettings": True, "AutomatedCarrier": "UPS", "AutomatedShipMethod": "UPS Ground"},
        PaymentExecutionDetail=[{"Payment": {"CurrencyCode": "USD", "Amount": "10.00"}, "PaymentMethod": "GC"}],
        OrderChannel="Website", IsReplacementOrder="false",
    )  # fmt: skip


def _cast(now: datetime, chance: random.Random) -> Iterator[Order]:
    """Yield one order for every peculiarity."""

    def make(marketplace: str, order_id: str, days_ago: float, status: str = "Shipped", **more: Any) -> Order:
        return order_of(marketplace, order_id, now - timedelta(days=days_ago), chance, status, **more)

    yield from _of_each_status_and_service(make)
    yield from _with_rare_attributes(make, chance)
    yield from _in_the_americas(make, chance)
    yield from _elsewhere(make)


def _of_each_status_and_service(make: _Maker) -> Iterator[Order]:
    yield make("US", "111-0000001-0000001", 0.2, "Pending")
    yield make("US", "111-0000002-0000002", 1.5, "Canceled")
    yield make("US", "111-0000003-0000003", 2.0, FulfillmentChannel="AFN", IsPrime=True)
    yield make(
        "US",
        "111-0000004-0000004",
        2.5,
        "Unshipped",
        IsPrime=True,
        IsPremiumOrder=True,
        ShipmentServiceLevelCategory="NextDay",
    )
    yield make("US", "111-0000005-0000005", 3.1, "PartiallyShipped", NumberOfItemsShipped=2, NumberOfItemsUnshipped=1)
    yield make("US", "111-0000006-0000006", 4.0, "Unshipped", IsISPU=True, ShipmentServiceLevelCategory="SameDay")
    yield make("US", "111-0000007-0000007", 5.0, IsAccessPointOrder=True)


def _with_rare_attributes(make: _Maker, chance: random.Random) -> Iterator[Order]:
    yield make(
        "US",
        "111-0000008-0000008",
        6.0,
        IsBusinessOrder=True,
        BuyerInfo=buyer_of(
            "US",
            chance,
            PurchaseOrderNumber="4500017-B",
            BuyerTaxInfo={
                "CompanyLegalName": "Larkspur Office Supply LLC",
                "TaxingRegion": "US",
                "TaxClassifications": [{"Name": "EIN", "Value": "00-0000000"}],
            },
        ),
        PaymentMethodDetails=["Invoice"],
    )
    yield make("US", "111-0000009-0000009", 7.0, IsReplacementOrder="true", ReplacedOrderId="111-0000003-0000003")
    yield make("US", "S01-1234567-1234567", 8.0, "Unfulfillable", SalesChannel="Non-Amazon", FulfillmentChannel="AFN")
    yield make("US", "111-0000011-0000011", 9.0, "PendingAvailability", OrderType="Preorder")
    yield make(
        "US",
        "111-0000012-0000012",
        10.0,
        "Unshipped",
        AutomatedShippingSettings={
            "HasAutomatedShippingSettings": True,
            "AutomatedCarrier": "USPS",
            "AutomatedShipMethod": "USPS First Class",
        },
        DefaultShipFromLocationAddress={
            "Name": "Harper & Vale Warehouse",
            "AddressLine1": "2 Dockside",
            "City": "Tacoma",
            "StateOrRegion": "WA",
            "PostalCode": "98402",
            "CountryCode": "US",
            "Phone": "+1 555 0100",
            "AddressType": "Commercial",
        },
    )
    yield make(
        "US", "111-0000013-0000013", 11.0, IsBusinessOrder="false", IsPrime="false", IsISPU="", OrderChannel=None
    )


def _in_the_americas(make: _Maker, chance: random.Random) -> Iterator[Order]:
    yield make("CA", "701-0000001-0000001", 3.0)
    yield make("MX", "702-0000001-0000001", 4.0, "Pending", OrderTotal={"CurrencyCode": "MXN", "Amount": "0.00"})
    yield make(
        "BR",
        "703-0000001-0000001",
        5.0,
        "InvoiceUnconfirmed",
        BuyerInfo=buyer_of(
            "BR",
            chance,
            BuyerCounty="Curitiba",
            BuyerTaxInfo={
                "CompanyLegalName": "Figueiredo Livros Ltda",
                "TaxingRegion": "BR",
                "TaxClassifications": [{"Name": "CNPJ", "Value": "00.000.000/0001-00"}],
            },
        ),
        PaymentMethodDetails=["CreditCard", "Pix"],
        PaymentExecutionDetail=[
            {
                "Payment": {"CurrencyCode": "BRL", "Amount": "120.50"},
                "PaymentMethod": "CreditCard",
                "AcquirerId": "11.111.111/0001-11",
                "CardBrand": "Visa",
                "AuthorizationCode": "A1B2C3",
            },
            {
                "Payment": {"CurrencyCode": "BRL", "Amount": "20.00"},
                "PaymentMethod": "Pix",
                "AcquirerId": "11.111.111/0001-11",
                "AuthorizationCode": "P9Z8",
            },
        ],
    )


def _elsewhere(make: _Maker) -> Iterator[Order]:
    yield make("DE", "302-0000001-0000001", 1.0, "Unshipped")
    yield make(
        "DE", "302-0000002-0000002", 2.0, IsBusinessOrder=True, IsIBA=True, IsSoldByAB=True, FulfillmentChannel="AFN"
    )
    yield make("GB", "202-0000001-0000001", 2.2, "Unshipped", IsGlobalExpressEnabled=True)
    yield make("IE", "203-0000001-0000001", 2.4)
    yield make(
        "TR",
        "404-0000001-0000001",
        3.3,
        BuyerInvoicePreference="BUSINESS",
        BuyerTaxInformation={"BuyerLegalCompanyName": "Karaoğlu A.Ş.", "BuyerTaxOffice": "Konak"},
    )
    yield make("AE", "405-0000001-0000001", 3.4, "Unshipped")
    yield make(
        "JP",
        "503-0000001-0000001",
        1.1,
        PaymentMethod="COD",
        PaymentMethodDetails=["COD"],
        PaymentExecutionDetail=[
            {"Payment": {"CurrencyCode": "JPY", "Amount": "3980"}, "PaymentMethod": "COD"},
            {"Payment": {"CurrencyCode": "JPY", "Amount": "200"}, "PaymentMethod": "PointsAccount"},
        ],
    )
    yield make("JP", "503-0000002-0000002", 1.2, "Pending", PaymentMethod="CVS", PaymentMethodDetails=["CVS"])
    yield make("AU", "504-0000001-0000001", 6.6, "Unshipped")
