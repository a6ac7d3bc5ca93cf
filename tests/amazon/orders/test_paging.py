"""Orders from pages: nothing partial, nothing twice, nothing endless, and no page that is not needed."""

from collections.abc import Iterable
from typing import Any

import pytest
from amazon_selling_partner.amazon.orders.paging import collected
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.orders.version import LARGEST_PAGE, Page, UnreadablePayload, page_size
from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.errors import AmazonUnavailable, Facts, PagingBroken, QuotaExhausted, UnreadableOrders
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.query import OrderQuery, Window
from tests.support import NOW, FakeClock


def order_id(number: int) -> str:
    return f"902-0000000-{number:07}"


class Broken:
    """A payload that cannot be read."""

    def __init__(self, number: int | None = None, field: str = "OrderStatus") -> None:
        self.error = UnreadablePayload(None if number is None else order_id(number), [field])


def read(payload: Any) -> AmazonOrder:
    if isinstance(payload, Broken):
        raise payload.error
    return AmazonOrder(
        amazon_order_id=order_id(payload),
        order_status="Shipped" if payload % 2 else "Canceled",
        purchase_date="2026-11-01T00:00:00Z",
        last_update_date="2026-11-02T00:00:00Z",
    )


class Scene:
    """Pages by script: the token of a page is its number, the last one has none unless it is told."""

    def __init__(self, *pages: Iterable[Any] | Exception, last_token: str | None = None) -> None:
        self.pages = pages
        self.last_token = last_token
        self.asked: list[str | None] = []
        self.budget = Budget(FakeClock(), 840)

    def fetch(self, token: str | None) -> Page:
        self.asked.append(token)
        number = int(token or 0)
        page = self.pages[number]
        if isinstance(page, Exception):
            raise page
        last = number + 1 == len(self.pages)
        return Page(list(page), self.last_token if last else str(number + 1))

    def collect(self, **query: Any) -> list[int]:
        """Return the numbers of the orders collected."""
        question = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, **query)
        orders = collected(question, [self.fetch], read, self.budget)
        return [int(order.amazon_order_id[-7:]) for order in orders]


def is_shipped(order: AmazonOrder) -> bool:
    return order.order_status == "Shipped"


# Offset and limit


def test_all_pages_are_collected_in_amazons_order():
    assert Scene([3, 1], [2], [5, 4]).collect() == [3, 1, 2, 5, 4]


def test_each_page_is_asked_by_the_token_of_the_one_before():
    scene = Scene([1], [2], [3])
    scene.collect()
    assert scene.asked == [None, "1", "2"]


def test_several_lists_are_read_one_after_the_other_as_far_as_needed():
    lists = [Scene([1], [2]), Scene([]), Scene([2, 3], [4]), Scene([5])]
    query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, offset=1, limit=2)
    orders = collected(query, [scene.fetch for scene in lists], read, lists[0].budget)
    assert [order.amazon_order_id for order in orders] == [order_id(2), order_id(3)]
    assert [scene.asked for scene in lists] == [[None, "1"], [None], [None], []]


def test_no_orders_are_no_error():
    assert Scene([]).collect() == []


def test_a_limit_returns_just_so_many():
    assert Scene([1, 2], [3, 4]).collect(limit=3) == [1, 2, 3]


def test_a_limit_beyond_the_last_order_returns_all():
    assert Scene([1, 2], [3]).collect(limit=10) == [1, 2, 3]


def test_an_offset_leaves_out_so_many():
    assert Scene([1, 2], [3, 4]).collect(offset=3) == [4]


def test_an_offset_beyond_the_last_order_returns_none():
    assert Scene([1, 2], [3]).collect(offset=3) == []
    assert Scene([1, 2], [3]).collect(offset=7, limit=1) == []


def test_the_page_that_fills_the_limit_is_the_last_one_fetched():
    scene = Scene([1, 2], [3, 4], [5, 6])
    assert scene.collect(offset=1, limit=3) == [2, 3, 4]
    assert len(scene.asked) == 2


def test_offset_and_limit_count_the_orders_that_are_asked_for():
    scene = Scene(range(10), range(10, 20), range(20, 30))
    assert scene.collect(matches=is_shipped, offset=2, limit=4) == [5, 7, 9, 11]
    assert len(scene.asked) == 2


# Pages with orders that repeat, some with nothing new, never so many of those in a row that they lead nowhere.
PAGES = st.lists(st.lists(st.integers(0, 40), max_size=8), min_size=1, max_size=10)


