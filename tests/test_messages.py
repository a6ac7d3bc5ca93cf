"""The messages: short, all in one place, and all on the page that lists them."""

import ast
import re

import pytest

from amazon_selling_partner import messages
from tests.messages_page import PAGE, SOURCES, errors_made, names_in, page, sections

MESSAGES = [name for names in sections().values() for name in names]
TREES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def test_every_message_stands_in_a_section():
    assert sorted(MESSAGES) == sorted(name for name in vars(messages) if name.isupper())


def test_the_page_lists_every_message():
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/messages.md is out of date: run 'make messages'"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_at_most_two_sentences_and_330_characters(name):
    message = getattr(messages, name)
    assert 20 <= len(message) <= 330
    assert len(re.findall(r'[.!?]"?(?= [A-Z]|$)', message)) <= 2


def test_every_message_is_used():
    assert set().union(*map(names_in, TREES.values())) == set(MESSAGES)


@pytest.mark.parametrize("module", TREES)
def test_no_error_has_a_sentence_of_its_own(module):
    sentences = [sentence for _, sentence in errors_made(TREES[module])]
    assert [ast.unparse(sentence) for sentence in sentences if _has_text(sentence)] == []


def _has_text(sentence: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(sentence))
