"""What Amazon is asked for, and that the orders are those of the filter, whatever it is.

The orders that pushdown yields are compared with those that `reference`, which knows nothing of it, selects
from all: first with Amazon simulated in a few lines, then through the book against the local Amazon.
"""

import dataclasses
import json
import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.orders.v0 import OrdersV0
from amazon_selling_partner.amazon.orders.version import PAGE_SIZE
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.concepts import (
    AmazonOrder,
)
from amazon_selling_partner.errors import UnreadableOrders
from amazon_selling_partner.filters import narrowed
from amazon_selling_partner.marketplaces import Region
from amazon_selling_partner.query import AMAZON_DELAY, DEFAULT_WINDOW, EARLIEST, DateKind, OrderQuery, Window
from amazon_selling_partner.settings import ORDERS_API
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from playground.local_amazon.seed import generated_orders, seeded_orders
from tests.filters.reference import attributes_in, is_true
from tests.filters.strategies import filters
from tests.filters.support import AND, NOT, OR, order, spoken, where
from tests.support import NOW, FakeClock

US, CA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"
DATES = {"purchase_date", "last_update_date"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def asks(filter_expression, **inputs) -> OrderQuery:
    return narrowed(OrderQuery.from_step(now=NOW, **inputs), filter_expression)


class TestWhatAmazonIsAskedFor:
    @pytest.mark.parametrize(
        ("filter_expression", "statuses"),
        [
            (where("order status", "is", " unSHIPPED "), {"Unshipped"}),
            (where("order status", "in", ["shipped", "Canceled"]), {"Shipped", "Canceled"}),
            (
                OR(where("order status", "is", "Shipped"), where("order status", "is", "Pending")),
                {"Shipped", "Pending"},
            ),
            (NOT(where("order status", "is not", "Pending")), {"Pending"}),
            (
                AND(where("order status", "in", ["Shipped", "Pending"]), where("order status", "is not", "Pending")),
                {"Shipped"},
            ),
        ],
    )
    def test_order_statuses_in_the_documented_spelling(self, filter_expression, statuses):
        query = asks(filter_expression)
        assert query.statuses == statuses

    def test_several_attributes_together(self):
        query = asks(AND(where("order status", "is", "Unshipped"), where("fulfillment channel", "is", "MFN")))
        assert (query.statuses, query.channels) == ({"Unshipped"}, {"MFN"})

    @pytest.mark.parametrize(
        ("operator", "day", "window"),
        [
            ("is", "2026-11-01", Window(moment("2026-11-01T00Z"), moment("2026-11-02T00Z"))),
            ("in", ["2026-11-05", "2026-11-01"], Window(moment("2026-11-01T00Z"), moment("2026-11-06T00Z"))),
            ("<", "2026-11-01", Window(EARLIEST, moment("2026-11-01T00Z"))),
            ("<=", "2026-11-01", Window(EARLIEST, moment("2026-11-02T00Z"))),
            (">", "2026-11-01", Window(moment("2026-11-02T00Z"))),
            (">=", "2026-11-01", Window(moment("2026-11-01T00Z"))),
            ("is not", "2026-11-01", Window(EARLIEST)),
        ],
    )
    @pytest.mark.parametrize(
        ("attribute", "kind"), [("purchase date", DateKind.CREATED), ("last update date", DateKind.LAST_UPDATED)]
    )
    def test_the_window_that_encloses_a_day(self, attribute, kind, operator, day, window):
        query = asks(where(attribute, operator, day))
        assert query.request_window == (DateKind.CREATED if operator == "is not" else kind, window)

    @pytest.mark.parametrize("day", ["2026-11-23", "9999-12-31"])
    def test_no_upper_bound_of_a_day_that_has_not_passed(self, day):
        assert asks(where("purchase date", "<=", day)).request_window == (DateKind.CREATED, Window(EARLIEST))

    def test_an_exclusive_bound_of_an_instant_as_the_inclusive_one(self):
        query = asks(where("last update date", ">", "2026-11-01T10:00Z"))
        assert query.request_window == (DateKind.LAST_UPDATED, Window(after=moment("2026-11-01T10:00Z")))
        assert not query.matches(order(last_update_date="2026-11-01T10:00:00Z"))

    def test_a_bound_finer_than_a_millisecond_as_the_wider_one(self):
        bounds = [
            where("purchase date", ">=", "2026-11-01T00:00:00.000001Z"),
            where("purchase date", "<=", "2026-11-02T00:00:00.000001Z"),
        ]
        query = asks(AND(*bounds))
        assert query.request_window == (
            DateKind.CREATED,
            Window(moment("2026-11-01T00Z"), moment("2026-11-02T00:00:00.001Z")),
        )
        assert not query.matches(order(purchase_date="2026-11-01T00:00:00Z"))

    def test_one_kind_of_date_where_the_filter_bounds_both(self):
        query = asks(AND(where("purchase date", ">=", "2026-11-01"), where("last update date", ">=", "2026-11-05")))
        assert query.request_window == (DateKind.LAST_UPDATED, Window(after=moment("2026-11-05T00Z")))

    def test_inputs_and_the_filter_together(self):
        query = asks(where("purchase date", "<", "2026-11-10"), created_after="2026-11-01")
        assert query.created == Window(moment("2026-11-01T00Z"), moment("2026-11-10T00Z"))
        later = asks(where("purchase date", ">=", "2026-11-10"), created_after="2026-11-01")
        assert later.created == Window(after=moment("2026-11-10T00Z"))

    def test_the_wider_bounds_of_alternatives(self):
        query = asks(
            OR(
                AND(where("order status", "is", "Shipped"), where("purchase date", ">=", "2026-11-05")),
                AND(where("order status", "is", "Pending"), where("purchase date", ">=", "2026-11-01")),
            )
        )
        assert query.statuses == {"Shipped", "Pending"}
        assert query.created == Window(after=moment("2026-11-01T00Z"))

    def test_nothing_for_the_own_marketplace_id(self):
        assert (
            asks(where("marketplace id", "is", US.lower())).request_window
            == asks(where("is prime", "is", True)).request_window
        )


A, B, C = (f"902-0000000-000000{number}" for number in (3, 1, 2))


class TestKnownOrders:
    """A filter that can select only orders it names by their ids asks for these."""

    @pytest.mark.parametrize(
        ("filter_expression", "order_ids"),
        [
            (where("amazon order id", "is", A), (A,)),
            (where("amazon order id", "is", " s01-1234567-1234567\n"), ("S01-1234567-1234567",)),
            (where("amazon order id", "in", [A, B, C, A]), (A, B, C)),
            (where("amazon order id", "in", [A, None]), (A,)),
            (OR(where("amazon order id", "is", B), where("amazon order id", "in", [C, A])), (B, C, A)),
            (NOT(where("amazon order id", "is not", A)), (A,)),
            (AND(where("amazon order id", "in", [A, B, C]), where("amazon order id", "is not", B)), (A, C)),
            (AND(where("amazon order id", "in", [A, B]), where("amazon order id", "in", [C, B])), (B,)),
            (AND(where("is prime", "is", True), where("amazon order id", "is", A)), (A,)),
            (
                OR(
                    AND(where("amazon order id", "is", A), where("order status", "is", "Shipped")),
                    AND(where("amazon order id", "is", B), where("is prime", "is", True)),
                ),
                (A, B),
            ),
        ],
    )
    def test_they_are_asked_for_in_the_order_of_the_filter(self, filter_expression, order_ids):
        query = asks(filter_expression)
        assert query.order_ids == order_ids

    @pytest.mark.parametrize(
        "filter_expression",
        [
            where("amazon order id", "is not", A),
            where("amazon order id", "has", "902"),
            where("amazon order id", ">=", A),
            AND(where("amazon order id", ">=", A), where("amazon order id", "<=", A)),
            NOT(where("amazon order id", "is", A)),
            OR(where("amazon order id", "is", A), where("is prime", "is", True)),
        ],
    )
    def test_a_filter_others_can_match_names_none_and_keeps_the_30_days(self, filter_expression):
        query = asks(filter_expression)
        assert query.order_ids is None
        assert query.request_window == (DateKind.CREATED, Window(after=NOW - DEFAULT_WINDOW))

    def test_dates_beside_them_hold(self):
        query = asks(AND(where("amazon order id", "is", A), where("purchase date", ">=", "2026-11-01")))
        assert query.request_window == (DateKind.CREATED, Window(after=moment("2026-11-01T00Z")))
        later = asks(where("amazon order id", "is", A), created_after="2026-11-02")
        assert later.request_window == (DateKind.CREATED, Window(after=moment("2026-11-02T00Z")))

    def test_what_is_no_order_id_is_that_of_no_order(self):
        some = asks(where("amazon order id", "in", ["the last one", A, "902-3159896-139091", "\uff11" + A[1:]]))
        assert some.order_ids == (A,)
        assert asks(where("amazon order id", "in", ["the last one", ""])).needs_no_call

    def test_an_order_that_cannot_match_the_rest_needs_no_call(self):
        assert asks(AND(where("amazon order id", "is", A), where("marketplace id", "is", CA))).needs_no_call

    @pytest.mark.parametrize("elsewhere", ["Non-Amazon", "A1MQXOICRS2Z7M"])
    def test_one_from_outside_amazon_can_match_by_its_marketplace_id(self, elsewhere):
        query = asks(AND(where("amazon order id", "is", A), where("marketplace id", "is", elsewhere)))
        assert not query.needs_no_call
        assert query.matches(order(amazon_order_id=A, marketplace_id=elsewhere))
        assert asks(where("marketplace id", "is", elsewhere)).needs_no_call


class TestWhatIsCheckedHere:
    @pytest.mark.parametrize(
        "filter_expression",
        [
            where("order status", "is", "Returned"),
            where("order status", "in", ["Shipped", "Returned"]),
            where("order status", "is not", "Shipped"),
            NOT(where("order status", "is", "Shipped")),
            where("order status", "<", "Shipped"),
            OR(
                where("order status", "is", "Canceled"),
                AND(where("order status", ">=", "Shipped"), where("order status", "<=", "Unshipped")),
            ),
            where("order status", "has", "ship"),
            where("fulfillment channel", "in", ["MFN", None]),
            where("fulfillment channel", "is", None),
            where("is prime", "is", True),
            OR(where("order status", "is", "Shipped"), where("fulfillment channel", "is", "MFN")),
        ],
    )
    def test_statuses_and_channels_amazon_cannot_be_asked_for_exactly(self, filter_expression):
        query = asks(filter_expression)
        assert (query.statuses, query.channels) == (None, None)

    @pytest.mark.parametrize(
        "rest",
        [
            where("is prime", "is", True),
            where("sales channel", "has", "amazon"),
            where("payment method details", "is", ["Standard"]),
            OR(where("is prime", "is", True), where("is iba", "is", True)),
        ],
    )
    def test_the_rest_of_a_filter_of_which_amazon_answers_a_part(self, rest):
        unshipped = where("order status", "is", "Unshipped")
        for query in (asks(AND(unshipped, rest)), asks(AND(rest, unshipped))):
            assert query.statuses == {"Unshipped"}

    def test_an_alternative_of_which_amazon_answers_a_part(self):
        query = asks(OR(where("order status", "is", "Unshipped"), where("sales channel", "has", "amazon")))
        assert query.statuses is None

    def test_everything_in_the_sandbox(self):
        impossible = AND(where("order status", "is", "Shipped"), where("order status", "is", "Pending"))
        query = asks(impossible, marketplace="SANDBOX")
        assert (query.statuses, query.channels, query.created.bounded) == (None, None, False)
        assert asks(where("amazon order id", "is", A), marketplace="SANDBOX").order_ids is None
        assert not query.needs_no_call


class TestWhateverAmazonAnswers:
    @pytest.mark.parametrize(
        ("filter_expression", "wrong"),
        [
            # v0 was seen to: https://github.com/amzn/selling-partner-api-models/issues/1849
            (where("order status", "is", "Shipped"), {"order_status": "Unshipped"}),
            (where("fulfillment channel", "is", "MFN"), {"fulfillment_channel": "AFN"}),
            (where("purchase date", ">=", "2026-11-20"), {"purchase_date": "2026-11-19T23:59:59Z"}),
            (where("last update date", "<=", "2026-11-21"), {"last_update_date": "2026-11-22T00:00:00Z"}),
        ],
    )
    def test_an_order_it_should_not_have_returned_does_not_match(self, filter_expression, wrong):
        query = asks(filter_expression)
        assert query.matches(order(fulfillment_channel="MFN"))
        assert not query.matches(order(**{"fulfillment_channel": "MFN", **wrong}))


class TestDefaultWindow:
    @pytest.mark.parametrize(
        "filter_expression",
        [
            OR(where("purchase date", ">=", "2026-11-20"), where("is prime", "is", True)),
            where("last update date", "is not", "2026-11-20"),
        ],
    )
    def test_a_date_anywhere_in_the_filter_lifts_it(self, filter_expression):
        assert asks(filter_expression).request_window == (DateKind.CREATED, Window(after=EARLIEST))

    def test_other_dates_of_an_order_leave_it(self):
        query = asks(where("latest ship date", "<", "2026-11-20"))
        assert query.request_window == (DateKind.CREATED, Window(after=NOW - DEFAULT_WINDOW))

    def test_a_date_as_input_stays(self):
        query = asks(
            OR(where("purchase date", "is", "2020-01-01"), where("is prime", "is", True)), created_after="2026-11-01"
        )
        assert query.request_window == (DateKind.CREATED, Window(after=moment("2026-11-01T00Z")))


class TestWhatNoOrderCanFulfil:
    @pytest.mark.parametrize(
        "filter_expression",
        [
            AND(where("order status", "is", "Shipped"), where("order status", "is", "pending")),
            AND(where("order status", "is", "Shipped"), NOT(where("order status", "is", "SHIPPED"))),
            AND(where("is prime", "is", True), where("is prime", "is", "false")),
            AND(where("order total's amount", ">", 100), where("order total's amount", "<=", 100)),
            AND(where("sales channel", "is", None), where("sales channel", "is not", None)),
            AND(where("purchase date", "<", "2026-11-01"), where("purchase date", ">", "2026-11-02")),
            AND(where("purchase date", "<", "2026-11-01"), where("purchase date", ">=", "2026-11-01")),
            AND(where("purchase date", ">", "2026-11-10"), where("last update date", "<", "2026-11-01")),
            where("purchase date", ">", "2027-01-01"),
            where("purchase date", "<", "1999-01-01"),
            where("purchase date", "is", None),
            where("order status", "is", None),
            where("order status", "in", []),
            where("marketplace id", "is", CA),
            where("marketplace id", "in", [CA, "A1F83G8C2ARO7P"]),
            OR(where("order status", "in", []), where("is prime", "in", [])),
        ],
    )
    def test_needs_no_call(self, filter_expression):
        assert asks(filter_expression).needs_no_call

    def test_is_said_as_such_and_asks_for_nothing_in_particular(self):
        query = asks(AND(where("is prime", "is", True), where("is prime", "is", False)))
        assert (query.impossible, query.statuses, query.channels) == (True, None, None)

    def test_dates_as_input_count(self):
        assert asks(where("purchase date", "<", "2026-11-01"), created_after="2026-11-02").needs_no_call

    def test_an_alternative_marketplace_does_not_exclude_the_own(self):
        assert not asks(where("marketplace id", "in", [US, CA])).needs_no_call
        assert not asks(where("marketplace id", "is not", US)).needs_no_call


# Amazon itself knows no update that is yet to come, some of the generated orders do.
SEED = [
    order
    for order in [*seeded_orders(NOW), *generated_orders(250, NOW, days=25)]
    if moment(order["LastUpdateDate"]) <= NOW - AMAZON_DELAY
]


# What the first of them mean: values for generated filters, and for the varied orders.
SAMPLE = (
    OrdersV0()
    .page_call(OrderQuery.from_step(now=NOW), Region.NA, None)
    .read(json.dumps({"payload": {"Orders": SEED[:80]}}).encode())
    .orders
)


def varied_orders() -> list[AmazonOrder]:
    """Sixty orders of which hardly two agree: each attribute is that of some readable order, or absent."""
    chance = random.Random(60)

    def written(when: datetime) -> str:
        return chance.choice(
            [f"{when:%Y-%m-%dT%H:%M:%SZ}", when.isoformat(), when.isoformat(timespec="milliseconds")[:-6] + "Z"]
        )

    orders = []
    for number in range(60):
        created = NOW - timedelta(days=number, hours=chance.choice([0, 1]), milliseconds=chance.choice([0, 0, 1, 999]))
        updated = min(created + timedelta(hours=chance.choice([0, 0, 30, 900])), NOW - timedelta(seconds=150))
        if number % 7 == 0:
            created = created.replace(hour=0, minute=0, second=0, microsecond=0)
            updated = max(created, updated)
        mixed = {
            field.name: chance.choice([None, *(getattr(order, field.name) for order in chance.sample(SAMPLE, 3))])
            for field in dataclasses.fields(AmazonOrder)
        }
        mixed |= {
            "amazon_order_id": f"902-0000000-{number:07d}",
            "order_status": chance.choice(["Shipped", "Unshipped", "Pending", "Canceled", "Lost At Sea"]),
            "purchase_date": written(created),
            "last_update_date": written(updated),
            "marketplace_id": chance.choice([US, US, US, US, CA, None]),
            "fulfillment_channel": chance.choice([None, "MFN", "AFN", "XFN"]),
            "earliest_delivery_date": chance.choice([None, "2026-11-20T19:00:00+09:00"]),
            "payment_method_details": chance.choice([None, [], ["Standard"], ["Standard", "GiftCard"]]),
        }
        orders.append(AmazonOrder(**mixed))
    return orders


def ids(orders: list[AmazonOrder]) -> list[str]:
    return [order.amazon_order_id for order in orders]


ORDERS = varied_orders()
INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "created_after": st.sampled_from(["2026-11-01", "2026-10-10T00:00:00Z"]),
        "last_updated_after": st.just("2026-11-05"),
    },
)


