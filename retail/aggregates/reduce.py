"""From checked Parquet to small tables: all reductions over lines, in order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.compute as pc

from retail import frames
from retail.aggregates import (
    buckets,
    customers,
    dashboard,
    date_table,
    kept_units,
    line_tables,
    lines,
    month_pair,
    returns,
    sales,
)
from retail.aggregates.buckets import Bucket
from retail.aggregates.engine import Engine, choose
from retail.aggregates.line_tables import LineTables
from retail.aggregates.lines import LineCounts
from retail.aggregates.month_pair import MonthPair
from retail.aggregates.parquet_rows import ParquetRows
from retail.aggregates.purchases import PURCHASE_COLUMNS
from retail.aggregates.spark import Spark
from retail.schema.lines import PURCHASES, RETURN_LINES
from retail.schema.quality import RETURN_MATCHING
from retail.schema.sales import CITIES, PERIODS
from retail.schema.segments import CUSTOMER_SUMS, KEPT_UNITS
from retail.schema.units import Period

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

GAP_DAYS = 365  # see `Lifecycle` of the config
DASHBOARD_LIMIT = 150_000  # more lines can't fit the page's 400 kB, at some 3 bytes each


@dataclass(frozen=True)
class Aggregates:
    """Small pandas tables of whole numbers; ratios and comparisons are made from them (`figures`).

    Purchases, return lines and kept units, which are not small, stay in Parquet.
    """

    engine: str
    period: Period
    lines: LineCounts
    transactions: int  # distinct ids
    transactions_by_month: pd.DataFrame  # month, transactions: distinct ids
    sales: Mapping[str, pd.DataFrame]  # by_day and sales.DIMENSIONS: keys, sums, purchases, buyers
    buyers: Mapping[str, pd.DataFrame]  # PERIODS: keys and distinct buyers
    calendar: pd.DataFrame  # one row per day of the data, see date_table.table
    customer_sums: pd.DataFrame  # CUSTOMER_SUMS
    subcategories: pd.DataFrame  # category, subcategory of all lines, sorted
    kept_by_customer: pd.DataFrame  # see kept_units.kept_by_customer
    kept_rows: ParquetRows  # KEPT_UNITS
    purchase_rows: ParquetRows  # PURCHASES
    return_rows: ParquetRows  # RETURN_LINES
    buckets: Sequence[Bucket]  # purchases and returns, by customers
    return_matching: pd.DataFrame  # RETURN_MATCHING
    dashboard_lines: pd.DataFrame | None  # DASHBOARD_LINES; None when there are too many
    cities: pd.DataFrame | None  # CITIES; None without coordinates
    month_pair: MonthPair | None  # None when the data hold no such pair
    line_tables: LineTables  # for further passes over the lines, such as cubes

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

    def kept_of(self, customers: pd.Index) -> pd.DataFrame:
        """KEPT_UNITS of some customers."""
        return self.kept_rows.of("customer_id", customers)

    def history(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
        """PURCHASES and RETURN_LINES of some customers at a time; see `Bucket.read`."""
        return (bucket.read() for bucket in self.buckets)


def collect_all(
    inputs: Inputs,
    engine: str,
    work: Path,
    log: Callable[[str], None] = lambda message: None,
    *,
    dashboard_limit: int = DASHBOARD_LIMIT,
    gap_days: int = GAP_DAYS,
    spark: Spark | None = None,
) -> Aggregates:
    """Every small table of a run, computed by `engine` ("auto" picks one and says so to `log`).

    `work` is a private folder; its subfolder `aggregates` holds the Parquet of this run, in place of an
    earlier run's. DASHBOARD_LINES are made up to `dashboard_limit` lines. A purchase after more than
    `gap_days` without one is a reactivation. `spark` says where pyspark runs. Raises EngineError, InputError
    (no line, no purchase, sums too large) and CheckError.
    """
    folder = work / "aggregates"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    used = Engine(choose(engine, inputs.transactions, log), folder)
    used.start(spark or Spark())
    merged, counts = lines.merged(inputs, used)
    tables = line_tables.of(merged, used)
    by_day = sales.by_day(tables)
    period = _period(by_day, inputs.as_of)
    days = date_table.table(period.first, max(period.as_of, int(by_day["day"].max())))
    dates = used.from_pandas(days, "dates")
    by_dimension = {
        name: sales.by_dimension(tables, keys) for name, keys in sales.DIMENSIONS.items()
    }
    people = customers.table(
        customers.sums_of(tables.customer_fact_rows, tables.known_visits, gap_days),
        customers.known(inputs, used),
    )
    customer_sums = frames.conform(people, CUSTOMER_SUMS)
    rows = _rows(tables)
    return Aggregates(
        engine=used.name,
        period=period,
        lines=counts,
        transactions=tables.transactions(),
        transactions_by_month=sales.transactions(tables.lines, dates),
        sales={"by_day": by_day, **by_dimension},
        buyers={
            name: sales.buyers(tables.known_visits, dates, tuple(keys))
            for name, keys in PERIODS.items()
        },
        calendar=days,
        customer_sums=customer_sums,
        subcategories=tables.subcategory_table[[*kept_units.NAMES]],
        kept_by_customer=kept_units.kept_by_customer(
            tables.units_by_customer, customer_sums["customer_id"], used
        ),
        **rows,
        buckets=buckets.divided(
            rows["purchase_rows"],
            rows["return_rows"],
            customer_sums["customer_id"],
            used.path("buckets"),
        ),
        return_matching=frames.collect(returns.by_rule(tables.matched), RETURN_MATCHING),
        dashboard_lines=(
            dashboard.lines(tables.lines, tables.matched) if counts.all <= dashboard_limit else None
        ),
        cities=_cities(inputs),
        month_pair=month_pair.compared(tables.lines, tables.purchases, period),
        line_tables=tables,
    )


def _rows(tables: LineTables) -> dict[str, ParquetRows]:
    """The long tables, where the engine wrote them."""
    engine, names = tables.engine, tables.subcategory_table
    return {
        "kept_rows": ParquetRows(
            KEPT_UNITS,
            [engine.written(tables.units, "units")],
            renamed=dict.fromkeys(kept_units.NAMES, "subcategory_code"),
            values={name: names[name] for name in kept_units.NAMES},
            only=(pc.field("customer_id") != "") & (pc.field("units") > 0),
        ),
        "purchase_rows": ParquetRows(PURCHASES, [engine.written(tables.purchases, "purchases")]),
        "return_rows": ParquetRows(
            RETURN_LINES,
            [engine.written(tables.matched, "matched")],
            renamed={name: f"attributed_{name}" for name in PURCHASE_COLUMNS},
        ),
    }


def _period(by_day: pd.DataFrame, as_of: int | None) -> Period:
    days = by_day["day"]
    through = days[by_day["purchases"] > 0].max()
    return Period(int(days.min()), int(through), int(days.max()) if as_of is None else as_of)


def _cities(inputs: Inputs) -> pd.DataFrame | None:
    if inputs.cities is None:
        return None
    table = pd.read_parquet(inputs.cities)
    if not {"latitude", "longitude"} <= set(table.columns):
        return None
    placed = table.dropna(subset=["name", "latitude", "longitude"]).sort_values("code")
    # Codes that share a name are one city on the pages; it is drawn where the first code is.
    return frames.conform(placed.rename(columns={"name": "city"}).drop_duplicates("city"), CITIES)
