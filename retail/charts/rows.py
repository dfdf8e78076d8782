"""Rows as charts draw them: tables in whole numbers become amounts, days and months become text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from retail.schema.dimensions import OTHER
from retail.schema.table import Column, Table
from retail.schema.units import Units

DATA = "rows"  # the name of every chart's data
LIMIT = 5_500  # customers drawn as lines; beyond, a seeded sample that the figure states


def sampled(customers: pd.DataFrame, seed: int, limit: int = LIMIT) -> pd.DataFrame:
    """At most `limit` customers, drawn at random with `seed`, in their own order."""
    if len(customers) <= limit:
        return customers
    drawn = np.random.default_rng(seed).choice(len(customers), limit, replace=False)
    return customers.iloc[np.sort(drawn)]


def display(
    frame: pd.DataFrame, table: Table, units: Units, names: list[str]
) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The columns `names` of `frame` in display units, and their schema columns.

    Money and quantities become decimal numbers, days "2014-02-28", months "2014-02".
    """
    columns = tuple(table.column(name) for name in names)
    shown = pd.DataFrame({c.name: _shown(frame[c.name], c, units) for c in columns})
    return shown, columns


def _shown(values: pd.Series, column: Column, units: Units) -> Any:
    if column.kind in ("money", "mean"):
        return values / 10**units.money_scale
    if column.kind == "quantity":
        return values / 10**units.quantity_scale
    if column.kind == "day":
        return day_text(values)
    if column.kind == "month":
        return month_text(values)
    return values


def day_text(days: pd.Series) -> pd.Series:
    """Days since 1970-01-01 as "2014-02-28"; a missing day stays missing."""
    dates = pd.to_datetime(days, unit="D")
    return dates.dt.strftime("%Y-%m-%d")


def month_text(months: pd.Series) -> pd.Series:
    """Month numbers (year * 12 + month - 1) as "2014-02"."""
    year, month = months // 12, months % 12 + 1
    return year.astype(str) + "-" + month.astype(str).str.zfill(2)


def largest(frame: pd.DataFrame, by: str, name: str, keep: int = 12) -> pd.DataFrame:
    """The `keep` largest rows by `by`, and the sum of the others as one row called "Other".

    Only for columns that add up. A frame with at most `keep` rows comes back sorted.
    """
    ordered = frame.sort_values([by, name], ascending=[False, True], kind="stable")
    if len(ordered) <= keep:
        return ordered.reset_index(drop=True)
    numbers = [c for c in ordered.columns if pd.api.types.is_numeric_dtype(ordered[c])]
    rest = ordered.iloc[keep:]
    last = pd.DataFrame([rest[numbers].sum()]).assign(
        **{c: OTHER for c in ordered.columns if c not in numbers}
    )[ordered.columns]
    return pd.concat([ordered.iloc[:keep], last], ignore_index=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries of plain values, None where one is missing."""
    names = [str(name) for name in frame.columns]
    plain = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(names, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
