"""The form that connects the book, built from the descriptors of its credentials."""

from collections.abc import Callable
from typing import Final

from kognitos.bdk.runtime.client.credential_descriptor import CredentialDescriptor
from nicegui import run, ui

from .entries import Failure
from .failures import draw_failure, note
from .markup import box, main_button, quiet, text
from .session import Session, is_sensitive

__all__ = ["ConnectView"]

_KEPT: Final = "••••••••••••••••  kept in memory"
_LOCAL: Final = (
    "A local Amazon answers",
    (
        "It runs beside this page with made-up orders and by Amazon's real rules and quotas. The demonstration "
        "credentials are filled in, and open nothing else."
    ),
)
_REAL: Final = (
    "Amazon itself answers",
    (
        "The credentials come from Seller Central: the Client ID and Client Secret of your app, and the Refresh "
        "Token from its authorization by the seller."
    ),
)
_ASIDES: Final = (
    (
        "Nothing is stored",
        (
            "What you enter stays in the memory of this process until it ends. A secret that is kept is never sent "
            "back to this page."
        ),
    ),
    (
        "A test costs no quota of orders",
        "The book exchanges the Refresh Token once with Login with Amazon, which proves all credentials together.",
    ),
)


class ConnectView:
    """The view; secrets go from the browser to the server, and never back.

    Args:
        session: What holds the credentials.
        go_on: Shows where steps are written.
    """

    def __init__(self, session: Session, go_on: Callable[[], None]) -> None:
        self._session = session
        self._go_on = go_on
        self._inputs: dict[str, ui.input] = {}
        self._testing = False
        with box("div", "connect"):
            with box("section", aria_labelledby="connect-title"):
                self._form()
            with box("aside", "aside"):
                for title, about in (_LOCAL if session.workspace.amazon else _REAL, *_ASIDES):
                    with box("div"):
                        text("h3", title)
                        text("p", about)

    def _form(self) -> None:
        text("h2", f"Connect {self._session.workspace.book.display_name}", id="connect-title")
        text("p", f"{self._session.method}.", "lead")
        with box("div", "fields"):
            for credential in self._session.credentials:
                self._inputs[credential.id] = self._field(credential)
            self._result = box("div", "whole", role="status", aria_live="polite")
            with box("div", "actions"):
                self._test = main_button("Test connection", None, self._test_connection).mark("test-connection")
                quiet("Write steps", on_click=self._go_on).props(remove="dense").mark("write-steps")
                if self._session.workspace.amazon:
                    restore = quiet("Restore demonstration credentials", on_click=self._restore).props(remove="dense")
                    restore.mark("restore-credentials")

    def _field(self, credential: CredentialDescriptor) -> ui.input:
        identifier = f"credential-{credential.id}"
        with box("div", "field"):
            text("label", credential.label or credential.id.replace("_", " "), **{"for": identifier})
            field = ui.input(value=self._session.shown(credential), password=is_sensitive(credential))
            field.props("outlined dense spellcheck=false").mark(identifier)
            field.props["for"] = identifier
            field.props["aria-describedby"] = f"{identifier}-hint"
            # Browsers offer to keep what they take for a password, unless it is a new one.
            field.props["autocomplete"] = "new-password" if is_sensitive(credential) else "off"
            field.on("keydown.enter", self._test_connection)
            text("div", credential.description or "", "hint", id=f"{identifier}-hint")
        self._show_kept(credential, field)
        return field

    def _show_kept(self, credential: CredentialDescriptor, field: ui.input) -> None:
        if is_sensitive(credential):
            field.props["placeholder"] = _KEPT if self._session.has(credential) else ""

    def _enter(self) -> None:
        for credential in self._session.credentials:
            field = self._inputs[credential.id]
            value = field.value or ""
            if not is_sensitive(credential):
                self._session.enter(credential, value)
            elif value:
                self._session.enter(credential, value)
                field.value = ""
                self._show_kept(credential, field)

    def _restore(self) -> None:
        self._session.restore()
        for credential in self._session.credentials:
            self._inputs[credential.id].value = self._session.shown(credential)
            self._show_kept(credential, self._inputs[credential.id])
        self._result.clear()
        with self._result:
            note("good", "restore", "The demonstration credentials are back. Test the connection, or write steps.")

    async def _test_connection(self) -> None:
        if self._testing:  # Enter in a field starts a test as well.
            return
        self._enter()
        self._testing = True
        self._test.props("loading")
        try:
            self._show(await run.io_bound(self._session.test_connection))
        finally:
            self._testing = False
            self._test.props(remove="loading")

    def _show(self, failure: Failure | None) -> None:
        self._result.clear()
        with self._result:
            if failure:
                draw_failure(failure)
            else:
                where = "The local Amazon" if self._session.workspace.amazon else "Amazon"
                note("good", "check_circle", f"Connected. {where} accepts these credentials.")
