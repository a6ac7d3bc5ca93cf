"""Where each version sends its calls: plan, marketplace, region and token, which decide quota, host and page."""

import pytest

from amazon_selling_partner.amazon.orders.sandbox import sandboxed
from amazon_selling_partner.amazon.orders.v0 import OrdersV0
from amazon_selling_partner.amazon.orders.v2026 import Orders20260101
from amazon_selling_partner.amazon.throttle import GET_ORDER, GET_ORDER_2026, GET_ORDERS, SEARCH_ORDERS, sandbox_plan
from amazon_selling_partner.marketplaces import Marketplace, Region
from amazon_selling_partner.query import OrderQuery
from tests.support import NOW

versions = pytest.mark.parametrize(
    ("version", "page_plan", "order_plan", "token_name"),
    [
        (OrdersV0(), GET_ORDERS, GET_ORDER, "NextToken"),
        (Orders20260101(), SEARCH_ORDERS, GET_ORDER_2026, "paginationToken"),
        (sandboxed(OrdersV0()), sandbox_plan(GET_ORDERS), sandbox_plan(GET_ORDER), "NextToken"),
        (
            sandboxed(Orders20260101()),
            sandbox_plan(SEARCH_ORDERS),
            sandbox_plan(GET_ORDER_2026),
            "paginationToken",
        ),
    ],
    ids=["v0", "2026-01-01", "sandbox of v0", "sandbox of 2026-01-01"],
)


@versions
@pytest.mark.parametrize("region", [Region.SANDBOX_EU, Region.SANDBOX_FE])
def test_a_page_counts_by_its_plan_and_goes_to_its_region(version, page_plan, order_plan, token_name, region):
    call = version.page_call(OrderQuery(marketplace=Marketplace.SANDBOX, asked_at=NOW), region, "t+/=")
    assert (call.plan, call.marketplace, call.region) == (page_plan, Marketplace.SANDBOX, region)
    assert call.query[token_name] == "t+/="


@versions
@pytest.mark.parametrize("region", [Region.SANDBOX_EU, Region.SANDBOX_FE])
def test_an_order_counts_by_its_plan_and_goes_to_its_region(version, page_plan, order_plan, token_name, region):
    call = version.order_call("TEST_CASE_200", Marketplace.SANDBOX, region)
    assert (call.plan, call.marketplace, call.region) == (order_plan, Marketplace.SANDBOX, region)


@pytest.mark.parametrize("version", [OrdersV0(), Orders20260101()], ids=["v0", "2026-01-01"])
def test_the_sandbox_of_a_version_has_its_name(version):
    assert sandboxed(version).api is version.api
