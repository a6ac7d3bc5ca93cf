"""Bad weather on order: what the local Amazon does instead of, or to, its next answers."""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..server import Response

__all__ = ["Fault", "Faults", "changed", "dripping", "hanging", "resetting", "status", "truncated"]


@dataclass(frozen=True)
class Fault:
    """One disturbance.

    Attributes:
        instead: Answered in place of the real answer.
        change: Applied to the JSON content of the real answer.
        ending: How the connection ends: "truncate", "reset", "drip" or "hang".
    """

    instead: Response | None = None
    change: Callable[[Any], Any] | None = None
    ending: str | None = None

    def applied(self, response: Response) -> Response:
        """Return the response after this disturbance."""
        if self.instead is not None:
            return self.instead
        if self.change is not None:
            return Response(
                response.status, json.dumps(self.change(json.loads(response.body))).encode(), response.headers
            )
        return response


def status(code: int, body: str | bytes | dict[str, Any] = "", **headers: str) -> Fault:
    """Answer this status and body; a dictionary is sent as JSON. An underscore in a header's name means a hyphen."""
    if isinstance(body, dict):
        return Fault(instead=Response.of(code, body, **headers))
    content = body.encode() if isinstance(body, str) else body
    return Fault(instead=Response(code, content, {name.replace("_", "-"): text for name, text in headers.items()}))


def changed(change: Callable[[Any], Any]) -> Fault:
    """Answer what `change` makes of the content."""
    return Fault(change=change)


def truncated() -> Fault:
    """Send half of the announced body and close."""
    return Fault(ending="truncate")


def resetting() -> Fault:
    """Reset the connection without an answer."""
    return Fault(ending="reset")


def dripping() -> Fault:
    """Send the body byte by byte, never to its end."""
    return Fault(ending="drip")


def hanging() -> Fault:
    """Answer nothing until the local Amazon stops."""
    return Fault(ending="hang")


class Faults:
    """Disturbances by operation: a queue for the next calls, and one for every call until it is lifted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self._always: dict[str, Fault] = {}

    def next(self, operation: str, *faults: Fault | None) -> None:
        """Disturb the next calls of the operation, one after the other; None lets one pass."""
        with self._lock:
            self._next[operation].extend(faults)

    def always(self, operation: str, fault: Fault | None) -> None:
        """Disturb every call of the operation; None lifts it."""
        with self._lock:
            if fault is None:
                self._always.pop(operation, None)
            else:
                self._always[operation] = fault

    def take(self, operation: str | None) -> Fault | None:
        """Return the disturbance for a call that is here now."""
        with self._lock:
            if operation is None:
                return None
            waiting = self._next[operation]
            return waiting.popleft() if waiting else self._always.get(operation)
