"""Which scheme of recency ranks customers better: quintiles, or the shop's own gaps between orders.

    python -m tests.benchmarks.ranking [SEEDS] [--data FOLDER]

Customers are scored on a day (R x F, 5 bins) by what was known then, and later purchases judge the order. For
each shop: the area under the curve (AUC) of R + F for who buys in the time after (0.5: no order, 1: perfect),
the lift of the first tenth and of the first fifth by R + F (their purchases over those of as many customers
at random), and the AUC of R alone. Equal scores share their places. Shops: CDNOW (39 weeks after 1997-09-30)
and the case study (90 days, three windows) where FOLDER has them, and SEEDS (default 10) simulated retailers of
each kind: buying at random or regularly, at one rate or many, with or without leaving. As a yardstick, the same
of the purchases that a model expects (BG/NBD, tests/benchmarks/bgnbd.py). At the end: how often the rhythm ranked
better than quantiles, over all, and over those shops where either ranks at all (AUC of 0.55 or more).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import mean

import numpy as np
import pandas as pd

from retail.segments import gaps, past_states, rfm
from tests.benchmarks import bgnbd

SCHEMES = ("quantiles", "rhythm", "expected")
CUSTOMERS = 2_000
RANKS = 0.55  # AUC from which an order says something


@dataclass(frozen=True)
class Shop:
    """PURCHASES of a shop, the day of the scores and how many days after it count."""

    name: str
    purchases: pd.DataFrame
    scored_on: int
    ahead: int


@dataclass(frozen=True)
class Ranked:
    """How well a scheme ranks: AUC of R + F, lift of the first tenth and fifth, AUC of R."""

    both: float
    tenth: float
    fifth: float
    recency: float


def ranked(shop: Shop, scheme: str) -> Ranked:
    """Score the customers of a shop by a scheme, and judge the order by what came; "expected": by BG/NBD."""
    bought = shop.purchases
    none = pd.DataFrame(
        {
            name: pd.Series([], dtype="str")
            for name in ("customer_id", "purchase_id", "purchase_customer")
        }
    )
    none = none.assign(day=pd.Series([], dtype="int64"), amount=pd.Series([], dtype="int64"))
    then = rfm.measured(past_states.state_at(bought, none, shop.scored_on), shop.scored_on)
    is_later = (bought["day"] > shop.scored_on) & (bought["day"] <= shop.scored_on + shop.ahead)
    later = bought[is_later].groupby("customer_id").size()
    orders = then["customer_id"].map(later).fillna(0).to_numpy()
    if scheme == "expected":
        x, t_x, observed = histories(bought, shop.scored_on)
        weeks = t_x / 7, observed / 7
        found = bgnbd.expected(bgnbd.fit(x, *weeks), x, *weeks, shop.ahead / 7)
        return judged(found, found, orders)
    cuts = {}
    if scheme == "rhythm":
        first = int(bought["day"].min())
        known = gaps.of(bought, int(bought.loc[bought["day"] <= shop.scored_on, "day"].max()))
        cuts["recency"] = gaps.recency_cuts(known, shop.scored_on - first)
    scores = rfm.score(then, 5, cuts).table.astype("int64")
    return judged((scores["r"] + scores["f"]).to_numpy(), scores["r"].to_numpy(), orders)


def judged(both: np.ndarray, recency: np.ndarray, orders: np.ndarray) -> Ranked:
    """How well numbers by customer rank the orders that came."""
    return Ranked(
        auc(both, orders > 0),
        lift(both, orders, 0.1),
        lift(both, orders, 0.2),
        auc(recency, orders > 0),
    )


def histories(purchases: pd.DataFrame, scored_on: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By customer, in the order of their ids: repeat days with a purchase, the days to the last, those observed."""
    days = purchases.loc[purchases["day"] <= scored_on].drop_duplicates(["customer_id", "day"])
    by = days.groupby("customer_id")["day"].agg(["size", "min", "max"]).to_numpy("float64")
    return by[:, 0] - 1, by[:, 2] - by[:, 1], scored_on - by[:, 1]


def auc(score: np.ndarray, is_so: np.ndarray) -> float:
    """The chance that one who is so has a higher score than one who is not; ties count half."""
    rank = pd.Series(score).rank().to_numpy()
    yes, no = int(is_so.sum()), int((~is_so).sum())
    return float((rank[is_so].sum() - yes * (yes + 1) / 2) / (yes * no)) if yes and no else 0.5


def lift(score: np.ndarray, orders: np.ndarray, share: float) -> float:
    """Orders of the first share of customers over those of as many at random; equal scores share places."""
    left, total = share * len(score), 0.0
    for value in np.unique(score)[::-1]:
        inside = orders[score == value]
        total += inside.sum() * min(1.0, left / len(inside))
        left -= len(inside)
        if left <= 0:
            break
    return float(total / orders.sum() / share) if orders.sum() else 1.0


