"""Figures of customers: scores and segments, clusters and what they buy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt
import pandas as pd

from retail import frames
from retail.charts import bars, clusters, encodings, parallel_coordinates, theme
from retail.charts.encodings import faint, names_axis, text_on
from retail.charts.figure import Figure, specification
from retail.charts.over_time import ramp
from retail.charts.rows import DATA, LIMIT, display, sampled
from retail.locale import Locale
from retail.report import Report
from retail.schema import TABLES
from retail.schema.table import Column

SEED = 20  # of the sample of lines past LIMIT customers
MOST_LABELS = 40  # subcategories in a chart of clusters; tables have all
CELL = 42  # pixels, height of a cell
MOST_NAMED = 6  # scores in a grid whose cells have room for a name


def figures(report: Report) -> Iterator[Figure]:
    """Grid and segments by scores; scatter, profile and parallel coordinates by cluster."""
    if "rfm_grid" in report and len(report["rfm_grid"]):
        yield _grid(report)
    if "segments" in report and len(report["segments"]):
        yield _segments(report)
    if "clusters" not in report or not len(report["clusters"]):
        return
    if "customers" in report and "x" in report["customers"]:
        yield _scatter(report)
    if "cluster_profile" in report:
        yield _profile(report)
    if "units_by_customer" in report:
        yield _parallel(report)


def _cluster_numbers(report: Report) -> list[int]:
    return [int(number) for number in report["clusters"]["cluster"]]


def _grid(report: Report) -> Figure:
    table = TABLES["rfm_grid"]
    rows, columns = display(report["rfm_grid"], table, report.units, table.names)
    bins = int(rows["r"].max())
    spec = specification(rfm_grid(bins))
    about = "Scored customers by recency and frequency score; colour is their average spend."
    return Figure("rfm-grid", "RFM grid", about, spec, rows, columns, bins * 46 + 110)


def _segments(report: Report) -> Figure:
    names = ["segment", "customers", "share_of_customers", "monetary", "order"]
    rows, columns = display(report["segments"], TABLES["segments"], report.units, names)
    rows = rows.sort_values("order", kind="stable").reset_index(drop=True)
    ordered = rows["segment"].tolist()
    spec = specification(bars.bars(ordered, "segment", "customers", "Customers"))
    about = "Scored customers in each named segment."
    return Figure("segments", "Segments", about, spec, rows, columns, len(ordered) * bars.BAR + 50)


def _scatter(report: Report) -> Figure:
    names = ["customer_id", "segment", "cluster", "x", "y"]
    clustered = report["customers"][names].dropna(subset=["cluster", "x", "y"])
    drawn = sampled(clustered, SEED)
    rows, columns = display(drawn, TABLES["customers"], report.units, names)
    is_sample = len(drawn) < len(clustered)
    under = clusters.density(clustered) if is_sample else None
    spec = specification(clusters.scatter(_cluster_numbers(report), under=under))
    about = "Every clustered customer on the first two principal components of what they buy."
    if is_sample:
        locale = Locale.of(report.units.locale)
        about = (
            f"A random sample of {locale.count(len(drawn))} of {locale.count(len(clustered))} clustered "
            "customers on the first two principal components of what they buy; the grey below is "
            "where all of them are."
        )
    return Figure("scatter", "Clusters", about, spec, rows.reset_index(drop=True), columns, 380)


def _profile(report: Report) -> Figure:
    table = TABLES["cluster_profile"]
    rows, columns = display(report["cluster_profile"], table, report.units, table.names)
    rows = rows.assign(label=frames.subcategory_labels(rows))
    labels, cut = _largest(rows, report)
    rows = rows[rows["label"].isin(labels)].reset_index(drop=True)
    spec = specification(clusters.profile(labels, _cluster_numbers(report)))
    about = (
        "Share of a cluster's units in a subcategory over the share of all customers, times 100."
        f"{cut}"
    )
    return Figure(
        "profile", "What clusters buy", about, spec, rows, columns, len(labels) * 20 + 110
    )


def _largest(rows: pd.DataFrame, report: Report) -> tuple[list[str], str]:
    """The labels with the most units that a chart can show, in order, and words on those it can't."""
    units = rows.groupby("label")["units"].sum()
    kept = units.sort_values(ascending=False, kind="stable").index[:MOST_LABELS]
    locale = Locale.of(report.units.locale)
    cut = f" The {locale.count(len(kept))} of {locale.count(len(units))} subcategories with the most units."
    return sorted(kept), cut if len(kept) < len(units) else ""


