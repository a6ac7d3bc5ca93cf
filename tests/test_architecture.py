"""The border between Kognitos and Amazon, and what importing the book does not do."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "amazon_selling_partner"
MODULES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def imported(source: str) -> Iterator[str]:
    """Yield the names of the modules that a source imports anywhere, relative ones without their dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def importers(package: str) -> set[str]:
    """Return the modules that import a package or anything in it."""
    return {
        module
        for module, source in MODULES.items()
        if any(name == package or name.startswith(f"{package}.") for name in imported(source))
    }


def run(program: str) -> str:
    """Return what a fresh interpreter prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


# The border


def test_amazons_side_imports_nothing_of_kognitos():
    kognitos = importers("kognitos")
    assert "book.py" in kognitos
    assert [module for module in kognitos if module.startswith("amazon/")] == []


def test_only_the_book_imports_amazons_side():
    outside = {module for module in importers("amazon") if not module.startswith("amazon/")}
    assert outside == {"book.py"}


def test_httpx_stays_in_the_network_modules():
    # The sessions only name the type of what a test puts in place of the network.
    outside = {module for module in importers("httpx") if not module.startswith("amazon/http/")}
    assert outside == {"amazon/sessions.py"}
    assert set(re.findall(r"\bhttpx\.(\w+)", MODULES["amazon/sessions.py"])) == {"BaseTransport"}


def test_pydantic_stays_with_the_orders():
    pydantic = importers("pydantic")
    assert pydantic
    assert [module for module in pydantic if not module.startswith("amazon/orders/")] == []


@pytest.mark.parametrize("package", ["httpcore", "pydantic_core"])
def test_httpx_and_pydantic_are_used_by_their_interface(package):
    assert importers(package) == set()


@pytest.mark.parametrize("package", ["playground", "tests", "benchmarks"])
def test_the_book_needs_nothing_outside_its_wheel(package):
    assert importers(package) == set()


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"amazon/clock.py"}))
def test_the_time_comes_from_the_clock(module):
    assert "time" not in imported(MODULES[module])
    assert "datetime.now(" not in MODULES[module]


# Importing


def test_importing_opens_no_connection_and_starts_no_thread():
    program = """
import importlib, pkgutil, socket, sys, threading
import httpx
def refuse(*arguments, **options):
    raise AssertionError("made while importing")
for name in ("Client", "AsyncClient", "HTTPTransport"):
    setattr(httpx, name, refuse)
socket.socket.connect = threading.Thread.start = refuse
import amazon_selling_partner
for module in pkgutil.walk_packages(amazon_selling_partner.__path__, "amazon_selling_partner."):
    importlib.import_module(module.name)
print("amazon_selling_partner.amazon.http.transport" in sys.modules)
"""
    assert run(program) == "True"


def test_importing_the_book_loads_neither_httpx_nor_pydantic():
    program = "import sys, amazon_selling_partner; print([name in sys.modules for name in ('httpx', 'pydantic')])"
    assert run(program) == "[False, False]"


def test_importing_configures_no_logging():
    program = """
import logging
before = logging.root.handlers[:], logging.root.level
import amazon_selling_partner
print(before == (logging.root.handlers, logging.root.level))
"""
    assert run(program) == "True"
