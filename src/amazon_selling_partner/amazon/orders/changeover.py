"""Which version of the Orders API answers: the one that is set, or v0 until Amazon removes it.

Amazon plans to remove the operations of v0 that read orders on 2027-03-27:
https://developer-docs.amazon.com/sp-api/changelog/new-introducing-the-orders-api-v2026-01-01. It has postponed such
dates, so v0 is asked for as long as it answers. `refusals` tells what counts as the removal.
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

__all__ = ["Changeover", "ChosenOrders"]

_log = logging.getLogger(__name__)

T = TypeVar("T")

_PROBE_AFTER_SECONDS: Final = 24 * 3600.0
# Without Amazon's form, a refusal by one of these may come from the removal or from a gateway.
_DOUBTFUL: Final = frozenset({403, 404})

_MOVED: Final = (
    "Amazon no longer answers Orders API v0, so Orders API 2026-01-01 answers from now on. It allows one page of "
    "orders in three minutes, and some attributes stay empty, see the README. v0 is tried again after a day; %s="
    "2026-01-01 makes the move permanent. [status: %s, request id: %s]"
)
_RETURNED: Final = "Amazon answers Orders API v0 again, so it is used again."


class Changeover:
    """Whether an app and a seller have moved off v0 in a region; safe for many threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # When v0 is to be tried again; None while it is in use.
        self._probe_at: float | None = None

    @property
    def moved(self) -> bool:
        """Whether 2026-01-01 answers."""
        return self._probe_at is not None

    def take_probe(self) -> bool:
        """Return whether this step is the one that tries v0 again."""
        with self._lock:
            if self._probe_at is None or self._clock.monotonic() < self._probe_at:
                return False
            self._probe_at = self._clock.monotonic() + _PROBE_AFTER_SECONDS
            return True

    def move(self, removed: SellingPartnerError) -> None:
        """Leave v0, with one warning."""
        with self._lock:
            news = self._probe_at is None
            self._probe_at = self._clock.monotonic() + _PROBE_AFTER_SECONDS
        if news:
            _log.warning(_MOVED, ORDERS_API, removed.answer.status, removed.answer.request_id)

    def go_back(self) -> None:
        """Return to v0."""
        with self._lock:
            self._probe_at = None
        _log.info(_RETURNED)


class ChosenOrders:
    """Answers questions about orders with the version that the setting and Amazon choose.

    Args:
        setting: The version that is set.
        changeover: Returns whether v0 was left in a region; asked where no version is set.
        reader: Returns what answers with a version, for a marketplace.
        earlier: Returns the retrieval that a question goes on with.
        clock: Tells the time.
    """

    def __init__(
        self,
        setting: OrdersApi,
        changeover: Callable[[Region], Changeover],
        reader: Callable[[OrdersApi, Marketplace], OrdersReader],
        earlier: Callable[[OrderQuery], Retrieval | None],
        clock: Clock,
    ) -> None:
        self._setting = setting
        self._changeover = changeover
        self._reader = reader
        self._earlier = earlier
        self._clock = clock

    def retrieve_orders(self, query: OrderQuery, budget: Budget) -> list[AmazonOrder]:
        """Return the orders asked for, all from one version; see `OrdersReader.retrieve_orders`."""
        if query.needs_no_call:
            return []
        earlier = self._earlier(query)
        if earlier is not None:
            _log.info("Going on with the list that was begun at %s.", iso_8601(earlier.query.asked_at))
            # The window stays that of the first slice, also where the list has to be read from the start.
            query = replace(query, asked_at=earlier.query.asked_at)

        def ask(reader: OrdersReader) -> list[AmazonOrder]:
            return reader.retrieve_orders(query, budget, earlier)

        # A list that was begun on 2026-01-01 stays there.
        stays = earlier is not None and earlier.api is OrdersApi.V2026_01_01
        return self._answer(ask, query.marketplace, budget, stays=stays)

    def retrieve_order(self, order_id: str, marketplace: Marketplace, budget: Budget) -> AmazonOrder:
        """Return one order; see `OrdersReader.retrieve_order`."""
        return self._answer(lambda reader: reader.retrieve_order(order_id, marketplace, budget), marketplace, budget)

    def _answer(
        self, ask: Callable[[OrdersReader], T], marketplace: Marketplace, budget: Budget, *, stays: bool = False
    ) -> T:
        def from_v0() -> T:
            return ask(self._reader(OrdersApi.V0, marketplace))

        def from_2026() -> T:
            return ask(self._reader(OrdersApi.V2026_01_01, marketplace))

        if self._setting is OrdersApi.V2026_01_01:
            return from_2026()
        if self._setting is OrdersApi.V0:
            return self._pinned(from_v0)
        changeover = self._changeover(MARKETPLACES[marketplace].region)
        if stays or (changeover.moved and not changeover.take_probe()):
            return from_2026()
        probing = changeover.moved
        # A probe costs no time: until v0 has answered, nothing is waited for or tried again.
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
                changeover.go_back()
            return self._after_failure(error, changeover, from_2026)
        if probing:
            changeover.go_back()
        return result

    def _after_failure(self, error: SellingPartnerError, changeover: Changeover, from_2026: Callable[[], T]) -> T:
        if isinstance(error, OperationRemoved):
            changeover.move(error)
            return from_2026()
        if self._is_removal(error):
            # The date alone proves nothing, so an app that 2026-01-01 refuses as well stays on v0.
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
        """Return whether 2026-01-01 is worth asking for this step: no such order, or a refusal without a verdict."""
        status, of_v0 = error.answer.status, error.answer.operation in V0_OPERATIONS
        if isinstance(error, OrderNotFound):
            return self._after_removal and status == 404
        return self._after_removal and isinstance(error, AmazonUnavailable) and of_v0 and status in _DOUBTFUL

    @property
    def _after_removal(self) -> bool:
        return self._clock.now() >= V0_REMOVAL
