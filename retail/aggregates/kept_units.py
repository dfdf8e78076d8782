"""Units by subcategory: of each purchase, less what came back, and what each customer kept."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.engine import Engine, Frame

NAMES = ("category", "subcategory")
KEYS = ("transaction_id", "customer_id", "subcategory_code")
# A few rows for each customer, in memory for the whole run: as small as they can be.
KEPT = {"customer": "int32", "subcategory": "int32", "units": "int64"}


def subcategories(lines: Frame) -> pd.DataFrame:
    """The distinct category and subcategory of lines, sorted, with whole numbers for them.

    Columns: category, subcategory, subcategory_code (the row's position), category_code. To group by
    numbers costs much less than by texts.
    """
    pairs = lines.select(*NAMES).unique().collect("pandas").to_native()
    table = pairs.astype("str").sort_values(list(NAMES), ignore_index=True)
    category, _ = pd.factorize(table["category"])
    return table.assign(subcategory_code=range(len(table)), category_code=category.astype("int64"))


def by_purchase(sold: Frame, matched: Frame, subcategories: Frame) -> Frame:
    """Positive LINES and MATCHED -> KEYS and `units`: what was bought less what came back of it.

    One row per purchase and subcategory with a positive line; guests are among them, and units that
    are not above zero.
    """
    # Some inputs state the units of a return without a sign; they came back all the same.
    back = matched.filter(~nw.col("purchase_id").is_null()).select(
        *NAMES,
        transaction_id=nw.col("purchase_id"),
        customer_id=nw.col("purchase_customer"),
        units=nw.lit(0, nw.Int64) - nw.col("quantity").abs(),
        lines=nw.lit(0, nw.Int64),
    )
    bought = sold.select(
        *NAMES,
        "transaction_id",
        "customer_id",
        units=nw.col("quantity"),
        lines=nw.lit(1, nw.Int64),
    )
    columns = (*NAMES, "transaction_id", "customer_id", "units", "lines")
    both = nw.concat([bought.select(*columns), back.select(*columns)], how="vertical")
    coded = both.join(subcategories.select(*NAMES, "subcategory_code"), on=list(NAMES), how="inner")
    summed = sums.totals(coded.select(*KEYS, "units", "lines"), KEYS, ["units", "lines"])
    return summed.filter(nw.col("lines") > 0).select(*KEYS, "units")


def by_customer(units: Frame) -> Frame:
    """What `by_purchase` returns -> subcategory_code, customer_id, `purchases` with a line of it, and
    `units` kept of them; guests keep none."""
    is_kept = (nw.col("units") > 0) & (nw.col("customer_id") != "")
    kept = nw.when(is_kept).then(nw.col("units")).otherwise(0)
    rows = units.select("customer_id", "subcategory_code", units=kept)
    return sums.totals(rows, KEYS[1:], ["units"], purchases=nw.len())


def kept_by_customer(units: Frame, customers: pd.Series, engine: Engine) -> pd.DataFrame:
    """What `by_customer` returns -> KEPT, sorted: what each customer kept of each subcategory.

    customer, subcategory: labels of `customers` (ids) and positions in `subcategories`; numbers take a
    tenth of the memory of the names.
    """
    numbered = pd.DataFrame({"customer_id": customers, "customer": customers.index})
    people = engine.from_pandas(numbered, "customer_numbers")
    kept = units.filter(nw.col("units") > 0).join(people, on="customer_id", how="inner")
    table = (
        kept.select("customer", "units", subcategory=nw.col("subcategory_code"))
        .collect("pandas")
        .to_native()
    )
    customer, subcategory = (table[name].to_numpy("int64") for name in list(KEPT)[:2])
    order = np.argsort(customer * (subcategory.max(initial=0) + 1) + subcategory, kind="stable")
    return table[list(KEPT)].astype(KEPT).take(order).reset_index(drop=True)