def without_filter(
    orders: list[AmazonOrder], filter_expression, now: datetime, inputs: dict, *, known: bool = False
) -> list[AmazonOrder]:
    """The orders that the inputs ask for; without any date, input or in the filter, those of the last 30 days.

    Orders that are known by their ids are asked for whatever their age.
    """
    created_after = inputs.get("created_after")
    updated_after = inputs.get("last_updated_after")
    latest = now - AMAZON_DELAY
    undated = not inputs and not attributes_in(filter_expression) & DATES and not known
    first = now - timedelta(days=30) if undated else datetime(2000, 1, 1, tzinfo=UTC)

    def asked_for(order):
        created, updated = moment(order.purchase_date), moment(order.last_update_date)
        return (
            first <= created <= latest
            and updated <= latest
            and (created_after is None or created >= datetime.fromisoformat(created_after).replace(tzinfo=UTC))
            and (updated_after is None or updated >= datetime.fromisoformat(updated_after).replace(tzinfo=UTC))
        )

    return [order for order in orders if asked_for(order)]


def simulated_by_id(query: OrderQuery) -> list[AmazonOrder]:
    """What Amazon returns of known orders that are asked for one by one: those there are, of any marketplace."""
    return [order for order in ORDERS if order.amazon_order_id in query.order_ids]


