"""Customers by recency and frequency score, coloured by their mean monetary."""

from __future__ import annotations

import altair as alt

from retail.charts import theme
from retail.charts.calendar import ramp
from retail.charts.marks import faint, when
from retail.charts.rows import DATA

CELL = 42  # pixels, height of a cell


def rfm_grid(bins: int) -> alt.TopLevelMixin:
    """A cell for each pair of scores with its number of customers; rows with r, f, customers,
    mean_monetary, is_impossible and, where a cell is not selected, `dim`.

    A score that equal cut points leave empty is marked by strokes in its cells.
    """
    scores = list(range(1, bins + 1))
    base = (
        alt.Chart(alt.NamedData(name=DATA))
        .transform_joinaggregate(top="max(mean_monetary)", low="min(mean_monetary)")
        .transform_calculate(
            # Text on the dark half of the ramp is light.
            dark="datum.mean_monetary > (datum.low + datum.top) / 2",
            says="datum.is_impossible ? '╱╱╱' : format(datum.customers, ',')",
        )
        .encode(
            x=alt.X(
                "f:O",
                title=f"Frequency score ({bins}: most orders)",
                scale=alt.Scale(domain=scores),
                axis=alt.Axis(labelAngle=0, ticks=False, domain=False),
            ),
            y=alt.Y(
                "r:O",
                title=f"Recency score ({bins}: latest)",
                scale=alt.Scale(domain=scores[::-1]),
                axis=alt.Axis(ticks=False, domain=False),
            ),
        )
    )
    cells = base.mark_rect(stroke=theme.PAPER, strokeWidth=2).encode(
        color=ramp("mean_monetary", "Mean monetary", "money"), opacity=faint(0.2)
    )
    counts = base.mark_text(fontSize=12).encode(
        text="says:N",
        color=when(alt.ColorValue, "datum.dark && !datum.dim", theme.PAPER, theme.INK),
    )
    return alt.layer(cells, counts).properties(width="container", height=bins * CELL)
