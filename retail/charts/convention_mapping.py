"""Tables of two ways to group customers as heatmaps: names elsewhere, and segments by clusters."""

from __future__ import annotations

from collections.abc import Iterator

import altair as alt

from retail.charts import theme
from retail.charts.encodings import ASIDE, names_axis, size_within, text_on
from retail.charts.figure import Figure, specification
from retail.charts.rows import DATA, display
from retail.report import Report
from retail.schema import TABLES
from retail.schema.table import Column

ROW = 24
ABOVE = 150  # pixels for slanted names and the legend
FRIEND = Column("is_false_friend", "flag", "same name, but less than half of either is in both")


def figures(report: Report) -> Iterator[Figure]:
    """A heatmap per other convention, and segments by clusters."""
    if "crosswalk" in report and "crosswalk_names" in report:
        yield from _conventions(report)
    if "segment_clusters" in report and len(report["segment_clusters"]):
        yield _segments_by_clusters(report)


def _conventions(report: Report) -> Iterator[Figure]:
    names = ["name", "segment", "customers", "share_of_name"]
    known = report["crosswalk_names"].sort_values("order", kind="stable")
    friends = {
        (row.convention, row.name_, row.namesake)
        for row in known.rename(columns={"name": "name_"}).itertuples()
        if row.is_false_friend
    }
    for convention, rows in report["crosswalk"].groupby("convention", sort=False):
        ordered = rows.sort_values(["name_order", "segment_order"], kind="stable")
        shown, columns = display(ordered, TABLES["crosswalk"], report.units, names)
        shown = shown.assign(
            is_false_friend=[
                (convention, name, segment) in friends
                for name, segment in zip(shown["name"], shown["segment"], strict=True)
            ]
        )
        shown = shown[(shown["customers"] > 0) | shown["is_false_friend"]].reset_index(drop=True)
        mine = list(dict.fromkeys(ordered["name"]))
        segments = list(
            dict.fromkeys(ordered.sort_values("segment_order", kind="stable")["segment"])
        )
        title = known.loc[known["convention"] == convention, "title"].iloc[0]
        yield Figure(
            f"crosswalk-{str(convention).replace('_', '-')}",
            title,
            "Their names (rows) against our segments (columns): customers, coloured by the share of "
            "the row. A framed cell is a false friend: the same name, mostly other customers.",
            specification(heatmap(mine, segments)),
            shown,
            (*columns, FRIEND),
            len(mine) * ROW + ABOVE,
        )


def heatmap(names: list[str], segments: list[str]) -> alt.TopLevelMixin:
    """Customers by name elsewhere and segment; rows with name, segment, customers, share_of_name
    and is_false_friend."""
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        x=names_axis(alt.X, "segment:N", segments, orient="top", labelAngle=-45, labelLimit=110),
        y=names_axis(alt.Y, "name:N", names, labelLimit=160),
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=1).encode(
        color=alt.Color(
            "share_of_name:Q",
            scale=alt.Scale(domain=[0, 1], range=list(theme.RAMPS["count"])),
            legend=None,
        )
    )
    framed = base.transform_filter("datum.is_false_friend").mark_rect(
        filled=False, stroke=theme.INK, strokeWidth=2
    )
    counts = base.mark_text(fontSize=size_within(len(segments))).encode(
        text=alt.Text("customers:Q", format=","),
        color=text_on("share_of_name"),
    )
    return alt.layer(cells, framed, counts).properties(
        width="container", height=alt.Step(ROW), padding=ASIDE
    )


def _segments_by_clusters(report: Report) -> Figure:
    table = TABLES["segment_clusters"]
    ordered = report["segment_clusters"].sort_values(["order", "cluster"], kind="stable")
    rows, columns = display(ordered, table, report.units, table.names)
    segments = list(dict.fromkeys(rows["segment"]))
    return Figure(
        "segments-by-clusters",
        "Segments by clusters",
        "Who buys how (row) and what (column): customers and their net revenue, tax included; "
        "coloured by revenue.",
        specification(grid(segments, sorted(set(rows["cluster"].tolist())))),
        rows.reset_index(drop=True),
        columns,
        len(segments) * 2 * ROW + 70,
    )


def grid(segments: list[str], clusters: list[int]) -> alt.TopLevelMixin:
    """Customers and revenue by segment and cluster; rows with segment, cluster, customers and
    monetary."""
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_calculate(says="format(datum.monetary, '.3~s')")
        .encode(
            x=names_axis(alt.X, "cluster:O", clusters, title="Cluster", orient="top", labelAngle=0),
            y=names_axis(alt.Y, "segment:N", segments, labelLimit=150),
        )
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=2).encode(
        color=alt.Color(
            "monetary:Q", scale=alt.Scale(range=list(theme.RAMPS["money"])), legend=None
        )
    )
    ink = text_on("monetary")
    counts = base.mark_text(fontSize=13, dy=-8).encode(
        text=alt.Text("customers:Q", format=","), color=ink
    )
    money = base.mark_text(fontSize=11, dy=8).encode(text="says:N", color=ink)
    return alt.layer(cells, counts, money).properties(width="container", height=alt.Step(2 * ROW))
