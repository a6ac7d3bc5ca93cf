"""docs/messages.md, generated from the source: `make messages` writes it, and a test compares the two."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from amazon_selling_partner import errors, messages

__all__ = ["PAGE", "SOURCES", "errors_made", "names_in", "page", "sections"]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "messages.md"
SOURCES = [path for path in sorted((ROOT / "src").rglob("*.py")) if path.stem != "messages"]

_INTRODUCTION = """\
# Messages

Every message of the book, section by section as in [messages.py](../src/amazon_selling_partner/messages.py), with the
[error](../src/amazon_selling_partner/errors.py) that carries it; the error is left out where it depends on what
happened. A message is the same every time. The data of a case, such as the value of an input or Amazon's request id,
follow in brackets. A word in braces stands for the name of an input or an attribute. `make messages` writes this page.
"""


def sections() -> dict[str, list[str]]:
    """Return the names of the messages by the heading under which they stand."""
    headings: dict[str, list[str]] = {}
    for line in Path(messages.__file__).read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"# ([^.]+)", line):
            headings[heading[1]] = []
        elif name := re.match(r"([A-Z0-9_]+): Final", line):
            headings[list(headings)[-1]].append(name[1])
    return headings


def names_in(node: ast.AST) -> set[str]:
    """Return the names of the messages that a piece of source mentions."""
    return {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == "messages"
    }


def errors_made(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the error classes that a module pairs with a sentence, in a call or in a table, and the sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            kind, sentence = node.func, node.args[0]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            kind, sentence = node.elts
        else:
            continue
        if isinstance(kind, ast.Name) and kind.id in errors.__all__:
            yield kind.id, sentence


def page() -> str:
    """Return the page as it should be."""
    carriers = _carriers()
    lines = [_INTRODUCTION]
    for heading, names in sections().items():
        lines += [f"## {heading}\n", "| Message | Error |", "|---|---|"]
        for name in names:
            [error] = carriers[name] if len(carriers[name]) == 1 else [""]
            lines.append(f"| {getattr(messages, name)} | {error and f'`{error}`'} |")
        lines.append("")
    return "\n".join(lines)


def _carriers() -> dict[str, set[str]]:
    carriers = defaultdict(set)
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        # A sentence may be looked up in a table of the module.
        tables = {
            node.target.id: names_in(node)
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        }
        for error, sentence in errors_made(tree):
            mentioned = {node.id for node in ast.walk(sentence) if isinstance(node, ast.Name)}
            for name in names_in(sentence).union(*(tables.get(table, set()) for table in mentioned)):
                carriers[name].add(error)
    return carriers


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
