"""The demonstration: the documented steps, through Kognitos's client and protocol, on a local Amazon."""

import re
import sys
import time
from typing import Final

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from .show import answer_text, failure, heading
from .terminal import colors, drawn
from .workspace import Workspace

__all__ = ["demonstrate"]

_MAX_ORDERS: Final = 8
_SECONDS_PER_LETTER: Final = 0.004
_INDENT: Final = 4
# A letter with the codes that color it.
_LETTER: Final = re.compile(r"(?:\033\[[\d;]*m)*.", re.DOTALL)
_WRONG: Final = ('"902-3159896-1390916"', '"902-3159896-1390999"')


def demonstrate() -> None:
    """Run every documented step, and one with a wrong order id; print what each answers."""
    with Workspace.local() as workspace:
        book, amazon = workspace.book, workspace.amazon
        assert amazon, "a local workspace has one"
        places = Table.grid("", "", padding=(0, 3, 0, 0))
        places.add_row("  host", f"{workspace.host.url}, speaking Kognitos's protocol")
        places.add_row("  local Amazon", f"{amazon.url}; nothing leaves this machine")
        print(drawn(Group(f"{book.name} {book.version}, as Kognitos's own client sees it.", places, ""), sys.stdout))
        workspace.test_connection()
        print(drawn("Connected with demonstration credentials; the connection test passed.\n", sys.stdout))
        steps = _documented_steps(workspace)
        for step, description in steps.items():
            print(heading(description, sys.stdout))
            _type(step)
            print(f"\n{_answer(workspace, step)}\n")
        print(f"{len(steps)} steps, {amazon.requests.total} requests to the local Amazon.")


def _documented_steps(workspace: Workspace) -> dict[str, str]:
    """Return every example once with its description, lists first, and at the end one with a wrong order id."""
    procedures = [procedure for _, procedure in workspace.library.procedures]
    steps: dict[str, str] = {}
    for procedure in sorted(procedures, key=lambda procedure: procedure.page_capable, reverse=True):
        for example in procedure.examples:
            steps.setdefault(example.snippet, example.description)
    steps[list(steps)[-1].replace(*_WRONG)] = "What a person reads when the order id is wrong"
    return steps


def _answer(workspace: Workspace, step: str) -> str:
    try:
        return answer_text(workspace.run(workspace.library.read(step)), sys.stdout, _MAX_ORDERS)
    except BDKRuntimeClientError as error:
        return failure(error, sys.stdout)


def _type(step: str) -> None:
    """Print a step; on a terminal in color, and as if it were typed."""
    lines = (Padding(Text(line, style="cyan"), (0, 0, 0, _INDENT), expand=False) for line in step.splitlines())
    text = drawn(Group(*lines), sys.stdout)
    if not colors(sys.stdout):
        print(text)
        return
    try:
        for letter in _LETTER.findall(text):
            sys.stdout.write(letter)
            sys.stdout.flush()
            time.sleep(_SECONDS_PER_LETTER)
    finally:
        # Ctrl-C in the middle of a line must not leave its color behind.
        sys.stdout.write("\033[0m\n")
        sys.stdout.flush()
