"""What customers kept: units of a subcategory in a purchase, less what came back of them."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from retail.aggregates import sums
from retail.aggregates.scan import Frame

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
