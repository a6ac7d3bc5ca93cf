"""The local Amazon is as strict as the real one: each of Amazon's rules, asked over plain HTTP."""

import base64
import http.client
import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, Seller, faults
from playground.local_amazon.seed import generated_orders, seeded_orders
from tests.support import NOW, FakeClock

ORDERS = "/orders/v0/orders"
RESTRICTED = "/tokens/2021-03-01/restrictedDataToken"
LOGIN = "/auth/o2/token"
DOCUMENTED = f"{ORDERS}/902-3159896-1390916"
FORM = "application/x-www-form-urlencoded"

US, CA, DE, JP = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9", "A1VC38T7YXB528"
NOT_VALID = "The input you have submitted is not valid. Please check your input and try again."
DENIED = "Access to requested resource is denied."

OTHER_SELLER = Seller(
    refresh_token="Atzr|AnotherSellersRefreshToken",
    client_id="amzn1.application-oa2-client.another",
    client_secret="amzn1.oa2-cs.v1.another",
)
# Has the app of the demonstration authorized too.
NORTH_AMERICAN = Seller(
    refresh_token="Atzr|NorthAmericanRefreshToken",
    client_id=DEMONSTRATION_SELLER.client_id,
    client_secret=DEMONSTRATION_SELLER.client_secret,
    regions=frozenset({"NA"}),
)
SELLERS = (DEMONSTRATION_SELLER, OTHER_SELLER, NORTH_AMERICAN)
EVERY_ROLE = frozenset({"buyerInfo", "shippingAddress", "buyerTaxInformation"})


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        [error] = self.content["errors"]
        return error

    @property
    def refusal(self) -> tuple[int, str, str | None, str]:
        return self.status, self.error["code"], self.error["message"], self.error["details"]

    @property
    def ids(self) -> list[str]:
        assert self.status == 200, self.body
        return [order["AmazonOrderId"] for order in self.content["payload"]["Orders"]]

    @property
    def next_token(self) -> str | None:
        return self.content["payload"].get("NextToken")


class Caller:
    """Speaks to a local Amazon as a seller's app does, over one connection."""

    def __init__(self, amazon: LocalAmazon, seller: Seller = DEMONSTRATION_SELLER) -> None:
        self.seller = seller
        self.connection = http.client.HTTPConnection("127.0.0.1", urlsplit(amazon.url).port, timeout=20)

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        *,
        token: str | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> None:
        asked = {"User-Agent": "Tests/1.0 (Language=Python)", "x-amz-access-token": token, **(headers or {})}
        sent = {name: value for name, value in asked.items() if value is not None}
        self.connection.request(method, target, body, sent)

    def ask(self, method: str, target: str, body: bytes | None = None, **options: Any) -> Answer:
        self.send(method, target, body, **options)
        response = self.connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def log_in(self, content_type: str | None = FORM, body: bytes | None = None, **changes: str | None) -> Answer:
        """Log in; a change to None leaves a field out."""
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": self.seller.refresh_token,
            "client_id": self.seller.client_id,
            "client_secret": self.seller.client_secret,
            **changes,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        form = urlencode(given).encode() if body is None else body
        return self.ask("POST", LOGIN, form, headers={"Content-Type": content_type, "User-Agent": None})

    @cached_property
    def token(self) -> str:
        return self.log_in().content["access_token"]

    def get(self, target: str, token: str | None = None, **options: Any) -> Answer:
        return self.ask("GET", target, token=token or self.token, **options)

    def orders(self, token: str | None = None, **parameters: str | None) -> Answer:
        """Ask for all orders of the United States; a parameter of None is left out."""
        return self.get(f"{ORDERS}?{query(**parameters)}", token)

    def pages(self, **parameters: str | None) -> Iterator[Answer]:
        page = self.orders(**parameters)
        yield page
        while page.next_token:
            page = self.orders(NextToken=page.next_token, **parameters)
            yield page

    def restrict(
        self, content: object, token: str | None = None, content_type: str | None = "application/json"
    ) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.ask("POST", RESTRICTED, body, token=token or self.token, headers={"Content-Type": content_type})

    def restricted(self, path: str, *elements: str) -> str:
        """Return a restricted data token."""
        answer = self.restrict({"restrictedResources": [resource(path, *elements)]})
        assert answer.status == 200, answer.body
        return answer.content["restrictedDataToken"]


def query(**parameters: str | None) -> str:
    asked = {"MarketplaceIds": US, "CreatedAfter": "2024-11-01T00:00:00Z", **parameters}
    return urlencode({name: value for name, value in asked.items() if value is not None})


def resource(path: str, *elements: str) -> dict[str, Any]:
    return {"method": "GET", "path": path, "dataElements": list(elements)}


def in_the_united_states(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [order for order in orders if order["MarketplaceId"] == US]


@pytest.fixture
def amazon(make_amazon):
    """A local Amazon with the seeded orders and three sellers."""
    return make_amazon(sellers=SELLERS)


@pytest.fixture
def call(amazon):
    caller = Caller(amazon)
    yield caller
    caller.connection.close()


@pytest.fixture
def caller_of():
    """Make callers whose connections end with the test."""
    made: list[Caller] = []

    def caller(amazon: LocalAmazon, seller: Seller = DEMONSTRATION_SELLER) -> Caller:
        made.append(Caller(amazon, seller))
        return made[-1]

    yield caller
    for each in made:
        each.connection.close()


# Login with Amazon


def test_the_right_credentials_get_an_access_token_as_recorded(call):
    answer = call.log_in()
    assert answer.status == 200
    content = answer.content
    assert content.pop("access_token").startswith("Atza|")
    assert content == {
        "refresh_token": DEMONSTRATION_SELLER.refresh_token,
        "token_type": "bearer",
        "expires_in": 3600,
    }


def test_every_login_gets_a_token_of_its_own(call):
    assert call.log_in().content["access_token"] != call.log_in().content["access_token"]


def test_a_charset_in_the_content_type_of_the_form_does_not_matter(call):
    assert call.log_in(content_type=f"{FORM}; charset=UTF-8").status == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", None])
def test_a_login_that_is_no_form_is_an_unsupported_grant_type(call, content_type):
    fields = {"grant_type": "refresh_token", "refresh_token": call.seller.refresh_token}
    answer = call.log_in(content_type=content_type, body=json.dumps(fields).encode())
    assert (answer.status, answer.content["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize("grant_type", [None, "", "client_credentials", "authorization_code"])
def test_any_other_grant_type_is_unsupported(call, grant_type):
    answer = call.log_in(grant_type=grant_type)
    assert answer.status == 400
    assert answer.content["error"] == "unsupported_grant_type"
    assert (
        answer.content["error_description"]
        == "The authorization grant type is not supported by the authorization server"
    )


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("name", ["refresh_token", "client_id", "client_secret"])
def test_a_login_without_a_parameter_is_told_which_one(call, name, value):
    answer = call.log_in(**{name: value})
    assert (answer.status, answer.content["error"]) == (400, "invalid_request")
    assert answer.content["error_description"] == f"The request is missing a required parameter : {name}"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "amzn1.application-oa2-client.wrong"},
        {"client_id": "amzn1.sp.solution.0123"},
        {"client_secret": "amzn1.oa2-cs.v1.wrong"},
        {"client_secret": OTHER_SELLER.client_secret},
        {"client_secret": f"{DEMONSTRATION_SELLER.client_secret} "},
    ],
    ids=["client id", "application id", "client secret", "secret of another app", "blank after the secret"],
)
def test_a_wrong_client_id_or_secret_is_an_invalid_client(call, changes):
    answer = call.log_in(**changes)
    assert answer.status == 401
    assert answer.content["error"] == "invalid_client"
    assert answer.content["error_description"] == "Client authentication failed"


