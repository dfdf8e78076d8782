"""Sums by day -> sums by week, month, quarter, year, and by weekday and month of the year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

# table: the calendar's columns that are its key, and what its schema calls them
GRAINS: dict[str, dict[str, str]] = {
    "by_week": {"week": "day"},
    "by_month": {"month": "month"},
    "by_quarter": {"quarter": "month"},
    "by_year": {"year": "year"},
    "weekday_by_month": {"weekday": "weekday", "month_of_year": "month_of_year"},
}
# Everything of a day adds up but the distinct buyers.
ADDITIVE = (
    "gross",
    "returns",
    "tax",
    "units",
    "lines",
    "purchases",
    "kept_purchases",
    "credited_returns",
)


def rolled_up(
    by_day: pd.DataFrame, buyers: pd.DataFrame, calendar: pd.DataFrame, keys: Sequence[str]
) -> pd.DataFrame:
    """One row per combination of `keys` (columns of `calendar`): ADDITIVE summed, `buyers` looked up.

    by_day: `day` and ADDITIVE. buyers: `keys` and `buyers`, counted for this grain.
    """
    dated = by_day.merge(calendar[["day", *keys]], on="day", validate="one_to_one")
    summed = dated.groupby(list(keys), sort=True, as_index=False)[list(ADDITIVE)].sum()
    counted = summed.merge(buyers, on=list(keys), how="left", validate="one_to_one")
    return counted.assign(buyers=counted["buyers"].fillna(0).astype("int64"))
