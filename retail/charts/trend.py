"""Net revenue, units or purchases over time."""

from __future__ import annotations

import altair as alt

from retail.charts import theme
from retail.charts.rows import DATA

TITLES = {"net": "Net revenue, tax included", "units": "Units", "purchases": "Purchases"}


def trend(measure: str = "net", time: str = "day", zoom: bool = True) -> alt.TopLevelMixin:
    """An area over time; rows with `time` (a day or month as text) and the measure's column.

    With `zoom`, wheel and drag move the time axis.
    """
    base = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(date=f"toDate(datum.{time})")
    x = alt.X("date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False))
    y = alt.Y(f"{measure}:Q", title=TITLES[measure], axis=alt.Axis(tickCount=5, format="~s"))
    area = base.mark_area(color=theme.ACCENT, opacity=0.25).encode(x=x, y=y)
    line = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(x=x, y=y)
    if zoom:
        line = line.add_params(alt.selection_interval(name="zoom", bind="scales", encodings=["x"]))
    return alt.layer(area, line).properties(width="container", height=220)