def test_a_wrong_refresh_token_is_an_invalid_grant(call):
    answer = call.log_in(refresh_token="Atzr|Wrong")
    assert answer.status == 400
    assert answer.content["error"] == "invalid_grant"
    assert answer.content["error_description"] == "The request has an invalid grant parameter : refresh_token"


def test_a_refresh_token_of_another_app_is_not_authorized(call):
    answer = call.log_in(refresh_token=OTHER_SELLER.refresh_token)
    assert (answer.status, answer.content["error"]) == (400, "unauthorized_client")
    assert answer.content["error_description"] == "Not authorized for requested operation"


def test_a_client_is_authenticated_before_its_refresh_token_is_looked_at(call):
    answer = call.log_in(client_secret="wrong", refresh_token="Atzr|Wrong")
    assert answer.content["error"] == "invalid_client"


def test_an_error_of_login_names_its_request(call):
    answer = call.log_in(refresh_token="Atzr|Wrong")
    assert answer.content["request_id"] == answer.headers["x-amzn-requestid"]


def test_login_takes_post_only(call):
    assert call.ask("GET", LOGIN).status == 404


# Tokens, and what comes before any operation


def test_a_call_without_a_token_is_told_so(call):
    assert call.ask("GET", f"{ORDERS}?{query()}").refusal == (
        403,
        "Unauthorized",
        DENIED,
        "Access token is missing in the request header.",
    )


@pytest.mark.parametrize("token", ["Atza|NeverHandedOut", "nonsense", DEMONSTRATION_SELLER.refresh_token])
def test_a_token_that_was_never_handed_out_is_malformed(call, token):
    details = "The access token you provided is revoked, malformed or invalid."
    assert call.orders(token).refusal == (403, "Unauthorized", DENIED, details)


def test_a_revoked_token_is_malformed(amazon, call):
    assert call.orders().status == 200
    amazon.tokens.revoke()
    assert call.orders().error["details"] == "The access token you provided is revoked, malformed or invalid."


def test_a_token_is_good_until_its_hour_is_over(call, clock):
    assert call.token
    clock.advance(3599)
    assert call.orders().status == 200


def test_a_token_expires_with_its_hour(call, clock):
    assert call.token
    clock.advance(3600)
    assert call.orders().refusal == (403, "Unauthorized", DENIED, "The access token you provided has expired.")


def test_the_lifetime_of_tokens_can_be_set(make_amazon, caller_of, clock):
    call = caller_of(make_amazon(expires_in=60))
    assert call.log_in().content["expires_in"] == 60
    assert call.token
    clock.advance(60)
    assert call.orders().status == 403


def test_an_authorization_header_does_not_stand_for_the_token(call):
    answer = call.ask("GET", f"{ORDERS}?{query()}", headers={"Authorization": f"Bearer {call.token}"})
    assert answer.error["details"] == "Access token is missing in the request header."


@pytest.mark.parametrize("agent", [None, "", "x" * 501], ids=["missing", "empty", "over 500 characters"])
@pytest.mark.parametrize("path", [f"{ORDERS}?{query()}", DOCUMENTED])
def test_a_call_without_a_proper_user_agent_is_refused(call, path, agent):
    answer = call.get(path, headers={"User-Agent": agent})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")


def test_a_user_agent_may_have_500_characters(call):
    assert call.get(DOCUMENTED, headers={"User-Agent": "x" * 500}).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/orders/v1/orders"),
        ("GET", "/Orders/v0/orders"),
        ("GET", RESTRICTED),
        ("POST", ORDERS),
        ("DELETE", DOCUMENTED),
    ],
)
def test_an_unknown_path_or_verb_is_not_found(call, method, path):
    answer = call.ask(method, path, token=call.token)
    assert answer.refusal == (404, "ResourceNotFound", "Cannot find resource by the given URI", "")


# One order


def test_an_order_comes_in_a_payload(call):
    assert call.get(DOCUMENTED).content["payload"]["AmazonOrderId"] == "902-3159896-1390916"


def test_an_order_of_multi_channel_fulfilment_is_found_by_its_id(call):
    assert call.get(f"{ORDERS}/S01-1234567-1234567").status == 200


@pytest.mark.parametrize("order_id", ["1", "902-3159896-139091", "902-3159896-1390916-1", "s01-1234567-1234567", "%20"])
def test_an_order_id_that_is_not_3_7_7_is_refused(call, order_id):
    assert call.get(f"{ORDERS}/{order_id}").refusal == (400, "InvalidInput", NOT_VALID, "")


def test_an_unknown_order_is_not_found(call):
    answer = call.get(f"{ORDERS}/999-9999999-9999999")
    assert (answer.status, answer.error["code"]) == (404, "NotFound")


def test_an_unknown_order_can_be_an_empty_payload_as_amazons_was_seen_to_be(make_amazon, caller_of):
    answer = caller_of(make_amazon(unknown_is_empty=True)).get(f"{ORDERS}/999-9999999-9999999")
    assert (answer.status, answer.content) == (200, {"payload": {}})


def test_an_order_outside_the_sellers_region_is_denied(amazon, caller_of):
    answer = caller_of(amazon, NORTH_AMERICAN).get(f"{ORDERS}/302-0000001-0000001")
    assert answer.refusal == (403, "Unauthorized", DENIED, "")


@pytest.mark.parametrize("target", [DOCUMENTED, f"{ORDERS}?{query()}"])
def test_v0_once_removed_is_an_unknown_path(make_amazon, caller_of, target):
    answer = caller_of(make_amazon(v0_removed=True)).get(target)
    assert (answer.status, answer.error["code"]) == (404, "ResourceNotFound")


# A list of orders: its parameters


@pytest.mark.parametrize(
    "name", ["marketplaceIds", "MarketplaceId", "createdAfter", "PageSize", "FulfillmentChannel", "Marketplaceids"]
)
def test_an_unknown_parameter_is_refused(call, name):
    answer = call.orders(**{name: "x"})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert name in answer.error["details"]


def test_without_marketplaces_the_message_is_null(call):
    answer = call.orders(MarketplaceIds=None)
    assert answer.refusal == (400, "InvalidInput", None, "")
    assert answer.headers["x-amzn-errortype"] == "InvalidQueryStringException"


@pytest.mark.parametrize(
    "listed", ["", "1VC38T7YXB528", "US", f"{US},", f"{US};{CA}", f"{US}, {CA}", ",".join([US] * 51)]
)
def test_marketplaces_that_are_unknown_or_too_many_are_refused(call, listed):
    assert call.orders(MarketplaceIds=listed).status == 400


def test_fifty_marketplaces_may_be_listed(call):
    assert call.orders(MarketplaceIds=",".join([US] * 50)).status == 200


@pytest.mark.parametrize("comma", [",", "%2C"])
def test_marketplaces_are_separated_by_commas_escaped_or_not(call, comma):
    target = f"{ORDERS}?MarketplaceIds={US}{comma}{CA}&CreatedAfter=2024-11-01"
    found = {order["MarketplaceId"] for order in call.get(target).content["payload"]["Orders"]}
    assert found == {US, CA}


