"""Lines merged and reduced as far as scores and clusters need them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates import corrections, customers, kept, lines, month_pair, nights, sales, scan
from retail.aggregates.corrections import Sums
from retail.aggregates.lines import LineCounts
from retail.aggregates.month_pair import MonthPair
from retail.aggregates.nights import Kept
from retail.aggregates.opening import Frame
from retail.aggregates.purchases import PURCHASE
from retail.aggregates.reduced import Reduced
from retail.aggregates.rows import Rows
from retail.aggregates.scan import Engine
from retail.aggregates.spark import Spark
from retail.errors import InputError
from retail.intake import ahead
from retail.schema.lines import LINES, PURCHASES, RETURN_LINES
from retail.schema.measures import Period
from retail.schema.segments import CUSTOMER_SUMS, KEPT_UNITS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs
# Columns of MATCHED that have no value where a return found no purchase, or its input states none.
MISSING = ("unit_price", "purchase_id", "purchase_customer", "purchase_day", "purchase_channel")


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
    purchase_rows: Rows  # PURCHASES
    return_rows: Rows  # RETURN_LINES
    month_pair: MonthPair | None  # None when the data hold no such pair
    sums: Sums
    reduced: Reduced

    @property
    def shelves(self) -> pd.DataFrame:
        """Category and subcategory of all lines, sorted."""
        return self.by_subcategory[["category", "subcategory"]]

    def kept_of(self, customers: pd.Index) -> pd.DataFrame:
        """KEPT_UNITS of some customers."""
        some = pd.DataFrame({"customer_id": customers})
        theirs = self.reduced.baskets_of(self.reduced.bench.lent(some, "some_customers"))
        left = kept.units(theirs, self.reduced.shelves)
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

    `work` is a private folder; what is in its subfolder `aggregates` is what a run can go on from
    (`nights`). Raises EngineError, InputError (no line, no purchase, sums too large) and CheckError.
    `spark` says where pyspark runs.
    """
    name = scan.chosen(engine, inputs.transactions, log)
    folder, earlier = nights.begin(work / "aggregates", inputs, name)
    bench = Engine(name, folder)
    bench.start(spark or Spark())
    all_lines, new, counts = _lines(inputs, earlier, bench)
    if not counts.all:
        raise InputError(
            "The transactions hold no line that can be used. The books, `retail check`, say what "
            "became of the lines that were read."
        )
    if not counts.sales:
        raise InputError("The transactions hold no purchase: no line has an amount above zero.")
    is_remembered = nights.is_worth_keeping(inputs)
    found = None
    if earlier is not None:
        found = corrections.from_kept(all_lines, new, earlier, bench, is_remembered)
    if found is None:  # nothing to go on from, or nearly all of it is touched
        found = corrections.from_nothing(all_lines, bench, is_remembered)
    return _by_customer(found, all_lines, counts, inputs)


def _lines(
    inputs: Inputs, earlier: Kept | None, bench: Engine
) -> tuple[Frame, Frame | None, LineCounts]:
    """LINES, those of them that are new to an `earlier` run's sums (None: no file is), and counts of all.

    Merged lines are one Parquet file for each night, the newest last.
    """
    first = 0 if earlier is None else earlier.files
    parts = [] if earlier is None else earlier.parts(bench)
    if first == len(inputs.transactions):
        assert earlier is not None
        return bench.open(*parts).select(LINES.names), None, earlier.counts
    records = lines.used(inputs, bench, first)
    joined = lines.with_dimensions(records, inputs, bench)
    name = nights.part_name(len(parts))
    made = bench.stored(lines.from_records(joined, inputs, bench, first), name, is_long=True)
    path = bench.written(made, name)
    new = made.select(LINES.names)
    counts = lines.proved(records, new)
    if earlier is None:
        return new, new, counts
    whole = bench.open(*parts, path)
    return whole.select(LINES.names), new, earlier.counts + counts


