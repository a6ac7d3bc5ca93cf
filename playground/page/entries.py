"""The steps of a session: how far each has come, and what came of it."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from ..local_amazon.wire import Recorded
from ..steps import Step

__all__ = ["Entry", "Failure", "Progress"]


@dataclass(frozen=True)
class Failure:
    """An error as the page shows it.

    Attributes:
        kind: What kind of error it is.
        sentence: What happened.
        cure: What to do; may be empty.
        diagnostics: The facts for support, by name.
    """

    kind: str
    sentence: str
    cure: str = ""
    diagnostics: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Return what an error says, taken apart: `Sentence. Cure. [name: value, name: value]`."""
        message = error.message if isinstance(error, BDKRuntimeClientError) else str(error)
        sentences, bracket, facts = message.partition(" [")
        sentence, _, cure = re.sub(r"(?<=[.!?])\s+", "\n", sentences, count=1).partition("\n")
        kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(error).__name__).capitalize()
        pairs = re.split(r", (?=[a-z][a-z ]*: )", facts.removesuffix("]")) if bracket else []
        named = (pair.partition(": ") for pair in pairs)
        return cls(kind, sentence, cure, tuple((name, value) for name, _, value in named))


@dataclass
class Progress:
    """How far a running step has come.

    Attributes:
        pages, orders: What was read so far.
        waiting_for: The operation whose quota is waited for, or empty.
        wait_ends: When that wait ends, by the monotonic clock.
        notices: Other log messages of the book.
        stopping: Whether it was cancelled.
    """

    pages: int = 0
    orders: int = 0
    waiting_for: str = ""
    wait_seconds: float = 0.0
    wait_ends: float = 0.0
    notices: list[str] = field(default_factory=list)
    stopping: bool = False

    @property
    def wait_left(self) -> float:
        """Seconds until the wait for quota ends; 0 when there is none."""
        return max(self.wait_ends - time.monotonic(), 0.0) if self.waiting_for else 0.0


@dataclass(eq=False)
class Entry:
    """A step that was run in this session, and what came of it.

    Attributes:
        text: The step as it was written.
        state: running, answered, failed or cancelled.
        answer: A list of orders, or one order; None without an answer, and when it was dropped as too old.
        count: How many orders the answer has, or had.
        seconds: How long it took.
        requests: What reached the local Amazon meanwhile.
    """

    number: int
    text: str
    step: Step
    state: str = "running"
    answer: Any = None
    count: int = 0
    failure: Failure | None = None
    seconds: float = 0.0
    requests: Sequence[Recorded] = ()
    progress: Progress = field(default_factory=Progress)

    @property
    def attributes(self) -> Mapping[str, Sequence[str]]:
        """What an order of the answer has, and the parts of each as far as they are known."""
        return self.step.attributes

    @property
    def outcome(self) -> str:
        """What came of it, in a word or two."""
        if self.state != "answered":
            return self.state
        return f"{self.count:,} {'order' if self.count == 1 else 'orders'}"
