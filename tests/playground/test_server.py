"""The server of the playground: for programs on this machine alone, and nobody holds it up."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from amazon_selling_partner.amazon.http.transport import _IDLE_SECONDS
from playground.host import Host
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from playground.server import _REST_SECONDS, Response, Server


def answer(method, target, headers, body, connection):
    return Response.of(200, {"method": method, "body": body.decode()}), None


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server(0, answer, patience=0.3, most_connections=4)
    yield found
    found.close()


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def exchange(port: int, request: bytes) -> bytes:
    """Send bytes and return all that comes back until the other side closes."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
        return b"".join(parts)


def asked(server: Server, *headers: str, method: str = "POST") -> int:
    lines = "\r\n".join([f"{method} / HTTP/1.1", *headers, "Connection: close", "Content-Length: 0", "", ""])
    return int(exchange(port_of(server), lines.encode("latin-1"))[9:12])


# Who is answered


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}"])
def test_a_program_on_this_machine_is_answered(server, host):
    assert asked(server, f"Host: {host.format(port=port_of(server))}") == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost.evil.example:{port}",
        "127.0.0.1.nip.io:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost:{port}@evil.example",
        "evil.example@127.0.0.1:{port}",
        "[::1]:{port}",
        "0.0.0.0:{port}",
        "2130706433:{port}",
        "127.0.0.1:{port}\r\n .evil.example",
        "127.0.0.1:{port}, evil.example",
        "127.0.0.1:{port}\xa0",
        "",
    ],
)
def test_a_foreign_name_of_this_machine_is_refused(server, host):
    assert asked(server, f"Host: {host.format(port=port_of(server))}") == 403


def test_a_request_that_names_no_host_or_two_is_refused(server):
    own = f"Host: 127.0.0.1:{port_of(server)}"
    assert asked(server) == 403
    assert asked(server, own, "Host: evil.example") == 403
    assert asked(server, "Host: evil.example", own) == 403


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
        "Origin: https://127.0.0.1:{port}",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: Cross-Site",
        "Sec-Fetch-Site: a word of later browsers",
        "Origin: http://127.0.0.1:{port}\r\nOrigin: http://evil.example",
        "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_of_another_site_is_refused(server, method, header):
    own = f"Host: 127.0.0.1:{port_of(server)}"
    foreign = header.format(port=port_of(server))
    assert asked(server, own, foreign, "Content-Type: text/plain", method=method) == 403


def test_its_own_page_and_an_address_that_was_typed_are_answered(server):
    own = f"Host: 127.0.0.1:{port_of(server)}"
    assert asked(server, own, f"Origin: http://127.0.0.1:{port_of(server)}", "Sec-Fetch-Site: same-origin") == 200
    assert asked(server, own, "Sec-Fetch-Site: none", method="GET") == 200


def test_what_is_refused_reaches_neither_login_nor_book():
    with LocalAmazon() as amazon, Host(books=()) as host:
        seller = DEMONSTRATION_SELLER
        form = f"grant_type=refresh_token&refresh_token={seller.refresh_token}"
        for url in (amazon.url, host.url):
            connection = http.client.HTTPConnection(url.removeprefix("http://"))
            connection.request("POST", "/auth/o2/token", form, {"Host": "evil.example"})
            found = connection.getresponse()
            assert (found.status, seller.refresh_token.encode() in found.read()) == (403, False)
            connection.close()
        assert amazon.requests == []


# How long, and how many


HALVES = {
    "nothing": b"",
    "a letter": b"P",
    "a request line": b"POST / HTTP/1.1\r\n",
    "headers": b"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Le",
    "a body": b"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 10\r\n\r\n123",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_half_a_request_is_given_up(server, half):
    assert exchange(port_of(server), half.replace(b"{port}", str(port_of(server)).encode())) == b""


def test_a_request_that_drips_is_given_up_as_a_whole(server):
    with closing(socket.create_connection(("127.0.0.1", port_of(server)), timeout=10)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n")
        stopped = threading.Event()

        def drip() -> None:
            while not stopped.wait(0.05):
                try:
                    connection.sendall(b"X")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            received = connection.recv(100)
        except ConnectionError:
            received = b""
        finally:
            stopped.set()
            thread.join()
    assert received == b""


def test_half_a_request_that_came_with_the_one_before_it_is_given_up_too(server):
    own = f"Host: 127.0.0.1:{port_of(server)}"
    received = exchange(port_of(server), f"GET / HTTP/1.1\r\n{own}\r\n\r\nGET / HT".encode())
    assert received.startswith(b"HTTP/1.1 200")
    assert received.count(b"HTTP/1.1") == 1


def test_half_a_body_whose_sender_is_gone_is_no_request():
    asked_for = []

    def respond(*request):
        asked_for.append(request)
        return answer(*request)

    with closing(Server(0, respond)) as server:
        with closing(socket.create_connection(("127.0.0.1", port_of(server)), timeout=10)) as connection:
            connection.sendall(HALVES["a body"].replace(b"{port}", str(port_of(server)).encode()))
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(100) == b""
        assert asked_for == []


def test_an_answer_that_nobody_takes_is_given_up():
    gone = threading.Event()

    def respond(*_):
        return Response(200, b"x" * 50_000_000), None

    with (
        closing(Server(0, respond, patience=0.2)) as server,
        closing(socket.create_connection(("127.0.0.1", port_of(server)), timeout=10)) as connection,
    ):
        connection.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode())
        gone.wait(1)  # five times the patience: nothing but time shows it
        received = 0
        with suppress(ConnectionError):
            while part := connection.recv(1_000_000):
                received += len(part)
    assert received < 50_000_000


def test_a_connection_that_rests_for_very_long_is_closed():
    with closing(Server(0, answer, rest=0.2)) as server:
        own = f"Host: 127.0.0.1:{port_of(server)}"
        assert exchange(port_of(server), f"GET / HTTP/1.1\r\n{own}\r\n\r\n".encode()).startswith(b"HTTP/1.1 200")


def test_a_connection_may_rest_longer_than_the_book_keeps_it():
    assert _REST_SECONDS > _IDLE_SECONDS


def test_a_connection_that_is_kept_may_rest_longer_than_a_request_may_take(server):
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=10)
    statuses = []
    for _ in range(2):
        connection.request("POST", "/", b"x")
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
        threading.Event().wait(0.5)  # longer than the patience of the fixture: nothing but time shows it
    connection.close()
    assert statuses == [200, 200]


def test_a_connection_too_many_is_told_so_and_one_that_ends_makes_room(server):
    held = [socket.create_connection(("127.0.0.1", port_of(server)), timeout=10) for _ in range(4)]
    for connection in held:
        connection.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
    assert exchange(port_of(server), b"").startswith(b"HTTP/1.1 503")
    for connection in held:
        connection.close()
    for _ in range(100):
        if asked(server, f"Host: 127.0.0.1:{port_of(server)}") == 200:
            return
        threading.Event().wait(0.02)
    raise AssertionError("no connection was ever let go")
