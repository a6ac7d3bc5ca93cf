"""The options of the command line, and its help."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

from amazon_selling_partner.settings import LOCAL_URL

from .terminal import harmless
from .workspace import CREDENTIALS

__all__ = ["parsed"]

_OVERVIEW: Final = """\
Try the Amazon Selling Partner book on one machine: a step in plain English goes through Kognitos's own client and
protocol to the real book, and from there to a local Amazon that comes with it. No account, no Docker, no network.
"""
_EXAMPLES: Final = """\
examples:
  python -m playground demo
  python -m playground workspace
  python -m playground step 'retrieve orders from amazon selling partner whose is prime is true'
  python -m playground orders --created-after 2024-11-01 --output orders.csv
  python -m playground serve
  python -m playground amazon --port 8080

`python -m playground COMMAND --help` explains each one.
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
  with, where       the inputs, each on its own line or separated by commas or `and`
  values            "text", 100, 9.90, true, false, None, 2024-11-01, 2024-11-01T08:00:00Z

This reads the steps of this book and no others. It is not Kognitos, which understands far more. It points at the word
that it does not understand.
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
  python -m playground orders --generate 5000 --quota 600 --output orders.csv
      5,000 generated orders and a quota 600 times as fast as Amazon's: watch the pages and waits
"""
_SERVE: Final = """\
Serve the book over Kognitos's protocol until Ctrl-C, as Kognitos's runtime does, and print a command with which
Kognitos's bdkctl retrieves an order from it.
"""
_REAL: Final = f"""
environment:
  {LOCAL_URL}
      asks the local Amazon that `python -m playground amazon` serves there, instead of starting one

the real Amazon:
  --amazon asks Amazon itself, with the three credentials of a connection in the environment:
  {", ".join(CREDENTIALS.values())}
"""
_AMAZON: Final = """\
Serve the local Amazon alone until Ctrl-C, and print the environment variables for a second terminal: its address and
the credentials that it accepts. A book whose environment has them asks this Amazon.
"""
_WORKSPACE: Final = """\
Open the workspace in a browser until Ctrl-C: connect the book, write steps with completion, look at answers as
tables, cards and charts. It listens on this machine only. The local Amazon has the seeded orders and a month of
generated ones.
"""
_FORM: Final = f"""
the real Amazon:
  --amazon asks Amazon itself, with the credentials entered on the page; at first these are those in the environment:
  {", ".join(CREDENTIALS.values())}
"""
_LARGEST_PORT: Final = 65535
_RAW: Final = argparse.RawDescriptionHelpFormatter


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line, None is this program's own; `command` is the name of the command.

    Raises:
        SystemExit: After the help, or after an error on the error output.
    """
    return _parser().parse_args(arguments)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m playground", description=_OVERVIEW, epilog=_EXAMPLES, formatter_class=_RAW)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("demo", help="run the documented steps and show what they answer")
    quota, amazon, output = _quota(), _amazon(), _output()

    def add(name: str, summary: str, description: str, epilog: str, *parents: _Parser) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, help=summary, description=description, epilog=epilog, parents=parents, formatter_class=_RAW
        )

    step = add("step", "run one step in plain English", _STEP, _STEP_EXAMPLES + _REAL, quota, amazon, output)
    step.add_argument("step", nargs="?", help="the step; without it, it is read from the standard input")
    orders_help = "retrieve orders, as a table, CSV or JSON"
    _add_inputs(add("orders", orders_help, _ORDERS, _ORDERS_EXAMPLES + _REAL, quota, amazon, output))
    _add_port(add("serve", "serve the book to bdkctl until Ctrl-C", _SERVE, _REAL, quota, amazon), "the host")
    local = add("amazon", "serve the local Amazon alone until Ctrl-C", _AMAZON, "", quota)
    _add_port(local, "it")
    _add_generate(local)
    page_help = "connect, write steps and look at orders in a browser"
    page = add("workspace", page_help, _WORKSPACE, _FORM, quota, amazon)
    page.add_argument("--port", type=_port, help="where the page listens (default: 8642; 0: any free port)")
    page.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    return parser


def _quota() -> _Parser:
    options = _Parser(add_help=False)
    options.add_argument(
        "--quota", type=_speed, default=1, metavar="X", help="fill the local quota X times as fast as Amazon's; 0: none"
    )
    return options


def _amazon() -> _Parser:
    options = _Parser(add_help=False)
    source = options.add_mutually_exclusive_group()
    source.add_argument("--amazon", action="store_true", help="ask the real Amazon")
    _add_generate(source)
    return options


def _output() -> _Parser:
    options = _Parser(add_help=False)
    options.add_argument(
        "--format",
        choices=("text", "csv", "json"),
        help="how to show the answer; in CSV, text that a spreadsheet would take for a formula begins with a '",
    )
    options.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the answer to a file that only you can read; .csv or .json at its end decides the format",
    )
    return options


def _add_inputs(orders: argparse.ArgumentParser) -> None:
    orders.add_argument("--marketplace", default="US", metavar="CODE", help="such as US, CA or GB (default: US)")
    orders.add_argument("--created-after", metavar="DATE", help="orders created after this date, such as 2024-11-01")
    orders.add_argument("--last-updated", metavar="DATE", help="orders last updated after this date")
    orders.add_argument("--whose", metavar="FILTER", help="what follows `whose` in a step")
    orders.add_argument("--limit", type=_count, metavar="N", help="no more orders than this")
    orders.add_argument("--offset", type=_count, metavar="N", help="skip the first N")


def _add_port(command: argparse.ArgumentParser, listener: str) -> None:
    command.add_argument("--port", type=_port, default=0, help=f"where {listener} listens (default: any free port)")


def _add_generate(options: argparse._ActionsContainer) -> None:
    options.add_argument("--generate", type=_count, metavar="N", help="start a local Amazon with N generated orders")


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
