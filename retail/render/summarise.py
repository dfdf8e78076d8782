"""Report -> Summary: every figure is a cell, or an exact sum of cells, of the report's tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from retail.frames import exact_sum
from retail.history import Snapshot
from retail.render import formats
from retail.render.summary import (
    SCHEMA_VERSION,
    Clusters,
    Cube,
    Customers,
    CutPoints,
    Dashboard,
    DateFormat,
    Lines,
    NetBy,
    Noise,
    Rfm,
    Summary,
    Sums,
    Transactions,
    encode,
)
from retail.report import Report
from retail.schema.dashboard import TIME_ONLY
from retail.schema.quality import BOOK_STEPS
from retail.schema.rounding import decimal, written


def summarise(report: Report) -> Summary:
    """All figures of summary.json from the tables of a report."""
    years = report["by_year"]
    quantity = decimal(exact_sum(years["units"]), report.units.quantity_scale)
    return Summary(
        schema_version=SCHEMA_VERSION,
        as_of=formats.day(report.period.as_of),
        through=formats.day(report.period.through),
        first_date=formats.day(report.period.first),
        lines=_lines(report),
        money=Sums(**{name: _total(report, years[name]) for name in Sums.__struct_fields__}),
        units=Decimal(quantity),
        transactions=_transactions(report),
        customers=_customers(report),
        net_by=NetBy(**{name: _net_by(report, name) for name in NetBy.__struct_fields__}),
        rfm=_rfm(report),
        clusters=_clusters(report),
        dates=_dates(report),
        dashboard=_dashboard(report),
    )


def _money(report: Report, value: int) -> Decimal:
    return Decimal(written(int(value), 2, -report.units.money_scale))


def _total(report: Report, values: pd.Series) -> Decimal:
    return _money(report, exact_sum(values))


def _lines(report: Report) -> Lines:
    kept = exact_sum(report["by_year"]["lines"])
    if "books" not in report:
        return Lines(read=None, kept=kept, duplicates=0, set_aside=0)
    steps = report["books"].groupby("step")["lines"].sum()
    found = {name: abs(int(steps.get(text, 0))) for name, text in BOOK_STEPS.items()}
    found["set_aside"] += found.pop("set_aside_unknown")
    return Lines(**{**found, "kept": kept})


def _figure(report: Report, name: str) -> int | None:
    figures = report["key_figures"]
    values = figures.loc[figures["figure"] == name, "value"].dropna()
    return None if values.empty else int(values.iloc[0])


def _transactions(report: Report) -> Transactions:
    kept = None
    if "customers" in report:
        kept = _figure(report, "kept_purchases")
    return Transactions(
        distinct=_figure(report, "transactions"),
        purchases=exact_sum(report["by_year"]["purchases"]),
        kept=kept,
    )


def _customers(report: Report) -> Customers:
    buyers = _figure(report, "buyers")
    if "groups" not in report:
        return Customers(None, buyers, None, None, None, None)
    groups = _counts(report["groups"], "group")
    names = ("scored", "nothing kept", "refund only", "prospect")
    # Groups that were joined, so that none is small, have no number of their own.
    absent = 0 if set(groups) <= set(names) else None
    return Customers(
        sum(groups.values()),
        buyers,
        *(groups.get(name, absent) for name in names),
    )


def _counts(table: pd.DataFrame, name: str) -> dict[str, int]:
    return dict(zip(table[name].tolist(), table["customers"].tolist(), strict=True))


def _net_by(report: Report, name: str) -> dict[str, Decimal] | None:
    if f"by_{name}" not in report:
        return None
    table = report[f"by_{name}"]
    values = zip(table[name].tolist(), table["net"].tolist(), strict=True)
    return {str(value): _money(report, net) for value, net in values}


def _rfm(report: Report) -> Rfm | None:
    if "rfm_cuts" not in report:
        return None
    cuts = report["rfm_cuts"]
    segments = report["segments"].sort_values("order") if "segments" in report else None
    return Rfm(
        bins=int(cuts["score"].max()) if len(cuts) else 0,
        cut_points=CutPoints(
            recency=_limits(cuts, "recency"),
            frequency=_limits(cuts, "frequency"),
            monetary=[Decimal(written(limit, 2)) for limit in _limits(cuts, "monetary")],
        ),
        segments={} if segments is None else _counts(segments, "segment"),
        seven_levels=_counts(report["seven_levels"], "level") if "seven_levels" in report else {},
    )


def _limits(cuts: pd.DataFrame, measure: str) -> list[float]:
    limits = cuts.loc[cuts["measure"] == measure, "up_to"].dropna()
    return sorted(float(limit) for limit in limits)


def _clusters(report: Report) -> Clusters | None:
    if "cluster_fits" not in report or "clusters" not in report:
        return None
    chosen = report["cluster_fits"].query("is_chosen")
    if chosen.empty:
        return None
    fit, ordered = chosen.iloc[0], report["clusters"].sort_values("cluster")
    return Clusters(
        components=int(fit["components"]),
        clusters=int(fit["clusters"]),
        sizes=ordered["customers"].tolist(),
        names=ordered["name"].tolist(),
        silhouette=_real(fit["silhouette"]),
        inertia=_real(fit["inertia"]),
        explained_variance=_real(fit["explained_variance"]),
        noise=Noise(
            mean=_maybe(fit.get("noise_mean")),
            max=_maybe(fit.get("noise_max")),
            permutations=int(fit["permutations"]),
        ),
        recommended=bool(fit["is_recommended"]),
    )


def _real(value: float) -> float:
    return float(f"{value:.6g}")


def _maybe(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else _real(value)


def _dates(report: Report) -> dict[str, dict[str, DateFormat]]:
    found: dict[str, dict[str, DateFormat]] = {}
    if "date_evidence" in report:
        for row in report["date_evidence"].itertuples():
            column = found.setdefault(str(row.column), {})
            column[str(row.format)] = DateFormat(order=str(row.order), evidence=str(row.evidence))
    return found


def _dashboard(report: Report) -> Dashboard | None:
    if "cubes" not in report:
        return Dashboard("lines", [], None) if "dashboard_lines" in report else None
    rows = report["cubes"].to_dict("records")
    cubes = [
        Cube(
            name=row["cube"],
            dimensions=[] if row["dimensions"] == TIME_ONLY else row["dimensions"].split(", "),
            grain=row["grain"],
            rows=row["rows"],
            bytes=row["bytes"],
        )
        for row in rows
        if row["cube"] != "sample"
    ]
    drawn = None
    if "dashboard_sample" in report:
        drawn = int(report["dashboard_sample"]["customer_id"].nunique())
    return Dashboard("cubes", cubes, drawn)


def snapshot(report: Report) -> Snapshot:
    """Snapshot of a run for the history; with segments of single customers only where pages may
    show them."""
    checks = report.tables.get("checks")
    people = report.tables.get("customers") if report.privacy != "public" else None
    return Snapshot(
        encode(summarise(report)),
        {} if checks is None else dict(zip(checks["check"], checks["verdict"], strict=True)),
        None if people is None else people.set_index("customer_id")["segment"],
    )
