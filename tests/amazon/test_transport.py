"""The door to the network, against bare sockets on loopback: what is sent, and how every trouble ends."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amazon_selling_partner import __version__
from amazon_selling_partner.amazon.clock import Budget, SystemClock
from amazon_selling_partner.amazon.transport import USER_AGENT, Transport
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable
from tests.support import FakeClock

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-amzn-RequestId: r-1\r\n\r\n{}"


@contextmanager
def server(serve: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """Give every connection's first request to `serve`, then close it."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                request = b""
                while b"\r\n\r\n" not in request and (part := connection.recv(65536)):
                    request += part
                serve(connection, request)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def answering(content: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, _: connection.sendall(content)


@pytest.fixture
def transport() -> Iterator[Transport]:
    transport = Transport(SystemClock(), local=True)
    yield transport
    transport.close()


def budget(seconds: float = 60) -> Budget:
    return Budget(SystemClock(), seconds)


def test_the_whole_answer_comes_back_whatever_its_status(transport):
    with server(answering(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nbusy")) as url:
        found = transport.send("GET", url, budget())
    assert (found.status, found.body, found.headers["retry-after"]) == (503, b"busy", "7")


def test_a_redirect_is_an_answer_and_is_not_followed(transport):
    with server(answering(b"HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n")) as url:
        assert transport.send("GET", url, budget()).status == 302


def test_the_user_agent_is_in_amazons_format():
    product, _, comment = USER_AGENT.partition(" ")
    assert product == f"KognitosAmazonSellingPartner/{__version__}"
    assert comment.startswith("(Language=Python/3.")
    assert len(USER_AGENT) < 500
    assert socket.gethostname() not in USER_AGENT


def test_headers_and_user_agent_are_sent(transport):
    requests: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)

    with server(serve) as url:
        transport.send("GET", f"{url}/path", budget(), headers={"x-amz-access-token": "Atza|one"})
    lines = requests[0].decode().split("\r\n")
    assert lines[0] == "GET /path HTTP/1.1"
    assert f"User-Agent: {USER_AGENT}" in lines
    assert "x-amz-access-token: Atza|one" in lines


@given(token=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_every_value_of_a_query_is_percent_encoded_exactly_once(token):
    lines: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        lines.append(request.split(b"\r\n")[0])
        connection.sendall(OK)

    transport = Transport(SystemClock(), local=True)
    with server(serve) as url:
        transport.send("GET", f"{url}/orders", budget(), query={"NextToken": token, "MarketplaceIds": "A,B"})
    transport.close()
    target = lines[0].split(b" ")[1].decode("ascii")
    assert dict(parse_qsl(urlsplit(target).query, keep_blank_values=True, strict_parsing=True)) == {
        "NextToken": token,
        "MarketplaceIds": "A,B",
    }


def test_a_form_is_sent_as_a_form(transport):
    requests: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)

    with server(serve) as url:
        transport.send("POST", url, budget(), form={"refresh_token": "Atzr|a+b/=&"})
    assert b"content-type: application/x-www-form-urlencoded" in requests[0].lower()


def test_no_connection_is_an_error_of_its_own_that_names_the_host(transport):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(AmazonUnreachable, match=r"could not be reached.*host: 127\.0\.0\.1"):
        transport.send("GET", f"http://127.0.0.1:{port}", budget())


def test_a_body_shorter_than_announced_is_an_error_and_not_a_short_answer(transport):
    cut = b'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"payload"'
    with server(answering(cut)) as url, pytest.raises(AmazonUnavailable, match="broke"):
        transport.send("GET", url, budget())


def test_a_connection_that_is_reset_is_an_error(transport):
    def reset(connection: socket.socket, _: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with server(reset) as url, pytest.raises(AmazonUnavailable, match="broke"):
        transport.send("GET", url, budget())


def test_an_encoding_that_cannot_be_decoded_is_an_error(transport):
    bad = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    with server(answering(bad)) as url, pytest.raises(AmazonUnavailable):
        transport.send("GET", url, budget())


def test_a_server_that_never_answers_ends_in_a_timeout(transport):
    released = threading.Event()
    with server(lambda connection, _: (released.wait(5), None)[1]) as url:
        with pytest.raises(AmazonUnavailable, match="did not answer in time"):
            transport.send("GET", url, budget(0.05))
        released.set()


def test_a_server_that_drips_ends_in_a_timeout():
    class Hurrying(FakeClock):
        def monotonic(self) -> float:  # ten seconds pass between any two looks
            self.advance(10)
            return super().monotonic()

    clock = Hurrying()
    transport = Transport(clock, local=True)
    sent = threading.Event()

    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            for _ in range(1000):
                connection.sendall(b"x")
                sent.wait(0.001)
        except OSError:
            return

    with server(drip) as url, pytest.raises(AmazonUnavailable, match="did not answer in time"):
        transport.send("GET", url, Budget(clock, 840))
    transport.close()


def test_nothing_is_sent_once_the_time_is_up(transport):
    clock = FakeClock()
    spent = Budget(clock, 10)
    spent.orders_read = 1200
    clock.advance(10)
    with pytest.raises(AmazonUnavailable, match="orders readable so far: 1,200"):
        transport.send("GET", "http://127.0.0.1:9", spent)


def test_no_error_text_shows_a_header_or_a_form(transport):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(AmazonUnreachable) as caught:
        transport.send("POST", url, budget(), headers={"x-amz-access-token": "Atza|secret"}, form={"a": "Atzr|secret"})
    assert "secret" not in f"{caught.value} {caught.value!r} {caught.value.__cause__}"


def test_one_connection_serves_many_requests(transport):
    connections = []

    def serve(connection: socket.socket, request: bytes) -> None:
        connections.append(connection.fileno())
        connection.sendall(OK)
        connection.settimeout(2)
        while connection.recv(65536):
            connection.sendall(OK)

    with server(serve) as url:
        for _ in range(5):
            transport.send("GET", url, budget())
        transport.close()
    assert len(connections) == 1
