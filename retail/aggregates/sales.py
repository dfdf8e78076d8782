"""Lines, purchases and credited returns -> whole-number measures by day and by dimension.

Everything that adds up is summed at the finest grain once; weeks, months, quarters and years are
added up from days after the waist (`figures.periods`). Distinct buyers do not add up, so they are
counted for each grain here.
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.purchases import PURCHASE
from retail.aggregates.scan import Frame

MEASURES = (*sums.ADDITIVE, "purchases", "buyers", "credited_returns")
DIMENSIONS = {
    "by_category": ("category",),
    "by_subcategory": ("category", "subcategory"),
    "by_channel": ("channel",),
    "by_city": ("city",),
    "by_gender": ("gender",),
}
PERIODS = {
    "by_week": ("week",),
    "by_month": ("month",),
    "by_quarter": ("quarter",),
    "by_year": ("year",),
    "weekday_by_month": ("weekday", "month_of_year"),
}


def credited(matched: Frame) -> Frame:
    """Returns at the day and channel of their purchase, unmatched ones at their own.

    day, channel, category, subcategory, city, gender, credited_returns (money, negative).
    """
    return matched.select(
        "category",
        "subcategory",
        "city",
        "gender",
        day=nw.coalesce("purchase_day", "day"),
        channel=nw.coalesce("purchase_channel", "channel"),
        credited_returns=nw.col("amount"),
    )


def by_dimension(lines: Frame, credits: Frame, keys: Sequence[str]) -> pd.DataFrame:
    """Keys and MEASURES; a purchase counts in every group where it has a positive line."""
    positive = lines.filter(nw.col("amount") > 0).select(*keys, *PURCHASE)
    return _together(
        keys,
        sums.of_lines(lines, keys),
        sums.distinct(positive, keys, PURCHASE, "purchases"),
        buyers(positive, keys),
        sums.totals(credits, keys, ["credited_returns"]),
    )


def by_day(lines: Frame, bought: Frame, credits: Frame) -> pd.DataFrame:
    """Day and MEASURES; a purchase counts on the day of its earliest positive line."""
    counted = bought.group_by("day").agg(purchases=nw.len())
    return _together(
        ["day"],
        sums.of_lines(lines, ["day"]),
        counted,
        buyers(bought, ["day"]),
        sums.totals(credits, ["day"], ["credited_returns"]),
    )


def buyers(purchases: Frame, keys: Sequence[str]) -> Frame:
    """Keys and `buyers`: distinct customers, guests left out."""
    known = purchases.filter(nw.col("customer_id") != "")
    return sums.distinct(known, keys, ["customer_id"], "buyers")


def _together(keys: Sequence[str], *parts: Frame) -> pd.DataFrame:
    """The measures of all parts by `keys`, 0 where a part has no row for a key; sorted by keys.

    Adding rows up rather than joining keeps whole numbers whole where a key is missing.
    """
    blank = dict.fromkeys(MEASURES, 0)
    tables = []
    for part in parts:
        table = part.collect("pandas").to_native()
        missing = {name: 0 for name in blank if name not in table.columns}
        tables.append(table.assign(**missing)[[*keys, *MEASURES]])
    stacked = pd.concat(tables, ignore_index=True)
    stacked = stacked.astype(dict.fromkeys(MEASURES, "int64"))
    return stacked.groupby(list(keys), sort=True, as_index=False).sum()
