"""Open retrievals, which later steps continue: all slices of a list cost no more pages than the whole list.

A runtime reads a list as offset 0 limit 100, offset 100 limit 100 and so on, with a new book each time. After a slice,
its retrieval stays open, with the token of the next page and the orders that were read but not yet returned.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from ...query import OrderQuery
from ..clock import Clock
from .retrieval import Retrieval

__all__ = ["OpenRetrievals"]

# Idle time counts from the last page read or the last orders returned. The orders in an open retrieval are personal
# data, so neither limit is generous.
_MAX_IDLE_SECONDS: Final = 600.0
_MAX_OPEN: Final = 32


class OpenRetrievals:
    """The open retrievals of a process: bounded in number and time; the least recently used is evicted first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: OrderedDict[Hashable, Retrieval] = OrderedDict()

    def take(self, session: Hashable, query: OrderQuery) -> Retrieval | None:
        """Return the retrieval that a query continues, or None if it starts a new one.

        A query continues where the last slice with the same key ended; any other offset, and 0, start a new retrieval.
        If the first slice failed, the same slice continues where it stopped, since nothing was returned yet. The
        retrieval is removed, so that only one step at a time uses it.
        """
        with self._lock:
            self._drop_idle()
            retrieval = self._open.pop((session, query.key), None)
        if retrieval is None:
            return None
        if retrieval.interrupted is not None:
            return retrieval if retrieval.interrupted == (query.offset, query.limit) else None
        return retrieval if query.offset > 0 and query.offset == retrieval.position else None

    def keep(self, session: Hashable, retrieval: Retrieval) -> None:
        """Keep a retrieval for the next step with the same query."""
        with self._lock:
            self._open[session, retrieval.query.key] = retrieval
            self._open.move_to_end((session, retrieval.query.key))
            self._drop_idle()
            while len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)

    def _drop_idle(self) -> None:
        oldest = self._clock.monotonic() - _MAX_IDLE_SECONDS
        for key in [key for key, retrieval in self._open.items() if retrieval.advanced_at < oldest]:
            del self._open[key]
