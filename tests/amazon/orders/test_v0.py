"""Orders API v0: what is asked of Amazon, and that every value of an answer arrives in the concept at its place."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spapi.models import orders_v0 as sdk

from amazon_selling_partner.amazon.calls import NotDocumented
from amazon_selling_partner.amazon.orders.v0 import OrdersV0
from amazon_selling_partner.amazon.orders.version import Page, UnreadableOrder
from amazon_selling_partner.concepts import (
    Address,
    AmazonOrder,
    AutomatedShippingSettings,
    BuyerInfo,
    FulfillmentInstruction,
)
from amazon_selling_partner.marketplaces import Marketplace, Region
from amazon_selling_partner.query import OrderQuery, Window
from tests.support import NOW

WIRE = OrdersV0()
ORDER_ID = "902-3159896-1390916"
REQUIRED = {
    "AmazonOrderId": ORDER_ID,
    "OrderStatus": "Unshipped",
    "PurchaseDate": "2024-11-01T10:00:00Z",
    "LastUpdateDate": "2024-11-02T10:00:00Z",
}


def read_order(body: object) -> AmazonOrder | UnreadableOrder | None:
    """Return the order in a GetOrderResponse, given as JSON or as it is sent."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return WIRE.order_call(ORDER_ID, Marketplace.US, Region.NA).read(sent)


def read_page(body: object) -> Page:
    call = WIRE.page_call(OrderQuery(marketplace=Marketplace.US, asked_at=NOW), Region.NA, None)
    return call.read(json.dumps(body).encode())


def read(**payload: Any) -> AmazonOrder:
    order = read_order({"payload": {**REQUIRED, **payload}})
    assert isinstance(order, AmazonOrder)
    return order


# What is asked for


def parameters(token: str | None = None, **query: Any) -> dict[str, str]:
    query = OrderQuery(**{"marketplace": Marketplace.US, "asked_at": NOW, **query})
    return dict(WIRE.page_call(query, Region.NA, token).query)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)


NOV_1, NOV_5 = at(2026, 11, 1), at(2026, 11, 5)
TEXT_1, TEXT_5 = "2026-11-01T00:00:00Z", "2026-11-05T00:00:00Z"


@pytest.mark.parametrize(
    ("query", "dates"),
    [
        ({"created": Window(NOV_1, NOV_5)}, {"CreatedAfter": TEXT_1, "CreatedBefore": TEXT_5}),
        ({"last_updated": Window(NOV_1, NOV_5)}, {"LastUpdatedAfter": TEXT_1, "LastUpdatedBefore": TEXT_5}),
        ({"created": Window(NOV_1), "last_updated": Window(NOV_5)}, {"LastUpdatedAfter": TEXT_5}),
        ({"created": Window(NOV_5), "last_updated": Window(NOV_1)}, {"CreatedAfter": TEXT_5}),
        ({"created": Window(before=NOV_1)}, {"CreatedAfter": "2000-01-01T00:00:00Z", "CreatedBefore": TEXT_1}),
    ],
    ids=["created", "updated", "both", "both, created later", "created before"],
)
def test_dates_are_of_one_kind_alone_as_amazon_demands(query, dates):
    assert {name: text for name, text in parameters(**query).items() if name.endswith(("After", "Before"))} == dates


def test_a_fraction_of_a_second_is_sent_in_milliseconds():
    query = {"created": Window(after=at(2026, 11, 1, 0, 0, 0, 123_000))}
    assert parameters(**query)["CreatedAfter"] == "2026-11-01T00:00:00.123Z"


def test_statuses_and_channels_are_lists_with_commas():
    query = parameters(statuses=frozenset({"Unshipped", "PartiallyShipped"}), channels=frozenset({"MFN", "AFN"}))
    assert (query["OrderStatuses"], query["FulfillmentChannels"]) == ("PartiallyShipped,Unshipped", "AFN,MFN")


