"""What the local Amazon compares beside marketplace and dates; test_amazon asks its ordinary rules over HTTP."""

import pytest

from playground.local_amazon.filters_v0 import filters_of


def answered(asked: str, *, leaks: bool) -> set[str]:
    [fits] = filters_of({"OrderStatuses": asked}, leaks=leaks)
    return {
        status for status in ("Pending", "Unshipped", "PartiallyShipped", "Shipped") if fits({"OrderStatus": status})
    }


@pytest.mark.parametrize(
    ("asked", "leaking"),
    [
        ("Unshipped", {"Unshipped", "PartiallyShipped"}),
        ("PartiallyShipped,Shipped", {"Unshipped", "PartiallyShipped", "Shipped"}),
        ("Shipped", {"Shipped"}),
    ],
)
def test_statuses_leak_only_when_they_are_to(asked, leaking):
    assert answered(asked, leaks=True) == leaking
    assert answered(asked, leaks=False) == set(asked.split(","))
