"""The commands a newcomer types, as programs of their own."""

import csv
import fcntl
import http.client
import io
import json
import logging
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from rich.cells import cell_len

from amazon_selling_partner.settings import LOCAL_URL
from playground.__main__ import main
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from playground.local_amazon.faults import status
from playground.local_amazon.seed import generated_orders
from playground.workspace import CREDENTIALS

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AMAZON_SELLING_PARTNER_")},
    "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    "PYTHONIOENCODING": "utf-8",
}
BDKCTL = Path(sys.executable).with_name("bdkctl")
STEP = 'retrieve an order from amazon selling partner with the marketplace is "US", the order id is "{}"'
KNOWN = "902-3159896-1390916"


def run(*arguments, text=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**ENVIRONMENT, **environment},
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@contextmanager
def started(*arguments):
    """Start a program that runs until it is interrupted."""
    # A shell has what it starts in the background ignore Ctrl-C, and that is inherited by whatever runs these tests.
    command = [
        "import runpy, signal, sys",
        "signal.signal(signal.SIGINT, signal.default_int_handler)",
        "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)",
    ]
    with subprocess.Popen(
        [sys.executable, "-c", "\n".join(command), *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        try:
            yield program
        finally:
            program.kill()


@contextmanager
def serving(*arguments, until):
    """Start a program that serves, and give it with what it printed up to a line that ends so."""
    with started(*arguments) as program:
        printed = ""
        while not printed.endswith(until):
            line = program.stdout.readline()
            assert line, program.stderr.read()
            printed += line
        yield program, printed


def on_a_terminal(*arguments, columns=200, status=0):
    """Return what a program writes to a terminal, on which it has this exit status."""
    terminal, its_side = pty.openpty()
    fcntl.ioctl(its_side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {**ENVIRONMENT, "TERM": "xterm"}
    for variable in ("NO_COLOR", "COLUMNS"):
        environment.pop(variable, None)
    with subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, stdin=its_side, stdout=its_side, stderr=its_side
    ) as program:
        os.close(its_side)
        written = b""
        with suppress(OSError):  # Linux tells the end of a terminal by an error.
            while chunk := os.read(terminal, 65_536):
                written += chunk
        os.close(terminal)
    assert program.returncode == status
    return written.decode()


def interrupted(program):
    """Press Ctrl-C; return the exit status and what was printed since."""
    program.send_signal(signal.SIGINT)
    rest, complaints = program.communicate(timeout=20)
    return program.returncode, rest.strip(), complaints


# demo


@pytest.fixture(scope="module")
def demonstration():
    return run("playground", "demo")


def test_the_demonstration_succeeds(demonstration):
    assert demonstration.returncode == 0, demonstration.stderr


def test_the_demonstration_complains_of_nothing(demonstration):
    assert demonstration.stderr == ""
    assert "Traceback" not in demonstration.stdout


def test_every_documented_step_is_shown_with_its_description(demonstration):
    usage = (ROOT / "USAGE.md").read_text(encoding="utf-8")
    examples = re.findall(r"^(Get [^\n]*)\n\n```generic\n(.*?)```", usage, re.MULTILINE | re.DOTALL)
    steps = {step: description for description, step in reversed(examples)}
    assert len(steps) == 6
    for step, description in steps.items():
        indented = "".join(f"    {line}\n" for line in step.splitlines())
        assert f"{description}\n{indented}\n" in demonstration.stdout


def test_the_documented_order_is_shown_in_full(demonstration):
    lines = demonstration.stdout.splitlines()
    assert any(line.split() == ["amazon", "order", "id", KNOWN] for line in lines)
    assert any("PO-2024-0117" in line for line in lines)


def test_the_number_of_orders_is_told_below_each_table(demonstration):
    tables = re.findall(r"^─.*\n((?:\d{3}-.*\n)+)(?:… and (\d+) more\n)?\n(\d+) orders?$", demonstration.stdout, re.M)
    assert len(tables) == 5
    for rows, more, count in tables:
        assert len(rows.splitlines()) + int(more or 0) == int(count)


def test_the_demonstration_ends_with_an_error_as_a_person_reads_it(demonstration):
    tail = demonstration.stdout.partition("What a person reads when the order id is wrong\n")[2]
    assert "NotFound\n  Amazon does not know this order in the region of the marketplace." in tail
    assert re.search(r"\n7 steps, \d+ requests to the local Amazon\.\n$", tail)


def test_the_output_of_a_pipe_has_no_colour(demonstration):
    assert "\033" not in demonstration.stdout


def test_no_credential_is_printed(demonstration):
    assert "Atz" not in demonstration.stdout
    assert "oa2-cs" not in demonstration.stdout


def test_the_demonstration_works_on_the_newer_orders_api_as_well():
    found = run("playground", "demo", AMAZON_SELLING_PARTNER_ORDERS_API="2026-01-01")
    assert (found.returncode, found.stderr) == (0, "")
    assert KNOWN in found.stdout


def test_a_terminal_gets_the_same_demonstration_in_colour(demonstration):
    coloured = on_a_terminal("playground", "demo")
    assert "    \033[36mretrieve orders from amazon selling partner with" in coloured
    assert "\033[1;31mNotFound\033[0m" in coloured
    plain = re.sub(r"\033\[[\d;]*m", "", coloured).replace("\r\n", "\n")
    # Ports, moments and personal data differ from run to run.
    words = [re.sub(r"\S*\d\S*", "…", text) for text in (plain, demonstration.stdout)]
    assert words[0] == words[1]


def test_a_narrow_terminal_gets_no_line_that_does_not_fit():
    shown = re.sub(r"\033\[[\d;]*m", "", on_a_terminal("playground", "demo", columns=60)).replace("\r\n", "\n")
    assert max(map(cell_len, shown.splitlines())) <= 60
    assert "902-3159896-1390916" in shown
    assert re.search(r"^  local Amazon   http://127\.0\.0\.1:\d+; nothing leaves this$", shown, re.MULTILINE)


# step


def test_a_step_shows_an_order_as_a_card():
    found = run("playground", "step", STEP.format(KNOWN))
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[0].split() == ["amazon", "order", "id", KNOWN]


def test_a_step_is_read_from_the_standard_input():
    found = run("playground", "step", "--format", "json", text=STEP.format(KNOWN).replace(", ", "\n"))
    assert json.loads(found.stdout)["amazon_order_id"] == KNOWN


def test_a_step_shows_orders_as_a_table():
    found = run("playground", "step", 'retrieve orders whose order status is "Canceled" with the limit is 1')
    assert found.stdout.splitlines()[-1] == "1 order"


def test_a_step_that_is_not_understood_is_pointed_at():
    found = run("playground", "step", "retrieve orders\n    whose is prim is true")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        'NotUnderstood\n  I do not understand "prim". Did you mean "is prime"?\n\n'
        "          whose is prim is true\n                   ^^^^\n"
    )


def test_an_error_of_the_book_is_its_kind_and_its_sentence():
    found = run("playground", "step", STEP.format("902-3159896-1390999"))
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("NotFound\n  Amazon does not know this order")


def test_an_error_of_the_book_about_a_filter_comes_in_full_with_what_to_write_instead():
    found = run("playground", "step", "retrieve orders whose order total is greater than 100")
    assert (found.returncode, found.stdout) == (1, "")
    told = " ".join(found.stderr.split())
    assert told.startswith('InvalidValue The filter cannot compare "order total" as a whole')
    assert "whose order total's amount" in told
    assert "currency code" in told


def test_the_real_amazon_needs_credentials_and_names_those_that_are_missing():
    found = run("playground", "step", "--amazon", "retrieve orders", AMAZON_SELLING_PARTNER_CLIENT_ID="amzn1.x")
    assert (found.returncode, found.stdout) == (2, "")
    words = found.stderr.split()
    assert CREDENTIALS["refresh_token"] + "," in words
    assert CREDENTIALS["client_secret"] in words
    assert CREDENTIALS["client_id"] not in found.stderr


def test_the_real_amazon_is_asked_with_the_credentials_of_the_environment():
    """The book's own setting stands in for the real Amazon here."""
    with serving("playground", "amazon", until="}\n") as (_, printed):
        facts = json.loads(printed)
        address = {"AMAZON_SELLING_PARTNER_LOCAL_URL": facts["AMAZON_SELLING_PARTNER_LOCAL_URL"]}
        credentials = {variable: facts[name.replace("_", " ")] for name, variable in CREDENTIALS.items()}
        found = run("playground", "step", "--amazon", STEP.format(KNOWN), **address, **credentials)
        assert found.returncode == 0, found.stderr
        wrong = {CREDENTIALS["client_secret"]: "amzn1.oa2-cs.v1.wrong0123456789"}
        refused = run("playground", "step", "--amazon", STEP.format(KNOWN), **address, **{**credentials, **wrong})
    assert refused.returncode == 1
    assert refused.stderr.startswith("AuthenticationRequired\n  Amazon does not accept the Client ID or the Client")
    assert "wrong0123456789" not in refused.stderr


# orders


def test_orders_are_a_table_unless_told_otherwise():
    found = run("playground", "orders", "--limit", "3", "--offset", "1")
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.splitlines()[-1] == "3 orders"


def test_a_limit_of_0_is_a_limit():
    assert run("playground", "orders", "--limit", "0").stdout.splitlines()[-1] == "0 orders"


def test_orders_as_csv_into_a_file(tmp_path):
    path = tmp_path / "orders.csv"
    found = run("playground", "orders", "--created-after", "2024-11-01", "--format", "csv", "--output", str(path))
    assert (found.returncode, found.stdout) == (0, "")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert found.stderr == f"{len(rows)} orders in {path}\n"
    [row] = [row for row in rows if row["amazon_order_id"] == KNOWN]
    assert (row["buyer_info.purchase_order_number"], row["order_total.currency_code"]) == ("PO-2024-0117", "USD")


def test_orders_as_json_with_a_filter_and_another_marketplace():
    whose = 'shipping address\'s city is "東京都"'
    found = run("playground", "orders", "--marketplace", "JP", "--whose", whose, "--format", "json")
    orders = json.loads(found.stdout)
    assert [order["shipping_address"]["city"] for order in orders] == ["東京都"] * len(orders) != []


@pytest.mark.parametrize("shape", ["text", "csv", "json"])
def test_what_is_piped_is_utf_8_whatever_the_locale(shape):
    found = run("playground", "orders", "--marketplace", "JP", "--format", shape, PYTHONIOENCODING="ascii")
    assert (found.returncode, found.stderr) == (0, "")
    assert "東京都" in found.stdout


def test_a_terminal_that_lacks_letters_gets_question_marks(monkeypatch):
    monkeypatch.setitem(ENVIRONMENT, "PYTHONIOENCODING", "ascii")
    shown = on_a_terminal("playground", "orders", "--marketplace", "JP")
    assert "???, JP" in shown


def test_a_date_is_handed_to_the_book_as_it_is_written():
    found = run("playground", "orders", "--last-updated", 'the "second" of \\ May')
    assert found.returncode == 1
    assert found.stderr.startswith("InvalidValue\n  The last updated is not a date")


def test_generated_orders_and_a_faster_quota_show_pages_and_all_orders():
    found = run("playground", "orders", "--generate", "250", "--quota", "1000", "--format", "csv")
    assert found.returncode == 0
    assert len(list(csv.DictReader(io.StringIO(found.stdout)))) == 250
    assert found.stderr.splitlines() == [
        "Page 1 read, 100 orders so far, more to come.",
        "Page 2 read, 200 orders so far, more to come.",
    ]


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    path = tmp_path / "missing" / "orders.csv"
    found = run("playground", "orders", "--output", str(path))
    assert found.returncode == 1
    assert str(path) in found.stderr
    assert "Traceback" not in found.stderr


def test_a_reader_that_has_seen_enough_is_no_error():
    orders = f"{sys.executable} -m playground orders --generate 2000 --quota 0 --format json"
    command = f"{orders} | head -1; exit ${{PIPESTATUS[0]}}"
    found = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert (found.returncode, found.stdout) == (128 + signal.SIGPIPE, "[\n")
    assert "Traceback" not in found.stderr
    assert "Broken pipe" not in found.stderr


def test_an_interrupt_ends_a_wait_for_quota():
    with started("playground", "orders", "--generate", "3000") as program:
        while "Waiting" not in program.stderr.readline():
            pass
        assert interrupted(program) == (130, "", "Stopped.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("step", "retrieve \033]0;title\007 orders"),
        ("orders", "--limit", "\033[2J"),
        ("orders", "--marketplace", "\033[2J"),
        ("orders", "--output", "/missing\033[2J/orders.csv"),
        ("orders", "--limit", "\udcff"),
        ("orders", "--whose", "\udcff"),
    ],
    ids=["step", "option", "input", "path", "option that is no text", "step that is no text"],
)
def test_what_a_person_is_told_of_what_they_wrote_does_not_steer_the_terminal(arguments):
    found = run("playground", *arguments)
    assert found.returncode in {1, 2}
    assert "\033" not in found.stderr
    assert any(shown in found.stderr for shown in ("␛", "\ufffd", "\\x1b"))
    assert "Traceback" not in found.stderr


