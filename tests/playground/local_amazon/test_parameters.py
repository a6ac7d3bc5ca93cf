"""Dates of a request are read by Amazon's rules."""

import pytest

from tests.playground.local_amazon.support import ORDERS, US


@pytest.mark.parametrize(
    "date",
    [
        "2024-11-05",
        "2024-11-05T00:00:00Z",
        "2024-11-05T00:00:00.5Z",
        "2024-11-05T00:00:00.123456789Z",
        "2024-11-05T09:00:00+09:00",
        "2024-11-04T16:00:00-08:00",
    ],
)
def test_dates_of_iso_8601_are_understood(call, date):
    assert "902-3159896-1390916" in call.orders(CreatedAfter=date, CreatedBefore="2024-11-06T00:00:00Z").ids


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "05/11/2024",
        "2024-13-01",
        "2025-02-29",
        "2024-11-05T00:00Z",
        "2024-11-05T00:00:00",
        "2024-11-05T00:00:00+0900",
        "2024-11-05T00:00:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "２０２４-11-05",
    ],
)
def test_a_malformed_date_is_refused_by_the_name_of_its_parameter(call, date):
    assert call.orders(CreatedAfter=date).refusal == (
        400,
        "InvalidInput",
        "This is invalid input",
        "Invalid date/time field [CreatedAfter]",
    )


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("CreatedBefore", {}),
        ("LastUpdatedAfter", {"CreatedAfter": None}),
        ("LastUpdatedBefore", {"CreatedAfter": None, "LastUpdatedAfter": "2025-01-01"}),
    ],
)
def test_every_date_is_checked(call, name, others):
    answer = call.orders(**others, **{name: "soon"})
    assert (answer.status, answer.error["details"]) == (400, f"Invalid date/time field [{name}]")


def test_an_offset_whose_plus_was_not_escaped_is_a_malformed_date(call):
    answer = call.get(f"{ORDERS}?MarketplaceIds={US}&CreatedAfter=2024-11-05T09:00:00+09:00")
    assert answer.error["details"] == "Invalid date/time field [CreatedAfter]"
