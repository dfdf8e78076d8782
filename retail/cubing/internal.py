"""Cubes in place of lines that are too many for the page, and a sample of customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from retail.aggregates import dashboard as sums
from retail.aggregates.reduce import Aggregates
from retail.charts import cubes as plan
from retail.charts import payload
from retail.cubing import names as naming
from retail.cubing import sample, tables
from retail.locale import PLAIN, Locale
from retail.schema.dashboard import GRAINS, OF_PEOPLE
from retail.schema.dimensions import OF_LINE

Tables = dict[str, pd.DataFrame]
# Most names of a dimension; the smaller ones are together "Other". Fewer when cubes don't fit.
PRODUCTS = (60, 25)
MOST = tuple(
    {"product": most, **{d.name: d.kept_names[at] for d in OF_LINE}}
    for at, most in enumerate(PRODUCTS)
)
MOST_CUSTOMERS = 20_000  # whose rows may travel one by one
MOST_CELLS = 300_000  # up to so many a cube is added up by day, beyond by longer periods
PEOPLE = list(OF_PEOPLE)


def internal(report: Tables, aggregates: Aggregates, budget: int, locale: Locale = PLAIN) -> Tables:
    """Tables of a report, with cubes in place of DASHBOARD_LINES where those weigh more than `budget`
    bytes; all still with the input's ids."""
    line_tables, customers = aggregates.line_tables, report["customers"]
    if _fits(report.get("dashboard_lines"), customers, budget):
        return report
    people = _coded(customers)
    periods = tables.periods(aggregates)
    for most in MOST:
        names = naming.shortened(aggregates.sales, most, customers)
        facts = sums.fact_rows(line_tables, naming.codes(names), people)
        sizes = _sizes(names, people)
        found = [_cube(spec, facts, sizes, periods, budget) for spec in plan.SPECS]
        if None not in found:
            break
    made = _finer([cube for cube in found if cube is not None])
    guests = aggregates.purchase_rows.of("customer_id", [""], ["transaction_id", "gross"])
    labels = report.get("cluster_labels")
    labelled = None if labels is None else labels["customer_id"]
    lines, drawn = sample.drawn(customers, guests, line_tables, names, budget, locale, labelled)
    rows = [*map(tables.row, made), drawn]
    return {
        **{name: table for name, table in report.items() if name != "dashboard_lines"},
        "dashboard_cubes": tables.cubes(made),
        "dashboard_names": naming.table(names, facts.mixed),
        "dashboard_people": _people(customers, people, names),
        "dashboard_sample": lines,
        "cubes": pd.DataFrame(rows),
    }


def _fits(lines: pd.DataFrame | None, customers: pd.DataFrame, budget: int) -> bool:
    if lines is None or len(customers) > MOST_CUSTOMERS:
        return False
    return plan.weight(payload.travelling(lines, customers)) <= budget


def _coded(customers: pd.DataFrame) -> pd.DataFrame:
    """customer_id, cell (16 x R + F), segment (place in the sorted names + 1), cluster; 0 for none."""
    names = sorted(customers["segment"].unique())
    cell = customers["r"].fillna(0).astype("int64") * 16 + customers["f"].fillna(0).astype("int64")
    cluster = customers["cluster"].fillna(0) if "cluster" in customers else 0
    codes = pd.Categorical(customers["segment"], categories=names).codes.astype("int64") + 1
    made = customers[["customer_id"]].assign(cell=cell, segment=codes, cluster=cluster)
    return made.astype({"cluster": "int64"})


def _people(
    customers: pd.DataFrame, people: pd.DataFrame, names: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """DASHBOARD_PEOPLE."""
    frame = people[list(sums.PERSON)].assign(
        **{name: _places(customers[name], names[name]) for name in PEOPLE if name in names},
        customers=1,
        buyers=(customers["purchases"] > 0).astype("int64"),
        monetary=customers["net"],
    )
    return frame.groupby(PEOPLE, as_index=False)[["customers", "buyers", "monetary"]].sum()


def _places(values: pd.Series, names: pd.DataFrame) -> pd.Series:
    """The code of each value among the names that the page shows."""
    shown = naming.labels(names)["shown"].tolist()
    codes = pd.Categorical(values, categories=shown).codes.astype("int64")
    return pd.Series(codes, index=values.index)


def _sizes(names: Mapping[str, pd.DataFrame], people: pd.DataFrame) -> dict[str, int]:
    """How many values each dimension has."""
    return {
        **{name: len(naming.labels(frame)) for name, frame in names.items()},
        "category": names["product"]["shown_category"].nunique(),
        **{name: people[name].nunique() + 1 for name in sums.PERSON},
    }


def _cube(
    spec: plan.Spec,
    facts: sums.FactRows,
    sizes: Mapping[str, int],
    periods: pd.DataFrame,
    budget: int,
) -> plan.Cube | None:
    # A segment follows from the cell, where there is one.
    free = [name for name in spec.dimensions if name != "segment" or "cell" not in spec.dimensions]
    cells = int(np.prod([sizes[name] for name in free], dtype="int64"))
    grain = next((g for g in GRAINS if cells * periods[g].nunique() <= MOST_CELLS), "quarter")
    rows = sums.summed(facts, spec.dimensions, sums.by_grain(periods, grain))
    return plan.fitted(spec, rows, periods, int(spec.share * budget), grain)


def _finer(made: Sequence[plan.Cube]) -> list[plan.Cube]:
    """The cubes without repeats: of cubes with the same dimensions and grain only the first is kept."""
    seen: set[tuple[tuple[str, ...], str]] = set()
    kept = []
    for cube in made:
        if (cube.spec.dimensions, cube.grain) not in seen:
            kept.append(cube)
        seen.add((cube.spec.dimensions, cube.grain))
    return kept
