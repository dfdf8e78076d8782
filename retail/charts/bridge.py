"""Figures of what changed: the bridge between two months, and key figures from run to run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import altair as alt
import pandas as pd

from retail.charts import encodings, theme
from retail.charts.encodings import names_axis
from retail.charts.figure import Figure, specification
from retail.charts.rows import DATA, display
from retail.report import Report
from retail.schema import TABLES
from retail.schema.changes import RUNS
from retail.schema.units import Units

BAR = 24  # pixels for one bar with its gap
MORE, LESS = theme.CLUSTERS[2], theme.CLUSTERS[1]
RUN_HEIGHT = 140  # the same whatever the runs: the stylesheet is not to follow from them
TRENDS = {"net": "Net revenue", "lines": "Lines kept", "buyers": "Buyers", "seconds": "Seconds"}


def bridge(steps: list[str], title: str) -> alt.TopLevelMixin:
    """Horizontal bars in the order of `steps`; rows with step, kind, amount, start, end."""
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        y=names_axis(alt.Y, "step:N", steps, labelLimit=220),
        x=alt.X("start:Q", title=title, axis=alt.Axis(tickCount=5, labelExpr=encodings.MONEY)),
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


def figures(report: Report) -> Iterator[Figure]:
    """The bridge from the month a year before to the last full month."""
    if "net_bridge" not in report:
        return
    names = ["step", "kind", "amount", "start", "end"]
    rows, columns = display(report["net_bridge"], TABLES["net_bridge"], report.units, names)
    steps = rows["step"].tolist()
    about = "What each step added to net revenue, tax included; the steps add up exactly."
    spec = specification(bridge(steps, "Net revenue, tax included"))
    yield Figure(
        "net-bridge", "Net revenue bridge", about, spec, rows, columns, len(steps) * BAR + 60
    )


def of_runs(tables: Mapping[str, pd.DataFrame], units: Units) -> dict[str, Figure]:
    """A trend over the published runs for each key figure of TRENDS."""
    runs = tables["runs"]
    published = runs[runs["outcome"].isin(["published", "this one"])].sort_values("number")
    found = {}
    for name, title in ((n, t) for n, t in TRENDS.items() if n in published):
        rows, columns = display(published, RUNS, units, ["number", "started", name])
        spec = specification(_trend(name, title))
        about = f"{title} from run to run."
        key = f"runs-{name}"
        found[key] = Figure(key, title, about, spec, rows, columns, RUN_HEIGHT)
    return found


def _trend(measure: str, title: str) -> alt.TopLevelMixin:
    scale = alt.Scale(zero=measure == "seconds")
    label = encodings.short(measure == "net")
    chart = alt.Chart(alt.NamedData(name=DATA)).encode(
        x=alt.X("number:Q", title="Run", axis=alt.Axis(grid=False, tickMinStep=1, format="d")),
        y=alt.Y(f"{measure}:Q", title=None, scale=scale, axis=alt.Axis(tickCount=3, **label)),
    )
    line = chart.mark_line(color=theme.ACCENT, strokeWidth=1.5)
    points = chart.mark_point(color=theme.ACCENT, filled=True, size=30)
    return alt.layer(line, points).properties(width="container", height=RUN_HEIGHT - 50)
