"""Specifications of the dashboard's charts, whose rows the page computes under its filters.

The same charts as elsewhere, drawn without what the page does itself: legends that select, zoom
(the page brushes), tooltips. A chart with a switch has one specification for each position.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from altair.utils.schemapi import debug_mode

from retail import frames
from retail.charts import (
    atlas,
    bars,
    clusters,
    linked,
    over_time,
    parallel_coordinates,
    segments,
    treemap,
)
from retail.charts.figure import specification
from retail.report import Report
from retail.segments.naming_conventions import SEVEN_LEVELS

MOST_CLUSTERS = 8


def specifications(report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    """By chart and position of its switch: Vega-Lite with rows to come."""
    with debug_mode(False):  # as in drawing.draw
        return _specifications(report)


def _specifications(report: Report) -> dict[str, dict[str, dict[str, Any]]]:
    pairs = pd.DataFrame(linked.products(report), columns=["category", "subcategory"], dtype="str")
    labels = frames.subcategory_labels(pairs).tolist()
    numbers = list(range(1, MOST_CLUSTERS + 1))
    years = _years(report)
    found: dict[str, dict[str, Any]] = {
        "trend": {
            f"{m}{' bars' if is_bars else ''}": over_time.linked_trend(m, is_bars=is_bars)
            for m in over_time.TITLES
            for is_bars in (False, True)
        },
        "calendar": {
            m: over_time.calendar(years, m, title, over_time.KINDS[m])
            for m, title in over_time.TITLES.items()
        },
        "products": {
            f"{m}{' change' if is_change else ''}": treemap.treemap(
                linked.categories(report), m, is_change=is_change
            )
            for m in ("units", "net")
            for is_change in (False, True)
        },
    }
    for by, names in linked.bar_names(report).items():
        title = over_time.TITLES["net"]
        found[linked.BARS[by]] = {
            "": bars.bars(names, by, "net", title),
            "change": bars.changes(names, by, f"{title}: change"),
        }
    if "cities" in report and len(report["cities"]):
        found["map"] = {
            "": atlas.city_map(report["cities"]),
            "change": atlas.city_map(report["cities"], is_change=True),
        }
    if "rfm_grid" in report and "customers" in report:
        bins = int(report["rfm_grid"]["r"].max())
        found["rfm-grid"] = {"": segments.rfm_grid(bins)}
        if "dashboard_lines" in report:
            found["rfm-grid"]["level"] = segments.rfm_grid(bins, SEVEN_LEVELS.names)
    has_people = "customers" in report and "cluster_profile" in report
    if has_people and len(report["cluster_profile"]):
        found["scatter"] = {"": clusters.scatter(numbers, legend=False)}
        if "dashboard_sample" in report:
            under = clusters.density(report["customers"])
            found["scatter"]["dense"] = clusters.scatter(numbers, legend=False, under=under)
        found["parallel"] = {"": parallel_coordinates.parallel(labels, numbers, legend=False)}
    return {
        key: {switch: specification(chart) for switch, chart in charts.items()}
        for key, charts in found.items()
    }


def _years(report: Report) -> list[int]:
    first, last = (
        pd.Timestamp(day, unit="D") for day in (report.period.first, report.period.as_of)
    )
    return list(range(first.year, last.year + 1))
