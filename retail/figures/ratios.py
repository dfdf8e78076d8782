"""Ratios, taken at the end from whole numbers."""

from __future__ import annotations

import pandas as pd


def quotient(above: pd.Series, below: pd.Series) -> pd.Series:
    """Above / below as float64, missing where `below` is not above 0."""
    return (above.astype("float64") / below.where(below > 0)).astype("float64")


def with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Sums by any key -> the same with `net` and `return_rate` (-credited_returns / gross)."""
    return table.assign(
        net=table["gross"] + table["returns"],
        return_rate=quotient(-table["credited_returns"], table["gross"]),
    )


def with_shares(table: pd.DataFrame) -> pd.DataFrame:
    """A table with `net` -> the same with `share_of_net`: its part of the table's total."""
    total = pd.Series(int(table["net"].sum()), index=table.index)
    return table.assign(share_of_net=quotient(table["net"], total))
