"""One measure by one name: channels, cities, gender, age bands, segments."""

from __future__ import annotations

import altair as alt

from retail.charts import encodings, theme
from retail.charts.encodings import faint, names_axis, when
from retail.charts.rows import DATA

BAR = 22  # pixels for one bar with its gap


def bars(
    names: list[str],
    by: str,
    measure: str,
    title: str,
    colours: dict[str, str] | None = None,
) -> alt.Chart:
    """Horizontal bars in the order of `names`; rows with the columns `by`, `measure` and,
    where a name is not selected, `dim`."""
    y = names_axis(alt.Y, f"{by}:N", names, labelLimit=150)
    label = encodings.short(measure == "net")
    x = alt.X(f"{measure}:Q", title=title, axis=alt.Axis(tickCount=4, **label))
    chart = alt.Chart(alt.NamedData(name=DATA)).encode(x=x, y=y, opacity=faint(0.25))
    sized = chart.properties(width="container", height=alt.Step(BAR))
    if colours is None:
        return sized.mark_bar(color=theme.ACCENT)
    colour = alt.Color(
        f"{by}:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        legend=None,
    )
    return sized.mark_bar().encode(color=colour)


def changes(names: list[str], by: str, title: str) -> alt.TopLevelMixin:
    """Bars of what changed, losses to the left of zero and gains to the right; rows with `by`, `change`,
    `said` (amount and per cent) and, where a name is not selected, `dim`."""
    low, _, high = theme.DIVERGING
    y = names_axis(alt.Y, f"{by}:N", names, labelLimit=110)
    label = encodings.short(is_money=True)
    x = alt.X(
        "change:Q",
        title=title,
        axis=alt.Axis(tickCount=3, **label),
        scale=alt.Scale(padding=80, nice=False),
    )
    chart = alt.Chart(alt.NamedData(name=DATA)).encode(x=x, y=y, opacity=faint(0.25))
    marks = chart.mark_bar().encode(color=when(alt.ColorValue, "datum.change < 0", low, high))
    said = chart.transform_calculate(is_loss="datum.change < 0").mark_text(
        fontSize=10,
        color=theme.INK,
        align=alt.ExprRef("datum.change < 0 ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.change < 0 ? -3 : 3"),
    )
    return alt.layer(marks, said.encode(text="said:N")).properties(
        width="container", height=alt.Step(BAR)
    )
