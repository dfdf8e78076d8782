"""How often the intervals of "about" figures have the truth, on simulated shops of 20,000 customers.

    python -m tests.benchmarks.about [SHOPS] [DRAWS] [--seed SEED]

For selections of 20, 5 and 1 % of the customers or of the lines (tests/cubing/estimator.py), SHOPS shops (default
30) and DRAWS samples of each (default 20): coverage of net revenue, purchases and buyers, and half of the interval
over the value; beside it what a plain random sample with a normal interval covered. At least 93 % is
wanted; what is below is marked.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "cubing"))

from estimator import KINDS, coverage


def main(shops: int, draws: int, seed: int) -> None:
    """Simulate, count, print."""
    print(f"{'':32}{'covered: net, purchases, buyers':>34}{'half of interval':>24}{'before':>27}")
    for kind in KINDS:
        for is_of_people in (True, False):
            for share in (0.2, 0.05, 0.01):
                found = coverage(kind, share, is_of_people, seed=seed, shops=shops, draws=draws)
                name = f"{kind}, {share:.0%} of {'customers' if is_of_people else 'lines'}"
                new, width, old = (
                    "".join(f"{value:>9.1%}" for value in each.values())
                    for each in (found.new, found.width, found.old)
                )
                mark = "  !" if min(found.new.values()) < 0.93 else ""
                print(
                    f"{name:32}{new:>34}{width:>24}{old:>27}  shown {found.shown:.0%}{mark}",
                    flush=True,
                )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("shops", nargs="?", type=int, default=30, metavar="SHOPS")
    arguments.add_argument("draws", nargs="?", type=int, default=20, metavar="DRAWS")
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    main(given.shops, given.draws, given.seed)