def simulated(query: OrderQuery, orders: list[AmazonOrder]) -> list[AmazonOrder]:
    """What Amazon returns: one kind of date, bounds included, the documented statuses and channels or some orders."""
    kind, window = query.request_window
    assert window.after is not None
    assert query.statuses is None or query.statuses <= {
        "PendingAvailability",
        "Pending",
        "Unshipped",
        "PartiallyShipped",
        "Shipped",
        "InvoiceUnconfirmed",
        "Canceled",
        "Unfulfillable",
    }
    assert query.channels is None or query.channels <= {"MFN", "AFN"}
    before = window.before or query.asked_at - AMAZON_DELAY
    assert window.after <= before <= query.asked_at - AMAZON_DELAY
    return [
        order
        for order in orders
        if window.after <= moment(getattr(order, kind.value)) <= before
        and moment(order.last_update_date) <= query.asked_at - AMAZON_DELAY
        and (query.order_ids is None or order.amazon_order_id in query.order_ids)
        and (query.order_ids is not None or query.statuses is None or order.order_status in query.statuses)
        and (query.order_ids is not None or query.channels is None or order.fulfillment_channel in query.channels)
    ]


@settings(max_examples=300)
@given(filter_expression=filters(ORDERS), inputs=INPUTS, leaked=st.frozensets(st.sampled_from(ids(ORDERS)), max_size=9))
def test_a_simulated_amazon_yields_the_orders_of_the_filter(filter_expression, inputs, leaked):
    note(spoken(filter_expression))
    # Orders of the chosen marketplace; one without a marketplace id is among them.
    orders = [order for order in ORDERS if order.marketplace_id in {US, None}]
    query = asks(filter_expression, **inputs)
    known = query.order_ids is not None
    if known:
        assert all(o.amazon_order_id in query.order_ids for o in orders if is_true(filter_expression, o))
    without = without_filter(orders, filter_expression, NOW, inputs, known=known)
    expected = [o for o in without if is_true(filter_expression, o)]
    # Whatever else Amazon returns makes no difference.
    returned = set() if query.needs_no_call else {*ids(simulated(query, orders)), *(leaked & set(ids(without)))}
    assert ids([o for o in orders if o.amazon_order_id in returned and query.matches(o)]) == ids(expected)
    if known and not query.needs_no_call:
        assert ids([order for order in simulated_by_id(query) if query.matches(order)]) == ids(expected)


