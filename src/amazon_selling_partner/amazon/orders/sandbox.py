"""Amazon's static sandbox, which answers only its published requests, as versions of the Orders API.

Amazon's models list these requests under x-amzn-api-sandbox, see also
https://developer-docs.amazon.com/sp-api/docs/the-selling-partner-api-sandbox. Each step sends one of them; offset,
limit and filter are applied to the response.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeVar

from ...concepts import AmazonOrder
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import OrderQuery, Window
from ...settings import OrdersApi
from ..calls import Call
from ..throttle import sandbox_plan
from .v2026 import INCLUDED_DATA
from .version import OrdersVersion, Page, UnreadableOrder

__all__ = ["sandboxed"]

T = TypeVar("T")

_REFUSED_CASE: Final = "TEST_CASE_400"
_MORE_INCLUDED_DATA: Final = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES"
_ORDER_2026: Final = "171-9876543-2109876"
# Each host serves only the marketplaces of its own region.
_LISTS_2026: Final[Mapping[Region, Mapping[str, str]]] = {
    Region.SANDBOX_NA: {
        "createdAfter": "2024-12-20T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.BR].marketplace_id,
        "includedData": INCLUDED_DATA,
    },
    Region.SANDBOX_EU: {
        "createdAfter": "2024-12-23T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.GB].marketplace_id,
        "includedData": _MORE_INCLUDED_DATA,
        # Published as a second page without a first one.
        "paginationToken": "9ZhB4RmVyc2lvbiAxLjAgb2YgdGhl",
    },
    Region.SANDBOX_FE: {
        "createdAfter": "2024-12-25T00:00:00Z",
        "marketplaceIds": MARKETPLACES[Marketplace.JP].marketplace_id,
        "includedData": _MORE_INCLUDED_DATA,
    },
}


def sandboxed(version: OrdersVersion) -> OrdersVersion:
    """Return the sandbox of a version."""
    return _SANDBOXES[version.api](version)


class _Sandbox:
    """What the sandboxes of both versions share."""

    # The sandbox has no restricted data tokens.
    restricted = False
    ids_per_call = 0
    # The published orders have other ids than the ones requested.
    checks_order_id = False

    def __init__(self, version: OrdersVersion) -> None:
        self.api = version.api
        self._version = version
        self.by_id_plan = sandbox_plan(version.by_id_plan)

    def adapted(self, query: OrderQuery) -> OrderQuery:
        """Return the query without dates, statuses and channels, which the sandbox does not support."""
        return replace(query, created=Window(), last_updated=Window(), statuses=None, channels=None)


class _SandboxV0(_Sandbox):
    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call[Page]:
        """Return the call for a published case; a token comes from a published page."""
        published = {
            "CreatedAfter": query.sandbox_case,
            "MarketplaceIds": MARKETPLACES[Marketplace.SANDBOX].marketplace_id,
        }
        if token:
            published["NextToken"] = token
        return _published(self._version.page_call(query, region, token), published)

    def order_call(
        self, order_id: str, marketplace: Marketplace, region: Region
    ) -> Call[AmazonOrder | UnreadableOrder | None]:
        """Return the call for a published case."""
        return _published(self._version.order_call(order_id, marketplace, region), {})


class _Sandbox20260101(_Sandbox):
    def page_call(self, query: OrderQuery, region: Region, token: str | None) -> Call[Page]:
        """Return the call for the one list published for a region, or for the case that Amazon refuses."""
        published = dict(_LISTS_2026[region])
        if query.sandbox_case == _REFUSED_CASE:
            published = {"createdAfter": _REFUSED_CASE}
        if token:
            published["paginationToken"] = token
        return _published(self._version.page_call(query, region, token), published)

    def order_call(
        self, order_id: str, marketplace: Marketplace, region: Region
    ) -> Call[AmazonOrder | UnreadableOrder | None]:
        """Return the call for the published order, or for the case that Amazon refuses."""
        refused = order_id == _REFUSED_CASE
        call = self._version.order_call(order_id if refused else _ORDER_2026, marketplace, region)
        return _published(call, {} if refused else {"includedData": _MORE_INCLUDED_DATA})


_SANDBOXES: Final[Mapping[OrdersApi, Callable[[OrdersVersion], OrdersVersion]]] = {
    OrdersApi.V0: _SandboxV0,
    OrdersApi.V2026_01_01: _Sandbox20260101,
}


def _published(call: Call[T], query: Mapping[str, str]) -> Call[T]:
    return replace(call, plan=sandbox_plan(call.plan), query=query)