@pytest.fixture
def amazon(monkeypatch):
    """A local Amazon which programs that are started take for the real one, with an order of a buyer who steers."""
    [order] = generated_orders(1, datetime.now(UTC) - timedelta(hours=1))
    order |= {
        "AmazonOrderId": KNOWN,
        "BuyerInfo": {"BuyerName": "Ada\033[2J\r Lovelace"},
        "ShippingAddress": {"City": "Boise\033]0;title\007\x9b2J", "CountryCode": "US"},
    }
    with LocalAmazon([order]) as amazon:
        monkeypatch.setitem(ENVIRONMENT, LOCAL_URL, amazon.url)
        for name, variable in CREDENTIALS.items():
            monkeypatch.setitem(ENVIRONMENT, variable, getattr(DEMONSTRATION_SELLER, name))
        yield amazon


# None of these is an escape that colours.
STEERING = ("\033[2J", "\033]", "\007", "\x9b")


@pytest.mark.parametrize("shape", ["text", "csv", "json"])
@pytest.mark.usefixtures("amazon")
def test_what_a_buyer_wrote_does_not_steer_the_terminal_in_any_shape(shape):
    shown = on_a_terminal("playground", "orders", "--amazon", "--format", shape)
    assert "Boise" in shown
    assert [steering for steering in STEERING if steering in shown] == []


