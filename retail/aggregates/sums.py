"""Sums and distinct counts by key, the same on every engine.

Two traps are kept here (see DESIGN section 9): sums come back as 64-bit integers (DuckDB widens
them to decimals), and distinct values are counted by `unique` (`n_unique` in a group is wrong on
some engines).
"""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from retail.aggregates.scan import Frame

ADDITIVE = ("gross", "returns", "tax", "units", "lines")


def of_lines(lines: Frame, keys: Sequence[str]) -> Frame:
    """keys, gross, returns, tax, units, lines: sums of LINES (whole smallest units) by `keys`."""
    sized = lines.select(
        *keys,
        "tax",
        units=nw.col("quantity"),
        gross=nw.when(nw.col("amount") > 0).then(nw.col("amount")).otherwise(0),
        returns=nw.when(nw.col("amount") < 0).then(nw.col("amount")).otherwise(0),
    )
    return totals(sized, keys, ["gross", "returns", "tax", "units"], lines=nw.len())


def totals(frame: Frame, keys: Sequence[str], names: Sequence[str], **more: nw.Expr) -> Frame:
    """Sums of the columns `names` by `keys`, and whatever aggregations `more` asks for."""
    summed = frame.group_by(*keys).agg(*(nw.col(name).sum() for name in names), **more)
    return summed.with_columns(nw.col(*names, *more).cast(nw.Int64))


def distinct(frame: Frame, keys: Sequence[str], values: Sequence[str], name: str) -> Frame:
    """Keys and `name`: how many distinct combinations of `values` there are by `keys`."""
    return (
        frame.select(*keys, *values)
        .unique()
        .group_by(*keys)
        .agg(nw.len().alias(name))
        .with_columns(nw.col(name).cast(nw.Int64))
    )
