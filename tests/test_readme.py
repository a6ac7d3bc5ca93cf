"""The README and USAGE.md against the code they speak of."""

from pathlib import Path

import pytest

from amazon_selling_partner import settings
from amazon_selling_partner.amazon.orders.differences import DIFFERENCES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
USAGE = (ROOT / "USAGE.md").read_text(encoding="utf-8")


def test_the_table_of_what_ends_with_v0_is_the_one_in_the_code():
    table = README.partition("## When v0 ends")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{found.attribute}` | {'ends' if found.ends else 'changes'} | {found.remark} |" for found in DIFFERENCES
    ]


def test_the_usage_names_every_attribute_that_ends_with_v0():
    [sentence] = [line for line in USAGE.splitlines() if line.startswith("From 2027-03-27 on Amazon no longer")]
    for found in DIFFERENCES:
        name = found.attribute.replace("_", " ").replace(".", "'s ")
        assert (name in sentence) == found.ends


@pytest.mark.parametrize("variable", [settings.ORDERS_API, settings.LOCAL_URL, settings.DEADLINE_SECONDS])
def test_every_setting_is_documented(variable):
    assert f"| `{variable}` |" in README


def test_every_module_stands_in_the_layout():
    layout = README.partition("## Layout")[2].partition("\n## ")[0]
    source = ROOT / "src" / "amazon_selling_partner"
    modules = {path.name for path in source.rglob("*.py")} - {"__init__.py", "version.py"}
    assert {module for module in modules if module not in layout} == set()


def test_the_first_commands_are_the_two_that_need_nothing_else():
    commands = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("    make ")]
    assert commands[:2] == ["make demo", "make test"]
