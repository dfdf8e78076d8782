"""How often the backtest is wrong, on simulated shops of which the truth is known.

    python -m tests.benchmarks.backtest [SHOPS] [--seed SEED]

Counts of shops of each kind (4 x SHOPS, default 3,000, of one rate; SHOPS / 3 in which one segment differs),
and SHOPS / 15 whole shops (tests/segments/):
 - segments of one rate that are said to differ: 1 % is promised, at most 1.5 % is allowed;
   beside it what the chi-squared distribution says;
 - segments that are set apart though only another one differs: 5 % is promised; beside it the rule
   that the share of all others is outside of the interval;
 - sentences that claim something of whole shops in which all buy at one rate for ever, and the share of
   shops with habits in which segments are said to predict.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "segments"))

from claims import claims, looked_back
from shops_of_groups import CELLS, false_alarms, others_apart, wilson_apart


def main(shops: int, seed: int) -> None:
    """Simulate, count, print."""
    print(f"{'one rate: said to differ at 1 %':56}{'draws':>8}{'chi-squared':>13}")
    for kind in CELLS:
        new = false_alarms(kind, 4 * shops, seed=seed)
        old = false_alarms(kind, 4 * shops, seed=seed, is_old=True)
        print(f"  {kind:54}{new:>8.2%}{old:>13.2%}{'  !' if new > 0.015 else ''}", flush=True)
    print(f"{'one differs: another is set apart':56}{'Holm':>8}{'interval':>13}")
    for customers in (600, 3_000):
        for factor in (0.5, 1.3, 2.0):
            asked = {"seed": seed, "customers": customers, "factor": factor}
            new = others_apart(shops // 3, **asked)
            old = others_apart(shops // 3, rule=wilson_apart, **asked)
            name = f"{customers:,} customers, {factor} times the rate"
            print(f"  {name:54}{new:>8.2%}{old:>13.2%}{'  !' if new > 0.07 else ''}", flush=True)
    whole = range(seed * 1_000, seed * 1_000 + shops // 15)
    said = [claims(looked_back(at, do_habits_differ=False)) for at in whole]
    print(
        f"{len(said)} whole shops in which all buy at one rate: {sum(said)} sentences claim something, "
        f"in {sum(many > 0 for many in said)} shops",
        flush=True,
    )
    habits = [looked_back(at, do_habits_differ=True).tables["backtest_test"] for at in whole]
    predicted = sum(bool(test["do_segments_differ"].iloc[0]) for test in habits)
    print(f"{len(habits)} whole shops with habits: segments are said to predict in {predicted}")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("shops", nargs="?", type=int, default=3_000, metavar="SHOPS")
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    main(given.shops, given.seed)
