"""A server fast enough not to be the measure: every answer is rendered before the first question.

It knows what the contestants ask and nothing else: `playground.local_amazon` is the one that checks what it is asked.
"""

import asyncio
import gzip
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, Final

from playground.local_amazon.seed import generated_orders, seeded_orders

__all__ = ["serve"]

PAGE_SIZE: Final = 100
ACCESS_TOKEN: Final = "Atza|benchmark"
RESTRICTED_TOKEN: Final = "Atz.sprdt|benchmark"
# As long as Amazon's, and with the characters that have to be percent-encoded.
NEXT_TOKEN: Final = "2YgYW55+IGNh/cm5hbCBwbGVhc3VyZS4=" * 12
PUBLIC_ADDRESS: Final = ("City", "StateOrRegion", "PostalCode", "CountryCode")

# An answer without and with compression.
Rendered = tuple[bytes, bytes]
Order = dict[str, Any]


def rendered(content: Any) -> Rendered:
    """Return a response with this content, plain and compressed; but for its status and the date it is complete."""
    body = json.dumps(content).encode()
    head = (
        "Content-Type: application/json\r\n"
        "x-amzn-RequestId: 2c0a7d4c-5a66-4b52-9d8a-6a7f0a1b2c3d\r\nx-amzn-RateLimit-Limit: 1000.0\r\n"
    )
    small = gzip.compress(body, mtime=0)
    return (
        f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body,
        f"{head}Content-Encoding: gzip\r\nContent-Length: {len(small)}\r\n\r\n".encode() + small,
    )


def public(order: Order) -> Order:
    """Return an order as a plain access token shows it."""
    shown = {name: value for name, value in order.items() if name != "BuyerInfo"}
    address = order.get("ShippingAddress") or {}
    return shown | {"ShippingAddress": {name: address[name] for name in PUBLIC_ADDRESS if name in address}}


class Answers:
    """All answers, by what is asked for and whether the token opens personal data."""

    def __init__(self, count: int) -> None:
        now = datetime.now(UTC)
        orders = generated_orders(count, now)
        self._tokens = {
            "/auth/o2/token": rendered({"access_token": ACCESS_TOKEN, "token_type": "bearer", "expires_in": 3600}),
            "/tokens/2021-03-01/restrictedDataToken": rendered(
                {"restrictedDataToken": RESTRICTED_TOKEN, "expiresIn": 3600}
            ),
        }
        self._pages: dict[bool, list[Rendered]] = {}
        self._orders: dict[bool, dict[str, Rendered]] = {}
        for restricted, shown in ((True, lambda order: order), (False, public)):
            self._pages[restricted] = self._all_pages([shown(order) for order in orders])
            self._orders[restricted] = {
                order["AmazonOrderId"]: rendered({"payload": shown(order)}) for order in seeded_orders(now)
            }

    def of(self, target: str, *, restricted: bool) -> Rendered:
        """Return the answer to a request for this target."""
        path, _, query = target.partition("?")
        if path in self._tokens:
            return self._tokens[path]
        if path == "/orders/v0/orders":
            number = query.partition("NextToken=")[2].partition("-")[0]
            return self._pages[restricted][int(number or 0)]
        return self._orders[restricted][path.rpartition("/")[2]]

    @staticmethod
    def _all_pages(orders: list[Order]) -> list[Rendered]:
        pages = []
        for start in range(0, len(orders), PAGE_SIZE):
            payload: dict[str, Any] = {
                "Orders": orders[start : start + PAGE_SIZE],
                "CreatedBefore": "2026-01-01T00:00:00Z",
            }
            if start + PAGE_SIZE < len(orders):
                payload["NextToken"] = f"{start // PAGE_SIZE + 1}-{NEXT_TOKEN}"
            pages.append(rendered({"payload": payload}))
        return pages


class Connection(asyncio.Protocol):
    """One connection that is kept open; requests come one after the other."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""
        self._write: Callable[[bytes], None]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._write = transport.write

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if len(body) < int(headers.get("content-length", 0)):
            return
        self._received = b""
        restricted = headers.get("x-amz-access-token") == RESTRICTED_TOKEN
        plain, compressed = self._answers.of(request.split()[1], restricted=restricted)
        start = f"HTTP/1.1 200 OK\r\nDate: {formatdate(usegmt=True)}\r\n".encode()
        self._write(start + (compressed if "gzip" in headers.get("accept-encoding", "") else plain))


def serve(count: int) -> None:
    """Print the address, then serve that many orders until standard input closes."""
    answers = Answers(count)

    async def until_closed() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(answers), "127.0.0.1", 0)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()

    asyncio.run(until_closed())


if __name__ == "__main__":
    serve(int(sys.argv[1]))
