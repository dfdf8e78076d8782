"""Birth dates -> age bands, and sales by them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail.schema.dimensions import UNKNOWN

# First age of each band; the names sort in the order of the ages.
STARTS = (0, 18, 25, 35, 45, 55, 65)
OLDEST = 120  # a higher age, like a birth after as-of, is a slip of the pen: Unknown
MEASURES = (
    "gross",
    "returns",
    "tax",
    "units",
    "lines",
    "purchases",
    "credited_returns",
)


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
    """Year, and month and day as one number that compares like them."""
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


def by_age_band(
    customers: pd.DataFrame, measures: pd.DataFrame, whole: pd.DataFrame
) -> pd.DataFrame:
    """`age_band`, MEASURES and `buyers`; guests are in Unknown, so the bands add up to `whole`.

    customers: CUSTOMER_SUMS with `age_band`. measures: customer_id, tax, credited_returns.
    whole: MEASURES of all lines, in any number of rows.
    """
    both = customers.merge(measures, on="customer_id", validate="one_to_one")
    both = both.assign(buyers=(both["purchases"] > 0).astype("int64"))
    columns = [*MEASURES, "buyers"]
    banded = both.groupby("age_band", as_index=False)[columns].sum()
    guests = (whole[list(MEASURES)].sum() - both[list(MEASURES)].sum()).astype("int64")
    if not guests.any():
        return banded
    row = pd.DataFrame([{"age_band": UNKNOWN, **guests.to_dict(), "buyers": 0}])
    stacked = pd.concat([banded, row], ignore_index=True)
    return stacked.groupby("age_band", as_index=False)[columns].sum()
