"""The door to the network, against bare sockets on loopback: what is sent, and how every trouble ends."""

import contextlib
import gzip
import logging
import socket
import struct
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amazon_selling_partner import __version__
from amazon_selling_partner.amazon.clock import Budget, SystemClock
from amazon_selling_partner.amazon.http import content_coding
from amazon_selling_partner.amazon.http.request import USER_AGENT
from amazon_selling_partner.amazon.http.transport import Headers, Response, Transport
from amazon_selling_partner.amazon.retry import seconds_before_retry
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, UnreadableAnswer
from tests.amazon.http.bare_server import OK, Serve, answering, request_on, server
from tests.support import FakeClock

TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


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


@settings(deadline=None)  # each example is a server
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


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 %s\r\n\r\n", AmazonUnavailable),
        (b"%s\r\n\r\n", AmazonUnavailable),
        (b"HTTP/1.1 200 OK\r\n\x01%s: b\r\n\r\n", AmazonUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n", AmazonUnavailable),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 1\r\n\r\nx", AmazonUnavailable),
    ],
)
def test_no_error_and_nothing_behind_it_shows_what_a_strange_server_sends_back(transport, answer, kind):
    echo = answering(answer.replace(b"%s", b"Atza|secret\x00" if b"200 %s" in answer else b"Atza|secret"))
    logging.getLogger("httpcore").setLevel(logging.INFO)  # it writes strange responses down; that is its own choice
    try:
        with server(echo) as url, pytest.raises(kind) as caught:
            transport.send("GET", url, budget(), headers={"x-amz-access-token": "Atza|secret"})
    finally:
        logging.getLogger("httpcore").setLevel(logging.NOTSET)
    error: BaseException | None = caught.value
    while error is not None:
        assert "secret" not in f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("token", ["Atza|se\ncret", "Atza|se\0cret", "Atza|sécret", "Atza|secret ", " secret", "\t"])
def test_a_token_that_cannot_be_sent_is_an_error_that_does_not_show_it(transport, token):
    with pytest.raises(UnreadableAnswer, match=r"cannot be sent.*header: x-amz-access-token") as caught:
        transport.send("GET", "http://127.0.0.1:9", budget(), headers={"x-amz-access-token": token})
    assert "cret" not in f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_neither_headers_nor_a_body_are_in_a_repr():
    headers = Headers([(b"x-echo", b"Atza|secret")])
    assert repr(headers) == "Headers(x-echo)"
    assert "secret" not in repr(Response(200, headers, b"Atza|secret"))


def test_headers_are_looked_up_in_any_case_and_cannot_be_changed():
    headers = Headers([(b"X-One", b"1"), (b"x-two", b"2"), (b"x-ONE", b"3"), (b"x-latin", b"\xe9")])
    assert (headers["x-one"], headers.get("X-TWO"), headers.get("x-three")) == ("1, 3", "2", None)
    assert headers["X-Latin"] == "é"
    assert list(headers) == ["x-one", "x-two", "x-latin"]
    with pytest.raises(TypeError):
        headers["x-one"] = "2"


def test_an_answer_that_is_too_large_is_told_as_such_and_not_asked_for_again(transport, monkeypatch):
    monkeypatch.setattr(content_coding, "MOST_BYTES", 1000)
    large = gzip.compress(bytes(1001))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(large)
    with server(answering(head + large)) as url, pytest.raises(UnreadableAnswer, match="larger than 64 MiB") as caught:
        transport.send("GET", url, budget())
    assert seconds_before_retry(caught.value, 0, 840, 0.5) is None


def test_json_is_sent_as_json(transport):
    requests: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)

    with server(serve) as url:
        transport.send("POST", url, budget(), json={"a": [1]})
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert body == b'{"a":[1]}'
    assert b"content-type: application/json" in head.lower()
    assert b"content-length: 9" in head.lower()


def test_the_host_and_its_port_are_named(transport):
    requests: list[bytes] = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)

    with server(serve) as url:
        transport.send("GET", url, budget())
    assert f"Host: {url.removeprefix('http://')}".encode() in requests[0].split(b"\r\n")


# A connection that was kept, and has ended