@pytest.mark.parametrize("listed", [DE, JP, f"{US},{DE}"])
def test_marketplaces_outside_the_sellers_region_are_denied_without_details(amazon, caller_of, listed):
    answer = caller_of(amazon, NORTH_AMERICAN).orders(MarketplaceIds=listed)
    assert answer.refusal == (403, "Unauthorized", DENIED, "")


def test_no_request_reaches_two_regions(call):
    assert call.orders(MarketplaceIds=f"{US},{DE}").status == 403


@pytest.mark.parametrize("marketplace", [US, CA, DE, JP])
def test_a_marketplace_shows_its_own_orders_only(call, marketplace):
    found = call.orders(MarketplaceIds=marketplace).ids
    assert found
    assert set(found) == {
        order["AmazonOrderId"] for order in seeded_orders(NOW) if order["MarketplaceId"] == marketplace
    }


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"CreatedBefore": "2026-01-01"},
        {"LastUpdatedBefore": "2026-01-01"},
        {"CreatedAfter": "2025-01-01", "LastUpdatedAfter": "2025-01-01"},
        {"CreatedAfter": "2025-01-01", "LastUpdatedBefore": "2026-01-01"},
        {"LastUpdatedAfter": "2025-01-01", "CreatedBefore": "2026-01-01"},
        {"CreatedAfter": "2026-01-02", "CreatedBefore": "2026-01-01"},
        {"LastUpdatedAfter": "2026-01-02", "LastUpdatedBefore": "2026-01-01"},
        {"CreatedAfter": "2027-01-01"},
    ],
    ids=[
        "neither after",
        "created before alone",
        "updated before alone",
        "both after",
        "created after, updated before",
        "updated after, created before",
        "created before lies before after",
        "updated before lies before after",
        "in the future",
    ],
)
def test_dates_that_amazon_forbids_are_refused(call, dates):
    assert call.orders(**{"CreatedAfter": None, **dates}).refusal == (400, "InvalidInput", NOT_VALID, "")


@pytest.mark.parametrize("kind", ["Created", "LastUpdated"])
def test_before_may_equal_after(call, kind):
    answer = call.orders(**{"CreatedAfter": None, f"{kind}After": "2026-01-01", f"{kind}Before": "2026-01-01"})
    assert answer.ids == []


@pytest.mark.parametrize("kind", ["Created", "LastUpdated"])
def test_before_may_lie_two_minutes_back(call, kind):
    answer = call.orders(
        **{"CreatedAfter": None, f"{kind}After": "2026-01-01", f"{kind}Before": "2026-11-23T11:58:00Z"}
    )
    assert answer.status == 200


@pytest.mark.parametrize("kind", ["Created", "LastUpdated"])
def test_before_must_lie_two_minutes_back(call, kind):
    answer = call.orders(
        **{"CreatedAfter": None, f"{kind}After": "2026-01-01", f"{kind}Before": "2026-11-23T11:58:01Z"}
    )
    assert answer.status == 400
    assert "at least 2 minutes before current time" in answer.error["message"]


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
        "1730764800",
        "05/11/2024",
        "20241105",
        "2024-W45-2",
        "2024-13-01",
        "2025-02-29",
        "2024-11-05 00:00:00",
        " 2024-11-05",
        "2024-11-05T00:00Z",
        "2024-11-05T00:00:00",
        "2024-11-05T25:00:00Z",
        "2024-11-05t00:00:00z",
        "2024-11-05T00:00:00+0900",
        "2024-11-05T00:00:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
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
        ("EarliestDeliveryDateAfter", {}),
        ("EarliestDeliveryDateBefore", {}),
        ("LatestDeliveryDateAfter", {}),
        ("LatestDeliveryDateBefore", {}),
    ],
)
def test_every_date_is_checked(call, name, others):
    answer = call.orders(**others, **{name: "soon"})
    assert (answer.status, answer.error["details"]) == (400, f"Invalid date/time field [{name}]")


def test_an_offset_whose_plus_was_not_escaped_is_a_malformed_date(call):
    answer = call.get(f"{ORDERS}?MarketplaceIds={US}&CreatedAfter=2024-11-05T09:00:00+09:00")
    assert answer.error["details"] == "Invalid date/time field [CreatedAfter]"


@pytest.mark.parametrize("size", ["", "0", "101", "-1", "1.5", "ten", " 5", "05", "٥", "9" * 5000])
def test_a_page_size_that_is_not_1_to_100_is_refused(call, size):
    answer = call.orders(MaxResultsPerPage=size)
    assert (answer.status, answer.error["details"]) == (400, "Invalid MaxResultsPerPage")


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_page_holds_as_many_orders_as_asked_for(make_amazon, caller_of, size):
    call = caller_of(make_amazon(generated_orders(150, NOW)))
    assert len(call.orders(MaxResultsPerPage=str(size)).ids) == size


def test_a_page_holds_100_orders_unless_asked_otherwise(make_amazon, caller_of):
    assert len(caller_of(make_amazon(generated_orders(150, NOW))).orders().ids) == 100


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OrderStatuses", "shipped"),
        ("OrderStatuses", "Shipped,Cancelled"),
        ("OrderStatuses", ""),
        ("OrderStatuses", "Shipped;Pending"),
        ("OrderStatuses", "Shipped, Pending"),
        ("FulfillmentChannels", "FBA"),
        ("FulfillmentChannels", "MFN,"),
        ("PaymentMethods", "Cash"),
        ("EasyShipShipmentStatuses", "Stolen"),
        ("ElectronicInvoiceStatuses", "Paid"),
        ("AmazonOrderIds", "902-3159896"),
        ("AmazonOrderIds", ",".join(["902-3159896-1390916"] * 51)),
        ("IsISPU", "yes"),
        ("IsISPU", "True"),
    ],
)
def test_a_value_unknown_to_amazon_is_refused_by_the_name_of_its_parameter(call, name, value):
    answer = call.orders(**{name: value})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, f"Invalid {name}")


STATUSES = [
    "Pending",
    "Unshipped",
    "PartiallyShipped",
    "Shipped",
    "Canceled",
    "Unfulfillable",
    "InvoiceUnconfirmed",
    "PendingAvailability",
]


@pytest.mark.parametrize("status", [*STATUSES, "Shipped,Canceled", ",".join(STATUSES)])
@pytest.mark.parametrize("marketplace", [US, "A2Q3Y263D00KWC"], ids=["US", "BR"])
def test_statuses_select_the_orders_in_them(call, status, marketplace):
    found = call.orders(OrderStatuses=status, MarketplaceIds=marketplace).ids
    assert set(found) == {
        order["AmazonOrderId"]
        for order in seeded_orders(NOW)
        if order["MarketplaceId"] == marketplace and order["OrderStatus"] in status.split(",")
    }


def _delivered(order: dict[str, Any], name: str) -> str:
    return order.get(name, "")


