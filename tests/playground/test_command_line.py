"""The commands a newcomer types first, as programs of their own."""

import http.client
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "PYTHONIOENCODING": "utf-8"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def demonstration():
    return run("playground", "demo")


def test_the_demonstration_succeeds(demonstration):
    assert demonstration.returncode == 0, demonstration.stderr


def test_the_demonstration_complains_of_nothing(demonstration):
    assert demonstration.stderr == ""
    assert "Traceback" not in demonstration.stdout


def test_the_documented_order_is_in_the_table_and_in_full(demonstration):
    lines = demonstration.stdout.splitlines()
    assert any(line.startswith("902-3159896-1390916  Unshipped") for line in lines)
    assert any(line.split() == ["amazon", "order", "id", "902-3159896-1390916"] for line in lines)
    assert any("PO-2024-0117" in line for line in lines)


def test_both_documented_steps_are_shown(demonstration):
    assert "retrieve orders from amazon selling partner with" in demonstration.stdout
    assert "retrieve an order from amazon selling partner with" in demonstration.stdout


def test_the_number_of_orders_is_the_number_of_rows(demonstration):
    above, _, _ = demonstration.stdout.partition(" orders.\n")
    lines = above.splitlines()
    rule = max(number for number, line in enumerate(lines) if line.startswith("─"))
    assert int(lines[-1]) == len([line for line in lines[rule + 1 : -1] if line]) > 0


def test_the_output_of_a_pipe_has_no_colour(demonstration):
    assert "\033" not in demonstration.stdout


def test_no_credential_is_printed(demonstration):
    assert "Atz" not in demonstration.stdout
    assert "oa2-cs" not in demonstration.stdout


@pytest.mark.parametrize("arguments", [("nonsense",), (), ("demo", "too", "much")], ids=["unknown", "none", "too many"])
def test_a_command_that_is_not_understood_gets_help(arguments):
    found = run("playground", *arguments)
    assert found.returncode == 2
    assert found.stderr.startswith("usage: python -m playground")
    assert "Traceback" not in found.stderr


def test_help_names_the_commands():
    found = run("playground", "--help")
    assert found.returncode == 0
    assert "demo" in found.stdout


def test_the_local_amazon_serves_on_its_own_until_interrupted():
    with subprocess.Popen(
        [sys.executable, "-m", "playground.amazon"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as program:
        try:
            facts = json.loads("".join(program.stdout.readline() for _ in range(6)))
            connection = http.client.HTTPConnection(
                "127.0.0.1", urlsplit(facts["AMAZON_SELLING_PARTNER_LOCAL_URL"]).port, timeout=20
            )
            form = {name.replace(" ", "_"): value for name, value in facts.items() if " " in name}
            body = urlencode({"grant_type": "refresh_token", **form})
            connection.request("POST", "/auth/o2/token", body, {"Content-Type": "application/x-www-form-urlencoded"})
            assert connection.getresponse().status == 200
            connection.close()
            program.send_signal(signal.SIGINT)
            rest, complaints = program.communicate(timeout=20)
        finally:
            program.kill()
    assert (program.returncode, rest, complaints) == (0, "Stopped.\n", "")
