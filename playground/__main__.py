"""The command line of the playground; see `python -m playground --help`."""

import argparse
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from amazon_selling_partner.settings import LOCAL_URL

from .demo import demonstrate
from .export import csv_of, json_of
from .files import UnusableFile, check_destination, write_private
from .local_amazon import LocalAmazon
from .local_amazon.seed import generated_orders, seeded_orders
from .options import parsed
from .progress import progress
from .serve import serve, serve_amazon
from .show import answer_text, counted, failure
from .steps import NotUnderstood, Step
from .terminal import HarmlessFormatter, harmless
from .workspace import MissingCredentials, Workspace

__all__ = ["main"]

# On the page, beside the seeded orders: enough for charts of a month.
_PAGE_ORDERS: Final = 240
# The packages of the page, which are installed together.
_PAGE_PACKAGES: Final = frozenset({"nicegui", "fastapi", "starlette", "uvicorn"})
_FORMATS: Final = {".csv": "csv", ".json": "json"}


class MissingPackage(RuntimeError):
    """A command needs a package that is not installed; the text says how to install it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 an error of the book, 2 an error of the command line."""
    _prepare_output()
    options = parsed(arguments)
    try:
        _COMMANDS[options.command](options)
    except (NotUnderstood, MissingCredentials, MissingPackage, UnusableFile) as error:
        print(failure(error, sys.stderr), file=sys.stderr)
        return 2
    except BDKRuntimeClientError as error:
        print(failure(error, sys.stderr), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has seen enough, as `head` has. Without this, Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(harmless(f"This machine refuses: {error.strerror or error}."), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _prepare_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        # A pipe gets every letter whatever the locale; a terminal that lacks some shows question marks.
        if isinstance(stream, io.TextIOWrapper):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if logging.lastResort:  # It writes the warnings that no other handler takes.
        logging.lastResort.setFormatter(HarmlessFormatter())


def _step(options: argparse.Namespace) -> None:
    if options.step is None and sys.stdin.isatty():
        print("Write the step, and end it with Ctrl-D on a line of its own.", file=sys.stderr)
    _answer(sys.stdin.read() if options.step is None else options.step, options)


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
    if orders is None:
        orders = seeded_orders(datetime.now(UTC))
    with LocalAmazon(orders, port=options.port, quota=options.quota) as amazon:
        serve_amazon(amazon)


def _page(options: argparse.Namespace) -> None:
    try:
        from .page.app import open_page  # Only here: NiceGUI is large, and the other commands work without it.
    except ModuleNotFoundError as error:
        if error.name not in _PAGE_PACKAGES:
            raise
        raise MissingPackage("The page needs NiceGUI. `make workspace` installs it and opens the page.") from error
    now, more = datetime.now(UTC), _PAGE_ORDERS if options.generate is None else options.generate
    orders = None if options.amazon else seeded_orders(now) + generated_orders(more, now)
    open_page(orders, quota=options.quota, port=options.port, browser=not options.no_browser)


def _answer(text: str, options: argparse.Namespace) -> None:
    """Run a step, and print or write its answer."""
    if options.output:
        check_destination(options.output)
    with _workspace(options) as workspace:
        step = workspace.library.read(text)
        # With a filter more orders are read than the limit says.
        most = None if step.limit is None or step.condition else (step.offset or 0) + step.limit
        with progress(orders=most):
            answer = workspace.run(step)
    _show(answer, step, options)


def _show(answer: Any, step: Step, options: argparse.Namespace) -> None:
    orders = answer if isinstance(answer, list) else [answer]
    shape = options.format or (_FORMATS.get(options.output.suffix.lower(), "text") if options.output else "text")
    if shape == "json":
        text = json_of(answer)
    elif shape == "csv":
        text = csv_of(orders, step.attributes)
    else:
        text = answer_text(answer, io.StringIO() if options.output else sys.stdout)
    if options.output:
        # Spreadsheets need the byte order mark to read UTF-8, and CSV ends its rows the same way on every system.
        end, encoding = ("\r\n", "utf-8-sig") if shape == "csv" else ("\n", "utf-8")
        write_private(options.output, text + end, encoding)
        print(harmless(f"{counted(orders)} in {options.output}"), file=sys.stderr)
    elif shape == "csv" and sys.stdout.isatty():
        print(harmless(text.replace("\r\n", "\n"), keep="\n"))
    else:
        print(text)


def _workspace(options: argparse.Namespace, port: int = 0) -> contextlib.AbstractContextManager[Workspace]:
    if options.amazon:
        return Workspace.real(port=port)
    orders = _generated(options)
    if orders is None and os.environ.get(LOCAL_URL):
        return Workspace.running(port=port)
    return Workspace.local(orders, quota=options.quota, port=port)


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
