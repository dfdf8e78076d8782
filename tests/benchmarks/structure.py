"""False alarms and misses on simulated retailers of which the truth is known.

    python -m tests.benchmarks.structure [SEEDS] [--pairs SEEDS]

For each kind of retailer (tests/segments/retailers.py) and SEEDS seeds (default 40) of 300 customers:
how often the clusters of a pair beat noise and are recommended, the agreement of the clusters with
what was planted (median adjusted Rand index), and how often segments are said to predict. Wrong
answers are marked: false alarms where nothing is planted, misses where something is. --pairs does the
family-wise test of all 77 pairs (19 permutations) on so many seeds: some 15 s of processor each.
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
LIGHT, HEAVY = 0.3, 1.0  # spread of volume between customers
# What is planted, how volume spreads, and the pair that is tested: the config's where nothing is.
TASTES = (
    ("equal tastes, equal volume", 1, LIGHT, (2, 4)),
    ("equal tastes, a few buy most", 1, HEAVY, (2, 4)),
    ("three tastes", 3, LIGHT, (2, 3)),
    ("four tastes", 4, LIGHT, (3, 4)),
    ("four tastes, a few buy most", 4, HEAVY, (3, 4)),
)
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


def wrong(said: list[bool], is_planted: bool) -> str:
    """How often the answer was wrong, and what that is called."""
    count = sum(answer != is_planted for answer in said)
    return f"{count:3} of {len(said)} {'missed' if is_planted else 'false alarms'}"


def main(seeds: int, seeds_of_pairs: int) -> None:
    """Simulate, judge, print."""
    for name, tastes, spread, pair in TASTES:
        made = {"tastes": tastes, "spread": spread, "customers": CUSTOMERS}
        found = [judged(retailer(seed, **made), pair) for seed in range(seeds)]
        _print(f"{name}, {pair[1]} clusters on {pair[0]}", found, tastes > 1)
        many = range(seeds_of_pairs)
        if found := [of_all_pairs(retailer(seed, **made)) for seed in many]:
            _print(f"{name}, all pairs", found, tastes > 1)
    for name, differ in HABITS:
        shops = (
            retailer(seed, do_habits_differ=differ, customers=CUSTOMERS) for seed in range(seeds)
        )
        told = wrong([do_segments_predict(shop) for shop in shops], differ)
        print(f"{name + ', segments':54} {told}", flush=True)


def _print(name: str, found: list[Found], is_planted: bool) -> None:
    told = wrong([one.is_recommended for one in found], is_planted)
    above = sum(one.beats_noise for one in found)
    agreed = median(one.agreement for one in found)
    print(f"{name:54} {told:22} (beat noise {above:2}, agreement {agreed:.2f})", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("seeds", nargs="?", type=int, default=40, metavar="SEEDS")
    arguments.add_argument("--pairs", type=int, default=0, metavar="SEEDS")
    given = arguments.parse_args()
    main(given.seeds, given.pairs)
