"""From Orders API v0 to 2026-01-01, in the middle of a process: by the date, by Amazon's answer, by the setting."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.orders.changeover import REMOVAL, Changeover
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import InvalidSetting, OperationRemoved, RequestRefused
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import ORDERS_API, OrdersApi, Settings
from playground.local_amazon import DEMONSTRATION_SELLER, Seller, faults
from playground.local_amazon.seed import generated_orders
from tests.support import FakeClock

US_ORDER = "902-3159896-1390916"
BEFORE_REMOVAL = datetime(2027, 3, 26, 12, tzinfo=UTC)
SECONDS_TO_REMOVAL = 12 * 3600
OF_2026 = {"searchOrders", "getOrder 2026-01-01"}
OTHER_SELLER = Seller(
    "Atzr|AnotherRefreshToken0123456789abcdefghijklmnopqrstuvwxyz",
    DEMONSTRATION_SELLER.client_id,
    DEMONSTRATION_SELLER.client_secret,
)
GONE = faults.status(410)
NO_SUCH_PATH = faults.status(
    404, {"errors": [{"code": "ResourceNotFound", "message": "Cannot find resource by the given URI"}]}
)
NO_SUCH_PATH_IN_WORDS = faults.status(404, {"errors": [{"message": "Cannot find resource by the given URI."}]})


@pytest.fixture
def clock():
    """Half a day before the removal."""
    return FakeClock(BEFORE_REMOVAL)


@pytest.fixture
def warnings(log_without_secrets):
    """The lines of the log that tell of the changeover."""

    class Told:
        def __len__(self):
            return sum("v0 is not asked any more" in line for line in log_without_secrets)

        def __str__(self):
            return "\n".join(line for line in log_without_secrets if "v0 is not asked any more" in line)

    return Told()


def operations(amazon):
    return [request.operation for request in amazon.requests if request.operation not in {"login", None}]


def ids(orders):
    return [order.amazon_order_id for order in orders]


# The setting


def orders_api(text: str) -> OrdersApi:
    return Settings.from_environment({ORDERS_API: text}).orders_api


def test_the_setting_has_the_documented_name_and_default():
    assert ORDERS_API == "AMAZON_SELLING_PARTNER_ORDERS_API"
    assert Settings.from_environment({}).orders_api is OrdersApi.AUTO is Settings().orders_api


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("", OrdersApi.AUTO),
        ("auto", OrdersApi.AUTO),
        (" AUTO\n", OrdersApi.AUTO),
        ("v0", OrdersApi.V0),
        ("V0", OrdersApi.V0),
        ("2026-01-01", OrdersApi.V2026_01_01),
    ],
)
def test_each_version_can_be_set(text, version):
    assert orders_api(text) is version


@pytest.mark.parametrize("text", ["v1", "2026", "2026-01-02", "latest", "v0,2026-01-01"])
def test_any_other_value_is_refused_and_the_right_ones_are_named(text):
    with pytest.raises(InvalidSetting, match=f"{ORDERS_API} must be one of auto, v0, 2026-01-01") as caught:
        orders_api(text)
    assert caught.value.diagnostics == {"found": text}


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("auto", {"getOrders", "createRestrictedDataToken"}),
        ("v0", {"getOrders", "createRestrictedDataToken"}),
        ("2026-01-01", {"searchOrders"}),
    ],
)
def test_the_setting_chooses_the_version_that_is_asked(amazon, connect, monkeypatch, setting, expected, warnings):
    monkeypatch.setenv(ORDERS_API, setting)
    connect().retrieve_orders(limit=1)
    assert set(operations(amazon)) == expected
    assert len(warnings) == 0


# The date


def test_the_date_passes_in_the_middle_of_a_process(amazon, connect, clock, warnings):
    connect().retrieve_orders(limit=1)
    connect().retrieve_order(Marketplace.US, US_ORDER)
    clock.advance(SECONDS_TO_REMOVAL - 1)
    connect().retrieve_orders(limit=1)
    assert not OF_2026 & set(operations(amazon))
    assert len(warnings) == 0
    amazon.requests.clear()
    clock.advance(1)
    connect().retrieve_orders(limit=1)
    connect().retrieve_order(Marketplace.US, US_ORDER)
    assert set(operations(amazon)) == OF_2026
    assert len(warnings) == 1
    assert "2027-03-27" in str(warnings)


def test_an_automation_gets_the_same_orders_before_and_after(amazon, connect, clock):
    since = "2024-11-01T00:00:00Z"
    before = connect().retrieve_orders(createdafter=since)
    amazon.v0_removed = True
    after = connect().retrieve_orders(createdafter=since)
    assert ids(after) == ids(before) != []
    for old, new in zip(before, after, strict=True):
        assert (new.order_status, new.order_total, new.fulfillment_channel) == (
            old.order_status,
            old.order_total,
            old.fulfillment_channel,
        )


def test_a_retrieval_that_began_before_the_date_ends_with_the_version_it_began_with(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(2300, clock.now()), quota=1)
    clock.advance(SECONDS_TO_REMOVAL - 60)
    assert len(set(ids(connect().retrieve_orders()))) == 2300
    assert clock.now() > REMOVAL
    assert not OF_2026 & set(operations(amazon))


def test_no_setting_is_moved_by_the_date(amazon, connect, clock, monkeypatch, warnings):
    clock.advance(SECONDS_TO_REMOVAL)
    monkeypatch.setenv(ORDERS_API, "v0")
    connect().retrieve_orders(limit=1)
    assert not OF_2026 & set(operations(amazon))
    assert len(warnings) == 0


def test_a_clock_that_is_set_back_brings_v0_not_back():
    clock = FakeClock(REMOVAL)
    changeover = Changeover(clock)
    assert changeover.is_over
    clock.advance(-3600)
    assert changeover.is_over


@pytest.mark.parametrize(("before", "over"), [(timedelta(microseconds=1), False), (timedelta(0), True)])
def test_the_removal_is_at_midnight_utc(before, over):
    assert Changeover(FakeClock(datetime(2027, 3, 27, tzinfo=UTC) - before)).is_over is over


def test_the_first_reason_is_told_and_no_other(clock, warnings):
    changeover = Changeover(clock)
    changeover.end("Amazon said so")
    changeover.end("Amazon said so again")
    clock.advance(SECONDS_TO_REMOVAL)
    assert changeover.is_over
    assert len(warnings) == 1
    assert "Amazon said so." in str(warnings)


# Amazon's answer


@pytest.mark.parametrize("gone", [GONE, NO_SUCH_PATH, NO_SUCH_PATH_IN_WORDS], ids=["410", "code", "words"])
def test_a_list_that_meets_a_removed_operation_continues_with_its_successor(amazon, connect, gone, warnings):
    amazon.faults.always("getOrders", gone)
    assert connect().retrieve_orders(limit=3)
    assert operations(amazon) == ["createRestrictedDataToken", "getOrders", "searchOrders"]
    assert len(warnings) == 1
    assert "no longer has getOrders" in str(warnings)
    assert "local-request-" in str(warnings)


@pytest.mark.parametrize("gone", [GONE, NO_SUCH_PATH, NO_SUCH_PATH_IN_WORDS], ids=["410", "code", "words"])
def test_an_order_that_meets_a_removed_operation_continues_with_its_successor(amazon, connect, gone, warnings):
    amazon.faults.always("getOrder", gone)
    assert connect().retrieve_order(Marketplace.US, US_ORDER).amazon_order_id == US_ORDER
    assert operations(amazon) == ["createRestrictedDataToken", "getOrder", "getOrder 2026-01-01"]
    assert len(warnings) == 1


def test_v0_is_not_asked_again_by_anybody(make_amazon, connect, warnings):
    amazon = make_amazon(sellers=[DEMONSTRATION_SELLER, OTHER_SELLER], v0_removed=True)
    connect().retrieve_orders(limit=1)
    amazon.requests.clear()
    connect().retrieve_orders(limit=1)
    connect(OTHER_SELLER).retrieve_orders(limit=1)
    connect(OTHER_SELLER).retrieve_order(Marketplace.US, US_ORDER)
    assert operations(amazon) == ["searchOrders", "searchOrders", "getOrder 2026-01-01"]
    assert len(warnings) == 1


def test_an_unknown_order_is_no_removed_operation(amazon, connect, warnings):
    with pytest.raises(Exception, match="does not know this order"):
        connect().retrieve_order(Marketplace.US, "111-9999999-9999999")
    connect().retrieve_orders(limit=1)
    assert not OF_2026 & set(operations(amazon))
    assert len(warnings) == 0


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_no_other_failure_is_a_removed_operation(amazon, connect, status, warnings):
    amazon.faults.always("getOrders", faults.status(status, {"errors": [{"code": "NotFound", "message": "Nothing."}]}))
    with pytest.raises(Exception, match="Amazon"):
        connect().retrieve_orders(limit=1)
    assert not OF_2026 & set(operations(amazon))
    assert len(warnings) == 0


@pytest.mark.parametrize("gone", [GONE, NO_SUCH_PATH], ids=["410", "404"])
def test_a_removed_operation_for_tokens_changes_over_as_that_for_orders_does(amazon, connect, gone, warnings):
    amazon.faults.always("createRestrictedDataToken", gone)
    assert len(connect().retrieve_orders(limit=1)) == 1
    assert connect().retrieve_order(Marketplace.US, US_ORDER).amazon_order_id == US_ORDER
    assert operations(amazon) == ["createRestrictedDataToken", "searchOrders", "getOrder 2026-01-01"]
    assert len(warnings) == 1
    assert "no longer has createRestrictedDataToken" in str(warnings)


def test_between_two_pages_the_retrieval_starts_again_and_nothing_is_mixed(make_amazon, connect, clock, warnings):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, None, NO_SUCH_PATH)
    orders = connect().retrieve_orders()
    assert len(orders) == len(set(ids(orders))) == 250
    assert operations(amazon)[1:] == ["getOrders"] * 3 + ["searchOrders"] * 3
    # Only v0 has this attribute: no order came from it.
    assert {order.ship_service_level for order in orders} == {None}
    assert len(warnings) == 1


def test_orders_read_before_the_new_start_are_not_counted(make_amazon, connect, clock):
    amazon = make_amazon(generated_orders(250, clock.now()))
    amazon.faults.next("getOrders", None, NO_SUCH_PATH)
    amazon.faults.next("searchOrders", None, faults.status(400))
    with pytest.raises(RequestRefused) as caught:
        connect().retrieve_orders()
    assert caught.value.diagnostics["orders read so far"] == "100"


def test_many_threads_change_over_with_one_warning(make_amazon, connect, warnings):
    amazon = make_amazon(v0_removed=True)
    book, found = connect(), []
    threads = [threading.Thread(target=lambda: found.append(ids(book.retrieve_orders(limit=5)))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len({tuple(one) for one in found}) == 1
    assert len(warnings) == 1
    assert len(amazon.calls("searchOrders")) == 12


def test_another_process_learns_for_itself(amazon, connect, clock):
    amazon.v0_removed = True
    connect().retrieve_orders(limit=1)
    amazon.requests.clear()
    fresh, seller = Sessions(clock), DEMONSTRATION_SELLER
    book = AmazonSellingPartnerBook(fresh)
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    book.retrieve_orders(limit=1)
    fresh.close()
    assert "getOrders" in operations(amazon)


def test_pinned_to_v0_a_removed_operation_is_an_error_that_names_the_setting(amazon, connect, monkeypatch, warnings):
    monkeypatch.setenv(ORDERS_API, "v0")
    amazon.v0_removed = True
    with pytest.raises(OperationRemoved, match=f"no longer has Orders API v0.*{ORDERS_API}.*2026-01-01") as caught:
        connect().retrieve_orders(limit=1)
    assert caught.value.facts.request_id.startswith("local-request-")
    with pytest.raises(OperationRemoved, match=ORDERS_API):
        connect().retrieve_order(Marketplace.US, US_ORDER)
    assert not OF_2026 & set(operations(amazon))
    assert len(warnings) == 0


def test_without_a_successor_a_removed_operation_is_an_error(amazon, connect, monkeypatch):
    monkeypatch.setenv(ORDERS_API, "2026-01-01")
    amazon.faults.always("searchOrders", GONE)
    with pytest.raises(OperationRemoved, match="Install the newest version"):
        connect().retrieve_orders(limit=1)


# The sandbox


def test_a_sandbox_without_v0_answers_with_its_successor_and_says_nothing_of_amazon(make_amazon, connect, warnings):
    amazon = make_amazon(v0_removed=True)
    assert ids(connect().retrieve_orders(marketplace=Marketplace.SANDBOX)) == ["171-2345678-9012345"]
    order = connect().retrieve_order(Marketplace.SANDBOX, "TEST_CASE_200")
    assert order.amazon_order_id == "171-9876543-2109876"
    assert len(warnings) == 0
    amazon.v0_removed = False
    amazon.requests.clear()
    connect().retrieve_orders(limit=1)
    assert "getOrders" in operations(amazon)
