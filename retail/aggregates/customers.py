"""One row per customer: of the customers table, or with a line. Guests are no one here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.lines import name_cities
from retail.schema.lines import UNKNOWN

if TYPE_CHECKING:
    from retail.aggregates.scan import Frame, Opener
    from retail.intake.inputs import Inputs

KNOWN = nw.col("customer_id") != ""
COUNTS = ("purchases", "kept_purchases", "lines", "gross", "returns", "units", "tax", "credited")


def known(inputs: Inputs, opener: Opener) -> Frame | None:
    """customer_id, gender, birth_day, city (named), contactable (text): the customers table, if any."""
    if inputs.customers is None:
        return None
    table = opener([inputs.customers])
    has = set(table.collect_schema().names())
    if "city" in has:
        table = name_cities(table, inputs, opener)
    names = ("gender", "birth_day", "city", "contactable")
    return table.select("customer_id", *(name for name in names if name in has))


def summarise(lines: Frame, purchases: Frame, matched: Frame, table: Frame | None) -> Frame:
    """CUSTOMER_SUMS (contactable still as text) with two more sums, tax and credited returns."""
    of_lines = sums.of_lines(lines.filter(KNOWN), ["customer_id"])
    everyone = of_lines.select("customer_id")
    if table is not None:
        everyone = nw.concat([everyone, table.select("customer_id")], how="vertical").unique()
    joined = everyone
    credited = matched.select(
        customer_id=nw.coalesce("purchase_customer", "customer_id"), credited=nw.col("amount")
    ).filter(KNOWN)
    parts = [
        of_lines,
        of_purchases(purchases.filter(KNOWN)),
        sums.totals(credited, ["customer_id"], ["credited"]),
        *([table] if table is not None else []),
    ]
    for part in parts:
        joined = joined.join(part, on="customer_id", how="left")
    has = set(joined.collect_schema().names())
    counted = joined.with_columns(
        nw.col(*COUNTS).fill_null(0),
        *(
            nw.col(name).fill_null(UNKNOWN) if name in has else nw.lit(UNKNOWN).alias(name)
            for name in ("gender", "city")
        ),
    )
    return counted.with_columns(net=nw.col("gross") + nw.col("returns"))


def of_purchases(purchases: Frame) -> Frame:
    """customer_id, numbers of purchases and kept purchases, days of the first, last, ... purchase."""
    visits = purchases.group_by("customer_id").agg(
        first_purchase_day=nw.col("day").min(),
        last_purchase_day=nw.col("day").max(),
        purchases=nw.len(),
    )
    kept = (
        purchases.filter(nw.col("kept") > 0)
        .group_by("customer_id")
        .agg(last_kept_day=nw.col("day").max(), kept_purchases=nw.len())
    )
    last = visits.select("customer_id", "last_purchase_day")
    previous = (
        purchases.select("customer_id", "day")
        .join(last, on="customer_id")
        .filter(nw.col("day") < nw.col("last_purchase_day"))
        .group_by("customer_id")
        .agg(previous_purchase_day=nw.col("day").max())
    )
    return visits.join(kept, on="customer_id", how="left").join(
        previous, on="customer_id", how="left"
    )


YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")


def yes_or_no(stated: pd.Series) -> pd.Series:
    """Whether a text means yes; missing where it means neither (never taken for consent)."""
    text = stated.astype("str").str.strip().str.lower()
    answers = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return text.map(answers).astype("boolean")
