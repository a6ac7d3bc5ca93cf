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

__all__ = ["SELLER", "Aim", "Run", "process_of", "run", "seconds_of", "table"]

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


def process_of(url: str, *arguments: object, **environment: str) -> "subprocess.Popen[str]":
    """Start a contestant; its calls go to this address."""
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "benchmarks.contestants", *map(str, arguments)],
        env=_ENVIRONMENT | {LOCAL_URL: url} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(url: str, *arguments: object, **environment: str) -> Run:
    """Return what one run of one contestant took."""
    start = time.perf_counter()
    process = process_of(url, *arguments, **environment)
    output, errors = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(f"{arguments} failed:\n{errors}")
    return {**json.loads(output.splitlines()[-1]), "process": seconds}


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