def test_known_orders_need_their_ids_and_a_date_alone():
    known = {"order_ids": ("902-0000000-0000002", "902-0000000-0000001")}
    assert parameters(**known, statuses=frozenset({"Shipped"}), channels=frozenset({"MFN"}), limit=1) == {
        "MarketplaceIds": "ATVPDKIKX0DER",
        "CreatedAfter": "2000-01-01T00:00:00Z",
        "AmazonOrderIds": "902-0000000-0000002,902-0000000-0000001",
        "MaxResultsPerPage": "100",
    }
    since = parameters(**known, last_updated=Window(after=at(2026, 11, 1)))
    assert since["LastUpdatedAfter"] == "2026-11-01T00:00:00Z"
    assert "CreatedAfter" not in since


# Pages


def test_a_page_is_its_orders_and_the_token_of_the_next():
    payload = {"Orders": [REQUIRED, {**REQUIRED, "IsPrime": "false"}], "NextToken": "t+/=", "CreatedBefore": "x"}
    assert read_page({"payload": payload}) == Page([read(), read(IsPrime=False)], "t+/=")


def test_an_order_that_cannot_be_read_is_an_item_of_its_page():
    orders = [REQUIRED, {**REQUIRED, "IsPrime": "Jane Roe"}]
    assert read_page({"payload": {"Orders": orders}}).orders == [read(), UnreadableOrder(ORDER_ID, ("IsPrime",))]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"payload": None},
        {"payload": {}},
        {"payload": {"Orders": None}},
        {"payload": {"NextToken": "t"}},
        {"payload": {"Orders": [], "NextToken": 5}},
        {"Orders": []},
        {"errors": [{"code": "InternalFailure", "message": "x"}]},
        {"payload": {"Orders": [REQUIRED]}, "errors": [{"code": "InternalFailure", "message": "x"}]},
    ],
    ids=json.dumps,
)
def test_json_that_is_no_page_is_an_error_and_never_an_empty_page(body):
    with pytest.raises(NotDocumented) as caught:
        read_page(body)
    assert caught.value.final


# One order


@pytest.mark.parametrize(
    "body", [{}, {"payload": None}, {"payload": {}}, {"payload": {}, "errors": []}], ids=json.dumps
)
def test_an_empty_payload_is_an_unknown_order(body):
    assert read_order(body) is None


@pytest.mark.parametrize("payload", [{}, REQUIRED])
def test_errors_in_a_success_are_an_error(payload):
    with pytest.raises(NotDocumented):
        read_order({"payload": payload, "errors": [{"code": "InternalFailure", "message": "x"}]})


# How values are read


def test_empty_structures_in_a_list_are_left_out():
    order = read(PaymentExecutionDetail=[{}], BuyerInfo={"BuyerTaxInfo": {"TaxClassifications": [{}]}})
    assert order.payment_execution_detail == []
    assert order.buyer_info.buyer_tax_info["tax_classifications"] == []


@pytest.mark.parametrize("key", sorted(set(sdk.Order.attribute_map.values()) - set(REQUIRED)))
@pytest.mark.parametrize("nothing", [None, ""])
def test_null_and_empty_text_are_missing_values(key, nothing):
    assert read(**{key: nothing}) == read()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"AutomatedCarrierName": "UPS"}, AutomatedShippingSettings(automated_carrier="UPS")),
        ({"AutomatedCarrierName": "UPS", "AutomatedCarrier": ""}, AutomatedShippingSettings(automated_carrier="UPS")),
        ({"AutomatedShipMethodName": "Ground"}, AutomatedShippingSettings(automated_ship_method="Ground")),
        ({"AutomatedCarrier": "", "AutomatedCarrierName": None}, None),
    ],
)
def test_shipping_settings_may_have_the_names_of_live_responses(settings, expected):
    assert read(AutomatedShippingSettings=settings).automated_shipping_settings == expected


def test_the_documented_names_come_first():
    settings = {"AutomatedCarrier": "UPS", "AutomatedCarrierName": "other"}
    assert read(AutomatedShippingSettings=settings).automated_shipping_settings.automated_carrier == "UPS"


# What cannot be read


def unreadable(payload: object) -> UnreadableOrder:
    order = read_order({"payload": payload})
    assert isinstance(order, UnreadableOrder)
    return order


