"""The server: it answers programs on this machine, refuses other sites, and closes cleanly."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from playground.server import Response, Server


def echo(method, target, headers, body, connection):
    return Response.of(200, {"method": method, "length": len(body), "connection": connection}), None


@pytest.fixture
def server() -> Iterator[Server]:
    with closing(Server(0, echo)) as server:
        yield server


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port_of(server)), timeout=10)


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def received(connection: socket.socket) -> bytes:
    """Everything that arrives until the server closes."""
    with connection.makefile("rb") as stream:
        return stream.read()


def status(server: Server, *headers: str, method: str = "POST", body: bytes = b"", host: str | None = None) -> int:
    """Send one request, the whole body before the response is read; return the status."""
    hosts = [f"Host: {f'127.0.0.1:{port_of(server)}' if host is None else host}"]
    lines = [f"{method} / HTTP/1.1", *hosts, *headers, "Connection: close", f"Content-Length: {len(body)}", "", ""]
    with connect(server) as connection:
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
        return int(received(connection)[9:12])


# Who is answered


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("127.0.0.1:{port}", 200),
        ("LOCALHOST:{port}", 200),
        ("evil.example", 403),
        ("localhost.evil.example:{port}", 403),
        ("127.0.0.1", 403),
        ("127.0.0.1:1", 403),
        ("evil.example@127.0.0.1:{port}", 403),
        ("[::1]:{port}", 403),
        ("127.0.0.1:{port}, evil.example", 403),
        ("127.0.0.1:{port}\r\nHost: evil.example", 403),
        ("", 403),
    ],
)
def test_only_requests_to_its_own_host_are_answered(server, host, code):
    assert status(server, host=host.format(port=port_of(server))) == code


def test_a_request_without_a_host_is_refused(server):
    with connect(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert received(connection).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Origin: http://127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin", 200),
        ("Sec-Fetch-Site: none", 200),
        ("Origin: http://evil.example", 403),
        ("Origin: null", 403),
        ("Origin: https://127.0.0.1:{port}", 403),
        ("Origin: http://127.0.0.1:1", 403),
        ("Origin: http://localhost:{port}", 403),
        ("Origin: http://127.0.0.1:{port}\r\nOrigin: http://evil.example", 403),
        ("Sec-Fetch-Site: cross-site", 403),
        ("Sec-Fetch-Site: same-site", 403),
        ("Sec-Fetch-Site: elsewhere", 403),
    ],
)
def test_only_its_own_page_and_typed_addresses_are_answered(server, method, header, code):
    assert status(server, header.format(port=port_of(server)), method=method) == code


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_not_implemented(server, method):
    assert status(server, "Origin: http://evil.example", method=method) == 501


# Bodies


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Content-Length: many", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 1_0", 400),
        ("Content-Length: 1000001", 413),
        ("Transfer-Encoding: chunked", 411),
    ],
)
def test_a_body_of_no_usable_length_is_refused(server, header, code):
    with connect(server) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n{header}\r\n\r\n".encode())
        response = received(connection)
    assert response.startswith(f"HTTP/1.1 {code} ".encode())
    assert response.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    ("headers", "method", "code"),
    [([], "POST", 413), (["Origin: null"], "POST", 403), ([], "PATCH", 501)],
    ids=["too long", "foreign", "method"],
)
def test_a_refusal_arrives_while_the_body_is_being_sent(server, headers, method, code):
    assert status(server, *headers, method=method, body=b"x" * 20_000_000) == code


def test_half_a_body_is_no_request():
    requests = []

    def respond(*request):
        requests.append(request)
        return echo(*request)

    with closing(Server(0, respond)) as server, connect(server) as connection:
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\nContent-Length: 10\r\n\r\n"
        connection.sendall(head.encode() + b"123")
        connection.shutdown(socket.SHUT_WR)
        assert received(connection) == b""
    assert requests == []


# Connections


def get(connection: socket.socket, server: Server) -> bytes:
    connection.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode())
    return connection.recv(10_000)


def test_a_connection_is_kept_and_has_one_number(server):
    with connect(server) as first, connect(server) as second:
        responses = [get(first, server), get(second, server), get(first, server)]
    assert [response[-2:-1] for response in responses] == [b"1", b"2", b"1"]


def test_closing_ends_idle_and_hanging_connections():
    arrived = threading.Event()

    def respond(*request):
        if request[4] == 2:
            arrived.set()
        return echo(*request)[0], "hang" if request[4] == 2 else None

    server = Server(0, respond)
    with connect(server) as idle, connect(server) as hanging:
        get(idle, server)
        hanging.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n\r\n".encode())
        arrived.wait(10)
        server.close()
        assert (idle.recv(1), hanging.recv(1)) == (b"", b"")
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_an_exception_of_the_responder_is_printed(capsys):
    def respond(*_):
        raise KeyError("defect")

    with closing(Server(0, respond)) as server, connect(server) as connection:
        assert get(connection, server) == b""
    assert "KeyError: 'defect'" in capsys.readouterr().err
