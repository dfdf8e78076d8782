"""Customers over the subcategories: one line per customer, one axis per subcategory.

Lines are GeoJSON drawn with an identity projection, and most stretches between two axes are shared
by many customers (most values are zero), so a stretch is drawn once, as opaque as its customers
are many: some dozens of marks, where a mark a line would be thousands and a line mark with a point
a value a hundred thousand.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from retail.charts import theme
from retail.charts.clusters import cluster_colour
from retail.charts.rows import DATA

STEP, HEIGHT, TOP = 42, 220, 12  # pixels from axis to axis, height of an axis, room above
OPACITY = 0.35  # of one line
TOGETHER = 12  # lines upon each other that look like more
NAMES = 130  # room below for the names of the axes


def bundles(units: pd.DataFrame, cluster: pd.Series) -> pd.DataFrame:
    """cluster, customers, opacity, type, geometry: the lines of customers, drawn together where
    they go the same way.

    units: one row per customer, one column per axis, in order. cluster: that of each customer. A row holds, as one
    GeoJSON MultiLineString in pixels, all stretches between neighbouring axes that so many
    customers of a cluster share (at most TOGETHER), as opaque as so many lines are. Every axis runs
    from 0 at its foot to the largest value of all axes, so heights compare.
    """
    values = units.to_numpy(dtype=float)
    gaps = np.arange(values.shape[1] - 1)
    stretches = pd.DataFrame(
        {
            "cluster": np.repeat(cluster.to_numpy(), len(gaps)),
            "gap": np.tile(gaps, len(values)),
            "from": values[:, :-1].ravel(),
            "to": values[:, 1:].ravel(),
        }
    )
    shared = stretches.value_counts(sort=False).rename("customers").reset_index()
    shared["customers"] = shared["customers"].clip(upper=TOGETHER)
    top = max(float(values.max(initial=0)), 1.0)
    left = STEP * (shared["gap"] + 0.5)
    ends = [TOP + HEIGHT * (1 - shared[side] / top) for side in ("from", "to")]
    shared["line"] = np.stack([left, ends[0], left + STEP, ends[1]], axis=1).round(1).tolist()
    rows = shared.groupby(["cluster", "customers"], sort=True)["line"].agg(list).reset_index()
    return pd.DataFrame(
        {
            "cluster": rows["cluster"],
            "customers": rows["customers"],
            "opacity": (1 - (1 - OPACITY) ** rows["customers"]).round(3),
            "type": "Feature",
            "geometry": [_geometry(lines) for lines in rows["line"]],
        }
    )


def _geometry(lines: list[list[float]]) -> dict[str, Any]:
    pairs = [[line[:2], line[2:]] for line in lines]
    return {"type": "MultiLineString", "coordinates": pairs}


def parallel(
    labels: list[str], clusters: list[int], *, legend: bool = True, names: bool = True
) -> alt.TopLevelMixin:
    """Lines in the colour of their cluster; rows as `bundles` returns them. The axes are in the
    order of `labels`."""
    places = [{"label": label, "at": STEP * (i + 0.5)} for i, label in enumerate(labels)]
    # Drawn through a scale that changes nothing, so that axes and lines are in the same pixels.
    x = alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, STEP * len(labels)], nice=False))
    axes = alt.Chart(alt.InlineData(values=places)).encode(x=x)
    rules = axes.mark_rule(color=theme.LINE).encode(y=alt.value(TOP), y2=alt.value(TOP + HEIGHT))
    customers = (
        alt.Chart(alt.NamedData(name=DATA))
        .mark_geoshape(filled=False, strokeWidth=0.6)
        .encode(
            color=cluster_colour(clusters, legend=legend),
            strokeOpacity=alt.StrokeOpacity("opacity:Q", scale=None),
        )
        .project(type="identity", scale=1, translate=[0, 0])
    )
    layers: list[alt.Chart] = [rules, customers]
    if names:
        text = axes.mark_text(angle=60, align="left", fontSize=10, color=theme.MUTED, limit=150)
        layers.append(text.encode(y=alt.value(TOP + HEIGHT + 8), text="label:N"))
    return alt.layer(*layers).properties(
        width=STEP * len(labels), height=TOP + HEIGHT + (NAMES if names else 8)
    )
