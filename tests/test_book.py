"""The book as Kognitos uses it, against the local Amazon: connection, both procedures, errors."""

import dataclasses
import logging

import pytest
from kognitos.bdk import api
from kognitos.bdk.api.errors import AuthenticationFailedError, ForbiddenError

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import (
    AmazonUnavailable,
    AmazonUnreachable,
    PagingBroken,
    QuotaExhausted,
    UnreadableAnswer,
    UnreadableOrders,
)
from amazon_selling_partner.marketplaces import Marketplace
from amazon_selling_partner.settings import LOCAL_URL
from playground.local_amazon import DEMONSTRATION_SELLER, Seller, faults
from playground.local_amazon.seed import generated_orders

US_ORDER = "902-3159896-1390916"
SINCE = "2024-11-01T00:00:00Z"
OTHER_SELLER = Seller(
    "Atzr|AnotherRefreshToken0123456789abcdefghijklmnopqrstuvwxyz",
    "amzn1.application-oa2-client.ffffffffffffffffffffffffffffffff",
    "amzn1.oa2-cs.v1.ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    regions=frozenset({"NA"}),
)


def ids(orders):
    return [order.amazon_order_id for order in orders]


# More digits than Python writes at once.
ENORMOUS = 10**5000


class TestConnection:
    def test_verifying_proves_the_credentials_with_one_exchange_and_no_quota_of_orders(self, amazon, connect):
        connect(verify=True)
        assert [request.operation for request in amazon.requests] == ["login"]

    def test_verifying_asks_amazon_every_time(self, amazon, connect):
        connect(verify=True)
        connect(verify=True)
        assert len(amazon.calls("login")) == 2

    def test_connecting_without_verifying_calls_nobody(self, amazon, connect):
        connect()
        assert amazon.requests == []

    def test_sensitive_credentials_are_unwrapped(self, make_amazon, sessions):
        # Not the demonstration seller's: the kit hides what it once wrapped, and a leak of it would go unseen.
        amazon = make_amazon(sellers=[OTHER_SELLER])
        seller, book = OTHER_SELLER, AmazonSellingPartnerBook(sessions)
        book.connect(api.Sensitive(seller.refresh_token), seller.client_id, api.Sensitive(seller.client_secret), True)
        assert amazon.calls("login")[0].status == 200

    def test_blanks_around_credentials_do_not_matter(self, amazon, sessions):
        seller, book = DEMONSTRATION_SELLER, AmazonSellingPartnerBook(sessions)
        book.connect(f" {seller.refresh_token}\n", f"\t{seller.client_id} ", f" {seller.client_secret} ", verify=True)
        assert amazon.calls("login")[0].status == 200

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("refresh_token", "Atzr|wrong", "does not accept the Refresh Token"),
            ("client_secret", "amzn1.oa2-cs.v1.wrong", "does not accept the Client ID or the Client Secret"),
            ("client_id", "amzn1.application-oa2-client.wrong", "does not accept the Client ID or the Client Secret"),
        ],
    )
    def test_a_wrong_credential_costs_one_exchange_and_names_its_field(self, amazon, connect, field, value, sentence):
        wrong = dataclasses.replace(DEMONSTRATION_SELLER, **{field: value})
        with pytest.raises(api.TestConnectionFailedError, match=sentence):
            connect(wrong, verify=True)
        assert len(amazon.requests) == 1

    @pytest.mark.parametrize("field", ["refresh_token", "client_id", "client_secret"])
    def test_an_empty_credential_is_told_without_a_call(self, amazon, connect, field):
        with pytest.raises(api.TestConnectionFailedError, match="is empty"):
            connect(dataclasses.replace(DEMONSTRATION_SELLER, **{field: "  "}), verify=True)
        assert amazon.requests == []

    def test_the_application_id_in_place_of_the_client_id_is_told_plainly(self, amazon, connect):
        wrong = dataclasses.replace(DEMONSTRATION_SELLER, client_id="amzn1.sp.solution.1234")
        with pytest.raises(api.TestConnectionFailedError, match="application ID of the app, not its LWA client ID"):
            connect(wrong, verify=True)
        assert amazon.requests == []

    def test_the_same_mistake_without_verifying_is_an_authentication_error(self, amazon, connect):
        with pytest.raises(AuthenticationFailedError):
            connect(dataclasses.replace(DEMONSTRATION_SELLER, client_id="my app"))

    def test_a_credential_rejected_during_a_procedure_is_an_authentication_error(self, amazon, connect):
        wrong = dataclasses.replace(DEMONSTRATION_SELLER, refresh_token="Atzr|wrong")
        with pytest.raises(AuthenticationFailedError, match="Refresh Token"):
            connect(wrong).retrieve_orders()
        assert [request.operation for request in amazon.requests] == ["login"]

    def test_a_procedure_without_a_connection_says_so(self, sessions):
        with pytest.raises(AuthenticationFailedError, match="Connect first"):
            AmazonSellingPartnerBook(sessions).retrieve_orders()

    def test_an_unreachable_amazon_fails_the_connection_test_and_blames_no_credential(self, amazon, connect):
        amazon.close()
        with pytest.raises(api.TestConnectionFailedError, match="could not be reached"):
            connect(verify=True)

    def test_a_local_address_that_is_not_on_this_machine_is_refused(self, connect, monkeypatch):
        monkeypatch.setenv(LOCAL_URL, "http://example.com")
        with pytest.raises(ValueError, match="on this machine"):
            connect()


