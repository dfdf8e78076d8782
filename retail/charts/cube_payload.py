"""What the page gets of cubes: those for the first paint, the names of codes, and what was counted.

The page decodes it in web/src/data/cubes.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retail import frames
from retail.charts import cubes, linked
from retail.charts.rows import records
from retail.report import Report
from retail.schema.dimensions import IN_LINES, NOT_SHOWN, OF_LINE, OTHER
from retail.schema.units import first_day


def first(report: Report, paths: Mapping[str, str]) -> dict[str, Any]:
    """What the first paint needs; paths: of the cubes that come later and of the `sample`."""
    names = names_of(report)
    return {
        "cubes": [_cube(report, row, paths) for row in _plan(report)],
        "mixed": _mixed(report),
        "people": _people(report),
        "exact": _exact(report, names),
        "sample": _sample_of(report, paths),
    }


def later(report: Report) -> dict[str, dict[str, Any]]:
    """By name: the rows of the cubes that load when they are first needed."""
    return {row["cube"]: _cube_rows(report, row) for row in _plan(report) if not row["is_first"]}


def _plan(report: Report) -> list[dict[str, Any]]:
    """CUBES but for the sample, those that come first at the top."""
    found = [row for row in records(report["cubes"]) if row["cube"] != "sample"]
    return sorted(found, key=lambda row: (not row["is_first"], row["cube"]))


def _dimensions(row: Mapping[str, Any]) -> list[str]:
    return [name for name in row["dimensions"].split(", ") if name in cubes.DIMENSIONS]


def _cube_rows(report: Report, row: Mapping[str, Any]) -> dict[str, Any]:
    table = report["dashboard_cubes"]
    return cubes.packed_rows(table[table["cube"] == row["cube"]], _dimensions(row))


def _cube(report: Report, row: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": row["cube"],
        "dimensions": _dimensions(row),
        "grain": row["grain"],
        "count": row["rows"],
        "rows": _cube_rows(report, row) if row["is_first"] else None,
        "path": paths.get(row["cube"]),
        "shown": row["shown"],
    }


def _mixed(report: Report) -> list[str]:
    names = report["dashboard_names"]
    return sorted(names.loc[names["is_mixed"], "dimension"].unique())


def _people(report: Report) -> dict[str, Any] | None:
    if "dashboard_people" not in report:
        return None
    table = report["dashboard_people"]
    return {
        "count": len(table),
        **{name: cubes.planes(table[name].to_numpy()) for name in table.columns},
    }


def _exact(report: Report, names: dict[str, Any]) -> dict[str, Any]:
    """Distinct buyers that were counted: of all, by period (its first day), and of single names, with
    their purchases."""
    figures = report["key_figures"]
    buyers = figures.loc[figures["figure"] == "buyers", "value"].dropna()
    found: dict[str, Any] = {"all": int(buyers.iloc[0]) if len(buyers) else None}
    for grain, key in (("week", "day"), ("month", "month"), ("quarter", "month"), ("year", "year")):
        if f"by_{grain}" in report:
            table = report[f"by_{grain}"]
            months = table[key] * 12 if key == "year" else table[key]
            first = months if key == "day" else months.map(first_day)
            found[grain] = [first.tolist(), table["buyers"].tolist()]
    for name in (d.name for d in OF_LINE):
        if f"by_{name}" in report:
            table = report[f"by_{name}"].set_index(name)
            known = table.reindex([n for n in names[name] if n not in (OTHER, NOT_SHOWN)])
            known = known.dropna(subset=["buyers"]).astype({"buyers": int, "purchases": int})
            at = [names[name].index(n) for n in known.index]
            found[name] = [at, known["purchases"].tolist(), known["buyers"].tolist()]
    return found


def _sample_of(report: Report, paths: Mapping[str, str]) -> dict[str, Any] | None:
    """How many customers the sample has, of how many with a line; how many are in it for certain, and of how many
    in a cluster those of the other pairs are not known."""
    if "dashboard_sample" not in report:
        return None
    lines, customers = report["dashboard_sample"], report["customers"]
    some = lines.dropna(subset=["customer_id"]).drop_duplicates("customer_id")
    unlabelled = 0
    if "cluster_labels" in report:
        known = customers.loc[customers["cluster"].notna(), "customer_id"]
        clustered = some.loc[frames.is_among(some["customer_id"], known), "customer_id"]
        labelled = frames.is_among(clustered, report["cluster_labels"]["customer_id"])
        unlabelled = int((~labelled).sum())
    return {
        "path": paths.get("sample"),
        "customers": len(some),
        "certain": int((some["weight"] == 1).sum()),
        "of": int((customers["lines"] > 0).sum()),
        "unlabelled": unlabelled,
    }


def names_of(report: Report) -> dict[str, Any]:
    """What each code means, as DASHBOARD_NAMES has it."""
    table = report["dashboard_names"]
    products = table[table["dimension"] == "product"]
    found: dict[str, Any] = {
        "category": linked.categories(report),
        "subcategory": products[["category", "name"]].to_numpy().tolist(),
    }
    for name in (d.name for d in IN_LINES):
        found[name] = table.loc[table["dimension"] == name, "name"].tolist()
    if "dashboard_people" in report:
        for name in ("age_band", "group", "segment"):
            found[name] = sorted(report["customers"][name].unique())
    return found
