"""Certificate authorities: a setting that cannot be right, and a certificate that is not to be trusted."""

import socket

import pytest

from amazon_selling_partner import AmazonSellingPartnerBook
from amazon_selling_partner.amazon.clock import Budget, SystemClock
from amazon_selling_partner.amazon.http import Transport
from amazon_selling_partner.amazon.http.tls import tls_context
from amazon_selling_partner.amazon.retry import seconds_before_retry
from amazon_selling_partner.amazon.sessions import Sessions
from amazon_selling_partner.errors import AmazonUnreachable, InvalidSetting
from playground.local_amazon import DEMONSTRATION_SELLER
from tests.amazon.http.bare_server import CERTIFICATE, OK, answering, server


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def send(url: str) -> int:
    transport = Transport(SystemClock())
    try:
        return transport.send("GET", url, Budget(SystemClock(), 10)).status
    finally:
        transport.close()


def test_the_authorities_of_the_environment_are_trusted(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with server(answering(OK), tls=True) as url:
        assert send(url) == 200


@pytest.mark.parametrize(
    "content", [None, b"", b"garbage", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"]
)
def test_a_file_of_authorities_that_is_missing_or_is_none_is_an_error_that_names_the_variable(
    monkeypatch, tmp_path, content
):
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with pytest.raises(InvalidSetting, match=r"environment variable SSL_CERT_FILE must name a file .*\[reason: .*\]"):
        Transport(SystemClock())


def test_a_folder_in_place_of_the_file_is_the_same_error(monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    with pytest.raises(InvalidSetting, match="SSL_CERT_FILE must name a file"):
        Transport(SystemClock())


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_of_authorities_that_is_none_is_an_error_that_names_the_variable(monkeypatch, tmp_path, name):
    (tmp_path / "file").write_bytes(CERTIFICATE.read_bytes())
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / name))
    with pytest.raises(InvalidSetting, match="environment variable SSL_CERT_DIR must name a folder"):
        Transport(SystemClock())


def test_the_authorities_are_read_once_for_the_same_environment(monkeypatch):
    first = tls_context()
    assert tls_context() is first
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert tls_context() is not first


def test_a_local_amazon_needs_no_authorities(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    Transport(SystemClock(), local=True).close()


def test_a_step_with_wrong_authorities_ends_before_any_call_as_a_wrong_value(monkeypatch):
    monkeypatch.delenv("AMAZON_SELLING_PARTNER_LOCAL_URL", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    seller = DEMONSTRATION_SELLER
    book = AmazonSellingPartnerBook(Sessions())
    book.connect(seller.refresh_token, seller.client_id, seller.client_secret)
    with pytest.raises(ValueError, match="SSL_CERT_FILE must name"):
        book.retrieve_orders()


def test_a_certificate_that_is_not_trusted_is_told_as_such_and_not_asked_again():
    with server(answering(OK), tls=True) as url, pytest.raises(AmazonUnreachable) as caught:
        send(url)
    assert str(caught.value).startswith("The certificate that answered for Amazon is not one to trust")
    assert "SSL_CERT_FILE" in str(caught.value)
    assert "reason: CertificateRefused: self-signed certificate" in str(caught.value)
    assert seconds_before_retry(caught.value, 0, 840, 0.5) is None


def test_a_certificate_of_another_host_is_told_as_such(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    with server(answering(OK), tls=True) as url, pytest.raises(AmazonUnreachable, match=r"not one to trust.*mismatch"):
        send(url.replace("127.0.0.1", "amazon.example"))


def test_a_server_that_speaks_no_tls_is_not_a_matter_of_certificates():
    plain = server(answering(b"hello"), reads_request=False)
    with plain as url, pytest.raises(AmazonUnreachable, match="could not be reached") as caught:
        send(url.replace("http:", "https:"))
    assert seconds_before_retry(caught.value, 0, 840, 0.5) is not None
