"""Charts over time: a measure by day, a calendar of days, weekday by month; and US retail employment.

The shop's net revenue and employment in US retail trade are two panels on one time axis and nothing more:
both rise and fall with the seasons and the years, so a correlation would say little, and none is offered.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import encodings, theme
from retail.charts.encodings import names_axis, when
from retail.charts.rows import DATA
from retail.schema.metrics import METRICS

SWITCHES = ("net", "units", "purchases")  # what the reader can look at
TITLES = {name: METRICS[name].title for name in SWITCHES}
KINDS = {name: METRICS[name].kind for name in SWITCHES}
CELL = 13
YEAR = 8 * CELL + 10  # pixels from one year to the next
MONTH_WEEKS = [0, 5, 9, 13, 18, 22, 26, 31, 35, 39, 44, 48]  # columns that months are named over
EMPLOYMENT_SOURCE = (
    "Employment in US retail trade, thousands, seasonally adjusted: US Bureau of Labor Statistics, "
    "Current Employment Statistics, as in vega_datasets (2006 to 2015)."
)


def trend(measure: str = "net", *, zoom: bool = True, height: int = 200) -> alt.TopLevelMixin:
    """The measure over time; rows with `day` (first day of the period, as text), the measure, and
    `all_<measure>`: the unfiltered total, drawn behind (left out when nothing is filtered).

    With `zoom`, wheel and drag move the time axis.
    """
    base = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(date="toDate(datum.day)")
    x = alt.X("date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False))

    label = encodings.short(KINDS[measure] == "money")

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=TITLES[measure], axis=alt.Axis(tickCount=5, **label))

    behind = base.mark_area(color=theme.REST, opacity=0.45).encode(x=x, y=y(f"all_{measure}"))
    area = base.mark_area(color=theme.ACCENT, opacity=0.2).encode(x=x, y=y(measure))
    line = base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(x=x, y=y(measure))
    point = encodings.lone_point(base).encode(x=x, y=y(measure))
    if zoom:
        line = line.add_params(alt.selection_interval(name="zoom", bind="scales", encodings=["x"]))
    return alt.layer(behind, area, line, point).properties(width="container", height=height)


def linked_trend(measure: str, *, is_bars: bool) -> alt.TopLevelMixin:
    """The measure over the periods of the dashboard, as bars where they are few, else as an area.

    Rows: start, end (milliseconds, of the period), left, right (edges of the mark), the measure,
    `all_<measure>` (without
    filters), `before_<measure>` (the earlier period) and `partial` ("3 of 7 days"), each missing where
    there is nothing to say.
    """
    base = alt.Chart(alt.NamedData(name=DATA))
    axis = alt.Axis(grid=False, labelFlush=True, labelOverlap="greedy")
    label = encodings.short(KINDS[measure] == "money")

    def x(field: str = "left") -> alt.X:
        return alt.X(f"{field}:T", title=None, scale=alt.Scale(type="utc", nice=False), axis=axis)

    def y(name: str) -> alt.Y:
        return alt.Y(f"{name}:Q", title=None, stack=None, axis=alt.Axis(tickCount=5, **label))

    now, everything, before = measure, f"all_{measure}", f"before_{measure}"
    if is_bars:
        layers = [
            base.mark_bar(color=theme.REST, opacity=0.45).encode(
                x=x(), x2="right:T", y=y(everything), y2=alt.Y2Datum(0)
            ),
            base.mark_bar(color=theme.ACCENT).encode(
                x=x(),
                x2="right:T",
                y=y(now),
                y2=alt.Y2Datum(0),
                opacity=when(alt.OpacityValue, "datum.partial", 0.5, 0.85),
            ),
            base.transform_filter(f"isValid(datum.{before})")
            .mark_rule(color=theme.INK, strokeWidth=2)
            .encode(x=x(), x2="right:T", y=y(before)),
        ]
    else:
        layers = [
            base.mark_area(color=theme.REST, opacity=0.45).encode(x=x(), y=y(everything)),
            base.mark_area(color=theme.ACCENT, opacity=0.2).encode(x=x(), y=y(now)),
            base.mark_line(color=theme.MUTED, strokeDash=[3, 2], strokeWidth=1).encode(
                x=x(), y=y(before)
            ),
            base.mark_line(color=theme.ACCENT, strokeWidth=1.5).encode(x=x(), y=y(now)),
        ]
    said = (
        base.transform_filter("datum.partial")
        .mark_text(fontSize=10, color=theme.INK, baseline="bottom", dy=-3, align="right", dx=2)
        .encode(x=x("right"), y=y(now), text="partial:N")
    )
    # Not seen, but the axis runs from the first day to the last.
    days = base.mark_rule(opacity=0).encode(x=x("start"), x2="end:T")
    return alt.layer(days, *layers, said).properties(width="container", height=200)


def calendar_layout(days: pd.Series) -> pd.DataFrame:
    """`week` (0 to 53, weeks from Monday), `weekday` (0 Monday) and `year` of days since 1970."""
    dates = pd.to_datetime(days, unit="D")
    first = pd.to_datetime(dates.dt.year.astype(str) + "-01-01")
    week = (dates.dt.day_of_year - 1 + first.dt.day_of_week) // 7
    return pd.DataFrame({"week": week, "weekday": dates.dt.day_of_week, "year": dates.dt.year})


def calendar(years: list[int], measure: str, title: str, kind: str = "money") -> alt.Chart:
    """One cell per day, coloured by the measure; rows with week, weekday, year and the measure.

    One view with computed places rather than a facet, which can't take the width of its box.
    """
    place = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(
        row=f"(datum.year - {years[0]}) * 8 + datum.weekday"
    )
    label = (
        f"(datum.value % 8 == 0 ? '' + ({years[0]} + datum.value / 8) + '  ' : '') + "
        f"(datum.value % 2 == 0 ? {encodings.weekday('datum.value % 8')} : '')"
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
                    labelExpr=encodings.month(f"indexof({MONTH_WEEKS}, datum.value)"),
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
    label = encodings.short(kind == "money")
    return alt.Color(
        f"{measure}:Q",
        title=title,
        scale=alt.Scale(range=list(theme.RAMPS[kind]), interpolate="lab"),
        legend=alt.Legend(orient="bottom", gradientLength=200, tickCount=4, **label),
    )


def weekday_by_month(measure: str, title: str, kind: str = "money") -> alt.Chart:
    """One cell per weekday and month; rows with `weekday` (1 Monday), `month_of_year`."""
    return (
        alt.Chart(alt.NamedData(name=DATA))
        .mark_rect(stroke=theme.PAPER, strokeWidth=1.5)
        .encode(
            x=names_axis(
                alt.X,
                "month_of_year:O",
                list(range(1, 13)),
                labelExpr=encodings.month("datum.value - 1"),
                labelAngle=0,
            ),
            y=names_axis(
                alt.Y,
                "weekday:O",
                list(range(1, 8)),
                labelExpr=encodings.weekday("datum.value - 1"),
            ),
            color=ramp(measure, title, kind),
        )
        .properties(width="container", height=7 * 24)
    )


def employment() -> pd.DataFrame:
    """Month ("2011-01") and retail_trade (thousands employed) of the packaged series."""
    from vega_datasets import local_data

    table = local_data.us_employment()
    return pd.DataFrame(
        {
            "month": pd.to_datetime(table["month"]).dt.strftime("%Y-%m"),
            "retail_trade": table["retail_trade"].astype("int64"),
        }
    )


def mean_index(months: pd.DataFrame) -> pd.DataFrame:
    """`month` and `index`: net of each month, 100 is the mean of the months given."""
    mean = months["net"].mean()
    return pd.DataFrame({"month": months["month"], "index": 100 * months["net"] / mean})


def market_panel(measure: str, title: str, span: tuple[str, str]) -> alt.TopLevelMixin:
    """A line by month over the span (first and last month, as text) that both panels share."""
    domain = [{"expr": f"toDate('{month}')"} for month in span]
    return (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_calculate(date="toDate(datum.month)")
        .mark_line(color=theme.ACCENT, strokeWidth=1.5)
        .encode(
            x=alt.X(
                "date:T",
                title=None,
                scale=alt.Scale(type="utc", domain=domain),
                axis=alt.Axis(format="%b %Y", tickCount=8, grid=False),
            ),
            y=alt.Y(
                f"{measure}:Q",
                title=title,
                scale=alt.Scale(zero=False),
                axis=alt.Axis(tickCount=4, minExtent=48),
            ),
        )
        .properties(width="container", height=130)
    )
