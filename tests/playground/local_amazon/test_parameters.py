"""Dates of a request are parsed by Amazon's rules."""

import pytest


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
    ("name", "date"),
    [
        *(
            ("CreatedAfter", date)
            for date in (
                "",
                "yesterday",
                "05/11/2024",
                "2024-13-01",
                "2025-02-29",
                "2024-11-05T00:00Z",
                "2024-11-05T00:00:00",
                "2024-11-05T00:00:00+0900",
                "2024-11-05T00:00:00+99:00",
                "2024-11-05T09:00:00 09:00",  # a plus that was not escaped
                "0001-01-01T00:00:00+14:00",
                "２０２４-11-05",
            )
        ),
        ("CreatedBefore", "soon"),
        ("LastUpdatedAfter", "soon"),
        ("LastUpdatedBefore", "soon"),
    ],
)
def test_a_malformed_date_is_refused_by_its_name(call, name, date):
    others = {} if name.startswith("Created") else {"CreatedAfter": None, "LastUpdatedAfter": "2025-01-01"}
    details = f"Invalid date/time field [{name}]"
    assert call.orders(**{**others, name: date}).refusal == (400, "InvalidInput", "This is invalid input", details)
