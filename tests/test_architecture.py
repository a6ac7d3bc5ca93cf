"""The border between Kognitos and Amazon, and the traps of the kit, read off the source."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "amazon_selling_partner"
MODULES = sorted(SOURCE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", sorted((SOURCE / "amazon").glob("*.py")), ids=lambda path: path.name)
def test_amazons_side_knows_nothing_of_kognitos(path):
    assert "kognitos" not in imported(path)


def test_only_the_transport_knows_httpx():
    assert [path.name for path in MODULES if "httpx" in imported(path)] == ["transport.py"]


@pytest.mark.parametrize("name", ["book.py", "concepts.py"])
def test_annotations_the_kit_reads_are_objects(name):
    assert "__future__" not in imported(SOURCE / name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_fits_in_a_head(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 280
