"""Sums and distinct counts by key, the same on every engine.

Two differences between engines are handled here: sums are cast to 64-bit integers (DuckDB widens them), and
distinct values are counted by `unique` (`n_unique` in a group is wrong on some engines).
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from retail.aggregates.engine import Frame


def totals(frame: Frame, keys: Sequence[str], names: Sequence[str], **more: nw.Expr) -> Frame:
    """Sums of the columns `names` by `keys`, and whatever aggregations `more` asks for, as int64."""
    summed = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in names), **more)
    return summed.with_columns(nw.col(*names, *more).cast(nw.Int64))


def distinct(frame: Frame, keys: Sequence[str], value: str, name: str) -> Frame:
    """`keys` and `name`: how many distinct values of the column `value` there are by `keys`."""
    return totals(frame.select(*keys, value).unique(), keys, [], **{name: nw.len()})


def count(frame: Frame) -> int:
    """How many rows there are."""
    return int(frame.select(rows=nw.len()).collect("pandas").to_native()["rows"].iloc[0])
