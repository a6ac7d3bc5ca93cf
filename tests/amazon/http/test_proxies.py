"""The proxy of the environment: what is one, what is not, and that nobody sees its password."""

import base64
import socket
import ssl

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.clock import Budget, SystemClock
from amazon_selling_partner.amazon.http import Transport
from amazon_selling_partner.amazon.http.proxies import environment_proxy
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import AmazonUnreachable, InvalidSetting
from playground.local_amazon import DEMONSTRATION_SELLER
from tests.amazon.http.bare_server import CERTIFICATE, OK, Serve, answering, request_on, server

VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
AMAZON = "https://localhost"


@pytest.fixture(autouse=True)
def no_proxy_yet(monkeypatch):
    for name in ("HTTP_PROXY", "NO_PROXY", "http_proxy", "no_proxy", *VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def budget() -> Budget:
    return Budget(SystemClock(), 10)


def send(url: str = AMAZON) -> int:
    transport = Transport(SystemClock())
    try:
        return transport.send("GET", url, budget(), headers={"x-amz-access-token": "Atza|secret"}).status
    finally:
        transport.close()


def connecting(requests: list[bytes]) -> Serve:
    """A proxy that is Amazon as well: it answers CONNECT, then the request in the tunnel."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    def serve(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as tunnel:
            requests.append(request_on(tunnel))
            tunnel.sendall(OK)

    return serve


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("proxy.example.com:3128", "http://proxy.example.com:3128/"),
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128/"),
        ("http://proxy.example.com:3128/", "http://proxy.example.com:3128/"),
        (" HTTP://Proxy.example.com ", "http://proxy.example.com:80/"),
        ("https://proxy.example.com", "https://proxy.example.com:443/"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080", "http://::1:8080/"),
        ("under_scored:1", "http://under_scored:1/"),
        ("me:secret@proxy:65535", "http://proxy:65535/"),
        ("http://bücher.example:80", "http://xn--bcher-kva.example:80/"),
    ],
)
@pytest.mark.parametrize("variable", VARIABLES)
def test_the_address_of_an_http_proxy_is_one(monkeypatch, variable, address, expected):
    monkeypatch.setenv(variable, address)
    proxy = environment_proxy()
    assert proxy
    assert bytes(proxy.url).decode() == expected


@pytest.mark.parametrize("address", ["", " "])
def test_an_empty_variable_names_no_proxy(monkeypatch, address):
    monkeypatch.setenv("HTTPS_PROXY", address)
    assert environment_proxy() is None


def test_without_a_variable_there_is_no_proxy():
    assert environment_proxy() is None


def test_https_proxy_goes_before_all_proxy_and_http_proxy_is_for_others(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://other:1")
    assert environment_proxy() is None
    monkeypatch.setenv("ALL_PROXY", "http://all:1")
    assert environment_proxy().url.host == b"all"
    monkeypatch.setenv("HTTPS_PROXY", "http://https:1")
    assert environment_proxy().url.host == b"https"


UNUSABLE = [
    "http://proxy..corp.example:8080",
    "http://.:8080",
    f"http://{'x' * 70}.example",
    "ftp://me:secret@proxy:21",
    "socks5://me:secret@proxy:1080",
    "socks5h://me:secret@proxy",
    "socks://me:secret@proxy",
    "http://me:secret@",
    "http://",
    "://secret",
    "http://:8080",
    "http://proxy:secret",
    "http://me:secret",
    "proxy:99999",
    "proxy:0",
    "proxy:-1",
    "http://secret proxy:80",
    "http://me:secret@proxy:80/path",
    "http://me:secret@proxy:80?query",
    "http://me:secret@proxy:80#part",
    "http:/secret:80",
    "http://[::secret",
    "secret\x7f",
    "%secret%",
    "se{cret",
]


@pytest.mark.parametrize("address", UNUSABLE)
def test_any_other_value_is_an_error_that_names_the_variable_and_shows_nothing_of_it(monkeypatch, address):
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(InvalidSetting, match="environment variable HTTPS_PROXY must be") as caught:
        environment_proxy()
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_error_names_the_variable_that_is_set(monkeypatch, variable):
    monkeypatch.setenv(variable, "ftp://proxy")
    with pytest.raises(InvalidSetting, match=f"environment variable {variable} must"):
        environment_proxy()


def test_a_proxy_of_the_system_is_named_as_such(monkeypatch):
    monkeypatch.setattr("amazon_selling_partner.amazon.http.proxies.getproxies", lambda: {"https": "ftp://proxy"})
    with pytest.raises(InvalidSetting, match="settings of this system must"):
        environment_proxy()


def test_a_step_with_an_unusable_proxy_ends_before_any_call_as_a_wrong_value(monkeypatch):
    monkeypatch.delenv("AMAZON_SELLING_PARTNER_LOCAL_URL", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy")
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    seller, sessions = DEMONSTRATION_SELLER, Sessions()
    book = AmazonSellingPartnerBook(sessions)
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    for _ in range(2):
        with pytest.raises(ValueError, match="HTTPS_PROXY must be"):
            book.retrieve_orders()


def test_a_call_goes_through_the_proxy_and_shows_it_no_secret(monkeypatch):
    requests: list[bytes] = []
    with server(connecting(requests)) as url:
        monkeypatch.setenv("HTTPS_PROXY", url.removeprefix("http://"))
        assert send() == 200
    assert requests[0].startswith(b"CONNECT localhost:443 HTTP/1.1\r\n")
    assert b"secret" not in requests[0]
    assert b"x-amz-access-token: Atza|secret" in requests[1]


def test_the_user_name_and_password_of_the_address_are_sent_to_the_proxy_alone(monkeypatch, caplog):
    requests: list[bytes] = []
    caplog.set_level("DEBUG")
    with server(connecting(requests)) as url:
        monkeypatch.setenv("HTTPS_PROXY", url.replace("//", "//m%40e:s%3Aecret%C3%A9@"))
        assert send() == 200
    assert b"Basic " + base64.b64encode("m@e:s:ecreté".encode()) in requests[0]
    assert b"Basic" not in requests[1]
    logged = caplog.text
    assert "ecret" not in logged
    assert "Basic" not in logged


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "ProxyError: status 407"),
        (b"HTTP/1.1 502 me:secret\r\nContent-Length: 0\r\n\r\n", "ProxyError: status 502"),
    ],
)
def test_a_proxy_that_refuses_is_told_as_such_without_its_address_or_password(monkeypatch, answer, reason):
    with server(answering(answer)) as url:
        monkeypatch.setenv("ALL_PROXY", url.replace("//", "//me:secret@"))
        with pytest.raises(AmazonUnreachable, match="The proxy of the environment variable") as caught:
            send()
    assert f"reason: {reason}]" in str(caught.value)
    assert "secret" not in f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert url.rpartition(":")[2] not in str(caught.value)


def test_a_proxy_that_is_not_there_is_told_without_its_address(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{port}")
    with pytest.raises(AmazonUnreachable, match="proxy: HTTPS_PROXY or ALL_PROXY, reason: ConnectError: ") as caught:
        send()
    assert "secret" not in f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_a_host_of_no_proxy_is_reached_without_it(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with server(answering(OK), tls=True) as url:
        assert send(url) == 200


def test_a_local_amazon_is_reached_without_it(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy")
    monkeypatch.setenv("ALL_PROXY", "ftp://proxy")
    transport = Transport(SystemClock(), local=True)
    with server(answering(OK)) as url:
        assert transport.send("GET", url, budget()).status == 200
    transport.close()
