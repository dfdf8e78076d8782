"""Figures of the pages of single segments and clusters: what they buy, and how many they were.

All pages of a kind share one specification, and differ in their rows only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt

from retail import frames
from retail.charts import encodings, theme
from retail.charts.figure import Figure, specification
from retail.charts.rows import DATA, display
from retail.report import Report
from retail.schema import TABLES
from retail.schema.table import Column

MOST = 12  # subcategories of a figure, those with the most units
BAR = 22
LABEL = Column("label", "text", "category and subcategory")


def figures(report: Report) -> Iterator[Figure]:
    """Figures of each segment (what it buys, its size by month end) and of each cluster (what it
    buys)."""
    if "segment_profile" in report and "segments" in report:
        yield from _bought(report, "segment", _places(report))
    if "cluster_profile" in report and "clusters" in report:
        numbers = report["clusters"]["cluster"]
        yield from _bought(report, "cluster", {number: number for number in numbers.tolist()})
    if "segment_history" in report and "segments" in report:
        yield from _sizes(report)


def _places(report: Report) -> dict[Any, int]:
    """Segment -> its place, which its page's figures are named by."""
    table = report["segments"]
    return dict(zip(table["segment"].tolist(), table["order"].tolist(), strict=True))


def _bought(report: Report, kind: str, numbers: dict[Any, int]) -> Iterator[Figure]:
    name = f"{kind}_profile"
    names = ["category", "subcategory", "units", "customers", "share", "share_of_all", "index"]
    rows, columns = display(report[name], TABLES[name], report.units, names)
    rows.insert(0, "label", frames.subcategory_labels(rows))
    spec = specification(against_all(f"This {kind}", "All customers"))
    about = (
        f"Share of the units of this {kind}; the mark is the share of all customers’ units. The "
        "number is the index: 100 is as all customers, 200 is twice their share."
    )
    shown = tuple(c for c in columns if c.name not in ("category", "subcategory"))
    for group, at in report[name].groupby(kind, sort=False).groups.items():
        own = rows.loc[at].drop(columns=["category", "subcategory"])
        own = own[own["share"].notna()]
        if own.empty:
            continue
        most = own.sort_values(["units", "label"], ascending=[False, True]).head(MOST)
        title = "What they buy"
        if len(own) > MOST:
            title = f"What they buy: the {MOST} subcategories with the most units"
        yield Figure(
            f"{kind}-{numbers[group]}-bought",
            title,
            about,
            spec,
            most.reset_index(drop=True),
            (LABEL, *shown),
            MOST * BAR + 70,
        )


def against_all(mine: str, all_of: str) -> alt.TopLevelMixin:
    """A bar for a share and a mark for the share of all; rows with label, share, share_of_all and
    index, drawn in their order."""
    y = alt.Y(
        "label:N", title=None, sort=None, axis=alt.Axis(labelLimit=170, domain=False, ticks=False)
    )
    base = alt.Chart(alt.NamedData(name=DATA)).encode(y=y)
    title = "Share of units"
    bars = base.mark_bar(color=theme.ACCENT, height=12).encode(
        x=alt.X("share:Q", title=title, axis=alt.Axis(format="%", tickCount=5))
    )
    ticks = base.mark_tick(color=theme.INK, thickness=2.5, height=17).encode(
        x=alt.X("share_of_all:Q", title=title)
    )
    says = base.transform_calculate(end="max(datum.share, datum.share_of_all)")
    numbers = says.mark_text(align="left", dx=5, fontSize=11, color=theme.MUTED).encode(
        x=alt.X("end:Q", title=title), text=alt.Text("index:Q", format=".0f")
    )
    return alt.layer(bars, ticks, numbers).properties(
        width="container", height=alt.Step(BAR), usermeta={"bar": mine, "mark": all_of}
    )


def _sizes(report: Report) -> Iterator[Figure]:
    order = _places(report)
    table = report["segment_history"]
    names = ["month", "segment", "customers", "monetary", "has_lookback"]
    rows, columns = display(table, TABLES["segment_history"], report.units, names)
    spec = specification(size())
    about = (
        "Customers at each month end; hatched where the data do not reach back the whole lookback."
    )
    shown = tuple(c for c in columns if c.name != "segment")
    for segment, at in table.groupby("segment", sort=False).groups.items():
        if segment not in order:
            continue
        own = rows.loc[at].drop(columns="segment").sort_values("month")
        key = f"segment-{order[segment]}-size"
        yield Figure(key, "How many they were", about, spec, own.reset_index(drop=True), shown, 210)


def size() -> alt.TopLevelMixin:
    """Customers by month end; rows with month, customers and has_lookback."""
    base = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(
        date="toDate(datum.month + '-01')"
    )
    x = alt.X(
        "date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False, format="%b %Y")
    )
    y = alt.Y("customers:Q", title="Customers", axis=alt.Axis(tickCount=4))
    area = base.mark_area(color=theme.ACCENT, opacity=0.2).encode(x=x, y=y)
    line = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(x=x, y=y)
    short = base.transform_filter("!datum.has_lookback")
    hatch = short.mark_rule(color=theme.MUTED, opacity=0.35, strokeDash=[2, 3]).encode(x=x)
    point = encodings.lone_point(base).encode(x=x, y=y)
    return alt.layer(hatch, area, line, point).properties(width="container", height=150)
