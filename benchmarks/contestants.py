"""Ways to read the same orders; each runs in a process of its own.

`python -m benchmarks.contestants NAME TASK ...` prints one line of JSON: the orders read, wall and CPU seconds, and
the peak memory in MiB. The tasks:

    many COUNT          so many orders page by page, after one page that is not measured
    one COUNT           one order so many times, after a first time that is not measured
    new ELEMENTS ID...  different orders with these elements of personal data, from the login on
    slices SIZE         all orders in slices, with a new book for each
    fleet COUNT ID TIME so many orders, from a POSIX time on; the order ID is read before

At the top only the standard library is imported: what a contestant needs to import counts for it.
"""

import gc
import gzip
import http.client
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "CONTESTANTS", "ORDER_ID", "REFRESH_TOKEN"]

REFRESH_TOKEN: Final = "Atzr|BenchmarkRefreshToken0123456789abcdefghijklmnopqrstuvwxyz"
CLIENT_ID: Final = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
CLIENT_SECRET: Final = "amzn1.oa2-cs.v1.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
ORDER_ID: Final = "902-3159896-1390916"

_URL: Final = os.environ.get("AMAZON_SELLING_PARTNER_LOCAL_URL", "")
_MARKETPLACE_ID: Final = "ATVPDKIKX0DER"
_CREATED_AFTER: Final = "2024-01-01T00:00:00Z"
_LIST: Final = "/orders/v0/orders"

# The server announces 1,000 calls a second, the most the book believes. It learns that from the first response, takes
# half a second off, and needs these pauses for as many calls as a bucket holds.
_FIRST_PAUSE_SECONDS: Final = 0.6
_PAUSE_SECONDS: Final = 0.03
_CALLS_AT_ONCE: Final = 25


class Floor:
    """http.client and json on one connection: nothing mapped, nothing checked, no personal data, no compression."""

    def __init__(self) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(_URL).netloc)
        self._headers = {"User-Agent": "floor"}
        # The server knows what is meant without the forms of the two token requests.
        self._headers["x-amz-access-token"] = self._content("POST", "/auth/o2/token")["access_token"]

    def read_orders(self, count: int) -> int:
        query = {"MarketplaceIds": _MARKETPLACE_ID, "CreatedAfter": _CREATED_AFTER, "MaxResultsPerPage": "100"}
        orders: list[Any] = []
        while len(orders) < count:
            payload = self._content("GET", f"{_LIST}?{urlencode(query)}")["payload"]
            orders += payload["Orders"]
            query["NextToken"] = payload.get("NextToken", "")
        return len(orders)

    def read_order(self, order_id: str) -> bool:
        return bool(self._content("GET", f"{_LIST}/{quote(order_id)}")["payload"])

    def _content(self, method: str, target: str) -> Any:
        self._connection.request(method, target, headers=self._headers)
        return self._parsed(self._connection.getresponse().read())

    def _parsed(self, body: bytes) -> Any:
        return json.loads(body)


class EqualFloor(Floor):
    """The same with the headers, the compression and the restricted data token of the book."""

    def __init__(self) -> None:
        super().__init__()
        self._headers |= {
            "User-Agent": "KognitosAmazonSellingPartner/2.0.0 (Language=Python/3.11.0; Platform=Linux)",
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        token = self._content("POST", "/tokens/2021-03-01/restrictedDataToken")
        self._headers["x-amz-access-token"] = token["restrictedDataToken"]

    def _content(self, method: str, target: str) -> Any:
        self._headers["x-amz-date"] = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        return super()._content(method, target)

    def _parsed(self, body: bytes) -> Any:
        return json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)


class Book:
    """The book, a new one for each procedure, as Kognitos makes them; every order a complete concept."""

    def read_orders(self, count: int) -> int:
        return len(self._connected().retrieve_orders(createdafter=_CREATED_AFTER, limit=count))

    def read_order(self, order_id: str) -> bool:
        return bool(self._connected().retrieve_order("US", order_id))

    def read_restricted(self, order_id: str, _: list[str]) -> bool:
        return self.read_order(order_id)  # It always asks for all elements, and leaves out what has no role.

    def read_slices(self, size: int) -> int:
        read, last = 0, size
        while last == size:
            last = len(self._connected().retrieve_orders(createdafter=_CREATED_AFTER, offset=read, limit=size))
            read += last
        return read

    @staticmethod
    def _connected() -> Any:
        from amazon_selling_partner import AmazonSellingPartnerBook

        book = AmazonSellingPartnerBook()
        book.connect(REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET)
        return book


