"""Over TLS one deadline ends whatever a server does: real sockets, real tenths of a second."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.clock import Budget, Clock
from amazon_selling_partner.amazon.http import Transport
from amazon_selling_partner.amazon.http.deadline import Deadline, DeadlineSocket
from amazon_selling_partner.errors import AmazonUnavailable
from tests.amazon.http.bare_server import CERTIFICATE, Serve, dripping, request_on, server, server_tls
from tests.support import FakeClock

SECONDS = 0.25
# The start of a long TLS record whose end never comes.
LONG_RECORD = b"\x16\x03\x03\x40\x00"
DRIPS = {
    "headers": dripping(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "interim responses": dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "a body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
}


@pytest.fixture
def transport(monkeypatch: pytest.MonkeyPatch) -> Iterator[Transport]:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    transport = Transport(Clock())
    yield transport
    transport.close()


@contextmanager
def ending_in_time() -> Iterator[None]:
    """Expect the error of a step whose time is used up, soon after the deadline even on a busy machine."""
    start = time.monotonic()
    with pytest.raises(AmazonUnavailable) as caught:
        yield
    assert caught.value.sentence == messages.TIME_USED_UP
    assert time.monotonic() - start < 10 * SECONDS


@pytest.mark.parametrize("serve", DRIPS.values(), ids=DRIPS)
def test_a_response_that_drips_ends_with_the_deadline(transport, serve: Serve):
    with server(serve, tls=True) as url, ending_in_time():
        transport.send("GET", url, Budget(Clock(), SECONDS))


def test_a_handshake_that_drips_ends_with_the_deadline(transport):
    drip = dripping(LONG_RECORD, b"\x02")
    with server(drip, reads_request=False) as url, ending_in_time():
        transport.send("GET", url.replace("http:", "https:"), Budget(Clock(), SECONDS))


def test_a_tls_proxy_that_drips_ends_with_the_deadline(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with server(DRIPS["headers"], tls=True) as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        transport = Transport(Clock())
        with ending_in_time():
            transport.send("GET", "https://localhost", Budget(Clock(), SECONDS))
        transport.close()


def test_each_exchange_on_a_connection_has_its_own_deadline(transport):
    connections = []

    def serve(connection: socket.socket, request: bytes) -> None:
        connections.append(connection)
        while request:
            time.sleep(SECONDS)
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
            request = request_on(connection)

    with server(serve, tls=True) as url:
        for _ in range(3):
            assert transport.send("GET", url, Budget(Clock(), SECONDS * 2.5)).status == 204
        transport.close()
    assert len(connections) == 1


def test_a_timeout_shorter_than_the_deadline_still_ends_a_read(clock):
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    context.sslsocket_class = DeadlineSocket
    Deadline(clock, 20)
    silent = threading.Event()
    with server(lambda *_: (silent.wait(5), None)[1], tls=True, reads_request=False) as url:
        port = int(url.rpartition(":")[2])
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as tls,
        ):
            tls.settimeout(0.05)
            with pytest.raises(TimeoutError):
                tls.recv(1)
            silent.set()


# Time that passes on a fake clock, at one moment of an exchange


def reason_of_failure(url: str, clock: FakeClock) -> str:
    """Return how an exchange of at most 20 seconds ends."""
    transport = Transport(clock)
    with pytest.raises(AmazonUnavailable) as caught:
        transport.send("GET", url, Budget(clock, 20))
    transport.close()
    return str(caught.value.diagnostics["reason"])


def test_the_handshake_gets_the_time_left(monkeypatch, transport, clock):
    def answer_connect_late(connection: socket.socket, _: bytes) -> None:
        clock.advance(20)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        connection.recv(65536)

    with server(answer_connect_late) as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        assert reason_of_failure("https://localhost", clock) == "ConnectTimeout"


def test_a_write_gets_the_time_left(transport, clock):
    def shake_hands_late(connection: socket.socket, _: bytes) -> None:
        connection.recv(1, socket.MSG_PEEK)
        clock.advance(20)
        with server_tls().wrap_socket(connection, server_side=True) as tls:
            tls.recv(65536)

    with server(shake_hands_late, reads_request=False) as url:
        assert reason_of_failure(url.replace("http:", "https:"), clock) == "WriteTimeout"


@pytest.mark.parametrize("passed", [20, 19.9])
def test_a_read_gets_the_time_left(transport, clock, passed):
    silent = threading.Event()

    def begin_late(connection: socket.socket, _: bytes) -> None:
        clock.advance(passed)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        silent.wait(5)

    with server(begin_late, tls=True) as url:
        assert reason_of_failure(url, clock) == "ReadTimeout"
        silent.set()
