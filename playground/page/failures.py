"""An error on the page: what happened, what to do, and the facts, folded where they are for support."""

from typing import Final

from nicegui import ui

from .entries import Failure
from .markup import box, text

__all__ = ["draw_failure", "note"]

# What an error is called whose facts say what to write instead, such as the documented values.
_WRONG_STEP: Final = "Invalid value"


def note(kind: str, icon: str, sentence: str) -> None:
    """Draw one sentence that stands out; `kind` is good, bad or warn."""
    with box("div", f"note {kind}"):
        ui.icon(icon).props("aria-hidden=true")
        with box("div", "texts"):
            text("p", sentence, "sentence")


def draw_failure(failure: Failure) -> None:
    """Draw an error."""
    with box("div", "note bad", role="alert").mark("failure"):
        ui.icon("error").props("aria-hidden=true")
        with box("div", "texts"):
            text("div", failure.kind, "kind")
            text("p", failure.sentence, "sentence")
            if failure.cure:
                text("p", failure.cure)
            if failure.diagnostics:
                with box("details").mark("diagnostics") as details:
                    if failure.kind == _WRONG_STEP:
                        details.props("open")
                    text("summary", "Diagnostics")
                    with box("dl", "facts"):
                        for name, value in failure.diagnostics:
                            text("dt", name)
                            text("dd", value)
