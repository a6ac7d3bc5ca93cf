"""The settings of a deployment: defaults, and values that are refused."""

import pytest

from amazon_selling_partner import messages
from amazon_selling_partner.errors import InvalidSetting
from amazon_selling_partner.settings import DEADLINE_SECONDS, LOCAL_URL, ORDERS_API, OrdersApi, Settings


def local_url(text: str) -> str | None:
    return Settings.from_environment({LOCAL_URL: text}).local_url


def deadline(text: str) -> float:
    return Settings.from_environment({DEADLINE_SECONDS: text}).deadline_seconds


def test_the_defaults_are_amazon_auto_and_14_minutes():
    assert Settings.from_environment({}) == Settings(840.0, None, OrdersApi.AUTO)


def test_the_settings_come_from_the_environment_of_the_process(monkeypatch):
    monkeypatch.setenv(LOCAL_URL, "http://127.0.0.1:8080")
    monkeypatch.setenv(DEADLINE_SECONDS, "60")
    assert Settings.from_environment() == Settings(deadline_seconds=60.0, local_url="http://127.0.0.1:8080")


# The local address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://127.0.0.2:8080", "http://127.0.0.2:8080"),
        ("http://127.255.255.254:8080", "http://127.255.255.254:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]", "http://[::1]"),
        ("HTTP://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" http://127.0.0.1:8080/\n", "http://127.0.0.1:8080"),
        ("http://LocalHost:8080", "http://LocalHost:8080"),
    ],
)
def test_an_address_on_this_machine_is_accepted(text, address):
    assert local_url(text) == address


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_a_blank_address_means_amazon(text):
    assert local_url(text) is None


@pytest.mark.parametrize(
    "text",
    [
        # other machines
        "http://evil.example",
        "http://0.0.0.0:8080",
        "http://128.0.0.1:8080",
        "http://[::]:8080",
        # other machines that look like this one
        "http://127.0.0.1@evil.example",
        "http://user:word@127.0.0.1:8080",
        "http://evil.example\\@127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1\n.evil.example",
        "http://127.0.0.1%2eevil.example",
        "http://localhost.evil.example",
        "http://evil.example#@127.0.0.1",
        "http://[::1]evil.example",
        "http://[::1%evil.example]",
        # spellings of this machine that programs read differently
        "http://127.1",
        "http://2130706433",
        "http://0x7f.0.0.1",
        # not scheme, host and port alone
        "https://127.0.0.1:8443",
        "file:///etc/passwd",
        "127.0.0.1:8080",
        "localhost",
        "http://",
        "http://:8080",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1:8080/?query",
        "http://127.0.0.1:8080#fragment",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://[::1",
    ],
)
def test_any_other_address_is_refused(text):
    with pytest.raises(InvalidSetting) as caught:
        local_url(text)
    assert str(caught.value) == messages.LOCAL_URL_SETTING


# The deadline


@pytest.mark.parametrize(
    ("text", "seconds"), [("840", 840.0), ("0.5", 0.5), (" 60 ", 60.0), ("86400", 86400.0), ("", 840.0), (" ", 840.0)]
)
def test_the_deadline_is_a_number_of_seconds(text, seconds):
    assert deadline(text) == seconds


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "-inf", "14 minutes", "86401", "1,5", "None"])
def test_any_other_deadline_is_refused(text):
    with pytest.raises(InvalidSetting) as caught:
        deadline(text)
    assert str(caught.value) == f"{messages.DEADLINE_SETTING} [value: {text}]"


# The version of the Orders API


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("auto", OrdersApi.AUTO),
        ("v0", OrdersApi.V0),
        ("2026-01-01", OrdersApi.V2026_01_01),
        (" V0 ", OrdersApi.V0),
        ("", OrdersApi.AUTO),
    ],
)
def test_the_version_is_auto_or_pinned(text, version):
    assert Settings.from_environment({ORDERS_API: text}).orders_api is version


@pytest.mark.parametrize("text", ["v1", "0", "2026", "V2026_01_01", "v0,2026-01-01"])
def test_any_other_version_is_refused(text):
    with pytest.raises(InvalidSetting) as caught:
        Settings.from_environment({ORDERS_API: text})
    assert str(caught.value) == f"{messages.ORDERS_API_SETTING} [value: {text}]"
