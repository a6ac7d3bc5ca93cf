"""What is sent, what comes back, and how each failure reads; no sockets."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_selling_partner import __version__, messages
from amazon_selling_partner.amazon.clock import Budget
from amazon_selling_partner.amazon.http import Response, Transport, transport
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, UnreadableAnswer
from tests.support import FakeClock

URL = "https://sellingpartnerapi-na.amazon.com/orders/v0/orders"


class Network:
    """Answers every request in one way, and remembers the requests."""

    def __init__(self, respond: Callable[[], httpx.Response] = lambda: httpx.Response(200, content=b"{}")) -> None:
        self.clock = FakeClock()
        self.requests: list[httpx.Request] = []
        self._respond = respond
        self._transport = Transport(self.clock, network=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._respond()

    def send(self, method: str = "GET", *, budget: Budget | None = None, **content: object) -> Response:
        return self._transport.send(method, URL, budget or Budget(self.clock, 840), **content)


def raising(error: Exception) -> Callable[[], httpx.Response]:
    def respond() -> httpx.Response:
        raise error

    return respond


class Pieces(httpx.SyncByteStream):
    """A body that comes in several pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


# Requests


def test_headers_of_the_call_and_of_the_book_are_sent():
    network = Network()
    network.send(headers={"x-amz-access-token": "Atza|one"})
    assert network.requests[0].url == URL
    assert dict(network.requests[0].headers) == {
        "host": "sellingpartnerapi-na.amazon.com",
        "user-agent": transport.USER_AGENT,
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "x-amz-access-token": "Atza|one",
    }


def test_the_user_agent_has_amazons_format_and_no_host_name():
    product, _, comment = transport.USER_AGENT.partition(" ")
    assert product == f"KognitosAmazonSellingPartner/{__version__}"
    assert comment.startswith("(Language=Python/3.")
    assert len(transport.USER_AGENT) < 500
    assert socket.gethostname() not in transport.USER_AGENT


@settings(max_examples=40)
@given(token=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1))
def test_each_query_value_is_percent_encoded_exactly_once(token):
    network = Network()
    network.send(query={"NextToken": token, "MarketplaceIds": "A,B"})
    url = network.requests[0].url
    assert url.path == "/orders/v0/orders"
    sent = dict(parse_qsl(url.query.decode("ascii"), keep_blank_values=True, strict_parsing=True))
    assert sent == {"NextToken": token, "MarketplaceIds": "A,B"}


def test_json_is_sent_as_json():
    network = Network()
    network.send("POST", json={"a": [1]})
    request = network.requests[0]
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {"a": [1]}


# Responses


def test_a_body_that_comes_in_pieces_is_whole():
    network = Network(lambda: httpx.Response(200, stream=Pieces(b'{"a":', b"1}")))
    assert network.send().body == b'{"a":1}'


def test_a_redirect_is_not_followed():
    network = Network(lambda: httpx.Response(302, headers={"Location": "https://example.com/"}))
    assert network.send().status == 302
    assert len(network.requests) == 1


def test_a_cookie_is_not_kept():
    network = Network(lambda: httpx.Response(200, headers={"Set-Cookie": "session=1"}))
    network.send()
    network.send()
    assert "cookie" not in network.requests[1].headers


@pytest.mark.parametrize(
    ("coding", "content"),
    [("gzip", gzip.compress(b"{}")), ("UTF-8", b"{}"), ("identity", b"{}"), ("br", b"{}")],
    ids=["gzip", "UTF-8", "identity", "br"],  # gzip has the time in it, and every worker must collect the same ids
)
def test_gzip_is_decoded_and_an_unknown_coding_is_ignored(coding, content):
    stream = httpx.ByteStream(content)
    network = Network(lambda: httpx.Response(200, headers={"Content-Encoding": coding}, stream=stream))
    assert network.send().body == b"{}"


def test_a_body_that_is_not_in_its_encoding_is_an_error():
    stream = httpx.ByteStream(b"<html>")
    network = Network(lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream))
    with pytest.raises(UnreadableAnswer) as caught:
        network.send()
    assert caught.value.sentence == messages.RESPONSE_UNDECODABLE
    assert caught.value.diagnostics == {"content encoding": "gzip"}


def test_gzip_without_its_end_is_no_valid_json():
    stream = httpx.ByteStream(gzip.compress(b'{"payload": {"Orders": []}}')[:-12])
    body = Network(lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream)).send().body
    with pytest.raises(ValueError, match=r"line 1 column \d+"):
        json.loads(body)


