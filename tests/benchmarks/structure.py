"""False alarms and misses on simulated retailers of which the truth is known.

    python -m tests.benchmarks.structure [SHOPS] [--first SEED] [--customers N] [--pairs SHOPS]

For each kind of retailer (KINDS; tests/segments/retailers.py makes them) SHOPS shops in which nobody
has a taste (default 100) and half as many with planted tastes: how often the clusters of a pair beat
noise and are recommended, and the agreement of the clusters with what was planted (median adjusted Rand
index). Then how often segments are said to predict. A line is marked where false alarms are above 3 % or
misses above 5 %, and the program then ends with 1. A hundred shops a kind take some 30 minutes of
processor. --pairs does the family-wise test of all 77 pairs (19 permutations) on so many shops a kind:
some 15 s of processor each.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "segments"))

from retailers import SEED, Found, Retailer, agreement, do_segments_predict, judged, retailer

from retail.segments import clusters, kmeans, noise, unit_matrix, verdict

CUSTOMERS = 300
LIGHT, HEAVY, PARETO = 0.3, 1.0, 1.2  # spread of lines between customers; tail of their purchases
MOST_ALARMS, MOST_MISSES = 0.03, 0.05
# How volume, size and theme of purchases differ. Without tastes the config's pair is tested.
KINDS: dict[str, dict[str, Any]] = {
    "even volume": {"spread": LIGHT},
    "few buy most": {"spread": HEAVY},
    "heavy tails": {"spread": HEAVY, "tail": PARETO},
    "3 lines a customer": {"lines_each": 3},
    "themed purchases": {"are_purchases_themed": True},
    "themed, heavy tails": {"are_purchases_themed": True, "spread": HEAVY, "tail": PARETO},
    "themed, 3 lines": {"are_purchases_themed": True, "lines_each": 3},
}
TASTES = (("no tastes", 1, (2, 4)), ("three tastes", 3, (2, 3)), ("four tastes", 4, (3, 4)))
HABITS = (("all buy at one rate", False), ("rates differ, customers leave", True))


def of_all_pairs(shop: Retailer) -> Found:
    """The family-wise test; the agreement is that of the pair that is recommended (0 for none)."""
    basket = unit_matrix.of_scored(shop.kept, shop.people)
    settings: dict[str, Any] = {"seed": SEED, "permutations": 0, "subsamples": 0}
    fits = clusters.analyse(
        basket, shop.people, chosen=(2, 4), others=kmeans.EVERY_PAIR, **settings
    ).tables["cluster_fits"]
    tests = noise.all_pairs(shop.kept, shop.people, seed=SEED, permutations=19, subsamples=10)
    found = verdict.judged(fits, tests)
    best = found[found["is_best"]]
    if best.empty:
        return Found(bool(found["beats_noise"].any()), False, 0.0)
    pair = int(best["components"].iloc[0]), int(best["clusters"].iloc[0])
    again = clusters.analyse(basket, shop.people, chosen=pair, others=(), **settings)
    return Found(True, True, agreement(shop, again))


def wrong(said: list[bool], is_planted: bool) -> tuple[str, bool]:
    """How often the answer was wrong, what that is called, and whether it is too often."""
    count = sum(answer != is_planted for answer in said)
    name, most = ("missed", MOST_MISSES) if is_planted else ("false alarms", MOST_ALARMS)
    return f"{count:3} of {len(said)} {name}", count > most * len(said)


def main(shops: int, first: int, customers: int, pairs: int) -> int:
    """Simulate, judge, print; 1 where an answer was wrong too often."""
    outcomes = []
    for kind, how in KINDS.items():
        for tastes, groups, pair in TASTES:
            made = {"tastes": groups, "customers": customers, **how}
            seeds = range(first, first + (shops if groups == 1 else max(shops // 2, 1)))
            found = [judged(retailer(seed, **made), pair) for seed in seeds]
            outcomes.append(_print(f"{kind}, {tastes}", found, groups > 1))
            if found := [of_all_pairs(retailer(first + at, **made)) for at in range(pairs)]:
                outcomes.append(_print(f"{kind}, {tastes}, all pairs", found, groups > 1))
    for name, differ in HABITS:
        simulated = (
            retailer(first + at, do_habits_differ=differ, customers=customers)
            for at in range(max(shops // 2, 1))
        )
        told, is_bad = wrong([do_segments_predict(shop) for shop in simulated], differ)
        print(f"{name + ', segments':45} {told}{' TOO MANY' if is_bad else ''}", flush=True)
        outcomes.append(is_bad)
    return int(any(outcomes))


def _print(name: str, found: list[Found], is_planted: bool) -> bool:
    told, is_bad = wrong([one.is_recommended for one in found], is_planted)
    above = sum(one.beats_noise for one in found)
    agreed = median(one.agreement for one in found)
    mark = " TOO MANY" if is_bad else ""
    print(f"{name:45} {told:22} (beat noise {above:3}, agreement {agreed:.2f}){mark}", flush=True)
    return is_bad


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("shops", nargs="?", type=int, default=100, metavar="SHOPS")
    arguments.add_argument("--first", type=int, default=0, metavar="SEED")
    arguments.add_argument("--customers", type=int, default=CUSTOMERS, metavar="N")
    arguments.add_argument("--pairs", type=int, default=0, metavar="SHOPS")
    given = arguments.parse_args()
    sys.exit(main(given.shops, given.first, given.customers, given.pairs))