@pytest.mark.parametrize(
    ("marketplace", "parameters", "holds"),
    [
        (US, {"FulfillmentChannels": "AFN"}, lambda order: order["FulfillmentChannel"] == "AFN"),
        (US, {"FulfillmentChannels": "MFN,AFN"}, lambda order: True),
        (JP, {"PaymentMethods": "COD"}, lambda order: order["PaymentMethod"] == "COD"),
        (JP, {"PaymentMethods": "COD,CVS"}, lambda order: order["PaymentMethod"] in {"COD", "CVS"}),
        (US, {"EasyShipShipmentStatuses": "Lost"}, lambda order: False),
        (US, {"EasyShipShipmentStatuses": "PendingPickUp,Lost"}, lambda order: True),
        (US, {"ElectronicInvoiceStatuses": "NotRequired"}, lambda order: True),
        (US, {"ElectronicInvoiceStatuses": "Errored"}, lambda order: False),
        (
            US,
            {"AmazonOrderIds": "902-3159896-1390916,111-0000001-0000001,302-0000001-0000001"},
            lambda order: order["AmazonOrderId"] in {"902-3159896-1390916", "111-0000001-0000001"},
        ),
        (US, {"IsISPU": "true"}, lambda order: order["IsISPU"] is True),
        (US, {"IsISPU": "false"}, lambda order: order["IsISPU"] is not True),
        (
            US,
            {"ActualFulfillmentSupplySourceId": "supply-source-boise-01"},
            lambda order: order["AmazonOrderId"] == "902-3159896-1390916",
        ),
        (US, {"StoreChainStoreId": "store-1"}, lambda order: False),
        (US, {"SellerOrderId": "mine-1"}, lambda order: False),
        (US, {"BuyerEmail": "nobody@example.com"}, lambda order: False),
        (
            US,
            {"EarliestDeliveryDateAfter": "2026-11-20"},
            lambda order: _delivered(order, "EarliestDeliveryDate") >= "2026-11-20",
        ),
        (
            US,
            {"LatestDeliveryDateAfter": "2026-01-01", "LatestDeliveryDateBefore": "2026-11-20"},
            lambda order: "2026-01-01" <= _delivered(order, "LatestDeliveryDate") <= "2026-11-20",
        ),
    ],
    ids=lambda value: next(iter(value.values()))[:20] if isinstance(value, dict) else "",
)
def test_every_other_parameter_selects_as_amazon_says(call, marketplace, parameters, holds):
    found = call.orders(MarketplaceIds=marketplace, **parameters).ids
    expected = [order for order in seeded_orders(NOW) if order["MarketplaceId"] == marketplace and holds(order)]
    assert set(found) == {order["AmazonOrderId"] for order in expected}


def test_a_buyers_address_selects_the_buyers_orders(call):
    order = next(order for order in seeded_orders(NOW) if order["AmazonOrderId"] == "902-3159896-1390916")
    assert call.orders(BuyerEmail=order["BuyerInfo"]["BuyerEmail"]).ids == ["902-3159896-1390916"]


@pytest.mark.parametrize(
    "other",
    [
        {"FulfillmentChannels": "MFN"},
        {"OrderStatuses": "Shipped"},
        {"PaymentMethods": "Other"},
        {"BuyerEmail": "nobody@example.com"},
        {"CreatedAfter": None, "LastUpdatedAfter": "2025-01-01"},
    ],
    ids=["channels", "statuses", "payment methods", "buyer's email", "updated after"],
)
def test_the_sellers_own_order_id_forbids_other_filters(call, other):
    assert call.orders(SellerOrderId="mine-1", **other).status == 400


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [
        ("2024-11-05T16:20:31Z", "2024-11-05T16:20:31Z", True),
        ("2024-11-05T16:20:32Z", "2024-11-05T16:20:33Z", False),
        ("2024-11-05T16:20:29Z", "2024-11-05T16:20:30Z", False),
    ],
    ids=["at the moment", "a second later", "a second earlier"],
)
def test_both_bounds_belong_to_the_window(call, after, before, found):
    ids = call.orders(CreatedAfter=after, CreatedBefore=before).ids
    assert ids == (["902-3159896-1390916"] if found else [])


def test_updated_after_selects_by_the_last_update(call):
    since = f"{NOW - timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}"
    found = call.orders(CreatedAfter=None, LastUpdatedAfter=since).ids
    expected = {o["AmazonOrderId"] for o in in_the_united_states(seeded_orders(NOW)) if o["LastUpdateDate"] >= since}
    assert expected
    assert set(found) == expected


def test_an_order_shows_only_two_minutes_after_its_purchase(make_amazon, caller_of, clock):
    [order] = generated_orders(1, NOW + timedelta(hours=1) - timedelta(seconds=119))
    call = caller_of(make_amazon([order]))
    assert call.orders().ids == []
    clock.advance(1)
    assert call.orders().ids == [order["AmazonOrderId"]]


# A list of orders: its upper bound, echoed


def test_the_upper_bound_that_amazon_chose_is_two_minutes_back(call):
    assert call.orders().content["payload"]["CreatedBefore"] == "2026-11-23T11:58:00Z"


def test_a_given_upper_bound_is_echoed_in_utc(call):
    payload = call.orders(CreatedBefore="2026-01-01T09:00:00+09:00").content["payload"]
    assert payload["CreatedBefore"] == "2026-01-01T00:00:00Z"


def test_for_updates_the_bound_of_updates_is_echoed(call):
    payload = call.orders(CreatedAfter=None, LastUpdatedAfter="2025-01-01").content["payload"]
    assert payload["LastUpdatedBefore"] == "2026-11-23T11:58:00Z"
    assert "CreatedBefore" not in payload


def test_the_upper_bound_stays_while_time_passes_between_pages(call, clock):
    first = call.orders(MaxResultsPerPage="5")
    clock.advance(1800)
    second = call.orders(MaxResultsPerPage="5", NextToken=first.next_token)
    assert second.content["payload"]["CreatedBefore"] == first.content["payload"]["CreatedBefore"]


def test_an_order_that_arrives_between_pages_shifts_none(make_amazon, caller_of, clock):
    orders = generated_orders(6, NOW)
    [late] = generated_orders(1, NOW + timedelta(hours=1, minutes=1))
    late["AmazonOrderId"] = "999-9999999-9999999"
    call = caller_of(make_amazon([*orders, late]))
    first = call.orders(MaxResultsPerPage="3")
    clock.advance(1800)
    second = call.orders(MaxResultsPerPage="3", NextToken=first.next_token)
    assert [*first.ids, *second.ids] == [order["AmazonOrderId"] for order in orders]
    assert "999-9999999-9999999" in call.orders().ids


# A list of orders: its pages


