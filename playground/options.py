"""What the command line understands, and its help."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NoReturn

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
  python -m playground orders --created-after 2024-11-01 --format csv --output orders.csv
  python -m playground serve
  python -m playground amazon --port 8080

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
_AMAZON: Final = """\
Serve the local Amazon alone until Ctrl-C, and print, as JSON, its address and the credentials that it knows. A book in
another process asks it when its environment has AMAZON_SELLING_PARTNER_LOCAL_URL.
"""
_WORKSPACE: Final = """\
Open the workspace in a browser until Ctrl-C: connect the book, write steps with completion, look at answers as
tables, cards and charts. It listens on this machine only. The local Amazon has the seeded orders and a month of
made-up ones.
"""
_FORM: Final = f"""
the real Amazon:
  --amazon asks Amazon itself, with the credentials that are entered on the page; it begins with those in the
  environment: {", ".join(CREDENTIALS.values())}
"""
_LARGEST_PORT: Final = 65535


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of a command line, None is this program's own, and the name of the command as `command`.

    Raises:
        SystemExit: The command line asks for help, or is not understood; the person has been told.
    """
    return _parser().parse_args(arguments)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))


def _parser() -> argparse.ArgumentParser:
    shape = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="python -m playground", description=_OVERVIEW, epilog=_EXAMPLES, formatter_class=shape)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    commands.add_parser("demo", help="run the documented steps and show what they answer")

    quota = _Parser(add_help=False)
    quota.add_argument(
        "--quota", type=_speed, default=1, metavar="X", help="fill the local quota X times as fast as Amazon's; 0: none"
    )
    amazon = _Parser(add_help=False, parents=[quota])
    source = amazon.add_mutually_exclusive_group()
    source.add_argument("--amazon", action="store_true", help="ask the real Amazon")
    source.add_argument("--generate", type=_count, metavar="N", help="let the local Amazon have N orders")
    output = _Parser(add_help=False)
    output.add_argument(
        "--format",
        choices=("text", "csv", "json"),
        default="text",
        help="how to show the answer; in CSV, text that a spreadsheet would take for a formula has a ' in front",
    )
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

    served = commands.add_parser(
        "serve",
        parents=[amazon],
        help="serve the book to bdkctl until Ctrl-C",
        description=_SERVE,
        epilog=_REAL,
        formatter_class=shape,
    )
    served.add_argument("--port", type=_port, default=0, help="where the host listens (default: any free port)")

    local = commands.add_parser(
        "amazon",
        parents=[quota],
        help="serve the local Amazon alone until Ctrl-C",
        description=_AMAZON,
        formatter_class=shape,
    )
    local.add_argument("--port", type=_port, default=0, help="where it listens (default: any free port)")
    local.add_argument("--generate", type=_count, metavar="N", help="let it have N orders")

    page = commands.add_parser(
        "workspace",
        parents=[amazon],
        help="connect, write steps and look at orders in a browser",
        description=_WORKSPACE,
        epilog=_FORM,
        formatter_class=shape,
    )
    page.add_argument("--port", type=_port, default=0, help="where the page listens (default: any free port)")
    page.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    return parser


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
