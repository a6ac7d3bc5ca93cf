"""The page, and the server that serves it on the loopback interface."""

import contextlib
import errno
import json
import os
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request
from nicegui import events, ui

from ..loopback import own_hosts
from ..stopping import StoppableClock
from ..workspace import Workspace
from .connect import ConnectView
from .editor import COMPLETIONS, completions
from .markup import box, icon_button, text
from .security import Keys, OwnRequestsOnly
from .session import Session
from .steps import StepsView

__all__ = ["DEFAULT_PORT", "Page", "open_page", "page_of"]

# A fixed port keeps the page at the same address after a restart.
DEFAULT_PORT: Final = 8642

_TITLE: Final = "Amazon Selling Partner: workspace"
_STYLES: Final = Path(__file__).with_name("style.css").read_text("utf-8")
# The color scheme comes as an event, so nothing waits for a browser that has gone. NiceGUI shows `#popup` when the
# server is lost.
_EQUIP: Final = """
const scheme = matchMedia("(prefers-color-scheme: dark)");
emitEvent("scheme", scheme.matches);
scheme.addEventListener("change", () => emitEvent("scheme", scheme.matches));
const popup = document.getElementById("popup");
popup.setAttribute("role", "alert");
%s.forEach((sentence, number) => { popup.children[number].textContent = sentence; });
"""
_LOST: Final = (
    "The workspace has stopped.",
    (
        "What this page shows is no longer up to date. Start it again in a terminal, with make workspace or python -m "
        "playground workspace, and open the address that it prints."
    ),
)
_DOTS: Final = {"connected": "good", "refused": "bad", "test failed": "bad"}
_REFRESH_SECONDS: Final = 0.2
_SHUTDOWN_SECONDS: Final = 1


class Page:
    """What one browser tab shows.

    Args:
        session: The session; all tabs show the same.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._version = -1
        self._dark = ui.dark_mode(None)
        ui.colors(primary="var(--accent)")
        ui.add_css(_STYLES)
        self._top()
        with box("main", "whole") as self._connect:
            ConnectView(session, lambda: self.show("steps"))
        with box("main", "whole") as self._steps:
            self.view = StepsView(session)
        self.show("steps" if session.entries or session.state == "connected" else "connect")
        ui.timer(_REFRESH_SECONDS, self._refresh)

    def show(self, view: str) -> None:
        """Show one of the two views: connect or steps."""
        for name, element in (("connect", self._connect), ("steps", self._steps)):
            element.classes(remove="hidden") if name == view else element.classes("hidden")
            self._tabs[name].props["aria-current"] = "page" if name == view else "false"

    def equip(self) -> None:
        """Run the scripts of the page; the browser must be connected."""
        self.view.equip()
        ui.on("scheme", self._follow)
        ui.run_javascript(_EQUIP % json.dumps(_LOST))

    def _follow(self, event: events.GenericEventArguments) -> None:
        # From here on the button can turn it over.
        self._dark.value = bool(event.args)

    def _top(self) -> None:
        book, amazon = self._session.workspace.book, self._session.workspace.amazon
        with ui.header(elevated=False).classes("top"):
            with box("div", "brand"):
                # The icon is this project's own.
                ui.html(book.icon.decode() if book.icon else "", sanitize=False)
                with box("div", "texts"):
                    text("h1", book.display_name)
                    text("div", f"workspace · book {book.version}", "muted small")
            self._tabs = {}
            with box("nav", "views", aria_label="Views"):
                for name, label in (("connect", "Connection"), ("steps", "Steps")):
                    tab = ui.button(label, on_click=lambda name=name: self.show(name), color=None).props(
                        "flat no-caps square"
                    )
                    self._tabs[name] = tab.mark(f"view-{name}")
            box("div", "grow")
            with box("span", "pill", role="status"):
                self._dot = text("span", "", "dot", aria_hidden="true")
                self._state = text("span", "").mark("state")
                text("span", f"· {'local Amazon' if amazon else 'Amazon'}", "where")
            icon_button("contrast", "Light or dark", self._turn_over).mark("dark")

    def _turn_over(self) -> None:
        self._dark.value = not self._dark.value

    def _refresh(self) -> None:
        running = self._session.running
        if self._version == self._session.version and not running:
            return
        self._version = self._session.version
        state = ("cancelling" if running.progress.stopping else "running a step") if running else self._session.state
        self._state.text = state
        self._dot.classes(replace=f"dot {'busy' if running else _DOTS.get(state, '')}")
        self.view.refresh()


def open_page(
    orders: Sequence[dict[str, Any]] | None, *, quota: float = 1, port: int | None = None, browser: bool = True
) -> None:
    """Serve a workspace's page until Ctrl-C.

    Args:
        orders: What the local Amazon has; None asks the real Amazon.
        quota: How much faster than Amazon's the local quota fills; 0 enforces none.
        port: Where to listen on 127.0.0.1; None is DEFAULT_PORT, and 0 takes any that is free.
        browser: Whether to open a browser, where there is a screen.

    Raises:
        OSError: The port is taken; the text says how to choose another.
    """
    clock = StoppableClock()
    with _listening(DEFAULT_PORT if port is None else port) as listening, contextlib.ExitStack() as stack:
        workspace = stack.enter_context(
            Workspace.real(clock=clock, incomplete=True)
            if orders is None
            else Workspace.local(orders, quota=quota, clock=clock)
        )
        _serve(Session(workspace, clock), listening, browser=browser)
    print("Stopped.")


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise OSError(
            f"Port {port} is taken, perhaps by a workspace that is still running. Stop that one, or choose another "
            "port: --port 0 takes any that is free."
        ) from error


def _serve(session: Session, listening: socket.socket, *, browser: bool) -> None:
    port = listening.getsockname()[1]
    url, amazon, keys = f"http://127.0.0.1:{port}/", session.workspace.amazon, Keys(port)

    def announce() -> None:
        where = f"the local Amazon at {amazon.url}" if amazon else "Amazon itself"
        sys.stdout.write(f"The workspace is at {url}?token={keys.token} until Ctrl-C. It asks {where}.\n")
        sys.stdout.flush()  # A program may be reading.
        if browser and _has_screen():
            webbrowser.open(f"{url}?token={keys.ticket()}")

    config = uvicorn.Config(
        OwnRequestsOnly(_application(session, announce), own_hosts(port), keys),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="wsproto",
        lifespan="on",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def page_of(session: Session) -> Callable[[], Awaitable[None]]:
    """Return what draws the page of a session for each browser tab that asks for it."""

    async def draw() -> None:
        page = Page(session)
        await ui.context.client.connected()
        page.equip()

    return draw


def _application(session: Session, announce: Callable[[], None]) -> FastAPI:
    """Return what answers a browser: the page, its assets and its websocket, and the completions of the editor."""

    @asynccontextmanager
    async def started(_: FastAPI) -> AsyncIterator[None]:
        announce()
        yield

    async def complete(request: Request) -> dict[str, object]:
        return await completions(session, request)

    api = FastAPI(openapi_url=None, lifespan=started)
    api.add_api_route(COMPLETIONS, complete, methods=["POST"])
    icon = session.workspace.book.icon
    ui.run_with(
        api,
        root=page_of(session),
        title=_TITLE,
        favicon=icon.decode() if icon else None,
        dark=None,
        language="en-US",
        tailwind=False,
        show_welcome_message=False,
    )
    return api


def _has_screen() -> bool:
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