@pytest.mark.usefixtures("amazon")
def test_a_card_shows_what_a_buyer_wrote_and_does_not_obey_it():
    shown = on_a_terminal("playground", "step", "--amazon", STEP.format(KNOWN))
    assert "Ada␛[2J␍ Lovelace" in shown
    assert "Boise␛]0;title␇\ufffd2J" in shown
    assert [steering for steering in STEERING if steering in shown] == []


def test_what_amazon_says_of_an_error_is_shown_and_not_obeyed(amazon):
    said = {"errors": [{"code": "InvalidInput", "message": "gone\033[2J", "details": "\033]0;title\007"}]}
    amazon.faults.always("getOrder", status(400, said))
    shown = on_a_terminal("playground", "step", "--amazon", STEP.format(KNOWN), status=1)
    assert "gone" in shown
    assert "[2J" in shown
    assert [steering for steering in STEERING if steering in shown] == []


def test_a_step_that_steers_is_shown_and_not_obeyed():
    step = 'retrieve orders whose order status is "\033[2J\033]0;title\007" with the marketplac is "US"'
    shown = on_a_terminal("playground", "step", step, status=2)
    assert '"␛[2J␛]0;title␇" with the marketplac' in shown
    assert [steering for steering in STEERING if steering in shown] == []


def test_a_warning_to_which_nothing_listens_is_shown_and_not_obeyed(capsys):
    assert main(["step", "fetch"]) == 2
    logging.lastResort.handle(logging.makeLogRecord({"msg": "Trying again: gone\033[2J", "levelno": logging.WARNING}))
    assert capsys.readouterr().err.endswith("Trying again: gone␛[2J\n")


