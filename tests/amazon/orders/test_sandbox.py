"""The static sandbox: whatever a step asks becomes one of Amazon's published requests."""

from dataclasses import replace

import pytest

from amazon_selling_partner.amazon.orders.sandbox import sandboxed
from amazon_selling_partner.amazon.orders.v0 import OrdersV0
from amazon_selling_partner.amazon.orders.v2026 import Orders20260101
from amazon_selling_partner.marketplaces import MARKETPLACES, Marketplace, Region
from amazon_selling_partner.query import OrderQuery, Window
from tests.support import NOW

V0 = sandboxed(OrdersV0())
V2026 = sandboxed(Orders20260101())
REGIONS = (Region.SANDBOX_NA, Region.SANDBOX_EU, Region.SANDBOX_FE)
INCLUDED = "BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,TAX,PAYMENT"
both = pytest.mark.parametrize("api", [V0, V2026], ids=["v0", "2026-01-01"])


def question(case: str = "TEST_CASE_200", **more: object) -> OrderQuery:
    return OrderQuery(marketplace=Marketplace.SANDBOX, asked_at=NOW, sandbox_case=case, **more)


def asked(
    api: object, region: Region = Region.SANDBOX_NA, case: str = "TEST_CASE_200", **more: object
) -> dict[str, str]:
    return dict(api.page_call(api.adapted(question(case, **more)), region, None).query)


@both
def test_the_sandbox_is_asked_without_a_restricted_data_token(api):
    assert not api.restricted


@both
def test_dates_statuses_and_channels_are_neither_sent_nor_checked(api):
    narrow = question(
        created=Window(after=NOW), last_updated=Window(before=NOW), statuses=frozenset(), channels=frozenset({"AFN"})
    )
    adapted = api.adapted(narrow)
    assert adapted == replace(question(), key=narrow.key)
    assert not adapted.needs_no_call


def test_the_sandboxes_are_tried_north_america_first():
    facts = MARKETPLACES[Marketplace.SANDBOX]
    assert (facts.region, *facts.further_regions) == REGIONS


# v0


def test_v0_is_asked_for_its_published_case_alone():
    assert asked(V0, case="TEST_CASE_400", statuses=frozenset({"Shipped"}), limit=5) == {
        "CreatedAfter": "TEST_CASE_400",
        "MarketplaceIds": "ATVPDKIKX0DER",
    }


def test_the_published_pages_of_v0_are_asked_by_their_token():
    call = V0.page_call(question("TEST_CASE_200_NEXT_TOKEN"), Region.SANDBOX_NA, "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4")
    assert call.path == "/orders/v0/orders"
    assert call.query == {
        "CreatedAfter": "TEST_CASE_200_NEXT_TOKEN",
        "MarketplaceIds": "ATVPDKIKX0DER",
        "NextToken": "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4",
    }


def test_v0_is_asked_for_an_order_by_its_case():
    call = V0.order_call("TEST_CASE_IBA_200", Marketplace.SANDBOX, Region.SANDBOX_EU)
    assert (call.path, call.query, call.region) == ("/orders/v0/orders/TEST_CASE_IBA_200", {}, Region.SANDBOX_EU)


# 2026-01-01


def test_2026_01_01_is_asked_its_published_request_alone():
    assert asked(V2026, limit=1) == {
        "createdAfter": "2024-12-20T00:00:00Z",
        "marketplaceIds": "A2Q3Y263D00KWC",
        "includedData": INCLUDED,
    }


def test_each_region_is_asked_for_a_marketplace_of_its_own():
    assert [asked(V2026, region)["marketplaceIds"] for region in REGIONS] == [
        "A2Q3Y263D00KWC",
        "A1F83G8C2ARO7P",
        "A1VC38T7YXB528",
    ]


@pytest.mark.parametrize("region", REGIONS)
def test_the_published_refusal_of_2026_01_01_can_be_asked_for(region):
    assert asked(V2026, region, "TEST_CASE_400") == {"createdAfter": "TEST_CASE_400"}
    call = V2026.order_call("TEST_CASE_400", Marketplace.SANDBOX, region)
    assert (call.path.rpartition("/")[2], call.query) == ("TEST_CASE_400", {})


def test_any_other_case_of_v0_becomes_the_published_one():
    assert asked(V2026, case="TEST_CASE_200_NEXT_TOKEN") == asked(V2026)


def test_2026_01_01_is_asked_for_its_published_order():
    call = V2026.order_call("TEST_CASE_200", Marketplace.SANDBOX, Region.SANDBOX_NA)
    assert call.path == "/orders/2026-01-01/orders/171-9876543-2109876"
    assert call.query == {
        "includedData": "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
    }