def _by_customer(found: Sums, all_lines: Frame, counts: LineCounts, inputs: Inputs) -> Merged:
    bench = found.bench
    own = bench if found.after is None else found.after.bench
    columns = list(PURCHASES.names)
    returned, bought = own.both(
        lambda: found.dated_rows("matched", ["file", "row"], lambda part: part.matched, MISSING),
        lambda: found.dated_rows(
            "purchases", PURCHASE, lambda part: part.purchases.select(columns)
        ),
    )
    by_day = found.total("by_day", ["day"], sales.by_day)
    keys = sales.DIMENSIONS["by_subcategory"]
    by_shelf = partial(found.total, "by_subcategory", keys, partial(sales.by_dimension, keys=keys))
    by_subcategory, everyone = own.both(by_shelf, partial(_customers, found, inputs))
    customer_sums = frames.conform(everyone, CUSTOMER_SUMS)
    pairs = by_subcategory[[*keys]]
    whole = found.everything or Reduced(
        all_lines, bench.open(*returned), bench.open(*bought), bench, pairs=pairs
    )
    period = _period(by_day, inputs.as_of)
    kept_by_customer, pair = ahead.both(
        _kept(found, customer_sums["customer_id"], pairs),
        partial(month_pair.compared, all_lines, period),
    )
    return Merged(
        period=period,
        lines=counts,
        by_day=by_day,
        by_subcategory=by_subcategory,
        customer_sums=customer_sums,
        customer_measures=everyone[["customer_id", *customers.BESIDE]],
        kept_by_customer=kept_by_customer,
        kept_rows=Rows(
            KEPT_UNITS,
            lambda: [bench.written(kept.units(whole.baskets, whole.shelves), "kept_units")],
        ),
        purchase_rows=Rows(PURCHASES, bought),
        return_rows=Rows(RETURN_LINES, returned, {"channel": "credited_channel"}),
        month_pair=pair,
        sums=found,
        reduced=whole,
    )


def _customers(found: Sums, inputs: Inputs) -> pd.DataFrame:
    """What `customers.collected` returns, of all customers."""
    bench, earlier, theirs = found.bench, found.kept, found.theirs
    known = customers.known(inputs, bench)
    new = None
    if theirs is not None:
        own = customers.by_customer(theirs.entries_of_customers, theirs.known_visits)
        new = theirs.bench.stored(own, "of_customers")
    if earlier is None:
        assert new is not None
        table = customers.collected(customers.summarise(new, known))
    else:
        table = _corrected(earlier, new, known, bench)
    found.remember(table, nights.CUSTOMERS)
    return table


def _corrected(
    earlier: Kept, new: Frame | None, known: Frame | None, bench: Engine
) -> pd.DataFrame:
    """What `customers.collected` returns, of all: the `earlier` table with the customers of `new` rows, and
    those of whom the table of customers does not say the same any more."""
    table, changed = earlier.customers, earlier.changed_customers
    rows = new
    if len(changed):
        others = bench.lent(pd.DataFrame({"customer_id": changed}), "changed_customers")
        names = list(customers.SUMMARISED)
        is_own = frames.is_among(table["customer_id"], changed) & (table["lines"] > 0)
        own = table.loc[is_own, names]
        # Whole numbers stay whole where pandas joins them with customers who have none.
        kinds = {name: "Int64" for name in names if own[name].dtype == "int64"}
        rows = bench.lent(own.astype(kinds), "of_changed_customers")
        if new is not None:
            rows = rows.join(new.select("customer_id"), on="customer_id", how="anti")
            rows = nw.concat([rows.select(*names), new.select(*names)], how="vertical")
    if rows is None:
        return table
    if known is not None:
        asked = rows.select("customer_id")
        if len(changed):
            asked = nw.concat([asked, others.select("customer_id")], how="vertical")
        known = known.join(asked, on="customer_id", how="semi")
    return customers.replaced(table, customers.collected(customers.summarise(rows, known)), changed)


def _kept(found: Sums, customers: pd.Series, shelves: pd.DataFrame) -> Callable[[], pd.DataFrame]:
    """What gives `kept.by_customer` of all, without the engine any more."""
    earlier, before, after = found.kept, found.before, found.after
    some, touched = customers, customers.head(0)
    if earlier is not None:
        touched = touched if after is None else corrections.people(after)
        some = customers[frames.is_among(customers, touched)]
    less, more = (
        None
        if part is None
        else kept.by_customer(part.tastes, part.shelves, some, shelves, part.bench)
        for part in (before, after)
    )

    def finish() -> pd.DataFrame:
        table = more
        if earlier is not None:
            names = ("kept_by_customer", "kept_people", "kept_shelves")
            old, people, places = map(earlier.table, names)
            none = old.head(0)
            minus, plus = none if less is None else less, none if more is None else more
            ids = people["customer_id"], customers
            others = pd.concat([touched, earlier.changed_customers], ignore_index=True)
            table = kept.corrected(old, minus, plus, ids, (places, shelves), others)
        assert table is not None
        known = pd.DataFrame({"customer_id": customers})
        for name, part in (("by_customer", table), ("people", known), ("shelves", shelves)):
            found.remember(part, f"kept_{name}")
        return table

    return finish


def _period(by_day: pd.DataFrame, as_of: int | None) -> Period:
    days = by_day["day"]
    through = days[by_day["purchases"] > 0].max()
    return Period(int(days.min()), int(through), int(days.max()) if as_of is None else as_of)
