"""Lines merged and reduced as far as scores and clusters need them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from retail import frames
from retail.aggregates import customers, line_tables, lines, month_pair, sales, units
from retail.aggregates import engine as engines
from retail.aggregates.engine import Engine
from retail.aggregates.line_tables import LineTables
from retail.aggregates.lines import LineCounts
from retail.aggregates.month_pair import MonthPair
from retail.aggregates.parquet_rows import ParquetRows
from retail.aggregates.spark import Spark
from retail.errors import InputError
from retail.schema.lines import LINES, PURCHASES, RETURN_LINES
from retail.schema.measures import Period
from retail.schema.segments import CUSTOMER_SUMS, KEPT_UNITS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs


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
    kept_by_customer: pd.DataFrame  # see units.by_customer
    kept_rows: ParquetRows  # KEPT_UNITS
    purchase_rows: ParquetRows  # PURCHASES
    return_rows: ParquetRows  # RETURN_LINES
    month_pair: MonthPair | None  # None when the data hold no such pair
    reduced: LineTables

    @property
    def shelves(self) -> pd.DataFrame:
        """Category and subcategory of all lines, sorted."""
        return self.by_subcategory[["category", "subcategory"]]

    def kept_of(self, customers: pd.Index) -> pd.DataFrame:
        """KEPT_UNITS of some customers."""
        some = pd.DataFrame({"customer_id": customers})
        theirs = self.reduced.baskets_of(self.reduced.bench.lent(some, "some_customers"))
        left = units.units(theirs, self.reduced.shelves)
        return frames.collect(left, KEPT_UNITS)


def merge(
    inputs: Inputs,
    engine: str,
    work: Path,
    log: Callable[[str], None] = lambda message: None,
    *,
    spark: Spark | None = None,
) -> Merged:
    """Merge and reduce the lines of `inputs` with `engine` ("auto" picks one and tells `log`).

    `work` is a private folder; its subfolder `aggregates` holds the Parquet of this run, and what an
    earlier run left there is removed. Raises EngineError, InputError (no line, no purchase, sums too
    large) and CheckError. `spark` says where pyspark runs.
    """
    folder = work / "aggregates"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    bench = Engine(engines.chosen(engine, inputs.transactions, log), folder)
    bench.start(spark or Spark())
    records = lines.used(inputs, bench)
    joined = lines.with_dimensions(records, inputs, bench)
    merged = bench.stored(lines.from_records(joined, inputs, bench), "merged", is_long=True)
    bench.written(merged, "merged")
    all_lines = merged.select(LINES.names)
    counts = lines.proved(records, all_lines)
    if not counts.all:
        raise InputError(
            "The transactions hold no line that can be used. The books, `retail check`, say what "
            "became of the lines that were read."
        )
    if not counts.sales:
        raise InputError("The transactions hold no purchase: no line has an amount above zero.")
    return _by_customer(line_tables.of(all_lines, bench), counts, inputs)


def _by_customer(whole: LineTables, counts: LineCounts, inputs: Inputs) -> Merged:
    bench = whole.bench
    by_day = sales.by_day(whole)
    by_subcategory = sales.by_dimension(whole, sales.DIMENSIONS["by_subcategory"])
    everyone = _customers(whole, inputs)
    customer_sums = frames.conform(everyone, CUSTOMER_SUMS)
    period = _period(by_day, inputs.as_of)
    kept_by_customer = units.by_customer(
        whole.tastes,
        whole.shelves,
        customer_sums["customer_id"],
        by_subcategory[["category", "subcategory"]],
        bench,
    )
    return Merged(
        period=period,
        lines=counts,
        by_day=by_day,
        by_subcategory=by_subcategory,
        customer_sums=customer_sums,
        customer_measures=everyone[["customer_id", *customers.BESIDE]],
        kept_by_customer=kept_by_customer,
        kept_rows=ParquetRows(
            KEPT_UNITS,
            lambda: [bench.written(units.units(whole.baskets, whole.shelves), "kept_units")],
        ),
        purchase_rows=ParquetRows(PURCHASES, [bench.written(whole.purchases, "purchases")]),
        return_rows=ParquetRows(
            RETURN_LINES,
            [bench.written(whole.matched, "matched")],
            {"channel": "credited_channel"},
        ),
        month_pair=month_pair.compared(whole.lines, period),
        reduced=whole,
    )


def _customers(whole: LineTables, inputs: Inputs) -> pd.DataFrame:
    """What `customers.collected` returns, of all customers."""
    known = customers.known(inputs, whole.bench)
    own = customers.by_customer(whole.entries_of_customers, whole.known_visits)
    summed = whole.bench.stored(own, "of_customers")
    return customers.collected(customers.summarise(summed, known))


def _period(by_day: pd.DataFrame, as_of: int | None) -> Period:
    days = by_day["day"]
    through = days[by_day["purchases"] > 0].max()
    return Period(int(days.min()), int(through), int(days.max()) if as_of is None else as_of)
