"""Lines -> purchases: transactions with a positive line, and what is left of them."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from retail.aggregates import sums
from retail.aggregates.scan import Frame

PURCHASE = ("transaction_id", "customer_id")
# Added to days so that their texts sort like the numbers (days before 1970 are negative).
DAY_OFFSET = 10_000_000


def bought(sold: Frame) -> Frame:
    """Positive LINES -> BOUGHT: one row per transaction and customer, returns not regarded."""
    positive = sold.select(
        *PURCHASE,
        "day",
        gross=nw.col("amount"),
        units=nw.col("quantity"),
        # The smallest of these texts is the earliest day's, then the first channel by name.
        day_channel=nw.concat_str((nw.col("day") + DAY_OFFSET).cast(nw.String), nw.col("channel")),
    )
    grouped = positive.group_by(*PURCHASE).agg(
        nw.col("day", "day_channel").min(), nw.col("gross", "units").sum()
    )
    return grouped.select(
        *PURCHASE,
        "day",
        nw.col("gross", "units").cast(nw.Int64),
        channel=nw.col("day_channel").str.slice(len(str(DAY_OFFSET))),
    )


def summarise(bought: Frame, matched: Frame) -> Frame:
    """PURCHASES, guests' `customer_id` still empty: what was returned of each and what is left."""
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
    return joined.select(*PURCHASE, "day", "channel", "gross", "returned", "units", kept=kept)


def visits(purchases: Frame) -> Frame:
    """One row per day and customer (all guests of a day are one row): purchases, kept_purchases."""
    counted = purchases.select(
        "day", "customer_id", kept_purchases=(nw.col("kept") > 0).cast(nw.Int64)
    )
    return sums.totals(counted, ["day", "customer_id"], ["kept_purchases"], purchases=nw.len())
