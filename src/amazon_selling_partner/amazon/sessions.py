"""State that outlives a book: connections, tokens, quota and open retrievals for each set of credentials.

Kognitos creates a new book for every request. A second request with the same credentials reuses this state and costs
one HTTP call.
"""

import logging
import os
from functools import partial
from typing import TYPE_CHECKING, Final

from ..concepts import AmazonOrder
from ..marketplaces import Marketplace
from ..query import OrderQuery
from ..redaction import Secrets
from ..settings import OrdersApi, Settings
from .client import SellingPartnerClient
from .clock import Budget, Clock, Listener
from .credentials import LwaCredentials
from .http import Transport
from .lwa import LWA_URL, AccessTokens
from .orders.changeover import Changeover, OrdersRouter
from .orders.reader import OrdersReader
from .orders.slices import OpenRetrievals
from .orders.version import OrdersVersion
from .registry import Registry
from .restricted_data import RestrictedDataTokens
from .throttle import TokenBucket

if TYPE_CHECKING:
    import httpx

__all__ = ["SHARED", "Session", "Sessions"]

_log = logging.getLogger(__name__)

# More sellers at once than one runtime serves.
_MAX_SESSIONS: Final = 64
# Five operations in three regions for each session, and some more.
_MAX_BUCKETS: Final = 1024
# A few regions for each session.
_MAX_CHANGEOVERS: Final = 256


def _version(api: OrdersApi, marketplace: Marketplace) -> OrdersVersion:
    # pylint: disable=import-outside-toplevel # the payload models take long to import
    version: OrdersVersion
    if api is OrdersApi.V0:
        from .orders.v0 import OrdersV0

        version = OrdersV0()
    else:
        from .orders.v2026 import Orders20260101

        version = Orders20260101()
    if marketplace is not Marketplace.SANDBOX:
        return version
    from .orders.sandbox import sandboxed

    return sandboxed(version)


class _Shared:
    """The sessions of a process, and what they share: Amazon counts quota by app and seller, not by credentials."""

    def __init__(self, clock: Clock) -> None:
        self.buckets: Registry[TokenBucket] = Registry(_MAX_BUCKETS)
        self.changeovers: Registry[Changeover] = Registry(_MAX_CHANGEOVERS)
        self.retrievals = OpenRetrievals(clock)
        self.sessions: Registry[Session] = Registry(_MAX_SESSIONS)


class Session:
    """The state of one set of credentials, shared by books and threads."""

    def __init__(
        self,
        credentials: LwaCredentials,
        settings: Settings,
        clock: Clock,
        shared: _Shared,
        listener: Listener,
        network: "httpx.BaseTransport | None",
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._listener = listener
        account = credentials.account, settings.local_url
        secrets = Secrets(credentials.refresh_token, credentials.client_secret)
        self._transport = Transport(clock, local=settings.local_url is not None, network=network)
        self._access_tokens = AccessTokens(credentials, settings.local_url or LWA_URL, self._transport, clock, secrets)
        client = SellingPartnerClient(
            self._transport,
            self._access_tokens,
            clock,
            lambda region, plan: shared.buckets.get(
                (account, region, plan.operation), partial(TokenBucket, plan, clock)
            ),
            secrets,
            settings.local_url,
        )
        restricted_data = RestrictedDataTokens(client, self._access_tokens, clock)
        key = credentials.digest, settings
        keep = partial(shared.retrievals.keep, key)
        self._orders = OrdersRouter(
            settings.orders_api,
            lambda region: shared.changeovers.get((account, region), lambda: Changeover(clock)),
            lambda api, marketplace: OrdersReader(_version(api, marketplace), client, restricted_data, keep),
            partial(shared.retrievals.take, key),
            clock,
        )

    def retrieve_orders(self, query: OrderQuery) -> list[AmazonOrder]:
        """Return the orders of a query; see `OrdersReader.retrieve_orders`."""
        budget = self._budget()
        orders = self._orders.retrieve_orders(query, budget)
        _log_finished("retrieve orders", len(orders), budget)
        return orders

    def retrieve_order(self, order_id: str, marketplace: Marketplace) -> AmazonOrder:
        """Return one order; see `OrdersReader.retrieve_order`."""
        budget = self._budget()
        order = self._orders.retrieve_order(order_id, marketplace, budget)
        _log_finished("retrieve an order", 1, budget)
        return order

    def verify(self) -> None:
        """Check the credentials; see `AccessTokens.verify`."""
        self._access_tokens.verify(self._budget())

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _budget(self) -> Budget:
        return Budget(self._clock, self._settings.deadline_seconds, self._listener)


class Sessions:
    """The sessions of a process: bounded and thread-safe.

    Args:
        clock: The clock; None means the machine's.
        listener: Receives the progress of steps.
        network: Replaces the connections to Amazon.

    Attributes:
        clock: As above.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        listener: Listener | None = None,
        network: "httpx.BaseTransport | None" = None,
    ) -> None:
        self.clock = clock or Clock()
        self._listener = listener or Listener()
        self._network = network
        self.reset()

    def reset(self) -> None:
        """Start over without touching the old state: after a fork, its locks may be held by threads that are gone."""
        self._shared = _Shared(self.clock)

    def get(self, credentials: LwaCredentials, settings: Settings) -> Session:
        """Return the session of these credentials and settings."""
        shared = self._shared
        return shared.sessions.get(
            (credentials.digest, settings),
            lambda: Session(credentials, settings, self.clock, shared, self._listener, self._network),
        )

    def close(self) -> None:
        """Close the connections of all sessions, and forget them."""
        shared = self._shared
        self.reset()
        for session in shared.sessions.values():
            session.close()


def _log_finished(procedure: str, orders: int, budget: Budget) -> None:
    _log.info(
        "%s: %d orders, %d calls, %.0f s waited, Orders API %s, last request id %s",
        procedure,
        orders,
        budget.calls,
        budget.waited,
        budget.api or "not called",
        budget.request_id or "none",
    )


# A forked process must not share connections with its parent.
SHARED: Final = Sessions()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=SHARED.reset)