def simulated(
    seed: int, *, regular: bool, rates: bool, leave: bool, days: int = 720, ahead: int = 90
) -> Shop:
    """A retailer whose customers join in the first year, buy at gaps of their own and may leave for ever.

    regular: gaps of a gamma distribution of shape 4, not exponential ones. rates: customers differ in rate
    (gamma, shape 0.8). leave: half of them are gone within a year and a half.
    """
    draw = np.random.default_rng(seed)
    rate = draw.gamma(0.8, 1 / 0.8, CUSTOMERS) if rates else np.ones(CUSTOMERS)
    rate = np.maximum(rate, 0.02) / 60
    start = draw.integers(0, 360, CUSTOMERS)
    end = start + (
        draw.exponential(540 / np.log(2) / 1.0, CUSTOMERS) if leave else np.full(CUSTOMERS, np.inf)
    )
    rows = []
    for customer in range(CUSTOMERS):
        day, shape = float(start[customer]), 4 if regular else 1
        while day < min(days + ahead, end[customer]):
            rows.append((f"{customer:05}", int(day)))
            day += draw.gamma(shape, 1 / (shape * rate[customer]))
    table = pd.DataFrame(rows, columns=["customer_id", "day"])
    table = table.drop_duplicates().assign(gross=1_000)
    table["transaction_id"] = [str(n) for n in range(len(table))]
    words = (
        "regular" if regular else "random",
        "many rates" if rates else "one rate",
        "leaving" if leave else "staying",
    )
    return Shop(", ".join(words), table, days - 1, ahead)


def real(folder: Path) -> Iterator[Shop]:
    """CDNOW and the case study, as far as the folder has them."""
    cdnow = folder / "cdnow/CDNOW_master.txt"
    if cdnow.exists():
        table = pd.read_csv(
            cdnow, sep=r"\s+", header=None, skiprows=1, usecols=[0, 1, 3], dtype=str
        )
        table.columns = ["customer_id", "date", "amount"]
        yield _shop("CDNOW", table, "%Y%m%d", days_of("1997-09-30"), 273)
    case = folder / "case_study/Transactions.csv"
    if case.exists():
        table = pd.read_csv(case, dtype=str).drop_duplicates()
        table = table.rename(
            columns={"cust_id": "customer_id", "tran_date": "date", "total_amt": "amount"}
        )
        table = table[pd.to_numeric(table["amount"]) > 0].assign(
            date=lambda one: one["date"].str.replace("/", "-")
        )
        for back in (90, 180, 270):
            yield _shop(
                f"case study, {back} days back", table, "%d-%m-%Y", days_of("2014-02-20") - back, 90
            )


def days_of(text: str) -> int:
    """An ISO date as days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype("int64"))


def _shop(name: str, table: pd.DataFrame, pattern: str, scored_on: int, ahead: int) -> Shop:
    day = pd.to_datetime(table["date"], format=pattern).to_numpy("datetime64[D]").astype("int64")
    rows = table[["customer_id"]].assign(day=day).drop_duplicates().reset_index(drop=True)
    return Shop(
        name,
        rows.assign(gross=1_000, transaction_id=[str(n) for n in range(len(rows))]),
        scored_on,
        ahead,
    )


def main() -> None:
    """Print one line for each shop: both schemes side by side."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("seeds", nargs="?", type=int, default=10)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = arguments.parse_args()
    print(f"{'shop':34}{'':11}{'AUC R+F':>9}{'tenth':>8}{'fifth':>8}{'AUC R':>8}")
    kinds = [
        {"regular": regular, "rates": rates, "leave": leave}
        for regular in (False, True)
        for rates in (False, True)
        for leave in (False, True)
    ]
    shops = [[shop] for shop in real(given.data)]
    shops += [[simulated(seed, **kind) for seed in range(given.seeds)] for kind in kinds]
    names = [field.name for field in fields(Ranked)]
    pairs: list[tuple[Ranked, Ranked]] = []
    for of_kind in shops:
        by_scheme = {scheme: [ranked(shop, scheme) for shop in of_kind] for scheme in SCHEMES}
        for scheme, found in by_scheme.items():
            both, tenth, fifth, recency = (
                mean(getattr(one, name) for one in found) for name in names
            )
            label = f"{of_kind[0].name:34}{scheme:11}"
            print(f"{label}{both:9.3f}{tenth:8.2f}{fifth:8.2f}{recency:8.3f}", flush=True)
        pairs += zip(by_scheme["rhythm"], by_scheme["quantiles"], strict=True)
    some = [pair for pair in pairs if max(one.both for one in pair) >= RANKS]
    for title, of in (("all shops", pairs), ("shops that are ranked at all", some)):
        for name in names:
            print(
                f"{title}, {name}: {compared([getattr(a, name) - getattr(b, name) for a, b in of])}"
            )


def compared(differences: list[float]) -> str:
    """How often the rhythm ranks better, and by how much on average."""
    better, worse = (
        sum(one > 0.001 for one in differences),
        sum(one < -0.001 for one in differences),
    )
    average = mean(differences)
    return f"rhythm better in {better}, worse in {worse} of {len(differences)}; mean {average:+.4f}"


if __name__ == "__main__":
    main()
