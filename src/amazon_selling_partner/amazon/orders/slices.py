"""Lists that a later step may go on with: slice after slice costs no more pages than the whole list.

A runtime reads a list as offset 0 limit 100, offset 100 limit 100 and so on, with a new book each time. When a slice
ends, its retrieval stays open: the token of the next page, and the orders that were read but not returned yet.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from ...query import OrderQuery
from ..clock import Clock
from .retrieval import Retrieval

__all__ = ["OpenRetrievals", "SharedRetrievals"]

# Since the last use. The orders in an open retrieval are personal data, so neither bound is generous.
_MAX_IDLE_SECONDS: Final = 600.0
_MAX_OPEN: Final = 32


class SharedRetrievals:
    """The open retrievals of a process: bounded in number and time, the least recently used goes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: OrderedDict[Hashable, tuple[float, Retrieval]] = OrderedDict()

    def take(self, key: Hashable) -> Retrieval | None:
        """Return the retrieval of a question and give up its place, so that one step at a time uses it."""
        with self._lock:
            self._drop_idle()
            _, retrieval = self._open.pop(key, (0.0, None))
            return retrieval

    def keep(self, key: Hashable, retrieval: Retrieval) -> None:
        """Keep a retrieval for the next step that asks its question."""
        with self._lock:
            self._drop_idle()
            self._open[key] = self._clock.monotonic(), retrieval
            self._open.move_to_end(key)
            while len(self._open) > _MAX_OPEN:
                self._open.popitem(last=False)

    def clear(self) -> None:
        """Forget all retrievals."""
        with self._lock:
            self._open.clear()

    def _drop_idle(self) -> None:
        # They stand in the order of their last use.
        oldest = self._clock.monotonic() - _MAX_IDLE_SECONDS
        while self._open and next(iter(self._open.values()))[0] < oldest:
            self._open.popitem(last=False)


@dataclass(frozen=True, slots=True)
class OpenRetrievals:
    """The open retrievals of one session."""

    shared: SharedRetrievals
    session: Hashable

    def take(self, query: OrderQuery) -> Retrieval | None:
        """Return the retrieval that this question goes on with, None where it starts afresh.

        It goes on where the last slice of the same question ended, and starts afresh at any other offset and at 0.
        Where the step before failed on its way to the first slice, nothing was returned: then it goes on at any offset.
        """
        retrieval = self.shared.take((self.session, query.question))
        if retrieval is None:
            return None
        goes_on = retrieval.interrupted or (query.offset > 0 and query.offset == retrieval.place)
        return retrieval if goes_on else None

    def drop(self, query: OrderQuery) -> None:
        """Forget the retrieval of a question that is read from the start."""
        self.shared.take((self.session, query.question))

    def keep(self, retrieval: Retrieval) -> None:
        """Keep a retrieval for the next step that asks its question."""
        self.shared.keep((self.session, retrieval.query.question), retrieval)
