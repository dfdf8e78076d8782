"""Cubes at the level public: by the names of the published tables, without a cell of one to four customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail.aggregates import dashboard as sums
from retail.aggregates.reduce import Aggregates
from retail.charts import cubes as plan
from retail.cubing import names as naming
from retail.cubing import tables
from retail.privacy import days, suppression
from retail.privacy.groups import MINIMUM, hidden_cells
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
    found = _protected(_Maker(facts, names, periods, budget))
    if not found:
        return report
    shown = {name: naming.with_rest(frame) for name, frame in names.items()}
    return {
        **report,
        "dashboard_cubes": tables.cubes([cube for cube, _ in found]),
        "dashboard_names": naming.table(shown, facts.mixed),
        "cubes": pd.DataFrame([tables.row(cube, share) for cube, share in found]),
    }


def _protected(maker: _Maker) -> list[Found]:
    """The cubes that may leave, and the share of the money that each shows by name.

    Days and weeks only tell the sums of all, which are those of the table by day. The others are by months,
    or by the longer periods where those show too little.
    """
    specs = [spec for spec in plan.SPECS if spec.is_first]
    kept = {spec.name: maker.dimensions(spec) for spec in specs}
    found = [one for spec in specs if not spec.dimensions and (one := maker.of_time(spec))]
    drafts = [
        draft
        for spec in specs
        if kept[spec.name] and (draft := maker.best(spec, kept[spec.name], GRAINS[2:]))
    ]
    while drafts:
        try:
            hidden = suppression.hide([draft.cells for draft in drafts])
            break
        except suppression.CannotHideError as problem:
            draft = drafts[problem.at]
            longer = GRAINS[GRAINS.index(draft.cells.grain) + 1 :]
            again = maker.best(draft.spec, list(draft.spec.dimensions), longer)
            drafts[problem.at : problem.at + 1] = [again] if again else []
    else:
        return found
    return found + [maker.shown(draft, gone) for draft, gone in zip(drafts, hidden, strict=True)]


@dataclass(frozen=True)
class _Draft:
    """A cube whose every small cell is hidden, with its `rows` by name."""

    spec: plan.Spec
    rows: pd.DataFrame
    cells: suppression.Cells


@dataclass(frozen=True)
class _Maker:
    """Makes cubes from fact rows; `names` are those that the tables show."""

    facts: sums.FactRows
    names: Mapping[str, pd.DataFrame]
    periods: pd.DataFrame
    budget: int

    def dimensions(self, spec: plan.Spec) -> list[str]:
        """Those of a cube that have more than one name."""
        return [d for d in spec.dimensions if len(naming.labels(self.names[_table_of(d)])) > 1]

    def of_time(self, spec: plan.Spec) -> Found | None:
        """The cube of all days."""
        rows = sums.summed(self.facts, [], sums.by_grain(self.periods, "day"))
        most = max(int(spec.share * self.budget), 50_000)
        cube = plan.fitted(spec, rows, self.periods, most)
        return (cube, 1.0) if cube else None

    def best(self, spec: plan.Spec, kept: list[str], grains: Sequence[str]) -> _Draft | None:
        """The draft by the first of `grains` that fits and shows enough, else the one that shows most."""
        wanted = plan.Spec(spec.name, tuple(kept), spec.share, spec.is_first)
        most, best = -1.0, None
        for grain in grains:
            draft = self._draft(wanted, grain)
            cube, share = self.shown(draft, draft.cells.hidden)
            if cube.bytes <= int(spec.share * self.budget) and share > most:
                most, best = share, draft
            if most >= SHOWN:
                break
        return best

    def _draft(self, spec: plan.Spec, grain: str) -> _Draft:
        dates = sums.by_grain(self.periods, grain)
        keys = [*spec.dimensions, *(["category"] if "product" in spec.dimensions else [])]
        rows = sums.summed(self.facts, keys, dates, is_counted=True)
        groups = [["day"], *([name] for name in keys)]
        groups += [["day", "category"]] if "category" in keys else []
        hidden = hidden_cells(rows, groups)
        few = rows[rows["customers"] < MINIMUM]
        known = sums.people_of(self.facts, few, keys, dates)
        behind = known.groupby(["day", *keys])["customer_id"].agg(frozenset)
        cells = pd.MultiIndex.from_frame(few[["day", *keys]])
        # Who pays as a guest is not known: at least one person, and not one of another cell.
        of = {
            at: behind.get(key, frozenset({f"guest {at}"}))
            for at, key in zip(few.index, cells, strict=True)
        }
        starts = self.periods.set_index("day")[list(GRAINS[1:])]
        longer = rows.join(starts, on="day")
        people = [of.get(at) for at in rows.index]
        return _Draft(
            spec, rows, suppression.Cells(longer, tuple(keys), grain, hidden.to_numpy(), people)
        )

    def shown(self, draft: _Draft, hidden: np.ndarray) -> Found:
        """The cube whose hidden cells are one row a period, under the names of what is not shown."""
        rows, dimensions = draft.rows, draft.spec.dimensions
        share = float(rows.loc[~hidden, "gross"].sum()) / max(float(rows["gross"].sum()), 1.0)
        codes = {name: rows[name].mask(hidden, _rest(self.names, name)) for name in dimensions}
        by = rows.assign(**codes).groupby(["day", *dimensions], as_index=False)
        summed = by[list(NUMBERS)].sum()
        weight = plan.weight(plan.packed_rows(summed, dimensions))
        return plan.Cube(draft.spec, draft.cells.grain, summed, weight), share


def _table_of(dimension: str) -> str:
    return "product" if dimension == "category" else dimension


def _rest(names: Mapping[str, pd.DataFrame], dimension: str) -> int:
    """The code of NOT_SHOWN in a dimension, which is the last."""
    labels = naming.labels(names[_table_of(dimension)])
    return labels["shown_category"].nunique() if dimension == "category" else len(labels)
