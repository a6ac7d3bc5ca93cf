"""What the inputs of a step mean, and that invalid ones are refused with a valid one."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from time import tzset

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import messages
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.inputs import instant, marketplace_named, order_identifier, whole_number
from amazon_selling_partner.marketplaces import Marketplace


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestDates:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2024-11-01", "2024-11-01T00:00:00"),
            ("2024-11-01T10:30", "2024-11-01T10:30:00"),
            ("2024-11-01T10:30:15", "2024-11-01T10:30:15"),
            ("2024-11-01T10:30:15,25Z", "2024-11-01T10:30:15.250"),
            ("2024-11-01T10:30:15.123456789Z", "2024-11-01T10:30:15.123456"),
            ("2024-11-01T10:30:15-00:00", "2024-11-01T10:30:15"),
            ("2024-11-01T00:30:00+09:00", "2024-10-31T15:30:00"),
            ("2024-11-01T00:30:00+0530", "2024-10-31T19:00:00"),
            ("2024-11-01T10:30-08", "2024-11-01T18:30:00"),
            ("  2024-11-01\n", "2024-11-01T00:00:00"),
        ],
    )
    def test_iso_8601_is_read_and_without_a_zone_it_is_utc(self, text, moment):
        assert instant("createdafter", text) == at(moment)

    @given(
        st.datetimes(
            datetime(1900, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
            datetime(2100, 1, 1),  # noqa: DTZ001 - "
            timezones=st.builds(
                lambda minutes: timezone(timedelta(minutes=minutes)), st.integers(-23 * 60 - 59, 23 * 60 + 59)
            ),
        ),
        st.sampled_from(["T", "t", " "]),
        st.sampled_from(["+hh:mm", "+hhmm", "Z"]),
        st.sampled_from([".", ","]),
    )
    def test_a_moment_is_the_same_in_whatever_form_it_is_written(self, moment, separator, zone, point):
        if zone == "Z":
            text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(separator) + zone
        else:
            text = moment.isoformat(separator)
            text = text if zone == "+hh:mm" else text[:-3] + text[-2:]
        parsed = instant("createdafter", text.replace(".", point))
        assert parsed == moment
        assert parsed.tzinfo is UTC

    def test_a_date_is_its_first_moment(self):
        assert instant("createdafter", date(2024, 11, 1)) == at("2024-11-01")

    def test_a_datetime_without_a_zone_is_utc_wherever_the_machine_is(self, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            tzset()
            moment = instant("createdafter", datetime(2024, 11, 1, 10))  # noqa: DTZ001 - the case
        tzset()
        assert moment == at("2024-11-01T10:00")

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "yesterday",
            "01.11.2024",
            "2024-11",
            "20241101",
            "2024-W44-5",
            "2024-02-30",
            "2024-13-01",
            "2024-11-01T10",
            "2024-11-01T25:00",
            "2024-11-01T10:30:15.Z",
            "2024-11-01Z",
            "2024-11-01T10:30:15UTC",
            "2024-11-01T10:30:60Z",
            "2024-11-01T10:30:15+24:00",
            "2024-11-01T10:30:15+14:60",
            "2024-11-01T10:30:15-0099",
            "2024-11-01T10:30:15+2",
            "2024-11-01X10:30:15Z",
            "2024-11-01T10:30:15Z2024-11-01",
            "2024-11-01\n2024-11-02",
            "\uff12\uff10\uff12\uff14-11-01",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            1730419200,
            True,
            ["2024-11-01"],
            None,
        ],
    )
    def test_anything_else_is_refused_with_an_example(self, value):
        with pytest.raises(InvalidInput) as caught:
            instant("last updated", value)
        assert str(caught.value).startswith("The last updated is not a valid date. Write it in ISO 8601")
        assert 'for example: the last updated is "2024-11-01T00:00:00Z".' in str(caught.value)

    @given(st.text())
    def test_any_text_is_a_moment_or_refused(self, text):
        with suppress(InvalidInput):
            assert instant("createdafter", text).tzinfo is UTC


class TestMarketplace:
    @pytest.mark.parametrize("value", [Marketplace.DE, "DE", "de", " De\n"])
    def test_it_is_a_member_or_its_code_in_any_case(self, value):
        assert marketplace_named(value) is Marketplace.DE

    @pytest.mark.parametrize("value", ["UK", "uk ", "GB"])
    def test_uk_means_gb(self, value):
        assert marketplace_named(value) is Marketplace.GB

    @pytest.mark.parametrize("value", ["", "XX", "USA", "Germany", "Marketplace.US", None, 1, "\u0131t", "e\u017f"])
    def test_any_other_is_refused_and_all_are_listed(self, value):
        with pytest.raises(InvalidInput) as caught:
            marketplace_named(value)
        assert caught.value.sentence == messages.UNKNOWN_MARKETPLACE
        assert caught.value.diagnostics["marketplaces"] == tuple(sorted(Marketplace.__members__))


class TestOrderId:
    @pytest.mark.parametrize(
        ("text", "order_id"),
        [
            ("902-3159896-1390916", "902-3159896-1390916"),
            (" 902-3159896-1390916\n", "902-3159896-1390916"),
            ("S01-1234567-1234567", "S01-1234567-1234567"),
            ("s01-1234567-1234567", "S01-1234567-1234567"),
        ],
    )
    def test_an_id_of_3_7_and_7_is_taken(self, text, order_id):
        assert order_identifier(text, Marketplace.US) == order_id

    @pytest.mark.parametrize(
        "value",
        [
            "",
            None,
            "902-3159896-139091",
            "9O2-3159896-139O916",
            "902\u20133159896\u20131390916",
            "902-3159896-1390916, 902-3159896-1390917",
            "902-3159896-1390916/buyerInfo",
            "\u0669\u0660\u0662-3159896-1390916",
            "\ufb011-1234567-1234567",
            "\u00df1-1234567-1234567",
            "\u017f01-1234567-1234567",
            902,
        ],
    )
    def test_anything_else_is_refused_with_an_example(self, value):
        with pytest.raises(InvalidInput) as caught:
            order_identifier(value, Marketplace.US)
        assert caught.value.sentence == (
            "The order id is not in Amazon's format of 3, 7 and 7 digits. "
            'Write it as Seller Central shows it, for example: the order id is "902-3159896-1390916".'
        )

    @pytest.mark.parametrize("value", ["902-3159896-1390916", "anything", "TEST_CASE_/../x", None])
    def test_any_order_id_becomes_the_first_case(self, value):
        assert order_identifier(value, Marketplace.SANDBOX) == "TEST_CASE_200"

    def test_an_order_id_may_name_a_published_case(self):
        assert order_identifier("test_case_400", Marketplace.SANDBOX) == "TEST_CASE_400"


class Wordless:
    """A value that has no text."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class TestValuesWithoutText:
    @pytest.mark.parametrize(
        "read",
        [
            marketplace_named,
            lambda value: order_identifier(value, Marketplace.US),
            lambda value: instant("createdafter", value),
            lambda value: whole_number("limit", value),
        ],
        ids=["marketplace", "order id", "date", "number"],
    )
    @pytest.mark.parametrize(
        ("value", "kind"), [(Wordless(), "Wordless"), (10**5000, "int")], ids=["object", "5,000 digits"]
    )
    def test_they_are_refused_like_anything_else(self, read, value, kind):
        with pytest.raises(InvalidInput, match=f"value: a {kind} without text"):
            read(value)
