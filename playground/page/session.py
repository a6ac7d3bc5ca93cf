"""What the page shows, apart from how: the credentials, the steps that were run, and the one that runs now."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from kognitos.bdk.runtime.client.book_authentication_descriptor import BookCustomAuthenticationDescriptor
from kognitos.bdk.runtime.client.credential_descriptor import CredentialDescriptor, CredentialType
from kognitos.bdk.runtime.client.sensitive import Sensitive

from ..progress import Event, Notice, PageRead, Waiting, watched
from ..steps import Connection
from ..stopping import StoppableClock
from ..workspace import Workspace
from .completion import Completer
from .entries import Entry, Failure

__all__ = ["AnotherStepRuns", "Session", "is_sensitive"]

# Answers are kept for the session; of the oldest ones only the step.
_MAX_ANSWERS: Final = 20
# What an error is called by whose cure begins with the credentials.
_NOT_CONNECTED: Final = "Authentication required"
_UNTESTED: Final = "not tested"
_CONNECTED: Final = "connected"


class AnotherStepRuns(RuntimeError):
    """A session runs one step at a time."""


class Session:
    """One person's session: everything stays in the memory of this process.

    Args:
        workspace: The way to the book.
        clock: The clock on which the workspace's book runs.

    Attributes:
        version: Grows with every change worth drawing.
        entries: The steps run so far, in order.
        state: What is known of the credentials as they are: "not tested", "connected", "refused", or "test failed"
            when Amazon could not be reached.
        completer: What knows how a step may go on.
    """

    def __init__(self, workspace: Workspace, clock: StoppableClock) -> None:
        self.workspace = workspace
        self.version = 0
        self.entries: list[Entry] = []
        self.state = _UNTESTED
        self.completer = Completer(workspace.library)
        self._clock = clock
        self._lock = threading.Lock()
        self._runs = 0
        self._given = {name: _text(value) for name, value in workspace.connection.credentials}
        self._initial = dict(self._given)
        self._method = next(
            method
            for method in workspace.book.authentications
            if isinstance(method, BookCustomAuthenticationDescriptor) and method.id == workspace.connection.method
        )

    @property
    def credentials(self) -> Sequence[CredentialDescriptor]:
        """What the book wants to know to connect."""
        return [credential for credential in self._method.credentials if credential.visible]

    @property
    def method(self) -> str:
        """What the book calls its connection method."""
        return str(self._method.name)

    def has(self, credential: CredentialDescriptor) -> bool:
        """Whether there is a value."""
        return bool(self._given.get(credential.id))

    def shown(self, credential: CredentialDescriptor) -> str:
        """Return the value of a credential that may be shown; a sensitive one never leaves this object."""
        return "" if is_sensitive(credential) else self._given.get(credential.id, "")

    def enter(self, credential: CredentialDescriptor, value: str) -> None:
        """Take a credential that a person typed."""
        if value.strip() != self._given.get(credential.id):
            self._given[credential.id] = value.strip()
            self._connect()

    def restore(self) -> None:
        """Restore the credentials the session began with."""
        self._given = dict(self._initial)
        self._connect()

    def test_connection(self) -> Failure | None:
        """Let the book test the connection; return the failure, or None."""
        tested = self.workspace.connection
        try:
            self.workspace.test_connection()
        except Exception as error:  # noqa: BLE001 # a person waits for an answer, whatever failed
            failure = Failure.of(error)
            self._learn(tested, "refused" if _is_refusal(failure) else "test failed")
            return failure
        self._learn(tested, _CONNECTED)
        return None

    @property
    def running(self) -> Entry | None:
        """The step that runs now."""
        last = self.entries[-1] if self.entries else None
        return last if last and last.state == "running" else None

    def start(self, text: str) -> Entry:
        """Start a step in a thread of its own.

        Raises:
            NotUnderstood: It is no step.
            AnotherStepRuns: Cancel it first, or wait for its end.
        """
        step = self.workspace.library.read(text)
        with self._lock:
            if self.running:
                raise AnotherStepRuns("Another step is running. Cancel it, or wait for its end.")
            self._runs += 1
            entry = Entry(self._runs, text, step)
            self.entries.append(entry)
            for old in self.entries[:-_MAX_ANSWERS]:
                old.answer, old.requests = None, ()
            self.version += 1
            threading.Thread(target=self._run, args=(entry,), daemon=True).start()
        return entry

    def cancel(self) -> None:
        """End the running step: at once while it waits, else before its next request."""
        if entry := self.running:
            entry.progress.stopping = True
            self._clock.stop()
            self.version += 1

    def clear_history(self) -> None:
        """Forget all steps except a running one."""
        with self._lock:
            self.entries[:] = [entry for entry in self.entries if entry.state == "running"]
            self.version += 1

    def _run(self, entry: Entry) -> None:
        amazon, connection = self.workspace.amazon, self.workspace.connection
        before, began = amazon.requests.total if amazon else 0, time.monotonic()
        state = "answered"
        with self._clock.step(), watched(self._listener(entry)):
            if entry.progress.stopping:  # cancelled before it began
                self._clock.stop()
            try:
                entry.answer = self.workspace.run(entry.step)
                self._learn(connection, _CONNECTED)
                entry.count = len(entry.answer) if isinstance(entry.answer, list) else 1
            except Exception as error:  # noqa: BLE001 # a person waits for an answer, whatever failed
                state = "cancelled" if entry.progress.stopping else "failed"
                entry.failure = Failure.of(error)
                if entry.progress.orders:  # Amazon accepted the credentials, however the step ended.
                    self._learn(connection, _CONNECTED)
                elif state == "failed" and _is_refusal(entry.failure):
                    self._learn(connection, "refused")
        entry.seconds = time.monotonic() - began
        entry.requests = tuple(amazon.requests.since(before)) if amazon else ()
        entry.state = state
        self.version += 1

    def _listener(self, entry: Entry) -> Callable[[Event], None]:
        progress = entry.progress

        def listen(event: Event) -> None:
            match event:
                case PageRead(pages, orders):
                    progress.waiting_for = ""
                    progress.pages, progress.orders = pages, orders
                case Waiting(seconds, operation, orders):
                    progress.orders = orders
                    progress.wait_seconds, progress.wait_ends = seconds, time.monotonic() + seconds
                    progress.waiting_for = operation
                case Notice(text):
                    progress.notices.append(text)
            self.version += 1

        return listen

    def _learn(self, connection: Connection, state: str) -> None:
        """Note the state of a connection, unless other credentials were entered meanwhile."""
        if connection is self.workspace.connection:
            self.state = state
            self.version += 1

    def _connect(self) -> None:
        values = [
            (credential.id, Sensitive(value) if value and is_sensitive(credential) else value)
            for credential in self._method.credentials
            for value in [self._given.get(credential.id, "")]
        ]
        self.workspace.connection = Connection(self._method.id, values)
        self.state = _UNTESTED
        self.version += 1


def is_sensitive(credential: CredentialDescriptor) -> bool:
    """Whether the credential must stay hidden on the screen."""
    return bool(credential.type == CredentialType.CREDENTIAL_TYPE_SENSITIVE_TEXT)


def _is_refusal(failure: Failure) -> bool:
    """Whether the credentials are to blame: a failed test has the same kind when Amazon could not be reached."""
    facts = dict(failure.diagnostics)
    return failure.kind == _NOT_CONNECTED and "host" not in facts and not facts.get("status", "").startswith("5")


def _text(value: Any) -> str:
    return str(value.value) if isinstance(value, Sensitive) else str(value)