@settings(max_examples=50)
@given(count=st.integers(0, 60), size=st.integers(1, 100))
@example(count=0, size=1)
@example(count=20, size=10)
@example(count=100, size=100)
@example(count=101, size=100)
def test_the_pages_together_give_every_order_once(count, size):
    orders = generated_orders(count, NOW)
    with LocalAmazon(orders, clock=FakeClock()) as amazon:
        call = Caller(amazon)
        with closing(call.connection):
            pages = [page.ids for page in call.pages(MaxResultsPerPage=str(size))]
    assert [each for page in pages for each in page] == [order["AmazonOrderId"] for order in orders]
    assert all(len(page) == size for page in pages[:-1])
    assert len(pages) == max(1, -(-count // size))


def test_the_newest_order_comes_first(call):
    bought = [order["PurchaseDate"] for order in call.orders().content["payload"]["Orders"]]
    assert bought == sorted(bought, reverse=True)


@pytest.fixture
def first(call):
    """The first page of several."""
    page = call.orders(MaxResultsPerPage="5")
    assert page.next_token
    return page


def test_the_last_page_has_no_token(call):
    assert "NextToken" not in call.orders(MaxResultsPerPage="100").content["payload"]


def test_a_token_contains_what_must_be_escaped(first):
    assert {"+", "/", "="} <= set(first.next_token)


def test_a_token_can_be_used_again(call, first):
    once, again = (call.orders(MaxResultsPerPage="5", NextToken=first.next_token) for _ in range(2))
    assert once.ids == again.ids


@pytest.mark.parametrize(
    "changes",
    [
        {"MaxResultsPerPage": "6"},
        {"MaxResultsPerPage": None},
        {"CreatedAfter": "2024-11-02T00:00:00Z"},
        {"CreatedBefore": "2026-11-23T11:58:00Z"},
        {"MarketplaceIds": CA},
        {"OrderStatuses": "Shipped"},
        {"CreatedAfter": None, "LastUpdatedAfter": "2024-11-01T00:00:00Z"},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_a_token_is_refused_with_changed_parameters(call, first, changes):
    answer = call.orders(**{"MaxResultsPerPage": "5", "NextToken": first.next_token, **changes})
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, "")


def test_a_token_without_its_dates_is_refused(call, first):
    answer = call.orders(MaxResultsPerPage="5", NextToken=first.next_token, CreatedAfter=None)
    assert answer.status == 400


def test_a_token_without_marketplaces_gets_the_null_message(call, first):
    answer = call.orders(MaxResultsPerPage="5", NextToken=first.next_token, MarketplaceIds=None)
    assert (answer.status, answer.error["message"]) == (400, None)


def test_a_token_of_another_seller_is_refused(amazon, caller_of, first):
    answer = caller_of(amazon, NORTH_AMERICAN).orders(MaxResultsPerPage="5", NextToken=first.next_token)
    assert answer.refusal == (400, "InvalidInput", NOT_VALID, "")


def test_a_token_outlives_the_access_token_it_came_with(call, first):
    token = call.log_in().content["access_token"]
    assert call.orders(token, MaxResultsPerPage="5", NextToken=first.next_token).status == 200


UNDECODABLE = "We could not decode your NextToken."


def test_a_token_escaped_twice_cannot_be_decoded(call, first):
    answer = call.orders(MaxResultsPerPage="5", NextToken=quote(first.next_token, safe=""))
    assert answer.status == 400
    assert answer.error["message"].startswith(UNDECODABLE)


def test_a_token_not_escaped_at_all_cannot_be_decoded(call, first):
    answer = call.get(f"{ORDERS}?{query(MaxResultsPerPage='5')}&NextToken={first.next_token}")
    assert answer.status == 400
    assert answer.error["message"].startswith(UNDECODABLE)


def test_a_token_cut_short_is_refused(call, first):
    assert call.orders(MaxResultsPerPage="5", NextToken=first.next_token[:-9]).status == 400


def test_a_token_cannot_be_made_to_point_elsewhere(call, first):
    raw = base64.b64decode(first.next_token)
    assert b"[5, " in raw
    other = base64.b64encode(raw.replace(b"[5, ", b"[3, ")).decode()
    assert call.orders(MaxResultsPerPage="5", NextToken=other).status == 400


@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
        st.builds(
            lambda content: base64.b64encode(json.dumps(content).encode()).decode(),
            st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=4)),
        ),
    )
)
@example(base64.b64encode(b"null").decode())
@example(base64.b64encode(b"5").decode())
@example(base64.b64encode(b"[0, 1, 2]").decode())
def test_garbage_for_a_token_is_refused(token):
    with LocalAmazon(clock=FakeClock()) as amazon:
        call = Caller(amazon)
        with closing(call.connection):
            assert call.orders(NextToken=token).status == 400


# Personal data


@pytest.mark.parametrize(
    "elements",
    [(), ("buyerInfo",), ("shippingAddress",), ("buyerInfo", "shippingAddress")],
    ids=lambda elements: " and ".join(elements) or "none",
)
@pytest.mark.parametrize("path", [ORDERS, DOCUMENTED], ids=["getOrders", "getOrder"])
def test_a_restricted_token_opens_the_elements_asked_for_and_no_other(call, path, elements):
    token = call.restricted(path, *elements) if elements else call.token
    payload = call.get(path if path == DOCUMENTED else f"{path}?{query()}", token).content["payload"]
    order = next(o for o in payload.get("Orders", [payload]) if o["AmazonOrderId"] == "902-3159896-1390916")
    assert ("BuyerInfo" in order) == ("buyerInfo" in elements)
    address = {"City", "StateOrRegion", "PostalCode", "CountryCode"}
    if "shippingAddress" in elements:
        address |= {"Name", "AddressLine1", "Phone", "AddressType"}
    assert set(order["ShippingAddress"]) == address


def test_tax_information_is_an_element_of_its_own(make_amazon, caller_of):
    seller = Seller("Atzr|Invoicing", "client", "secret", roles=EVERY_ROLE)
    call = caller_of(make_amazon(sellers=[seller]), seller)
    path = f"{ORDERS}/404-0000001-0000001"
    assert "BuyerTaxInformation" not in call.get(path, call.restricted(path, "buyerInfo")).content["payload"]
    assert "BuyerTaxInformation" in call.get(path, call.restricted(path, "buyerTaxInformation")).content["payload"]


def test_an_order_without_an_address_stays_without_one(call):
    assert "ShippingAddress" not in call.get(f"{ORDERS}/111-0000001-0000001").content["payload"]


def test_hiding_personal_data_does_not_lose_it(call):
    call.get(DOCUMENTED)
    restricted = call.restricted(DOCUMENTED, "shippingAddress", "buyerInfo")
    assert call.get(DOCUMENTED, restricted).content["payload"]["ShippingAddress"]["Name"]


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        (ORDERS, DOCUMENTED),
        (DOCUMENTED, f"{ORDERS}?{query()}"),
        (DOCUMENTED, f"{ORDERS}/111-0000001-0000001"),
        (f"{DOCUMENTED}/orderItems", DOCUMENTED),
        (f"{ORDERS}/", f"{ORDERS}?{query()}"),
    ],
    ids=["list for one", "one for list", "one for another", "items for order", "trailing slash"],
)
def test_a_restricted_token_opens_its_own_path_only(call, asked, called):
    answer = call.get(called, call.restricted(asked, "buyerInfo"))
    assert answer.refusal == (403, "Unauthorized", DENIED, "")


def test_a_restricted_token_opens_every_page(call):
    token = call.restricted(ORDERS, "buyerInfo")
    first = call.orders(token, MaxResultsPerPage="5")
    assert call.orders(token, MaxResultsPerPage="5", NextToken=first.next_token).status == 200


def test_a_restricted_token_gets_no_further_one(call):
    restricted = call.restricted(ORDERS, "buyerInfo")
    assert call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo")]}, restricted).status == 403


def test_a_restricted_token_expires(call, clock):
    restricted = call.restricted(ORDERS, "buyerInfo")
    clock.advance(3600)
    assert call.orders(restricted).error["details"] == "The access token you provided has expired."


# The Tokens API


def test_a_restricted_token_is_answered_as_in_amazons_model(call):
    content = call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo")]}).content
    assert content.pop("restrictedDataToken").startswith("Atz.sprdt|")
    assert content == {"expiresIn": 3600}


