"""Lists that are read slice by slice, through fresh books: the same orders, for the pages of the complete list."""

import copy
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.orders.slices import OpenRetrievals
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import AmazonUnavailable, QuotaExhausted, UnreadableOrders
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, faults
from playground.local_amazon.seed import generated_orders
from tests.amazon.versions import V0, ids
from tests.filters.support import where
from tests.support import FakeClock


@pytest.fixture
def four_hundred(make_amazon, clock):
    return make_amazon(generated_orders(400, clock.now()))


def above_fifty():
    """A filter that Amazon cannot answer, new each time as a runtime makes it."""
    return where("order total's amount", ">", 50)


def in_slices(connect, size, **inputs):
    """Read to the end as a runtime does, with a new book for each slice."""
    orders = []
    while True:
        part = connect().retrieve_orders(offset=len(orders), limit=size, **inputs)
        orders += part
        if len(part) < size:
            return ids(orders)


def pages(amazon, version):
    return len(amazon.calls(version.list))


# What it costs


@pytest.mark.parametrize("size", [100, 30, 7, 250, 399, 400])
def test_slices_of_any_size_cost_no_more_pages(four_hundred, connect, version, size):
    complete = ids(connect().retrieve_orders())
    four_hundred.requests.clear()
    assert in_slices(connect, size) == complete
    assert pages(four_hundred, version) == 4


def test_the_slice_after_the_last_one_costs_nothing(four_hundred, connect, version):
    assert len(in_slices(connect, 200)) == 400
    four_hundred.requests.clear()
    assert connect().retrieve_orders(offset=400, limit=200) == []
    assert len(four_hundred.requests) == 0


def test_known_orders_go_on_as_well(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())[:120]
    four_hundred.requests.clear()
    slices = in_slices(connect, 40, filter_expression=where("amazon order id", "in", complete))
    assert sorted(slices) == sorted(complete)
    assert len(four_hundred.requests) == (3 if version is V0 else 120)


# Which question it is


