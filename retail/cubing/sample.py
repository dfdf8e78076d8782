"""A sample of customers with their lines, for figures that can't be computed from sums."""

from __future__ import annotations

from dataclasses import dataclass

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
CERTAIN = 3  # one of so many is there for certain


def drawn(
    customers: pd.DataFrame,
    visits: pd.DataFrame,
    line_tables: LineTables,
    names: Names,
    budget: int,
    locale: Locale = PLAIN,
    labelled: pd.Series | None = None,
) -> tuple[pd.DataFrame, dict[str, object]]:
    """DASHBOARD_SAMPLE and its row in CUBES.

    A third of the sample are the customers with the highest gross revenue, since a few bring much of it; the others are
    drawn at random. Of the guests' purchases the same share is taken in the same way. It is as large as its part of
    `budget` (bytes) allows. visits: transaction_id and gross of the guests' purchases. labelled: customers
    whose cluster is known for every pair; given when clusters are fitted on a sample.
    """
    there = customers.loc[customers["lines"] > 0, ["customer_id", "gross"]]
    lots = np.random.default_rng(SEED)
    people = Ranked.of(there.rename(columns={"customer_id": "id"}), lots)
    if labelled is not None and len(labelled) < customers["cluster"].notna().sum():
        people = Ranked(people.largest, _with_labels(people.at_random, customers, labelled, lots))
    guests = Ranked.of(visits.rename(columns={"transaction_id": "id"}), lots)
    size = min(MOST, len(there))
    people_ids, bills = (
        people.first(size)["id"],
        guests.first(_share(len(visits), size, len(there)))["id"],
    )
    every = _shown(sums.sample(line_tables, people_ids.tolist(), bills.tolist()), names)
    allowed = budget * plan.SAMPLE / 2  # pseudonyms, units and labels weigh about as much
    while True:
        some = people.first(size)
        lines = _weighted(every, some, guests.first(_share(len(visits), size, len(there))))
        known = customers[frames.is_among(customers["customer_id"], some["id"])]
        weight = plan.weight(payload.travelling(lines, known))
        if size <= LEAST or weight <= allowed:
            return lines, _row(some, len(there), len(lines), weight, locale)
        size = max(LEAST, min(size - 1, int(size * allowed / weight)))


@dataclass(frozen=True)
class Ranked:
    """Ids, those with the highest gross revenue first, and all of them in random order."""

    largest: list[str]
    at_random: list[str]

    @staticmethod
    def of(rows: pd.DataFrame, lots: np.random.Generator) -> Ranked:
        """Of rows with an id and gross."""
        in_order = rows.sort_values("id")
        largest = in_order.sort_values("gross", ascending=False, kind="stable")["id"]
        at_random = in_order["id"].iloc[lots.permutation(len(rows))]
        return Ranked(largest.tolist(), at_random.tolist())

    def first(self, size: int) -> pd.DataFrame:
        """A sample: id, and the weight, how many it stands for (1 for those that are in it for certain)."""
        certain = self.largest[: size // CERTAIN]
        taken = set(certain)
        others = [one for one in self.at_random if one not in taken]
        some = others[: size - len(certain)]
        many = len(self.largest) - len(certain)
        weights = [1.0] * len(certain) + [many / max(len(some), 1)] * len(some)
        return pd.DataFrame({"id": pd.Series(certain + some, dtype="str"), "weight": weights})


def _weighted(every: pd.DataFrame, people: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """The lines of some customers and of some guests' purchases, with how many each stands for."""
    of_people, of_visits = (some.set_index("id")["weight"] for some in (people, visits))
    is_guest = every["customer_id"].isna()
    weight = every["customer_id"].map(of_people).astype("float64")
    weight = weight.where(~is_guest, every["transaction_id"].map(of_visits).astype("float64"))
    known = every.drop(columns="transaction_id").assign(weight=weight)
    return known[weight.notna()]


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


def _row(
    people: pd.DataFrame, there: int, lines: int, weight: int, locale: Locale
) -> dict[str, object]:
    certain = int((people["weight"] == 1).sum())
    return {
        "cube": "sample",
        "dimensions": (
            f"lines of the {locale.count(certain)} of {locale.count(there)} customers who spent most and of "
            f"{locale.count(len(people) - certain)} of the others, drawn at random"
        ),
        "grain": "day",
        "rows": lines,
        "bytes": weight,
        "is_first": False,
        "shown": len(people) / there if there else 0.0,
    }
