"""Customers over the subcategories: one line a customer, one axis a subcategory.

Each line is a GeoJSON LineString drawn with an identity projection: one mark a line, which is
twenty times quicker than a line mark with a point a value.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from retail.charts import theme
from retail.charts.clusters import cluster_colour
from retail.charts.rows import DATA

LIMIT = 5_500  # customers; beyond, a seeded sample that the figure states
STEP, HEIGHT, TOP = 42, 220, 12  # pixels from axis to axis, height of an axis, room above
NAMES = 130  # room below for the names of the axes


def sample(customers: pd.DataFrame, seed: int, limit: int = LIMIT) -> pd.DataFrame:
    """At most `limit` customers, drawn at random with `seed`, in their own order."""
    if len(customers) <= limit:
        return customers
    drawn = np.random.default_rng(seed).choice(len(customers), limit, replace=False)
    return customers.iloc[np.sort(drawn)]


def lines(units: pd.DataFrame) -> list[dict[str, Any]]:
    """A GeoJSON LineString for each row of `units` (one column an axis, in order), in pixels.

    Every axis runs from 0 at its foot to the largest value of all axes, so heights compare.
    """
    top = max(float(units.to_numpy().max(initial=0)), 1.0)
    y = TOP + HEIGHT * (1 - units.to_numpy(dtype=float) / top)
    x = STEP / 2 + STEP * np.arange(units.shape[1])
    return [
        {"type": "LineString", "coordinates": np.column_stack([x, row]).round(1).tolist()}
        for row in y
    ]


def parallel(
    labels: list[str], clusters: list[int], *, legend: bool = True, names: bool = True
) -> alt.TopLevelMixin:
    """A line a customer in the colour of the cluster; rows with `type`, `geometry`, `cluster` and,
    where a customer is not selected, `dim`. The axes are in the order of `labels`."""
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
            strokeOpacity=alt.condition("datum.dim", alt.value(0.03), alt.value(0.35)),
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