@pytest.mark.parametrize(
    "other",
    [
        {"createdafter": "2026-11-02"},
        {"last_updated": "2026-11-01"},
        {"filter_expression": above_fifty()},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_question_starts_afresh(four_hundred, connect, version, other):
    question = {"createdafter": "2026-11-01"}
    connect().retrieve_orders(limit=10, **question)
    four_hundred.requests.clear()
    connect().retrieve_orders(offset=10, limit=10, **{**question, **other})
    assert pages(four_hundred, version) == 1


@pytest.mark.parametrize("offset", [0, 20])
def test_an_offset_elsewhere_starts_afresh(four_hundred, connect, version, offset):
    complete = ids(connect().retrieve_orders())
    connect().retrieve_orders(limit=10)
    four_hundred.requests.clear()
    assert ids(connect().retrieve_orders(offset=offset, limit=10)) == complete[offset : offset + 10]
    assert pages(four_hundred, version) == 1


def test_the_default_window_stays_that_of_the_first_slice(make_amazon, connect, clock, version):
    amazon = make_amazon(generated_orders(250, clock.now(), days=29.95))
    complete = ids(connect().retrieve_orders())
    slices = ids(connect().retrieve_orders(limit=50))
    clock.advance(590)
    slices += ids(connect().retrieve_orders(offset=50))
    assert slices == complete
    name = "CreatedAfter" if version is V0 else "createdAfter"
    assert len({call.parameters[name] for call in amazon.calls(version.list)[-3:]}) == 1


# Orders that change in between


def canceled(version, order):
    changed = copy.deepcopy(order)
    version.cancel(changed)
    return changed


def test_the_version_read_last_is_the_one_a_filter_judges(four_hundred, connect, version):
    pages_read = []

    def change(content):
        orders = version.orders(content)
        if pages_read:
            orders.append(canceled(version, pages_read[0][3]))
        pages_read.append(orders)
        return content

    four_hundred.faults.always(version.list, faults.changed(change))
    without = connect().retrieve_orders(limit=350, filter_expression=where("order status", "is not", "Canceled"))
    assert version.id(pages_read[0][3]) not in ids(without)


# Bounds


def test_ten_minutes_after_its_last_use_a_list_starts_afresh(four_hundred, connect, clock, version):
    complete = ids(connect().retrieve_orders(createdafter="2026-10-01"))
    four_hundred.requests.clear()
    slices = ids(connect().retrieve_orders(createdafter="2026-10-01", limit=100))
    clock.advance(601)
    slices += ids(connect().retrieve_orders(createdafter="2026-10-01", offset=100, limit=100))
    assert slices == complete[:200]
    assert pages(four_hundred, version) == 3


def test_a_step_that_runs_at_the_same_time_starts_afresh(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())
    connect().retrieve_orders(limit=100)
    inner = []

    def meanwhile(content):
        if not inner:
            inner.append(None)
            inner[0] = ids(connect().retrieve_orders(offset=100, limit=100))
        return content

    four_hundred.faults.next(version.list, faults.changed(meanwhile))
    outer = ids(connect().retrieve_orders(offset=100, limit=100))
    assert outer == inner[0] == complete[100:200]


class UnhurriedQuestion:
    """A question that lets other threads run whenever it is looked up, so that they meet wherever a lock is missing."""

    def __hash__(self):
        time.sleep(1e-5)
        return 1

    def __eq__(self, other):
        return isinstance(other, UnhurriedQuestion)


def test_threads_with_one_question_do_not_meet(clock):
    query = SimpleNamespace(key=UnhurriedQuestion(), offset=1, limit=1)
    the_list = SimpleNamespace(query=query, position=1, interrupted=None, advanced_at=clock.monotonic())
    open_lists = OpenRetrievals(clock)
    open_lists.keep("session", the_list)

    def steps(_):
        for _ in range(20):
            open_lists.keep("session", open_lists.take("session", query) or the_list)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(steps, range(8)))
    assert open_lists.take("session", query) is the_list


def test_polling_a_finished_list_does_not_keep_it_open(four_hundred, connect, clock, version):
    assert len(connect().retrieve_orders(limit=401)) == 400
    four_hundred.requests.clear()
    for _ in range(3):
        clock.advance(300)
        connect().retrieve_orders(offset=400, limit=1)
    assert pages(four_hundred, version) == 4


def test_a_page_token_that_is_dead_is_given_up(four_hundred, connect, clock, version):
    connect().retrieve_orders(limit=100)
    four_hundred.faults.always(version.list, faults.html_page(503))
    for _ in range(3):
        with pytest.raises(AmazonUnavailable):
            connect().retrieve_orders(offset=100, limit=100)
        clock.advance(301)
    four_hundred.faults.always(version.list, None)
    four_hundred.requests.clear()
    assert len(connect().retrieve_orders(offset=100, limit=100)) == 100
    assert pages(four_hundred, version) == 2


def test_a_failed_first_slice_goes_on_for_the_same_slice_alone(four_hundred, connect, version):
    four_hundred.faults.next(version.list, None, *[faults.html_page(503)] * 5)
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders(limit=200)
    four_hundred.requests.clear()
    connect().retrieve_orders(limit=5)
    assert pages(four_hundred, version) == 1


def test_a_list_without_any_page_is_not_kept(four_hundred, connect, clock, version):
    four_hundred.faults.always(version.list, faults.html_page(503))
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders()
    four_hundred.faults.always(version.list, None)
    clock.advance(60)
    name = "CreatedAfter" if version is V0 else "createdAfter"
    connect().retrieve_orders()
    asked = [call.parameters[name] for call in four_hundred.calls(version.list)]
    assert asked[0] != asked[-1]


# Errors


# Without this, a complete list longer than the quota of one step could never be read.
@pytest.mark.parametrize("limit", [2000, None])
def test_exhausted_quota_keeps_the_place(make_amazon, connect, clock, version, limit):
    seed = generated_orders(3500, clock.now())
    amazon = make_amazon(seed, quota=1)
    orders, failures = [], 0
    while len(orders) < 3500:
        try:
            orders += ids(connect().retrieve_orders(offset=len(orders), limit=limit))
        except QuotaExhausted as error:
            failures += 1
            clock.advance(error.diagnostics["seconds to wait"])
    assert sorted(orders) == sorted(order["AmazonOrderId"] for order in seed)
    assert failures
    assert len([call for call in amazon.calls(version.list) if call.status == 200]) == 35


def test_unavailability_keeps_the_place(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())
    four_hundred.requests.clear()
    slices = ids(connect().retrieve_orders(limit=150))
    four_hundred.faults.always(version.list, faults.html_page(503))
    with pytest.raises(AmazonUnavailable):
        connect().retrieve_orders(offset=150, limit=150)
    four_hundred.faults.always(version.list, None)
    slices += ids(connect().retrieve_orders(offset=150, limit=150))
    assert slices == complete[:300]
    assert [call.status for call in four_hundred.calls(version.list)] == [200, 200, *[503] * 5, 200]


def test_a_refused_page_token_reads_from_the_start(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())
    slices = ids(connect().retrieve_orders(limit=100))
    four_hundred.requests.clear()
    four_hundred.faults.next(version.list, faults.null_message())
    slices += ids(connect().retrieve_orders(offset=100, limit=100))
    assert slices == complete[:200]
    assert pages(four_hundred, version) == 3


def test_broken_paging_reads_from_the_start(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())
    tokens = []

    def note_token(content):
        page, key = version.next_token(content)
        tokens.append(page[key])
        return content

    def repeat_token(content):
        page, key = version.next_token(content)
        page[key] = tokens[0]
        return content

    four_hundred.faults.next(version.list, faults.changed(note_token), faults.changed(repeat_token))
    slices = ids(connect().retrieve_orders(limit=100))
    slices += ids(connect().retrieve_orders(offset=100, limit=150))
    assert slices == complete[:250]


def test_unreadable_orders_fail_the_slice_they_belong_to(four_hundred, connect, version):
    complete = ids(connect().retrieve_orders())
    spoilt = complete[25]

    def spoil(content):
        for order in version.orders(content):
            if version.id(order) == spoilt:
                version.spoil(order)
        return content

    four_hundred.faults.always(version.list, faults.changed(spoil))
    four_hundred.requests.clear()
    assert ids(connect().retrieve_orders(limit=20)) == complete[:20]
    with pytest.raises(UnreadableOrders, match=spoilt):
        connect().retrieve_orders(offset=20, limit=20)
    assert ids(connect().retrieve_orders(offset=40, limit=20)) == complete[40:60]
    assert pages(four_hundred, version) == 1


def test_a_changeover_reads_from_the_start_with_the_first_window(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now(), days=29.95))
    complete = ids(connect().retrieve_orders())
    slices = ids(connect().retrieve_orders(limit=100))
    clock.advance(590)
    amazon.v0_removed = faults.gone()
    slices += ids(connect().retrieve_orders(offset=100, limit=150))
    assert slices == complete
    assert len(amazon.calls("searchOrders")) == 3


