"""What the payloads of Orders API 2026-01-01 mean: Amazon's words become those that automations know from v0.

Fields are named as in Amazon's model, but where a whole payload becomes a specification or a json attribute.
A value that Amazon documents later passes as Amazon writes it. Where Amazon has no successor to an attribute of v0
it is None, and a specification is None as a whole; `differences` lists these.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ...concepts import Address, AmazonOrder, BuyerInfo
from .payloads import (
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
)
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

__all__ = ["Order"]


def _in_words_of_v0(words: Mapping[str, str]) -> AfterValidator:
    return AfterValidator(lambda value: words.get(value, value))


class _Payload(Payload):
    model_config = ConfigDict(alias_generator=to_camel)


class _Json(JsonPayload):
    model_config = ConfigDict(alias_generator=to_camel)


class _SalesChannel(_Payload):
    channel_name: Text = None
    marketplace_id: Text = None
    marketplace_name: Text = None

    @property
    def title(self) -> str | None:
        """The marketplace as v0 names it, such as Amazon.com."""
        return self.marketplace_name or ("Non-Amazon" if self.channel_name == "NON_AMAZON" else None)


class _Buyer(_Payload):
    buyer_email: Text = None
    buyer_name: Text = None
    purchase_order_number: Text = Field(None, alias="buyerPurchaseOrderNumber")


class _Address(_Payload):
    name: Text = None
    address_line1: Text = None
    address_line2: Text = None
    address_line3: Text = None
    city: Text = None
    # One field where v0 has two.
    county: Text = Field(None, alias="districtOrCounty")
    state_or_region: Text = None
    municipality: Text = None
    postal_code: Text = None
    country_code: Text = None
    phone: Text = None
    address_type: Annotated[Text, _in_words_of_v0(ADDRESS_TYPES)] = None


class _Recipient(_Payload):
    delivery_address: Structure[_Address] = Field(None)


class _Money(_Json):
    currency_code: Text = None
    amount: Text = None


class _Proceeds(_Payload):
    grand_total: Structure[_Money] = Field(None)


class _PaymentExecution(_Json):
    payment: Structure[_Money] = Field(None, alias="paymentAmount")
    payment_method: Annotated[Text, _in_words_of_v0(PAYMENT_METHODS)] = None
    acquirer_id: Text = None
    card_brand: Text = None
    authorization_code: Text = None


class _Payment(_Payload):
    payment_executions: Structures[_PaymentExecution] = Field(None)

    def attributes(self) -> dict[str, Any]:
        """Return the attributes that tell of the payment."""
        executions = self.payment_executions
        methods = list(dict.fromkeys(found.payment_method for found in executions or () if found.payment_method))
        known = [method for method in PAYMENT_METHODS.values() if method in methods]
        return {
            "payment_method": (known or ["Other"])[0] if methods else None,
            "payment_method_details": methods or None,
            "payment_execution_detail": plain(executions),
        }


class _TaxAddress(_Payload):
    country_code: Text = None


# What a tax registration tells of its owner, apart from the classification.
_NOT_CLASSIFYING: Final = frozenset(
    {"entity_type", "legal_name", "tax_registration_address", "tax_registration_attributes"}
)


class _TaxRegistration(_Json):
    name: Text = Field(None, alias="taxRegistrationType")
    value: Text = Field(None, alias="taxRegistrationNumber")
    entity_type: Text = None
    legal_name: Text = None
    tax_registration_address: Structure[_TaxAddress] = Field(None)
    tax_registration_attributes: Any = None

    def as_json(self) -> dict[str, Any] | None:
        """Return the classification that this registration is, None when it has no value."""
        values = super().as_json() or {}
        return {key: value for key, value in values.items() if key not in _NOT_CLASSIFYING} or None


class _Tax(_Payload):
    tax_registrations: Structures[_TaxRegistration] = Field(None)

    def buyer_tax_info(self) -> dict[str, Any] | None:
        """Return the buyer's registrations in the shape of v0's BuyerTaxInfo."""
        own = [found for found in self.tax_registrations or () if found.entity_type == "BUYER"]
        if not own:
            return None
        addresses = (found.tax_registration_address for found in own)
        regions = (address.country_code for address in addresses if address)
        return {
            "company_legal_name": next(filter(None, (found.legal_name for found in own)), None),
            "taxing_region": next(filter(None, regions), None),
            "tax_classifications": [found.as_json() for found in own if found.name or found.value],
        }


class _TimeRange(_Payload):
    earliest_date_time: Text = None
    latest_date_time: Text = None


class _Fulfillment(_Payload):
    fulfillment_status: Annotated[RequiredText, _in_words_of_v0(STATUSES)]
    fulfilled_by: Annotated[Text, _in_words_of_v0(CHANNELS)] = None
    fulfillment_service_level: Annotated[Text, _in_words_of_v0(SERVICE_LEVELS)] = None
    ship_by_window: Structure[_TimeRange] = Field(None)
    deliver_by_window: Structure[_TimeRange] = Field(None)

    def attributes(self) -> dict[str, Any]:
        """Return the attributes that tell of the fulfillment."""
        ship, deliver = self.ship_by_window or _TimeRange(), self.deliver_by_window or _TimeRange()
        return {
            "order_status": self.fulfillment_status,
            "fulfillment_channel": self.fulfilled_by,
            "shipment_service_level_category": self.fulfillment_service_level,
            "earliest_ship_date": ship.earliest_date_time,
            "latest_ship_date": ship.latest_date_time,
            "earliest_delivery_date": deliver.earliest_date_time,
            "latest_delivery_date": deliver.latest_date_time,
        }


class _ItemFulfillment(_Payload):
    quantity_fulfilled: Number = None
    quantity_unfulfilled: Number = None


class _OrderItem(_Payload):
    quantity_ordered: Number = None
    fulfillment: Structure[_ItemFulfillment] = Field(None)

    @property
    def shipped(self) -> int | None:
        """How many units were shipped, None when Amazon does not say."""
        return self.fulfillment.quantity_fulfilled if self.fulfillment else None

    @property
    def unshipped(self) -> int | None:
        """How many units are left, None when it can neither be read nor told from the others."""
        stated = self.fulfillment.quantity_unfulfilled if self.fulfillment else None
        if stated is not None or self.quantity_ordered is None or self.shipped is None:
            return stated
        return self.quantity_ordered - self.shipped


class Order(_Payload):
    """An Order of Amazon's model."""

    order_id: RequiredText
    created_time: RequiredText
    last_updated_time: RequiredText
    programs: Texts = None
    sales_channel: Structure[_SalesChannel] = Field(None)
    buyer: Structure[_Buyer] = Field(None)
    recipient: Structure[_Recipient] = Field(None)
    proceeds: Structure[_Proceeds] = Field(None)
    payment: Structure[_Payment] = Field(None)
    tax: Structure[_Tax] = Field(None)
    fulfillment: _Fulfillment
    order_items: Structures[_OrderItem] = Field(None)

    def concept(self) -> AmazonOrder:
        """Return the concept."""
        channel = self.sales_channel or _SalesChannel()
        total = self.proceeds.grand_total if self.proceeds else None
        address = specification(Address, self.recipient.delivery_address if self.recipient else None)
        tax_info = self.tax.buyer_tax_info() if self.tax else None
        return AmazonOrder(
            amazon_order_id=self.order_id,
            purchase_date=self.created_time,
            last_update_date=self.last_updated_time,
            marketplace_id=channel.marketplace_id,
            sales_channel=channel.title,
            shipping_address=address,
            is_access_point_order=None if address is None else address.address_type == ACCESS_POINT,
            buyer_info=specification(BuyerInfo, self.buyer or _Buyer(), buyer_tax_info=tax_info),
            order_total=plain(total),
            **self.fulfillment.attributes(),
            **self._of_programs(),
            **self._item_counts(),
            **(self.payment.attributes() if self.payment else {}),
        )

    def _of_programs(self) -> dict[str, Any]:
        programs = self.programs or ()
        preorder = "PREORDER" in programs or self.fulfillment.fulfillment_status == "PendingAvailability"
        flags = {attribute: program in programs for attribute, program in PROGRAMS.items()}
        return {**flags, "order_type": "Preorder" if preorder else None}

    def _item_counts(self) -> dict[str, Any]:
        items = self.order_items or ()
        shipped = _total(item.shipped for item in items)
        unshipped = _total(item.unshipped for item in items)
        if unshipped and self.fulfillment.fulfillment_status in NOT_TO_SHIP:
            unshipped = 0
        return {"number_of_items_shipped": shipped, "number_of_items_unshipped": unshipped}


def _total(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