@given(PAGES, st.integers(0, 45), st.none() | st.integers(1, 45), st.sampled_from([None, is_shipped]))
def test_offset_and_limit_are_a_slice_of_the_distinct_orders_from_no_more_pages_than_needed(
    pages, offset, limit, matches
):
    def answering(pages: list[list[int]]) -> list[int]:
        distinct = dict.fromkeys(number for page in pages for number in page)
        return [number for number in distinct if matches is None or number % 2]

    scene = Scene(*pages)
    end = None if limit is None else offset + limit
    assert scene.collect(offset=offset, limit=limit, matches=matches) == answering(pages)[offset:end]
    needed = [n for n in range(1, len(pages)) if end is not None and len(answering(pages[:n])) >= end]
    assert len(scene.asked) == min(needed, default=len(pages))


# The size of a page


def asking(**query: Any) -> OrderQuery:
    return OrderQuery(marketplace=Marketplace.US, asked_at=NOW, **query)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ({}, 100),
        ({"limit": 1}, 1),
        ({"limit": 99}, 99),
        ({"limit": 100}, 100),
        ({"limit": 101}, 100),
        ({"offset": 10, "limit": 5}, 15),
        ({"offset": 99, "limit": 5}, 100),
        ({"offset": 5}, 100),
        ({"limit": 5, "matches": is_shipped}, 100),
        ({"limit": 5, "created": Window(after=NOW), "last_updated": Window(before=NOW)}, 100),
    ],
)
def test_a_page_is_no_larger_than_what_is_wanted_unless_orders_are_checked_here(query, size):
    assert page_size(asking(**query)) == size


@given(st.integers(0, 1000), st.none() | st.integers(1, 1000))
def test_a_page_has_a_size_that_amazon_allows(offset, limit):
    assert 1 <= page_size(asking(offset=offset, limit=limit)) <= LARGEST_PAGE == 100


# Nothing twice


def test_an_order_that_comes_twice_is_returned_once():
    assert Scene([1, 2, 1], [2, 3], [3, 1, 4]).collect() == [1, 2, 3, 4]


def test_an_order_that_comes_twice_does_not_use_up_the_limit():
    assert Scene([1, 1, 1], [2, 3]).collect(limit=2) == [1, 2]


# Nothing endless


def broken(scene: Scene, **query: Any) -> dict[str, Any]:
    with pytest.raises(PagingBroken, match=r"^Amazon's pages of orders lead nowhere") as caught:
        scene.collect(**query)
    return caught.value.diagnostics


def test_a_token_that_repeats_is_an_error_that_names_how_far_it_got():
    facts = broken(Scene([1, 2], [3, 4], [5], last_token="1"))
    assert facts == {"reason": "repeated page token", "orders read so far": "4"}


def test_a_page_whose_token_is_its_own_is_asked_once_more_at_most():
    scene = Scene([1, 2], [3], last_token="1")
    broken(scene)
    assert len(scene.asked) <= 3


NOTHING_NEW = pytest.mark.parametrize("page", [[], [1, 2], [2, 2]], ids=["empty", "the same page", "a known order"])


@NOTHING_NEW
@pytest.mark.parametrize("times", [1, 10])
def test_pages_that_add_nothing_and_promise_more_lead_on(page, times):
    assert Scene([1, 2], *[page] * times, [3]).collect() == [1, 2, 3]


@NOTHING_NEW
def test_the_eleventh_page_in_a_row_that_adds_nothing_is_an_error_if_it_promises_more(page):
    scene = Scene([1, 2], *[page] * 11, [3])
    assert broken(scene) == {"reason": "11 pages without a new order", "orders read so far": "2"}
    assert len(scene.asked) == 12


def test_only_pages_in_a_row_are_counted():
    empty = [[]] * 10
    assert Scene([1], *empty, [2], *empty, [3]).collect() == [1, 2, 3]


def test_a_first_page_that_is_empty_and_promises_more_leads_on():
    assert Scene([], [1]).collect() == [1]
    assert Scene([], [], [1]).collect(limit=1) == [1]


def test_an_empty_page_whose_token_repeats_is_an_error_at_once():
    scene = Scene([1, 2], [], last_token="1")
    assert broken(scene) == {"reason": "repeated page token", "orders read so far": "2"}
    assert len(scene.asked) == 2


def test_a_last_page_that_adds_nothing_is_the_end():
    assert Scene([1, 2], [1, 2]).collect() == [1, 2]
    assert Scene([1, 2], []).collect() == [1, 2]


def test_a_page_of_new_orders_that_are_not_asked_for_leads_on():
    assert Scene([0, 2], [4, 6], [7]).collect(matches=is_shipped) == [7]


def test_tokens_without_end_over_the_same_orders_end():
    class Endless(Scene):
        def fetch(self, token: str | None) -> Page:
            self.asked.append(token)
            return Page([1, 2, 3], f"{len(self.asked)}")

    scene = Endless()
    broken(scene)
    assert len(scene.asked) == 12


