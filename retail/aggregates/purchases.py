"""Lines -> purchases: transactions with a positive line, and what is left of them."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from retail.aggregates import sums
from retail.aggregates.scan import Frame

PURCHASE = ("transaction_id", "customer_id")
# Values that the lines of a purchase usually share, of which BOUGHT has the first and the last by name.
SPREAD = ("channel", "city", "gender")
# Added to days so that their texts sort like the numbers (days before 1970 are negative).
DAY_OFFSET = 10_000_000


def bought(sold: Frame) -> Frame:
    """Positive LINES -> BOUGHT: one row per transaction and customer, returns not regarded."""
    positive = sold.select(
        *PURCHASE,
        *SPREAD,
        "day",
        gross=nw.col("amount"),
        units=nw.col("quantity"),
        # The smallest of these texts is the earliest day's, then the first channel by name.
        day_channel=nw.concat_str((nw.col("day") + DAY_OFFSET).cast(nw.String), nw.col("channel")),
    )
    grouped = positive.group_by(*PURCHASE).agg(
        nw.col("day", "day_channel").min(),
        nw.col("gross", "units").sum(),
        **{f"first_{name}": nw.col(name).min() for name in SPREAD},
        **{f"last_{name}": nw.col(name).max() for name in SPREAD},
    )
    return grouped.select(
        *PURCHASE,
        "day",
        nw.col("gross", "units").cast(nw.Int64),
        *(f"{end}_{name}" for name in SPREAD for end in ("first", "last")),
        channel=nw.col("day_channel").str.slice(len(str(DAY_OFFSET))),
    )


def summarise(bought: Frame, matched: Frame) -> Frame:
    """PURCHASES, guests' `customer_id` still empty, and SPREAD as in BOUGHT: what was returned of each
    and what is left."""
    credited = matched.filter(~nw.col("purchase_id").is_null()).select(
        transaction_id=nw.col("purchase_id"),
        customer_id=nw.col("purchase_customer"),
        returned=nw.col("amount"),
    )
    returned = sums.totals(credited, PURCHASE, ["returned"])
    joined = bought.join(returned, on=list(PURCHASE), how="left").with_columns(
        nw.col("returned").fill_null(0)
    )
    kept = nw.col("gross") + nw.col("returned")
    spread = (f"{end}_{name}" for name in SPREAD for end in ("first", "last"))
    return joined.select(
        *PURCHASE, "day", "channel", "gross", "returned", "units", *spread, kept=kept
    )


def visits(purchases: Frame) -> Frame:
    """One row per day and customer (all guests of a day are one row): purchases, kept_purchases."""
    counted = purchases.select(
        "day", "customer_id", kept_purchases=(nw.col("kept") > 0).cast(nw.Int64)
    )
    return sums.totals(counted, ["day", "customer_id"], ["kept_purchases"], purchases=nw.len())
