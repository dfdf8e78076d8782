"""One row per customer: of the customers table, or with a line. Guests are no one here."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail import frames
from retail.aggregates import sums
from retail.aggregates.lines import with_city_names
from retail.aggregates.opening import Frame
from retail.aggregates.sales import SUMMED
from retail.aggregates.scan import Engine
from retail.schema.lines import UNKNOWN
from retail.schema.segments import CUSTOMER_SUMS

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

COUNTED = ("purchases", "kept_purchases")
BESIDE = ("tax", "credited_returns")  # of CUSTOMER_SUMS
DAYS = ("first_purchase_day", "last_purchase_day", "last_kept_day", "previous_purchase_day")
SUMMARISED = ("customer_id", *SUMMED, *COUNTED, *DAYS)  # what `by_customer` returns
YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")


def known(inputs: Inputs, engine: Engine) -> Frame | None:
    """customer_id, gender, birth_day, city (its name), contactable (text), as far as stated."""
    if inputs.customers is None:
        return None
    table = engine.open(inputs.customers)
    has = set(table.collect_schema().names())
    if "city" in has:
        table = with_city_names(table, inputs, engine)
    names = ("gender", "birth_day", "city", "contactable")
    return table.select("customer_id", *(name for name in names if name in has))


def by_customer(entries: Frame, visits: Frame) -> Frame:
    """SUMMED and COUNTED of each customer with a line, and the days of `of_visits`.

    `visits` are those of known customers, `entries` all.
    """
    summed = sums.totals(entries, ["customer_id"], SUMMED).filter(nw.col("customer_id") != "")
    joined = summed.join(of_visits(visits), on="customer_id", how="left")
    return joined.with_columns(nw.col(*COUNTED).fill_null(0))


def summarise(summed: Frame, table: Frame | None) -> Frame:
    """CUSTOMER_SUMS (`contactable` still a text), and tax and credited_returns beside them, by customer.

    `summed` is what `by_customer` returns, `table` what `known` does.
    """
    joined = summed
    if table is not None:
        joined = summed.join(table, on="customer_id", how="full", suffix="_known")
        joined = joined.with_columns(
            customer_id=nw.coalesce("customer_id", "customer_id_known")
        ).drop("customer_id_known")
    has = set(joined.collect_schema().names())
    named = {
        name: nw.col(name).fill_null(UNKNOWN) if name in has else nw.lit(UNKNOWN)
        for name in ("gender", "city")
    }
    counted = joined.with_columns(nw.col(*SUMMED, *COUNTED).fill_null(0), **named)
    # Engines sort on all cores, pandas on one.
    return counted.with_columns(net=nw.col("gross") + nw.col("returns")).sort("customer_id")


def collected(frame: Frame) -> pd.DataFrame:
    """What `summarise` returns as a pandas table: CUSTOMER_SUMS, tax and credited_returns."""
    table = frame.collect("pandas").to_native()
    if "contactable" in table:
        table = table.assign(contactable=yes_or_no(table["contactable"]))
    table = frames.in_order(table.astype({"customer_id": "str"}), "customer_id")
    return frames.conform(table, CUSTOMER_SUMS).assign(
        **{name: table[name].astype("int64") for name in BESIDE}
    )


def replaced(old: pd.DataFrame, new: pd.DataFrame, asked: pd.Series) -> pd.DataFrame:
    """`collected` tables: `old` with the rows of `new` for those with their ids, or put in between; without
    those that were `asked` for (ids) and of whom `new` has none."""
    ids = old["customer_id"]
    at = np.flatnonzero(frames.is_among(ids, new["customer_id"]))
    is_old = frames.is_among(new["customer_id"], ids.iloc[at])
    gone = asked[~frames.is_among(asked, new["customer_id"])]
    if is_old.all() and not len(gone):  # the usual night: the same customers
        return old.assign(**{str(name): _with(old[name], at, new[name]) for name in old})
    place = len(old) + np.arange(len(new))  # in both together
    order = np.arange(len(old))
    order[at] = place[is_old]  # both are in the order of their ids
    strangers = new.loc[~is_old, "customer_id"]
    between = [bisect.bisect_left(ids.array, one) for one in strangers]
    if len(gone):
        order[frames.is_among(ids, gone)] = -1
    order = np.insert(order, between, place[~is_old])
    both = pd.concat([old, new], ignore_index=True)
    return both.take(order[order >= 0]).reset_index(drop=True)


def _with(column: pd.Series, at: np.ndarray, values: pd.Series) -> pd.Series:
    """A column with other values at some places; the same where they are no others."""
    if values.array.equals(column.array[at]):
        return column
    column = column.copy()
    column.iloc[at] = values.array
    return column


def of_visits(visits: Frame) -> Frame:
    """By customer: purchases, kept_purchases, and the days of the first, last, ... purchase."""
    dated = visits.with_columns(kept_day=nw.when(nw.col("kept_purchases") > 0).then(nw.col("day")))
    by_customer = dated.group_by("customer_id").agg(
        nw.col(*COUNTED).sum(),
        first_purchase_day=nw.col("day").min(),
        last_purchase_day=nw.col("day").max(),
        last_kept_day=nw.col("kept_day").max(),
    )
    last = by_customer.select("customer_id", "last_purchase_day")
    previous = (
        visits.join(last, on="customer_id", how="inner")
        .filter(nw.col("day") < nw.col("last_purchase_day"))
        .group_by("customer_id")
        .agg(previous_purchase_day=nw.col("day").max())
    )
    whole = by_customer.with_columns(nw.col(*COUNTED).cast(nw.Int64))
    return whole.join(previous, on="customer_id", how="left")


def yes_or_no(stated: pd.Series) -> pd.Series:
    """Whether a text means yes; missing where it means neither (never taken for consent)."""
    text = stated.astype("str").str.strip().str.lower()
    answers = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    return text.map(answers).astype("boolean")
