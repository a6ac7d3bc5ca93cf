"""Who may speak to the page: itself, opened by whoever has the printed address, and nobody else."""

import asyncio
import http.client
import re
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from playground.loopback import own_hosts
from playground.page import app
from playground.page.security import Keys, OwnRequestsOnly

KEYS = Keys(8765)
COOKIE = f"{KEYS.cookie}={KEYS.token}"
OWN = {"host": "127.0.0.1:8765", "origin": "http://127.0.0.1:8765"}


def status(kind="http", method="GET", more=(), query="", cookie=COOKIE, **headers):
    """Send one request through the guard, of a browser that has the cookie; return its status, or how it ended."""
    sent = []

    async def answer(scope, receive, send):
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send({"type": "websocket.accept"})

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    fields = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in {**headers, "cookie": cookie}.items()
        if value is not None
    ]
    fields += [(name.encode(), value.encode()) for name, value in more]
    scope = {"type": kind, "method": method, "path": "/", "query_string": query.encode(), "headers": fields}
    asyncio.run(OwnRequestsOnly(answer, own_hosts(8765), KEYS)(scope, receive, send))
    return sent[0].get("status", sent[0]["type"])


EVIL = {**OWN, "origin": "http://evil.test"}
LINK = {"host": OWN["host"], "sec_fetch_site": "cross-site"}


@pytest.mark.parametrize(
    ("headers", "get", "post", "websocket"),
    [
        (OWN, 200, 200, "websocket.accept"),
        ({"host": OWN["host"]}, 200, 403, "websocket.close"),
        ({**OWN, "host": "evil.test:8765"}, 403, 403, "websocket.close"),
        ({**OWN, "host": None}, 403, 403, "websocket.close"),
        (EVIL, 403, 403, "websocket.close"),
        ({**OWN, "origin": "http://127.0.0.1:8766"}, 403, 403, "websocket.close"),
        ({**OWN, "more": [("host", "evil.test")]}, 403, 403, "websocket.close"),
        ({**OWN, "more": [("host", OWN["host"])]}, 403, 403, "websocket.close"),
        ({**OWN, "more": [("origin", EVIL["origin"])]}, 403, 403, "websocket.close"),
        ({**LINK, "sec_fetch_mode": "navigate"}, 200, 403, "websocket.close"),
        ({**LINK, "sec_fetch_mode": "no-cors"}, 403, 403, "websocket.close"),
        ({**OWN, "cookie": None}, 403, 403, "websocket.close"),
        ({**OWN, "cookie": f"{KEYS.cookie}=guessed"}, 403, 403, "websocket.close"),
        ({**OWN, "cookie": f"workspace-1={KEYS.token}"}, 403, 403, "websocket.close"),
    ],
    ids=[
        *("own", "no origin", "foreign host", "no host", "foreign origin", "origin of another port", "two hosts"),
        *("host twice", "two origins", "link", "part of a foreign page", "no cookie", "guessed", "of another port"),
    ],
)
def test_only_the_page_itself_is_answered(headers, get, post, websocket):
    assert status(**headers) == get
    assert status(method="POST", **headers) == post
    assert status("websocket", **headers) == websocket


def test_a_ticket_opens_the_page_once():
    query = f"token={KEYS.ticket()}"
    assert status(host=OWN["host"], cookie=None, query=query) == 303
    assert status(host=OWN["host"], cookie=None, query=query) == 403


def test_a_foreign_host_learns_nothing_by_the_token():
    assert status(host="evil.test", cookie=None, query=f"token={KEYS.token}") == 403


def get(address, method="GET", path="/", **headers):
    """Send one request; return the response and its text."""
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response, response.read().decode()


@pytest.fixture(scope="module")
def cookie(address):
    """What a browser keeps that opened the printed address."""
    response, _ = get(address, path=f"/?{urlsplit(address).query}")
    return response.headers["Set-Cookie"].partition(";")[0]


def test_the_printed_address_sets_a_cookie_and_loses_its_token(address):
    response, _ = get(address, path=f"/?{urlsplit(address).query}")
    assert address.startswith("http://127.0.0.1:")
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=lax"} <= set(response.headers["Set-Cookie"].split("; "))


def test_without_the_token_the_page_says_where_to_find_it(address):
    response, page = get(address)
    assert response.status == 403
    assert "Open the address that the workspace printed when it started" in page


def test_the_served_page_is_guarded_and_has_a_content_policy(address, cookie):
    response, page = get(address, Cookie=cookie)
    assert response.status == 200
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert not re.search(r"Atz[ar]\||amzn1\.oa2-cs", page)
    assert get(address, Cookie=cookie, Host="evil.test")[0].status == 403
    assert get(address, Cookie=cookie, Origin="http://evil.test")[0].status == 403
    assert get(address, "POST", "/completions", Cookie=cookie)[0].status == 403


@pytest.mark.parametrize(("origin", "answer"), [(None, 403), ("http://evil.test", 403), ("own", 101)])
def test_the_served_websocket_is_guarded(address, cookie, origin, answer):
    headers = {
        "Cookie": cookie,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **({"Origin": f"http://{urlsplit(address).netloc}" if origin == "own" else origin} if origin else {}),
    }
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.request("GET", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket", headers=headers)
    assert connection.getresponse().status == answer
    connection.close()


def luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", [":root", "body.body--dark"])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("text", ("bg", "surface", "sunken", "accent-soft", "bad-soft", "warn-soft", "good-soft")),
        ("muted", ("bg", "surface", "sunken", "accent-soft")),
        ("accent", ("bg", "surface", "sunken")),
        ("on-accent", ("accent",)),
        ("bad", ("surface", "bad-soft")),
        ("warn", ("warn-soft",)),
        ("good", ("good-soft",)),
    ],
)
def test_text_stands_out_from_its_ground_as_accessibility_asks(mode, ink, grounds):
    sheet = Path(app.__file__).with_name("style.css").read_text("utf-8")
    block = sheet.partition(f"{mode} {{")[2].partition("}")[0]
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for ground in grounds:
        assert contrast(colors[ink], colors[ground]) >= 4.5, (ink, ground)
