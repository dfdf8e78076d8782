"""Clusters: customers on two components, and what each cluster buys more of than all."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from retail.charts import theme
from retail.charts.encodings import faint, names_axis
from retail.charts.rows import DATA

CELLS = (60, 36)  # of the plane, across and up


def cluster_colour(clusters: list[int], *, legend: bool = True) -> alt.Color:
    """The clusters' own colours, by number."""
    colours = theme.clusters(clusters)
    return alt.Color(
        "cluster:N",
        title="Cluster",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(orient="bottom") if legend else None,
    )


def density(customers: pd.DataFrame) -> list[dict[str, float]]:
    """Cells of the x, y plane with their number of customers and a shade: the square root of the
    number over the largest. A few hundred rows for any number of customers."""
    known = customers[["x", "y"]].dropna()
    counts, across, up = np.histogram2d(known["x"], known["y"], bins=CELLS)
    top = max(counts.max(initial=0), 1)
    return [
        {
            "x": round(float(across[i]), 4),
            "x2": round(float(across[i + 1]), 4),
            "y": round(float(up[j]), 4),
            "y2": round(float(up[j + 1]), 4),
            "customers": int(counts[i, j]),
            "shade": round(float(np.sqrt(counts[i, j] / top)), 3),
        }
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]


def scatter(
    clusters: list[int], *, legend: bool = True, under: list[dict[str, float]] | None = None
) -> alt.TopLevelMixin:
    """One point per customer; rows with x, y (component scores), cluster and, where a customer is
    not selected, `dim`. `under`: the `density` of all customers, drawn below the points where
    these are only a sample."""
    points = _points(clusters, legend=legend)
    if not under:
        return points
    cells = (
        alt.Chart(alt.InlineData(values=under))
        .mark_rect(color=theme.MUTED)
        .encode(
            x="x:Q",
            x2="x2:Q",
            y="y:Q",
            y2="y2:Q",
            opacity=alt.Opacity(
                "shade:Q", scale=alt.Scale(domain=[0, 1], range=[0.03, 0.5]), legend=None
            ),
        )
    )
    both = alt.layer(cells, points).resolve_scale(opacity="independent")
    return both.properties(width="container", height=300)


def _points(clusters: list[int], *, legend: bool) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData(name=DATA))
        .mark_circle(size=14)
        .encode(
            x=alt.X("x:Q", title="Component 1", axis=alt.Axis(tickCount=5)),
            y=alt.Y("y:Q", title="Component 2", axis=alt.Axis(tickCount=5)),
            color=cluster_colour(clusters, legend=legend),
            opacity=faint(0.1, 0.7),
        )
        .properties(width="container", height=300)
    )


def profile(labels: list[str], clusters: list[int]) -> alt.TopLevelMixin:
    """Index of each subcategory in each cluster (100 = as all customers); rows with label, cluster
    and index. Diverging around 100, so that more and less are two hues."""
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        x=names_axis(alt.X, "cluster:O", clusters, title="Cluster", labelAngle=0, orient="top"),
        y=names_axis(alt.Y, "label:N", labels, labelLimit=190),
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=1).encode(
        color=alt.Color(
            "index:Q",
            title="Index (100 = all customers)",
            scale=alt.Scale(
                domain=[0, 100, 200], range=list(theme.DIVERGING), clamp=True, interpolate="lab"
            ),
            legend=alt.Legend(orient="bottom", gradientLength=200, tickCount=3),
        )
    )
    numbers = base.mark_text(fontSize=11, color=theme.INK).encode(
        text=alt.Text("index:Q", format=".0f")
    )
    return alt.layer(cells, numbers).properties(width="container", height=alt.Step(20))
