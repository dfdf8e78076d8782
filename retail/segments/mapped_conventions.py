"""The same customers under other published conventions, with false friends marked.

A false friend is a name that both use for mostly different people: less than half of either group
is in the other.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from retail.segments import naming_conventions, profiles, rfm
from retail.segments.naming_conventions import Convention

OTHERS = (
    naming_conventions.SEVEN_LEVELS,
    naming_conventions.PUTLER,
    naming_conventions.R_RFM,
    naming_conventions.QUARTILES,
)
SAME = 0.5


def analyse(
    customers: pd.DataFrame, scores: rfm.Scores, convention: Convention, unit: int
) -> dict[str, pd.DataFrame]:
    """CROSSWALK and CROSSWALK_NAMES of the scored customers; none when no one is scored.

    customers: recency_days, frequency, monetary, segment; scores: theirs in five bins; convention:
    the one that named the segments; unit: one of money in the smallest unit.
    """
    is_scored = customers["group"] == "scored"
    if not is_scored.any():
        return {}
    segment = customers.loc[is_scored, "segment"]
    cells, named = [], []
    for other in OTHERS:
        name = other.name(_scores(customers, scores, other, unit))[is_scored]
        counts = profiles.counted(name, segment, other.names, convention.names)
        cells.append(_cells(other, convention.names, counts))
        named.append(_names(other, convention.names, counts))
    return {
        "crosswalk": pd.concat(cells, ignore_index=True),
        "crosswalk_names": pd.concat(named, ignore_index=True),
    }


def _scores(
    customers: pd.DataFrame, five: rfm.Scores, other: Convention, unit: int
) -> pd.DataFrame:
    """The scores that a convention is defined on."""
    if other is naming_conventions.R_RFM:
        return r_scores(customers, unit)
    if other.bins == five.bins:
        return five.table
    quarters = rfm.score(customers, other.bins).table
    return other.bins + 1 - quarters if other is naming_conventions.QUARTILES else quarters


def _cells(other: Convention, segments: list[str], counts: np.ndarray) -> pd.DataFrame:
    name, segment = np.indices(counts.shape).reshape(2, -1)
    sizes = counts.sum(axis=1)
    return pd.DataFrame(
        {
            "convention": other.key,
            "name": np.array(other.names)[name],
            "segment": np.array(segments)[segment],
            "customers": counts[name, segment],
            "share_of_name": profiles.shares(counts[name, segment], sizes[name]),
            "name_order": name + 1,
            "segment_order": segment + 1,
        }
    )


def _names(other: Convention, segments: list[str], counts: np.ndarray) -> pd.DataFrame:
    namesakes = {stem(segment): at for at, segment in enumerate(segments)}
    rules = {rule.name: rule.words for rule in other.rules}
    rows = []
    for order, name in enumerate(other.names):
        size = int(counts[order].sum())
        at = namesakes.get(stem(name))
        both = 0 if at is None else int(counts[order, at])
        larger = size if at is None else max(size, int(counts[:, at].sum()))
        rows.append(
            {
                "convention": other.key,
                "title": other.title,
                "source": other.source,
                "name": name,
                "rule": rules.get(name, "all others"),
                "order": order + 1,
                "customers": size,
                "namesake": "" if at is None else segments[at],
                "shared": both,
                "is_false_friend": at is not None and larger > 0 and both < SAME * larger,
            }
        )
    return pd.DataFrame(rows)


def stem(name: str) -> str:
    """The stem that two names for the same group share: 'Loyal customers' and 'Loyal'.

    >>> stem("Potential loyalist") == stem("Potential loyalists")
    True
    """
    words = name.lower().split(" (")[0].replace("needs", "need").split()
    return " ".join(word.rstrip("s") for word in words if word != "customers")


def r_scores(customers: pd.DataFrame, unit: int, bins: int = 5) -> pd.DataFrame:
    """Scores r, f, m as the R package rfm computes them (rfm_table_order).

    Its cut points are the same quantiles plus one, and a band is lower <= value < cut + 1; recency
    is reversed. Takes recency_days, frequency and monetary; `unit` is one of money in the smallest
    unit, since "plus one" is meant in whole money.
    """
    known = customers[list(rfm.MEASURES.values())].dropna().astype("int64")
    table = {}
    for measure, column in rfm.MEASURES.items():
        one = unit if measure == "monetary" else 1
        cuts = [math.ceil(cut + one) for cut in rfm.cut_points(known[column], bins)]
        above = np.searchsorted(np.array(cuts, dtype="int64"), known[column], side="right")
        table[rfm.LETTERS[measure]] = bins - above if measure == "recency" else above + 1
    scores = pd.DataFrame(table, index=known.index)
    return scores.reindex(customers.index).astype("Int64")
