"""Ways to read the same orders from the benchmark's server; each runs in a process of its own.

`python -m benchmarks.contestants NAME TASK COUNT` prints one line of JSON: seconds of wall time and of CPU, and
the peak memory in MiB. Imports and the first login are not measured: a process does them once.
"""

import gc
import gzip
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from playground.local_amazon.wire import DEMONSTRATION_SELLER

__all__ = ["CONTESTANTS"]

CREATED_AFTER = "2024-01-01T00:00:00Z"
MARKETPLACE_ID = "ATVPDKIKX0DER"
URL = os.environ.get("AMAZON_SELLING_PARTNER_LOCAL_URL", "")

# Reads that many orders, or that order that many times; returns how many orders it got.
ReadOrders = Callable[[int], int]
ReadOrder = Callable[[str, int], int]


class _Floor:
    """http.client and json on one connection: nothing mapped, nothing checked."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(URL).netloc)
        self._headers = dict(headers)
        seller = DEMONSTRATION_SELLER
        form = {
            "grant_type": "refresh_token",
            "refresh_token": seller.refresh_token,
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
        login = {"content-type": "application/x-www-form-urlencoded"}
        self._token = self._sent("POST", "/auth/o2/token", urlencode(form), login)["access_token"]

    def read_orders(self, count: int) -> int:
        path = "/orders/v0/orders"
        headers = self.headers(path)
        query = {"MarketplaceIds": MARKETPLACE_ID, "CreatedAfter": CREATED_AFTER, "MaxResultsPerPage": "100"}
        orders: list[Any] = []
        while len(orders) < count:
            payload = self.content(self._answer("GET", f"{path}?{urlencode(query)}", "", headers))["payload"]
            orders += payload["Orders"]
            query["NextToken"] = payload.get("NextToken", "")
        return len(orders)

    def read_order(self, order_id: str, times: int) -> int:
        path = f"/orders/v0/orders/{quote(order_id)}"
        headers = self.headers(path)
        return sum(bool(self.content(self._answer("GET", path, "", headers))["payload"]) for _ in range(times))

    def headers(self, path: str) -> dict[str, str]:  # noqa: ARG002 - some need it
        """Return the headers for a path."""
        return {**self._headers, "x-amz-access-token": self._token}

    def content(self, answer: http.client.HTTPResponse) -> Any:
        """Return what an answer says."""
        return json.loads(answer.read())

    def _answer(self, method: str, target: str, body: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, target, body, headers)
        return self._connection.getresponse()

    def _sent(self, method: str, target: str, body: str, headers: dict[str, str]) -> Any:
        return self.content(self._answer(method, target, body, {**self._headers, **headers}))


class _EqualFloor(_Floor):
    """The same with the headers, the compression and the restricted data token of the book."""

    def headers(self, path: str) -> dict[str, str]:
        resource = {"method": "GET", "path": path, "dataElements": ["buyerInfo", "shippingAddress"]}
        token = {"x-amz-access-token": self._token, "content-type": "application/json"}
        body = json.dumps({"restrictedResources": [resource]})
        found = self._sent("POST", "/tokens/2021-03-01/restrictedDataToken", body, token)
        date = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        return {**self._headers, "x-amz-access-token": found["restrictedDataToken"], "x-amz-date": date}

    def content(self, answer: http.client.HTTPResponse) -> Any:
        return json.loads(gzip.decompress(answer.read()))


def floor() -> tuple[ReadOrders, ReadOrder]:
    """http.client and json: the pages that a plain access token opens, not compressed."""
    found = _Floor({"User-Agent": "floor"})
    return found.read_orders, found.read_order


def equal_floor() -> tuple[ReadOrders, ReadOrder]:
    """http.client and json: exactly the exchanges of the book."""
    agent = "KognitosAmazonSellingPartner/2.0.0 (Language=Python/3.11.0; Platform=Linux)"
    found = _EqualFloor({"User-Agent": agent, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"})
    return found.read_orders, found.read_order


def book() -> tuple[ReadOrders, ReadOrder]:
    """The whole book: a new one for each procedure, as Kognitos makes them; every order a complete concept."""
    import amazon_selling_partner.amazon.orders.v0  # noqa: F401 - else the first question imports it
    from amazon_selling_partner import AmazonSellingPartnerBook
    from amazon_selling_partner.amazon import throttle

    seller = DEMONSTRATION_SELLER

    # The server's quota is out of the way, and so is the half second that the book leaves a first call to arrive.
    throttle._SLACK_SECONDS = 0.0

    def connected() -> AmazonSellingPartnerBook:
        found = AmazonSellingPartnerBook()
        found.connect(seller.refresh_token, seller.client_id, seller.client_secret)
        return found

    connected().connect(seller.refresh_token, seller.client_id, seller.client_secret, verify=True)

    def read_orders(count: int) -> int:
        return len(connected().retrieve_orders(createdafter=CREATED_AFTER, limit=count))

    def read_order(order_id: str, times: int) -> int:
        return sum(bool(connected().retrieve_order("US", order_id)) for _ in range(times))

    return read_orders, read_order


def python_amazon_sp_api() -> tuple[ReadOrders, ReadOrder]:
    """python-amazon-sp-api by its documentation: load_all_pages, without its default pause of 2 s between pages."""
    from sp_api.api import Orders
    from sp_api.auth import AccessTokenClient
    from sp_api.base import Marketplaces
    from sp_api.util import load_all_pages

    seller = DEMONSTRATION_SELLER
    AccessTokenClient.scheme, AccessTokenClient.host = "http://", urlsplit(URL).netloc
    Marketplaces.US.endpoint = URL
    credentials = {
        "refresh_token": seller.refresh_token,
        "lwa_app_id": seller.client_id,
        "lwa_client_secret": seller.client_secret,
    }
    client = Orders(credentials=credentials, marketplace=Marketplaces.US, version="v0")
    # Its own headers name a host cut out of an https address; this one has another length.
    type(client).headers = property(lambda self: {"x-amz-access-token": self.auth.access_token, "user-agent": "peer"})
    assert client.headers

    @load_all_pages(throttle_by_seconds=0)
    def pages(**parameters: Any) -> Any:
        return client.get_orders(**parameters)

    def read_orders(count: int) -> int:
        orders: list[Any] = []
        for page in pages(CreatedAfter=CREATED_AFTER, MarketplaceIds=[MARKETPLACE_ID]):
            orders += page.payload["Orders"]
            if len(orders) >= count:
                break
        return len(orders)

    def read_order(order_id: str, times: int) -> int:
        return sum(bool(client.get_order(order_id).payload) for _ in range(times))

    return read_orders, read_order


def amzn_sp_api() -> tuple[ReadOrders, ReadOrder]:
    """amzn-sp-api, Amazon's own SDK, by its documentation: every order a model object."""
    from spapi import OrdersV0Api, SPAPIConfig
    from spapi.client import SPAPIClient

    seller = DEMONSTRATION_SELLER
    config = SPAPIConfig(
        client_id=seller.client_id,
        client_secret=seller.client_secret,
        refresh_token=seller.refresh_token,
        region="NA",
        scope=None,
    )
    api = OrdersV0Api(SPAPIClient(config, f"{URL}/auth/o2/token", URL).api_client)

    def read_orders(count: int) -> int:
        orders: list[Any] = []
        more: dict[str, str] = {}
        while len(orders) < count:
            payload = api.get_orders([MARKETPLACE_ID], created_after=CREATED_AFTER, **more).payload
            orders += payload.orders
            more = {"next_token": payload.next_token}
        return len(orders)

    def read_order(order_id: str, times: int) -> int:
        return sum(bool(api.get_order(order_id).payload) for _ in range(times))

    return read_orders, read_order


CONTESTANTS = {
    "floor": floor,
    "equal floor": equal_floor,
    "book": book,
    "python-amazon-sp-api": python_amazon_sp_api,
    "amzn-sp-api": amzn_sp_api,
}


def peak_memory() -> float:
    """Return the peak memory of this process in MiB; getrusage would tell that of the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Measure one task of one contestant."""
    name, task, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    read_orders, read_order = CONTESTANTS[name]()
    # What imports left behind is theirs; else it would be collected in the midst of some contestants and not of others.
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    found = read_orders(count) if task == "orders" else read_order(task, count)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    if found != count:
        sys.exit(f"{name} read {found} orders instead of {count}")
    peak = peak_memory()
    sys.stdout.write(json.dumps({"wall": wall, "cpu": processor, "memory": peak}) + "\n")


if __name__ == "__main__":
    main()
