"""One question about orders: what inputs mean, what Amazon is asked for, and what is checked here."""

import dataclasses
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.errors import InvalidInput
from amazon_selling_partner.inputs import DEFAULT_SANDBOX_CASE
from amazon_selling_partner.marketplaces import MARKETPLACES, Marketplace
from amazon_selling_partner.query import EARLIEST, DateKind, OrderQuery, Window
from tests.support import NOW

MONTH_AGO = NOW - timedelta(days=30)
# Amazon shows an order two minutes after its last change.
VISIBLE = NOW - timedelta(minutes=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asking(**inputs: object) -> OrderQuery:
    return OrderQuery.from_step(now=NOW, **inputs)


def order(created: object = "2026-11-01T00:00:00Z", updated: object = "2026-11-02T00:00:00Z") -> AmazonOrder:
    created, updated = (each.isoformat() if isinstance(each, datetime) else each for each in (created, updated))
    return AmazonOrder(
        amazon_order_id="902-3159896-1390916", order_status="Shipped", purchase_date=created, last_update_date=updated
    )


class TestOffsetAndLimit:
    @pytest.mark.parametrize(
        ("value", "number"),
        [(0, 0), (1, 1), (10**15, 10**15), (5.0, 5), (Decimal(5), 5), ("2", 2), (" 100\n", 100), ("0", 0)],
    )
    def test_a_whole_number_is_taken_also_as_text(self, value, number):
        query = asking(offset=value, limit=value)
        assert (query.offset, query.limit) == (number, number)

    @pytest.mark.parametrize("name", ["offset", "limit"])
    @pytest.mark.parametrize(
        "value",
        [
            -1,
            1.5,
            True,
            "-1",
            "1.5",
            "",
            "\uff12",
            float("nan"),
            float("inf"),
            "five",
            [1],
            {},
            1e16,
            "9" * 16,
        ],
        ids=str,
    )
    def test_anything_else_is_refused(self, name, value):
        with pytest.raises(InvalidInput, match=f"^The {name} must be a whole number, 0 or greater"):
            asking(**{name: value})


class TestWhatAmazonIsAsked:
    @pytest.mark.parametrize("date", ["createdafter", "last updated"])
    def test_dates_before_2000_are_asked_from_2000_on(self, date):
        query = asking(**{"created_after" if date == "createdafter" else "last_updated_after": "1999-12-31"})
        kind = DateKind.CREATED if date == "createdafter" else DateKind.LAST_UPDATED
        assert query.request_window == (kind, Window(after=EARLIEST))

    @pytest.mark.parametrize("before", [VISIBLE, VISIBLE + timedelta(seconds=1), NOW, NOW + timedelta(days=1)])
    def test_an_upper_bound_that_amazon_would_refuse_is_not_sent(self, before):
        query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, created=Window(MONTH_AGO, before))
        assert query.request_window == (DateKind.CREATED, Window(after=MONTH_AGO))

    def test_the_latest_upper_bound_that_amazon_takes_is_sent(self):
        before = VISIBLE - timedelta(milliseconds=1)
        query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, created=Window(MONTH_AGO, before))
        assert query.request_window == (DateKind.CREATED, Window(MONTH_AGO, before))

    def test_orders_of_two_minutes_ago_can_be_there(self):
        assert not asking(created_after=VISIBLE).needs_no_call
        assert asking(created_after=VISIBLE + timedelta(milliseconds=1)).needs_no_call

    @pytest.mark.parametrize(
        "windows",
        [
            {"created": Window(after=VISIBLE + timedelta(seconds=1))},
            {"last_updated": Window(after=NOW)},
            {"created": Window(at("2026-11-02"), at("2026-11-01"))},
            {"created": Window(after=at("2026-11-02")), "last_updated": Window(before=at("2026-11-01"))},
            {"statuses": frozenset()},
            {"channels": frozenset()},
            {"impossible": True},
        ],
        ids=[
            "not visible yet",
            "updated now",
            "before before after",
            "updated before created",
            "no status",
            "no channel",
            "impossible",
        ],
    )
    def test_what_no_order_can_answer_needs_no_call(self, windows):
        assert OrderQuery(marketplace=Marketplace.US, asked_at=NOW, **windows).needs_no_call

    def test_an_order_last_updated_as_it_was_created_can_match(self):
        moment = at("2026-11-02")
        windows = {"created": Window(after=moment), "last_updated": Window(before=moment)}
        query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, **windows)
        assert not query.needs_no_call
        assert query.matches(order(moment, moment))

    def test_an_unreadable_date_that_has_to_be_compared_is_an_error(self):
        with pytest.raises(InvalidInput, match=r"^The purchase date is not a valid date"):
            asking(created_after="2026-11-01", last_updated_after="2026-11-10").matches(order(created="soon"))

    def test_a_date_that_need_not_be_compared_may_be_anything(self):
        assert asking(created_after="2026-11-01").matches(order("soon", "later"))

    def test_both_bounds_of_a_window_belong_to_it(self):
        window = Window(at("2026-11-01"), at("2026-11-02"))
        assert at("2026-11-01") in window
        assert at("2026-11-02") in window
        assert at("2026-11-02T00:00:01") not in window


KNOWN = "902-3159896-1390916"
OWN = MARKETPLACES[Marketplace.US].marketplace_id


