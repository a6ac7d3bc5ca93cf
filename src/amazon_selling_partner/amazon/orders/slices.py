"""Lists that a later step may go on with: slice after slice costs no more pages than the whole list.

A runtime reads a list as offset 0 limit 100, offset 100 limit 100 and so on, with a new book each time. When a slice
ends, its retrieval stays open: the token of the next page, and the orders that were read but not returned yet.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from ...query import OrderQuery
from ..clock import Clock
from .retrieval import Retrieval

__all__ = ["OpenRetrievals"]

# Since the last page was read or the last orders were returned. The orders in an open retrieval are personal data, so
# neither bound is generous.
_MAX_IDLE_SECONDS: Final = 600.0
_MAX_OPEN: Final = 32


class OpenRetrievals:
    """The open retrievals of a process: bounded in number and time, the least recently used goes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: OrderedDict[Hashable, Retrieval] = OrderedDict()

    def take(self, session: Hashable, query: OrderQuery) -> Retrieval | None:
        """Return the retrieval that a question goes on with, None where it starts afresh.

        It goes on where the last slice of the same question ended, and starts afresh at any other offset and at 0.
        The very first slice goes on where it failed, since nothing was returned yet. What is returned is no longer
        open, so that one step at a time uses it.
        """
        with self._lock:
            self._drop_idle()
            retrieval = self._open.pop((session, query.key), None)
        if retrieval is None:
            return None
        if retrieval.interrupted is not None:
            return retrieval if retrieval.interrupted == (query.offset, query.limit) else None
        return retrieval if query.offset > 0 and query.offset == retrieval.place else None

    def keep(self, session: Hashable, retrieval: Retrieval) -> None:
        """Keep a retrieval for the next step that asks its question."""
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
