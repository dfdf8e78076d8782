"""A figure: one chart with the rows it draws, ready for a page, a table view and a download."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from retail.charts import theme
from retail.schema.table import Column

if TYPE_CHECKING:
    import altair as alt


def specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """A chart as Vega-Lite, dressed in the site's theme.

    `usermeta.dark` holds the dark twins of the colours that it uses, for pages in dark mode.
    """
    spec = {**chart.to_dict(validate=False), "config": theme.config()}
    # Altair moves a layer's own values to a shared place, where a page would look for rows.
    values = spec.pop("datasets", {})
    for layer in spec.get("layer", []):
        if layer.get("data", {}).get("name") in values:
            layer["data"] = {"values": values[layer["data"]["name"]]}
    text = json.dumps(spec)
    twins = {light: dark for light, dark in theme.DARK.items() if f'"{light}"' in text}
    return {**spec, "usermeta": {"dark": twins}}


@dataclass(frozen=True)
class Figure:
    """One chart of the site.

    key: unique on the site, kebab-case.
    title: what it is called; about: one line on what it shows.
    spec: Vega-Lite, with `{"name": "rows"}` as its data.
    rows: what the chart draws, the table view lists and the CSV holds, in display units: money and
        quantities as decimal numbers, days as "2014-02-28", months as "2014-02".
    columns: the rows' columns with kind and description, for labels and formats.
    height: of the chart box in CSS pixels, so that nothing moves when the chart arrives.
    """

    key: str
    title: str
    about: str
    spec: dict[str, Any]
    rows: pd.DataFrame
    columns: tuple[Column, ...] = field(default=())
    height: int = 260
