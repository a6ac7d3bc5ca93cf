"""The command line of the playground; `python -m playground --help` tells what it can do."""

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from .demo import demonstrate
from .export import csv_of, json_of
from .local_amazon.seed import generated_orders
from .progress import progress
from .serve import serve
from .show import answered, counted, failure
from .steps import NotUnderstood, Step
from .workspace import CREDENTIALS, MissingCredentials, Workspace

__all__ = ["main"]

_OVERVIEW: Final = """\
Try the Amazon Selling Partner book on one machine: a step in plain English goes through Kognitos's own client and
protocol to the real book, and from there to a local Amazon that comes with it. No account, no Docker, no network.
"""
_EXAMPLES: Final = """\
examples:
  python -m playground demo
  python -m playground step 'retrieve orders from amazon selling partner whose is prime is true'
  python -m playground orders --created-after 2024-11-01 --format csv --output orders.csv
  python -m playground serve

`python -m playground COMMAND --help` tells more about each.
"""
_STEP: Final = """\
Run one step, written as in an automation:

  retrieve orders from amazon selling partner whose order status is "Unshipped" with
      the marketplace is "US"
      the createdafter is 2024-11-01
      the limit is 100

  verb and object   as USAGE.md lists them: retrieve orders, retrieve an order
  from              the book; `retrieve orders` works without it
  whose             a comparison, more of them with `and whose` and `or whose`: is, is not, is greater than, is less
                    than, is at least, is at most, is one of "A", "B", has, does not have
  with, where       the inputs, each on a line of its own or parted by commas or `and`
  values            "text", 100, 9.90, true, false, None, 2024-11-01, 2024-11-01T08:00:00Z

This reads the steps of this book and no others. It is not Kognitos, which understands far more; a word that it does
not understand it points at.
"""
_STEP_EXAMPLES: Final = """\
examples:
  python -m playground step 'retrieve an order from amazon selling partner with the marketplace is "US",
                             the order id is "902-3159896-1390916"'
  python -m playground step --format json < step.txt
"""
_ORDERS: Final = "Retrieve orders without writing a step: these options make one."
_ORDERS_EXAMPLES: Final = """\
examples:
  python -m playground orders --limit 10
  python -m playground orders --whose "order total's amount is greater than 100" --format json
  python -m playground orders --generate 5000 --quota 600 --format csv --output orders.csv
      5,000 made-up orders and a quota 600 times as fast as Amazon's: see pages and waits go by
"""
_SERVE: Final = """\
Serve the book over Kognitos's protocol until Ctrl-C, as Kognitos's runtime does, and print a command with which
Kognitos's bdkctl retrieves an order from it.
"""
_REAL: Final = f"""
the real Amazon:
  --amazon asks Amazon itself, with the three credentials of a connection in the environment:
  {", ".join(CREDENTIALS.values())}
"""


_LARGEST_PORT: Final = 65535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 an error of the book, 2 not understood."""
    # Nobody reads a stream that is closed from the start, and Python has None for it.
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the program ends
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        # A file must have every letter whatever the locale says; a terminal that lacks some shows what it can.
        stream.reconfigure(**{"errors": "replace"} if stream.isatty() else {"encoding": "utf-8"})
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (NotUnderstood, MissingCredentials) as error:
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


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="python -m playground", description=_OVERVIEW, epilog=_EXAMPLES, formatter_class=shape
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="run the documented steps and show what they answer")
    demo.set_defaults(run=lambda _: demonstrate())

    amazon = argparse.ArgumentParser(add_help=False)
    source = amazon.add_mutually_exclusive_group()
    source.add_argument("--amazon", action="store_true", help="ask the real Amazon")
    source.add_argument("--generate", type=_count, metavar="N", help="let the local Amazon have N orders")
    amazon.add_argument(
        "--quota", type=_speed, default=1, metavar="X", help="fill the local quota X times as fast as Amazon's; 0: none"
    )
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--format", choices=("text", "csv", "json"), default="text", help="how to show the answer")
    output.add_argument("--output", type=Path, metavar="FILE", help="where to write the answer; else it is printed")

    step = commands.add_parser(
        "step",
        parents=[amazon, output],
        help="run one step in plain English",
        description=_STEP,
        epilog=_STEP_EXAMPLES + _REAL,
        formatter_class=shape,
    )
    step.add_argument("step", nargs="?", help="the step; without it, it is read from the standard input")
    step.set_defaults(run=_step)

    orders = commands.add_parser(
        "orders",
        parents=[amazon, output],
        help="retrieve orders, as a table, CSV or JSON",
        description=_ORDERS,
        epilog=_ORDERS_EXAMPLES + _REAL,
        formatter_class=shape,
    )
    orders.add_argument("--marketplace", default="US", metavar="CODE", help="such as US, CA or GB (default: US)")
    orders.add_argument("--created-after", metavar="DATE", help="orders created after this date, such as 2024-11-01")
    orders.add_argument("--last-updated", metavar="DATE", help="orders last updated after this date")
    orders.add_argument("--whose", metavar="FILTER", help="what follows `whose` in a step")
    orders.add_argument("--limit", type=_count, metavar="N", help="no more orders than this")
    orders.add_argument("--offset", type=_count, metavar="N", help="leave out the first N")
    orders.set_defaults(run=_orders)

    served = commands.add_parser(
        "serve",
        parents=[amazon],
        help="serve the book to bdkctl until Ctrl-C",
        description=_SERVE,
        epilog=_REAL,
        formatter_class=shape,
    )
    served.add_argument("--port", type=_port, default=0, help="where the host listens (default: any free port)")
    served.set_defaults(run=_serve)
    return parser


def _step(options: argparse.Namespace) -> None:
    if options.step is None and sys.stdin.isatty():
        print("Write the step, and end it with Ctrl-D on a line of its own.", file=sys.stderr)
    text = sys.stdin.read() if options.step is None else options.step
    with _workspace(options) as workspace:
        _answer(workspace, workspace.library.read(text), options)


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
    step = "\n".join([f"retrieve orders from amazon selling partner{whose} with", *lines])
    with _workspace(options) as workspace:
        _answer(workspace, workspace.library.read(step), options)


def _serve(options: argparse.Namespace) -> None:
    with _workspace(options, port=options.port) as workspace:
        serve(workspace)


def _answer(workspace: Workspace, step: Step, options: argparse.Namespace) -> None:
    with progress():
        answer = workspace.run(step)
    orders = answer if isinstance(answer, list) else [answer]
    if options.format == "json":
        text = json_of(answer)
    elif options.format == "csv":
        text = csv_of(orders, step.attributes)
    else:
        text = answered(answer)
    if options.output is None:
        print(text)
    else:
        options.output.write_text(f"{text}\n", encoding="utf-8")
        print(f"{counted(orders)} in {options.output}", file=sys.stderr)


def _workspace(options: argparse.Namespace, port: int = 0) -> contextlib.AbstractContextManager[Workspace]:
    if options.amazon:
        return Workspace.real(port=port)
    orders = None if options.generate is None else generated_orders(options.generate, datetime.now(UTC))
    return Workspace.local(orders, quota=options.quota, port=port)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is not a whole number, 0 or greater")
    return int(text)


def _port(text: str) -> int:
    port = _count(text)
    if port > _LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is no port; the largest is {_LARGEST_PORT}")
    return port


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = -1
    if not 0 <= speed < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number, 0 or greater")
    return speed


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    sys.exit(main())
