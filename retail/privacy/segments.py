"""Segments with too few customers are joined, alike in every table that has their money."""

from __future__ import annotations

import pandas as pd

from retail.privacy.groups import is_small, merged, to_merge

SUMS = ("customers", "share_of_customers", "monetary", "share_of_net", "kept_purchases")
# What can't be made anew from the sums; a joined row has none.
UNKNOWN = ("average_order", "return_rate", "median_recency_days")
WORDS = ("rule", "rule_in_words", "action")


def joined(table: pd.DataFrame) -> pd.DataFrame:
    """SEGMENTS with its small rows as one, which has no rule, no median and no rates."""
    measures = [name for name in SUMS if name != "customers"]
    shown = merged(table, "segment", "customers", measures, are_apart=True)
    made = ~shown["segment"].isin(table["segment"])
    if not made.any():
        return table
    for name in UNKNOWN:
        shown[name] = shown[name].mask(made)
    for name in WORDS:
        if name in shown:
            shown[name] = shown[name].mask(made, "")
    if "holds" in shown:
        shown["holds"] = shown["holds"].mask(made, other=False).astype(bool)
    return shown


def joined_alike(returns: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """RETURNS_BY_SEGMENT with the rows joined that `joined` joins of SEGMENTS."""
    shown = joined(table)
    names = shown.loc[~shown["segment"].isin(table["segment"]), "segment"]
    if names.empty:
        return returns
    measures = [name for name in SUMS if name != "customers"]
    small = is_small(table, "customers", measures)
    gone = table.loc[to_merge(table["customers"], small, are_apart=True), "segment"]
    label = returns["segment"].mask(returns["segment"].isin(gone), names.iloc[0])
    numbers = ["customers", "gross", "credited_returns"]
    return returns.assign(segment=label).groupby("segment", as_index=False)[numbers].sum()
