"""Days with fewer than five buyers are joined to others; weeks, months and years are sums of joined days.

Every period is a sum of the same joined days, so the difference of two periods is at least one joined day.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.aggregates import date_table
from retail.figures import breakdowns
from retail.figures.breakdowns import with_rates
from retail.privacy.groups import MINIMUM
from retail.schema.sales import PERIODS


def joined(by_day: pd.DataFrame, purchases: pd.DataFrame) -> dict[int, int]:
    """Day of BY_DAY -> the day that it is joined to. Days are joined until they have five buyers.
    Days are joined within their month where it has five buyers, so that sums of months do not
    change; else to the days before.
    """
    known = purchases.dropna(subset=["customer_id"])[["day", "customer_id"]].drop_duplicates()
    counts = known["day"].value_counts()
    sizes = dict(zip(counts.index.tolist(), counts.tolist(), strict=True))
    # Whether there are five buyers, up to five of each day tell; a busy shop has millions.
    few = known.groupby("day", sort=False).head(MINIMUM)
    people: dict[int, set[str]] = {}
    for day, customer in zip(few["day"].tolist(), few["customer_id"].tolist(), strict=True):
        people.setdefault(day, set()).add(customer)
    days = sorted(by_day["day"].tolist())
    months = dict(zip(days, _months(days), strict=True))
    spans: list[list[int]] = []  # each has five buyers, but perhaps the last
    seen: set[str] = set()
    for day in days:
        starts = not spans or len(seen) >= MINIMUM
        if spans and not starts and months[spans[-1][0]] != months[day]:
            starts = _end_of_month(spans, months)
        if starts:
            spans.append([])
            seen = set()
        spans[-1].append(day)
        seen = seen | people.get(day, set())
    if len(spans) > 1 and len(seen) < MINIMUM:
        last = spans.pop()
        spans[-1] += last
    return {day: span[_busiest(span, sizes)] for span in spans for day in span}


def _months(days: list[int]) -> list[int]:
    return pd.Series(days).astype("int64").to_numpy().astype("datetime64[D]").astype(
        "datetime64[M]"
    ).astype("int64").tolist()  # fmt: skip


def _end_of_month(spans: list[list[int]], months: Mapping[int, int]) -> bool:
    """Join the last span to the one before if both are in one month; returns whether they were.

    span: days that are joined. The last one ends a month and has too few buyers.
    """
    if len(spans) > 1 and months[spans[-2][0]] == months[spans[-1][0]]:
        last = spans.pop()
        spans[-1] += last
        return True
    return False


def _busiest(span: list[int], buyers: Mapping[int, int]) -> int:
    """Position of the day with the most buyers, the first of equals; the joined days get its date."""
    sizes = [buyers.get(day, 0) for day in span]
    return sizes.index(max(sizes))


def tables(
    by_day: pd.DataFrame, purchases: pd.DataFrame, days: Mapping[int, int]
) -> dict[str, pd.DataFrame]:
    """BY_DAY and the tables of PERIODS from joined days, with their distinct buyers."""
    sums = by_day.assign(day=by_day["day"].map(days)).groupby("day", as_index=False)
    summed = sums[list(breakdowns.BY_DAY_SUMS)].sum()
    known = purchases.dropna(subset=["customer_id"])[["customer_id", "day"]]
    known = known.assign(day=known["day"].map(days))
    dates = date_table.table(int(summed["day"].min()), int(summed["day"].max()))
    dated = known.merge(dates, on="day", validate="many_to_one")
    found = {"by_day": with_rates(summed.merge(_buyers(known, ["day"]), on="day", how="left"))}
    for name, keys in PERIODS.items():
        rolled = breakdowns.rolled_up(summed, _buyers(dated, list(keys)), dates, list(keys))
        found[name] = with_rates(rolled.rename(columns=keys))
    return found


def _buyers(known: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    distinct = known[[*keys, "customer_id"]].drop_duplicates()
    return distinct.groupby(keys, as_index=False).size().rename(columns={"size": "buyers"})


def keep_months(days: Mapping[int, int]) -> bool:
    """Whether no day was joined to a day of another month."""
    own, other = _months(list(days)), _months(list(days.values()))
    return own == other
