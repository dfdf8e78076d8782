"""Weekday by month of the year, all years together."""

from __future__ import annotations

import altair as alt

from retail.charts import axes, theme
from retail.charts.calendar import ramp
from retail.charts.rows import DATA


def weekday_by_month(measure: str, title: str, kind: str = "money") -> alt.Chart:
    """A cell for each weekday and month; rows with `weekday` (1 Monday), `month_of_year`."""
    return (
        alt.Chart(alt.NamedData(name=DATA))
        .mark_rect(stroke=theme.PAPER, strokeWidth=1.5)
        .encode(
            x=alt.X(
                "month_of_year:O",
                title=None,
                scale=alt.Scale(domain=list(range(1, 13))),
                axis=alt.Axis(
                    labelExpr=axes.month("datum.value - 1"),
                    labelAngle=0,
                    ticks=False,
                    domain=False,
                ),
            ),
            y=alt.Y(
                "weekday:O",
                title=None,
                scale=alt.Scale(domain=list(range(1, 8))),
                axis=alt.Axis(labelExpr=axes.weekday("datum.value - 1"), ticks=False, domain=False),
            ),
            color=ramp(measure, title, kind),
        )
        .properties(width="container", height=7 * 24)
    )
