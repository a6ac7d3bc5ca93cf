"""What users wait for: requests, pages and quota, from a local Amazon that keeps Amazon's rules."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from typing import Final

from amazon_selling_partner.settings import ORDERS_API, OrdersApi
from playground.local_amazon import LocalAmazon
from playground.local_amazon.seed import generated_orders
from playground.local_amazon.usage_plans import PLANS

from .runs import SELLER, Aim, run, table

__all__ = ["first_order", "fleet", "new_orders", "slices"]

_LATENCY_SECONDS: Final = 0.1
_PAGE_SIZE: Final = 100
_CONTESTANTS: Final = ("book", "python-amazon-sp-api")
# One seller's processes, and how much faster than Amazon's the quota fills while they share it.
_FLEET: Final = 4
_SPEED: Final = 60
# By then all of them have imported the book and logged in.
_START_SECONDS: Final = 5


def new_orders(count: int) -> list[Aim]:
    """Print what different orders with personal data cost, from the login on."""
    orders = generated_orders(count, datetime.now(UTC))
    ids = [order["AmazonOrderId"] for order in orders]
    aims: list[Aim] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for elements, most in (("buyerInfo,shippingAddress", count + 2), ("buyerInfo", count + 3)):
            seller = replace(SELLER, roles=frozenset(elements.split(",")))
            for name in _CONTESTANTS:
                with LocalAmazon(orders, sellers=[seller], latency=_LATENCY_SECONDS) as amazon:
                    cost = run(amazon.url, name, "new", elements, *ids)
                requests = amazon.requests.total
                yield elements, name, f"{cost['orders']:.0f}", requests, f"{cost['wall']:.2f}"
                if name == "book":
                    aims.append(Aim(f"{count} new orders, {elements}: requests", requests, most))

    title = f"{count} new orders with personal data, {_LATENCY_SECONDS * 1000:.0f} ms a request"
    table(title, ("roles of the app", "contestant", "orders", "requests", "s"), rows())
    return aims


def slices(count: int) -> list[Aim]:
    """Print the pages that a list costs which is read by offset and limit, with a new book for each slice."""
    orders = generated_orders(count, datetime.now(UTC))
    aims: list[Aim] = []

    def rows() -> Iterator[tuple[object, ...]]:
        for api, operation in ((OrdersApi.V0, "getOrders"), (OrdersApi.V2026_01_01, "searchOrders")):
            for size in (100, 30):
                with LocalAmazon(orders, sellers=[SELLER]) as amazon:
                    run(amazon.url, "book", "slices", size, **{ORDERS_API: api.value})
                pages = len(amazon.calls(operation))
                # A slice that is not full is the last one.
                afresh = sum(ceil(min(start + size, count) / _PAGE_SIZE) for start in range(0, count + 1, size))
                yield api.value, size, pages, afresh
                aims.append(Aim(f"slices of {size} on {api.value}: pages", pages, ceil(count / _PAGE_SIZE) + 1))

    title = f"{count:,} orders in slices"
    table(title, ("Orders API", "slice", "pages", "each slice from the start (computed)"), rows())
    return aims


def fleet(count: int) -> list[Aim]:
    """Print how long the processes of one seller take that read so many orders each, beside what the quota allows."""
    orders = generated_orders(count, datetime.now(UTC))
    rate, burst = PLANS["getOrders"]
    bound = (_FLEET * ceil(count / _PAGE_SIZE) - burst) / (rate * _SPEED)
    order_id, start = orders[0]["AmazonOrderId"], time.time() + _START_SECONDS
    with LocalAmazon(orders, sellers=[SELLER], quota=_SPEED) as amazon, ThreadPoolExecutor() as pool:
        members = [pool.submit(run, amazon.url, "book", "fleet", count, order_id, start) for _ in range(_FLEET)]
        seconds = max(member.result()["wall"] for member in members)
    refused = sum(request.status == 429 for request in amazon.calls("getOrders"))
    table(
        f"{_FLEET} processes of one seller read {count:,} orders each at once; quota fills {_SPEED} times as fast",
        ("s", "bound, s", "x bound", "429"),
        [(f"{seconds:.2f}", f"{bound:.2f}", f"{seconds / bound:.3f}", refused)],
    )
    return [Aim(f"{_FLEET} processes, x bound", seconds / bound, 1.03)]


def first_order(rounds: int) -> None:
    """Print how long a fresh process takes from its start to its end for one order with personal data."""
    orders = generated_orders(1, datetime.now(UTC))
    order_id = orders[0]["AmazonOrderId"]

    def rows() -> Iterator[tuple[object, ...]]:
        for latency in (0.0, _LATENCY_SECONDS):
            seconds: dict[str, float] = {}
            requests: dict[str, int] = {}
            for name in _CONTESTANTS * rounds:
                with LocalAmazon(orders, sellers=[SELLER], latency=latency) as amazon:
                    cost = run(amazon.url, name, "new", "buyerInfo,shippingAddress", order_id)["process"]
                seconds[name] = min(cost, seconds.get(name, cost))
                requests[name] = amazon.requests.total
            for name in _CONTESTANTS:
                ratio = seconds[name] / seconds[_CONTESTANTS[-1]]
                yield f"{latency * 1000:.0f}", name, requests[name], f"{seconds[name]:.2f}", f"{ratio:.2f}"

    title = "The first order of a fresh process: start, import, login, token, order"
    table(title, ("ms a request", "contestant", "requests", "s", "x python-amazon-sp-api"), rows())