@settings(max_examples=60)
@given(filter_expression=filters(ORDERS))
def test_the_sandbox_yields_the_orders_of_the_filter(filter_expression):
    query = asks(filter_expression, marketplace="SANDBOX")
    assert ids([o for o in ORDERS if query.matches(o)]) == ids([o for o in ORDERS if is_true(filter_expression, o)])


@contextmanager
def connected(amazon: LocalAmazon, clock: FakeClock, version: str = "v0") -> Iterator[AmazonSellingPartnerBook]:
    """A book whose quota is unspent, on one version of the Orders API."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(ORDERS_API, version)
        sessions = Sessions(clock, network=httpx.MockTransport(amazon.handle))
        book, seller = AmazonSellingPartnerBook(sessions), DEMONSTRATION_SELLER
        book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
        yield book
        sessions.close()


@pytest.fixture(scope="module")
def amazon() -> Iterator[LocalAmazon]:
    with LocalAmazon(SEED, clock=FakeClock()) as amazon:
        yield amazon


# What reads the pages of each version.
OPERATIONS = {"v0": "getOrders", "2026-01-01": "searchOrders"}
EVERY_OPERATION = [*OPERATIONS.values(), "getOrder", "getOrder 2026-01-01"]


class EveryOrder:
    """Every order of the United States by version, newest first; not shown in the report of a failing test."""

    def __init__(self, orders: dict[str, list[AmazonOrder]]) -> None:
        self.orders = orders


@pytest.fixture(scope="module")
def every(amazon) -> EveryOrder:
    every = {}
    for version in OPERATIONS:
        with connected(amazon, FakeClock(), version) as book:
            every[version] = book.retrieve_orders(createdafter="2000-01-01")
    assert all(len(orders) > 200 for orders in every.values())
    return EveryOrder(every)


@pytest.mark.parametrize("version", OPERATIONS)
@settings(max_examples=60, print_blob=False)
@given(
    filter_expression=filters(SAMPLE),
    created_after=st.sampled_from([None, "2024-11-01T00:00:00Z", "2026-11-10"]),
    offset=st.sampled_from([None, 0, 3]),
    limit=st.sampled_from([None, None, 1, 7, 120]),
)
def test_the_book_returns_the_orders_of_the_filter_and_wastes_no_page(
    amazon, every, version, filter_expression, created_after, offset, limit
):
    note(spoken(filter_expression))
    inputs = {} if created_after is None else {"created_after": created_after}
    order_ids = asks(filter_expression, **inputs).order_ids
    readable = without_filter(every.orders[version], filter_expression, NOW, inputs, known=order_ids is not None)
    matching = [number for number, order in enumerate(readable) if is_true(filter_expression, order)]
    if order_ids is not None and version == "2026-01-01":
        matching.sort(key=lambda number: order_ids.index(readable[number].amazon_order_id))
    first = offset or 0
    expected = matching[first:] if limit is None else matching[first : first + limit]
    amazon.requests.clear()
    with connected(amazon, FakeClock(), version) as book:
        orders = book.retrieve_orders(
            createdafter=created_after, offset=offset, limit=limit, filter_expression=filter_expression
        )
    assert ids(orders) == [readable[number].amazon_order_id for number in expected]
    calls = {operation: len(amazon.calls(operation)) for operation in EVERY_OPERATION}
    if order_ids is not None and version == "2026-01-01":
        assert calls["searchOrders"] == 0
        assert calls["getOrder 2026-01-01"] <= len(order_ids)
        return
    # Reading without a filter would go on until the last order wanted is seen, or to the end to know there is none.
    wanted = math.inf if limit is None else first + limit
    read = matching[wanted - 1] + 1 if wanted <= len(matching) else len(readable)
    assert calls[OPERATIONS[version]] <= max(1, math.ceil(read / PAGE_SIZE))
    assert calls[OPERATIONS[version]] == sum(calls.values())


class TestThroughTheBook:
    @pytest.fixture
    def book(self, amazon) -> Iterator[AmazonSellingPartnerBook]:
        amazon.requests.clear()
        with connected(amazon, FakeClock()) as book:
            yield book

    def test_a_filter_that_no_order_can_fulfil_costs_no_call(self, amazon, book):
        assert book.retrieve_orders(filter_expression=where("marketplace id", "is", CA)) == []
        assert amazon.requests == []

    def test_an_order_whose_value_cannot_be_compared_is_named(self):
        strange = {**SEED[0], "AmazonOrderId": "902-0000000-0000001", "LatestShipDate": "tomorrow"}
        strange |= {
            "MarketplaceId": US,
            "PurchaseDate": "2026-11-20T00:00:00Z",
            "LastUpdateDate": "2026-11-20T00:00:00Z",
        }
        late = where("latest ship date", "<", "2026-11-20")
        with (
            LocalAmazon([strange], clock=FakeClock()) as amazon,
            connected(amazon, FakeClock()) as book,
            pytest.raises(UnreadableOrders, match="902-0000000-0000001"),
        ):
            book.retrieve_orders(filter_expression=late)
