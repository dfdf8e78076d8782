"""Cubes at the level public: by the names of the published tables, without a cell of one to four customers."""

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
    """Add cubes to the tables published at the level public.

    report: the published tables by name; closed: the same tables before they were published. A dimension whose
    table isn't published is in no cube.
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
    """A cube without small cells, and the share of gross revenue that it shows by name; None if none fits.

    The grain is the month, or a longer period if months show less than SHOWN by name. Without a dimension the
    grain may be the day, since BY_DAY publishes these sums.
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
    """Sums by period and dimension, and the share of gross revenue shown by name.

    The cells that may not be shown become one row for each period, under the code of NOT_SHOWN.
    """
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
    """The code of NOT_SHOWN in a dimension, which is the last."""
    labels = naming.labels(names[_table_of(dimension)])
    return labels["shown_category"].nunique() if dimension == "category" else len(labels)
