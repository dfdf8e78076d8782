"""How often `retail readout` is right about net revenue, on simulated campaigns with a known truth.

    python -m tests.benchmarks.readout [CAMPAIGNS] [--seed SEED]

For each kind of campaign (tests/lists/campaigns.py) and CAMPAIGNS of each (default 400): the share of
95 % intervals that have the truth, and of those that say the treated bring more or less. Without
an effect, either is a false alarm: at most 2.5 % a side is promised. Beside them what the interval of
a normal distribution says. A line is marked where coverage is below 93 %, or a false alarm above
what 2.5 % gives by chance (three standard errors).
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "lists"))

from campaigns import EFFECTS, KINDS, SIZES, of_large_samples, rates


def main(times: int, seed: int) -> None:
    """Simulate, count, print."""
    chance = 3 * math.sqrt(0.025 * 0.975 / times)
    print(f"{'':44}{'of the draw':>22}{'of a normal distribution':>32}")
    print(f"{'treated + held out':44}{'covered  more  less':>22}{'covered  more  less':>32}")
    for kind in KINDS:
        for size in SIZES:
            for effect in EFFECTS:
                found = rates(kind, size, effect, times=times, seed=seed)
                old = rates(kind, size, effect, times=times, seed=seed, interval=of_large_samples)
                is_false = effect == "none" and max(found.more, found.less) > 0.025 + chance
                mark = "  !" if is_false or found.covered < 0.93 else ""
                name = f"{kind}, {size[0]} + {size[1]}, {effect}"
                print(
                    f"{name:44}{found.covered:>9.1%}{found.more:>7.1%}{found.less:>6.1%}"
                    f"{old.covered:>19.1%}{old.more:>7.1%}{old.less:>6.1%}{mark}",
                    flush=True,
                )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("times", nargs="?", type=int, default=400, metavar="CAMPAIGNS")
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    main(given.times, given.seed)
