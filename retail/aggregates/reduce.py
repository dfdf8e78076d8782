"""All reductions over lines, in order: from checked Parquet to small tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from retail import frames
from retail.aggregates import buckets, dashboard, date_table, returns, sales
from retail.aggregates.buckets import Part
from retail.aggregates.line_tables import LineTables
from retail.aggregates.lines import LineCounts
from retail.aggregates.merging import Merged, merge
from retail.aggregates.month_pair import MonthPair
from retail.aggregates.parquet_rows import ParquetRows, once
from retail.aggregates.spark import Spark
from retail.schema.measures import Period
from retail.schema.quality import RETURN_MATCHING
from retail.schema.sales import CITIES

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

DASHBOARD_LIMIT = 150_000  # more lines can't fit the page's 400 kB, at some 3 bytes each


@dataclass(frozen=True)
class Aggregates:
    """Small pandas tables of whole numbers; ratios and comparisons are made from them (`figures`).

    Purchases, return lines and kept units, which are not small, stay in Parquet (see `rows`).
    """

    engine: str
    period: Period
    lines: LineCounts
    transactions: int  # distinct ids
    transactions_by_month: pd.DataFrame  # month, transactions: distinct ids
    sales: Mapping[str, pd.DataFrame]  # by_day and sales.DIMENSIONS: keys, sums, purchases, buyers
    buyers: Mapping[str, pd.DataFrame]  # sales.PERIODS: keys and distinct buyers
    calendar: pd.DataFrame  # one row per day of the data, see date_table.table
    customer_sums: pd.DataFrame  # CUSTOMER_SUMS
    customer_measures: pd.DataFrame  # customer_id, tax, credited_returns
    shelves: pd.DataFrame  # category, subcategory of all lines, sorted
    kept_by_customer: pd.DataFrame  # see units.by_customer
    kept_rows: ParquetRows  # KEPT_UNITS
    kept_of: Callable[[pd.Index], pd.DataFrame]  # KEPT_UNITS of some customers
    purchase_rows: ParquetRows  # PURCHASES
    return_rows: ParquetRows  # RETURN_LINES
    parts: Callable[[], Sequence[Part]]  # both, by customers
    return_matching: pd.DataFrame  # RETURN_MATCHING
    dashboard_lines: pd.DataFrame | None  # DASHBOARD_LINES; None when there are too many
    cities: pd.DataFrame | None  # CITIES; None without coordinates
    month_pair: MonthPair | None = None  # None when the data hold no such pair
    reduced: LineTables | None = None  # for further passes over the lines, such as cubes

    @cached_property
    def kept_units(self) -> pd.DataFrame:
        """KEPT_UNITS, all of it in memory."""
        return self.kept_rows.read()

    @cached_property
    def purchases(self) -> pd.DataFrame:
        """PURCHASES, all of it in memory."""
        return self.purchase_rows.read()

    @cached_property
    def return_lines(self) -> pd.DataFrame:
        """RETURN_LINES, all of it in memory."""
        return self.return_rows.read()

    def history(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """PURCHASES and RETURN_LINES of some customers at a time; see `buckets.Part`."""
        return (part.read() for part in self.parts())


def collect_all(
    inputs: Inputs,
    engine: str,
    work: Path,
    log: Callable[[str], None] = lambda message: None,
    *,
    dashboard_limit: int = DASHBOARD_LIMIT,
    spark: Spark | None = None,
) -> Aggregates:
    """`merge` and `aggregated` in one go; see there."""
    merged = merge(inputs, engine, work, log, spark=spark)
    return aggregated(merged, inputs, dashboard_limit=dashboard_limit)


def aggregated(
    merged: Merged, inputs: Inputs, *, dashboard_limit: int = DASHBOARD_LIMIT
) -> Aggregates:
    """Every small table of a run; DASHBOARD_LINES up to `dashboard_limit` lines."""
    reduced, period, by_day = merged.reduced, merged.period, merged.by_day
    bench = reduced.bench
    days = date_table.table(period.first, max(period.as_of, int(by_day["day"].max())))
    dates = bench.lent(days, "calendar")
    dimensions = {
        name: sales.by_dimension(reduced, keys)
        for name, keys in sales.DIMENSIONS.items()
        if name != "by_subcategory"
    }
    sold = {"by_day": by_day, "by_subcategory": merged.by_subcategory, **dimensions}
    ids = merged.customer_sums["customer_id"]
    divided = partial(
        buckets.divided, merged.purchase_rows, merged.return_rows, ids, bench.path("by_customer")
    )
    return Aggregates(
        engine=bench.name,
        period=period,
        lines=merged.lines,
        transactions=reduced.transactions,
        transactions_by_month=sales.transactions(reduced.lines, dates),
        sales={name: sold[name] for name in ("by_day", *sales.DIMENSIONS)},
        buyers={
            name: sales.buyers(reduced.known_visits, dates, keys)
            for name, keys in sales.PERIODS.items()
        },
        calendar=days,
        customer_sums=merged.customer_sums,
        customer_measures=merged.customer_measures,
        shelves=merged.shelves,
        kept_by_customer=merged.kept_by_customer,
        kept_rows=merged.kept_rows,
        kept_of=merged.kept_of,
        purchase_rows=merged.purchase_rows,
        return_rows=merged.return_rows,
        parts=once(divided),
        return_matching=frames.collect(returns.by_rule(reduced.matched), RETURN_MATCHING),
        dashboard_lines=(
            dashboard.lines(reduced.lines, reduced.matched)
            if merged.lines.all <= dashboard_limit
            else None
        ),
        cities=_cities(inputs),
        month_pair=merged.month_pair,
        reduced=reduced,
    )


def _cities(inputs: Inputs) -> pd.DataFrame | None:
    if inputs.cities is None:
        return None
    table = pd.read_parquet(inputs.cities)
    if not {"latitude", "longitude"} <= set(table.columns):
        return None
    placed = table.dropna(subset=["name", "latitude", "longitude"]).sort_values("code")
    # Codes that share a name are one city on the pages; it is drawn where the first code is.
    return frames.conform(placed.rename(columns={"name": "city"}).drop_duplicates("city"), CITIES)
