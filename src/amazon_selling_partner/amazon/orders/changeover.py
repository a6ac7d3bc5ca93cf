"""Chooses the version of the Orders API: the configured one, or v0 until Amazon removes it.

Amazon plans to remove the operations of v0 that read orders on 2027-03-27:
https://developer-docs.amazon.com/sp-api/changelog/new-introducing-the-orders-api-v2026-01-01. It has postponed such
dates, so v0 is used for as long as it answers. `refusals` decides what counts as the removal.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from ... import messages
from ...concepts import AmazonOrder
from ...errors import AmazonUnavailable, CredentialsRejected, OperationRemoved, OrderNotFound, SellingPartnerError
from ...marketplaces import MARKETPLACES, Marketplace, Region
from ...query import OrderQuery
from ...settings import ORDERS_API, OrdersApi
from ..clock import Budget, Clock, iso_8601
from ..refusals import V0_OPERATIONS, V0_REMOVAL
from .reader import OrdersReader
from .retrieval import Retrieval

__all__ = ["Changeover", "OrdersRouter"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

_PROBE_AFTER_SECONDS: Final = 24 * 3600.0
# A refusal with one of these and without Amazon's form may be the removal or come from a gateway.
_DOUBTFUL: Final = frozenset({403, 404})

_MOVED: Final = (
    "Amazon no longer answers Orders API v0, so Orders API 2026-01-01 is used from now on. It allows one page of "
    "orders every three minutes, and some attributes stay empty, see the README. v0 is tried again after a day; %s="
    "2026-01-01 makes the move permanent. [status: %s, request id: %s]"
)
_RETURNED: Final = "Amazon answers Orders API v0 again, so it is used again."


class Changeover:
    """Whether an app and a seller have moved off v0 in a region; thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # When to try v0 again; None while it is in use.
        self._probe_at: float | None = None

    @property
    def moved(self) -> bool:
        """Whether 2026-01-01 has replaced v0."""
        return self._probe_at is not None

    def take_probe(self) -> bool:
        """Return whether this step is to try v0 again: one step a day."""
        with self._lock:
            if self._probe_at is None or self._clock.monotonic() < self._probe_at:
                return False
            self._probe_at = self._clock.monotonic() + _PROBE_AFTER_SECONDS
            return True

    def move(self, removed: SellingPartnerError) -> None:
        """Move to 2026-01-01; logs a warning unless it has happened already."""
        with self._lock:
            first = self._probe_at is None
            self._probe_at = self._clock.monotonic() + _PROBE_AFTER_SECONDS
        if first:
            _log.warning(_MOVED, ORDERS_API, removed.answer.status, removed.answer.request_id)

    def return_to_v0(self) -> None:
        """Use v0 again."""
        with self._lock:
            self._probe_at = None
        _log.info(_RETURNED)


class OrdersRouter:
    """Retrieves orders with the version that the setting and Amazon allow.

    Args:
        setting: The configured version.
        changeover: Returns the changeover of a region; used only with AUTO.
        reader: Returns the reader for a version and a marketplace.
        resumable: Returns the open retrieval that a query continues, if any.
        clock: The clock.
    """

    def __init__(
        self,
        setting: OrdersApi,
        changeover: Callable[[Region], Changeover],
        reader: Callable[[OrdersApi, Marketplace], OrdersReader],
        resumable: Callable[[OrderQuery], Retrieval | None],
        clock: Clock,
    ) -> None:
        self._setting = setting
        self._changeover = changeover
        self._reader = reader
        self._resumable = resumable
        self._clock = clock

    def retrieve_orders(self, query: OrderQuery, budget: Budget) -> list[AmazonOrder]:
        """Return the orders of a query, all from one version; see `OrdersReader.retrieve_orders`."""
        if query.needs_no_call:
            return []
        earlier = self._resumable(query)
        if earlier is not None:
            _log.info("Resuming the list that was started at %s.", iso_8601(earlier.query.asked_at))
            # Keeps the window of the first slice, even if the list has to be read from the start.
            query = replace(query, asked_at=earlier.query.asked_at)

        def retrieve(reader: OrdersReader) -> list[AmazonOrder]:
            return reader.retrieve_orders(query, budget, earlier)

        # A list that was started on 2026-01-01 stays there.
        stay_on_2026 = earlier is not None and earlier.api is OrdersApi.V2026_01_01
        return self._route(retrieve, query.marketplace, budget, stay_on_2026=stay_on_2026)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order; see `OrdersReader.retrieve_order`."""
        return self._route(lambda reader: reader.retrieve_order(order_id, marketplace, budget), marketplace, budget)

    def _route(
        self,
        retrieve: Callable[[OrdersReader], T],
        marketplace: Marketplace,
        budget: Budget,
        *,
        stay_on_2026: bool = False,
    ) -> T:
        def from_v0() -> T:
            return retrieve(self._reader(OrdersApi.V0, marketplace))

        def from_2026() -> T:
            return retrieve(self._reader(OrdersApi.V2026_01_01, marketplace))

        if self._setting is OrdersApi.V2026_01_01:
            return from_2026()
        if self._setting is OrdersApi.V0:
            return self._pinned(from_v0)
        changeover = self._changeover(MARKETPLACES[marketplace].region)
        if stay_on_2026 or (changeover.moved and not changeover.take_probe()):
            return from_2026()
        probing = changeover.moved
        # A probe costs no time: until v0 has answered, there are no waits and no retries.
        budget.patient = not probing
        try:
            result = from_v0()
        except CredentialsRejected:
            raise
        except SellingPartnerError as error:
            v0_answered, budget.patient = budget.patient, True
            if probing and not v0_answered:
                _log.info("Orders API v0 was tried again and still fails: %s", error)
                return from_2026()
            if probing and not self._is_removal(error):
                changeover.return_to_v0()
            return self._after_failure(error, changeover, from_2026)
        if probing:
            changeover.return_to_v0()
        return result

    def _after_failure(self, error: SellingPartnerError, changeover: Changeover, from_2026: Callable[[], T]) -> T:
        if isinstance(error, OperationRemoved):
            changeover.move(error)
            return from_2026()
        if self._is_removal(error):
            # The date by itself proves nothing, so an app that 2026-01-01 also refuses stays on v0.
            result = from_2026()
            changeover.move(error)
            return result
        if self._may_be_removal(error):
            return from_2026()
        raise error

    def _pinned(self, from_v0: Callable[[], T]) -> T:
        try:
            return from_v0()
        except SellingPartnerError as error:
            if not self._is_removal(error):
                raise
            raise OperationRemoved(messages.V0_REMOVED, answer=error.answer) from error

    def _is_removal(self, error: SellingPartnerError) -> bool:
        return isinstance(error, OperationRemoved) or (self._after_removal and error.suggests_removal)

    def _may_be_removal(self, error: SellingPartnerError) -> bool:
        """Return whether to try 2026-01-01 for this step: after a missing order, or a doubtful refusal."""
        status, of_v0 = error.answer.status, error.answer.operation in V0_OPERATIONS
        if isinstance(error, OrderNotFound):
            return self._after_removal and status == 404
        return self._after_removal and isinstance(error, AmazonUnavailable) and of_v0 and status in _DOUBTFUL

    @property
    def _after_removal(self) -> bool:
        return self._clock.now() >= V0_REMOVAL
