"""An order of Orders API 2026-01-01 as the concept that automations know from v0.

Unknown values pass unchanged. Attributes of v0 without a successor are None, specifications as a whole;
docs/when-v0-ends.md lists them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from ...concepts import AmazonOrder, BuyerInfo
from .payloads import unless_empty
from .v2026_payloads import ACCESS_POINT, NOT_TO_SHIP, PAYMENT_METHODS, PROGRAMS, TaxRegistration

__all__ = ["order_from"]

_Values: TypeAlias = Mapping[str, Any]
_NOTHING: Final[_Values] = {}


def order_from(values: _Values) -> AmazonOrder:
    """Return the order that a validated `OrderPayload` means."""
    channel, fulfillment = values["sales_channel"] or _NOTHING, values["fulfillment"]
    address = (values["recipient"] or _NOTHING).get("delivery_address")
    ship, deliver = fulfillment["ship_by_window"] or _NOTHING, fulfillment["deliver_by_window"] or _NOTHING
    return AmazonOrder(
        amazon_order_id=values["order_id"],
        order_status=fulfillment["fulfillment_status"],
        purchase_date=values["created_time"],
        last_update_date=values["last_updated_time"],
        marketplace_id=channel.get("marketplace_id"),
        fulfillment_channel=fulfillment["fulfilled_by"],
        shipment_service_level_category=fulfillment["fulfillment_service_level"],
        earliest_ship_date=ship.get("earliest_date_time"),
        latest_ship_date=ship.get("latest_date_time"),
        earliest_delivery_date=deliver.get("earliest_date_time"),
        latest_delivery_date=deliver.get("latest_date_time"),
        shipping_address=address,
        is_access_point_order=None if address is None else address.address_type == ACCESS_POINT,
        buyer_info=_buyer_info(values),
        sales_channel=_sales_channel(channel),
        order_total=(values["proceeds"] or _NOTHING).get("grand_total"),
        **_program_attributes(values["programs"] or (), fulfillment["fulfillment_status"]),
        **_item_counts(values["order_items"] or (), fulfillment["fulfillment_status"]),
        **_payment_attributes((values["payment"] or _NOTHING).get("payment_executions")),
    )


def _sales_channel(channel: _Values) -> str | None:
    """Return the marketplace as v0 names it, such as Amazon.com."""
    name: str | None = channel.get("marketplace_name")
    return name or ("Non-Amazon" if channel.get("channel_name") == "NON_AMAZON" else None)


def _program_attributes(programs: Iterable[str], status: str) -> dict[str, Any]:
    preorder = "PREORDER" in programs or status == "PendingAvailability"
    flags = {attribute: program in programs for attribute, program in PROGRAMS.items()}
    return {**flags, "order_type": "Preorder" if preorder else None}


def _payment_attributes(executions: list[dict[str, Any]] | None) -> dict[str, Any]:
    methods = list(dict.fromkeys(item["payment_method"] for item in executions or () if item["payment_method"]))
    known = [method for method in PAYMENT_METHODS.values() if method in methods]
    return {
        "payment_method": (known or ["Other"])[0] if methods else None,
        "payment_method_details": methods or None,
        "payment_execution_detail": None if executions is None else [_payment_detail(item) for item in executions],
    }


def _payment_detail(execution: dict[str, Any]) -> dict[str, Any]:
    payment = execution.pop("payment_amount")
    return execution | {"payment": payment}


def _item_counts(items: Iterable[_Values], status: str) -> dict[str, Any]:
    counts = [_shipped_and_unshipped(item) for item in items]
    unshipped = _sum(left for _, left in counts)
    if unshipped and status in NOT_TO_SHIP:
        unshipped = 0
    return {
        "number_of_items_shipped": _sum(shipped for shipped, _ in counts),
        "number_of_items_unshipped": unshipped,
    }


def _shipped_and_unshipped(item: _Values) -> tuple[int | None, int | None]:
    fulfillment = item["fulfillment"] or _NOTHING
    ordered, shipped = item["quantity_ordered"], fulfillment.get("quantity_fulfilled")
    unshipped = fulfillment.get("quantity_unfulfilled")
    if unshipped is None and ordered is not None and shipped is not None:
        unshipped = ordered - shipped
    # An item may have more units fulfilled than ordered; a negative count would hide those of other items.
    return _at_least_0(shipped), _at_least_0(unshipped)


def _at_least_0(count: int | None) -> int | None:
    return None if count is None else max(count, 0)


def _sum(counts: Iterable[int | None]) -> int | None:
    """Return the sum; None if there are no counts, or if one is unknown."""
    numbers = list(counts)
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def _buyer_info(values: _Values) -> BuyerInfo | None:
    registrations = (values["tax"] or _NOTHING).get("tax_registrations") or ()
    own = [item for item in registrations if item["entity_type"] == "BUYER"]
    return unless_empty(BuyerInfo, {**(values["buyer"] or _NOTHING), "buyer_tax_info": _buyer_tax_info(own)})


def _buyer_tax_info(registrations: list[_Values]) -> dict[str, Any] | None:
    """Return the buyer's own registrations in the shape of v0's BuyerTaxInfo; None if all values are empty."""
    regions = ((item["tax_registration_address"] or _NOTHING).get("country_code") for item in registrations)
    tax_info = {
        "company_legal_name": next(filter(None, (item["legal_name"] for item in registrations)), None),
        "taxing_region": next(filter(None, regions), None),
        "tax_classifications": [
            _classification(item)
            for item in registrations
            if item["tax_registration_type"] or item["tax_registration_number"]
        ],
    }
    return tax_info if any(tax_info.values()) else None


def _classification(registration: _Values) -> dict[str, Any]:
    added = {key: value for key, value in registration.items() if key not in TaxRegistration.__annotations__}
    return added | {
        "name": registration["tax_registration_type"],
        "value": registration["tax_registration_number"],
    }
