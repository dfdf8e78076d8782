"""The next segment of each customer: after one more purchase today, and by time alone."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from retail.segments.naming_conventions import Convention
from retail.segments.rfm import Scores


def table(customers: pd.DataFrame, scores: Scores, convention: Convention) -> pd.DataFrame:
    """NEXT_STEPS, under the current cut points; no rows when no one is scored.

    Takes customers with group, last_kept_day, kept_purchases and segment, and the scores in the
    convention's bins. One more purchase sets recency to 0 and adds 1 to frequency; without one,
    recency grows by a day each day.
    """
    if not scores.cuts["recency"]:
        return customers.iloc[:0][["customer_id", "segment"]].assign(
            if_buys_today=[], drops_on=[], drops_to=[]
        )
    grid = convention.grid()
    recency, frequency = (
        np.array([math.floor(cut) for cut in scores.cuts[name]])
        for name in ("recency", "frequency")
    )
    best = convention.bins - int(np.searchsorted(recency, 0, side="left"))
    by_orders = np.array([grid[best, f] for f in range(1, convention.bins + 1)])
    orders = customers["kept_purchases"].to_numpy("int64") + 1
    drops_on, drops_to = _drops(customers, scores, grid, recency)
    return customers[["customer_id", "segment"]].assign(
        if_buys_today=by_orders[np.searchsorted(frequency, orders, side="left")],
        drops_on=drops_on,
        drops_to=drops_to,
    )


def _drops(
    customers: pd.DataFrame,
    scores: Scores,
    grid: dict[tuple[int, int], str],
    recency: np.ndarray,
) -> tuple[pd.Series, list[str]]:
    """The first day on which the name changes by time alone, and the name then; missing if never."""
    # The score on the first day above each cut point; equal cut points are passed at once.
    starts = {int(cut) + 1: scores.bins - int((recency <= cut).sum()) for cut in recency}
    after, to = {}, {}
    for (r, f), name in grid.items():
        for wait, lower in sorted(starts.items()):
            if lower < r and grid[lower, f] != name:
                after[r, f], to[r, f] = wait, grid[lower, f]
                break
    table = scores.table
    cells = list(zip(table["r"].fillna(0), table["f"].fillna(0), strict=True))
    waits = pd.array([after.get(cell) for cell in cells], dtype="Int64")
    days = customers["last_kept_day"].astype("Int64") + pd.Series(waits, index=customers.index)
    return days, [to.get(cell, "") for cell in cells]