@pytest.mark.parametrize("key", REQUIRED)
@pytest.mark.parametrize("sent", ["missing", None, "", [], {}])
def test_an_order_without_a_required_value_is_unreadable(key, sent):
    payload = {**REQUIRED, key: sent}
    if sent == "missing":
        del payload[key]
    assert unreadable(payload) == UnreadableOrder(None if key == "AmazonOrderId" else ORDER_ID, (key,))


# Completeness, by the models of Amazon's own SDK

# facts of v0 that the documented concept has no place for
NOT_CARRIED = {
    "Order": {
        "SellerOrderId",
        "EasyShipShipmentStatus",
        "CbaDisplayableShippingLabel",
        "ReplacedOrderId",
        "IsReplacementOrder",
        "PromiseResponseDueDate",
        "IsEstimatedShipDateSet",
        "BuyerInvoicePreference",
        "BuyerTaxInformation",
        "MarketplaceTaxInfo",
        "SellerDisplayName",
        "HasRegulatedItems",
        "ElectronicInvoiceStatus",
    },
    "Address": {"CompanyName", "ExtendedFields"},
}
# The SDK's models, and the specifications that carry them; the others become json.
SPECIFICATIONS = {
    "Order": AmazonOrder,
    "Address": Address,
    "BuyerInfo": BuyerInfo,
    "FulfillmentInstruction": FulfillmentInstruction,
    "AutomatedShippingSettings": AutomatedShippingSettings,
}


def properties(model: str) -> dict[str, tuple[str, str]]:
    """Return the properties of a model by Amazon's names, each with the SDK's name and type, but for those left out."""
    kind = getattr(sdk, model)
    places = {kind.attribute_map[name]: (name, kind.swagger_types[name]) for name in kind.swagger_types}
    return {key: value for key, value in places.items() if key not in NOT_CARRIED.get(model, set())}


@pytest.mark.parametrize("model", SPECIFICATIONS)
def test_every_property_of_amazons_model_has_its_place_or_none(model):
    fields = {field.name for field in dataclasses.fields(SPECIFICATIONS[model])}
    assert {name for name, _ in properties(model).values()} == fields


@pytest.mark.parametrize("model", NOT_CARRIED)
def test_what_is_left_out_exists(model):
    assert set(getattr(sdk, model).attribute_map.values()) >= NOT_CARRIED[model]


# Every value arrives: orders are generated from the SDK's models together with what they have to become.

PLAIN_VALUES = {"str": st.text(min_size=1), "int": st.integers(0, 10**6), "bool": st.booleans()}


@st.composite
def payload_and_meaning(draw: st.DrawFn, kind: str) -> tuple[Any, Any]:
    """Draw a value of one of the SDK's types as Amazon sends it, and as it has to arrive."""
    if kind in PLAIN_VALUES:
        value = draw(PLAIN_VALUES[kind])
        return value, value
    if kind.startswith("List["):
        pairs = draw(st.lists(payload_and_meaning(kind[5:-1]), max_size=3))
        return [sent for sent, _ in pairs], [meant for _, meant in pairs]
    places = properties(kind)
    required = set(REQUIRED) if kind == "Order" else set()
    present = sorted(required | draw(st.sets(st.sampled_from(sorted(places)), min_size=1)))
    drawn = {key: draw(payload_and_meaning(places[key][1])) for key in present}
    payload = {key: sent for key, (sent, _) in drawn.items()}
    values = {places[key][0]: meant for key, (_, meant) in drawn.items()}
    if kind in SPECIFICATIONS:
        return payload, SPECIFICATIONS[kind](**values)
    return payload, {name: values.get(name) for name, _ in places.values()}


LEFT_OUT = st.sampled_from(["New", *sorted(NOT_CARRIED["Order"])])


@given(payload_and_meaning("Order"), st.dictionaries(LEFT_OUT, st.text()), st.data())
def test_every_value_arrives_at_its_place_and_none_is_invented(drawn, left_out, data):
    payload, meaning = drawn
    as_text = {
        key: json.dumps(value) if type(value) in {bool, int} and data.draw(st.booleans()) else value
        for key, value in payload.items()
    }
    assert read(**as_text, **left_out) == meaning
