"""The demonstration: the documented steps, through Kognitos's client and protocol, on a local Amazon."""

import sys
import time
from typing import Any, Final

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from .show import card, colours, counted, failure, heading, table
from .workspace import Workspace

__all__ = ["demonstrate"]

_MOST_ORDERS: Final = 8
_SECONDS_PER_LETTER: Final = 0.004
_CYAN: Final = "\033[36m"
_PLAIN: Final = "\033[0m"
_WRONG: Final = ('"902-3159896-1390916"', '"902-3159896-1390999"')


def demonstrate() -> None:
    """Run every step that the book documents, and one with a wrong order id; print what each answers."""
    with Workspace.local() as workspace:
        [book] = workspace.client.retrieve_books()
        print(f"{book.name} {book.version}, as Kognitos's own client sees it.")
        print(f"  host           {workspace.host.url}, speaking Kognitos's protocol")
        print(f"  local Amazon   {workspace.amazon.url}; nothing leaves this machine\n")
        method, credentials = workspace.connection.method, list(workspace.connection.credentials)
        workspace.client.test_connection(book.name, book.version, method, credentials)
        print("Connected with demonstration credentials; the connection test passed.\n")
        examples = [
            (example.description, example.snippet)
            for _, procedure in sorted(workspace.library.procedures, key=lambda pair: -len(pair[1].inputs))
            for example in procedure.examples
        ]
        seen: set[str] = set()
        for description, step in examples:
            if step not in seen:
                seen.add(step)
                _run(workspace, description, step)
        _run(workspace, "What a person reads when the order id is wrong", examples[-1][1].replace(*_WRONG))
        print(f"{len(seen) + 1} steps, {len(workspace.amazon.requests)} requests to the local Amazon.")


def _run(workspace: Workspace, description: str, step: str) -> None:
    print(heading(description))
    _type(step)
    try:
        answer = workspace.run(workspace.library.read(step))
    except BDKRuntimeClientError as error:
        print(f"\n{failure(type(error).__name__, error.message)}\n")
        return
    print(f"\n{_answered(answer)}\n")


def _answered(answer: Any) -> str:
    if isinstance(answer, list):
        return f"{table(answer, _MOST_ORDERS)}\n\n{counted(answer)}"
    return card(answer)


def _type(step: str) -> None:
    """Print a step, on a terminal in colour and as if somebody typed it."""
    text = "\n".join(f"    {line}" for line in step.splitlines())
    if not colours(sys.stdout):
        print(text)
        return
    sys.stdout.write(_CYAN)
    for letter in text:
        sys.stdout.write(letter)
        sys.stdout.flush()
        time.sleep(_SECONDS_PER_LETTER)
    sys.stdout.write(f"{_PLAIN}\n")
