"""README, CONTRIBUTING, CHANGELOG, USAGE.md and docs/, compared with the code."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from amazon_selling_partner import book as book_module
from amazon_selling_partner import settings
from playground.local_amazon import DEMONSTRATION_SELLER
from playground.local_amazon.seed import seeded_orders
from playground.workspace import CREDENTIALS
from tests.amazon.orders.differences import DIFFERENCES
from tests.support import NOW

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/when-v0-ends.md", "docs/messages.md")
README, CONTRIBUTING, _, V0_ENDS, _ = ((ROOT / page).read_text(encoding="utf-8") for page in PAGES)
USAGE = (ROOT / "USAGE.md").read_text(encoding="utf-8")
FIRST_SCREEN = README.partition("\n## ")[0]


def headings(text: str) -> set[str]:
    """The anchors that a page's headings get."""
    return {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", text, re.M)
    }


# The first screen


def test_the_first_commands_are_the_two_that_need_nothing_else():
    commands = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("    make ")]
    assert commands[:2] == ["make demo", "make test"]


def test_the_first_screen_has_commands_credentials_and_steps():
    assert len(FIRST_SCREEN.splitlines()) <= 40
    steps = re.findall(r"^    (make \w+|retrieve \w+)", FIRST_SCREEN, re.MULTILINE)
    assert steps == ["make demo", "make test", "retrieve orders", "retrieve an"]
    for label in ("Refresh Token", "Client ID", "Client Secret"):
        assert label in FIRST_SCREEN


# Tables


def test_the_table_of_what_ends_with_v0_is_the_one_in_the_code():
    rows = [line for line in V0_ENDS.splitlines() if line.startswith("| `")]
    assert rows == [
        f"| `{row.attribute}` | {'ends' if row.ends else 'changes'} | {row.remark} |" for row in DIFFERENCES
    ]


def test_the_usage_names_every_attribute_that_ends_with_v0():
    [sentence] = re.findall(r"When Amazon removes Orders API v0, [^.]*", USAGE)
    names = {row.attribute.replace("_", " ").replace(".", "'s ") for row in DIFFERENCES if row.ends}
    assert set(re.split(r", (?:and the )?", sentence.partition("empty: ")[2])) == names


@pytest.mark.parametrize("variable", [settings.ORDERS_API, settings.LOCAL_URL, settings.DEADLINE_SECONDS])
def test_every_setting_is_documented(variable):
    assert f"| `{variable}` |" in README


# The book from Python


def test_the_python_of_the_readme_prints_unshipped_orders(amazon, sessions, monkeypatch, capsys):
    monkeypatch.setattr(book_module, "_shared_sessions", lambda: sessions)
    for name, variable in CREDENTIALS.items():
        monkeypatch.setenv(variable, getattr(DEMONSTRATION_SELLER, name))
    [program] = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    exec(program, {})  # noqa: S102 - the program of the README
    unshipped = [
        order
        for order in sorted(seeded_orders(NOW), key=lambda order: order["PurchaseDate"])
        if order["OrderStatus"] == "Unshipped" and order["MarketplaceId"] == "ATVPDKIKX0DER"
    ]
    printed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert printed == [order["AmazonOrderId"] for order in unshipped[:5]]


# Commands and links


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_make_exists(page):
    rules = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE))
    assert named - rules == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_project_leads_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), target
        assert not anchor or anchor in headings(file.read_text(encoding="utf-8")), target


# The layout


def drawn() -> Iterator[str]:
    """The paths of CONTRIBUTING's tree, folders with a slash at their end; what they are for follows."""
    tree = CONTRIBUTING.partition("## The layout\n")[2].partition("\n## ")[0]
    folders: list[tuple[int, str]] = []
    for indent, name, purpose in re.findall(r"^( {4,})(\S+)(.*)$", tree, re.MULTILINE):
        folders = [(level, folder) for level, folder in folders if level < len(indent)]
        path = "".join(folder for _, folder in folders) + name
        if name.endswith("/"):
            folders.append((len(indent), name))
        assert re.match(r"  +\S", purpose), f"the layout in CONTRIBUTING.md does not say what {path} is for"
        yield path


@pytest.mark.parametrize("folder", ["src", "playground"])
def test_the_layout_draws_every_module_once(folder):
    modules = [path for path in (ROOT / folder).rglob("*.py") if path.name != "__init__.py"]
    there = Counter(path.relative_to(ROOT).as_posix() for path in modules)
    drawn_there = Counter(path for path in drawn() if path.startswith(f"{folder}/") and path.endswith(".py"))
    missing, too_many = sorted(there - drawn_there), sorted(drawn_there - there)
    assert not missing, f"add to the layout in CONTRIBUTING.md: {', '.join(missing)}"
    assert not too_many, f"take from the layout in CONTRIBUTING.md: {', '.join(too_many)}"


def test_the_layout_draws_every_folder_of_modules():
    folders = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for folder in ("src", "playground")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert {path for path in drawn() if path.endswith("/")} == folders | {"tests/", "benchmarks/"}
