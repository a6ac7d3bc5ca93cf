"""What the tests of the playground share: its commands as programs, and a terminal."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ENVIRONMENT", "ROOT", "Terminal", "started"]

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("AMAZON_SELLING_PARTNER_", "PYTEST"))},
    "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    "PYTHONIOENCODING": "utf-8",
}
# Whatever a shell starts in the background ignores Ctrl-C, and these tests may be in the background.
_RUN = """import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command that runs until it is interrupted."""
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, "playground", *arguments],
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
