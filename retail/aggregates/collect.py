"""All reductions over lines, in order: from checked Parquet to small tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates import (
    calendar,
    customers,
    dashboard,
    kept,
    lines,
    month_pair,
    purchases,
    returns,
    rows,
    sales,
    scan,
    sums,
)
from retail.aggregates.lines import LineCounts
from retail.aggregates.month_pair import MonthPair
from retail.aggregates.rows import Rows
from retail.aggregates.scan import Engine, Frame
from retail.aggregates.spark import Spark
from retail.errors import InputError
from retail.schema.lines import PURCHASES, RETURN_LINES
from retail.schema.measures import Period
from retail.schema.quality import RETURN_MATCHING
from retail.schema.sales import CITIES
from retail.schema.segments import CUSTOMER_SUMS, KEPT_UNITS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

DASHBOARD_LIMIT = 150_000  # more lines can't fit the page's 400 kB, at some 3 bytes each


@dataclass(frozen=True)
class Reduced:
    """The lazy tables that the small ones are made of, and the engine that made them."""

    lines: Frame
    sold: Frame  # the positive lines
    matched: Frame
    purchases: Frame
    visits: Frame
    entries: Frame
    bench: Engine


@dataclass(frozen=True)
class Merged:
    """The lines merged and reduced, and what is known of each customer: all that scores and clusters
    need, so that these can begin before the sales are summed (`aggregated`)."""

    period: Period
    lines: LineCounts
    by_day: pd.DataFrame
    by_subcategory: pd.DataFrame
    customer_sums: pd.DataFrame  # CUSTOMER_SUMS
    customer_measures: pd.DataFrame  # customer_id, tax, credited_returns
    kept_by_customer: pd.DataFrame  # see kept.by_customer
    kept_rows: Rows  # KEPT_UNITS
    reduced: Reduced

    @property
    def shelves(self) -> pd.DataFrame:
        """Category and subcategory of all lines, sorted."""
        return self.by_subcategory[["category", "subcategory"]]

    def kept_of(self, customers: pd.Index) -> pd.DataFrame:
        """KEPT_UNITS of some customers."""
        return self.kept_rows.of("customer_id", customers)


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
    calendar: pd.DataFrame  # one row per day of the data, see calendar.table
    customer_sums: pd.DataFrame  # CUSTOMER_SUMS
    customer_measures: pd.DataFrame  # customer_id, tax, credited_returns
    shelves: pd.DataFrame  # category, subcategory of all lines, sorted
    kept_by_customer: pd.DataFrame  # see kept.by_customer
    kept_rows: Rows  # KEPT_UNITS
    purchase_rows: Rows  # PURCHASES
    return_rows: Rows  # RETURN_LINES
    return_matching: pd.DataFrame  # RETURN_MATCHING
    dashboard_lines: pd.DataFrame | None  # DASHBOARD_LINES; None when there are too many
    cities: pd.DataFrame | None  # CITIES; None without coordinates
    month_pair: MonthPair | None = None  # None when the data hold no such pair
    reduced: Reduced | None = None  # for further passes over the lines, such as cubes

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
        """PURCHASES and RETURN_LINES of some customers at a time; see `rows.by_customer`."""
        customers = self.customer_sums["customer_id"]
        return rows.by_customer(self.purchase_rows, self.return_rows, customers)


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


def merge(
    inputs: Inputs,
    engine: str,
    work: Path,
    log: Callable[[str], None] = lambda message: None,
    *,
    spark: Spark | None = None,
) -> Merged:
    """Merge and reduce the lines of `inputs` with `engine` ("auto" picks one and tells `log`).

    `work` is a private folder; its subfolder `aggregates` is emptied and written anew. Raises
    EngineError, InputError (no line, no purchase, sums too large) and CheckError. `spark` says where pyspark runs.
    """
    name = scan.chosen(engine, inputs.transactions, log)
    bench = Engine(name, _emptied(work / "aggregates"))
    bench.start(spark or Spark())
    records = lines.used(inputs, bench)
    joined = lines.with_dimensions(records, inputs, bench)
    made = lines.from_records(joined, inputs, bench)
    all_lines = bench.stored(made, "lines", merged=lines.merged(joined))
    counts = lines.proved(records, all_lines)
    if not counts.sales:
        raise InputError("The transactions hold no purchase: no line has an amount above zero.")
    return _by_customer(_reduced(all_lines, bench), counts, inputs)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _reduced(all_lines: Frame, bench: Engine) -> Reduced:
    sold = all_lines.filter(nw.col("amount") > 0)
    bought = bench.stored(purchases.bought(sold), "bought")
    matched = returns.match(all_lines, sold, bought, bench)
    summarised = bench.stored(purchases.summarise(bought, matched), "purchases")
    visits = bench.stored(purchases.visits(summarised), "visits")
    entries = sales.entries(all_lines, matched)
    return Reduced(all_lines, sold, matched, summarised, visits, entries, bench)


def _by_customer(reduced: Reduced, counts: LineCounts, inputs: Inputs) -> Merged:
    bench = reduced.bench
    by_day = sales.by_day(reduced.entries, reduced.visits)
    known = customers.known(inputs, bench)
    customer_sums, customer_measures = _customers(
        customers.summarise(reduced.entries, _of_the_known(reduced.visits), known)
    )
    left = bench.stored(kept.units(reduced.sold, reduced.matched), "kept_units")
    keys = sales.DIMENSIONS["by_subcategory"]
    by_subcategory = sales.by_dimension(reduced.entries, reduced.sold, keys)
    shelves = by_subcategory[["category", "subcategory"]]
    return Merged(
        period=_period(by_day, inputs.as_of),
        lines=counts,
        by_day=by_day,
        by_subcategory=by_subcategory,
        customer_sums=customer_sums,
        customer_measures=customer_measures,
        kept_by_customer=kept.by_customer(left, customer_sums["customer_id"], shelves, bench),
        kept_rows=Rows(KEPT_UNITS, bench.written(left, "kept_units")),
        reduced=reduced,
    )


def aggregated(
    merged: Merged, inputs: Inputs, *, dashboard_limit: int = DASHBOARD_LIMIT
) -> Aggregates:
    """Every small table of a run; DASHBOARD_LINES up to `dashboard_limit` lines."""
    reduced, period, by_day = merged.reduced, merged.period, merged.by_day
    bench = reduced.bench
    days = calendar.table(period.first, max(period.as_of, int(by_day["day"].max())))
    dates = bench.lent(days, "calendar")
    dated_visits = _of_the_known(reduced.visits).join(dates, on="day", how="inner")
    ids = reduced.lines.select("day", "transaction_id").unique()
    monthly = sums.distinct(
        ids.join(dates, on="day", how="inner"), ["month"], "transaction_id", "transactions"
    )
    by = {
        name: merged.by_subcategory
        if name == "by_subcategory"
        else sales.by_dimension(reduced.entries, reduced.sold, keys)
        for name, keys in sales.DIMENSIONS.items()
    }
    back = returns.listed(reduced.matched)
    return Aggregates(
        engine=bench.name,
        period=period,
        lines=merged.lines,
        transactions=sums.count(ids.select("transaction_id").unique()),
        transactions_by_month=sales.whole_numbers(monthly, ["month"]),
        sales={"by_day": by_day, **by},
        buyers={name: sales.buyers(dated_visits, keys) for name, keys in sales.PERIODS.items()},
        calendar=days,
        customer_sums=merged.customer_sums,
        customer_measures=merged.customer_measures,
        shelves=merged.shelves,
        kept_by_customer=merged.kept_by_customer,
        kept_rows=merged.kept_rows,
        purchase_rows=Rows(PURCHASES, bench.written(reduced.purchases, "purchases")),
        return_rows=Rows(RETURN_LINES, bench.written(back, "return_lines")),
        return_matching=frames.collect(returns.by_rule(reduced.matched), RETURN_MATCHING),
        dashboard_lines=(
            dashboard.lines(reduced.lines, reduced.matched)
            if merged.lines.all <= dashboard_limit
            else None
        ),
        cities=_cities(inputs),
        month_pair=month_pair.compared(reduced.lines, period),
        reduced=reduced,
    )


def _of_the_known(visits: Frame) -> Frame:
    return visits.filter(nw.col("customer_id") != "")


def _period(by_day: pd.DataFrame, as_of: int | None) -> Period:
    days = by_day["day"]
    through = days[by_day["purchases"] > 0].max()
    return Period(int(days.min()), int(through), int(days.max()) if as_of is None else as_of)


def _customers(frame: Frame) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = frame.collect("pandas").to_native()
    if "contactable" in table:
        table = table.assign(contactable=customers.yes_or_no(table["contactable"]))
    measures = table[["customer_id", "tax", "credited_returns"]].sort_values("customer_id")
    kinds = {"customer_id": "str", "tax": "int64", "credited_returns": "int64"}
    return frames.conform(table, CUSTOMER_SUMS), measures.astype(kinds).reset_index(drop=True)


def _cities(inputs: Inputs) -> pd.DataFrame | None:
    if inputs.cities is None:
        return None
    table = pd.read_parquet(inputs.cities)
    if not {"latitude", "longitude"} <= set(table.columns):
        return None
    placed = table.dropna(subset=["name", "latitude", "longitude"]).sort_values("code")
    # Codes that share a name are one city on the pages; it is drawn where the first code is.
    return frames.conform(placed.rename(columns={"name": "city"}).drop_duplicates("city"), CITIES)
