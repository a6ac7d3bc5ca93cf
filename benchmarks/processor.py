"""What the book costs this machine: CPU, memory and import time, beside floors and peers."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from .contestants import CONTESTANTS
from .runs import Aim, Run, run, seconds_of, table

__all__ = ["imports", "tasks"]

# A run as long as this is not repeated: beside it, what the rest of the machine does is nothing.
_LONG_SECONDS: Final = 5.0
_FLOORS: Final = ("floor", "equal floor")
_PEERS: Final = ("python-amazon-sp-api", "amzn-sp-api")
_DEPENDENCIES: Final = "import kognitos.bdk.api, kognitos.bdk.decorators, httpx, pydantic"


def tasks(rounds: int, sizes: tuple[int, ...], times: int) -> list[Aim]:
    """Print what orders cost in pages of these sizes, and one order that many times."""
    most = max(sizes)
    every = [*((f"{size:,} orders", "many", size) for size in sizes), (f"1 order, {times} times", "one", times)]
    best: dict[str, dict[str, Run]] = {}

    def rows(url: str) -> Iterator[tuple[object, ...]]:
        for title, task, count in every:
            best[title] = _best(rounds, url, task, count)
            for name, cost in best[title].items():
                wall, cpu = (
                    [f"{cost[key] * 1000:.1f}", *(f"{cost[key] / best[title][floor][key]:.2f}" for floor in _FLOORS)]
                    for key in ("wall", "cpu")
                )
                yield title, name, *wall, *cpu, f"{cost['memory']:.0f}"

    columns = ("x floor", "x equal floor")
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server", str(most)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdin
        assert server.stdout
        url = server.stdout.readline().strip()
        heads = ("task", "contestant", "wall, ms", *columns, "CPU, ms", *columns, "peak, MiB")
        table(f"Best of {rounds}, from a server whose answers are rendered beforehand", heads, rows(url))
        server.stdin.close()
    many, one = best[every[-2][0]], best[every[-1][0]]
    fastest = min(one[peer]["wall"] for peer in _PEERS)
    return [
        Aim(f"{most:,} orders: wall, x floor", many["book"]["wall"] / many["floor"]["wall"], 2.4),
        Aim(f"{most:,} orders: CPU, x floor", many["book"]["cpu"] / many["floor"]["cpu"], 2.4),
        Aim("one order: wall, x fastest peer (aim 1.00)", one["book"]["wall"] / fastest, 1.05),
        Aim(f"{most:,} orders: peak memory, MiB", many["book"]["memory"], 58),
    ]


def imports(rounds: int) -> list[Aim]:
    """Print how long the import of the book takes, beside what it stands on."""
    statements = {"kit, httpx, pydantic": _DEPENDENCIES, "the book": f"{_DEPENDENCIES}, amazon_selling_partner"}
    seconds_of(statements["the book"])
    samples = [[seconds_of(statement) for statement in statements.values()] for _ in range(rounds)]
    alone, book = map(min, zip(*samples, strict=True))
    rows = zip(statements, (f"{alone:.3f}", f"{book:.3f}"), ("1.00", f"{book / alone:.2f}"), strict=True)
    table(f"Import in a fresh process, best of {rounds}", ("import", "s", "x"), rows)
    return [Aim("import, x kit + httpx + pydantic", book / alone, 1.10)]


def _best(rounds: int, url: str, task: str, count: int) -> dict[str, Run]:
    """Return the best run of each contestant, which is the one that the rest of the machine disturbed least."""
    runs: dict[str, list[Run]] = {name: [] for name in CONTESTANTS}
    for _ in range(rounds):
        for name, costs in runs.items():
            if not costs or costs[0]["wall"] < _LONG_SECONDS:
                costs.append(run(url, name, task, count))
                assert costs[-1]["orders"] == count, f"{name} read {costs[-1]['orders']} orders instead of {count}"
    return {name: {key: min(cost[key] for cost in costs) for key in costs[0]} for name, costs in runs.items()}
