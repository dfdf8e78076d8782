"""Breakdowns: sums by day -> by week, month, quarter, year and weekday; sales by age band; rates and shares.

Ratios are taken at the end, from whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from retail.schema.dimensions import UNKNOWN
from retail.schema.metrics import METRICS, total
from retail.schema.sales import ADDITIVE

# A day has its kept purchases too.
BY_DAY_SUMS = (*ADDITIVE, "kept_purchases")
# First age of each band; the names sort in the order of the ages.
STARTS = (0, 18, 25, 35, 45, 55, 65)
OLDEST = 120  # a higher age, like a birth after as-of, is a slip of the pen: Unknown


def rolled_up(
    by_day: pd.DataFrame, buyers: pd.DataFrame, calendar: pd.DataFrame, keys: Sequence[str]
) -> pd.DataFrame:
    """One row per combination of `keys` (columns of `calendar`): BY_DAY_SUMS summed, `buyers` looked up.

    by_day: `day` and BY_DAY_SUMS. buyers: `keys` and `buyers`, counted for this grain.
    """
    dated = by_day.merge(calendar[["day", *keys]], on="day", validate="one_to_one")
    summed = dated.groupby(list(keys), sort=True, as_index=False)[list(BY_DAY_SUMS)].sum()
    counted = summed.merge(buyers, on=list(keys), how="left", validate="one_to_one")
    return counted.assign(buyers=counted["buyers"].fillna(0).astype("int64"))


def with_age_band(customers: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """CUSTOMER_SUMS -> the same with `age_band` by completed years at `as_of`, or Unknown."""
    if "birth_day" not in customers:
        return customers.assign(age_band=UNKNOWN)
    return customers.assign(age_band=band(age(customers["birth_day"], as_of)))


def age(birth_day: pd.Series, as_of: int) -> pd.Series:
    """Completed years at `as_of`; both in days since 1970-01-01. Missing stays missing.

    Who was born on 29 February completes a year on 1 March where there is no such day.
    """
    missing = birth_day.isna()
    born = _year_and_date(birth_day.astype("Int64").fillna(0).to_numpy("int64"))
    today = _year_and_date(np.array([as_of]))
    years = today[0] - born[0] - (born[1] > today[1])
    return pd.Series(years, index=birth_day.index, dtype="Int64").mask(missing)


def _year_and_date(day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Year, and month * 100 + day."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    months = month.astype("int64") + 1970 * 12
    return months // 12, months % 12 * 100 + (date - month).astype("int64")


def band(ages: pd.Series) -> pd.Series:
    """Ages -> "0-17", "18-24", ..., "65+", or Unknown."""
    ends = [start - 1 for start in STARTS[1:]]
    names = [f"{start}-{end}" for start, end in zip(STARTS, ends, strict=False)]
    names.append(f"{STARTS[-1]}+")
    is_known = ages.notna() & (ages >= 0).fillna(False) & (ages <= OLDEST).fillna(False)
    at = np.searchsorted(STARTS, ages.where(is_known, 0).to_numpy("int64"), side="right") - 1
    return pd.Series(np.array(names)[at], index=ages.index, dtype="str").where(is_known, UNKNOWN)


def by_age_band(customers: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """`age_band`, ADDITIVE and `buyers`; guests are in Unknown, so the bands add up to `whole`.

    customers: CUSTOMER_SUMS with `age_band`. whole: ADDITIVE of all lines, in any number of rows.
    """
    both = customers.assign(buyers=(customers["purchases"] > 0).astype("int64"))
    columns = [*ADDITIVE, "buyers"]
    banded = both.groupby("age_band", as_index=False)[columns].sum()
    guests = (whole[list(ADDITIVE)].sum() - both[list(ADDITIVE)].sum()).astype("int64")
    if not guests.any():
        return banded
    row = pd.DataFrame([{"age_band": UNKNOWN, **guests.to_dict(), "buyers": 0}])
    stacked = pd.concat([banded, row], ignore_index=True)
    return stacked.groupby("age_band", as_index=False)[columns].sum()


def quotient(above: pd.Series, below: pd.Series) -> pd.Series:
    """Above / below as float64, missing where `below` is not above 0."""
    return (above.astype("float64") / below.where(below > 0)).astype("float64")


def with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Sums by any key -> the same with `net` and `return_rate`."""
    return table.assign(**{name: figure(name, table) for name in ("net", "return_rate")})


def figure(name: str, table: pd.DataFrame) -> pd.Series:
    """A figure of METRICS for each row of sums."""
    metric = METRICS[name]
    above = total(metric.over, table)
    return quotient(above, total(metric.under, table)) if metric.under else above


def with_shares(table: pd.DataFrame) -> pd.DataFrame:
    """A table with `net` -> the same with `share_of_net`: its part of the table's total."""
    total = pd.Series(int(table["net"].sum()), index=table.index)
    return table.assign(share_of_net=quotient(table["net"], total))
