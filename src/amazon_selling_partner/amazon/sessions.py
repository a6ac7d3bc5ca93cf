"""What outlives a book: connections, tokens and quota, kept for each set of credentials.

Kognitos makes a new book for every request. The second request with the same credentials finds everything here
and costs one HTTP call.
"""

import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from ..concepts import AmazonOrder
from ..errors import InFuture
from ..marketplaces import Marketplace
from ..query import OrderQuery
from ..settings import OrdersApi, Settings
from .client import SellingPartnerClient
from .clock import AmazonClock, Budget, Clock, SystemClock
from .credentials import LwaCredentials
from .http import Transport
from .lwa import LWA_URL, AccessTokens
from .orders.changeover import Changeover, ChosenOrders
from .orders.retrieval import Orders
from .orders.version import OrdersVersion
from .restricted_data import RestrictedDataTokens
from .throttle import Buckets

__all__ = ["SHARED", "Session", "Sessions"]

# More sellers at once than one runtime serves; the least recently used one beyond it starts afresh.
_MOST_SESSIONS: Final = 64
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


def _orders_v0() -> OrdersVersion:
    from .orders.v0 import OrdersV0  # pylint: disable=import-outside-toplevel # see _VERSIONS

    return OrdersV0()


def _orders_2026() -> OrdersVersion:
    from .orders.v2026 import Orders20260101  # pylint: disable=import-outside-toplevel # see _VERSIONS

    return Orders20260101()


# Each is imported when it is first asked, as its payload models take longer to build than most else to import.
_VERSIONS: Final[Mapping[OrdersApi, Callable[[], OrdersVersion]]] = {
    OrdersApi.V0: _orders_v0,
    OrdersApi.V2026_01_01: _orders_2026,
}


def _version(api: OrdersApi, marketplace: Marketplace) -> OrdersVersion:
    version = _VERSIONS[api]()
    if marketplace is not Marketplace.SANDBOX:
        return version
    from .orders.sandbox import sandboxed  # pylint: disable=import-outside-toplevel # hardly any step asks it

    return sandboxed(version, api)


class Session:
    """All that one set of credentials shares between books and threads."""

    def __init__(
        self,
        credentials: LwaCredentials,
        settings: Settings,
        clock: AmazonClock,
        changeover: Changeover,
        buckets: Buckets,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = Transport(clock, local=settings.local_url is not None)
        self._tokens = AccessTokens(credentials, settings.local_url or LWA_URL, self._transport, clock)
        # Quota belongs to the app and the seller, whatever else of credentials and settings is changed.
        bucket = partial(buckets.get, (credentials.account, settings.local_url))
        client = SellingPartnerClient(
            self._transport, self._tokens, clock, settings.local_url, bucket, self._tokens.secrets
        )
        restricted_data = RestrictedDataTokens(client, self._tokens, clock)
        self.orders = ChosenOrders(
            settings.orders_api,
            changeover,
            lambda api, marketplace: Orders(_version(api, marketplace), client, restricted_data),
        )

    def retrieve_orders(self, question: Callable[[datetime], OrderQuery]) -> list[AmazonOrder]:
        """Return the orders that a question asks for which is put now, by Amazon's time.

        Login with Amazon tells that time, where it is not known yet and the answer depends on it: it costs no quota,
        and the first call needs its token anyway.

        Raises:
            InvalidInput: The question cannot be put at this time.
            SellingPartnerError: See `Orders.retrieve_orders`.
        """
        budget = self.budget()
        if not self._clock.heard and self._depends_on_time(question):
            self._tokens.get(budget)
        return self.orders.retrieve_orders(question(self._clock.now()), budget)

    def _depends_on_time(self, question: Callable[[datetime], OrderQuery]) -> bool:
        try:
            query = question(self._clock.now())
        except InFuture:
            return True
        # The later it is put, the more can answer it; a limit of 0 or a status that cannot be stays what it is.
        return not replace(query, asked_at=_END_OF_TIME).needs_no_call

    def budget(self) -> Budget:
        """Return the time that one procedure may take, counted from now."""
        return Budget(self._clock, self._settings.deadline_seconds)

    def verify(self) -> None:
        """Prove the credentials with one exchange, which costs no quota of orders.

        Raises:
            CredentialsRejected, AmazonUnavailable: See `AccessTokens.get`.
        """
        self._tokens.get(self.budget(), renew=True)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


@dataclass(slots=True)
class _Entry:
    session: Session
    users: int = 0
    forgotten: bool = False


class Sessions:
    """The sessions of a process: bounded, safe for many threads, keyed by a digest of the credentials.

    A process that is forked off begins without any. On a connection that it shared with its parent, each could read
    the answers of the other, and a lock that another thread held while it was forked would never open. What is left of
    Amazon's quota is not handed down: the child takes it for full, as any new process does, until a 429 says otherwise.

    Attributes:
        clock: What tells the time.
    """

    def __init__(self, clock: Clock | None = None, most: int = _MOST_SESSIONS) -> None:
        self.clock = AmazonClock(clock or SystemClock())
        self._most = most
        self._begin()
        _EVERY.add(self)

    def _begin(self) -> None:
        self._changeover = Changeover(self.clock)
        self._buckets = Buckets(self.clock)
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, Settings], _Entry] = OrderedDict()

    @contextmanager
    def session(self, credentials: LwaCredentials, settings: Settings) -> Iterator[Session]:
        """Lend the session of these credentials; it stays open until its last user has given it back."""
        entry = self._entry((credentials.digest, settings), credentials)
        try:
            yield entry.session
        finally:
            with self._lock:
                entry.users -= 1
                unused = entry.forgotten and not entry.users
            if unused:
                entry.session.close()

    def close(self) -> None:
        """Forget all sessions; those in use close when they are given back."""
        with self._lock:
            closing = self._forget(len(self._entries))
        for session in closing:
            session.close()

    def _entry(self, key: tuple[str, Settings], credentials: LwaCredentials) -> _Entry:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                session = Session(credentials, key[1], self.clock, self._changeover, self._buckets)
                entry = self._entries[key] = _Entry(session)
            self._entries.move_to_end(key)
            entry.users += 1
            closing = self._forget(len(self._entries) - self._most)
        for session in closing:
            session.close()
        return entry

    def _forget(self, count: int) -> list[Session]:
        """Drop the least recently used entries; return the sessions that nobody uses any more."""
        closing = []
        for _ in range(count):
            _, entry = self._entries.popitem(last=False)
            entry.forgotten = True
            if not entry.users:
                closing.append(entry.session)
        return closing


_EVERY: Final[weakref.WeakSet[Sessions]] = weakref.WeakSet()


def _begin_again() -> None:
    # The old ones are let go, not closed: that would need their locks.
    for sessions in list(_EVERY):
        sessions._begin()  # pylint: disable=protected-access # its own module


if hasattr(os, "register_at_fork"):  # Windows knows no fork
    os.register_at_fork(after_in_child=_begin_again)


# Those of the process. Made with the module, which Python does once, however many threads import it first.
SHARED: Final = Sessions()
