"""Which version of the Orders API answers: the one that is set, or v0 until Amazon removes it.

Amazon removes the operations of v0 that read orders on 2027-03-27, in all marketplaces:
https://developer-docs.amazon.com/sp-api/changelog/new-introducing-the-orders-api-v2026-01-01.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar

from ...concepts import AmazonOrder
from ...errors import OperationRemoved
from ...marketplaces import Marketplace
from ...query import OrderQuery
from ...settings import ORDERS_API, OrdersApi
from ..clock import Budget, Clock
from .retrieval import Orders

__all__ = ["REMOVAL", "Changeover", "ChosenOrders"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

REMOVAL: Final = datetime(2027, 3, 27, tzinfo=UTC)


class Changeover:
    """Whether Amazon still has v0: told by the date or by Amazon, once for a whole process; safe for many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._over = False

    @property
    def is_over(self) -> bool:
        """Whether v0 is gone; then it stays gone."""
        if not self._over and self._clock.now() >= REMOVAL:
            self.end(f"its date of removal, {REMOVAL:%Y-%m-%d}, has come")
        return self._over

    def end(self, reason: str) -> None:
        """Take v0 for gone, and say so once."""
        with self._lock:
            news, self._over = not self._over, True
        if news:
            _log.warning(
                "Orders API v0 is not asked any more: %s. From now on Orders API 2026-01-01 answers; it allows one "
                "page of orders in three minutes, and some attributes stay empty, see the README. %s=2026-01-01 "
                "makes this permanent.",
                reason,
                ORDERS_API,
            )


class ChosenOrders:
    """Answers questions about orders with the version of the Orders API that the setting and the time choose.

    Args:
        setting: The version that is set.
        changeover: Whether Amazon still has v0; asked where no version is set.
        orders: Returns what answers with a version, for a marketplace.
    """

    def __init__(
        self, setting: OrdersApi, changeover: Changeover, orders: Callable[[OrdersApi, Marketplace], Orders]
    ) -> None:
        self._setting = setting
        self._changeover = changeover
        self._orders = orders

    def retrieve_orders(self, query: OrderQuery, budget: Budget) -> list[AmazonOrder]:
        """Return the orders asked for, all from one version; see `Orders.retrieve_orders`."""
        return self._answer(lambda orders: orders.retrieve_orders(query, budget), query.marketplace, budget)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order; see `Orders.retrieve_order`."""
        return self._answer(lambda orders: orders.retrieve_order(order_id, marketplace, budget), marketplace, budget)

    def _answer(self, ask: Callable[[Orders], T], marketplace: Marketplace, budget: Budget) -> T:
        version = self._version()
        try:
            return ask(self._orders(version, marketplace))
        except OperationRemoved as removed:
            if version is not OrdersApi.V0:
                raise
            self._leave_v0(removed, marketplace)
        # Pages of v0 that were read already are asked for anew: half an answer in each version would fit nowhere.
        budget.orders_read = 0
        return ask(self._orders(OrdersApi.V2026_01_01, marketplace))

    def _version(self) -> OrdersApi:
        if self._setting is not OrdersApi.AUTO:
            return self._setting
        return OrdersApi.V2026_01_01 if self._changeover.is_over else OrdersApi.V0

    def _leave_v0(self, removed: OperationRemoved, marketplace: Marketplace) -> None:
        if self._setting is OrdersApi.V0:
            raise OperationRemoved(
                "Amazon no longer has Orders API v0, and the environment variable "
                f"{ORDERS_API} pins this deployment to it. Set it to 2026-01-01 or to auto, then run the step again.",
                facts=removed.facts,
            ) from removed
        # The sandbox is a house of its own: what it no longer has, Amazon may still have.
        if marketplace is not Marketplace.SANDBOX:
            facts = removed.facts
            self._changeover.end(
                f"Amazon says that it no longer has {facts.operation} "
                f"(status {facts.status}, request id {facts.request_id})"
            )
