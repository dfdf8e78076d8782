"""What a group of customers buys against what all buy: the same table for clusters and segments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail.segments.taste import Basket, published


def bought(kept: Basket, units: np.ndarray, group: np.ndarray, names: list) -> pd.DataFrame:
    """One row per group and subcategory: units, customers, share, share_of_all, index.

    `group` holds a position in `names` for each row of `units` (customers x subcategories); the
    index is 100 x the subcategory's share of the group's units over its share of all units.
    """
    of_all = units.sum(axis=0)
    parts = []
    for at, name in enumerate(names):
        inside = units[group == at]
        sums = inside.sum(axis=0)
        # Ratios come last, from whole numbers.
        whole = sums.sum() if len(inside) else np.nan
        parts.append(
            kept.subcategories.assign(
                group=name,
                units=sums.astype("int64"),
                customers=(inside > 0).sum(axis=0),
                share=published(sums / whole),
                share_of_all=published(of_all / of_all.sum()),
                index=published(100 * sums * of_all.sum() / (of_all * whole)),
            )
        )
    return pd.concat(parts, ignore_index=True)


def share(part: int, whole: int) -> float | None:
    """`part` of a `whole`; None without a whole."""
    return float(published(part / whole)[0]) if whole else None
