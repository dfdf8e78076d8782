"""A random sample of customers, for what can't be counted from sums."""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail import frames
from retail.aggregates import cubes as sums
from retail.aggregates.reduced import Reduced
from retail.charts import cubes as plan
from retail.charts import payload
from retail.cubing.names import Names
from retail.writing import PLAIN, Writing

MOST, LEAST, SEED = 3_000, 50, 20  # customers, and their lot


def drawn(
    customers: pd.DataFrame,
    visits: pd.Series,
    reduced: Reduced,
    names: Names,
    budget: int,
    form: Writing = PLAIN,
) -> tuple[pd.DataFrame, dict[str, object]]:
    """DASHBOARD_SAMPLE and its row in CUBES: the lines of some customers, and as large a share of the
    purchases of guests (`visits`). As many as weigh the share of `budget` bytes that is theirs."""
    there = customers.loc[customers["lines"] > 0, "customer_id"].sort_values()
    guests = visits.sort_values()
    lots = np.random.default_rng(SEED)
    size = min(MOST, len(there))
    people = there.iloc[lots.permutation(len(there))[:size]].tolist()
    some = guests.iloc[lots.permutation(len(guests))[: _share(len(guests), size, len(there))]]
    every = _shown(sums.sample(reduced, people, some.tolist()), names)
    is_guest = every["customer_id"].isna()
    bills = lots.permutation(every.loc[is_guest, "transaction"].unique())
    allowed = budget * plan.SAMPLE / 2  # pseudonyms, units and labels weigh about as much
    while True:
        few = set(bills[: _share(len(guests), size, len(there))])
        is_known = frames.is_among(every["customer_id"], people[:size])
        lines = every[is_known | (is_guest & every["transaction"].isin(few))]
        known = customers[frames.is_among(customers["customer_id"], people[:size])]
        weight = plan.weight(payload.travelling(lines, known))
        if size <= LEAST or weight <= allowed:
            return lines, _row(size, len(there), len(lines), weight, form)
        size = max(LEAST, min(size - 1, int(size * allowed / weight)))


def _share(guests: int, size: int, there: int) -> int:
    """How many purchases of guests are as large a share as the customers drawn."""
    return round(guests * size / max(there, 1))


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


def _row(size: int, there: int, lines: int, weight: int, form: Writing) -> dict[str, object]:
    return {
        "cube": "sample",
        "dimensions": (
            f"lines of {form.count(size)} of {form.count(there)} customers, drawn at random"
        ),
        "grain": "day",
        "rows": lines,
        "bytes": weight,
        "is_first": False,
        "shown": size / there if there else 0.0,
    }
