"""The commands a newcomer types."""

import contextlib
import csv
import io
import json
import logging
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from amazon_selling_partner.settings import LOCAL_URL
from playground import demo
from playground.__main__ import main
from playground.local_amazon import DEMONSTRATION_SELLER, LocalAmazon
from playground.local_amazon.faults import refused, status
from playground.local_amazon.seed import generated_orders
from playground.workspace import CREDENTIALS
from tests.playground.support import ENVIRONMENT, ROOT, started

BDKCTL = Path(sys.executable).with_name("bdkctl")
STEP = 'retrieve an order from amazon selling partner with the marketplace is "US", the order id is "{}"'
KNOWN = "902-3159896-1390916"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in (LOCAL_URL, *CREDENTIALS.values()):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys):
    """Run a command in this process; return its exit status, output and error output."""

    def run(*arguments):
        return exit_status(*arguments), *capsys.readouterr()

    return run


def exit_status(*arguments):
    try:
        return main(arguments)
    except SystemExit as end:
        return end.code


class Stream(io.TextIOWrapper):
    """An output stream with an encoding, to a terminal or a pipe."""

    def __init__(self, encoding="utf-8", *, terminal=False):
        super().__init__(io.BytesIO(), encoding, write_through=True)
        self.terminal = terminal

    def isatty(self):
        return self.terminal

    def text(self):
        return self.buffer.getvalue().decode()