class PythonAmazonSpApi:
    """python-amazon-sp-api by its documentation, without its default pause of 2 s between pages."""

    def __init__(self) -> None:
        from sp_api.api import Orders
        from sp_api.auth import AccessTokenClient
        from sp_api.base import Marketplaces

        AccessTokenClient.scheme, AccessTokenClient.host = "http://", urlsplit(_URL).netloc
        # It takes the host to be what follows the eighth character; an empty user name puts it there.
        Marketplaces.US.endpoint = _URL.replace("//", "//@")
        credentials = {"refresh_token": REFRESH_TOKEN, "lwa_app_id": CLIENT_ID, "lwa_client_secret": CLIENT_SECRET}
        self._client = Orders(credentials=credentials, marketplace=Marketplaces.US, version="v0")

    def read_orders(self, count: int) -> int:
        from sp_api.util import load_all_pages

        @load_all_pages(throttle_by_seconds=0)
        def pages(**parameters: Any) -> Any:
            return self._client.get_orders(**parameters)

        orders: list[Any] = []
        for page in pages(CreatedAfter=_CREATED_AFTER, MarketplaceIds=[_MARKETPLACE_ID]):
            orders += page.payload["Orders"]
            if len(orders) >= count:
                break
        return len(orders)

    def read_order(self, order_id: str) -> bool:
        return bool(self._client.get_order(order_id).payload)

    def read_restricted(self, order_id: str, elements: list[str]) -> bool:
        return bool(self._client.get_order(order_id, RestrictedResources=elements).payload)


class AmznSpApi:
    """amzn-sp-api, Amazon's own SDK, by its documentation; every order a model object."""

    def __init__(self) -> None:
        from spapi import OrdersV0Api, SPAPIConfig
        from spapi.client import SPAPIClient

        config = SPAPIConfig(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, refresh_token=REFRESH_TOKEN, region="NA", scope=None
        )
        self._api = OrdersV0Api(SPAPIClient(config, f"{_URL}/auth/o2/token", _URL).api_client)

    def read_orders(self, count: int) -> int:
        orders: list[Any] = []
        more: dict[str, str] = {}
        while len(orders) < count:
            payload = self._api.get_orders([_MARKETPLACE_ID], created_after=_CREATED_AFTER, **more).payload
            orders += payload.orders
            more = {"next_token": payload.next_token}
        return len(orders)

    def read_order(self, order_id: str) -> bool:
        return bool(self._api.get_order(order_id).payload)


CONTESTANTS: Final[dict[str, Any]] = {
    "floor": Floor,
    "equal floor": EqualFloor,
    "book": Book,
    "python-amazon-sp-api": PythonAmazonSpApi,
    "amzn-sp-api": AmznSpApi,
}


class Stopwatch:
    """Adds up the wall and CPU seconds of its `with` blocks."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter() - self._start[0]
        self.cpu += time.process_time() - self._start[1]


def many(contestant: Any, watch: Stopwatch, count: str) -> int:
    contestant.read_orders(1)
    _pause()
    with watch:
        return int(contestant.read_orders(int(count)))


def one(contestant: Any, watch: Stopwatch, count: str) -> int:
    contestant.read_order(ORDER_ID)
    _pause()
    read = 0
    for _ in range(int(count) // _CALLS_AT_ONCE):
        with watch:
            read += sum(contestant.read_order(ORDER_ID) for _ in range(_CALLS_AT_ONCE))
        time.sleep(_PAUSE_SECONDS)
    return read


def new(contestant: Any, watch: Stopwatch, elements: str, *order_ids: str) -> int:
    with watch:
        return sum(contestant.read_restricted(order_id, elements.split(",")) for order_id in order_ids)


def slices(contestant: Any, watch: Stopwatch, size: str) -> int:
    with watch:
        return int(contestant.read_slices(int(size)))


def fleet(contestant: Any, watch: Stopwatch, count: str, order_id: str, start: str) -> int:
    contestant.read_order(order_id)
    time.sleep(float(start) - time.time())
    with watch:
        return int(contestant.read_orders(int(count)))


def _pause() -> None:
    time.sleep(_FIRST_PAUSE_SECONDS)
    # Else what imports left behind would be collected in the midst of some contestants and not of others.
    gc.collect()


def _peak_memory() -> float:
    """Return the peak memory of this process in MiB; getrusage would include the process that started it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


if __name__ == "__main__":
    # httpcore imports trio where it is installed: 50 ms and 5 MiB, which only this environment has, for a test tool.
    sys.modules["trio"] = None
    name, task, *arguments = sys.argv[1:]
    stopwatch = Stopwatch()
    tasks = {"many": many, "one": one, "new": new, "slices": slices, "fleet": fleet}
    orders_read = tasks[task](CONTESTANTS[name](), stopwatch, *arguments)
    measured = {"orders": orders_read, "wall": stopwatch.wall, "cpu": stopwatch.cpu, "memory": _peak_memory()}
    print(json.dumps(measured))
