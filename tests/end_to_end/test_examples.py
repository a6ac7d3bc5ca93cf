"""Every step in the documentation runs, and answers what it says: README, USAGE.md and all docstrings.

The expected orders come from Amazon's own fields of the seeded orders, so that no bug of the book can be in both
places. An example without its line in the table below fails, and so does a line without its example.
"""

import ast
import doctest
import re
import shlex
from decimal import Decimal

import pytest

from playground.local_amazon.seed import seeded_orders
from playground.options import _STEP, _STEP_EXAMPLES
from tests.end_to_end.documented import ROOT, USAGE, as_documented
from tests.support import NOW

README = (ROOT / "README.md").read_text(encoding="utf-8")
MONTH_AGO = "2026-10-24T12:00:00Z"


def one_line(step):
    return " ".join(step.split())


def in_docstrings():
    """The `>>>` examples of every module: the name of the module, and the step."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    for path in sorted([*ROOT.glob("src/**/*.py"), *ROOT.glob("playground/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            docstring = ast.get_docstring(node) if isinstance(node, documented) else None
            for example in doctest.DocTestParser().get_examples(docstring or ""):
                yield path.name, example.source


def in_readme():
    """The indented steps, and those given to `python -m playground step`."""
    block = r"(?:^    .*\n)+"
    for text in re.findall(block, README, re.MULTILINE):
        lines = [line.removeprefix("    ") for line in text.splitlines()]
        if lines[0].startswith("retrieve "):
            yield "README.md", "\n".join(lines)
        for command in (line for line in lines if " -m playground step " in line):
            yield "README.md", shlex.split(command, comments=True)[-1]


def in_usage():
    """The fenced steps."""
    for step in re.findall(r"^```generic\n(.*?)^```", USAGE, re.MULTILINE | re.DOTALL):
        yield "USAGE.md", step


def in_help():
    """The steps that `python -m playground step --help` teaches."""
    [indented] = re.findall(r"^  retrieve .*\n(?:^      .*\n)+", _STEP, re.MULTILINE)
    yield "--help", indented
    for step in re.findall(r"'(retrieve .*?)'", _STEP_EXAMPLES, re.DOTALL):
        yield "--help", step


DOCSTRINGS = [*in_docstrings()]
EXAMPLES = [*DOCSTRINGS, *in_readme(), *in_usage(), *in_help()]
ORDERS = sorted(seeded_orders(NOW), key=lambda order: order["PurchaseDate"])
US = [order for order in ORDERS if order["MarketplaceId"] == "ATVPDKIKX0DER"]
LAST_MONTH = [order for order in US if order["PurchaseDate"] >= MONTH_AGO]
[DOCUMENTED] = [order for order in ORDERS if order["AmazonOrderId"] == "902-3159896-1390916"]

EXPECTED = {
    'retrieve orders from amazon selling partner with the marketplace is "US" '
    'the createdafter is "2024-11-01T00:00:00Z" the limit is 100': US,
    'retrieve orders from amazon selling partner with the marketplace is "US" '
    'the last updated is "2024-11-01T00:00:00Z"': US,
    'retrieve orders from amazon selling partner whose order status is "Unshipped" and whose is prime is true': [
        order for order in LAST_MONTH if order["OrderStatus"] == "Unshipped" and order.get("IsPrime") is True
    ],
    "retrieve orders from amazon selling partner whose order total's amount is greater than 100": [
        order for order in LAST_MONTH if Decimal(order.get("OrderTotal", {}).get("Amount", 0)) > 100
    ],
    'retrieve orders from amazon selling partner whose amazon order id is one of "902-3159896-1390916", '
    '"111-0000001-0000001"': [
        order for order in US if order["AmazonOrderId"] in {"902-3159896-1390916", "111-0000001-0000001"}
    ],
    'retrieve orders from amazon selling partner whose order status is "Unshipped" with the marketplace is "US" '
    "the createdafter is 2024-11-01 the limit is 100": [order for order in US if order["OrderStatus"] == "Unshipped"],
    'retrieve an order from amazon selling partner with the marketplace is "US" '
    'the order id is "902-3159896-1390916"': DOCUMENTED,
    'retrieve an order from amazon selling partner with the marketplace is "US", '
    'the order id is "902-3159896-1390916"': DOCUMENTED,
    "retrieve orders from amazon selling partner whose is prime is true": [
        order for order in LAST_MONTH if order.get("IsPrime") is True
    ],
}


def test_examples_were_found_in_every_place():
    assert {place for place, _ in EXAMPLES} == {"book.py", "README.md", "USAGE.md", "--help"}


def test_the_docstrings_have_all_the_examples_that_usage_has():
    assert [one_line(step) for _, step in DOCSTRINGS] == [one_line(step) for _, step in in_usage()]


def test_every_expectation_has_its_example():
    assert EXPECTED.keys() == {one_line(step) for _, step in EXAMPLES}


def test_every_expectation_is_of_some_orders_but_not_all():
    for expected in EXPECTED.values():
        assert expected
        assert expected is DOCUMENTED or len(expected) < len(ORDERS)


@pytest.mark.parametrize(
    ("place", "step"), EXAMPLES, ids=[f"{place} {number}" for number, (place, _) in enumerate(EXAMPLES)]
)
def test_an_example_runs_and_answers_what_it_says(run, place, step):
    expected = EXPECTED[one_line(step)]
    if expected is DOCUMENTED:
        assert run(step) == as_documented(DOCUMENTED)
    else:
        assert run(step) == [as_documented(order) for order in expected]
