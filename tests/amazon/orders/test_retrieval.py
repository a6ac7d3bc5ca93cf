"""Orders from pages: nothing partial, nothing twice, nothing endless, and no page that is not needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.orders.retrieval import Retrieval
from amazon_selling_partner.amazon.orders.version import Page, UnreadableOrder
from amazon_selling_partner.concepts import AmazonOrder
from amazon_selling_partner.errors import AmazonUnavailable, PagingBroken, UnreadableOrders
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.query import OrderQuery
from amazon_selling_partner.settings import OrdersApi
from tests.support import NOW, FakeClock


def order_id(number):
    return f"902-0000000-{number:07}"


def order(number, **attributes):
    values = {
        "amazon_order_id": order_id(number),
        "order_status": "Shipped" if number % 2 else "Canceled",
        "purchase_date": "2026-11-01T00:00:00Z",
        "last_update_date": "2026-11-02T00:00:00Z",
    }
    return AmazonOrder(**{**values, **attributes})


def unreadable(number=None, field="OrderStatus"):
    return UnreadableOrder(None if number is None else order_id(number), (field,))


def is_shipped(order):
    return order.order_status == "Shipped"


class Pages:
    """Pages of orders, given by numbers; the token of a page is its number, and the last one may lead on, too."""

    def __init__(self, *pages, last_token=None):
        self.pages = pages
        self.last_token = last_token
        self.tokens = []

    def fetch(self, token, _budget):
        self.tokens.append(token)
        number = int(token or 0)
        page = self.pages[number]
        if isinstance(page, Exception):
            raise page
        orders = [order(item) if isinstance(item, int) else item for item in page]
        return Page(orders, self.last_token if number + 1 == len(self.pages) else str(number + 1))


class Endless(Pages):
    """The same page, with a new token each time."""

    def fetch(self, token, _budget):
        self.tokens.append(token)
        return Page(self.pages[0], f"{len(self.tokens)}")


def retrieve(*lists, offset=0, limit=None, budget=None, **asked):
    """Return the numbers of the orders in a slice."""
    query = OrderQuery(marketplace=Marketplace.US, asked_at=NOW, **asked)
    retrieval = Retrieval(query, OrdersApi.V0, [pages.fetch for pages in lists])
    orders = retrieval.slice(offset, limit, budget or Budget(FakeClock(), 840))
    return [int(order.amazon_order_id[-7:]) for order in orders]


# Slices


def test_lists_are_read_one_after_the_other_as_far_as_needed():
    lists = Pages([1], [2]), Pages([]), Pages([2, 3], [4]), Pages([5])
    assert retrieve(*lists, offset=1, limit=2) == [2, 3]
    assert [pages.tokens for pages in lists] == [[None, "1"], [None], [None], []]


# Orders may repeat, though never in so many pages in a row that they lead nowhere.
PAGES = st.lists(st.lists(st.integers(0, 40), max_size=8), min_size=1, max_size=10)


@given(PAGES, st.integers(0, 45), st.none() | st.integers(1, 45), st.sampled_from([None, is_shipped]))
def test_a_slice_is_cut_from_the_distinct_orders_that_match(numbers, offset, limit, matches):
    def matching(pages):
        distinct = dict.fromkeys(number for page in pages for number in page)
        return [number for number in distinct if matches is None or number % 2]

    pages = Pages(*numbers)
    end = None if limit is None else offset + limit
    assert retrieve(pages, offset=offset, limit=limit, filter=matches) == matching(numbers)[offset:end]
    needed = [n for n in range(1, len(numbers)) if end is not None and len(matching(numbers[:n])) >= end]
    assert len(pages.tokens) == min(needed, default=len(numbers))


def test_the_version_read_last_counts_at_its_first_place():
    changed = order(1, order_status="Canceled")
    assert retrieve(Pages([1, 3], [changed, 5]), filter=is_shipped) == [3, 5]
    changed = order(2, order_status="Shipped")
    assert retrieve(Pages([1, 2], [3, changed]), filter=is_shipped) == [1, 2, 3]


def test_all_orders_read_are_counted_whether_they_match_or_not():
    budget = Budget(FakeClock(), 840)
    retrieve(Pages(range(10), range(5, 15), range(15, 20)), filter=is_shipped, offset=3, budget=budget)
    assert (budget.orders_read, budget.pages_read) == (20, 3)


# Nothing endless


def broken(pages, **asked):
    with pytest.raises(PagingBroken) as caught:
        retrieve(pages, **asked)
    assert caught.value.sentence == messages.PAGING_BROKEN
    return caught.value.diagnostics


def test_a_token_that_repeats_is_an_error():
    pages = Pages([1, 2], [3, 4], [5], last_token="1")
    assert broken(pages) == {"reason": "a page token came twice", "orders read so far": 5}
    assert len(pages.tokens) == 3


def test_an_empty_page_whose_token_repeats_is_an_error_at_once():
    pages = Pages([1, 2], [], last_token="1")
    broken(pages)
    assert len(pages.tokens) == 2


NOTHING_NEW = pytest.mark.parametrize("page", [[], [1, 2], [2, 2]], ids=["empty", "the same page", "a known order"])


@NOTHING_NEW
@pytest.mark.parametrize("times", [1, 10])
def test_up_to_ten_pages_in_a_row_may_bring_nothing_new(page, times):
    assert retrieve(Pages([1, 2], *[page] * times, [3], *[page] * times, [4])) == [1, 2, 3, 4]


@NOTHING_NEW
def test_an_eleventh_page_without_a_new_order_is_an_error(page):
    pages = Pages([1, 2], *[page] * 11, [3])
    assert broken(pages) == {"reason": "too many pages without a new order", "orders read so far": 2}
    assert len(pages.tokens) == 12


def test_a_last_page_that_brings_nothing_is_the_end():
    assert retrieve(Pages([1, 2], [1, 2])) == [1, 2]
    assert retrieve(Pages([])) == []


@pytest.mark.parametrize("item", [order(1), unreadable(1)], ids=["readable", "unreadable"])
def test_the_same_order_on_endless_pages_ends(item):
    pages = Endless([item])
    broken(pages)
    assert len(pages.tokens) == 12


# Nothing partial


def test_an_error_midway_says_how_far_it_got():
    error = AmazonUnavailable("Amazon failed.")
    with pytest.raises(AmazonUnavailable) as caught:
        retrieve(Pages(range(100), range(100, 1300), error))
    assert str(caught.value) == "Amazon failed. [orders read so far: 1,300]"


def named(*pages, **asked):
    with pytest.raises(UnreadableOrders) as caught:
        retrieve(*pages, **asked)
    assert caught.value.sentence == messages.UNREADABLE_ORDERS
    return caught.value.diagnostics["unreadable orders"]


def test_unreadable_orders_are_all_named_after_the_last_page():
    pages = Pages([1, unreadable(2), 3], [unreadable(4, "BuyerInfo.BuyerEmail")], [5, unreadable()])
    assert named(pages) == (
        f"{order_id(2)} (OrderStatus)",
        f"{order_id(4)} (BuyerInfo.BuyerEmail)",
        "an order without an id (OrderStatus)",
    )
    assert len(pages.tokens) == 3


def test_an_unreadable_order_that_comes_twice_is_named_once():
    assert len(named(Pages([1, unreadable(2)], [unreadable(2), 3]))) == 1


def test_an_unreadable_order_might_match_so_it_counts():
    pages = Pages([1, unreadable(2)], [3])
    named(pages, limit=2, filter=is_shipped)
    assert len(pages.tokens) == 1


def test_an_order_beyond_the_slice_need_not_be_readable():
    assert retrieve(Pages([1, 2, unreadable(3)]), limit=2) == [1, 2]


@pytest.mark.parametrize(("count", "last"), [(20, f"{order_id(19)} (OrderStatus)"), (1300, "and 1,280 more")])
def test_of_many_unreadable_orders_twenty_are_named(count, last):
    names = named(Pages(map(unreadable, range(count))))
    assert names[:19] == tuple(f"{order_id(number)} (OrderStatus)" for number in range(19))
    assert names[-1] == last