def test_a_restricted_token_needs_an_access_token(call):
    body = json.dumps({"restrictedResources": [resource(ORDERS, "buyerInfo")]}).encode()
    answer = call.ask("POST", RESTRICTED, body, headers={"Content-Type": "application/json"})
    assert answer.error["details"] == "Access token is missing in the request header."


GOOD = resource(ORDERS, "buyerInfo")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        [],
        None,
        {},
        {"restrictedResources": None},
        {"restrictedResources": []},
        {"restrictedResources": {}},
        {"restrictedResources": "x"},
        {"restrictedResources": [None]},
        {"restrictedResources": [GOOD] * 51},
        {"restrictedResources": [{**GOOD, "method": ""}]},
        {"restrictedResources": [{**GOOD, "method": "POST"}]},
        {"restrictedResources": [{**GOOD, "method": "get"}]},
        {"restrictedResources": [{**GOOD, "path": None}]},
        {"restrictedResources": [{**GOOD, "path": ""}]},
        {"restrictedResources": [{**GOOD, "path": "/orders/v1/orders/902-1845936-5435065/address"}]},
        {"restrictedResources": [{**GOOD, "path": f"{ORDERS}?MarketplaceIds={US}"}]},
        {"restrictedResources": [{**GOOD, "path": f"{DOCUMENTED}?x=y"}]},
        {"restrictedResources": [{**GOOD, "path": "/Orders/v0/orders"}]},
        {"restrictedResources": [{**GOOD, "path": "/orders/v0/ordersX"}]},
        {"restrictedResources": [{**GOOD, "path": f"https://sellingpartnerapi-na.amazon.com{ORDERS}"}]},
        {"restrictedResources": [{"method": "GET", "path": ORDERS}]},
        {"restrictedResources": [{**GOOD, "dataElements": []}]},
        {"restrictedResources": [{**GOOD, "dataElements": None}]},
        {"restrictedResources": [{**GOOD, "dataElements": "buyerInfo"}]},
        {"restrictedResources": [{**GOOD, "dataElements": 5}]},
        {"restrictedResources": [{**GOOD, "dataElements": {"buyerInfo": True}}]},
        {"restrictedResources": [{**GOOD, "dataElements": [{}]}]},
        {"restrictedResources": [{**GOOD, "dataElements": ["BuyerInfo"]}]},
        {"restrictedResources": [{**GOOD, "dataElements": ["buyerInfo", "creditCard"]}]},
    ],
    ids=lambda body: str(body)[:90],
)
def test_a_bad_request_for_a_restricted_token_is_refused(call, body):
    assert call.restrict(body).refusal == (
        400,
        "InvalidRequest",
        "Request is missing or has invalid parameters",
        "Resource not provided.",
    )


@pytest.mark.parametrize("content_type", [None, FORM, "text/plain"])
def test_a_restricted_token_is_asked_for_in_json_only(call, content_type):
    assert call.restrict({"restrictedResources": [GOOD]}, content_type=content_type).status == 415


@pytest.mark.parametrize(
    ("roles", "refused"),
    [
        (frozenset(), "[buyerInfo, shippingAddress]"),
        (frozenset({"buyerInfo"}), "[shippingAddress]"),
        (frozenset({"shippingAddress"}), "[buyerInfo]"),
    ],
)
@pytest.mark.parametrize("status", [400, 403])
def test_a_missing_role_is_told_with_the_elements_it_refuses(make_amazon, caller_of, roles, refused, status):
    seller = Seller("Atzr|WithoutRoles", "client", "secret", roles=roles)
    call = caller_of(make_amazon(sellers=[seller], role_refusal=status), seller)
    answer = call.restrict({"restrictedResources": [resource(ORDERS, "buyerInfo", "shippingAddress")]})
    message = f"Application does not have access to one or more requested data elements: {refused}"
    assert answer.refusal == (status, "InvalidInput", message, "")


# The sandbox


@pytest.mark.parametrize(
    ("parameters", "ids", "token"),
    [
        ({"CreatedAfter": "TEST_CASE_200"}, ["902-1845936-5435065", "902-8745147-1934268"], None),
        (
            {"CreatedAfter": "TEST_CASE_200", "MaxResultsPerPage": "100"},
            ["902-1845936-5435065", "902-8745147-1934268"],
            None,
        ),
        ({"CreatedAfter": "TEST_CASE_200_NEXT_TOKEN"}, ["902-3159896-1390916"], "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4"),
        (
            {"CreatedAfter": "TEST_CASE_200_NEXT_TOKEN", "NextToken": "2YgYW55IGNhcm5hbCBwbGVhc3VyZS4"},
            ["902-3159896-1390916"],
            None,
        ),
    ],
    ids=["two orders", "with a page size", "first page", "last page with the same order"],
)
def test_the_sandbox_answers_its_published_lists(call, parameters, ids, token):
    answer = call.orders(**parameters)
    assert (answer.ids, answer.next_token) == (ids, token)


def test_the_sandbox_echoes_a_bound_that_is_no_date(call):
    assert call.orders(CreatedAfter="TEST_CASE_200").content["payload"]["CreatedBefore"] == "1.569521782042E9"


@pytest.mark.parametrize(
    ("case", "order_id"), [("TEST_CASE_200", "902-1845936-5435065"), ("TEST_CASE_IBA_200", "921-3175655-0452641")]
)
def test_the_sandbox_answers_its_published_orders(call, case, order_id):
    assert call.get(f"{ORDERS}/{case}").content["payload"]["AmazonOrderId"] == order_id


@pytest.mark.parametrize("target", [f"{ORDERS}?{query(CreatedAfter='TEST_CASE_400')}", f"{ORDERS}/TEST_CASE_400"])
def test_the_sandbox_has_a_case_for_bad_requests(call, target):
    assert call.get(target).refusal == (400, "InvalidInput", "Invalid Input", "")


@pytest.mark.parametrize(
    "target",
    [
        f"{ORDERS}/TEST_CASE_404",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_201')}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', MarketplaceIds=None)}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', MarketplaceIds=CA)}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200', OrderStatuses='Shipped')}",
        f"{ORDERS}?{query(CreatedAfter='TEST_CASE_200_NEXT_TOKEN', NextToken='x')}",
    ],
)
def test_the_sandbox_matches_its_published_cases_only(call, target):
    assert call.get(target).refusal == (400, "InvalidInput", "Could not match input arguments", "")


def test_the_sandbox_needs_a_token_too(call):
    assert call.ask("GET", f"{ORDERS}/TEST_CASE_200").status == 403


# Usage plans

LISTED = f"{ORDERS}?{query()}"
PLANS = [("getOrders", 0.0167, 20), ("getOrder", 0.5, 30), ("createRestrictedDataToken", 1.0, 10)]


def once(call: Caller, operation: str) -> Answer:
    if operation == "createRestrictedDataToken":
        return call.restrict({"restrictedResources": [GOOD]})
    return call.get(LISTED if operation == "getOrders" else DOCUMENTED)


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_as_many_calls_as_the_burst_pass_at_once_and_then_none(make_amazon, caller_of, operation, rate, burst):
    call = caller_of(make_amazon(quota=1))
    assert [once(call, operation).status for _ in range(burst + 2)] == [200] * burst + [429, 429]


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_a_used_up_plan_gives_a_call_each_time_the_rate_says(make_amazon, caller_of, clock, operation, rate, burst):
    call = caller_of(make_amazon(quota=1, expires_in=10**6))
    statuses = [once(call, operation).status for _ in range(burst)]
    for wait in (0.9 / rate, 0.1 / rate, 2 / rate):
        clock.advance(wait)
        statuses += [once(call, operation).status for _ in range(3)]
    assert statuses[burst:] == [429, 429, 429, 200, 429, 429, 200, 200, 429]


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_a_plan_never_holds_more_than_its_burst(make_amazon, caller_of, clock, operation, rate, burst):
    call = caller_of(make_amazon(quota=1, expires_in=10**8))
    assert once(call, operation).status == 200
    clock.advance(10**7)
    assert [once(call, operation).status for _ in range(burst + 1)] == [200] * burst + [429]


