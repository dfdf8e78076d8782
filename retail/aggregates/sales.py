"""Lines, purchases and credited returns -> whole-number sums by day and by dimension.

Everything that adds up is summed at the finest grain once; weeks, months, quarters and years are
added up from days after the waist (`figures.complete.by_period`). Distinct buyers do not add up, so they are
counted for each grain here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.engine import Frame
from retail.schema.dimensions import ATTRIBUTED, BY_LINE, names
from retail.schema.lines import PURCHASE
from retail.schema.sales import LINE_SUMS

if TYPE_CHECKING:
    from retail.aggregates.line_tables import LineTables

DIMENSIONS = {d.table: d.key for d in BY_LINE}
WHERE = ("day", "customer_id", *names(BY_LINE))


def fact_rows(lines: Frame, matched: Frame) -> Frame:
    """WHERE and LINE_SUMS: what lines and credited returns add to each sum.

    Every line has one fact row, booked on its own day. Every return has a second one, attributed to the
    day, customer and PURCHASE_COLUMNS of its purchase (without a purchase: to its own), which adds to
    credited_returns only.
    """
    amount = nw.col("amount")
    none = nw.lit(0, nw.Int64)
    booked = lines.select(
        *WHERE,
        "tax",
        gross=nw.when(amount > 0).then(amount).otherwise(none),
        returns=nw.when(amount < 0).then(amount).otherwise(none),
        units=nw.col("quantity"),
        lines=nw.lit(1, nw.Int64),
        credited_returns=none,
    )
    attributed = matched.select(
        *(d.name for d in BY_LINE if not d.is_attributed),
        day=nw.coalesce("purchase_day", "day"),
        customer_id=nw.coalesce("purchase_customer", "customer_id"),
        **{d.name: nw.col(f"attributed_{d.name}") for d in ATTRIBUTED},
        credited_returns=amount,
        **{name: none for name in LINE_SUMS if name != "credited_returns"},
    )
    columns = [*WHERE, *LINE_SUMS]
    return nw.concat([booked.select(columns), attributed.select(columns)], how="vertical")


def customer_fact_rows(lines: Frame, purchases: Frame, matched: Frame) -> Frame:
    """customer_id and LINE_SUMS, with the same sums as `fact_rows`, in fewer rows: one for each purchase,
    for each line that is not positive and for each credited return."""
    none = nw.lit(0, nw.Int64)
    bought = purchases.select(
        "customer_id", "gross", "tax", "units", "lines", returns=none, credited_returns=none
    )
    other = lines.filter(nw.col("amount") <= 0).select(
        "customer_id",
        "tax",
        gross=none,
        returns=nw.col("amount"),
        units=nw.col("quantity"),
        lines=nw.lit(1, nw.Int64),
        credited_returns=none,
    )
    attributed = matched.select(
        customer_id=nw.coalesce("purchase_customer", "customer_id"),
        credited_returns=nw.col("amount"),
        **{name: none for name in LINE_SUMS if name != "credited_returns"},
    )
    parts = [part.select("customer_id", *LINE_SUMS) for part in (bought, other, attributed)]
    return nw.concat(parts, how="vertical")


def by_dimension(tables: LineTables, keys: Sequence[str]) -> pd.DataFrame:
    """`keys`, LINE_SUMS, purchases, buyers; a purchase counts in each group where it has a positive line."""
    if len(keys) > 1:  # category and subcategory
        code, names = "subcategory_code", tables.subcategories
        by_customer = tables.units_by_customer
    elif keys[0] == "category":
        code = "category_code"
        names = tables.subcategories.select("category", code).unique()
        by_customer = _by_category(tables)
    else:
        code, names = f"{keys[0]}_code", tables.codes.tables[keys[0]]
        by_customer = sums.totals(
            _by_line_column(tables, keys[0], code, names), [code, "customer_id"], ["purchases"]
        )
    counts = counted(by_customer, [code]).join(names, on=code, how="inner")
    summed = sums.totals(tables.fact_rows, keys, LINE_SUMS)
    return _joined(keys, summed, counts.select(*keys, "purchases", "buyers"))


def _by_category(tables: LineTables) -> Frame:
    """category_code, customer_id, purchases: one row per category and customer."""
    categories = tables.subcategories.select("subcategory_code", "category_code")
    placed = tables.units.join(categories, on="subcategory_code", how="inner")
    pairs = placed.select("category_code", *PURCHASE).unique()
    return sums.totals(pairs, ["category_code", "customer_id"], [], purchases=nw.len())


def _by_line_column(tables: LineTables, name: str, code: str, names: Frame) -> Frame:
    """`code`, customer_id, purchases: a row per purchase and value of it in one of LINE_COLUMNS.

    Most purchases have one value, which is read from PURCHASES; only for the others lines are read.
    """
    one = nw.lit(1, nw.Int64)
    coded = tables.purchases.select(
        *PURCHASE, nw.col(f"last_{name}").alias("last"), nw.col(f"first_{name}").alias(code)
    )
    if name not in tables.mixed:
        return coded.select(code, "customer_id", purchases=one)
    single = coded.filter(nw.col(code) == nw.col("last"))
    several = coded.filter(nw.col(code) != nw.col("last")).select(*PURCHASE)
    lines = tables.sold.join(several, on=PURCHASE, how="semi")
    each = lines.join(names, on=name, how="inner").select(code, *PURCHASE).unique()
    both = [part.select(code, "customer_id", purchases=one) for part in (single, each)]
    return nw.concat(both, how="vertical")


def by_day(tables: LineTables) -> pd.DataFrame:
    """`day`, LINE_SUMS, purchases, kept_purchases, buyers; a purchase counts on the day of PURCHASES."""
    counts = counted(tables.visits, ["day"], "kept_purchases")
    return _joined(["day"], sums.totals(tables.fact_rows, ["day"], LINE_SUMS), counts)


def counted(by_customer: Frame, keys: Sequence[str], *more: str) -> Frame:
    """`keys`, purchases, buyers, `more`, from one row per `keys` and customer; guests are no buyers."""
    names = ["purchases", *more]
    is_buyer = nw.col("customer_id") != ""
    rows = by_customer.select(*keys, *names, buyers=is_buyer.cast(nw.Int64))
    return sums.totals(rows, keys, [*names, "buyers"])


def buyers(visits: Frame, dates: Frame, keys: Sequence[str]) -> pd.DataFrame:
    """`keys` (columns of `date_table.table`, `dates`) and `buyers`: distinct customers with a purchase, from
    visits of known customers."""
    dated = visits.join(dates, on="day", how="inner")
    return whole_numbers(sums.distinct(dated, keys, "customer_id", "buyers"), keys)


def transactions(lines: Frame, dates: Frame) -> pd.DataFrame:
    """`month`, transactions: distinct ids with a line in it; `dates` is `date_table.table`."""
    dated = lines.select("day", "transaction_id").join(dates, on="day", how="inner")
    ids = sums.distinct(dated, ["month"], "transaction_id", "transactions")
    return whole_numbers(ids, ["month"])


def whole_numbers(frame: Frame, keys: Sequence[str]) -> pd.DataFrame:
    """A frame of whole numbers as a pandas table of int64, sorted by `keys`."""
    table = frame.collect("pandas").to_native().astype("int64")
    return table.sort_values(list(keys)).reset_index(drop=True)


def _joined(keys: Sequence[str], summed: Frame, counts: Frame) -> pd.DataFrame:
    """Sums with counts joined, sorted by `keys`; 0 where nothing is counted for a key."""
    left, right = (frame.collect("pandas").to_native() for frame in (summed, counts))
    kinds = {key: "int64" if key == "day" else "str" for key in keys}
    both = left.merge(right, on=list(keys), how="left").sort_values(list(keys), ignore_index=True)
    whole = {
        name: both[name].fillna(0).astype("int64") for name in both.columns if name not in kinds
    }
    return both.assign(**whole).astype(kinds)
