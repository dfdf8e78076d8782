"""Clusters: customers on two components, and what each cluster buys more of than all."""

from __future__ import annotations

import altair as alt

from retail.charts import theme
from retail.charts.marks import faint
from retail.charts.rows import DATA


def cluster_colour(clusters: list[int], *, legend: bool = True) -> alt.Color:
    """The clusters' own colours, by number."""
    colours = theme.clusters(clusters)
    return alt.Color(
        "cluster:N",
        title="Cluster",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(orient="bottom") if legend else None,
    )


def scatter(clusters: list[int], *, legend: bool = True) -> alt.Chart:
    """A point a customer; rows with x, y (component scores), cluster and, where a customer is not
    selected, `dim`."""
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
        x=alt.X(
            "cluster:O",
            title="Cluster",
            scale=alt.Scale(domain=clusters),
            axis=alt.Axis(labelAngle=0, orient="top", ticks=False, domain=False),
        ),
        y=alt.Y(
            "label:N",
            title=None,
            sort=None,  # as in bars.py
            scale=alt.Scale(domain=labels),
            axis=alt.Axis(labelLimit=190, ticks=False, domain=False),
        ),
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
