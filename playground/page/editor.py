"""The editor of steps, with completion, and a mark on the word that is not understood."""

import json
from collections.abc import Callable
from typing import Final

from fastapi import Request
from nicegui import ui
from starlette.concurrency import run_in_threadpool

from ..steps import NotUnderstood
from .completion import LONGEST_STEP
from .markup import box, text
from .session import Session

__all__ = ["COMPLETIONS", "Editor", "completions"]

# Where the editor asks for completions; the step travels in the body.
COMPLETIONS: Final = "/completions"
# CodeMirror asks its language for completions. NiceGUI hands out the editor but no place for them in Python.
_EQUIP: Final = """
const CM = await import("nicegui-codemirror");
const editor = await getElement(%s).editorPromise;
const complete = async (context) => {
  const before = context.state.sliceDoc(0, context.pos);
  if (!context.explicit && /(^|\\n)\\s*$/.test(before)) return null;
  const answer = await fetch(%s, {method: "POST", body: before});
  if (!answer.ok) return null;
  const {letters, options} = await answer.json();
  if (!options.length) return null;
  // The editor closes a quotation when it is opened, and a completed value brings its own closing quote.
  const closed = options[0].label.endsWith('"') && context.state.sliceDoc(context.pos, context.pos + 1) === '"';
  return {from: context.pos - letters, to: context.pos + closed, options, filter: false};
};
editor.dispatch({effects: CM.StateEffect.appendConfig.of([
  CM.EditorState.languageData.of(() => [{autocomplete: complete}]),
  CM.EditorView.contentAttributes.of({"aria-label": "Step", "aria-describedby": "step-help", "spellcheck": "false"}),
])});
editor.setTabFocusMode(true);
"""


class Editor:
    """The editor.

    Args:
        session: What reads and runs steps.
        run: Called when Ctrl-Enter is pressed.
        value: What it contains at first.
    """

    def __init__(self, session: Session, run: Callable[[], None], value: str = "") -> None:
        self._session = session
        self._code = ui.codemirror(value, line_wrapping=True, on_change=self._changed, keymap={"Mod-Enter": run})
        self._code.classes("editor").mark("step")
        text("div", "Ctrl-Space completes, Ctrl-Enter runs the step.", "visually-hidden", id="step-help")
        self._hint = box("div", "hint-line hidden", role="alert").mark("hint")
        with self._hint:
            self._hint_text = text("span", "", "hint-text")

    def equip(self) -> None:
        """Run the script of the editor; the browser must be connected."""
        ui.run_javascript(_EQUIP % (self._code.id, json.dumps(COMPLETIONS)))

    @property
    def value(self) -> str:
        """The step as it is written."""
        return str(self._code.value or "")

    def write(self, step: str) -> None:
        """Replace the step."""
        self._code.set_value(step)
        self.clear()

    def clear(self) -> None:
        """Remove the marks and the hint."""
        if self._code.decorations:
            self._code.decorations = []
        self._hint.classes("hidden")

    def point_at(self, error: NotUnderstood) -> None:
        """Mark the word that was not understood, and show the hint below."""
        lines = self.value.split("\n")
        at = sum(len(line) + 1 for line in lines[: error.line - 1]) + error.column - 1
        if error.word:
            mark = {"kind": "mark", "from": at, "to": at + len(error.word), "class": "wrong"}
        else:
            mark = {"kind": "widget", "position": at, "text": "◂ something is missing here", "class": "ends"}
        self._code.decorations = [mark]
        self.show_hint(str(error).partition("\n\n")[0])

    def show_hint(self, sentence: str) -> None:
        """Show a hint below the step."""
        self._hint_text.text = sentence
        self._hint.classes(remove="hidden")

    def _changed(self) -> None:
        """Mark what no further typing can make right."""
        if len(self.value) > LONGEST_STEP:
            self.clear()
            return
        try:
            self._session.workspace.library.read(self.value)
        except NotUnderstood as error:
            written = self.value.rstrip()
            lines = written.split("\n")
            at_end = error.line == len(lines) and error.column - 1 + len(error.word) >= len(lines[-1])
            if error.word and not at_end:
                self.point_at(error)
                return
        self.clear()


async def completions(session: Session, request: Request) -> dict[str, object]:
    """Answer the editor: how many letters are replaced, and by what."""
    before = (await request.body()).decode("utf-8", "replace")
    # In a thread: the step is parsed once for every phrase, and the page stays responsive.
    completion = await run_in_threadpool(session.completer.complete, before)
    options = [
        {"label": phrase.text, "apply": f"{phrase.text} ", "detail": phrase.about} for phrase in completion.phrases
    ]
    return {"letters": completion.letters, "options": options}
