"""A random sample of customers, for what can't be counted from sums."""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail.aggregates import cubes as sums
from retail.aggregates.collect import Reduced
from retail.charts import cubes as plan
from retail.charts import payload
from retail.cubing.names import Names

MOST, LEAST, SEED = 3_000, 50, 20  # customers, and their lot


def drawn(
    customers: pd.DataFrame, visits: pd.Series, reduced: Reduced, names: Names, budget: int
) -> tuple[int, pd.DataFrame]:
    """How many customers with a line are drawn, and DASHBOARD_SAMPLE: their lines, and as large a share
    of the purchases of guests (`visits`). As many as weigh the share of `budget` bytes that is theirs."""
    there = customers.loc[customers["lines"] > 0, "customer_id"].sort_values()
    guests = visits.sort_values()
    lots = np.random.default_rng(SEED)
    order, guest_order = lots.permutation(len(there)), lots.permutation(len(guests))
    size = min(MOST, len(there))
    while True:
        few = there.iloc[np.sort(order[:size])].tolist()
        rest = round(len(guests) * size / max(len(there), 1))
        some = guests.iloc[np.sort(guest_order[:rest])].tolist()
        lines = _shown(sums.sample(reduced, few, some), names)
        known = customers[customers["customer_id"].isin(few)]
        # Half of the share: pseudonyms, units and labels weigh about as much as the lines.
        if size <= LEAST or _weight(lines, known) <= budget * plan.SAMPLE / 2:
            return size, lines
        size //= 2


def _weight(lines: pd.DataFrame, customers: pd.DataFrame) -> int:
    return plan.weight(payload.travelling(lines, customers))


def _shown(lines: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Lines under the names that the page shows."""
    found = {}
    for dimension in ("channel", "city"):
        shown = names[dimension].set_index(dimension)["shown"]
        found[dimension] = lines[dimension].map(shown)
        if dimension == "channel":
            found["purchase_channel"] = lines["purchase_channel"].map(shown)
    products = names["product"][["category", "subcategory", "shown_category", "shown"]]
    pairs = lines[["category", "subcategory"]].merge(products, how="left").set_index(lines.index)
    return lines.assign(**found, category=pairs["shown_category"], subcategory=pairs["shown"])


def row(customers: pd.DataFrame, size: int, lines: pd.DataFrame) -> dict[str, object]:
    """The row of the sample in CUBES; `shown` is its share of the customers with a line."""
    there = int((customers["lines"] > 0).sum())
    return {
        "cube": "sample",
        "dimensions": f"lines of {size:,} of {there:,} customers, drawn at random",
        "grain": "day",
        "rows": len(lines),
        "bytes": _weight(lines, customers.iloc[:0]),
        "is_first": False,
        "shown": size / there if there else 0.0,
    }
