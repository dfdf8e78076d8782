"""Net revenue, units or purchases over time."""

from __future__ import annotations

import altair as alt

from retail.charts import axes, theme
from retail.charts.rows import DATA

TITLES = {"net": "Net revenue, tax included", "units": "Units", "purchases": "Purchases"}
KINDS = {"net": "money", "units": "quantity", "purchases": "count"}


def trend(measure: str = "net", *, zoom: bool = True, height: int = 200) -> alt.TopLevelMixin:
    """The measure over time; rows with `day` (first day of the period, as text), the measure, and
    `all_<measure>`: the unfiltered total, drawn behind (left out when nothing is filtered).

    With `zoom`, wheel and drag move the time axis.
    """
    base = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(date="toDate(datum.day)")
    x = alt.X("date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False))

    label = axes.short(KINDS[measure] == "money")

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=TITLES[measure], axis=alt.Axis(tickCount=5, **label))

    behind = base.mark_area(color=theme.REST, opacity=0.45).encode(x=x, y=y(f"all_{measure}"))
    area = base.mark_area(color=theme.ACCENT, opacity=0.2).encode(x=x, y=y(measure))
    line = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(x=x, y=y(measure))
    if zoom:
        line = line.add_params(alt.selection_interval(name="zoom", bind="scales", encodings=["x"]))
    return alt.layer(behind, area, line).properties(width="container", height=height)
