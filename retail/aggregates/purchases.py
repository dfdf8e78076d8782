"""Lines -> purchases: transactions with a positive line, and what is left of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw

from retail.aggregates import sums
from retail.aggregates.engine import Engine, Frame
from retail.schema.dimensions import ATTRIBUTED, IN_LINES, names
from retail.schema.lines import PURCHASE

# Columns of names that may differ within a purchase, but seldom do; BOUGHT has the first and last of each.
LINE_COLUMNS = names(IN_LINES)
# Of these a purchase has one value: that of its earliest positive line, the first by name.
PURCHASE_COLUMNS = names(ATTRIBUTED)
DAY_OFFSET = 10_000_000  # added to days, so that none is below zero


@dataclass(frozen=True)
class Codes:
    """Codes of the values of LINE_COLUMNS.

    tables: for each column a frame such as city, city_code; a code is the value's position in sorted order.
    sizes: number of values of each column, at least 1.
    """

    tables: Mapping[str, Frame]
    sizes: Mapping[str, int]


def codes(lines: Frame, engine: Engine) -> Codes:
    """Give each distinct value of LINE_COLUMNS a whole number: grouping by it costs a tenth of grouping by text."""
    tables, sizes = {}, {}
    for name in LINE_COLUMNS:
        values = lines.select(name).unique().collect("pandas").to_native()[name]
        table = values.astype("str").sort_values(ignore_index=True).to_frame(name)
        coded = table.assign(**{f"{name}_code": range(len(table))})
        tables[name] = engine.from_pandas(coded, f"codes_of_{name}")
        sizes[name] = max(1, len(table))
    return Codes(tables, sizes)


def bought(sold: Frame, codes: Codes) -> Frame:
    """Positive LINES -> BOUGHT: one row per transaction and customer, without returns."""
    coded = sold.select(
        *PURCHASE, *LINE_COLUMNS, "day", "tax", gross=nw.col("amount"), units=nw.col("quantity")
    )
    for name, table in codes.tables.items():
        coded = coded.join(table, on=name, how="inner").drop(name)
    # The smallest of these numbers is the earliest day's, then the first value by name.
    day = nw.col("day") + DAY_OFFSET
    earliest = {
        f"earliest_{name}": day * codes.sizes[name] + nw.col(f"{name}_code")
        for name in PURCHASE_COLUMNS
    }
    grouped = (
        coded.with_columns(**earliest)
        .group_by(*PURCHASE)
        .agg(
            nw.col("day", *earliest).min(),
            nw.col("gross", "units", "tax").sum(),
            lines=nw.len(),
            **{f"first_{name}": nw.col(f"{name}_code").min() for name in LINE_COLUMNS},
            **{f"last_{name}": nw.col(f"{name}_code").max() for name in LINE_COLUMNS},
        )
    )
    named = grouped
    for name in PURCHASE_COLUMNS:
        code = nw.col(f"earliest_{name}") % codes.sizes[name]
        named = named.with_columns(**{f"{name}_code": code})
        named = named.join(codes.tables[name], on=f"{name}_code", how="inner")
    return named.select(
        *PURCHASE,
        "day",
        *PURCHASE_COLUMNS,
        nw.col("gross", "units", "tax", "lines").cast(nw.Int64),
        *(f"{end}_{name}" for name in LINE_COLUMNS for end in ("first", "last")),
    )


def summarise(bought: Frame, matched: Frame) -> Frame:
    """BOUGHT and MATCHED -> PURCHASES: what was returned of each purchase and what is left.

    Guests' `customer_id` is still empty; tax, lines and the first and last of LINE_COLUMNS are those of BOUGHT.
    """
    credited = matched.filter(~nw.col("purchase_id").is_null()).select(
        transaction_id=nw.col("purchase_id"),
        customer_id=nw.col("purchase_customer"),
        returned=nw.col("amount"),
    )
    returned = sums.totals(credited, PURCHASE, ["returned"])
    joined = bought.join(returned, on=PURCHASE, how="left").with_columns(
        nw.col("returned").fill_null(0)
    )
    kept = nw.col("gross") + nw.col("returned")
    ends = (f"{end}_{name}" for name in LINE_COLUMNS for end in ("first", "last"))
    added = ("gross", "returned", "units", "tax", "lines")
    return joined.select(*PURCHASE, "day", *PURCHASE_COLUMNS, *added, *ends, kept=kept)


def visits(purchases: Frame) -> Frame:
    """One row per day and customer (all guests of a day are one row): purchases, kept_purchases."""
    counted = purchases.select(
        "day", "customer_id", kept_purchases=(nw.col("kept") > 0).cast(nw.Int64)
    )
    return sums.totals(counted, ["day", "customer_id"], ["kept_purchases"], purchases=nw.len())
