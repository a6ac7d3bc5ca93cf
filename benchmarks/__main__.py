"""Prints all tables: `make bench`, or `python -m benchmarks --quick` for small sizes and few repetitions."""

import argparse

from . import processor, waiting
from .runs import table

if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m benchmarks", description="Measures what the book costs.")
    parser.add_argument("--quick", action="store_true", help="small sizes, few repetitions; the figures are rough")
    quick = parser.parse_args().quick
    waiting.first_order(1 if quick else 5)
    aims = [
        *waiting.new_orders(5 if quick else 20),
        *waiting.slices(300 if quick else 1_000),
        *waiting.fleet(600 if quick else 1_000),
        *processor.tasks(*((1, (100, 1_000), 100) if quick else (5, (100, 2_000, 10_000), 500))),
        *processor.imports(3 if quick else 15),
    ]
    table("Aims", ("figure", "measured", "limit", ""), [aim.row() for aim in aims])
