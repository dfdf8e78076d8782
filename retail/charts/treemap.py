"""Categories and subcategories as areas: squarified rectangles, computed here or in the page."""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import theme
from retail.charts.rows import DATA

WIDTH, HEIGHT = 600, 320  # of the plane the rectangles are laid out in; a page stretches it
TITLE_BAND = 18  # room for the category's name above its rectangles


def layout(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """`rows` (category, subcategory, measure) with x, y, x2, y2 of each rectangle in the plane.

    Categories and, within them, subcategories are laid out from the largest on. What is not above
    zero has no area: it keeps its row, without a place.
    """
    import squarify

    places: dict[int, tuple[float, float, float, float]] = {}
    drawn = rows[rows[measure] > 0]
    totals = drawn.groupby("category", sort=True)[measure].sum()
    totals = totals.sort_values(ascending=False, kind="stable")
    outer = squarify.squarify(
        squarify.normalize_sizes([float(v) for v in totals], WIDTH, HEIGHT), 0, 0, WIDTH, HEIGHT
    )
    for category, box in zip(totals.index, outer, strict=True):
        inner = drawn[drawn["category"] == category]
        inner = inner.sort_values(measure, ascending=False, kind="stable")
        top = min(TITLE_BAND, box["dy"] / 2)
        sizes = squarify.normalize_sizes(
            [float(v) for v in inner[measure]], box["dx"], box["dy"] - top
        )
        boxes = squarify.squarify(sizes, box["x"], box["y"] + top, box["dx"], box["dy"] - top)
        for row, small in zip(inner.index, boxes, strict=True):
            x, y = small["x"], small["y"]
            places[row] = (x, y, x + small["dx"], y + small["dy"])
    placed = pd.DataFrame.from_dict(places, orient="index", columns=["x", "y", "x2", "y2"])
    return rows.join(placed)


def treemap(categories: list[str], measure: str, title: str) -> alt.TopLevelMixin:
    """Rectangles in the colour of their category; rows as `layout` returns them."""
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_filter("isValid(datum.x)")
        .encode(
            x=alt.X("x:Q", scale=alt.Scale(domain=[0, WIDTH], nice=False), axis=None),
            y=alt.Y("y:Q", scale=alt.Scale(domain=[HEIGHT, 0], nice=False), axis=None),
        )
    )
    colours = theme.categories(categories)
    colour = alt.Color(
        "category:N",
        title=None,
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=alt.Legend(orient="bottom", columns=3, symbolType="square"),
    )
    boxes = base.mark_rect(stroke=theme.PAPER, strokeWidth=1.5).encode(
        x2="x2:Q", y2="y2:Q", color=colour
    )
    names = base.mark_text(
        align="left", baseline="top", dx=5, dy=5, color=theme.INK, fontSize=11, limit=90
    ).encode(text="subcategory:N")
    return alt.layer(boxes, names).properties(width="container", height=HEIGHT, title="")
