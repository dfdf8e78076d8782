"""Figures of sales: over time, by product, by name, by who buys."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from retail.charts import atlas, bars, over_time, treemap
from retail.charts.figure import Figure, specification
from retail.charts.rows import day_text, display, largest, month_text
from retail.report import Report
from retail.schema import TABLES
from retail.schema.dimensions import NAMED, Dimension
from retail.schema.metrics import METRICS
from retail.schema.table import Column

NET = METRICS["net"].title
MOST = 12  # names on a nominal axis; the others are shown as one


def figures(report: Report) -> Iterator[Figure]:
    """Trend, products, calendar, weekday by month, and bars by name."""
    if "by_day" in report:
        yield _trend(report)
        yield _calendar(report)
    if "by_subcategory" in report:
        yield _treemap(report)
    for dimension in NAMED:
        if dimension.table in report:
            yield _bars(report, dimension)
    if "weekday_by_month" in report:
        yield _weekdays(report)
    if "cities" in report and len(report["cities"]) and "by_city" in report:
        yield _map(report)
    if "by_month" in report:
        yield from _market(report)


def _rows(report: Report, table: str, *names: str) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    return display(report[table], TABLES[table], report.units, list(names))


def _trend(report: Report) -> Figure:
    rows, columns = _rows(report, "by_day", "day", "net", "units", "purchases")
    spec = specification(over_time.trend("net"))
    return Figure(
        "trend", "Net revenue by day", "Net revenue of each day.", spec, rows, columns, 260
    )


def _calendar(report: Report) -> Figure:
    days = report["by_day"]["day"]
    rows, columns = _rows(report, "by_day", "day", "net", "units", "purchases")
    rows = pd.concat([rows, over_time.calendar_layout(days)], axis=1)
    years = list(range(int(rows["year"].min()), int(rows["year"].max()) + 1))
    spec = specification(over_time.calendar(years, "net", NET))
    about = "Net revenue of each day; weeks run from Monday."
    height = len(years) * 8 * over_time.CELL + 80
    return Figure("calendar", "Day by day", about, spec, rows, columns, height)


def _treemap(report: Report) -> Figure:
    rows, columns = _rows(report, "by_subcategory", "category", "subcategory", "net", "units")
    rows = treemap.layout(rows, "net")
    categories = sorted(rows["category"].unique())
    spec = specification(treemap.treemap(categories, "net"))
    about = "Area is net revenue; what is not above zero has no area."
    return Figure("products", "Products", about, spec, rows, columns, treemap.HEIGHT + 60)


def _bars(report: Report, dimension: Dimension) -> Figure:
    by, table = dimension.name, dimension.table
    rows, columns = _rows(report, table, by, "net", "units", "purchases", "buyers")
    if not dimension.is_ordered:
        if len(rows) > MOST:  # purchases and buyers don't add up to an "Other"
            rows, columns = _rows(report, table, by, "net", "units")
        rows = largest(rows, "net", by, MOST)
    names = rows[by].tolist()
    spec = specification(bars.bars(names, by, "net", NET))
    about = f"Net revenue by {dimension.by or dimension.title.lower()}."
    title, height = dimension.many.capitalize(), len(names) * bars.BAR + 50
    return Figure(dimension.figure, title, about, spec, rows, columns, height)


def _weekdays(report: Report) -> Figure:
    rows, columns = _rows(
        report, "weekday_by_month", "weekday", "month_of_year", "net", "units", "purchases"
    )
    spec = specification(over_time.weekday_by_month("net", NET))
    about = "Net revenue by weekday and month, all years together."
    return Figure("weekdays", "Weekday by month", about, spec, rows, columns, 260)


def _map(report: Report) -> Figure:
    rows, columns = _rows(report, "by_city", "city", "net", "buyers")
    places = report["cities"]
    rows = rows.merge(places[["city", "latitude", "longitude"]], on="city", how="left")
    spec = specification(atlas.city_map(places))
    about = f"Area is net revenue, colour is buyers. {atlas.SOURCE}"
    return Figure("map", "Cities on the map", about, spec, rows, columns, 380)


def _market(report: Report) -> Iterator[Figure]:
    """Full months of the shop and of US retail employment, where the two series overlap."""
    rows, _ = _rows(report, "by_month", "month", "net")
    around = month_text(pd.Series([_month_after(report.period.through)]))[0]
    first = day_text(pd.Series([report.period.first]))[0]
    full = rows[(rows["month"] < around) & (rows["month"] + "-01" >= first)]
    if not len(full) or not full["net"].mean() > 0:
        return
    span = (full["month"].iloc[0], full["month"].iloc[-1])
    jobs = over_time.employment()
    jobs = jobs[jobs["month"].between(*span)].reset_index(drop=True)
    if len(jobs) < 12:
        return
    month = Column("month", "month", "calendar month")
    own = Column("index", "real", "net revenue, 100 is the mean of the months shown")
    us = Column("retail_trade", "count", "thousands employed in US retail trade")
    spec = specification(over_time.market_panel("index", "Index, mean = 100", span))
    about = "Net revenue of each full month, tax included; 100 is their mean. All data."
    title = "Net revenue index by month"
    yield Figure("market-own", title, about, spec, over_time.mean_index(full), (month, own), 160)
    spec = specification(over_time.market_panel("retail_trade", "Thousands", span))
    title = "US retail employment by month"
    yield Figure("market-us", title, over_time.EMPLOYMENT_SOURCE, spec, jobs, (month, us), 160)


def _month_after(day: int) -> int:
    """The calendar month (year * 12 + month - 1) of the day after `day`."""
    after = pd.Timestamp(day + 1, unit="D")
    return after.year * 12 + after.month - 1
