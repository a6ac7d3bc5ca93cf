"""Runs every task with every contestant, several times in turn, and prints ratios to the floors of the same run."""

import json
import os
import statistics
import subprocess
import sys
import time
from typing import Final, NamedTuple

from amazon_selling_partner.settings import LOCAL_URL

from .contestants import CONTESTANTS
from .server import serve

ROUNDS: Final = 5
# A run as long as this is not repeated: beside it, what the rest of the machine does is nothing.
LONG_SECONDS: Final = 5.0
ORDERS: Final = 10_000
ORDER_ID: Final = "902-3159896-1390916"
MANY: Final = "10,000 orders"
ONE: Final = "1 order, 500 times"
TASKS: Final = (
    ("100 orders", "orders", 100),
    ("2,000 orders", "orders", 2_000),
    (MANY, "orders", ORDERS),
    (ONE, ORDER_ID, 500),
)
FLOORS: Final = ("floor", "equal floor")
PEERS: Final = ("python-amazon-sp-api", "amzn-sp-api")

# The aims: times the floor for many orders, times the fastest peer for one, times the import of what the book needs,
# and the peak memory for many orders before they were read straight from the bytes, in MiB.
MOST_TIMES_FLOOR: Final = 1.9
GOAL_TIMES_FLOOR: Final = 1.5
MOST_TIMES_PEER: Final = 1.0
MOST_TIMES_IMPORT: Final = 1.10
MOST_MEMORY: Final = 70.0
DEPENDENCIES: Final = "import kognitos.bdk.api, kognitos.bdk.decorators, httpx, pydantic"

# What one run took: wall and CPU seconds, and the peak memory in MiB.
Run = dict[str, float]
Runs = dict[str, Run]


class Aim(NamedTuple):
    """What should be reached, and what is."""

    title: str
    found: float
    most: float

    def __str__(self) -> str:
        missing = self.found - self.most
        verdict = "reached" if missing <= 0 else f"{missing:.2f} missing"
        return f"| {self.title} | {self.found:.2f} | {self.most:.2f} | {verdict} |"


def measured(contestant: str, task: str, count: int, url: str) -> Run:
    """Return what one run of one contestant took."""
    command = [sys.executable, "-m", "benchmarks.contestants", contestant, task, str(count)]
    environment = os.environ | {LOCAL_URL: url}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{contestant} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def best_of_all(task: str, count: int, url: str) -> Runs:
    """Return the best run of each contestant, which is the one that the rest of the machine disturbed least."""
    runs: dict[str, list[Run]] = {name: [] for name in CONTESTANTS}
    for _ in range(ROUNDS):
        for name, found in runs.items():
            if not found or found[0]["wall"] < LONG_SECONDS:
                found.append(measured(name, task, count, url))
    return {name: {key: min(run[key] for run in found) for key in found[0]} for name, found in runs.items()}


def print_runs(title: str, best: Runs) -> None:
    """Print one row for each contestant."""
    for name, run in best.items():
        ratios = {key: [run[key] / best[floor][key] for floor in FLOORS] for key in ("wall", "cpu")}
        cells = [
            f"{number:.{digits}f}"
            for key in ("wall", "cpu")
            for number, digits in zip([run[key] * 1000, *ratios[key]], (1, 2, 2), strict=True)
        ]
        print(f"| {title} | {name} | {' | '.join(cells)} | {run['memory']:.0f} |")
    sys.stdout.flush()


def import_seconds(statement: str) -> float:
    """Return how long a fresh process takes to run a statement."""
    # Installed packages bring their bytecode; the book under test may keep its own as well.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=environment, check=True)
    return time.perf_counter() - start


def import_ratio() -> float:
    """Print the import time of the book and that of its dependencies; return the ratio."""
    statements = {"alone": DEPENDENCIES, "book": f"{DEPENDENCIES}, amazon_selling_partner"}
    found: dict[str, list[float]] = {name: [] for name in statements}
    import_seconds(statements["book"])
    for _ in range(15):
        for name, statement in statements.items():
            found[name].append(import_seconds(statement))
    alone, book = (statistics.median(found[name]) for name in ("alone", "book"))
    print(f"\nImport: the book {book:.3f} s, kit + httpx + pydantic alone {alone:.3f} s: {book / alone:.2f} x")
    return book / alone


def aims(best: dict[str, Runs], imports: float) -> list[Aim]:
    """Return what should be reached beside what is."""
    many, one = best[MANY], best[ONE]
    wall, cpu = (many["book"][key] / many["floor"][key] for key in ("wall", "cpu"))
    fastest = min(one[peer]["wall"] for peer in PEERS)
    return [
        Aim(f"{MANY}: wall, x floor (goal {GOAL_TIMES_FLOOR})", wall, MOST_TIMES_FLOOR),
        Aim(f"{MANY}: CPU, x floor (goal {GOAL_TIMES_FLOOR})", cpu, MOST_TIMES_FLOOR),
        Aim("one order: wall, x fastest peer", one["book"]["wall"] / fastest, MOST_TIMES_PEER),
        Aim("import, x kit + httpx + pydantic", imports, MOST_TIMES_IMPORT),
        Aim(f"{MANY}: peak memory, MiB", many["book"]["memory"], MOST_MEMORY),
    ]


def main() -> None:
    """Print all tables."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin
    assert server.stdout
    url = server.stdout.readline().strip()
    print("| task | contestant | wall, ms | x floor | x equal floor | CPU, ms | x floor | x equal floor | peak, MiB |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|")
    best: dict[str, Runs] = {}
    try:
        for title, task, count in TASKS:
            best[title] = best_of_all(task, count, url)
            print_runs(title, best[title])
    finally:
        server.stdin.close()
        server.wait()
    found = aims(best, import_ratio())
    print("\n| aim | found | at most | |\n|---|---:|---:|---|")
    print("\n".join(map(str, found)))


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve(ORDERS)
    else:
        main()
