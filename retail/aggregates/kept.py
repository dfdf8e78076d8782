"""What customers kept: units of a subcategory in a purchase, less what came back of them."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.scan import Engine, Frame

KEYS = ("transaction_id", "customer_id", "category", "subcategory")


def units(sold: Frame, matched: Frame) -> Frame:
    """Positive LINES and MATCHED -> KEPT_UNITS of known customers: only what is above zero."""
    known = sold.filter(nw.col("customer_id") != "").select(*KEYS, units=nw.col("quantity"))
    # Some inputs state the units of a return without a sign; back they are.
    back = matched.filter(~nw.col("purchase_id").is_null()).select(
        "category",
        "subcategory",
        transaction_id=nw.col("purchase_id"),
        customer_id=nw.col("purchase_customer"),
        back=nw.col("quantity").abs(),
    )
    bought, returned = sums.totals(known, KEYS, ["units"]), sums.totals(back, KEYS, ["back"])
    left = bought.join(returned, on=list(KEYS), how="left").with_columns(
        units=nw.col("units") - nw.col("back").fill_null(0)
    )
    return left.filter(nw.col("units") > 0).select(*KEYS, "units")


def by_customer(
    kept_units: Frame, customers: pd.Series, shelves: pd.DataFrame, engine: Engine
) -> pd.DataFrame:
    """KEPT_UNITS by customer and subcategory: `customer`, `shelf` and `units`, sorted.

    customer, shelf: positions in `customers` (ids) and `shelves` (category, subcategory): numbers
    take a tenth of the memory of the names.
    """
    names = ["category", "subcategory"]
    people = engine.lent(
        pd.DataFrame({"customer_id": customers, "customer": range(len(customers))}), "customers"
    )
    places = engine.lent(shelves.assign(shelf=range(len(shelves))), "shelves")
    by_name = sums.totals(kept_units, ["customer_id", *names], ["units"])
    coded = by_name.join(people, on="customer_id", how="inner").join(places, on=names, how="inner")
    table = coded.select("customer", "shelf", "units").collect("pandas").to_native()
    order = np.lexsort((table["shelf"], table["customer"]))
    # A few entries for each customer, held by the whole run: as small as they can be.
    small = table.astype({"customer": "int32", "shelf": "int32", "units": "int64"})
    return small.take(order).reset_index(drop=True)
