"""Real connections on loopback: reuse, failures, the environment's proxy and certificate authorities, and the log."""

import base64
import logging
import re
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.amazon.clock import Budget, Clock
from amazon_selling_partner.amazon.http import Transport
from amazon_selling_partner.errors import AmazonUnavailable, AmazonUnreachable, InvalidSetting
from tests.amazon.http.bare_server import (
    CERTIFICATE,
    OK,
    Serve,
    answering,
    closed_port,
    request_on,
    server,
    server_tls,
)

AMAZON = "https://localhost/orders"


@pytest.fixture
def local() -> Iterator[Transport]:
    transport = Transport(Clock(), local=True)
    yield transport
    transport.close()


def budget(seconds: float = 60) -> Budget:
    return Budget(Clock(), seconds)


def send(url: str = AMAZON) -> int:
    """Send one request to Amazon as the environment says."""
    transport = Transport(Clock())
    try:
        headers = {"x-amz-access-token": "Atza|secret"}
        return transport.send("GET", url, budget(), headers=headers, query={"NextToken": "se cret"}).status
    finally:
        transport.close()


def reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# Connections


def test_one_connection_serves_many_requests(local):
    connections = []

    def serve(connection: socket.socket, request: bytes) -> None:
        connections.append(connection)
        while request:
            assert request.startswith(b"GET /orders?a=b%20c%2F%2B HTTP/1.1\r\n")
            connection.sendall(OK)
            request = request_on(connection)

    with server(serve) as url:
        for _ in range(3):
            assert local.send("GET", f"{url}/orders", budget(), query={"a": "b c/+"}).status == 200
        local.close()
    assert len(connections) == 1


def test_a_connection_closed_while_idle_is_replaced(local):
    closed = threading.Event()

    def serve(connection: socket.socket, _: bytes) -> None:
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with server(serve) as url:
        for _ in range(3):
            assert local.send("GET", url, budget()).status == 200
            assert closed.wait(5)
            closed.clear()


