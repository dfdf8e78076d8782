"""Categories and subcategories as areas: squarified rectangles, computed here or in the page."""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import theme
from retail.charts.encodings import change_colour, faint, when
from retail.charts.rows import DATA

WIDTH, HEIGHT = 600, 320  # the shape that the rectangles are laid out for
BAND = 20  # room for the category's name above its rectangles
LETTER = 6.3  # pixels that a letter takes, about


def layout(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    """`rows` (category, subcategory, measure) with x, y, x2, y2 of each rectangle, from 0 to 1.

    Categories and, within them, subcategories are laid out from the largest on. What is not above
    zero has no area: it keeps its row, without a place. A row with an empty subcategory is added
    for each category: the band with its name, but where its only subcategory has that name. `name`
    is as much of the name as fits.
    """

    places: dict[int, tuple[float, float, float, float]] = {}
    bands: list[dict[str, object]] = []
    drawn = rows[rows[measure] > 0]
    totals = drawn.groupby("category", sort=True)[measure].sum()
    totals = totals.sort_values(ascending=False, kind="stable")
    outer = _squares(totals, 0, 0, WIDTH, HEIGHT)
    for category, (left, top, width, height) in zip(totals.index, outer, strict=True):
        inner = drawn[drawn["category"] == category]
        inner = inner.sort_values(measure, ascending=False, kind="stable")
        is_alone = inner["subcategory"].tolist() == [category]
        band = 0 if is_alone else min(BAND, height / 2)
        boxes = _squares(inner[measure], left, top + band, width, height - band)
        for row, (x, y, dx, dy) in zip(inner.index, boxes, strict=True):
            places[row] = (x / WIDTH, y / HEIGHT, (x + dx) / WIDTH, (y + dy) / HEIGHT)
        if is_alone:
            continue
        bands.append(
            {
                "category": category,
                "subcategory": "",
                "x": left / WIDTH,
                "y": top / HEIGHT,
                "x2": (left + width) / WIDTH,
                "y2": (top + band) / HEIGHT,
            }
        )
    placed = pd.DataFrame.from_dict(places, orient="index", columns=["x", "y", "x2", "y2"])
    found = pd.concat([rows.join(placed), pd.DataFrame(bands)], ignore_index=True)
    room = (found["x2"] - found["x"]).fillna(0) * WIDTH
    names = found["subcategory"].where(found["subcategory"] != "", found["category"])
    return found.assign(name=[fitting(n, w) for n, w in zip(names, room, strict=True)])


def fitting(name: str, width: float) -> str:
    """As much of the name as fits into `width` pixels, with an ellipsis; nothing in a sliver.

    >>> fitting("Furnishing", 100), fitting("Furnishing", 52), fitting("Furnishing", 20)
    ('Furnishing', 'Furni…', '')
    """
    room = int((width - 10) / LETTER)
    if len(name) <= room:
        return name
    return f"{name[: room - 1]}…" if room > 3 else ""


def _squares(
    sizes: pd.Series, left: float, top: float, width: float, height: float
) -> list[tuple[float, float, float, float]]:
    """x, y, width, height of a squarified rectangle for each size, in order."""
    import squarify

    normal = squarify.normalize_sizes([float(size) for size in sizes], width, height)
    boxes = squarify.squarify(normal, left, top, width, height)
    return [(box["x"], box["y"], box["dx"], box["dy"]) for box in boxes]


def treemap(categories: list[str], measure: str, *, is_change: bool = False) -> alt.TopLevelMixin:
    """Rectangles in the colour of their category with name and value; rows as `layout` returns
    them, with `dim` where one is not selected.

    With `is_change` the colour is `change_share` and the value `said`: what changed, in words."""
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_filter("isValid(datum.x)")
        .transform_calculate(
            tall="datum.y2 - datum.y > (datum.subcategory ? 0.06 : 0)",
            taller="datum.subcategory && datum.name && datum.y2 - datum.y > 0.12",
        )
        .encode(
            x=alt.X("x:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=None),
            y=alt.Y("y:Q", scale=alt.Scale(domain=[1, 0], nice=False), axis=None),
        )
    )
    colours = theme.categories(categories)
    boxes = base.mark_rect(stroke=theme.PAPER, strokeWidth=1.5).encode(
        x2="x2:Q",
        y2="y2:Q",
        color=change_colour()
        if is_change
        else alt.Color(
            "category:N",
            scale=alt.Scale(domain=list(colours), range=list(colours.values())),
            legend=None,
        ),
        opacity=faint(0.25),
    )
    names = (
        base.transform_filter("datum.tall")
        .mark_text(align="left", baseline="top", dx=5, dy=5, color=theme.INK)
        .encode(
            text="name:N",
            size=when(alt.SizeValue, "datum.subcategory", 11, 12),
        )
    )
    values = (
        base.transform_filter("datum.taller")
        .mark_text(align="left", baseline="top", dx=5, dy=19, color=theme.INK, fontSize=11)
        .encode(
            text="said:N"
            if is_change
            else alt.Text(f"{measure}:Q", format="$.3~s" if measure == "net" else ",.0f")
        )
    )
    return alt.layer(boxes, names, values).properties(width="container", height=HEIGHT)
