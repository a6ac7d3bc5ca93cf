"""One deadline and one size bound everything that an exchange does: real sockets, real tenths of a second."""

import socket
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amazon_selling_partner.amazon.client import Call, SellingPartnerClient
from amazon_selling_partner.amazon.clock import Budget, SystemClock
from amazon_selling_partner.amazon.credentials import LwaCredentials
from amazon_selling_partner.amazon.http import Transport, network
from amazon_selling_partner.amazon.lwa import AccessTokens
from amazon_selling_partner.amazon.restricted_data import RestrictedDataTokens
from amazon_selling_partner.amazon.throttle import UsagePlan
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, UnreadableAnswer
from amazon_selling_partner.marketplaces import Marketplace, Region
from tests.amazon.http.bare_server import CERTIFICATE, Serve, dripping, flooding, server

SECONDS = 0.25
# An empty block of the format deflate that is not the last one: it never adds a byte.
EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"
GZIP_START = zlib.compressobj(wbits=31).flush(zlib.Z_SYNC_FLUSH)
# The start of a record of TLS that says it is long; nobody ever sends its end.
LONG_RECORD = b"\x16\x03\x03\x40\x00"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
UNTIL_CLOSED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"

DRIPS = {
    "a status line": dripping(b"HTTP/1.1 200 O", b"K"),
    "the name of a header": dripping(b"HTTP/1.1 200 OK\r\nx", b"-"),
    "headers": dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "interim responses": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
    "a chunk extension": dripping(CHUNKED + b"\r\n1;", b"x"),
    "chunks": dripping(CHUNKED + b"\r\n", b"1\r\nx\r\n"),
    "trailers": dripping(CHUNKED + b"\r\n0\r\n", b"a: b\r\n"),
    "empty gzip blocks": dripping(UNTIL_CLOSED + GZIP_START, EMPTY_BLOCK),
}
FLOODS = {
    "interim responses": flooding(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000),
    "chunk extensions": flooding(CHUNKED + b"\r\n", (b"1;" + b"x" * 1000 + b"\r\nx\r\n") * 50),
    "single bytes": flooding(CHUNKED + b"\r\n", b"1\r\nx\r\n" * 5000),
    "empty gzip blocks": flooding(UNTIL_CLOSED + GZIP_START, EMPTY_BLOCK * 10000),
}


@contextmanager
def ending_in_time() -> Iterator[None]:
    """Fail when the block takes much longer than the deadline; a busy machine is allowed a lot."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 10 * SECONDS


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(SystemClock(), local=True)
    yield transport
    transport.close()


def budget() -> Budget:
    return Budget(SystemClock(), SECONDS)


@pytest.mark.parametrize("serve", DRIPS.values(), ids=DRIPS)
def test_what_drips_ends_with_the_deadline(transport, serve: Serve):
    with server(serve) as url, ending_in_time(), pytest.raises(AmazonUnavailable, match="did not answer in time"):
        transport.send("GET", url, budget())


@pytest.mark.parametrize("serve", FLOODS.values(), ids=FLOODS)
def test_what_floods_ends_with_the_deadline_if_not_before(transport, serve: Serve):
    with server(serve) as url, ending_in_time(), pytest.raises((AmazonUnavailable, UnreadableAnswer)):
        transport.send("GET", url, budget())


@pytest.mark.parametrize("serve", FLOODS.values(), ids=FLOODS)
def test_what_floods_ends_with_the_size(transport, serve: Serve, monkeypatch):
    monkeypatch.setattr(network, "MOST_BYTES", 300_000)
    with server(serve) as url, pytest.raises(UnreadableAnswer, match="larger than"):
        transport.send("GET", url, Budget(SystemClock(), 60))


def test_a_deadline_is_of_one_exchange_and_not_of_its_connection(transport):
    requests = []

    def serve(connection: socket.socket, request: bytes) -> None:
        while request:
            requests.append(request)
            time.sleep(SECONDS * 0.6)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            request = connection.recv(65536)

    with server(serve) as url:
        for _ in range(3):
            assert transport.send("GET", url, Budget(SystemClock(), SECONDS * 4)).status == 200
        transport.close()
    assert len(requests) == 3


def test_an_access_token_that_drips_ends_with_the_deadline(transport):
    credentials = LwaCredentials("Atzr|one", "amzn1.application-oa2-client.one", "amzn1.oa2-cs.v1.one")
    with server(DRIPS["headers"]) as url, ending_in_time(), pytest.raises(AmazonUnavailable, match="in time"):
        AccessTokens(credentials, url, transport, SystemClock()).get(budget())


def test_a_restricted_data_token_that_drips_ends_with_the_deadline(transport):
    class Known:
        def get(self, budget: Budget) -> str:
            return "Atza|one"

        def discard(self, text: str) -> None: ...

    clock = SystemClock()
    with server(DRIPS["headers"]) as url:
        client = SellingPartnerClient(transport, Known(), clock, url)
        tokens = RestrictedDataTokens(client, Known(), clock)
        with ending_in_time(), pytest.raises(AmazonUnavailable, match="in time"):
            tokens.get(Marketplace.US, Region.NA, "/orders/v0/orders", budget())


def test_a_call_that_drips_ends_with_the_deadline(transport):
    class Known:
        def get(self, budget: Budget) -> str:
            return "Atza|one"

        def discard(self, text: str) -> None: ...

    with server(DRIPS["headers"]) as url:
        client = SellingPartnerClient(transport, Known(), SystemClock(), url)
        with ending_in_time(), pytest.raises(AmazonUnavailable, match="in time"):
            client.call(Call(UsagePlan("getOrder", 1, 1), Marketplace.US, Region.NA, "/orders/v0/orders/1"), budget())


@pytest.fixture
def remote(monkeypatch) -> Iterator[Transport]:
    """A transport to Amazon itself, which trusts the certificate of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    transport = Transport(SystemClock())
    yield transport
    transport.close()


