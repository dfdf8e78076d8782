"""Slices: the same tables for some customers or some channels only, to score and cluster anew.

A slice by what a customer is (gender, city, age band) keeps all lines of these customers. A slice
by channel keeps the purchases of that channel and the returns credited to them, so everyone is as
good a customer as they are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from retail import frames
from retail.segments import history
from retail.segments.history import PURCHASE

OF_CUSTOMERS = ("gender", "city", "age_band", "contactable")
OF_PURCHASES = ("channel",)
# What a customer is, whatever they buy.
LASTING = ("customer_id", "gender", "birth_day", "city", "contactable", "age_band")


@dataclass(frozen=True)
class Slice:
    """CUSTOMER_SUMS, KEPT_UNITS, PURCHASES and RETURN_LINES of a slice."""

    customer_sums: pd.DataFrame
    kept_units: pd.DataFrame
    purchases: pd.DataFrame
    return_lines: pd.DataFrame


def of(whole: Slice, where: Mapping[str, str], as_of: int) -> Slice:
    """The part of `whole` in which every column of `where` has its value.

    Columns are gender, city, age_band, contactable and channel; another raises ValueError.
    """
    unknown = set(where) - set(OF_CUSTOMERS) - set(OF_PURCHASES)
    if unknown:
        raise ValueError(f"no slices by {sorted(unknown)}; there are {OF_CUSTOMERS + OF_PURCHASES}")
    part = whole
    for column, value in where.items():
        if column in OF_PURCHASES:
            part = _of_purchases(part, column, value, as_of)
        else:
            part = _of_customers(part, column, value)
    return part


def inside(customer_sums: pd.DataFrame, where: Mapping[str, str]) -> pd.DataFrame:
    """The customers in whom every column of `where` has its value."""
    found = customer_sums
    for column, value in where.items():
        found = found[(found[column] == value).fillna(False).astype(bool)]
    return found.reset_index(drop=True)


def _of_customers(whole: Slice, column: str, value: str) -> Slice:
    people = inside(whole.customer_sums, {column: value})

    def theirs(table: pd.DataFrame) -> pd.DataFrame:
        known = frames.is_among(table["customer_id"], people["customer_id"])
        return table[known].reset_index(drop=True)

    return Slice(
        people,
        theirs(whole.kept_units),
        theirs(whole.purchases),
        theirs(whole.return_lines),
    )


def _of_purchases(whole: Slice, column: str, value: str, as_of: int) -> Slice:
    purchases = whole.purchases[whole.purchases[column] == value].reset_index(drop=True)
    back = whole.return_lines[whole.return_lines[column] == value].reset_index(drop=True)
    sums = history.state_at(purchases, back, as_of)
    sums["previous_purchase_day"] = _previous(purchases, sums)
    sums["units"] = _units(purchases, back).reindex(sums["customer_id"]).fillna(0).to_numpy("int64")
    people = whole.customer_sums
    lasting = people[[name for name in LASTING if name in people]]
    return Slice(
        sums.merge(lasting, on="customer_id", validate="one_to_one"),
        whole.kept_units.merge(purchases[PURCHASE], on=PURCHASE, validate="many_to_one"),
        purchases,
        back,
    )


def _previous(purchases: pd.DataFrame, sums: pd.DataFrame) -> pd.Series:
    """The latest day with a purchase before the last, in the order of `sums`."""
    last = sums.set_index("customer_id")["last_purchase_day"]
    # Without a purchase, mapping would keep the texts' own type.
    of_each = purchases["customer_id"].map(last).astype("Int64")
    before = purchases[(purchases["day"] < of_each).fillna(False)]
    return sums["customer_id"].map(before.groupby("customer_id")["day"].max()).astype("Int64")


def _units(purchases: pd.DataFrame, return_lines: pd.DataFrame) -> pd.Series:
    """Signed units by customer."""
    sold = purchases.groupby("customer_id")["units"].sum()
    back = return_lines.groupby("customer_id")["quantity"].sum()
    return sold.add(back, fill_value=0)
