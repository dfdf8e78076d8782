"""Cubes at the level public: split as the tables that leave are, and no cell of a few customers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.aggregates import dashboard as sums
from retail.aggregates.reduce import Aggregates
from retail.charts import cubes as plan
from retail.cubing import names as naming
from retail.cubing import tables
from retail.privacy import days
from retail.privacy.groups import hidden_cells
from retail.schema.dashboard import GRAINS, NUMBERS

Tables = dict[str, pd.DataFrame]
Found = tuple[plan.Cube, float]
SHOWN = 0.9  # of gross revenue, that a cube is to show by name


def public(report: Tables, closed: Tables, aggregates: Aggregates, budget: int) -> Tables:
    """Tables that may leave at the level public, with cubes; a dimension whose table stayed in is in none.

    closed: the tables as they were.
    """
    names = {
        dimension: naming.joined(dimension, aggregates.sales[table], report.get(table))
        for dimension, table in naming.TABLE.items()
    }
    visits = aggregates.purchase_rows.read(["customer_id", "day"])
    day_of = days.joined(closed["by_day"], visits)
    moved = pd.DataFrame({"day": list(day_of), "joined": list(day_of.values())}, dtype="int64")
    nobody = closed["customers"].iloc[:0]
    facts = sums.fact_rows(
        aggregates.line_tables, naming.codes(names), nobody, moved, has_customers=True
    )
    periods = tables.periods(aggregates)
    every = [_cube(spec, facts, names, periods, budget) for spec in plan.SPECS if spec.is_first]
    found = [one for one in every if one is not None]
    if not found:
        return report
    shown = {name: naming.with_rest(frame) for name, frame in names.items()}
    return {
        **report,
        "dashboard_cubes": tables.cubes([cube for cube, _ in found]),
        "dashboard_names": naming.table(shown, facts.mixed),
        "cubes": pd.DataFrame([tables.row(cube, share) for cube, share in found]),
    }


def _cube(
    spec: plan.Spec,
    facts: sums.FactRows,
    names: Mapping[str, pd.DataFrame],
    periods: pd.DataFrame,
    budget: int,
) -> Found | None:
    """A cube without small cells, and the share of the money that it shows by name.

    By months, or by the longer periods where those show too little. Days and weeks only tell the
    sums of all, which are those of the table by day.
    """
    kept = [d for d in spec.dimensions if len(naming.labels(names[_table_of(d)])) > 1]
    wanted = plan.Spec(spec.name, tuple(kept), spec.share, spec.is_first)
    if not kept:
        rows = sums.summed(facts, [], sums.by_grain(periods, "day"))
        cube = plan.fitted(wanted, rows, periods, max(int(spec.share * budget), 50_000))
        return (cube, 1.0) if cube and not spec.dimensions else None
    found: list[Found] = []
    for grain in GRAINS[2:]:
        rows, share = _shown(facts, kept, names, sums.by_grain(periods, grain))
        cube = plan.fitted(wanted, rows, periods, int(spec.share * budget), grain)
        if cube is not None:
            found.append((cube, share))
        if found and share >= SHOWN:
            break
    return max(found, key=lambda one: one[1], default=None)


def _shown(
    facts: sums.FactRows,
    dimensions: list[str],
    names: Mapping[str, pd.DataFrame],
    dates: pd.DataFrame,
) -> tuple[pd.DataFrame, float]:
    """Sums whose small cells are one row a period, under the names of what is not shown."""
    keys = [*dimensions, *(["category"] if "product" in dimensions else [])]
    rows = sums.summed(facts, keys, dates, is_counted=True)
    groups = [["day"], *([name] for name in keys)]
    groups += [["day", "category"]] if "category" in keys else []
    hidden = hidden_cells(rows, groups)
    share = float(rows.loc[~hidden, "gross"].sum()) / max(float(rows["gross"].sum()), 1.0)
    codes = {name: rows[name].mask(hidden, _rest(names, name)) for name in dimensions}
    by = rows.assign(**codes).groupby(["day", *dimensions], as_index=False)
    return by[list(NUMBERS)].sum(), share


def _table_of(dimension: str) -> str:
    return "product" if dimension == "category" else dimension


def _rest(names: Mapping[str, pd.DataFrame], dimension: str) -> int:
    """The code of what is not shown, which comes last."""
    labels = naming.labels(names[_table_of(dimension)])
    return labels["shown_category"].nunique() if dimension == "category" else len(labels)
