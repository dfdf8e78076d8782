"""Simulated shops as counts by group: all buy at one rate, or one group differs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from unittest import mock

import numpy as np
from scipy.stats import chi2

from retail.segments import shares
from retail.segments.shares import Group

# Customers of each segment and the rate at which all of them buy.
CELLS = {
    "a few buy, small groups": ((1, 2, 2, 3, 4, 5, 8, 20, 60, 200), 0.02),
    "some buy, small groups": ((2, 3, 3, 4, 5, 6, 8, 10, 15, 20), 0.1),
    "most buy, small groups": ((1, 2, 3, 3, 5, 8, 10, 20, 50, 100), 0.97),
    "large groups": ((50, 80, 100, 120, 150, 200, 200, 250, 300, 400), 0.25),
}
LEVEL = 0.01

Rule = Callable[[Sequence[Group]], Sequence[bool]]


def drawn(
    lots: np.random.Generator, sizes: Sequence[int], rates: float | np.ndarray
) -> list[Group]:
    """Groups of these sizes, each customer of which buys at the rate."""
    bought = lots.binomial(sizes, rates)
    return [Group(int(many), int(buyers)) for many, buyers in zip(sizes, bought, strict=True)]


def chi_squared(groups: Sequence[Group]) -> float:
    """The p-value of Pearson's statistic by the chi-squared distribution; 1 where all or none bought."""
    many, bought = (np.array([getattr(g, n) for g in groups]) for n in ("customers", "bought"))
    share = bought.sum() / many.sum()
    if share in (0, 1):
        return 1.0
    total = ((bought - many * share) ** 2 / (many * share * (1 - share))).sum()
    return float(chi2.sf(total, len(groups) - 1))


def false_alarms(kind: str, shops: int, *, seed: int = 0, is_old: bool = False) -> float:
    """Share of shops of one rate whose groups are said to differ at 1 %, of those with a buyer and one
    who is none."""
    lots = np.random.default_rng([seed, list(CELLS).index(kind)])
    sizes, rate = CELLS[kind]
    p_value = chi_squared if is_old else shares.all_alike
    with mock.patch.object(shares, "_draws", _draws_once):
        said = [p_value(drawn(lots, sizes, rate)) for _ in range(shops)]
    return float(np.mean([p is not None and p <= LEVEL for p in said]))


def _draws_once(sizes: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Draws follow from the sizes and the number of buyers, and shops have the same again and again."""
    return _draws_of(tuple(sizes.tolist()), int(bought.sum()))


_drawn = shares._draws


@functools.cache
def _draws_of(sizes: tuple[int, ...], buyers: int) -> np.ndarray:
    return _drawn(np.array(sizes), np.array([buyers]))


def holm_apart(groups: Sequence[Group]) -> list[bool]:
    """The backtest's rule."""
    return [one.is_apart for one in shares.apart(groups, 0.05)]


def wilson_apart(groups: Sequence[Group]) -> list[bool]:
    """Whether the share of all others is outside of the interval of each."""
    everyone, buyers = (sum(getattr(g, n) for g in groups) for n in ("customers", "bought"))
    said = []
    for group in groups:
        low, high = shares.wilson(group.bought, group.customers)
        said.append(not low <= (buyers - group.bought) / (everyone - group.customers) <= high)
    return said


def others_apart(
    shops: int,
    *,
    seed: int = 0,
    customers: int = 3_000,
    factor: float = 0.5,
    rule: Rule = holm_apart,
) -> float:
    """Share of shops in which a group is set apart that does not differ; one other does, by `factor`."""
    lots = np.random.default_rng([seed, customers, round(10 * factor)])
    wrong = 0
    for _ in range(shops):
        sizes = np.maximum(np.rint(customers * lots.dirichlet(np.full(10, 3.0))), 1).astype("int64")
        rates = np.full(10, 0.25)
        differs = int(lots.integers(10))
        rates[differs] *= factor
        said = rule(drawn(lots, sizes.tolist(), rates))
        wrong += any(is_apart for at, is_apart in enumerate(said) if at != differs)
    return wrong / shops
