"""The command `workspace`: what it needs, what it prints, and how it ends."""

import signal
import socket
import subprocess
import sys

from playground.__main__ import main
from tests.playground.support import ENVIRONMENT, ROOT, started

WITHOUT_NICEGUI = """import sys
sys.modules["nicegui"] = None
from playground.__main__ import main
print(main(["orders", "--limit", "1", "--format", "csv"]))
print(main(["workspace"]))
"""


def test_without_nicegui_only_the_workspace_asks_for_it():
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_NICEGUI],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert ended.stdout.splitlines()[2:] == ["0", "2"]
    assert "make workspace" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_an_error_that_names_port_0(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["workspace", "--no-browser", "--port", str(port)]) == 1
    errors = " ".join(capsys.readouterr().err.split())
    assert f"Port {port} is taken" in errors
    assert "--port 0 takes any that is free" in errors


def test_it_serves_until_ctrl_c():
    with started("workspace", "--no-browser", "--generate", "0", "--port", "0") as program:
        line = program.stdout.readline()
        assert line.startswith("The workspace is at http://127.0.0.1:")
        assert "It asks the local Amazon at http://127.0.0.1:" in line
        program.send_signal(signal.SIGINT)
        rest, errors = program.communicate(timeout=30)
    assert (program.returncode, rest, errors) == (0, "Stopped.\n", "")
