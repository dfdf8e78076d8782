"""One measure by day: weeks as columns, weekdays as rows, years stacked."""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import axes, theme
from retail.charts.rows import DATA

CELL = 13
YEAR = 8 * CELL + 10  # pixels from one year to the next
MONTH_WEEKS = [0, 5, 9, 13, 18, 22, 26, 31, 35, 39, 44, 48]  # columns that months are named over


def layout(days: pd.Series) -> pd.DataFrame:
    """`week` (0 to 53, weeks from Monday), `weekday` (0 Monday) and `year` of days since 1970."""
    dates = pd.to_datetime(days, unit="D")
    first = pd.to_datetime(dates.dt.year.astype(str) + "-01-01")
    week = (dates.dt.day_of_year - 1 + first.dt.day_of_week) // 7
    return pd.DataFrame({"week": week, "weekday": dates.dt.day_of_week, "year": dates.dt.year})


def calendar(years: list[int], measure: str, title: str, kind: str = "money") -> alt.Chart:
    """A cell a day, coloured by the measure; rows with week, weekday, year and the measure.

    One view with computed places rather than a facet, which can't take the width of its box.
    """
    place = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(
        row=f"(datum.year - {years[0]}) * 8 + datum.weekday"
    )
    label = (
        f"(datum.value % 8 == 0 ? '' + ({years[0]} + datum.value / 8) + '  ' : '') + "
        f"(datum.value % 2 == 0 ? {axes.weekday('datum.value % 8')} : '')"
    )
    every = list(range(8 * len(years) - 1))
    return (
        place.mark_rect(stroke=theme.PAPER, strokeWidth=1)
        .encode(
            x=alt.X(
                "week:O",
                title=None,
                scale=alt.Scale(domain=list(range(54)), padding=0),
                axis=alt.Axis(
                    values=MONTH_WEEKS,
                    labelExpr=axes.month(f"indexof({MONTH_WEEKS}, datum.value)"),
                    domain=False,
                    ticks=False,
                    labelAngle=0,
                    orient="top",
                    labelOverlap="greedy",
                ),
            ),
            y=alt.Y(
                "row:O",
                title=None,
                scale=alt.Scale(domain=every, padding=0),
                axis=alt.Axis(labelExpr=label, domain=False, ticks=False, labelOverlap=False),
            ),
            color=ramp(measure, title, kind),
        )
        .properties(width="container", height=len(every) * CELL)
    )


def ramp(measure: str, title: str, kind: str) -> alt.Color:
    """The sequential ramp of a kind of measure (money, quantity or count)."""
    label = axes.short(kind == "money")
    return alt.Color(
        f"{measure}:Q",
        title=title,
        scale=alt.Scale(range=list(theme.RAMPS[kind]), interpolate="lab"),
        legend=alt.Legend(orient="bottom", gradientLength=200, tickCount=4, **label),
    )