@pytest.fixture
def limited(make_amazon):
    """A local Amazon that enforces its usage plans."""
    return make_amazon(quota=1, sellers=SELLERS)


@pytest.fixture
def used_up(limited, caller_of):
    """A caller who has used up getOrders, in North America."""
    call = caller_of(limited)
    assert [call.orders().status for _ in range(20)] == [200] * 20
    return call


def test_a_call_too_many_is_answered_as_recorded(used_up):
    answer = used_up.orders()
    assert answer.refusal == (429, "QuotaExceeded", "You exceeded your quota for the requested resource.", "")
    assert answer.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert "retry-after" not in answer.headers
    assert "x-amzn-ratelimit-limit" not in answer.headers


def test_each_region_has_a_plan_of_its_own(used_up):
    assert [used_up.orders(MarketplaceIds=each).status for each in (US, CA, DE, JP)] == [429, 429, 200, 200]


def test_each_operation_has_a_plan_of_its_own(used_up):
    assert used_up.orders().status == 429
    assert used_up.get(DOCUMENTED).status == 200
    assert used_up.restrict({"restrictedResources": [GOOD]}).status == 200


def test_each_seller_has_a_plan_of_its_own(limited, used_up, caller_of):
    assert used_up.orders().status == 429
    assert caller_of(limited, OTHER_SELLER).orders().status == 200


def test_a_new_token_is_no_new_quota(used_up):
    assert used_up.orders(used_up.log_in().content["access_token"]).status == 429


def test_logging_in_costs_no_quota(used_up):
    assert [used_up.log_in().status for _ in range(50)] == [200] * 50


def test_a_refused_request_costs_quota_too(make_amazon, caller_of):
    call = caller_of(make_amazon(quota=1))
    statuses = [call.orders(MaxResultsPerPage="0").status for _ in range(21)]
    assert statuses == [400] * 20 + [429]


def test_a_call_without_a_good_token_costs_no_quota(make_amazon, caller_of):
    call = caller_of(make_amazon(quota=1))
    assert {call.orders("Atza|Wrong").status for _ in range(30)} == {403}
    assert call.orders().status == 200


@pytest.mark.parametrize(("quota", "seconds"), [(1, "60"), (10, "6"), (30, "2")])
def test_a_429_can_say_when_to_come_back_and_is_right(make_amazon, caller_of, clock, quota, seconds):
    call = caller_of(make_amazon(quota=quota, retry_after=True))
    assert {call.orders().status for _ in range(20)} == {200}
    assert call.orders().headers["retry-after"] == seconds
    clock.advance(float(seconds))
    assert call.orders().status == 200


def test_without_a_plan_every_call_passes(call):
    assert {call.orders().status for _ in range(50)} == {200}


def test_a_plan_can_fill_faster_than_amazons(make_amazon, caller_of, clock):
    call = caller_of(make_amazon(quota=100))
    assert {call.orders().status for _ in range(20)} == {200}
    clock.advance(0.6)
    assert [call.orders().status for _ in range(2)] == [200, 429]


# Request ids and the rate


@pytest.mark.parametrize(("operation", "rate", "burst"), PLANS)
def test_the_rate_is_told_per_operation(call, operation, rate, burst):
    assert once(call, operation).headers["x-amzn-ratelimit-limit"] == str(rate)


@pytest.mark.parametrize(
    ("target", "status"),
    [(DOCUMENTED, 200), (f"{ORDERS}/1", 400), (f"{ORDERS}/999-9999999-9999999", 404)],
)
def test_the_rate_is_told_with_200_400_and_404(call, target, status):
    answer = call.get(target)
    assert answer.status == status
    assert "x-amzn-ratelimit-limit" in answer.headers


@pytest.mark.parametrize("status", [403, 413, 415, 429, 500, 502, 503, 504])
def test_the_rate_is_not_told_with_any_other_status(amazon, call, status):
    amazon.faults.next("getOrder", faults.status(status))
    assert "x-amzn-ratelimit-limit" not in call.get(DOCUMENTED).headers


def test_the_rate_is_not_told_with_a_token_refused(call):
    assert "x-amzn-ratelimit-limit" not in call.get(DOCUMENTED, "wrong").headers


def test_the_rate_is_not_told_where_no_plan_is(call):
    assert "x-amzn-ratelimit-limit" not in call.log_in().headers
    assert "x-amzn-ratelimit-limit" not in call.get("/nowhere").headers


def test_the_rate_can_be_kept_back(make_amazon, caller_of):
    assert "x-amzn-ratelimit-limit" not in caller_of(make_amazon(rate_header=False)).orders().headers


def test_every_answer_has_a_request_id_of_its_own(amazon, call):
    amazon.faults.next("getOrder", None, None, None, faults.status(503))
    answers = [
        call.log_in(),
        call.log_in(client_secret="wrong"),
        call.get("/nowhere"),
        call.orders(),
        call.orders(MaxResultsPerPage="0"),
        call.get(DOCUMENTED),
        call.get(DOCUMENTED, "wrong"),
        call.get(f"{ORDERS}/999-9999999-9999999"),
        call.get(DOCUMENTED),
    ]
    assert [answer.status for answer in answers] == [200, 401, 404, 200, 400, 200, 403, 404, 503]
    assert len({answer.headers["x-amzn-requestid"] for answer in answers}) == len(answers)


def test_answers_are_json(call):
    assert {call.orders().headers["content-type"], call.log_in().headers["content-type"]} == {"application/json"}


# Faults


@pytest.mark.parametrize(
    ("body", "sent"),
    [("", b""), ("<html>busy</html>", b"<html>busy</html>"), (b"\xff", b"\xff"), ({"a": None}, b'{"a": null}')],
)
@pytest.mark.parametrize("status", [200, 429, 500, 503])
def test_a_status_fault_answers_what_it_is_told(amazon, call, status, body, sent):
    amazon.faults.next("getOrders", faults.status(status, body, Retry_After="7", Content_Type="text/html"))
    answer = call.orders()
    assert (answer.status, answer.body) == (status, sent)
    assert (answer.headers["retry-after"], answer.headers["content-type"]) == ("7", "text/html")


def test_a_changed_answer_is_the_real_one_with_the_change(amazon, call):
    amazon.faults.next("getOrders", faults.changed(lambda content: {**content, "payload": {"Orders": []}}))
    answer = call.orders()
    assert answer.ids == []
    assert "x-amzn-ratelimit-limit" in answer.headers


def test_a_truncated_answer_ends_in_the_middle(amazon, call):
    amazon.faults.next("getOrder", faults.truncated())
    with pytest.raises(http.client.IncompleteRead) as caught:
        call.get(DOCUMENTED)
    assert 0 < len(caught.value.partial) <= caught.value.expected + 1