class TestKnownOrders:
    def known(self, **more: object) -> OrderQuery:
        return OrderQuery(marketplace=Marketplace.US, asked_at=NOW, order_ids=(KNOWN,), **more)

    @pytest.mark.parametrize("marketplace_id", [OWN, None, "", "Non-Amazon", "A1MQXOICRS2Z7M"])
    def test_one_of_no_other_documented_marketplace_matches(self, marketplace_id):
        placed = dataclasses.replace(order(), marketplace_id=marketplace_id)
        assert self.known().matches(placed)
        assert self.known().placed_elsewhere(placed) is None

    def test_one_of_another_documented_marketplace_does_not(self):
        placed = dataclasses.replace(order(), marketplace_id=MARKETPLACES[Marketplace.CA].marketplace_id)
        assert not self.known().matches(placed)
        assert self.known().placed_elsewhere(placed) is Marketplace.CA

    def test_no_published_order_of_the_sandbox_was_placed_elsewhere(self):
        placed = dataclasses.replace(order(), marketplace_id=MARKETPLACES[Marketplace.GB].marketplace_id)
        assert asking(marketplace="SANDBOX").placed_elsewhere(placed) is None

    def test_none_at_all_need_no_call(self):
        assert dataclasses.replace(self.known(), order_ids=()).needs_no_call


# Hypothesis: whatever the windows, what is asked and what is checked together are exactly both windows.

HOURS = st.integers(0, 24 * 60).map(lambda hours: NOW - timedelta(hours=hours))
WINDOWS = st.builds(Window, st.none() | HOURS, st.none() | HOURS)


@st.composite
def created_and_updated(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """Draw the dates of an order that Amazon shows: updated at or after its creation, at least two minutes ago."""
    updated = min(draw(HOURS), VISIBLE)
    return updated - timedelta(hours=draw(st.integers(0, 24 * 60))), updated


@given(WINDOWS, WINDOWS, created_and_updated())
def test_both_windows_hold_at_the_cost_of_one(created_window, updated_window, dates):
    assume(created_window.bounded or updated_window.bounded)
    query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, created=created_window, last_updated=updated_window)
    created, updated = dates
    kind, window = query.request_window
    amazon_returns = (created if kind is DateKind.CREATED else updated) in window and not query.needs_no_call
    wanted = created in created_window and updated in updated_window
    assert (amazon_returns and query.matches(order(created, updated))) == wanted


@given(WINDOWS, WINDOWS)
def test_nothing_is_sent_that_amazon_refuses(created_window, updated_window):
    query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, created=created_window, last_updated=updated_window)
    assume(not query.needs_no_call)
    _, window = query.request_window
    assert EARLIEST <= window.after <= VISIBLE
    assert window.before is None or window.after <= window.before <= VISIBLE


@given(HOURS, HOURS)
def test_of_two_lower_bounds_the_later_one_is_asked(created_after, updated_after):
    query = asking(created_after=created_after, last_updated_after=updated_after)
    assert query.request_window[1].after == max(created_after, updated_after)


class TestSandbox:
    @pytest.mark.parametrize("value", ["TEST_CASE_400", " test_case_400 "])
    def test_createdafter_names_the_published_case(self, value):
        assert asking(marketplace="SANDBOX", created_after=value).sandbox_case == "TEST_CASE_400"

    @pytest.mark.parametrize("value", [None, "2024-11-01"])
    def test_whatever_else_is_asked_becomes_the_first_case(self, value):
        assert (
            asking(marketplace="SANDBOX", created_after=value).sandbox_case == DEFAULT_SANDBOX_CASE == "TEST_CASE_200"
        )


class TestQuestion:
    """What identifies the question of a step, so that a later one can go on where it ended."""

    @pytest.mark.parametrize(
        "inputs",
        [
            {"offset": 100, "limit": 100},
            {"marketplace": "us"},
            {"marketplace": "US", "now": NOW + timedelta(hours=1)},
        ],
    )
    def test_offset_limit_and_time_do_not_change_it(self, inputs):
        assert OrderQuery.from_step(**{"now": NOW, **inputs}).key == asking().key

    def test_a_date_is_the_same_however_it_is_written(self):
        assert asking(created_after="2026-11-01").key == asking(created_after="2026-11-01T09:00+09:00").key

    @pytest.mark.parametrize(
        "inputs",
        [
            {},
            {"marketplace": "CA"},
            {"created_after": "2026-11-02"},
            {"last_updated_after": "2026-11-01"},
            {"created_after": "2026-11-01", "last_updated_after": "2026-11-01"},
            {"marketplace": "SANDBOX", "created_after": "TEST_CASE_200"},
        ],
    )
    def test_other_inputs_are_another_question(self, inputs):
        assert asking(**inputs).key != asking(created_after="2026-11-01").key

    def test_another_case_of_the_sandbox_is_another_question(self):
        cases = [asking(marketplace="SANDBOX", created_after=f"TEST_CASE_{number}") for number in (200, 400)]
        assert cases[0].key != cases[1].key

    def test_narrowing_the_query_keeps_it(self):
        narrower = dataclasses.replace(asking(), created=Window(after=EARLIEST), limit=5)
        assert narrower.key == asking().key
        assert hash(narrower.key) == hash(asking().key)
