"""Scores by recency, frequency and monetary: one row per customer in, the same rows scored out.

Scores run from 1 to `bins`; the highest is best, for recency too. A score is 1 + the number of cut
points strictly below the value (recency: bins minus that number), so equal values always share a
score. Cut points are the k/bins quantiles by linear interpolation (Hyndman and Fan's type 7),
computed exactly as fractions: in floating point a few cut points miss the data value that they
equal, and ties flip.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd

from retail.errors import ConfigError
from retail.schema.rounding import MEAN_DECIMALS, rounded
from retail.schema.units import Units
from retail.segments import wording

MEASURES = {"recency": "recency_days", "frequency": "frequency", "monetary": "monetary"}
LETTERS = {"recency": "r", "frequency": "f", "monetary": "m"}
# Cut points by measure, ascending, in whole days, orders and smallest units of money.
Cuts = Mapping[str, tuple[Fraction, ...]]


@dataclass(frozen=True)
class Scores:
    """`table`: r, f, m, Int64 and missing where not scored, on the index of the customers.

    `fixed`: the measures whose cut points are no quantiles of these customers. longest: the longest time, in
    days, that a customer can have been away; None where it does not matter.
    """

    table: pd.DataFrame
    cuts: Cuts
    bins: int
    fixed: frozenset[str] = frozenset()
    longest: int | None = None

    def is_impossible(self, measure: str, above: Fraction | None, up_to: Fraction | None) -> bool:
        """True when no one can be above the one cut point and up to the other."""
        return self.is_too_long(measure, above) or is_impossible(above, up_to)

    def is_too_long(self, measure: str, above: Fraction | None) -> bool:
        """True when values above the cut point are longer than anyone can have been away."""
        return measure == "recency" and above is not None and above >= (self.longest or math.inf)


def measured(customer_sums: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """CUSTOMER_SUMS plus group, recency_days, frequency and monetary (missing unless scored).

    Everyone is in exactly one group: scored (a kept purchase), nothing kept (purchases, but none
    kept), refund only (lines, but no purchase), prospect (no line).
    """
    is_scored = customer_sums["kept_purchases"] > 0
    group = np.select(
        [is_scored, customer_sums["purchases"] > 0, customer_sums["lines"] > 0],
        ["scored", "nothing kept", "refund only"],
        "prospect",
    )
    values = {
        "recency_days": as_of - customer_sums["last_kept_day"].astype("Int64"),
        "frequency": customer_sums["kept_purchases"].astype("Int64"),
        "monetary": customer_sums["net"].astype("Int64"),
    }
    kept = {name: column.where(is_scored) for name, column in values.items()}
    return customer_sums.assign(group=pd.array(group, dtype="str"), **kept)


def score(
    customers: pd.DataFrame, bins: int, cuts: Cuts | None = None, longest: int | None = None
) -> Scores:
    """Scores of the customers that have recency_days, frequency and monetary.

    Measures that `cuts` names are cut there, the others at the quantiles of these customers. longest: see
    Scores.
    """
    known = customers[list(MEASURES.values())].dropna().astype("int64")
    used = {
        measure: (cuts or {}).get(measure) or cut_points(known[column], bins)
        for measure, column in MEASURES.items()
    }
    table = pd.DataFrame(
        {
            LETTERS[measure]: _scored(known[column], used[measure], bins, measure == "recency")
            for measure, column in MEASURES.items()
        },
        index=known.index,
    )
    whole = table.reindex(customers.index).astype("Int64")
    return Scores(whole, used, bins, frozenset(cuts or ()), longest)


def cut_points(values: Sequence[int] | pd.Series, bins: int) -> tuple[Fraction, ...]:
    """The k/bins quantiles of whole numbers, k = 1 to bins - 1, exactly; none without values.

    >>> [str(cut) for cut in cut_points([1, 2, 3, 4], 5)]
    ['8/5', '11/5', '14/5', '17/5']
    """
    ordered = np.sort(np.asarray(values, dtype="int64"))
    if not len(ordered):
        return ()
    cuts = []
    for k in range(1, bins):
        position, rest = divmod(k * (len(ordered) - 1), bins)
        low = int(ordered[position])
        high = int(ordered[position + 1]) if rest else low
        cuts.append(low + Fraction((high - low) * rest, bins))
    return tuple(cuts)


def fixed_cuts(
    by_hand: Mapping[str, Sequence[float]], bins: int, units: Units
) -> dict[str, tuple[Fraction, ...]]:
    """Cut points of the config (days, orders, money) in whole units; ConfigError when unusable."""
    cuts = {}
    for measure, values in by_hand.items():
        key = f"rfm.cuts.{measure}"
        if len(values) != bins - 1:
            raise ConfigError(
                f"retail.toml: key {key}: {len(values)} cut points, but bins = {bins} needs "
                f"{bins - 1}, one fewer than bins."
            )
        if not all(map(math.isfinite, values)):
            raise ConfigError(f"retail.toml: key {key}: {list(values)} holds no plain number.")
        if any(b < a for a, b in pairwise(values)):
            raise ConfigError(
                f"retail.toml: key {key}: {list(values)} does not ascend; write the smallest first."
            )
        unit = 10**units.money_scale if measure == "monetary" else 1
        # repr gives the digits that were typed: 3787.94 means 378794 cents, not a float near it.
        cuts[measure] = tuple(Fraction(repr(value)) * unit for value in values)
    return cuts


def _scored(
    values: pd.Series, cuts: tuple[Fraction, ...], bins: int, is_reversed: bool
) -> np.ndarray:
    # A whole value is above a cut point exactly when it is above the whole part of it.
    floors = np.array([math.floor(cut) for cut in cuts], dtype="int64")
    below = np.searchsorted(floors, values.to_numpy(), side="left")
    return bins - below if is_reversed else below + 1


def bounds(
    cuts: tuple[Fraction, ...], bins: int, score: int, is_reversed: bool
) -> tuple[Fraction | None, Fraction | None]:
    """The cut points between which a score lies: (above, up to); None where there is no limit."""
    step = bins - score if is_reversed else score - 1
    return (cuts[step - 1] if step else None), (cuts[step] if step < bins - 1 else None)


def cut_table(scores: Scores, units: Units) -> pd.DataFrame:
    """RFM_CUTS: the rule of each score and how many have it; no rows when no one is scored."""
    rows = []
    for measure, letter in LETTERS.items():
        cuts = scores.cuts[measure]
        counts = scores.table[letter].value_counts()
        unit = 10**units.money_scale if measure == "monetary" else 1
        for value in range(1, scores.bins + 1) if cuts else ():
            above, up_to = bounds(cuts, scores.bins, value, measure == "recency")
            rows.append(
                {
                    "measure": measure,
                    "score": value,
                    "above": _limit(above, unit),
                    "up_to": _limit(up_to, unit),
                    "customers": int(counts.get(value, 0)),
                    "rule": (
                        "no one yet: the data are too short to tell"
                        if scores.is_too_long(measure, above)
                        else wording.span(measure, above, up_to, units)
                    ),
                    "is_impossible": scores.is_impossible(measure, above, up_to),
                    "is_fixed": measure in scores.fixed,
                }
            )
    columns = ["measure", "score", "above", "up_to", "customers", "rule", "is_impossible"]
    return pd.DataFrame(rows, columns=[*columns, "is_fixed"])


def _limit(cut: Fraction | None, unit: int) -> float | None:
    """A cut point in days, orders or money, with two decimals more than these have."""
    return None if cut is None else rounded(cut, MEAN_DECIMALS) / 10**MEAN_DECIMALS / unit


def is_impossible(above: Fraction | None, up_to: Fraction | None) -> bool:
    """True when no whole value lies above the one cut point and up to the other."""
    return above is not None and up_to is not None and math.floor(above) >= math.floor(up_to)


def grid_table(customers: pd.DataFrame, scores: Scores) -> pd.DataFrame:
    """RFM_GRID: all cells of r x f with the segments and the money of the customers in them.

    Takes customers with r, f, monetary and segment.
    """
    scored = customers.dropna(subset=["r", "f"])
    cells = scored.groupby(["r", "f"])
    names = cells["segment"].agg(lambda texts: ", ".join(sorted(set(texts)))).to_dict()
    counts = cells.size().to_dict()
    money = cells["monetary"].sum().to_dict()
    rows = []
    for r in range(1, scores.bins + 1):
        for f in range(1, scores.bins + 1):
            count, total = int(counts.get((r, f), 0)), int(money.get((r, f), 0))
            rows.append(
                {
                    "r": r,
                    "f": f,
                    "segment": names.get((r, f), ""),
                    "customers": count,
                    "monetary": total,
                    "mean_monetary": total / count if count else None,
                    "is_impossible": _never(scores, "recency", r) or _never(scores, "frequency", f),
                }
            )
    return pd.DataFrame(rows)


def _never(scores: Scores, measure: str, value: int) -> bool:
    cuts = scores.cuts[measure]
    limits = bounds(cuts, scores.bins, value, measure == "recency") if cuts else (None, None)
    return scores.is_impossible(measure, *limits)