def test_a_body_too_large_is_an_error_and_not_retried(monkeypatch):
    monkeypatch.setattr(transport, "MAX_BYTES", 1000)
    assert len(Network(lambda: httpx.Response(200, content=bytes(1000))).send().body) == 1000
    stream = httpx.ByteStream(gzip.compress(bytes(1001)))
    network = Network(lambda: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream))
    with pytest.raises(UnreadableAnswer, match="larger than 64 MiB") as caught:
        network.send()
    assert caught.value.final
    with pytest.raises(UnreadableAnswer):
        Network(lambda: httpx.Response(200, stream=Pieces(bytes(600), bytes(600)))).send()


def test_the_repr_of_a_response_shows_no_header_and_no_body():
    response = Response(200, httpx.Headers({"x-echo": "Atza|secret"}), b"Atza|secret")
    assert repr(response) == "Response(status=200, 11 bytes)"


# Failures


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (httpx.ConnectError("refused"), AmazonUnreachable, messages.AMAZON_UNREACHABLE),
        (httpx.ConnectTimeout("late"), AmazonUnreachable, messages.AMAZON_UNREACHABLE),
        (httpx.WriteTimeout("late"), AmazonUnavailable, messages.AMAZON_TOO_SLOW),
        (httpx.ReadTimeout("late"), AmazonUnavailable, messages.AMAZON_TOO_SLOW),
        (httpx.WriteError("reset"), AmazonUnavailable, messages.CONNECTION_BROKEN),
        (httpx.ReadError("reset"), AmazonUnavailable, messages.CONNECTION_BROKEN),
        (httpx.RemoteProtocolError("Atza|secret"), AmazonUnavailable, messages.CONNECTION_BROKEN),
    ],
)
def test_an_error_says_whether_amazon_saw_the_request(error, kind, sentence):
    with pytest.raises(AmazonUnavailable) as caught:
        Network(raising(error)).send()
    assert (type(caught.value), caught.value.sentence, caught.value.final) == (kind, sentence, False)
    assert caught.value.diagnostics == {"host": "sellingpartnerapi-na.amazon.com", "reason": type(error).__name__}
    # The exceptions of httpx may quote the server.
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_nothing_is_sent_once_the_time_is_up():
    network = Network()
    budget = Budget(network.clock, 10, orders_read=1200)
    network.clock.advance(10)
    with pytest.raises(AmazonUnavailable) as caught:
        network.send(budget=budget)
    assert caught.value.sentence == messages.TIME_USED_UP
    assert caught.value.diagnostics["orders read so far"] == 1200
    assert not network.requests


@pytest.mark.parametrize(
    ("seconds", "timeout"),
    [(840, {"connect": 10, "write": 10, "read": 30}), (12, {"connect": 10, "write": 10, "read": 12})],
)
def test_each_phase_gets_at_most_the_time_left(seconds, timeout):
    network = Network()
    network.send(budget=Budget(network.clock, seconds))
    assert network.requests[0].extensions["timeout"] == timeout


@pytest.mark.parametrize("error", [httpx.ReadTimeout("late"), httpx.ConnectTimeout("late")])
def test_a_timeout_at_the_end_of_the_step_is_the_steps_own(error):
    def respond() -> httpx.Response:
        network.clock.advance(5)
        raise error

    network = Network(respond)
    with pytest.raises(AmazonUnavailable) as caught:
        network.send(budget=Budget(network.clock, 5))
    assert caught.value.sentence == messages.TIME_USED_UP
    assert caught.value.diagnostics["orders read so far"] == 0


def test_a_timeout_a_second_before_the_end_is_amazons():
    def respond() -> httpx.Response:
        network.clock.advance(4)
        raise httpx.ReadTimeout("late")

    network = Network(respond)
    with pytest.raises(AmazonUnavailable) as caught:
        network.send(budget=Budget(network.clock, 5))
    assert caught.value.sentence == messages.AMAZON_TOO_SLOW


@pytest.mark.parametrize(("seconds", "sentence"), [(840, messages.AMAZON_TOO_SLOW), (100, messages.TIME_USED_UP)])
def test_a_body_without_end_stops_at_the_deadline(seconds, sentence):
    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                network.clock.advance(1)
                yield b"x"

    network = Network(lambda: httpx.Response(200, stream=Endless()))
    with pytest.raises(AmazonUnavailable) as caught:
        network.send(budget=Budget(network.clock, seconds))
    assert caught.value.sentence == sentence
    assert network.clock.monotonic() == min(seconds, 120)
