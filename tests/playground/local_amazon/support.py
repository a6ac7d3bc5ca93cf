"""How tests speak to a local Amazon: as the apps of three sellers, without a socket."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx

from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon, Seller

ORDERS = "/orders/v0/orders"
RESTRICTED = "/tokens/2021-03-01/restrictedDataToken"
LOGIN = "/auth/o2/token"
GENERIC = f"{ORDERS}/{{orderId}}"
DOCUMENTED = f"{ORDERS}/902-3159896-1390916"
ANOTHER = f"{ORDERS}/111-0000001-0000001"
FORM = "application/x-www-form-urlencoded"
US, CA, DE, JP = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9", "A1VC38T7YXB528"
NOT_VALID = "The input you have submitted is not valid. Please check your input and try again."
DENIED = "Access to requested resource is denied."
EXPIRED = "The access token you provided has expired."
REVOKED = "The access token you provided is revoked, malformed or invalid."
MISSING = "Access token is missing in the request header."
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
    """Speaks to a local Amazon as a seller's app does; `host` is the address that it calls."""

    def __init__(
        self, amazon: LocalAmazon, seller: Seller = DEMONSTRATION_SELLER, host: str = "http://127.0.0.1"
    ) -> None:
        self.seller = seller
        self.amazon = amazon
        self.host = host

    def at(self, host: str) -> "Caller":
        """Return a caller of another host with the same access token."""
        caller = Caller(self.amazon, self.seller, host)
        caller.token = self.token
        return caller

    def ask(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        *,
        token: str | None = None,
        headers: dict[str, str | None] | None = None,
    ) -> Answer:
        given = {"User-Agent": "Tests/1.0 (Language=Python)", "x-amz-access-token": token, **(headers or {})}
        sent = {name: value for name, value in given.items() if value is not None}
        response = self.amazon.handle(httpx.Request(method, self.host + target, headers=sent, content=body))
        return Answer(response.status_code, dict(response.headers), response.read())

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
        """Return a restricted data token for one path."""
        return self.restricted_to(resource(path, *elements))

    def restricted_to(self, *resources: dict[str, Any]) -> str:
        """Return a restricted data token for several resources."""
        answer = self.restrict({"restrictedResources": list(resources)})
        assert answer.status == 200, answer.body
        return answer.content["restrictedDataToken"]


def query(**parameters: str | None) -> str:
    all_parameters = {"MarketplaceIds": US, "CreatedAfter": "2024-11-01T00:00:00Z", **parameters}
    return urlencode({name: value for name, value in all_parameters.items() if value is not None})


def resource(path: str, *elements: str) -> dict[str, Any]:
    return {"method": "GET", "path": path, "dataElements": list(elements)}


def in_the_united_states(orders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [order for order in orders if order["MarketplaceId"] == US]


GOOD = resource(ORDERS, "buyerInfo")
LISTED = f"{ORDERS}?{query()}"
PLANS = [("getOrders", 0.0167, 20), ("getOrder", 0.5, 30), ("createRestrictedDataToken", 1.0, 10)]


def once(call: Caller, operation: str) -> Answer:
    if operation == "createRestrictedDataToken":
        return call.restrict({"restrictedResources": [GOOD]})
    return call.get(LISTED if operation == "getOrders" else DOCUMENTED)
