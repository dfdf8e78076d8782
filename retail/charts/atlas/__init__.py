"""The map of cities: net revenue and buyers, on borders of the countries around them.

Borders come from the world map that ships with vega-datasets. It is TopoJSON: arcs of quantised steps,
each border stored once. Only what lies around the places travels to a page.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import altair as alt
import numpy as np
import pandas as pd

from retail.charts import encodings, theme
from retail.charts.encodings import change_colour, faint
from retail.charts.rows import DATA

SOURCE = "Borders: Natural Earth, by way of TopoJSON World Atlas and vega-datasets."
MARGIN = 0.12  # of the places' extent, on each side
LEAST = 4.0  # degrees that are shown at least


@cache
def arcs() -> list[np.ndarray]:
    """Each border of the world once: an array of longitude and latitude."""
    text = files(__package__).joinpath("world-110m.json").read_text(encoding="utf-8")
    world = json.loads(text)
    scale, shift = (np.array(world["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in world["arcs"]]


def frame(places: pd.DataFrame) -> tuple[float, float, float, float]:
    """West, south, east and north of what is shown around places (latitude, longitude)."""
    sides = []
    for column in ("longitude", "latitude"):
        low, high = float(places[column].min()), float(places[column].max())
        room = max((high - low) * MARGIN, (LEAST - (high - low)) / 2)
        sides.append((low - room, high + room))
    (west, east), (south, north) = sides
    return max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 85.0)


def borders(places: pd.DataFrame) -> list[list[list[float]]]:
    """Lines of longitude and latitude within the frame of the places, cut where they leave it."""
    west, south, east, north = frame(places)
    found = []
    for arc in arcs():
        x, y = arc[:, 0], arc[:, 1]
        is_in = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        for start, end in _runs(is_in):
            if end - start > 1:
                found.append(arc[start:end].round(3).tolist())
    return found


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def city_map(places: pd.DataFrame, *, is_change: bool = False) -> alt.TopLevelMixin:
    """One circle per city; rows with city, latitude, longitude, net, buyers and, where a city is not
    selected, `dim`. `places` (latitude, longitude) say which part of the world is shown.
    With `is_change` the colour is `change_share`."""
    lines = {"type": "MultiLineString", "coordinates": borders(places)}
    west, south, east, north = frame(places)
    # Lines without a length: they are not seen, but the map is made to fit them.
    ends = [[[west, south]] * 2, [[east, north]] * 2]
    corners = {"type": "MultiLineString", "coordinates": ends}
    world = alt.InlineData(
        values=[
            {"type": "Feature", "properties": {}, "geometry": shape} for shape in (lines, corners)
        ]
    )
    outlines = alt.Chart(world).mark_geoshape(filled=False, stroke=theme.REST, strokeWidth=0.8)
    circles = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_calculate(area="max(datum.net, 0)")
        .transform_filter("isValid(datum.latitude)")
        .mark_circle(stroke=theme.INK, strokeWidth=0.6)
        .encode(
            longitude="longitude:Q",
            latitude="latitude:Q",
            size=alt.Size(
                "area:Q",
                title="Net revenue, tax included",
                scale=alt.Scale(range=[0, 900]),
                legend=alt.Legend(orient="bottom", labelExpr=encodings.MONEY, tickCount=3),
            ),
            color=change_colour()
            if is_change
            else alt.Color(
                "buyers:Q",
                title="Buyers",
                scale=alt.Scale(range=list(theme.RAMPS["count"]), interpolate="lab"),
                legend=alt.Legend(orient="bottom", format=",d", tickCount=3, gradientLength=140),
            ),
            opacity=faint(0.2, 0.9),
        )
    )
    return (
        alt.layer(outlines, circles)
        .project(type="mercator")
        .properties(width="container", height=300)
    )
