"""Movers beyond noise: how often one is marked in shops where nothing changes, and whether a change is found.

Simulated shops, seeded: orders arrive at random, sizes are heavy-tailed, customers differ in how much they buy.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from retail.changes import noise
from retail.changes.movers import movers

SHOPS = 400
NAMES = 12  # of each of three dimensions
DIMENSIONS = ("category", "channel", "city")


def month(
    draw: np.random.Generator, orders: float, growth: dict[str, float], tail: float
) -> pd.DataFrame:
    """Orders of a month by the names of the dimensions; `growth` multiplies how many there are of a category."""
    weights = {name: np.arange(1, NAMES + 1) ** -0.8 for name in DIMENSIONS}
    weights["category"] = weights["category"] * [growth.get(f"n{at}", 1.0) for at in range(NAMES)]
    base = (np.arange(1, NAMES + 1) ** -0.8).sum()
    count = draw.poisson(orders * weights["category"].sum() / base)
    columns = {
        name: [f"n{at}" for at in draw.choice(NAMES, count, p=one / one.sum())]
        for name, one in weights.items()
    }
    size = draw.lognormal(8, tail, count).astype("int64") + 1
    is_back = draw.random(count) < 0.1
    return pd.DataFrame(columns).assign(amount=np.where(is_back, -size, size))


def marked(seed: int, orders: float, growth: dict[str, float], tail: float = 0.8) -> pd.DataFrame:
    """MONTH_MOVERS of two months, in the second of which `growth` is planted."""
    draw = np.random.default_rng(seed)
    before, now = month(draw, orders, {}, tail), month(draw, orders, growth, tail)
    nets, variances = {}, {}
    for key in DIMENSIONS:
        sums = [side.groupby(key)["amount"].sum() for side in (before, now)]
        nets[key] = {
            name: tuple(int(one.get(name, 0)) for one in sums)
            for name in sums[0].index.union(sums[1].index)
        }
        squares = pd.concat([before, now]).assign(square=lambda one: one["amount"] ** 2.0)
        variances |= {
            (key, str(n)): float(v) for n, v in squares.groupby(key)["square"].sum().items()
        }
    return movers(nets, variances)


@pytest.mark.parametrize("orders, tail", [(600, 0.8), (60, 0.8), (600, 1.5)])
def test_few_shops_without_a_change_have_a_marked_mover(orders: float, tail: float) -> None:
    false = sum(
        bool(marked(seed, orders, {}, tail)["is_beyond_noise"].any()) for seed in range(SHOPS)
    )
    # 5 % are promised over all names of a shop; the bound is three standard errors above.
    assert false / SHOPS <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / SHOPS)


def test_without_holm_most_shops_would_have_one() -> None:
    """What the test is for: two standard deviations alone mark some name in most shops."""
    shops = [marked(seed, 600, {}) for seed in range(100)]
    naive = sum(bool((one["change"].abs() > one["noise"]).any()) for one in shops)
    assert naive > 50


def test_a_planted_change_is_found_and_the_others_stay_unmarked() -> None:
    found, others = 0, 0
    for seed in range(100):
        table = marked(seed, 2_500, {"n1": 2.0})
        names = set(
            zip(
                *table.loc[table["is_beyond_noise"], ["dimension", "name"]].T.to_numpy(),
                strict=True,
            )
        )
        found += ("category", "n1") in names
        others += any(key == "category" and name != "n1" for key, name in names)
    assert found >= 95
    assert others <= 10  # channels and cities do grow, since the whole shop does


def test_the_p_value_is_that_of_the_normal_distribution() -> None:
    assert noise.p_value(19.6, 100) == pytest.approx(2 * stats.norm.sf(1.96))
    assert noise.p_value(5, 0) == 1


def test_holm_by_hand() -> None:
    changes = [(z, 1.0) for z in (3.5, 2.6, 2.1, 0.1)]
    # 0.05/4 and 0.05/3 are passed by 0.0005 and 0.009; 0.05/2 is not by 0.036.
    assert noise.are_beyond(changes) == [True, True, False, False]
    assert noise.are_beyond([(2.1, 1.0)]) == [True]
    assert noise.are_beyond([(1.99, 1.0)]) == [False]  # below two, though p is below 5 %
    assert noise.are_beyond([]) == []
