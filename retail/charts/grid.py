"""Customers by recency and frequency score, coloured by their mean monetary."""

from __future__ import annotations

import altair as alt

from retail.charts import theme
from retail.charts.calendar import ramp
from retail.charts.rows import DATA


def rfm_grid(bins: int, title: str = "Mean monetary") -> alt.TopLevelMixin:
    """A cell for each pair of scores with its number of customers; rows as `rfm_grid` in display
    units (r, f, customers, mean_monetary, is_impossible). A score that equal cut points leave
    empty is drawn hatched by the page."""
    scores = list(range(1, bins + 1))
    base = alt.Chart(alt.NamedData(name=DATA)).encode(
        x=alt.X(
            "f:O",
            title="Frequency score (5 = most orders)".replace("5", str(bins)),
            scale=alt.Scale(domain=scores),
            axis=alt.Axis(labelAngle=0, ticks=False, domain=False),
        ),
        y=alt.Y(
            "r:O",
            title=f"Recency score ({bins} = bought last)",
            scale=alt.Scale(domain=scores[::-1]),
            axis=alt.Axis(ticks=False, domain=False),
        ),
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=2).encode(
        color=ramp("mean_monetary", title, "money")
    )
    counts = base.mark_text(fontSize=12).encode(
        text=alt.Text("customers:Q", format=",d"),
        color=alt.condition("datum.dark", alt.value(theme.PAPER), alt.value(theme.INK)),
    )
    return alt.layer(cells, counts).properties(width="container", height=bins * 46)
