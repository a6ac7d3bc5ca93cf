"""Steps as a new author writes them from README.md and USAGE.md: answered rightly, or refused with the cure."""

import pytest
from kognitos.bdk.runtime.client.exceptions import BDKRuntimeClientError

from amazon_selling_partner.settings import LOCAL_URL
from playground.workspace import Workspace

ORDERS = "retrieve orders from amazon selling partner"
ORDER = "retrieve an order from amazon selling partner"


@pytest.fixture
def run(make_amazon, clock, monkeypatch):
    """Run a step on the seeded orders, as of November 23, 2026."""
    monkeypatch.setenv(LOCAL_URL, make_amazon().url)
    with Workspace.running({}, clock=clock) as workspace:
        yield lambda step: workspace.run(workspace.library.read(step))


# Of the last 30 days and the United States, by the middle digits of their ids, oldest first.
RECENT = "7400001 13 12 11 1234567 9 8 7 6 5 4 3 2 7400000 1"


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("", RECENT),
        ('with the marketplace is "US"\n    the limit is 2', "7400001 13"),
        ("with the offset is 100", ""),
        ('with the createdafter is "2026-11-21T06:00:00Z"', "3 2 7400000 1"),
        ('with the marketplace is "uk"', "1"),
        ("whose purchase date is 2026-11-21", "4 3"),
        ('whose purchase date is "2026-11-21T12:00:00Z"', "3"),
        ("whose purchase date is at least 2026-11-20 and whose purchase date is at most 2026-11-21", "5 4 3"),
        ("whose purchase date is before 2024-12-01", "3159896"),
        ('whose order status is one of "Canceled", "Pending"', "2 7400000 1"),
        ('whose order status is "unshipped" and whose fulfillment channel is not "AFN"', "6 4"),
        ('whose order status is "Pending" or whose is prime is true', "4 3 1"),
        ("whose is prime is true and whose is business order is false", "4 3"),
        ("whose order total's amount is greater than 210", "7400001 12 8"),
        ("whose order total is None", "11 2 7400000 1"),
        ('whose shipping address\'s city has "ois" and whose is prime is true', "4"),
        ('whose amazon order id is one of "902-3159896-1390916", "111-0000001-0000001"', "3159896 1"),
        ('whose buyer info\'s purchase order number is "PO-2024-0117" with the createdafter is 2024-11-01', "3159896"),
    ],
)
def test_a_list_is_answered(run, step, answer):
    ids = [order["amazon_order_id"] for order in run(f"{ORDERS} {step}")]
    assert " ".join(id_.split("-")[1].lstrip("0") for id_ in ids) == answer


def test_one_order_is_answered(run):
    order = run('retrieve an order with the order id is "902-3159896-1390916" and the marketplace is "us"')
    assert order["buyer_info"]["purchase_order_number"] == "PO-2024-0117"


@pytest.mark.parametrize(
    ("step", "cure"),
    [
        (f'{ORDER} with the marketplace is "US", the order id is "902-3159896"', "format of 3, 7 and 7 digits"),
        (f'{ORDERS} with the marketplace is "Germany"', "Use one of the codes listed"),
        (f"{ORDERS} with the createdafter is 2027-01-01", "Use a date in the past"),
        (f'{ORDERS} whose order status is "Cancelled"', "did you mean: Canceled"),
        (f"{ORDERS} whose order total is greater than 100", "order total's amount is greater than 100"),
    ],
)
def test_the_book_refuses_with_the_cure(run, step, cure):
    with pytest.raises(BDKRuntimeClientError) as raised:
        run(step)
    assert cure in raised.value.message