@pytest.fixture
def on_a_terminal(monkeypatch):
    """Run a command in this process; return all it writes to a terminal of 200 columns."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")

    def on_a_terminal(*arguments, encoding="utf-8"):
        stream = Stream(encoding, terminal=True)
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        exit_status(*arguments)
        return stream.text()

    return on_a_terminal


def shell(command, **environment):
    """Run a command line; `playground` at the beginning of a line is the program."""
    program = f"{sys.executable} -m playground"
    return subprocess.run(
        ["bash", "-c", re.sub(r"^playground\b", program, command, flags=re.MULTILINE)],
        cwd=ROOT,
        env={**ENVIRONMENT, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@contextmanager
def serving(*arguments, until):
    """Start a program that serves; yield it with its output up to a line that ends so, and the empty line after."""
    with started(*arguments) as program:
        printed = ""
        while not printed.endswith(f"{until}\n\n"):
            line = program.stdout.readline()
            assert line, program.stderr.read()
            printed += line
        yield program, printed


def interrupted(program):
    """Press Ctrl-C; return the exit status and the rest of the output and of the error output."""
    program.send_signal(signal.SIGINT)
    output, errors = program.communicate(timeout=20)
    return program.returncode, output.strip(), errors


# demo


@pytest.fixture(scope="module")
def demonstration():
    with contextlib.redirect_stdout(io.StringIO()) as output:
        assert main(["demo"]) == 0
    return output.getvalue()


def test_the_demonstration_shows_every_documented_step(demonstration):
    usage = (ROOT / "USAGE.md").read_text(encoding="utf-8")
    examples = re.findall(r"^(Get [^\n]*)\n\n```generic\n(.*?)```", usage, re.MULTILINE | re.DOTALL)
    steps = {step: description for description, step in reversed(examples)}
    assert len(steps) == 6
    for step, description in steps.items():
        indented = "".join(f"    {line}\n" for line in step.splitlines())
        assert f"{description}\n{indented}\n" in demonstration


def test_the_demonstration_shows_an_order_tables_and_an_error(demonstration):
    assert re.search(rf"^amazon order id +{KNOWN}$", demonstration, re.MULTILINE)
    tables = re.findall(r"^─.*\n((?:\d{3}-.*\n)+)(?:… and (\d+) more\n)?\n(\d+) orders?$", demonstration, re.MULTILINE)
    assert len(tables) == 5
    for rows, more, count in tables:
        assert len(rows.splitlines()) + int(more or 0) == int(count)
    tail = demonstration.partition("What a person reads when the order id is wrong\n")[2]
    assert "Not found\n  Amazon has no such order" in tail
    assert re.search(r"\n7 steps, \d+ requests to the local Amazon\.\n$", tail)


def test_the_demonstration_prints_no_credential(demonstration):
    assert "Atz" not in demonstration
    assert "oa2-cs" not in demonstration


def test_a_terminal_gets_the_same_demonstration_in_color(demonstration, on_a_terminal, monkeypatch):
    monkeypatch.setattr(demo, "time", SimpleNamespace(sleep=lambda _: None))
    colored = on_a_terminal("demo")
    assert "    \033[36mretrieve orders from amazon selling partner with" in colored
    plain = re.sub(r"\033\[[\d;]*m", "", colored)
    # Ports, moments and personal data differ from run to run.
    words = [re.sub(r"\S*\d\S*", "…", text) for text in (plain, demonstration)]
    assert words[0] == words[1]


def test_ctrl_c_in_the_demonstration_resets_the_color(on_a_terminal, monkeypatch):
    typed = []

    def interrupted(_):
        typed.append(_)
        if len(typed) == len("    retrieve"):
            raise KeyboardInterrupt

    monkeypatch.setattr(demo, "time", SimpleNamespace(sleep=interrupted))
    assert on_a_terminal("demo").endswith("    \033[36mretrieve\033[0m\nStopped.\n")


# step


def test_a_step_is_read_from_the_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(STEP.format(KNOWN).replace(", ", "\n")))
    _, output, _ = run("step", "--format", "json")
    assert json.loads(output)["amazon_order_id"] == KNOWN


def test_an_unknown_word_gets_carets(run):
    code, output, errors = run("step", "retrieve orders\n    whose is prim is true")
    assert (code, output) == (2, "")
    assert errors.startswith("Not understood\n  ")
    assert errors.endswith("\n          whose is prim is true\n                   ^^^^\n")


def test_wrong_credentials_are_refused_and_not_shown(run, amazon, monkeypatch):
    monkeypatch.setenv(CREDENTIALS["client_secret"], "amzn1.oa2-cs.v1.wrong0123456789")
    code, output, errors = run("step", "--amazon", STEP.format(KNOWN))
    assert (code, output) == (1, "")
    assert errors.startswith("Authentication required\n  ")
    assert "wrong0123456789" not in errors


def test_a_refused_request_is_no_internal_error(run, amazon):
    amazon.faults.always("getOrder", refused(400, "InvalidInput", "No."))
    code, _, errors = run("step", "--amazon", STEP.format(KNOWN))
    assert code == 1
    assert "The step failed\n  " in errors
    assert "Internal" not in errors.replace("InternalFailure", "")


# orders


@pytest.mark.parametrize(("limit", "last"), [("3", "3 orders"), ("0", "0 orders")])
def test_orders_are_a_table_by_default(run, limit, last):
    code, output, errors = run("orders", "--limit", limit, "--offset", "1")
    assert (code, errors) == (0, "")
    assert output.splitlines()[-1] == last


def test_orders_are_json_with_a_filter_and_another_marketplace(run):
    whose = 'shipping address\'s city is "東京都"'
    _, output, _ = run("orders", "--marketplace", "JP", "--whose", whose, "--format", "json")
    assert {order["shipping_address"]["city"] for order in json.loads(output)} == {"東京都"}


def test_a_date_reaches_the_book_as_it_is_written(run):
    code, _, errors = run("orders", "--last-updated", 'the "second" of \\ May')
    assert code == 1
    assert errors.startswith("Invalid value\n  The last updated is not a valid date")


def test_a_long_retrieval_shows_its_pages(run):
    code, output, errors = run("orders", "--generate", "250", "--quota", "1000", "--format", "csv")
    assert code == 0
    assert len(list(csv.DictReader(io.StringIO(output)))) == 250
    assert errors.splitlines() == [
        "Page 1 read, 100 orders so far, more to come.",
        "Page 2 read, 200 orders so far, more to come.",
    ]


def test_a_pipe_gets_utf_8_and_a_poor_terminal_question_marks(monkeypatch, on_a_terminal):
    assert "???, JP" in on_a_terminal("orders", "--marketplace", "JP", encoding="ascii")
    pipe = Stream("ascii")
    monkeypatch.setattr(sys, "stdout", pipe)
    assert exit_status("orders", "--marketplace", "JP") == 0
    assert "東京都" in pipe.text()


def test_a_pipe_that_is_closed_early_is_no_error():
    orders = "playground orders --generate 300 --quota 0 --format json"
    result = shell(f"{orders} | head -1; exit ${{PIPESTATUS[0]}}")
    assert (result.returncode, result.stdout) == (128 + signal.SIGPIPE, "[\n")
    assert "Traceback" not in result.stderr
    assert "Broken pipe" not in result.stderr


def test_ctrl_c_ends_a_wait_for_quota():
    with started("orders", "--generate", "2100") as program:
        while "Waiting" not in program.stderr.readline():
            pass
        assert interrupted(program) == (130, "", "Stopped.\n")


# Files


def test_a_csv_file_is_read_by_spreadsheets(run, tmp_path):
    path = tmp_path / "orders.csv"
    code, output, errors = run("orders", "--created-after", "2024-11-01", "--output", str(path))
    content = path.read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert (code, output, errors) == (0, "", f"{len(rows)} orders in {path}\n")
    assert content.startswith(b"\xef\xbb\xbfamazon_order_id,")
    [row] = [row for row in rows if row["amazon_order_id"] == KNOWN]
    assert (row["buyer_info.purchase_order_number"], row["order_total.currency_code"]) == ("PO-2024-0117", "USD")


def test_the_name_of_a_file_or_an_option_decides_its_format(on_a_terminal, tmp_path):
    def written(name, *options):
        on_a_terminal("orders", "--limit", "1", *options, "--output", str(tmp_path / name))
        return (tmp_path / name).read_text()

    assert len(json.loads(written("orders.JSON"))) == 1
    assert len(written("orders.csv").splitlines()) == 2
    assert len(json.loads(written("orders.csv", "--format", "json"))) == 1
    text = written("orders.txt")
    assert text.endswith("\n\n1 order\n")
    assert "\033" not in text


def test_a_wrong_folder_is_named_before_any_request(run, amazon, tmp_path):
    path = tmp_path / "missing" / "orders.csv"
    code, _, errors = run("orders", "--amazon", "--output", str(path))
    assert code == 2
    assert errors.startswith("Unusable file\n  There is no folder")
    assert amazon.requests == []


# Text from elsewhere


@pytest.fixture
def amazon(monkeypatch):
    """A local Amazon in place of the real one; the buyer of its order writes escape codes."""
    [order] = generated_orders(1, datetime.now(UTC) - timedelta(hours=1))
    order |= {
        "AmazonOrderId": KNOWN,
        "BuyerInfo": {"BuyerName": "Ada\033[2J\r Lovelace"},
        "ShippingAddress": {"City": "Boise\033]0;title\007\x9b2J", "CountryCode": "US"},
    }
    with LocalAmazon([order]) as amazon:
        environment = {LOCAL_URL: amazon.url}
        environment |= {variable: getattr(DEMONSTRATION_SELLER, name) for name, variable in CREDENTIALS.items()}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield amazon


# None of these colors anything.
ESCAPES = ("\033[2J", "\033]", "\007", "\x9b")


def escapes_in(shown):
    return [escape for escape in ESCAPES if escape in shown]


@pytest.mark.parametrize("shape", ["text", "csv", "json"])
@pytest.mark.usefixtures("amazon")
def test_text_of_a_buyer_does_not_control_the_terminal(on_a_terminal, shape):
    shown = on_a_terminal("orders", "--amazon", "--format", shape)
    assert "Boise" in shown
    assert escapes_in(shown) == []


def test_an_error_of_amazon_does_not_control_the_terminal(on_a_terminal, amazon):
    errors = {"errors": [{"code": "InvalidInput", "message": "gone\033[2J", "details": "\033]0;title\007"}]}
    amazon.faults.always("getOrder", status(400, errors))
    shown = on_a_terminal("step", "--amazon", STEP.format(KNOWN))
    assert "gone" in shown
    assert escapes_in(shown) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("step", "retrieve \033]0;title\007 orders"),
        ("orders", "--limit", "\033[2J"),
        ("orders", "--marketplace", "\033[2J"),
        ("orders", "--output", "/missing\033[2J/orders.csv"),
        ("orders", "--whose", "\udcff"),
    ],
    ids=["step", "option", "input", "path", "no text"],
)
def test_arguments_do_not_control_the_terminal(run, arguments):
    code, _, errors = run(*arguments)
    assert code in {1, 2}
    assert "\033" not in errors
    assert any(shown in errors for shown in ("␛", "\ufffd", "\\x1b"))


def test_a_bare_warning_does_not_control_the_terminal(run, capsys):
    run("step", "fetch")
    logging.lastResort.handle(logging.makeLogRecord({"msg": "Trying again: gone\033[2J", "levelno": logging.WARNING}))
    assert capsys.readouterr().err == "Trying again: gone␛[2J\n"


# The real Amazon and a local one that runs elsewhere


def test_the_real_amazon_needs_credentials(run, monkeypatch):
    monkeypatch.setenv(CREDENTIALS["client_id"], "amzn1.x")
    code, output, errors = run("step", "--amazon", "retrieve orders")
    assert (code, output) == (2, "")
    words = errors.split()
    assert CREDENTIALS["refresh_token"] + "," in words
    assert CREDENTIALS["client_secret"] in words
    assert CREDENTIALS["client_id"] not in errors


def test_the_local_url_is_used_unless_orders_are_generated(run, monkeypatch):
    with LocalAmazon() as amazon:
        monkeypatch.setenv(LOCAL_URL, amazon.url)
        for command in (("step", STEP.format(KNOWN)), ("orders",)):
            before = amazon.requests.total
            run(*command)
            assert amazon.requests.total > before
        before = amazon.requests.total
        assert run("orders", "--generate", "7")[1].splitlines()[-1] == "7 orders"
        assert amazon.requests.total == before


# serve and amazon


def test_the_book_is_served_until_ctrl_c():
    with serving("serve", until="retrieve_order") as (program, printed):
        assert re.search(r"served over Kognitos's protocol at http://127\.0\.0\.1:\d+ until Ctrl-C", printed)
        assert interrupted(program) == (0, "Stopped.", "")


@pytest.mark.skipif(not BDKCTL.exists(), reason="bdkctl has no release for this Python")
def test_the_printed_command_lets_bdkctl_retrieve_an_order(tmp_path):
    with serving("serve", until="retrieve_order") as (_, printed):
        # bdkctl keeps a memory in the home folder.
        result = shell(printed.partition("In a second terminal:\n")[2], HOME=str(tmp_path), COLUMNS="200")
    # Its exit status is always 0.
    assert "Procedure Invocation Successful" in result.stdout, result.stdout + result.stderr
    assert f"'amazon_order_id': '{KNOWN}'" in result.stdout


def test_the_printed_lines_work_in_a_second_terminal():
    with serving("amazon", "--generate", "7", until="playground orders") as (program, printed):
        result = shell(printed.partition("In a second terminal:\n")[2])
        assert interrupted(program) == (0, "Stopped.", "")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "7 orders"
    assert printed.count("\nexport AMAZON_SELLING_PARTNER_") == 4


@pytest.mark.parametrize("command", ["serve", "amazon"])
def test_a_port_in_use_is_a_sentence(run, command):
    with LocalAmazon() as amazon:
        code, output, errors = run(command, "--port", amazon.url.rpartition(":")[2])
    assert (code, output, errors) == (1, "", "This machine refuses: Address already in use.\n")


# Help


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        (),
        ("orders", "--limit", "-1"),
        ("orders", "--limit", "many"),
        ("orders", "--quota", "nan"),
        ("orders", "--amazon", "--generate", "5"),
        ("serve", "--port", "65536"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_gets_its_usage(run, arguments):
    code, _, errors = run(*arguments)
    assert code == 2
    assert errors.startswith("usage: python -m playground")


def test_help_names_commands_examples_and_variables(run):
    code, output, _ = run("--help")
    assert code == 0
    for command in ("demo", "step", "orders", "serve", "amazon"):
        assert f"\n    {command} " in output
        assert f"python -m playground {command}" in output
    for command in ("step", "orders", "serve"):
        _, output, _ = run(command, "--help")
        assert all(variable in output for variable in (LOCAL_URL, *CREDENTIALS.values()))
