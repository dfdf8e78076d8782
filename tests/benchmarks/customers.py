"""What millions of customers cost after the reductions: time and memory of each step of a run.

    python -m tests.benchmarks.customers [--customers 500000 1000000] [--lines 2] [--engine polars]
                                         [--keep FOLDER]

An invented shop (`generator`) of so many customers with so few lines each that the customers and not
the lines are what a run is made of: scores, clusters, movement, pseudonyms, lists, pages. Each run is
a process of its own, measured as `scale` does; memory is that of the whole tree. With two sizes, what
each further million takes is printed, and what that would make of ten million.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

from tests.benchmarks import generator, scale

AIM = 10_000_000  # customers, in 24 GB


def main() -> None:
    """Generate, run each size, print, extrapolate."""
    parser = argparse.ArgumentParser(description="What millions of customers cost.")
    parser.add_argument("--customers", type=int, nargs="+", default=[500_000, 1_000_000])
    parser.add_argument("--lines", type=int, default=2, help="lines of a customer")
    parser.add_argument("--engine", default="polars")
    parser.add_argument("--keep", type=Path, help="folder for the generated CSVs")
    given = parser.parse_args()
    found: list[tuple[int, scale.Measured]] = []
    with tempfile.TemporaryDirectory() as temporary:
        for customers in given.customers:
            lines = customers * given.lines
            data = (given.keep or Path(temporary)) / f"lines-{lines}-{customers}"
            if not data.exists():
                generator.write(data, lines, customers=customers)
            run = scale.site(data, given.engine, Path(temporary))
            print(f"\n{customers:,} customers, {lines:,} lines     wall s    cpu s      GB")
            for name, step in run.steps.items():
                print(scale.shown(name, step))
            print(scale.shown("whole", run.whole), flush=True)
            found.append((customers, run.whole))
    for (fewer, one), (more, other) in itertools.pairwise(found):
        million = (more - fewer) / 1e6
        memory = (other.peak - one.peak) / million
        seconds = (other.processor - one.processor) / million
        ahead = (AIM - more) / 1e6
        print(
            f"\neach further million: {memory / 1e9:.2f} GB, {seconds:.0f} s of processor time; "
            f"{AIM:,} would take {(other.peak + ahead * memory) / 1e9:.1f} GB and "
            f"{(other.processor + ahead * seconds) / 60:.0f} minutes of it"
        )


if __name__ == "__main__":
    main()
