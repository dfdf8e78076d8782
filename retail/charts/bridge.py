"""A bridge from one total to another: each step a bar from the sum before it to the sum after it."""

from __future__ import annotations

import altair as alt

from retail.charts import axes, theme
from retail.charts.rows import DATA

BAR = 24  # pixels for one bar with its gap
MORE, LESS = theme.CLUSTERS[2], theme.CLUSTERS[1]


def bridge(steps: list[str], title: str) -> alt.TopLevelMixin:
    """Horizontal bars in the order of `steps`; rows with step, kind, amount, start, end."""
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        y=alt.Y(
            "step:N",
            title=None,
            sort=steps,
            scale=alt.Scale(domain=steps),
            axis=alt.Axis(labelLimit=220, domain=False, ticks=False),
        ),
        x=alt.X("start:Q", title=title, axis=alt.Axis(tickCount=5, labelExpr=axes.MONEY)),
        x2=alt.X2("end:Q"),
        color=alt.Color(
            "change:N",
            legend=None,
            scale=alt.Scale(domain=["month", "more", "less"], range=[theme.ACCENT, MORE, LESS]),
        ),
    )
    signed = base.transform_calculate(
        change="datum.kind == 'month' ? 'month' : datum.amount < 0 ? 'less' : 'more'"
    )
    return signed.mark_bar().properties(width="container", height=alt.Step(BAR))
