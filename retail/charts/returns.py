"""Figures of the returns report: the rate by month of purchase, by name, and how late returns come."""

from __future__ import annotations

from collections.abc import Iterator

import altair as alt

from retail.charts import theme
from retail.charts.bars import BAR
from retail.charts.encodings import names_axis
from retail.charts.figure import Figure, specification
from retail.charts.rows import DATA, display
from retail.report import Report
from retail.schema import TABLES
from retail.schema.dimensions import ATTRIBUTED, PRODUCT, SCORES, Dimension
from retail.schema.metrics import METRICS

MOST = 12  # names on an axis; rates don't add up, so the others are left to the table
STRIPES = 10  # of an open month
LAGS = 26  # lags that are all named; beyond, some are
RATE = f"{METRICS['return_rate'].label}, by value"
SEGMENT = next(d for d in SCORES if d.name == "segment")
# By table: where a return counts with its purchase.
NAMED = {
    **{d.table: d for d in (PRODUCT[0], *ATTRIBUTED)},
    "returns_by_segment": SEGMENT,
}


def figures(report: Report) -> Iterator[Figure]:
    """By month, by lag, and by what a return has of its purchase."""
    if "return_figures" not in report:
        return
    if "returns_by_month" in report:
        yield _months(report)
    if "returns_by_lag" in report and len(report["returns_by_lag"]):
        yield _lags(report)
    for table, dimension in NAMED.items():
        if table in report and len(report[table]) > 1:
            yield _named(report, table, dimension)


def rate_by_month(months: list[str]) -> alt.TopLevelMixin:
    """One bar per month of purchase; rows with month ("2014-02"), return_rate and is_open.

    Months in which returns are still to come are hatched: their rate can only rise.
    """
    years = [month for month in months if month.endswith("-01")] or months[:1]
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        x=alt.X(
            "month:O",
            title=None,
            scale=alt.Scale(domain=months),
            axis=alt.Axis(
                values=years, labelExpr="slice(datum.value, 0, 4)", labelAngle=0, ticks=False
            ),
        )
    )
    y = alt.Y("return_rate:Q", title=RATE, axis=alt.Axis(format=".0%", tickCount=5))
    known = base.transform_filter("!datum.is_open").mark_bar(color=theme.ACCENT).encode(y=y)
    is_open = base.transform_filter("datum.is_open")
    frame = is_open.mark_bar(filled=False, stroke=theme.ACCENT, strokeWidth=1).encode(y=y)
    stripes = (
        is_open.transform_calculate(step=f"sequence(1, {STRIPES})")
        .transform_flatten(["step"])
        .transform_calculate(level=f"datum.return_rate * datum.step / {STRIPES}")
        .mark_tick(color=theme.ACCENT, thickness=1, orient="horizontal")
        .encode(y=alt.Y("level:Q", title=RATE))
    )
    return alt.layer(known, frame, stripes).properties(width="container", height=200)


def lines_by_lag(names: list[str]) -> alt.Chart:
    """One bar per lag, in the order of `names`; rows with lag and lines."""
    overlap = len(names) > LAGS
    return (
        alt.Chart(alt.NamedData(name=DATA))
        .mark_bar(color=theme.ACCENT)
        .encode(
            x=alt.X(
                "lag:N",
                title="Days from purchase to return",
                sort=names,
                scale=alt.Scale(domain=names),
                axis=alt.Axis(
                    labelExpr="replace(datum.value, 'more than ', '> ')",
                    labelAngle=-45 if overlap else 0,
                    labelOverlap=overlap,
                    ticks=False,
                ),
            ),
            y=alt.Y("lines:Q", title="Return lines", axis=alt.Axis(tickCount=5, format="~s")),
        )
        .properties(width="container", height=200)
    )


def rate_by_name(names: list[str], by: str, whole: float) -> alt.TopLevelMixin:
    """Horizontal bars in the order of `names`, and a rule at the rate of the whole; rows with `by`
    and return_rate."""
    base = alt.Chart(alt.NamedData(name=DATA))
    axis = alt.Axis(format=".0%", tickCount=4, labelOverlap=True)
    x = alt.X("return_rate:Q", title=RATE, axis=axis)
    y = names_axis(alt.Y, f"{by}:N", names, labelLimit=150)
    marks = base.mark_bar(color=theme.ACCENT).encode(x=x, y=y)
    rule = base.mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(x=alt.datum(whole))
    return alt.layer(marks, rule).properties(width="container", height=alt.Step(BAR))


def _months(report: Report) -> Figure:
    table = TABLES["returns_by_month"]
    rows, columns = display(report[table.name], table, report.units, table.names)
    spec = specification(rate_by_month(rows["month"].tolist()))
    about = "Returns credited to the month of their purchase, over its gross revenue."
    if rows["is_open"].any():
        about += " Hatched: returns are still to come."
    return Figure("returns-months", "By month of purchase", about, spec, rows, columns, 260)


def _lags(report: Report) -> Figure:
    table = TABLES["returns_by_lag"]
    names = [name for name in table.names if name != "lag_days"]
    rows, columns = display(report[table.name], table, report.units, names)
    spec = specification(lines_by_lag(rows["lag"].tolist()))
    about = "Return lines whose purchase is known, by days since the purchase."
    return Figure("returns-lags", "How late", about, spec, rows, columns, 270)


def _named(report: Report, table: str, dimension: Dimension) -> Figure:
    by = dimension.name
    names = [by, "gross", "credited_returns", "return_rate"]
    drawn = report[table]
    if by == "segment" and "segments" in report:  # who kept nothing would be the whole axis
        drawn = drawn[drawn["segment"].isin(report["segments"]["segment"])]
    rows, columns = display(drawn, TABLES[table], report.units, names)
    rows = rows.sort_values(["return_rate", by], ascending=[False, True], kind="stable")
    if len(rows) > MOST:
        rows = rows.nlargest(MOST, "gross").sort_values("return_rate", ascending=False)
    rows = rows.reset_index(drop=True)
    figures = report["return_figures"]
    whole = float(figures.loc[figures["figure"] == "return_rate", "value"].iloc[0])
    ordered = rows[by].tolist()
    spec = specification(rate_by_name(ordered, by, whole))
    about = "Returns over gross revenue; the dashed line is the whole."
    key, title = f"returns-{dimension.figure}", f"By {dimension.title.lower()}"
    return Figure(key, title, about, spec, rows, columns, len(ordered) * BAR + 60)