def test_a_token_beyond_the_limit_is_not_looked_at():
    assert Scene([1, 2], last_token="0").collect(limit=2) == [1, 2]


# Nothing partial


def test_an_error_midway_is_told_with_how_far_it_got():
    with pytest.raises(AmazonUnavailable) as caught:
        Scene(range(100), range(100, 1300), AmazonUnavailable("Amazon failed.", facts=Facts(status=500))).collect()
    assert str(caught.value) == "Amazon failed. [orders read so far: 1,300, status: 500]"


def test_an_error_at_the_first_page_tells_nothing_of_orders_before():
    with pytest.raises(AmazonUnavailable) as caught:
        Scene(AmazonUnavailable("Amazon failed.")).collect()
    assert str(caught.value) == "Amazon failed."


def test_quota_that_is_used_up_midway_already_tells_how_far_it_got():
    with pytest.raises(QuotaExhausted) as caught:
        Scene([1], QuotaExhausted("Quota.", {"orders read so far": "1"})).collect()
    assert str(caught.value) == "Quota. [orders read so far: 1]"


def test_the_budget_learns_how_many_orders_were_read_whether_asked_for_or_not():
    scene = Scene(range(10), range(5, 15), range(15, 20))
    scene.collect(matches=is_shipped, offset=3)
    assert scene.budget.orders_read == 20


def unreadable(scene: Scene, **query: Any) -> str:
    with pytest.raises(UnreadableOrders, match=r"^Amazon returned orders that cannot be read") as caught:
        scene.collect(**query)
    return str(caught.value)


def test_orders_that_cannot_be_read_are_all_named_with_their_fields_after_the_last_page():
    scene = Scene([1, Broken(2), 3], [Broken(4, "BuyerInfo.BuyerEmail")], [5, Broken()])
    text = unreadable(scene)
    assert (
        "unreadable orders: 902-0000000-0000002 (OrderStatus); 902-0000000-0000004 (BuyerInfo.BuyerEmail); "
        "an order without an id (OrderStatus), orders read: 3"
    ) in text
    assert len(scene.asked) == 3


def test_an_order_that_cannot_be_read_twice_is_named_once():
    assert unreadable(Scene([1, Broken(2)], [Broken(2), 3])).count("0000002") == 1


def test_an_order_that_cannot_be_read_may_be_one_of_the_limit_so_it_counts():
    scene = Scene([1, Broken(2)], [3])
    unreadable(scene, limit=2)
    assert len(scene.asked) == 1


def test_an_order_beyond_the_limit_need_not_be_readable():
    assert Scene([1, 2, Broken(3)]).collect(limit=2) == [1, 2]


def read_with_a_strange_date(payload: int) -> AmazonOrder:
    return AmazonOrder(
        amazon_order_id=order_id(payload), order_status="Shipped", purchase_date="soon", last_update_date="soon"
    )


# Amazon is asked by the last update, so the purchase date is compared here.
BOTH_DATES = {"created": Window(before=NOW), "last_updated": Window(after=NOW)}


def test_an_order_whose_date_cannot_be_compared_is_named():
    budget = Budget(FakeClock(), 840)
    with pytest.raises(UnreadableOrders, match=r"902-0000000-0000001 \(a value to be compared\)"):
        collected(asking(**BOTH_DATES), [Scene([1]).fetch], read_with_a_strange_date, budget)


def test_up_to_20_orders_that_cannot_be_read_are_all_named():
    text = unreadable(Scene([Broken(number) for number in range(20)]))
    assert all(order_id(number) in text for number in range(20))
    assert "more" not in text


def test_of_more_orders_the_first_20_are_named_and_the_rest_is_counted():
    text = unreadable(Scene(*([Broken(100 * page + number) for number in range(100)] for page in range(13))))
    assert [number for number in range(1300) if order_id(number) in text] == list(range(20))
    assert f"{order_id(19)} (OrderStatus); and 1,280 more" in text


def test_pages_of_orders_without_an_id_are_unreadable_and_not_endless():
    unreadable(Scene([Broken(), Broken()], [Broken()], [1]))


def test_an_order_whose_date_cannot_be_compared_is_read_once():
    budget = Budget(FakeClock(), 840)
    with pytest.raises(UnreadableOrders):
        collected(asking(**BOTH_DATES), [Scene([1]).fetch], read_with_a_strange_date, budget)
    assert budget.orders_read == 1


def test_an_unreadable_payload_names_order_and_fields():
    assert str(UnreadablePayload("902-1", ["A", "B.C"])) == "902-1 (A, B.C)"
    assert str(UnreadablePayload(None, ["A"])) == "an order without an id (A)"