def ending(how: Serve) -> Serve:
    """Answer the first request of the first connection, end its second in a way, and answer those of all others."""
    first = threading.Event()

    def serve(connection: socket.socket, request: bytes) -> None:
        connection.sendall(OK)
        if not first.is_set():
            first.set()
            how(connection, request_on(connection))

    return serve


def reset(connection: socket.socket, _: bytes = b"") -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


ENDS = {"closed": lambda *_: None, "reset": reset, "timed out": answering(TIMED_OUT)}


@pytest.mark.parametrize("how", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("request_of", [{"method": "GET"}, {"method": "POST", "form": {"a": "b"}}], ids=["GET", "POST"])
def test_a_request_that_a_kept_connection_no_longer_takes_is_sent_again_at_once(transport, how, request_of):
    with server(ending(how)) as url:
        assert [transport.send(url=url, budget=budget(), **request_of).status for _ in range(3)] == [200] * 3


def test_it_is_sent_again_on_a_fresh_connection_and_not_on_another_kept_one(transport):
    answered, together = [], threading.Barrier(3)

    def serve(connection: socket.socket, request: bytes) -> None:
        answered.append(request)
        if len(answered) <= 3:
            together.wait(5)  # so that there are three connections
        connection.sendall(OK)
        request_on(connection)  # then each ends

    with server(serve) as url:
        threads = [threading.Thread(target=transport.send, args=("GET", url, budget())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert transport.send("GET", url, budget()).status == 200
        transport.close()
    assert len(answered) == 4


def test_a_timeout_on_a_connection_of_its_own_is_the_answer(transport):
    requests = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(TIMED_OUT)

    with server(serve) as url:
        assert transport.send("GET", url, budget()).status == 408
    assert len(requests) == 1


@pytest.mark.parametrize("how", ENDS.values(), ids=ENDS)
def test_it_is_sent_again_only_once(transport, how):
    requests = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        if len(requests) == 1:
            connection.sendall(OK)
            requests.append(request_on(connection))
        how(connection, request)

    with server(serve) as url:
        transport.send("GET", url, budget())
        if how is ENDS["timed out"]:
            assert transport.send("GET", url, budget()).status == 408
        else:
            with pytest.raises(AmazonUnavailable, match="broke"):
                transport.send("GET", url, budget())
    assert len(requests) == 3


def test_a_response_that_had_begun_is_not_asked_for_again(transport):
    requests = []

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)
        requests.append(request_on(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")

    with server(serve) as url:
        transport.send("GET", url, budget())
        with pytest.raises(AmazonUnavailable, match="broke"):
            transport.send("GET", url, budget())
    assert len(requests) == 2


def test_a_kept_connection_that_is_silent_is_a_timeout_and_not_asked_again(transport):
    requests, released = [], threading.Event()

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(OK)
        requests.append(request_on(connection))
        released.wait(5)

    with server(serve) as url:
        transport.send("GET", url, budget())
        with pytest.raises(AmazonUnavailable, match="did not answer in time"):
            transport.send("GET", url, budget(0.1))
        released.set()
    assert len(requests) == 2


def test_one_connection_serves_many_requests(transport):
    connections = []

    def serve(connection: socket.socket, request: bytes) -> None:
        connections.append(connection.fileno())
        while request:
            connection.sendall(OK)
            request = request_on(connection)

    with server(serve) as url:
        for _ in range(5):
            transport.send("GET", url, budget())
        transport.close()
    assert len(connections) == 1


ECHO = b"IwEBIHk2J9XqTz7LbW4mQe0rN1ySgUcAa5pDfFhKj3oO"


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx-amzn-RequestId: " + ECHO + b"\r\n\r\n{}",
        b"HTTP/1.1 200 " + ECHO + b"\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + ECHO + b"\x00\r\n\r\n",
        ECHO + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + ECHO + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + ECHO + b"\r\n\r\n",
    ],
    ids=["header", "reason", "bad header", "no HTTP", "bad chunk", "bad trailer"],
)
def test_no_log_at_any_level_shows_what_a_server_repeats(transport, caplog, response):
    caplog.set_level(logging.DEBUG)
    with server(answering(response)) as url, contextlib.suppress(AmazonUnavailable):
        transport.send("GET", url, budget())
    assert "receive_response_headers" in caplog.text
    assert ECHO.decode() not in caplog.text
