"""Cities on a map: size is net revenue, colour is buyers."""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import atlas, encodings, theme
from retail.charts.encodings import faint
from retail.charts.rows import DATA


def city_map(places: pd.DataFrame) -> alt.TopLevelMixin:
    """A circle a city; rows with city, latitude, longitude, net, buyers and, where a city is not
    selected, `dim`. `places` (latitude, longitude) say which part of the world is shown."""
    lines = {"type": "MultiLineString", "coordinates": atlas.borders(places)}
    west, south, east, north = atlas.frame(places)
    # Lines without a length: they are not seen, but the map is made to fit them.
    ends = [[[west, south]] * 2, [[east, north]] * 2]
    corners = {"type": "MultiLineString", "coordinates": ends}
    world = alt.InlineData(
        values=[
            {"type": "Feature", "properties": {}, "geometry": shape} for shape in (lines, corners)
        ]
    )
    borders = alt.Chart(world).mark_geoshape(filled=False, stroke=theme.REST, strokeWidth=0.8)
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
            color=alt.Color(
                "buyers:Q",
                title="Buyers",
                scale=alt.Scale(range=list(theme.RAMPS["count"]), interpolate="lab"),
                legend=alt.Legend(orient="bottom", format=",d", tickCount=3, gradientLength=140),
            ),
            opacity=faint(0.2, 0.9),
        )
    )
    return (
        alt.layer(borders, circles)
        .project(type="mercator")
        .properties(width="container", height=300)
    )
