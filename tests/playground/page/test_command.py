"""The command `workspace`: what it needs, what it prints, and how it ends."""

import signal
import socket
import subprocess
import sys

from tests.playground.support import ENVIRONMENT, ROOT, started

IMPORT = "import sys; import playground.__main__ as it; "
WITHOUT_NICEGUI = f"import sys; sys.modules['nicegui'] = None; {IMPORT}"


def run(before, *arguments):
    return subprocess.run(
        [sys.executable, "-c", f"{before} sys.exit(it.main({list(arguments)!r}))"],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_without_nicegui_it_says_how_to_install_it():
    ended = run(WITHOUT_NICEGUI, "workspace")
    assert ended.returncode == 2
    assert "make workspace" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_all_other_commands_work_without_nicegui():
    ended = run(WITHOUT_NICEGUI, "orders", "--limit", "1", "--format", "csv")
    assert (ended.returncode, len(ended.stdout.splitlines())) == (0, 2)


def test_a_taken_port_is_an_error_that_names_port_0():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(IMPORT, "workspace", "--no-browser", "--port", str(port))
    assert ended.returncode == 1
    words = " ".join(ended.stderr.split())
    assert f"Port {port} is taken" in words
    assert "--port 0 takes any that is free" in words
    assert "Traceback" not in ended.stderr


def test_it_serves_until_ctrl_c():
    with started("workspace", "--no-browser", "--generate", "0", "--port", "0") as program:
        line = program.stdout.readline()
        assert line.startswith("The workspace is at http://127.0.0.1:")
        assert "It asks the local Amazon at http://127.0.0.1:" in line
        program.send_signal(signal.SIGINT)
        rest, errors = program.communicate(timeout=30)
    assert (program.returncode, rest, errors) == (0, "Stopped.\n", "")
