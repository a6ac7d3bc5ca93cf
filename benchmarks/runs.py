"""Runs contestants in processes of their own, and prints tables."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from amazon_selling_partner.settings import LOCAL_URL
from playground.local_amazon import Seller

from .contestants import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

__all__ = ["SELLER", "Aim", "Run", "run", "seconds_of", "table"]

SELLER: Final = Seller(REFRESH_TOKEN, CLIENT_ID, CLIENT_SECRET)

# Installed packages bring their bytecode; the book under test may keep its own as well.
_ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

# What one run took: orders read, wall and CPU seconds, the peak memory in MiB, and the seconds of the whole process.
Run = dict[str, float]


class Aim(NamedTuple):
    """A figure, and the limit it should keep."""

    title: str
    value: float
    limit: float

    def row(self) -> tuple[str, str, str, str]:
        """Return the row of a table."""
        verdict = "kept" if self.value <= self.limit else f"{self.value - self.limit:.2f} over"
        return self.title, f"{self.value:.2f}", f"{self.limit:.2f}", verdict


def run(url: str, *arguments: object, **environment: str) -> Run:
    """Return what one run of one contestant took; its calls go to this address."""
    command = [sys.executable, "-m", "benchmarks.contestants", *map(str, arguments)]
    environment = _ENVIRONMENT | {LOCAL_URL: url} | environment
    start = time.perf_counter()
    process = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{arguments} failed:\n{process.stderr}")
    return {**json.loads(process.stdout), "process": seconds}


def seconds_of(statement: str) -> float:
    """Return how long a fresh process takes to run a statement."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=_ENVIRONMENT, check=True)
    return time.perf_counter() - start


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table in Markdown, each row as soon as it is there."""
    print(f"\n{title}\n")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |")
        sys.stdout.flush()
