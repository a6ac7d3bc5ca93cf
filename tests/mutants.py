"""Mutation tests of one module in a copy of the tree: which deliberate faults does no test notice?

Run by `make mutants MODULE=amazon/throttle.py`; CONTRIBUTING.md says how to read what it prints. mutmut does the work
within one process, which takes a fraction of a second a mutant. It leaves alone what runs at import: tables, constants
and most decorated functions.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
PACKAGE = Path("src/amazon_selling_partner")
OURS = {PACKAGE.name, "playground", "tests"}

# The tests that matter for a module: those named after it, and these. The longest path that fits wins; mutmut picks
# from them, for each mutant, the ones that reach it.
TESTS = {
    "": [],
    "inputs.py": ["tests/filters", "tests/test_query.py"],
    "query.py": ["tests/filters", "tests/amazon/orders/test_contract.py"],
    "redaction.py": ["tests/amazon/test_edges.py"],
    "filters/": ["tests/filters"],
    "amazon/": [
        "tests/amazon/test_client.py",
        "tests/amazon/test_edges.py",
        "tests/amazon/test_refusals.py",
        "tests/amazon/test_sessions.py",
        "tests/test_book.py",
    ],
    "amazon/http/": ["tests/amazon/http", "tests/amazon/test_lwa.py"],
    "amazon/orders/": ["tests/amazon/orders", "tests/amazon/test_edges.py"],
    "amazon/orders/changeover.py": [
        "tests/amazon/orders/test_slices.py",
        "tests/amazon/test_edges.py",
        "tests/amazon/test_refusals.py",
    ],
    "amazon/orders/v2026": [
        "tests/amazon/orders/test_v2026.py",
        "tests/amazon/orders/test_calls.py",
        "tests/amazon/orders/test_equivalence.py",
    ],
}
PYTEST = ["-p", "no:cacheprovider", "-n0", "--timeout=20", "--hypothesis-profile=mutants", "--tb=short"]
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # one process imports pytest's plugins over and over
# What no test should look at: the words of log lines, and what only mypy reads.
NOT_MUTATED = [r"\b_log\.", r"\bcast\(", r"\bTypeVar\("]


def tests_of(module: str) -> list[str]:
    """Return the paths of the tests that matter for a module of the package."""
    named = [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob(f"test_{Path(module).stem}.py")]
    prefix = max((prefix for prefix in TESTS if module.startswith(prefix)), key=len)
    return list(dict.fromkeys([*named, *TESTS[prefix]]))


def copy_tree(target: Path, module: str, tests: list[str]) -> None:
    """Copy what tests need, with mutmut's configuration."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    write_decorators_out(target / PACKAGE / module)
    configuration = {
        "source_paths": ["src"],
        "also_copy": [path.name for path in target.iterdir() if path.name != "src"],
        "only_mutate": [(PACKAGE / module).as_posix()],
        "do_not_mutate_patterns": NOT_MUTATED,
        "pytest_add_cli_args": PYTEST,
        "pytest_add_cli_args_test_selection": tests,
        "timeout_constant": 60.0,  # pytest-timeout is there before
        "use_git_change_detection": False,
    }
    table = "".join(f"{key} = {json.dumps(value)}\n" for key, value in configuration.items())
    with (target / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[tool.mutmut]\n{table}")


def write_decorators_out(module: Path) -> None:
    """Write decorators of classes, and `@property`, as calls after what they decorate: mutmut skips decorated code."""
    source = module.read_text(encoding="utf-8")
    lines = source.splitlines()
    for node in reversed(list(ast.walk(ast.parse(source)))):  # from the inside out
        decorators = [ast.unparse(item) for item in getattr(node, "decorator_list", [])]
        if decorators == ["property"] or (decorators and isinstance(node, ast.ClassDef)):
            indent = " " * node.col_offset
            for line in range(node.decorator_list[0].lineno, node.lineno):
                lines[line - 1] = f"{indent}#"
            calls = (f"\n{indent}{node.name} = ({decorator})({node.name})" for decorator in reversed(decorators))
            lines[node.end_lineno - 1] += "".join(calls)
    module.write_text("\n".join(lines) + "\n", encoding="utf-8")


def mend(mutmut: Any) -> None:
    """Let mutmut run these tests over and over in one process and its children."""
    # mutmut 3.7, the last to accept the click that Kognitos's command line needs, reads a name pytest no longer has.
    pytest.Item._nodeid = pytest.Item.nodeid
    settings.register_profile(
        "mutants",
        deadline=None,
        max_examples=30,
        derandomize=True,  # every mutant meets the same examples
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )

    at_import: set[str] = set()

    class ImportsSeen:
        def pytest_collection_finish(self) -> None:
            at_import.update(mutmut.mutmut._stats)

    class Runner(mutmut.PytestRunner):
        def execute_pytest(self, params: list[str], **options: Any) -> int:
            return super().execute_pytest(params, plugins=[*options.pop("plugins", []), ImportsSeen()], **options)

        def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
            # What the unchanged code made at import, or put into a cache, would hide the mutant.
            for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
                del sys.modules[name]
            if mutant_name and mutmut.mangled_name_from_mutant_name(mutant_name) in at_import:
                tests = []  # which means all
            # A second session in one process spells ids beyond ASCII in another way.
            functions = dict.fromkeys(test.partition("[")[0] for test in tests)
            try:
                code = super().run_tests(mutant_name=mutant_name, tests=functions)
            except mutmut.BadTestExecutionCommandsException:
                code = pytest.ExitCode.INTERRUPTED
            # A mutant that keeps tests from being collected is noticed.
            return 1 if code == pytest.ExitCode.INTERRUPTED else code

    mutmut.PytestRunner = Runner


def first_lines(source: str) -> dict[str, int]:
    """Return the line on which each function begins, by the name mutmut gives it."""
    lines: dict[str, int] = {}
    for node in ast.parse(source).body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        for member in members:
            if isinstance(member, ast.FunctionDef):
                owner = f"xǁ{node.name}ǁ" if isinstance(node, ast.ClassDef) else "x_"
                lines[owner + member.name] = min(item.lineno for item in [member, *member.decorator_list])
    return lines


def changes(diff: str) -> Iterator[tuple[int, str, str]]:
    """Yield the changed lines of a unified diff: offset in the function, the line before, the line after."""
    offset, removed = 0, []
    for line in diff.splitlines():
        if header := re.match(r"@@ -(\d+)", line):
            offset = int(header[1]) - 1
        elif line.startswith("-") and not line.startswith("---"):
            removed.append((offset, line[1:].strip()))
            offset += 1
        elif line.startswith("+") and not line.startswith("+++"):
            yield (*(removed.pop(0) if removed else (offset, "")), line[1:].strip())
        elif not line.startswith(("---", "+++", "#")):
            offset += 1
    yield from ((offset, line, "") for offset, line in removed)


def run(module: str, every: int, tests: list[str]) -> None:
    """Run the mutants of a module in the current directory, and print the survivors."""
    os.environ["MUTANT_UNDER_TEST"] = "mutant_generation"
    from mutmut import __main__ as mutmut  # here, since it needs what stands in the current directory

    path = PACKAGE / module
    mend(mutmut)
    mutmut.Config.ensure_loaded()
    names = []
    if every > 1:
        Path("mutants", path.parent).mkdir(parents=True)
        mutmut.create_mutants_for_file(path, Path("mutants", path))
        data = mutmut.SourceFileMutationData(path=path)
        data.load()
        names = list(data.exit_code_by_key)[::every]
    mutmut.cli(["run", "--max-children", "1", *names], standalone_mode=False)
    data = mutmut.SourceFileMutationData(path=path)
    data.load()
    results = {name: mutmut.status_by_exit_code[data.exit_code_by_key[name]] for name in names or data.exit_code_by_key}
    lines = first_lines((ROOT / path).read_text(encoding="utf-8"))
    alive: dict[tuple[int, str], list[str]] = {}
    for name, status in results.items():
        if status in {"survived", "no tests"}:
            begin = lines[name.rpartition(".")[2].partition("__mutmut_")[0]]
            for offset, before, after in changes(mutmut.get_diff_for_mutant(name, path=path)):
                alive.setdefault((begin + offset, before), []).append(f"{status}: {after}")
    for (line, before), survivors in sorted(alive.items()):
        print(f"\n{path}:{line}\n    {before}", *(f"  {survivor}" for survivor in survivors), sep="\n")  # noqa: T201 - the report
    counts = ", ".join(f"{number} {status}" for status, number in Counter(results.values()).most_common())
    print(f"\n{module}: {len(results)} mutants, {counts}; tests: {' '.join(tests)}")  # noqa: T201 - "


def main() -> None:
    parser = argparse.ArgumentParser(description="Mutation tests of one module.")
    parser.add_argument("module", help="below src/amazon_selling_partner, for example amazon/throttle.py")
    parser.add_argument("--every", type=int, default=1, help="take every nth mutant only")
    parser.add_argument("--tests", nargs="+", help="tests to run instead of those that matter for the module")
    options = parser.parse_args()
    module = options.module.removeprefix(f"{PACKAGE.as_posix()}/")
    if not (ROOT / PACKAGE / module).is_file():
        parser.error(f"there is no module {module} in {PACKAGE}")
    tests = options.tests or tests_of(module)
    with tempfile.TemporaryDirectory() as tree:
        copy_tree(Path(tree), module, tests)
        os.chdir(tree)
        run(module, options.every, tests)


if __name__ == "__main__":
    main()
