"""Settings of a deployment: read from the environment, refused in plain words."""

import pytest

from amazon_selling_partner.errors import InvalidSetting
from amazon_selling_partner.settings import DEADLINE_SECONDS, LOCAL_URL, Settings


def test_without_any_variable_the_deadline_is_fourteen_minutes_and_calls_go_to_amazon():
    settings = Settings.from_environment({})
    assert (settings.deadline_seconds, settings.local_url) == (840, None)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080", "http://127.0.0.2:1", "http://localhost:8080", "http://[::1]:8080", "http://127.0.0.1"],
)
def test_an_address_on_this_machine_is_taken(url):
    assert Settings.from_environment({LOCAL_URL: f" {url}/ "}).local_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com:8080",
        "https://sellingpartnerapi-na.amazon.com",
        "http://127.0.0.1@example.com",
        "http://user:password@127.0.0.1:8080",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://192.168.0.1:8080",
        "http://0.0.0.0:8080",
        "http://127.0.0.1:8080/path",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:8080?query",
        "http://[::ffff:8.8.8.8]:80",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "http://",
        "http://[::1",
        "nonsense",
    ],
)
def test_any_other_address_is_refused(url):
    with pytest.raises(InvalidSetting, match="on this machine"):
        Settings.from_environment({LOCAL_URL: url})


def test_the_deadline_can_be_set():
    assert Settings.from_environment({DEADLINE_SECONDS: "60.5"}).deadline_seconds == 60.5


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "1e9"])
def test_a_deadline_that_is_none_is_refused(text):
    with pytest.raises(InvalidSetting, match=DEADLINE_SECONDS):
        Settings.from_environment({DEADLINE_SECONDS: text})
