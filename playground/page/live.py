"""A running step: pages and orders so far, the wait for quota counted down, and the way to cancel it."""

from math import ceil
from typing import Final

from nicegui import ui

from .entries import Entry
from .markup import box, quiet, text
from .session import Session

__all__ = ["LiveView"]

# By default the bar takes two seconds to reach its place, and shows half a wait as over when it begins.
_ANIMATION_MS: Final = 200


class LiveView:
    """Draws the progress of one step; `refresh` brings it up to date.

    Args:
        session: What runs the step.
        entry: The step.
    """

    def __init__(self, session: Session, entry: Entry) -> None:
        self._entry = entry
        with box("section", "panel live", aria_label="Progress").mark("live"):
            with box("div", "row"):
                ui.spinner(size="22px").props("aria-hidden=true")
                with box("div", "grow"):
                    self._what = text("div", "", "big", role="status").mark("progress")
                    self._more = text("div", "", "muted").mark("wait")
                self._cancel = quiet("Cancel", on_click=session.cancel).mark("cancel")
            self._bar = ui.linear_progress(show_value=False).props("rounded size=6px aria-hidden=true")
            self._bar.props["animation-speed"] = _ANIMATION_MS
            self._notices = box("div")
        self._shown = 0
        self.refresh()

    def refresh(self) -> None:
        """Draw what has changed."""
        progress = self._entry.progress
        self._what.text = _so_far(self._entry)
        left = progress.wait_left
        if progress.stopping:
            self._more.text = "Cancelling. A request that was already sent cannot be recalled."
        elif left:
            self._more.text = f"Waiting for Amazon's quota of {progress.waiting_for}: {_clock(left)} left."
        elif progress.pages:
            self._more.text = "Reading the next page."
        else:
            self._more.text = "Asking Amazon."
        self._cancel.set_enabled(not progress.stopping)
        if left and not progress.stopping:
            self._bar.props(remove="indeterminate")
            self._bar.value = round(1 - left / max(progress.wait_seconds, 1), 3)
        else:
            self._bar.props("indeterminate")
        for notice in progress.notices[self._shown :]:
            with self._notices:
                text("p", notice, "muted small")
        self._shown = len(progress.notices)


def _so_far(entry: Entry) -> str:
    progress = entry.progress
    if not progress.orders:
        return "Running the step"
    pages = f" on {progress.pages:,} {'page' if progress.pages == 1 else 'pages'}" if progress.pages else ""
    return f"{progress.orders:,} orders{pages} so far"


def _clock(seconds: float) -> str:
    rounded = ceil(seconds)
    return f"{rounded // 60}:{rounded % 60:02d}"
