"""Where steps are written and run: the editor with its examples, the history, and the answer beside it."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from nicegui import ui

from ..steps import Library, NotUnderstood
from .answers import AnswerView
from .editor import Editor
from .entries import Entry, Failure
from .failures import draw_failure, note
from .hood import draw_hood
from .live import LiveView
from .markup import box, main_button, quiet, text
from .orders import USUAL
from .session import AnotherStepRuns, Session

__all__ = ["StepsView", "examples_of"]

_STATES: Final = {"answered": "good", "failed": "bad", "cancelled": "", "running": "busy"}


def examples_of(library: Library) -> dict[str, str]:
    """Return the documented steps, those of many orders first, each with what it is an example of."""
    examples: dict[str, str] = {}
    for _, procedure in sorted(library.procedures, key=lambda pair: pair[1].page_capable, reverse=True):
        for example in procedure.examples:
            examples.setdefault(example.snippet, example.description)
    return examples


class StepsView:
    """The view; `refresh` draws what has changed in the session.

    Args:
        session: What runs steps and remembers them.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._examples = examples_of(session.workspace.library)
        self._chosen = list(USUAL)
        self._drawn_history: object = None
        self._drawn_answer: tuple[Entry | None, str] | None = None
        self._unread: NotUnderstood | None = None
        self._selected: Entry | None = session.entries[-1] if session.entries else None
        self._live: LiveView | None = None
        first = self._selected.text if self._selected else next(iter(self._examples), "")
        with box("div", "page"), box("div", "steps"):
            with box("section", "composer", aria_label="Write a step"):
                self._compose(first)
                self._history = box("section", "panel past", aria_label="History of this session").mark("history")
            self._pane = box("div", "answer")
        self.refresh()

    def equip(self) -> None:
        """Add what only the browser can have; the page must be connected."""
        self.editor.equip()

    def refresh(self) -> None:
        """Draw what has changed since the last time."""
        entries = list(self._session.entries)
        if self._selected not in entries:  # The history was cleared, perhaps in another tab.
            self._selected = None
        entry = self._selected
        self._run_button.set_enabled(not self._session.running)
        history = (entry and entry.number, [(one.number, one.state) for one in entries])
        if history != self._drawn_history:
            self._drawn_history = history
            self._draw_history()
        # Read once: the step ends in its own thread, at any moment.
        state = entry.state if entry else ""
        if (entry, state) != self._drawn_answer:
            self._drawn_answer = entry, state
            self._draw(entry, state)
        elif self._live:
            self._live.refresh()

    def _compose(self, first: str) -> None:
        with box("section", "panel"):
            with box("div", "bar"):
                text("h2", "Step", "title grow")
                with quiet("Examples", "expand_more").mark("examples"):
                    self._examples_menu()
            self.editor = Editor(self._session, self._run, first)
            with box("div", "bar foot"):
                self._run_button = main_button("Run", "play_arrow", self._run).props("dense").mark("run")
                box("div", "grow")
                with box("span", "keys muted small", aria_hidden="true"):
                    for key, does in (("Ctrl Space", "completes"), ("Ctrl ↵", "runs")):
                        text("kbd", key, "kbd")
                        text("span", does)

    def _examples_menu(self) -> None:
        with ui.menu().props("anchor='bottom right' self='top right'"):
            for number, (step, about) in enumerate(self._examples.items(), 1):
                item = ui.menu_item(on_click=partial(self._take, step)).classes("menu-item")
                item.mark(f"example-{number}")
                with item, box("div"):
                    text("div", about)
                    text("div", " ".join(step.split()).partition(" amazon selling partner ")[2], "mono muted clipped")

    def _take(self, step: str) -> None:
        self.editor.write(step)

    def _run(self) -> None:
        try:
            self._select(self._session.start(self.editor.value))
        except NotUnderstood as error:
            self.editor.point_at(error)
            if not self._session.running:
                self._selected, self._drawn_answer = None, None
                self._unread = error
                self.refresh()
        except AnotherStepRuns as error:
            self.editor.show_hint(str(error))
        else:
            self.editor.clear()

    def _pick(self, entry: Entry) -> None:
        self.editor.write(entry.text)
        self._select(entry)

    def _select(self, entry: Entry) -> None:
        self._selected, self._unread = entry, None
        self.refresh()

    def _draw_history(self) -> None:
        self._history.clear()
        self._history.classes("hidden") if not self._session.entries else self._history.classes(remove="hidden")
        with self._history:
            with box("div", "bar"):
                text("h3", "History", "grow")
                quiet("Clear", on_click=self._clear_history).mark("clear-history")
            with box("div", "history"):
                for runs in _grouped(self._session.entries):
                    self._draw_runs(runs)

    def _draw_runs(self, runs: Sequence[Entry]) -> None:
        """Draw the runs of one step as one item; a click shows the last of them."""
        last = runs[-1]
        chosen = "pick current" if self._selected in runs else "pick"
        button = box("button", chosen, type="button").on("click", partial(self._pick, last))
        with button.mark(f"entry-{last.number}"):
            text("span", " ".join(last.text.split()), "line")
            with box("span", "meta"):
                text("span", "", f"dot {_STATES[last.state]}", aria_hidden="true")
                text("span", last.outcome if len(runs) == 1 else f"{last.outcome} · {len(runs):,} runs")

    def _clear_history(self) -> None:
        self._session.clear_history()
        self.refresh()

    def _draw(self, entry: Entry | None, state: str) -> None:
        self._live = None
        self._pane.clear()
        with self._pane:
            if self._unread:
                sentence = str(self._unread).partition("\n\n")[0]
                draw_failure(Failure("Not run", "This step cannot be read, so it was not run.", sentence))
            elif entry is None:
                with box("div", "panel empty"):
                    text("h2", "Run a step to see its answer")
                    text("p", "Pick a documented example, or write your own: the editor completes what the book knows.")
            elif state == "running":
                self._live = LiveView(self._session, entry)
            elif state == "cancelled":
                read = f" {entry.progress.orders:,} orders had been read." if entry.progress.orders else ""
                note("warn", "block", f"Cancelled.{read} Nothing is shown, because it would be incomplete.")
            elif entry.failure:
                draw_failure(entry.failure)
            elif entry.answer is None:
                note("warn", "history", "This answer is no longer kept. Run the step again.")
            else:
                AnswerView(entry, self._chosen)
            if entry and state != "running":
                draw_hood(self._session.workspace.amazon, entry.requests)


def _grouped(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Group the runs by step, the most recent step first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        written = " ".join(entry.text.split())
        groups[written] = [*groups.pop(written, []), entry]
    return list(groups.values())[::-1]
