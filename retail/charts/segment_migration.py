"""Segment migration: size of each segment by month end, and who changed segment between two month ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import altair as alt
import pandas as pd

from retail.charts import theme
from retail.charts.encodings import ASIDE, names_axis, size_within, text_on
from retail.charts.figure import Figure, specification
from retail.charts.rows import DATA, display
from retail.report import Report
from retail.schema import TABLES
from retail.schema.movement import START
from retail.schema.table import Column

# A direction's colour; most stay, so they are pale.
DIRECTIONS = {
    "up": theme.CLUSTERS[2],
    "came back": theme.CLUSTERS[5],
    "new": theme.CLUSTERS[0],
    "stayed": theme.REST,
    "down": theme.CLUSTERS[4],
    "lapsed": theme.CLUSTERS[1],
    "returned all": theme.CLUSTERS[6],
}
# Segments in their order, from good blues to bad browns; what is not a segment is grey.
SEGMENTS = (
    "#0b4a86", "#2f78b7", "#6fa9d9", "#b3d1ee", "#44bb99",
    "#bbcc33", "#eedd88", "#f39a4c", "#d36b17", "#93430a",
)  # fmt: skip
ROW = 24
ROOM = 0.45  # for names on either side of the flow, as a share of it
ORDERS = (
    Column("from_order", "number", "place of the segment at the first month end"),
    Column("to_order", "number", "place of the segment at the second"),
)


def figures(report: Report) -> Iterator[Figure]:
    """Segments by month end; the matrix and the flow between the last two month ends."""
    if "segment_history" not in report or not len(report["segment_history"]):
        return
    order = states(report)
    yield _area(report, order)
    if "movement" not in report or not len(report["movement"]):
        return
    rows, columns = between(report, *last_two(report))
    names = list(order)
    yield Figure(
        "movement-flow",
        "Who went where",
        "Customers by segment at the first month end (left) and at the second (right).",
        specification(flow()),
        rows,
        columns,
        430,
    )
    yield Figure(
        "movement-matrix",
        "From and to",
        "Customers by segment at the first month end (row) and at the second (column).",
        specification(matrix(names)),
        rows,
        columns,
        len(names) * ROW + 150,
    )


def states(report: Report) -> dict[str, int]:
    """Segments and what is none (Lapsed, Nothing kept, Not yet a customer) -> place."""
    known = report["segment_history"][["segment", "order"]].drop_duplicates()
    ordered = known.sort_values("order")["segment"].tolist()
    return {name: at for at, name in enumerate([*ordered, START], 1)}


def last_two(report: Report) -> tuple[int, int]:
    """The last pair of neighbouring month ends."""
    last = int(report["movement"]["to_month"].max())
    return last - 1, last


def between(report: Report, first: int, second: int) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """MOVEMENT between two month ends in display units, with the places of both segments."""
    migrations = report["movement"]
    migrations = migrations[
        (migrations["from_month"] == first) & (migrations["to_month"] == second)
    ]
    names = [
        "from_segment", "to_segment", "direction", "cause",
        "customers", "monetary_before", "monetary_after",
    ]  # fmt: skip
    rows, columns = display(migrations, TABLES["movement"], report.units, names)
    order = states(report)
    placed = rows.assign(
        from_order=rows["from_segment"].map(order), to_order=rows["to_segment"].map(order)
    )
    placed = placed.sort_values(["from_order", "to_order", "cause"], kind="stable")
    return placed.reset_index(drop=True), (*columns, *ORDERS)


def _area(report: Report, order: dict[str, int]) -> Figure:
    names = ["month", "segment", "customers", "monetary", "has_lookback", "order"]
    table = TABLES["segment_history"]
    rows, columns = display(report["segment_history"], table, report.units, names)
    rows = rows.sort_values(["month", "order"]).reset_index(drop=True)
    spec = specification(stacked([name for name in order if name != START]))
    about = "Customers in each segment; hatched months lack a part of their lookback."
    return Figure("movement-area", "Month by month", about, spec, rows, columns, 380)


def stacked(names: list[str]) -> alt.TopLevelMixin:
    """Areas on each other; rows with month, segment, customers, order and has_lookback."""
    colours = [SEGMENTS[at % len(SEGMENTS)] for at in range(len(names) - 2)]
    colours += [theme.REST, theme.OTHER][-min(2, len(names)) :]
    base = alt.Chart(alt.NamedData(name=DATA)).transform_calculate(
        date="toDate(datum.month + '-01')"
    )
    x = alt.X(
        "date:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(grid=False, format="%b %Y")
    )
    area = base.mark_area().encode(
        x=x,
        y=alt.Y("customers:Q", stack="zero", title="Customers", axis=alt.Axis(format="~s")),
        order=alt.Order("order:Q"),
        color=alt.Color(
            "segment:N",
            title=None,
            sort=names,
            scale=alt.Scale(domain=names, range=colours[: len(names)]),
            legend=alt.Legend(orient="bottom", columns=4, labelLimit=150, symbolType="square"),
        ),
    )
    short = base.transform_filter("!datum.has_lookback").transform_aggregate(
        customers="sum(customers)", groupby=["date"]
    )
    hatch = short.mark_rule(
        color=theme.PAPER, strokeWidth=2, opacity=0.6, strokeDash=[4, 4]
    ).encode(x=x, y=alt.Y("customers:Q"))
    return alt.layer(area, hatch).properties(width="container", height=260)


def matrix(names: list[str]) -> alt.TopLevelMixin:
    """One cell per pair of segments; rows with from_segment, to_segment and customers."""
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_aggregate(customers="sum(customers)", groupby=["from_segment", "to_segment"])
        .encode(
            x=names_axis(
                alt.X,
                "to_segment:N",
                [name for name in names if name != START],
                title="At the second month end",
                orient="top",
                labelAngle=-45,
                labelLimit=110,
            ),
            y=names_axis(alt.Y, "from_segment:N", names, labelLimit=130),
        )
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=1).encode(
        color=alt.Color(
            "customers:Q",
            title="Customers",
            scale=alt.Scale(type="sqrt", range=list(theme.RAMPS["count"])),
            legend=None,
        )
    )
    counts = base.mark_text(fontSize=size_within(len(names) - 1)).encode(
        text=alt.Text("customers:Q", format=","),
        color=text_on("customers"),
    )
    return alt.layer(cells, counts).properties(
        width="container", height=alt.Step(ROW), padding=ASIDE
    )


def flow() -> alt.TopLevelMixin:
    """One ribbon per migration; rows with from_order, to_order, from_segment, to_segment, direction
    and customers. Where a ribbon lies and how it bends is computed in the chart."""
    data = alt.Chart(alt.NamedData(name=DATA))

    def side(chart: Any, ends: tuple[str, str], names: tuple[str, str]) -> Any:
        sort = [alt.SortField(ends[0]), alt.SortField(ends[1]), alt.SortField("cause")]
        return chart.transform_stack(stack="customers", as_=list(names), groupby=[], sort=sort)

    ribbons = side(data, ("from_order", "to_order"), ("left_low", "left_high"))
    ribbons = side(ribbons, ("to_order", "from_order"), ("right_low", "right_high"))
    ribbons = (
        ribbons.transform_calculate(at="sequence(0, 1.01, 0.05)")
        .transform_flatten(["at"])
        .transform_calculate(
            bend="datum.at * datum.at * (3 - 2 * datum.at)",
            low="datum.left_low + (datum.right_low - datum.left_low) * datum.bend",
            high="datum.left_high + (datum.right_high - datum.left_high) * datum.bend",
        )
        .mark_area(opacity=0.75)
        .encode(
            x=alt.X("at:Q", axis=None, scale=alt.Scale(domain=[-ROOM, 1 + ROOM])),
            y=alt.Y("low:Q", axis=None, scale=alt.Scale(reverse=True, zero=False, nice=False)),
            y2="high:Q",
            detail=["from_segment:N", "to_segment:N", "cause:N"],
            color=alt.Color(
                "direction:N",
                title=None,
                scale=alt.Scale(domain=list(DIRECTIONS), range=list(DIRECTIONS.values())),
                legend=alt.Legend(orient="bottom", columns=4, symbolType="square"),
            ),
        )
    )

    room = alt.ExprRef(f"width * {0.95 * ROOM / (1 + 2 * ROOM):.3f}")

    def labels(name: str, order: str, at: float, align: Literal["left", "right"]) -> Any:
        return (
            data.transform_aggregate(customers="sum(customers)", groupby=[name, order])
            .transform_stack(
                stack="customers", as_=["low", "high"], groupby=[], sort=[alt.SortField(order)]
            )
            .transform_joinaggregate(whole="sum(customers)")
            .transform_filter("datum.customers > 0.018 * datum.whole")
            .transform_calculate(
                middle="(datum.low + datum.high) / 2",
                at=str(at),
                says=f"format(datum.customers, ',') + '  ' + datum.{name}",
            )
            .mark_text(align=align, baseline="middle", fontSize=11, color=theme.INK, limit=room)
            .encode(x="at:Q", y="middle:Q", text="says:N")
        )

    return alt.layer(
        ribbons,
        labels("from_segment", "from_order", -0.02, "right"),
        labels("to_segment", "to_order", 1.02, "left"),
    ).properties(width="container", height=340)