class TestRetrieveOrders:
    def test_the_documented_step_retrieves_the_orders_of_the_marketplace(self, amazon, book):
        orders = book.retrieve_orders(marketplace=Marketplace.US, createdafter=SINCE, limit=100)
        assert US_ORDER in ids(orders)
        assert {order.marketplace_id for order in orders} == {"ATVPDKIKX0DER"}
        assert len(amazon.calls("getOrders")) == 1

    def test_last_updated_finds_orders_by_their_update(self, book):
        orders = book.retrieve_orders(last_updated="2026-11-20")
        assert orders
        assert all(order.last_update_date >= "2026-11-20" for order in orders)

    def test_both_dates_hold_at_the_cost_of_one_call(self, amazon, book):
        orders = book.retrieve_orders(createdafter="2026-11-12", last_updated="2026-11-15T12:00:00Z")
        every = book.retrieve_orders(createdafter="2026-11-12")
        expected = [order for order in every if order.last_update_date >= "2026-11-15T12:00:00Z"]
        assert sorted(ids(orders)) == sorted(ids(expected))
        assert 0 < len(orders) < len(every)
        assert len(amazon.calls("getOrders")) == 2

    def test_without_a_date_the_last_thirty_days_are_meant(self, amazon, book):
        orders = book.retrieve_orders()
        assert amazon.calls("getOrders")[0].parameters["CreatedAfter"] == "2026-10-24T12:00:00Z"
        assert US_ORDER not in ids(orders)

    def test_no_marketplace_means_the_united_states(self, amazon, book):
        book.retrieve_orders(marketplace=None)
        assert amazon.calls("getOrders")[0].parameters["MarketplaceIds"] == "ATVPDKIKX0DER"

    @pytest.mark.parametrize("name", ["gb", "UK", " GB ", Marketplace.GB])
    def test_a_marketplace_is_understood_in_any_spelling(self, amazon, book, name):
        assert ids(book.retrieve_orders(marketplace=name)) == ["202-0000001-0000001"]

    @pytest.mark.parametrize(
        ("offset", "limit"), [(None, 10), (0, 1), (5, 10), (95, 10), (0, 250), (240, 100), (300, 5)]
    )
    def test_offset_and_limit_cut_exactly(self, make_amazon, connect, clock, offset, limit):
        amazon = make_amazon(generated_orders(250, clock.now()))
        every = ids(connect().retrieve_orders())
        before = len(amazon.calls("getOrders"))
        assert ids(connect().retrieve_orders(offset=offset, limit=limit)) == every[offset or 0 :][:limit]
        wanted = (offset or 0) + limit
        assert len(amazon.calls("getOrders")) - before == min(-(-wanted // 100), 3)

    def test_a_limit_of_zero_retrieves_nothing_and_calls_nobody(self, amazon, book):
        assert book.retrieve_orders(limit=0) == []
        assert amazon.requests == []

    def test_a_small_limit_asks_for_a_small_page(self, amazon, book):
        assert len(book.retrieve_orders(createdafter=SINCE, offset=2, limit=5)) == 5
        assert amazon.calls("getOrders")[0].parameters["MaxResultsPerPage"] == "7"

    def test_every_page_repeats_every_parameter(self, make_amazon, connect, clock):
        amazon = make_amazon(generated_orders(250, clock.now()))
        assert len(connect().retrieve_orders()) == 250
        first, *others = (dict(call.parameters) for call in amazon.calls("getOrders"))
        for other in others:
            assert other.pop("NextToken")
            assert other == first

    def test_a_createdafter_within_amazons_delay_finds_nothing_and_costs_no_quota(self, amazon, book):
        assert book.retrieve_orders(createdafter="2026-11-23T11:58:30Z") == []
        assert [request.operation for request in amazon.requests] == ["login"]  # which tells Amazon's time

    @pytest.mark.parametrize(
        ("inputs", "sentence"),
        [
            ({"createdafter": "yesterday"}, "createdafter is not a date"),
            ({"createdafter": "2024-13-01"}, "createdafter is not a date"),
            ({"createdafter": ""}, "createdafter is not a date"),
            ({"last_updated": "01/11/2024"}, "last updated is not a date"),
            ({"createdafter": "2030-01-01"}, "lies in the future"),
            ({"marketplace": "Mars"}, "marketplace is not one"),
            ({"limit": -1}, "limit must be a whole number"),
            ({"offset": -1}, "offset must be a whole number"),
            ({"limit": True}, "limit must be a whole number"),
            ({"createdafter": "2024-11-01T00:00:00+14:60"}, "createdafter is not a date"),
            ({"createdafter": ENORMOUS}, "createdafter is not a date"),
            ({"last_updated": ENORMOUS}, "last updated is not a date"),
            ({"marketplace": ENORMOUS}, "marketplace is not one"),
            ({"limit": ENORMOUS}, "limit must be a whole number"),
            ({"offset": ENORMOUS}, "offset must be a whole number"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_bad_input_is_told_before_any_call(self, amazon, book, inputs, sentence):
        with pytest.raises(ValueError, match=sentence):
            book.retrieve_orders(**inputs)
        assert amazon.requests == []

    def test_a_marketplace_of_a_region_without_authorization_is_forbidden_and_says_why(self, make_amazon, connect):
        make_amazon(sellers=[DEMONSTRATION_SELLER, OTHER_SELLER])
        assert connect(OTHER_SELLER).retrieve_orders(marketplace="US")
        with pytest.raises(ForbiddenError, match=r"DE \(region Europe\).*each region separately"):
            connect(OTHER_SELLER).retrieve_orders(marketplace="DE")


class TestRetrieveOrder:
    def test_the_documented_step_retrieves_the_order_with_everything(self, book):
        order = book.retrieve_order(Marketplace.US, US_ORDER)
        assert order.order_status == "Unshipped"
        assert order.shipping_address.name
        assert order.buyer_info.buyer_email.endswith("@marketplace.amazon.com")
        assert order.order_total["currency_code"] == "USD"

    def test_blanks_around_an_order_id_do_not_matter(self, book):
        assert book.retrieve_order("US", f" {US_ORDER}\n").amazon_order_id == US_ORDER

    def test_a_multi_channel_order_is_found(self, book):
        assert book.retrieve_order("US", "S01-1234567-1234567").sales_channel == "Non-Amazon"

    @pytest.mark.parametrize("unknown_is_empty", [False, True], ids=["404", "200 with an empty payload"])
    def test_an_unknown_order_is_not_found(self, make_amazon, connect, unknown_is_empty):
        make_amazon(unknown_is_empty=unknown_is_empty)
        with pytest.raises(api.NotFoundError, match=r"does not know this order.*order id: 999-9999999-9999999"):
            connect().retrieve_order("US", "999-9999999-9999999")

    @pytest.mark.parametrize(
        "order_id",
        [
            "",
            "12345",
            "902-3159896-13909166",
            "902 3159896 1390916",
            None,
            "TEST_CASE_200",
            "\ufb011-1234567-1234567",
            pytest.param(ENORMOUS, id="enormous"),
        ],
    )
    def test_a_malformed_order_id_is_told_before_any_call(self, amazon, book, order_id):
        with pytest.raises(ValueError, match="3, 7 and 7 digits"):
            book.retrieve_order("US", order_id)
        assert amazon.requests == []


class TestSandbox:
    def test_any_question_for_orders_becomes_the_published_one(self, amazon, book):
        orders = book.retrieve_orders(marketplace="SANDBOX", createdafter=SINCE, last_updated=SINCE, limit=50)
        assert ids(orders) == ["902-1845936-5435065", "902-8745147-1934268"]
        assert dict(amazon.calls("getOrders")[0].parameters) == {
            "CreatedAfter": "TEST_CASE_200",
            "MarketplaceIds": "ATVPDKIKX0DER",
        }

    def test_offset_and_limit_hold(self, book):
        assert ids(book.retrieve_orders(marketplace="SANDBOX", offset=1, limit=1)) == ["902-8745147-1934268"]

    def test_a_case_can_be_named_and_its_repeated_order_comes_once(self, book):
        orders = book.retrieve_orders(marketplace="SANDBOX", createdafter="TEST_CASE_200_NEXT_TOKEN")
        assert ids(orders) == [US_ORDER]

    @pytest.mark.parametrize("order_id", [US_ORDER, "TEST_CASE_200", "anything"])
    def test_any_order_id_finds_the_published_order(self, book, order_id):
        assert book.retrieve_order("SANDBOX", order_id).amazon_order_id == "902-1845936-5435065"

    def test_another_published_case_can_be_named(self, book):
        assert book.retrieve_order("SANDBOX", "test_case_iba_200").is_iba is True

    def test_no_restricted_data_token_is_asked_for(self, amazon, book):
        book.retrieve_orders(marketplace="SANDBOX")
        assert amazon.calls("createRestrictedDataToken") == []


class TestPersonalData:
    @pytest.mark.parametrize("role_refusal", [400, 403])
    def test_without_any_role_the_orders_come_without_it(self, make_amazon, connect, role_refusal):
        bare = dataclasses.replace(DEMONSTRATION_SELLER, roles=frozenset())
        make_amazon(sellers=[bare], role_refusal=role_refusal)
        order = connect(bare).retrieve_order("US", US_ORDER)
        assert order.buyer_info is None
        assert (order.shipping_address.name, order.shipping_address.city) == (None, "Duluth")

    def test_with_one_role_its_part_comes(self, make_amazon, connect, caplog):
        half = dataclasses.replace(DEMONSTRATION_SELLER, roles=frozenset({"shippingAddress"}))
        make_amazon(sellers=[half])
        with caplog.at_level(logging.WARNING):
            order = connect(half).retrieve_order("US", US_ORDER)
        assert order.buyer_info is None
        assert order.shipping_address.name
        assert [line for line in caplog.messages if "Tax Invoicing" in line and "shippingAddress" not in line]


class TestWhatOutlivesABook:
    def test_a_second_book_costs_exactly_one_call_over_the_same_connection(self, amazon, connect):
        connect().retrieve_order("US", US_ORDER)
        before = len(amazon.requests)
        connect().retrieve_order("US", US_ORDER)
        assert [request.operation for request in amazon.requests[before:]] == ["getOrder"]
        assert len({request.connection for request in amazon.requests}) == 1

    def test_two_sellers_share_nothing(self, make_amazon, connect):
        amazon = make_amazon(sellers=[DEMONSTRATION_SELLER, OTHER_SELLER])
        for _ in range(2):
            connect().retrieve_orders()
            connect(OTHER_SELLER).retrieve_orders()
        assert len(amazon.calls("login")) == 2
        assert len({call.headers["x-amz-access-token"] for call in amazon.calls("getOrders")}) == 2
        assert len({request.connection for request in amazon.requests}) == 2

    def test_the_book_of_a_process_shares_sessions_with_the_others(self):
        assert AmazonSellingPartnerBook()._sessions is AmazonSellingPartnerBook()._sessions


class TestTrouble:
    def test_an_unreachable_amazon(self, amazon, connect):
        book = connect(verify=True)
        amazon.close()
        with pytest.raises(AmazonUnreachable, match="could not be reached"):
            book.retrieve_orders()

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (faults.status(500, "<html>"), AmazonUnavailable),
            (faults.status(503), AmazonUnavailable),
            (faults.resetting(), AmazonUnavailable),
            (faults.truncated(), AmazonUnavailable),
            (faults.status(200, "<html>"), UnreadableAnswer),
            (faults.status(200, {}), UnreadableAnswer),
            (faults.status(200, {"payload": {}}), UnreadableAnswer),
            (faults.status(200, {"payload": {"Orders": None}}), UnreadableAnswer),
            (faults.status(200, {"errors": [{"code": "InternalFailure"}]}), UnreadableAnswer),
        ],
    )
    def test_trouble_that_stays_is_an_error_and_never_an_empty_list(self, amazon, book, fault, error):
        amazon.faults.always("getOrders", fault)
        with pytest.raises(error):
            book.retrieve_orders()
        # Five attempts; the first of them at once again, where a connection that was kept turned out to have ended.
        assert len(amazon.calls("getOrders")) <= 6

    def test_trouble_that_passes_is_not_noticed(self, amazon, book):
        expected = ids(book.retrieve_orders())
        amazon.faults.next("getOrders", faults.status(500), faults.resetting(), faults.truncated())
        assert ids(book.retrieve_orders()) == expected

    def test_a_page_lost_midway_fails_the_whole_and_says_how_far_it_got(self, make_amazon, connect, clock):
        amazon = make_amazon(generated_orders(250, clock.now()))
        amazon.faults.next("getOrders", None, None, *[faults.status(500)] * 5)
        with pytest.raises(AmazonUnavailable, match="orders read so far: 200"):
            connect().retrieve_orders()

    def test_a_page_lost_once_midway_loses_nothing(self, make_amazon, connect, clock):
        amazon = make_amazon(generated_orders(250, clock.now()))
        amazon.faults.next("getOrders", None, faults.truncated(), faults.status(503))
        assert len(connect().retrieve_orders()) == 250

    def test_a_token_that_leads_back_ends_with_an_error(self, make_amazon, connect, clock):
        amazon = make_amazon(generated_orders(250, clock.now()))

        def again(content):
            content["payload"]["NextToken"] = "the same"
            return content

        amazon.faults.next("getOrders", faults.changed(again), None)
        with pytest.raises(Exception, match="decode your NextToken"):
            connect().retrieve_orders()

    def test_endless_pages_of_the_same_orders_end_with_an_error(self, amazon, book):
        amazon.faults.always("getOrders", faults.changed(_with_a_new_token()))
        amazon._orders._resume = lambda *_: (0, None)
        with pytest.raises(PagingBroken, match="11 pages without a new order"):
            book.retrieve_orders()
        assert len(amazon.calls("getOrders")) == 12

    @pytest.mark.parametrize("token", ["", None])
    def test_an_empty_or_null_token_ends_the_pages(self, amazon, book, token):
        expected = ids(book.retrieve_orders())

        def last(content):
            content["payload"]["NextToken"] = token
            return content

        amazon.faults.next("getOrders", faults.changed(last))
        assert ids(book.retrieve_orders()) == expected

    def test_orders_that_cannot_be_read_are_named_and_none_is_dropped(self, amazon, book):
        def spoilt(content):
            orders = content["payload"]["Orders"]
            orders[1]["ShippingAddress"] = "secret street 5"
            del orders[3]["OrderStatus"]
            return content

        names = ids(book.retrieve_orders())
        amazon.faults.next("getOrders", faults.changed(spoilt))
        with pytest.raises(UnreadableOrders) as caught:
            book.retrieve_orders()
        text = str(caught.value)
        assert f"{names[1]} (ShippingAddress)" in text
        assert f"{names[3]} (OrderStatus)" in text
        assert "secret" not in text

    def test_quota_that_does_not_fit_says_when_to_come_back_and_how_many_were_readable(
        self, make_amazon, connect, clock
    ):
        make_amazon(generated_orders(3600, clock.now()), quota=1)
        with pytest.raises(QuotaExhausted, match=r"come back after: .*orders read so far: 3,400"):
            connect().retrieve_orders()
        assert clock.slept <= 840

    def test_three_thousand_orders_finish_within_the_quotas_own_bound(self, make_amazon, connect, clock):
        amazon = make_amazon(generated_orders(3000, clock.now()), quota=1)
        assert len(connect().retrieve_orders()) == 3000
        assert clock.slept <= 10 / 0.0167 * 1.02
        assert sum(call.status == 429 for call in amazon.calls("getOrders")) <= 1


def _with_a_new_token():
    numbers = iter(range(1000))

    def change(content):
        content["payload"]["NextToken"] = f"token {next(numbers)}"
        return content

    return change


class TestSecrets:
    """The fixture `log_without_secrets` searches the log of every test; these make sure that it sees something."""

    def test_a_whole_retrieval_logs_at_debug_level_and_nothing_private(self, book, log_without_secrets):
        assert book.retrieve_order("US", US_ORDER).shipping_address.name
        assert any(line.startswith("getOrder in North America: 200, request id") for line in log_without_secrets)
        assert any(line.startswith("receive_response_headers") for line in log_without_secrets)

    def test_no_error_shows_what_amazon_repeats_of_a_secret(self, amazon, book):
        leaking = {"code": "Unauthorized", "message": "Bad Atza|abc", "details": "Atzr|x amzn1.oa2-cs.v1.y a@b.com"}
        amazon.faults.next("getOrders", faults.status(403, {"errors": [leaking]}))
        with pytest.raises(ForbiddenError) as caught:
            book.retrieve_orders()
        assert not any(part in str(caught.value) for part in ("abc", "Atzr|x", "v1.y", "a@b.com"))

    def test_no_address_that_is_asked_holds_a_secret(self, amazon, book):
        book.retrieve_orders()
        book.retrieve_order("US", US_ORDER)
        assert not any("Atz" in request.target or "secret" in request.target for request in amazon.requests)

    def test_orders_do_not_show_personal_data(self, book):
        order = book.retrieve_order("US", US_ORDER)
        shown = f"{order!r} {order} {order.shipping_address!r} {order.buyer_info!r} {[order]}"
        assert order.shipping_address.name not in shown
        assert order.buyer_info.buyer_email not in shown


def test_sessions_of_a_process_are_bounded():
    assert Sessions()._most == 64