def test_a_reset_connection_gives_no_answer(amazon, call):
    assert call.token
    amazon.faults.next("getOrder", faults.resetting())
    call.send("GET", DOCUMENTED, token=call.token)
    with pytest.raises(ConnectionResetError) as caught:
        call.connection.getresponse()
    assert not isinstance(caught.value, http.client.RemoteDisconnected)  # a reset, not a goodbye


def test_a_dripping_answer_never_comes_to_its_end(make_amazon, caller_of):
    amazon = make_amazon(unknown_is_empty=True)
    call = caller_of(amazon)
    assert call.token
    amazon.faults.next("getOrder", faults.dripping())
    with pytest.raises(http.client.IncompleteRead) as caught:
        call.get(f"{ORDERS}/999-9999999-9999999")
    assert caught.value.partial == b'{"payload": {}'


def test_a_hanging_request_is_answered_by_nothing_until_the_end(amazon, call):
    assert call.token
    amazon.faults.next("getOrder", faults.hanging())
    call.send("GET", DOCUMENTED, token=call.token)
    _wait_until(lambda: amazon.calls("getOrder"))
    assert select.select([call.connection.sock], [], [], 0) == ([], [], [])
    amazon.close()
    with pytest.raises(http.client.RemoteDisconnected):
        call.connection.getresponse()


def test_faults_come_in_order_and_none_lets_one_call_pass(amazon, call):
    amazon.faults.next("getOrders", faults.status(503), None)
    amazon.faults.next("getOrders", faults.status(500))
    assert [call.orders().status for _ in range(4)] == [503, 200, 500, 200]


def test_a_lasting_fault_lasts_until_it_is_lifted(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    statuses = [call.orders().status for _ in range(3)]
    amazon.faults.always("getOrders", None)
    assert [*statuses, call.orders().status] == [503, 503, 503, 200]


def test_the_faults_to_come_next_go_before_the_lasting_one(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    amazon.faults.next("getOrders", faults.status(500), None)
    assert [call.orders().status for _ in range(3)] == [500, 200, 503]


def test_a_fault_disturbs_its_operation_only(amazon, call):
    amazon.faults.always("getOrders", faults.status(503))
    assert [call.log_in().status, call.get(DOCUMENTED).status, call.get("/nowhere").status] == [200, 200, 404]


def test_login_and_restricted_tokens_can_be_disturbed_too(amazon, call):
    assert call.token
    amazon.faults.next("login", faults.status(500, {"error": "server_error"}))
    amazon.faults.next("createRestrictedDataToken", faults.status(503))
    assert call.log_in().content == {"error": "server_error"}
    assert call.restrict({"restrictedResources": [GOOD]}).status == 503


def test_a_disturbed_call_has_cost_its_quota(make_amazon, caller_of):
    amazon = make_amazon(quota=1)
    amazon.faults.next("getOrders", *[faults.status(503)] * 20)
    call = caller_of(amazon)
    assert [call.orders().status for _ in range(21)] == [503] * 20 + [429]


# The log of requests


def test_the_log_holds_every_request_as_it_arrived(amazon, call):
    call.orders(NextToken="a+b/c=")
    [login, orders] = amazon.requests
    assert (login.operation, login.method, login.path, login.status) == ("login", "POST", LOGIN, 200)
    assert b"grant_type=refresh_token" in login.body
    assert (orders.operation, orders.method, orders.path, orders.status) == ("getOrders", "GET", ORDERS, 400)
    assert "NextToken=a%2Bb%2Fc%3D" in orders.target
    assert orders.parameters["NextToken"] == "a+b/c="
    assert orders.headers["x-amz-access-token"] == call.token


@pytest.mark.parametrize("operation", ["login", "getOrders", "getOrder", "createRestrictedDataToken"])
def test_calls_are_those_of_one_operation(amazon, call, operation):
    for each in ("getOrders", "getOrder", "createRestrictedDataToken"):
        once(call, each)
    assert [request.operation for request in amazon.calls(operation)] == [operation]


def test_the_log_knows_what_a_fault_made_of_the_status(amazon, call):
    amazon.faults.next("getOrders", faults.status(503))
    call.orders()
    assert amazon.calls("getOrders")[0].status == 503


def test_an_unknown_path_has_no_operation(amazon, call):
    call.ask("GET", "/nowhere")
    assert amazon.requests[0].operation is None


def test_the_log_tells_one_connection_from_another(amazon, caller_of):
    first, second = caller_of(amazon), caller_of(amazon)
    for call in (first, first, second):
        call.ask("GET", "/")
    one, again, another = (request.connection for request in amazon.requests)
    assert one == again != another


def test_neither_requests_nor_sellers_show_secrets_when_printed(amazon, call):
    call.orders(call.restricted(ORDERS, "buyerInfo"))
    printed = f"{amazon.requests!r} {DEMONSTRATION_SELLER!r}"
    for secret in (
        call.token,
        amazon.requests[-1].headers["x-amz-access-token"],
        DEMONSTRATION_SELLER.refresh_token,
        DEMONSTRATION_SELLER.client_secret,
    ):
        assert secret not in printed
        assert quote(secret, safe="") not in printed


# HTTP, and the end


def test_a_body_too_large_is_refused(call):
    assert call.ask("POST", RESTRICTED, b"", token=call.token, headers={"Content-Length": "1000001"}).status == 413


@pytest.mark.parametrize("ending", [None, "hang", "drip"])
def test_closing_frees_every_thread(ending):
    before = set(threading.enumerate())
    amazon = LocalAmazon(seeded_orders(NOW), clock=FakeClock())
    callers = [Caller(amazon) for _ in range(5)]
    if ending:
        amazon.faults.always("getOrders", faults.Fault(ending=ending))
    for call in callers:
        call.send("GET", LISTED, token=call.token)
    _wait_until(lambda: len(amazon.calls("getOrders")) == 5)
    assert set(threading.enumerate()) > before
    amazon.close()
    assert set(threading.enumerate()) <= before
    for call in callers:
        call.connection.close()


def test_closing_ends_idle_connections(amazon, call):
    assert call.orders().status == 200
    amazon.close()
    call.connection.sock.settimeout(10)
    assert call.connection.sock.recv(1) == b""


def test_after_closing_nobody_listens(amazon):
    amazon.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(amazon.url).port), timeout=10)


def test_its_port_is_free_again_at_once(clock):
    with LocalAmazon(clock=clock) as first:
        port = urlsplit(first.url).port
        call = Caller(first)
        assert call.token
    call.connection.close()
    with LocalAmazon(clock=clock, port=port) as second:
        assert second.url == first.url


def test_closing_twice_does_no_harm(amazon):
    amazon.close()
    amazon.close()


def test_it_listens_on_loopback_only(amazon):
    assert amazon.url.startswith("http://127.0.0.1:")


def test_many_threads_are_served_at_once_and_none_is_lost(amazon):
    statuses: list[int] = []

    def ask() -> None:
        call = Caller(amazon)
        statuses.extend(call.orders().status for _ in range(5))
        call.connection.close()

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 80
    assert len({request.connection for request in amazon.calls("getOrders")}) == 16
    assert len(amazon.calls("getOrders")) == 80


def _wait_until(happened: Any) -> None:
    """Look again until it has happened, for at most ten seconds."""
    pause = threading.Event()
    for _ in range(10_000):
        if happened():
            return
        pause.wait(0.001)
    raise AssertionError("it did not happen")
