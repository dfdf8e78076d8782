"""Simulated retailers of which it is known whether tastes differ and whether the past tells who buys.

Tastes: each group of customers favours shelves of its own, or all choose alike; how much anyone
buys is heavy-tailed in either case. Themes: a purchase favours some shelves, whoever makes it.
Habits: all buy at the same rate for ever, so that nothing of the past tells who buys next; or rates
differ and customers leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from retail.segments import backtest, clusters, unit_matrix
from retail.segments.naming_conventions import DEFAULT

SEED = 20  # of the clusters, as in a config without one
DAYS = 720
MOST_PURCHASES = 400  # of a customer of a heavy tail
AHEAD = 90  # days over which segments are to predict
SHELVES = 16
FAVOUR = 10  # times as often as others do, a group buys from its own shelves
THEMES = 4  # of a themed purchase: shelves of one are bought FAVOUR times as often
KEY = ["transaction_id", "customer_id", "category", "subcategory"]


@dataclass(frozen=True)
class Retailer:
    """`kept` is KEPT_UNITS, `purchases` PURCHASES; `group` is the planted one of each customer."""

    kept: pd.DataFrame
    purchases: pd.DataFrame
    group: pd.Series

    @property
    def people(self) -> pd.DataFrame:
        """What clusters take of customers."""
        ids = sorted(self.kept["customer_id"].unique())
        return pd.DataFrame({"customer_id": ids, "group": "scored", "monetary": 1})

    @property
    def returns(self) -> pd.DataFrame:
        """RETURN_LINES: none."""
        text = pd.Series([], dtype="str")
        ids = {"customer_id": text, "purchase_id": text, "purchase_customer": text}
        whole = pd.Series([], dtype="int64")
        return pd.DataFrame({**ids, "day": whole, "amount": whole})


def retailer(
    seed: int,
    *,
    tastes: int = 1,
    spread: float = 0.3,
    do_habits_differ: bool = False,
    customers: int = 400,
    tail: float | None = None,
    lines_each: int | None = None,
    are_purchases_themed: bool = False,
) -> Retailer:
    """A retailer with so many groups of taste (1: all alike), the same for the same arguments.

    spread: of the number of lines of a purchase between customers (standard deviation of its log).
    tail: index of a Pareto distribution of the number of purchases of a customer. lines_each: so many lines a
    customer on average, one or two a purchase.
    """
    rng = np.random.default_rng([seed, tastes, do_habits_differ])
    rate, active = np.full(customers, 1 / 75), np.full(customers, DAYS)
    if do_habits_differ:
        rate = rng.gamma(1.0, 1 / 60, customers)
        active = np.minimum(rng.exponential(400, customers), DAYS).astype("int64")
    first = rng.integers(0, DAYS - active + 1)
    bought = rng.poisson(rate * active)
    if tail:
        bought = np.minimum(2 * (1 + rng.pareto(tail, customers)), MOST_PURCHASES).astype("int64")
    if lines_each:
        bought = 1 + rng.poisson(lines_each / 1.5 - 1, customers)
    who = np.repeat(np.arange(customers), bought)
    day = first[who] + (rng.random(len(who)) * active[who]).astype("int64")
    size = np.minimum(rng.lognormal(0.7, spread, customers), 25)
    lines = 1 + rng.poisson(size[who])
    if lines_each:
        lines = rng.integers(1, 3, len(who))
    at = np.repeat(np.arange(len(who)), lines)

    group = rng.integers(0, tastes, customers)
    odds = np.tile(rng.dirichlet(np.full(SHELVES, 3.0)), (tastes, 1))
    if tastes > 1:
        own = np.arange(SHELVES) * tastes // SHELVES == np.arange(tastes)[:, None]
        odds = np.where(own, FAVOUR * odds, odds)
    odds_of = odds[group[who]]  # purchases x shelves
    if are_purchases_themed:
        theme = rng.integers(0, THEMES, len(who))
        is_of_theme = np.arange(SHELVES) % THEMES == theme[:, None]
        odds_of = np.where(is_of_theme, FAVOUR * odds_of, odds_of)
    below = (odds_of / odds_of.sum(axis=1, keepdims=True)).cumsum(axis=1)
    shelf = (rng.random(len(at))[:, None] > below[at, :-1]).sum(axis=1)
    names = np.array([f"c{number:05}" for number in range(customers)])
    kept = pd.DataFrame(
        {
            "transaction_id": [f"t{number:06}" for number in at],
            "customer_id": names[who[at]],
            "category": [f"Hall {number // 4}" for number in shelf],
            "subcategory": [f"Shelf {number:02}" for number in shelf],
            "units": 1 + rng.poisson(0.4, len(at)),
        }
    )
    gross = 100 * lines
    purchases = pd.DataFrame(
        {
            "transaction_id": [f"t{number:06}" for number in range(len(who))],
            "customer_id": names[who],
            "day": day,
            "channel": "Shop",
            "gross": gross,
            "returned": 0,
            "kept": gross,
            "units": lines,
        }
    )
    return Retailer(
        kept.groupby(KEY, as_index=False)["units"].sum(),
        purchases,
        pd.Series(group, index=names),
    )


@dataclass(frozen=True)
class Found:
    """What one retailer's clusters were judged to be, and their agreement with what was planted."""

    beats_noise: bool
    is_recommended: bool
    agreement: float


def judged(shop: Retailer, pair: tuple[int, int]) -> Found:
    """The quick test of every run, for one pair."""
    found = clusters.analyse(
        unit_matrix.of_scored(shop.kept, shop.people),
        shop.people,
        chosen=pair,
        others=(),
        seed=SEED,
        permutations=19,
        subsamples=20,
        is_brief=True,  # stability only where the pair beats noise: the verdict is the same
    )
    fit = found.tables["cluster_fits"].iloc[0]
    return Found(fit["beats_noise"], fit["is_recommended"], agreement(shop, found))


def agreement(shop: Retailer, found: clusters.Clustered) -> float:
    """Adjusted Rand index of clusters with the planted groups."""
    labels = found.members.set_index("customer_id")["cluster"]
    return float(adjusted_rand_score(shop.group[labels.index], labels))


def do_segments_predict(shop: Retailer) -> bool:
    """Whether the backtest says that segments differ in who buys."""
    test = backtest.analyse(
        [(shop.purchases, shop.returns)],
        through=DAYS - 1,
        days=AHEAD,
        cuts={},
        convention=DEFAULT,
    ).tables["backtest_test"]
    return bool(test["do_segments_differ"].iloc[0])
