"""Runs every task with every contestant, several times, and prints a table of ratios to the floor of the same run."""

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime

from amazon_selling_partner.settings import LOCAL_URL
from playground.local_amazon import LocalAmazon
from playground.local_amazon.seed import generated_orders, seeded_orders

from .contestants import CONTESTANTS

ROUNDS = 3
ORDERS = 10_000
ORDER_ID = "902-3159896-1390916"
TASKS = (
    ("100 orders", "orders", 100),
    ("2,000 orders", "orders", 2_000),
    ("10,000 orders", "orders", ORDERS),
    ("1 order, 200 times", ORDER_ID, 200),
)
DEPENDENCIES = "import kognitos.bdk.api, kognitos.bdk.decorators, httpx, pydantic"
# Fast enough that no quota is ever waited for: what is measured is the work, not Amazon's pace.
QUOTA = 1e6


def serve() -> None:
    """Serve the orders until standard input closes; a process of its own, so that it costs the contestants nothing."""
    now = datetime.now(UTC)
    with LocalAmazon([*generated_orders(ORDERS, now), *seeded_orders(now)], quota=QUOTA) as amazon:
        print(amazon.url)
        sys.stdout.flush()
        sys.stdin.read()


def measured(contestant: str, task: str, count: int, url: str) -> dict[str, float]:
    """Return what one run of one contestant took."""
    command = [sys.executable, "-m", "benchmarks.contestants", contestant, task, str(count)]
    environment = os.environ | {LOCAL_URL: url}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{contestant} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def import_seconds(statement: str) -> float:
    """Return how long a fresh process takes to run a statement."""
    # Installed packages bring their bytecode; the book under test may keep its own as well.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=environment, check=True)
    return time.perf_counter() - start


def print_imports() -> None:
    """Print the import time of the book over that of its three dependencies."""
    statements = {"alone": DEPENDENCIES, "book": f"{DEPENDENCIES}, amazon_selling_partner"}
    found: dict[str, list[float]] = {name: [] for name in statements}
    import_seconds(statements["book"])
    for _ in range(15):
        for name, statement in statements.items():
            found[name].append(import_seconds(statement))
    alone, book = (statistics.median(found[name]) for name in ("alone", "book"))
    print(f"\nImport: the book {book:.3f} s, kit + httpx + pydantic alone {alone:.3f} s: {book / alone:.2f} x")


def main() -> None:
    """Print all tables."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin
    assert server.stdout
    url = server.stdout.readline().strip()
    print("| task | contestant | wall, s | x floor | CPU, s | x floor | peak memory, MiB |")
    print("|---|---|---:|---:|---:|---:|---:|")
    try:
        for title, task, count in TASKS:
            runs: dict[str, list[dict[str, float]]] = {name: [] for name in CONTESTANTS}
            for _ in range(ROUNDS):
                for name in CONTESTANTS:
                    runs[name].append(measured(name, task, count, url))
            # The best of several rounds is the one that the rest of the machine disturbed least.
            best = {name: {key: min(run[key] for run in found) for key in found[0]} for name, found in runs.items()}
            for name, run in best.items():
                wall, cpu = run["wall"] / best["floor"]["wall"], run["cpu"] / best["floor"]["cpu"]
                print(
                    f"| {title} | {name} | {run['wall']:.3f} | {wall:.2f} | {run['cpu']:.3f} | {cpu:.2f} "
                    f"| {run['memory']:.0f} |"
                )
    finally:
        server.stdin.close()
        server.wait()
    print_imports()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        main()