# Any slicing at all


@pytest.mark.parametrize("setting", ["v0", "2026-01-01"])
@settings(max_examples=25)
@given(count=st.integers(0, 330), sizes=st.lists(st.integers(1, 160), min_size=1, max_size=6), filtered=st.booleans())
def test_random_slices_are_the_complete_list(setting, count, sizes, filtered):
    clock = FakeClock()
    amazon = LocalAmazon(generated_orders(count, clock.now()), clock=clock)
    sessions = Sessions(clock, network=httpx.MockTransport(amazon.handle))
    criteria = {"filter_expression": above_fifty()} if filtered else {}

    def retrieve(**paging):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(ORDERS_API, setting)
            book = AmazonSellingPartnerBook(sessions)
            book.connect(
                DEMONSTRATION_SELLER.refresh_token, DEMONSTRATION_SELLER.client_id, DEMONSTRATION_SELLER.client_secret
            )
            return ids(book.retrieve_orders(**criteria, **paging))

    complete = retrieve()
    amazon.requests.clear()
    slices: list[str] = []
    for turn in range(1000):
        size = sizes[turn % len(sizes)]
        part = retrieve(offset=len(slices), limit=size)
        slices += part
        if len(part) < size:
            break
    assert slices == complete
    listed = [call for call in amazon.requests if call.operation in {"getOrders", "searchOrders"}]
    assert len(listed) == max(-(-count // 100), 1)
    sessions.close()
