"""The command line of the playground; `python -m playground --help` tells what it can do."""

import argparse
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from amazon_selling_partner.amazon.clock import Clock

from .demo import demonstrate
from .export import csv_of, json_of
from .local_amazon import LocalAmazon
from .local_amazon.seed import generated_orders, seeded_orders
from .options import parsed
from .progress import progress
from .serve import serve, serve_amazon
from .show import answered, counted, failure
from .steps import NotUnderstood, Step
from .stopping import StoppableClock
from .terminal import HarmlessFormatter, harmless
from .workspace import MissingCredentials, Workspace

__all__ = ["main"]

# Beside the seeded orders, on the page: as many as make charts of a month worth looking at.
_PAGE_ORDERS: Final = 240
# What the page stands on; they come together, and only with the page.
_PAGE_PACKAGES: Final = frozenset({"nicegui", "fastapi", "starlette", "uvicorn"})


class MissingPackage(RuntimeError):
    """A command needs a package that is not installed; the text says how to install it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 an error of the book, 2 not understood."""
    # Nobody reads a stream that is closed from the start, and Python has None for it.
    if not (sys.stdout and sys.stderr):
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the program ends
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        # A file must have every letter whatever the locale says; a terminal that lacks some shows what it can.
        if isinstance(stream, io.TextIOWrapper):
            terminal = stream.isatty()
            stream.reconfigure(
                encoding=None if terminal else "utf-8", errors="replace" if terminal else "backslashreplace"
            )
    if logging.lastResort:  # It writes the warnings that nobody else listens to.
        logging.lastResort.setFormatter(HarmlessFormatter())
    options = parsed(arguments)
    try:
        _COMMANDS[options.command](options)
    except (NotUnderstood, MissingCredentials, MissingPackage) as error:
        print(failure(type(error).__name__, str(error)), file=sys.stderr)
        return 2
    except BDKRuntimeClientError as error:
        print(failure(type(error).__name__, error.message), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has seen enough, as `head` has. Python would complain about it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(failure("This machine", str(error)), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _step(options: argparse.Namespace) -> None:
    if options.step is None and sys.stdin.isatty():
        print("Write the step, and end it with Ctrl-D on a line of its own.", file=sys.stderr)
    text = sys.stdin.read() if options.step is None else options.step
    _answer(text, options)


def _orders(options: argparse.Namespace) -> None:
    inputs = {
        "marketplace": _quoted(options.marketplace),
        "createdafter": options.created_after and _quoted(options.created_after),
        "last updated": options.last_updated and _quoted(options.last_updated),
        "limit": options.limit,
        "offset": options.offset,
    }
    whose = f" whose {options.whose}" if options.whose else ""
    lines = [f"    the {name} is {value}" for name, value in inputs.items() if value is not None]
    _answer("\n".join([f"retrieve orders from amazon selling partner{whose} with", *lines]), options)


def _serve(options: argparse.Namespace) -> None:
    with _workspace(options, port=options.port) as workspace:
        serve(workspace)


def _amazon(options: argparse.Namespace) -> None:
    orders = _generated(options)
    found = seeded_orders(datetime.now(UTC)) if orders is None else orders
    with LocalAmazon(found, port=options.port, quota=options.quota) as amazon:
        serve_amazon(amazon)


def _page(options: argparse.Namespace) -> None:
    try:
        from .page.app import open_page  # Only here: NiceGUI is large, and all other commands work without it.
    except ModuleNotFoundError as error:
        if error.name not in _PAGE_PACKAGES:
            raise
        raise MissingPackage("The page needs NiceGUI. `make workspace` installs it and opens the page.") from error
    now, more = datetime.now(UTC), _PAGE_ORDERS if options.generate is None else options.generate
    orders = None if options.amazon else seeded_orders(now) + generated_orders(more, now)
    open_page(orders, quota=options.quota, port=options.port, browser=not options.no_browser)


def _answer(text: str, options: argparse.Namespace) -> None:
    """Run a step, and print or write what it answers."""
    clock = StoppableClock()
    with _workspace(options, clock=clock) as workspace:
        step = workspace.library.read(text)
        # With a filter more orders are read than the limit says.
        most = None if step.limit is None or step.condition else (step.offset or 0) + step.limit
        try:
            with progress(orders=most):
                answer = workspace.run(step)
        except KeyboardInterrupt:
            clock.stop()  # Or else the book would go on waiting for quota, and whoever pressed Ctrl-C for the book.
            raise
    _show(answer, step, options)


def _show(answer: Any, step: Step, options: argparse.Namespace) -> None:
    orders = answer if isinstance(answer, list) else [answer]
    if options.format == "json":
        text = json_of(answer)
    elif options.format == "csv":
        text = csv_of(orders, step.attributes)
    else:
        text = answered(answer)
    if options.output is None:
        # A pipe gets CSV as it is. JSON and what is drawn are harmless already.
        print(harmless(text, keep="\n") if options.format == "csv" and sys.stdout.isatty() else text)
    else:
        options.output.write_text(f"{text}\n", encoding="utf-8", newline="")
        print(harmless(f"{counted(orders)} in {options.output}"), file=sys.stderr)


def _workspace(
    options: argparse.Namespace, port: int = 0, clock: Clock | None = None
) -> contextlib.AbstractContextManager[Workspace]:
    if options.amazon:
        return Workspace.real(port=port, clock=clock)
    return Workspace.local(_generated(options), quota=options.quota, port=port, clock=clock)


def _generated(options: argparse.Namespace) -> Sequence[dict[str, Any]] | None:
    return None if options.generate is None else generated_orders(options.generate, datetime.now(UTC))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], None]]] = {
    "demo": lambda _: demonstrate(),
    "step": _step,
    "orders": _orders,
    "serve": _serve,
    "amazon": _amazon,
    "workspace": _page,
}


if __name__ == "__main__":
    sys.exit(main())
