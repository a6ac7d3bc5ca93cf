"""An error's text: the sentence, the same every time, then what is known in brackets."""

import re
from datetime import UTC, datetime

import pytest

from amazon_selling_partner import errors
from amazon_selling_partner.errors import Answer, SellingPartnerError

SENTENCE = "Something happened. Do this."
CLASSES = sorted(set(errors.__all__) - {"Answer"})


def text(diagnostics: dict | None = None, **answer: object) -> str:
    """The text of an error."""
    return str(SellingPartnerError(SENTENCE, diagnostics, answer=Answer(**answer)))


def test_without_data_the_text_is_the_sentence():
    assert text() == SENTENCE


def test_diagnostics_and_then_amazons_answer_follow_in_order():
    shown = "order id: 1, marketplace: US, operation: getOrders, status: 400, code: InvalidInput, request id: r-1"
    answer = {"request_id": "r-1", "code": "InvalidInput", "status": 400, "operation": "getOrders"}
    assert text({"order id": "1", "marketplace": "US"}, **answer) == f"{SENTENCE} [{shown}]"


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_unknown_is_left_out(nothing):
    assert text({"proxy": nothing}, status=400, message=nothing) == f"{SENTENCE} [status: 400]"
    assert text({"proxy": nothing}) == SENTENCE


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (3400, "3,400"),
        (datetime(2026, 11, 23, 12, 26, tzinfo=UTC), "2026-11-23T12:26:00Z"),
        (("US", "GB"), "US; GB"),
        (True, "True"),
        ("Atza|IwEBIabc", "[hidden]"),
        (("a", "Atza|IwEBIabc"), "a; [hidden]"),
        ("a\r\nb", "a b"),
    ],
    ids=str,
)
def test_data_is_written_for_people_only_in_the_text(value, shown):
    error = SellingPartnerError(SENTENCE, {"fact": value})
    assert str(error) == f"{SENTENCE} [fact: {shown}]"
    assert error.diagnostics == {"fact": value}


def test_neither_repr_nor_arguments_hold_text_from_elsewhere():
    error = SellingPartnerError(SENTENCE, {"value": "Jane Roe"}, answer=Answer(message="Jane Roe"))
    assert "Jane" not in f"{error!r} {error.args}"


def test_the_tree_in_the_documentation_lists_every_error():
    listed = re.findall(r"(?:^ +|[├└]── )([A-Z]\w+)", errors.__doc__, re.MULTILINE)
    assert sorted(listed) == CLASSES


@pytest.mark.parametrize("name", CLASSES)
def test_every_error_is_a_selling_partner_error(name):
    assert issubclass(getattr(errors, name), SellingPartnerError)