# serve


def test_the_book_is_served_until_interrupted():
    with serving("playground", "serve", until="retrieve_order\n\n") as (program, printed):
        assert re.search(r"served over Kognitos's protocol at http://127\.0\.0\.1:\d+ until Ctrl-C", printed)
        assert interrupted(program) == (0, "Stopped.", "")


@pytest.mark.skipif(not BDKCTL.exists(), reason="bdkctl has no release for this Python")
def test_the_printed_command_lets_bdkctl_retrieve_an_order(tmp_path):
    with serving("playground", "serve", until="retrieve_order\n\n") as (_, printed):
        found = subprocess.run(
            ["bash", "-c", printed.partition("In a second terminal:\n")[2]],
            # bdkctl keeps a memory in the home folder.
            env={**os.environ, "HOME": str(tmp_path), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    # Its exit status is 0 whatever happened.
    assert "Procedure Invocation Successful" in found.stdout, found.stdout + found.stderr
    assert f"'amazon_order_id': '{KNOWN}'" in found.stdout
    assert "'purchase_order_number': 'PO-2024-0117'" in found.stdout


@pytest.mark.parametrize(("step", "closed", "status"), [(STEP.format(KNOWN), ">&-", 0), ("fetch", ">&- 2>&-", 2)])
def test_a_stream_that_is_closed_from_the_start_is_done_without(step, closed, status):
    command = f"{shlex.quote(sys.executable)} -m playground step {shlex.quote(step)} {closed}"
    found = subprocess.run(["bash", "-c", command], cwd=ROOT, env=ENVIRONMENT, capture_output=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (status, b"", b"")


def test_a_port_that_is_taken_is_named():
    with serving("playground", "serve", until="retrieve_order\n\n") as (_, printed):
        [port] = re.findall(r"protocol at http://127\.0\.0\.1:(\d+)", printed)
        found = run("playground", "serve", "--port", port)
    assert found.returncode == 1
    assert "in use" in found.stderr
    assert "Traceback" not in found.stderr


def test_the_local_amazon_serves_on_its_own_until_interrupted():
    with serving("playground", "amazon", until="}\n") as (program, printed):
        facts = json.loads(printed)
        connection = http.client.HTTPConnection(
            "127.0.0.1", urlsplit(facts["AMAZON_SELLING_PARTNER_LOCAL_URL"]).port, timeout=20
        )
        form = {name.replace(" ", "_"): value for name, value in facts.items() if " " in name}
        body = urlencode({"grant_type": "refresh_token", **form})
        connection.request("POST", "/auth/o2/token", body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert connection.getresponse().status == 200
        connection.close()
        assert interrupted(program) == (0, "Stopped.", "")


def test_the_local_amazon_has_the_orders_and_the_port_that_are_asked_for():
    with serving("playground", "amazon", "--generate", "7", "--quota", "0", until="}\n") as (_, printed):
        facts = json.loads(printed)
        address = {"AMAZON_SELLING_PARTNER_LOCAL_URL": facts["AMAZON_SELLING_PARTNER_LOCAL_URL"]}
        credentials = {variable: facts[name.replace("_", " ")] for name, variable in CREDENTIALS.items()}
        found = run("playground", "orders", "--amazon", **address, **credentials)
        port = urlsplit(facts["AMAZON_SELLING_PARTNER_LOCAL_URL"]).port
        taken = run("playground", "amazon", "--port", str(port))
    assert found.stdout.splitlines()[-1] == "7 orders"
    assert (taken.returncode, taken.stdout) == (1, "")
    assert "in use" in taken.stderr


# Help


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        (),
        ("demo", "too", "much"),
        ("orders", "--limit", "-1"),
        ("orders", "--limit", "many"),
        ("orders", "--quota", "nan"),
        ("orders", "--amazon", "--generate", "5"),
        ("serve", "--port", "65536"),
        ("amazon", "--port", "-1"),
        ("amazon", "--quota", "-1"),
    ],
    ids=" ".join,
)
def test_a_command_that_is_not_understood_gets_help(arguments):
    found = run("playground", *arguments)
    assert found.returncode == 2
    assert found.stderr.startswith("usage: python -m playground")
    assert "Traceback" not in found.stderr


def test_help_names_the_commands_and_shows_examples():
    found = run("playground", "--help")
    assert found.returncode == 0
    for command in ("demo", "step", "orders", "serve", "amazon"):
        assert f"\n    {command} " in found.stdout
        assert f"python -m playground {command}" in found.stdout


@pytest.mark.parametrize("command", ["step", "orders", "serve"])
def test_the_help_of_a_command_says_how_to_ask_the_real_amazon(command):
    found = run("playground", command, "--help")
    assert found.returncode == 0
    assert all(variable in found.stdout for variable in CREDENTIALS.values())
