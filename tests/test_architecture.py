"""The border between Kognitos and Amazon, and other promises about the source that no behaviour shows."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "amazon_selling_partner"
MODULES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def imported(source: str) -> Iterator[str]:
    """Yield the names of the modules that a source imports, wherever it does, with dots for relative ones."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"__import__", "import_module"}:
            yield ast.literal_eval(node.args[0])


def importers(package: str) -> set[str]:
    """Return the modules that import a package or anything in it."""
    return {
        name
        for name, source in MODULES.items()
        if any(found == package or found.startswith(f"{package}.") for found in imported(source))
    }


def run(program: str) -> str:
    """Return what a fresh interpreter prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_amazons_side_knows_nothing_of_kognitos():
    assert not {name for name in importers("kognitos") if name.startswith("amazon/")}


def test_only_the_concept_the_book_and_its_filters_know_kognitos():
    left_of_the_border = {"book.py", "concepts.py", "filters/comparisons.py"}
    left_of_the_border |= {"filters/reading.py", "filters/pushdown.py"}
    assert {"book.py", "concepts.py"} <= importers("kognitos") <= left_of_the_border


def test_httpx_is_imported_by_the_network_modules_alone():
    assert importers("httpx") == {"amazon/http/connections.py", "amazon/http/transport.py"}


@pytest.mark.parametrize("engine", ["httpcore", "pydantic_core"])
def test_httpx_and_pydantic_are_used_by_their_public_interface(engine):
    assert not importers(engine)


def test_only_the_book_reaches_across_the_border():
    crossing = {
        name for name, source in MODULES.items() if any(part.startswith(".amazon") for part in imported(source))
    }
    assert crossing == {"book.py"}


@pytest.mark.parametrize("package", ["playground", "tests", "benchmarks", "spapi", "sp_api"])
def test_nothing_from_outside_the_wheel_is_imported(package):
    assert not importers(package)


@pytest.mark.parametrize("module", ["book.py", "concepts.py"])
def test_annotations_the_kit_reads_are_objects(module):
    assert "__future__" not in imported(MODULES[module])


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_says_what_it_is_for(module):
    assert ast.get_docstring(ast.parse(MODULES[module]))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nothing_is_printed(module):
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(MODULES[module])) if isinstance(node, ast.Call)}
    assert not calls & {"print", "sys.stdout.write", "sys.stderr.write", "pprint"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_time_passes_only_by_the_clock_that_is_handed_in(module):
    source = MODULES[module]
    if module != "amazon/clock.py":
        assert "time" not in set(imported(source))
        assert "datetime.now(" not in source


def test_importing_every_module_makes_no_client_no_thread_and_no_connection():
    program = """
import httpx, socket, sys, threading
def refuse(*arguments, **options):
    raise AssertionError("made while importing")
for name in ("Client", "AsyncClient", "HTTPTransport"):
    setattr(httpx, name, refuse)
socket.socket.connect = refuse
threading.Thread.start = refuse
import importlib, pkgutil, amazon_selling_partner
for module in pkgutil.walk_packages(amazon_selling_partner.__path__, "amazon_selling_partner."):
    importlib.import_module(module.name)
print("amazon_selling_partner.amazon.http.transport" in sys.modules)
"""
    assert run(program).strip() == "True"


def test_the_book_is_there_before_the_network_library_is_loaded():
    program = "import sys, amazon_selling_partner; print('httpx' in sys.modules)"
    assert run(program).strip() == "False"


def test_importing_the_package_configures_no_logging():
    program = """
import logging
import kognitos.bdk.api, httpx
before = logging.root.handlers[:], logging.root.level
import amazon_selling_partner
print(before == (logging.root.handlers, logging.root.level))
"""
    assert run(program).strip() == "True"


def test_the_public_names_are_the_book_and_the_version():
    assert run("import amazon_selling_partner as package; print(package.__all__)").strip() == str(
        ["AmazonSellingPartnerBook", "__version__"]
    )
