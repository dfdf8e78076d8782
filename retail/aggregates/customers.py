"""One row per customer of the customers table or with a line; guests have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import pandas as pd

from retail import frames
from retail.aggregates import sums
from retail.aggregates.engine import Engine, Frame
from retail.aggregates.lines import with_city_names
from retail.schema.dimensions import STATED, UNKNOWN, names
from retail.schema.sales import LINE_SUMS
from retail.schema.segments import CUSTOMER_SUMS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

COUNTED = ("purchases", "kept_purchases")
YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")


def known(inputs: Inputs, engine: Engine) -> Frame | None:
    """customer_id, birth_day, contactable (text) and STATED (a city by its name), as far as stated."""
    if inputs.customers is None:
        return None
    stated = engine.open(inputs.customers)
    has = set(stated.collect_schema().names())
    if "city" in has:
        stated = with_city_names(stated, inputs, engine)
    wanted = ("birth_day", "contactable", *names(STATED))
    return stated.select("customer_id", *(name for name in wanted if name in has))


def sums_of(fact_rows: Frame, visits: Frame, gap_days: int) -> Frame:
    """LINE_SUMS and COUNTED of each customer with a line, and the days that `of_visits` gives.

    fact_rows: customer_id and LINE_SUMS, guests' too; visits: of known customers. gap_days: a purchase
    after more days without one is a reactivation.
    """
    summed = sums.totals(fact_rows, ["customer_id"], LINE_SUMS).filter(nw.col("customer_id") != "")
    joined = summed.join(of_visits(visits, gap_days), on="customer_id", how="left")
    return joined.with_columns(nw.col(*COUNTED).fill_null(0))


def table(summed: Frame, stated: Frame | None) -> pd.DataFrame:
    """CUSTOMER_SUMS, of all who have a line or are in the customers table.

    `summed` is what `sums_of` returns, `stated` what `known` does.
    """
    joined = summed
    if stated is not None:
        joined = summed.join(stated, on="customer_id", how="full", suffix="_stated")
        joined = joined.with_columns(
            customer_id=nw.coalesce("customer_id", "customer_id_stated")
        ).drop("customer_id_stated")
    has = set(joined.collect_schema().names())
    named = {
        name: nw.col(name).fill_null(UNKNOWN) if name in has else nw.lit(UNKNOWN)
        for name in names(STATED)
    }
    whole = joined.with_columns(nw.col(*LINE_SUMS, *COUNTED).fill_null(0), **named)
    whole = whole.with_columns(net=nw.col("gross") + nw.col("returns"))
    # Engines sort on all cores, pandas on one.
    found = whole.sort("customer_id").collect("pandas").to_native()
    if "contactable" in found:
        found = found.assign(contactable=yes_or_no(found["contactable"]))
    found = frames.in_order(found.astype({"customer_id": "str"}), "customer_id")
    return frames.conform(found, CUSTOMER_SUMS)


def of_visits(visits: Frame, gap_days: int) -> Frame:
    """By customer: purchases, kept_purchases, and the days of the first, last, ... purchase.

    reactivated_day: the latest purchase that came more than `gap_days` after the one before; missing when none did.
    """
    dated = visits.with_columns(kept_day=nw.when(nw.col("kept_purchases") > 0).then(nw.col("day")))
    by_customer = dated.group_by("customer_id").agg(
        nw.col(*COUNTED).sum(),
        first_purchase_day=nw.col("day").min(),
        last_purchase_day=nw.col("day").max(),
        last_kept_day=nw.col("kept_day").max(),
    )
    number = nw.col("day").rank("ordinal").over("customer_id").cast(nw.Int64)
    days = visits.select("customer_id", "day").unique().with_columns(number=number)
    before = days.select("customer_id", number=nw.col("number") + 1, before=nw.col("day"))
    reactivated = (
        days.join(before, on=["customer_id", "number"], how="inner")
        .filter(nw.col("day") - nw.col("before") > gap_days)
        .group_by("customer_id")
        .agg(reactivated_day=nw.col("day").max())
    )
    whole = by_customer.with_columns(nw.col(*COUNTED).cast(nw.Int64))
    return whole.join(reactivated, on="customer_id", how="left")


def yes_or_no(stated: pd.Series) -> pd.Series:
    """Whether a text means yes; missing where it means neither (never taken for consent)."""
    text = stated.astype("str").str.strip().str.lower()
    answers = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return text.map(answers).astype("boolean")
