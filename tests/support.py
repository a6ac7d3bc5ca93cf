"""What many tests share: a clock that does not wait, and answers by script."""

import json
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.http import Response

__all__ = ["NOW", "FakeClock", "ScriptedTransport", "answer"]

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


class FakeClock:
    """A clock whose time passes only by sleeping; fulfils `clock.Clock`, and is callable as POSIX seconds."""

    def __init__(self, now: datetime = NOW) -> None:
        self._start = now
        self._passed = 0.0
        self._lock = Lock()
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def __call__(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self._lock:
            self.sleeps.append(seconds)
            self._passed += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass without anybody having slept."""
        with self._lock:
            self._passed += seconds

    @property
    def slept(self) -> float:
        """How long everybody slept together."""
        return sum(self.sleeps)


def answer(status: int = 200, body: object = None, **headers: str) -> Response:
    """An answer of Amazon's; bytes and text as they are, anything else as JSON."""
    if isinstance(body, str):
        body = body.encode()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), content)


class ScriptedTransport:
    """Stands for `transport.Transport` where a test needs answers no server gives: each send takes the next one."""

    def __init__(self, *script: Response | Exception) -> None:
        self._script = list(script)
        self.sent: list[dict[str, Any]] = []
        self._lock = Lock()

    def send(self, method: str, url: str, budget: Budget, **content: Any) -> Response:
        with self._lock:
            self.sent.append({"method": method, "url": url, **content})
            step = self._script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step
