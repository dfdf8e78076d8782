"""A random sample of customers with their lines, for figures that can't be computed from sums."""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail import frames
from retail.aggregates import dashboard as sums
from retail.aggregates.line_tables import LineTables
from retail.charts import cubes as plan
from retail.charts import payload
from retail.cubing.names import Names
from retail.locale import PLAIN, Locale
from retail.schema.dimensions import OF_LINE

MOST, LEAST, SEED = 3_000, 50, 20  # customers, and their lot


def drawn(
    customers: pd.DataFrame,
    visits: pd.Series,
    line_tables: LineTables,
    names: Names,
    budget: int,
    locale: Locale = PLAIN,
    labelled: pd.Series | None = None,
) -> tuple[pd.DataFrame, dict[str, object]]:
    """DASHBOARD_SAMPLE and its row in CUBES.

    The sample has the lines of randomly drawn customers, and of the same share of the guests' purchases. It is
    as large as its part of `budget` (bytes) allows. visits: transaction ids of the guests' purchases. labelled:
    customers whose cluster is known for every pair; given when clusters are fitted on a sample.
    """
    there = customers.loc[customers["lines"] > 0, "customer_id"].sort_values()
    guests = visits.sort_values()
    lots = np.random.default_rng(SEED)
    size = min(MOST, len(there))
    people = there.iloc[lots.permutation(len(there))[:size]].tolist()
    if labelled is not None and len(labelled) < customers["cluster"].notna().sum():
        people = _with_labels(people, customers, labelled, lots)
    some = guests.iloc[lots.permutation(len(guests))[: _share(len(guests), size, len(there))]]
    every = _shown(sums.sample(line_tables, people, some.tolist()), names)
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
            return lines, _row(size, len(there), len(lines), weight, locale)
        size = max(LEAST, min(size - 1, int(size * allowed / weight)))


def _with_labels(
    people: list[str], customers: pd.DataFrame, labelled: pd.Series, lots: np.random.Generator
) -> list[str]:
    """Replace the drawn customers who are in a cluster by customers of `labelled`.

    Both are random draws from the clustered customers, but only for `labelled` is the cluster of every pair
    known. The list is cut where `labelled` has no more customers.
    """
    clustered = customers.loc[customers["cluster"].notna(), "customer_id"]
    places = np.flatnonzero(frames.is_among(pd.Series(people, dtype="str"), clustered))
    others = labelled.sort_values().iloc[lots.permutation(len(labelled))].tolist()
    for place, one in zip(places, others, strict=False):
        people[place] = one
    return people[: len(people) if len(places) <= len(others) else int(places[len(others)])]


def _share(guests: int, size: int, there: int) -> int:
    """Number of guests' purchases to draw: the same share as `size` of `there` customers."""
    return round(guests * size / max(there, 1))


def _shown(lines: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The lines with the page's names in place of their own."""
    found = {}
    for d in OF_LINE:
        shown = names[d.name].set_index(d.name)["shown"]
        found[d.name] = lines[d.name].map(shown)
        if d.is_attributed:
            found[f"purchase_{d.name}"] = lines[f"purchase_{d.name}"].map(shown)
    products = names["product"][["category", "subcategory", "shown_category", "shown"]]
    pairs = lines[["category", "subcategory"]].merge(products, how="left").set_index(lines.index)
    return lines.assign(**found, category=pairs["shown_category"], subcategory=pairs["shown"])


def _row(size: int, there: int, lines: int, weight: int, locale: Locale) -> dict[str, object]:
    return {
        "cube": "sample",
        "dimensions": (
            f"lines of {locale.count(size)} of {locale.count(there)} customers, drawn at random"
        ),
        "grain": "day",
        "rows": lines,
        "bytes": weight,
        "is_first": False,
        "shown": size / there if there else 0.0,
    }