def _parallel(report: Report) -> Figure:
    units = report["units_by_customer"]
    units = units.assign(label=frames.subcategory_labels(units))
    labels, cut = _largest(units, report)
    wide = units.pivot_table(
        index="customer_id", columns="label", values="units", aggfunc="sum", fill_value=0
    )[labels]
    scale = 10**report.units.quantity_scale
    customers = report["customers"]
    at = frames.position_among(wide.index, customers["customer_id"])
    cluster = pd.Series(customers["cluster"].array.take(at, allow_fill=True), index=wide.index)
    clustered = int(customers["cluster"].notna().sum())
    wide = sampled(wide[cluster.notna()], SEED)
    rows = parallel_coordinates.bundles(wide / scale, cluster[wide.index].astype(int))
    spec = specification(parallel_coordinates.parallel(labels, _cluster_numbers(report)))
    columns = (
        Column("cluster", "number", "cluster"),
        Column(
            "customers",
            "count",
            f"who share the stretches; {parallel_coordinates.TOGETHER}: or more",
        ),
    )
    about = f"Each line is a customer over the units kept of each subcategory.{cut}"
    if clustered > LIMIT:
        locale = Locale.of(report.units.locale)
        drawn, all_of_them = locale.count(len(wide)), locale.count(clustered)
        about += f" A random sample of {drawn} of {all_of_them} customers."
    return Figure("parallel", "Product mix", about, spec, rows, columns, 320)


def rfm_grid(bins: int, levels: Sequence[str] = ()) -> alt.TopLevelMixin:
    """A cell for each pair of scores with its segment and number of customers; rows with r, f, segment, customers,
    mean_monetary, is_impossible and, where a cell is not selected, `dim`.

    A score that equal cut points leave empty is marked by strokes in its cells. `levels`: colours are those
    of the row's `level`, one of these, in place of its mean monetary.
    """
    scores = list(range(1, bins + 1))
    by = "level" if levels else "mean_monetary"
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_calculate(
            says="datum.is_impossible ? '╱╱╱' : format(datum.customers, ',')",
        )
        .encode(
            x=names_axis(
                alt.X, "f:O", scores, title=f"Frequency score ({bins}: most orders)", labelAngle=0
            ),
            y=names_axis(alt.Y, "r:O", scores[::-1], title=f"Recency score ({bins}: latest)"),
        )
    )
    colour = (
        alt.Color(
            "level:N",
            legend=None,
            scale=alt.Scale(domain=list(levels), range=list(theme.LEVELS)),
        )
        if levels
        else ramp("mean_monetary", "Average spend", "money")
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=2)
    if levels:
        cells = cells.transform_filter("isValid(datum.level)")
    cells = cells.encode(color=colour, opacity=faint(0.2))
    has_names = bins <= MOST_NAMED
    counts = base.mark_text(fontSize=12, dy=7 if has_names else 0)
    layers = [cells, counts.encode(text="says:N", color=text_on(by))]
    if has_names:
        narrow = encodings.NARROW * 2 * bins  # where a name would be three letters
        names = base.mark_text(
            fontSize=alt.ExprRef(f"width < {narrow} ? 0 : 10"),
            dy=-8,
            limit=alt.ExprRef(f"width / {bins} - 6"),
        )
        layers.append(names.encode(text="segment:N", color=text_on(by)))
    return alt.layer(*layers).properties(width="container", height=bins * CELL)
