"""Market context: the shop's net revenue and employment in US retail trade.

Two panels on one time axis and nothing more: both rise and fall with the seasons and the years, so
a correlation would say little, and none is offered.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from retail.charts import theme
from retail.charts.rows import DATA

SOURCE = (
    "Employment in US retail trade, thousands, seasonally adjusted: US Bureau of Labor Statistics, "
    "Current Employment Statistics, as in vega_datasets (2006 to 2015)."
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


def index(months: pd.DataFrame) -> pd.DataFrame:
    """`month` and `index`: net of each month, 100 is the mean of the months given."""
    mean = months["net"].mean()
    return pd.DataFrame({"month": months["month"], "index": 100 * months["net"] / mean})


def panel(measure: str, title: str, span: tuple[str, str]) -> alt.TopLevelMixin:
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