def test_a_tls_handshake_that_drips_ends_with_the_deadline(remote):
    drip = dripping(LONG_RECORD, b"\x02")
    with server(drip, reads_request=False) as url, ending_in_time(), pytest.raises(AmazonUnreachable):
        remote.send("GET", url.replace("http:", "https:"), budget())


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 O", b"HTTP/1.1 200 OK\r\nx"])
def test_a_proxys_connect_that_drips_ends_with_the_deadline(monkeypatch, start):
    with server(dripping(start, b"x")) as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        transport = Transport(SystemClock())
        with ending_in_time(), pytest.raises(AmazonUnavailable, match="did not answer in time"):
            transport.send("GET", "https://sellingpartnerapi-na.amazon.com", budget())
        transport.close()


def test_tls_that_drips_inside_the_tls_of_a_proxy_ends_with_the_deadline(monkeypatch):
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        connection.recv(65536)  # the greeting of the inner TLS
        dripping(LONG_RECORD, b"\x02")(connection, b"")

    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with server(drip, tls=True) as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        transport = Transport(SystemClock())
        with ending_in_time(), pytest.raises(AmazonUnavailable):
            transport.send("GET", "https://sellingpartnerapi-na.amazon.com", budget())
        transport.close()


def resolve_to(monkeypatch, addresses: list[str]) -> None:
    """Give localhost these addresses."""
    real = socket.getaddrinfo

    def found(host, port, *arguments, **options):
        if host != "localhost":
            return real(host, port, *arguments, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


def test_a_host_with_many_addresses_gets_one_deadline_for_all(transport, monkeypatch):
    # A listener whose queue is full lets every further connection wait.
    with socket.socket() as full:
        full.bind(("", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        resolve_to(monkeypatch, [f"127.0.0.{last}" for last in range(1, 31)])
        with ending_in_time(), pytest.raises(AmazonUnreachable, match="could not be reached"):
            transport.send("GET", f"http://localhost:{port}", budget())
        for each in waiting:
            each.close()


def test_the_next_address_answers_for_one_that_does_not(transport, monkeypatch):
    resolve_to(monkeypatch, ["127.0.0.9", "127.0.0.1"])
    with server(lambda connection, _: connection.sendall(b"HTTP/1.1 204 No\r\n\r\n")) as url:
        assert transport.send("GET", url.replace("127.0.0.1", "localhost"), Budget(SystemClock(), 60)).status == 204