def test_every_thread_gets_a_connection_at_once(local):
    together = threading.Barrier(101)  # httpx's own maximum is 100

    def serve(connection: socket.socket, _: bytes) -> None:
        together.wait(10)
        connection.sendall(OK)

    statuses = []
    with server(serve) as url:
        threads = [
            threading.Thread(target=lambda: statuses.append(local.send("GET", url, budget()).status))
            for _ in range(101)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 101


@pytest.mark.parametrize(
    "serve",
    [
        reset,
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"),
        answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{"),
        answering(b"no HTTP\r\n\r\n"),
    ],
    ids=["reset", "short body", "short chunk", "no HTTP"],
)
def test_an_incomplete_response_is_an_error(local, serve: Serve):
    with server(serve) as url, pytest.raises(AmazonUnavailable) as caught:
        local.send("GET", url, budget())
    assert caught.value.sentence == messages.CONNECTION_BROKEN


def test_a_silent_server_ends_with_the_time_of_the_step(local):
    released = threading.Event()
    with server(lambda *_: (released.wait(5), None)[1]) as url:
        with pytest.raises(AmazonUnavailable) as caught:
            local.send("GET", url, budget(0.05))
        released.set()
    assert caught.value.sentence == messages.TIME_USED_UP


def test_a_missing_local_amazon_names_its_variable_and_port(local):
    port = closed_port()
    with pytest.raises(AmazonUnreachable, match="AMAZON_SELLING_PARTNER_LOCAL_URL") as caught:
        local.send("GET", f"http://127.0.0.1:{port}", budget())
    assert caught.value.diagnostics == {
        "host": f"127.0.0.1:{port}",
        "reason": "ConnectError: Connection refused",
    }


def test_a_name_that_does_not_resolve_shows_the_systems_reason(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(AmazonUnreachable) as caught:
        send()
    assert caught.value.sentence == messages.AMAZON_UNREACHABLE
    assert caught.value.diagnostics == {"host": "localhost", "reason": "ConnectError: Name or service not known"}


# The proxy


def tunnel(requests: list[bytes]) -> Serve:
    """A proxy that is Amazon as well: it answers CONNECT, then the request in the tunnel."""

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with server_tls().wrap_socket(connection, server_side=True) as inside:
            requests.append(request_on(inside))
            inside.sendall(OK)

    return serve


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
def test_a_request_goes_through_the_proxy_of_the_environment(monkeypatch, variable):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    requests: list[bytes] = []
    with server(tunnel(requests)) as url:
        address = url.replace("//", "//me:pass%20word@")
        # An address without a scheme is an HTTP proxy.
        monkeypatch.setenv(variable, address.removeprefix("http://" if variable.isupper() else ""))
        assert send() == 200
    assert requests[0].startswith(b"CONNECT localhost:443 HTTP/1.1\r\n")
    assert b"Basic " + base64.b64encode(b"me:pass word") in requests[0]
    assert b"secret" not in requests[0]
    assert requests[1].startswith(b"GET /orders?NextToken=se%20cret HTTP/1.1\r\n")
    assert b"x-amz-access-token: Atza|secret" in requests[1]
    assert b"Basic" not in requests[1]


def test_a_host_of_no_proxy_is_reached_directly(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with server(answering(OK), tls=True) as url:
        assert send(url) == 200


@pytest.mark.parametrize("address", ["http://proxy.example.com:9", "socks5://proxy.example.com"])
def test_a_local_amazon_needs_neither_proxy_nor_authorities(monkeypatch, address):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("HTTPS_PROXY", address)
    monkeypatch.setenv("ALL_PROXY", address)
    transport = Transport(Clock(), local=True)
    with server(answering(OK)) as url:
        assert transport.send("GET", url, budget()).status == 200
    transport.close()


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "address",
    [
        "socks5://me:secret@proxy:1080",
        "ftp://me:secret@proxy",
        "http://me:secret@",
        "http://me:secret",
        "http://proxy:secret",
        "http://proxy..example:8080",
    ],
)
def test_an_unusable_proxy_is_a_wrong_setting_and_not_shown(monkeypatch, variable, address):
    monkeypatch.setenv("HTTP_PROXY", address)
    monkeypatch.setenv(variable, address)
    with pytest.raises(InvalidSetting) as caught:
        Transport(Clock())
    assert (caught.value.sentence, caught.value.diagnostics) == (messages.PROXY_INVALID, {"variable": variable})
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize("tls", [False, True])
def test_a_proxy_that_refuses_is_named_by_its_variable_alone(monkeypatch, tls):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with server(answering(b"HTTP/1.1 407 me:secret\r\nContent-Length: 0\r\n\r\n"), tls=tls) as url:
        monkeypatch.setenv("ALL_PROXY", url.replace("//", "//me:secret@"))
        with pytest.raises(AmazonUnreachable) as caught:
            send()
    assert caught.value.sentence == messages.PROXY_NOT_CONNECTED
    assert caught.value.diagnostics == {"host": "localhost", "proxy": "ALL_PROXY", "reason": "ProxyError: status 407"}


def test_a_missing_proxy_is_named_by_its_variable_alone(monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{closed_port()}")
    with pytest.raises(AmazonUnreachable) as caught:
        send()
    assert caught.value.sentence == messages.PROXY_NOT_CONNECTED
    assert caught.value.diagnostics["proxy"] == "https_proxy"
    assert "127.0.0.1" not in str(caught.value)


# Certificate authorities


@pytest.mark.parametrize("content", [None, b"", b"garbage"])
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_unreadable_authorities_are_a_wrong_setting(monkeypatch, tmp_path, variable, content):
    path = tmp_path / "authorities"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(variable, str(path))
    with pytest.raises(InvalidSetting) as caught:
        Transport(Clock())
    assert caught.value.sentence == messages.AUTHORITIES_UNREADABLE
    assert caught.value.diagnostics["variable"] == variable
    assert caught.value.diagnostics["reason"]


@pytest.mark.parametrize("authorities", [None, "SSL_CERT_DIR"])
def test_an_untrusted_certificate_is_an_error_of_its_own(monkeypatch, tmp_path, authorities):
    if authorities:
        monkeypatch.setenv(authorities, str(tmp_path))
    with server(answering(OK), tls=True) as url, pytest.raises(AmazonUnreachable) as caught:
        send(url)
    assert caught.value.sentence == messages.CERTIFICATE_NOT_TRUSTED
    assert caught.value.diagnostics.get("authorities") == authorities
    assert caught.value.diagnostics["reason"] == "ConnectError: self-signed certificate"
    assert caught.value.final


def test_a_server_without_tls_is_not_a_matter_of_certificates():
    plain = server(answering(b"hello"), reads_request=False)
    with plain as url, pytest.raises(AmazonUnreachable) as caught:
        send(url.replace("http:", "https:"))
    assert caught.value.sentence == messages.AMAZON_UNREACHABLE
    assert re.fullmatch("ConnectError: [A-Z_]+", caught.value.diagnostics["reason"])  # OpenSSL's word
    assert not caught.value.final


# The log


def test_no_log_shows_a_token_a_form_a_query_or_a_password(monkeypatch, caplog, local):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with server(tunnel([])) as url:
        monkeypatch.setenv("HTTPS_PROXY", url.replace("//", "//me:secret@"))
        assert send() == 200
    with server(answering(OK)) as url:
        local.send("POST", f"{url}/path", budget(), form={"refresh_token": "secret"}, query={"q": "secret"})
    with server(answering(OK)) as url:
        local.send("POST", f"{url}/path", budget(), json={"path": "secret"})
    assert "POST" in caplog.text
    for hidden in ["secret", "se%20cret", base64.b64encode(b"me:secret").decode()]:
        assert hidden not in caplog.text
