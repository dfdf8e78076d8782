"""Conventions of others, exactly: to compare with published results and to translate from them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from retail.segments import rfm


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


def repeats(orders: pd.DataFrame, through: int) -> pd.DataFrame:
    """What buy-till-you-die models are fitted on (Fader, Hardie and Lee 2005), in days.

    Takes customer_id and day of every order, those of no value included; gives per customer
    `repeat_days` (x: days with an order up to `through`, less the first), `first_to_last_days`
    (t_x) and `first_to_through_days` (T).
    """
    days = orders.loc[orders["day"] <= through, ["customer_id", "day"]].drop_duplicates()
    by = days.groupby("customer_id")["day"].agg(["size", "min", "max"])
    return pd.DataFrame(
        {
            "customer_id": by.index,
            "repeat_days": by["size"].to_numpy() - 1,
            "first_to_last_days": (by["max"] - by["min"]).to_numpy(),
            "first_to_through_days": (through - by["min"]).to_numpy(),
        }
    )
