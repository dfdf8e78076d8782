"""Slices: some of the customers or purchases, scored and clustered anew on pages of their own.

A slice by what a customer is (such as gender or city) keeps all lines of these customers. A slice by what
a purchase has one of (such as its shop) keeps these purchases and the returns credited to them, so everyone
is as good a customer as they are there. Nothing in a slice is about one person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from retail import figures, frames
from retail.schema.dimensions import ATTRIBUTED, IN_CUSTOMERS, UNKNOWN, names
from retail.schema.lines import PURCHASE
from retail.schema.units import Units
from retail.segments import gaps, past_states, unit_matrix
from retail.segments.analyse import analyse

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import SegmentSettings

LARGE = 500_000  # customers, beyond which slices are made one after the other: each holds them all
MOST = 12  # default slices of a column: those with the most customers
# The tables that a slice's page shows.
SHOWN = (
    "cluster_fits", "cluster_profile", "clusters", "groups", "rfm_cuts", "rfm_grid",
    "segment_clusters", "segment_notes", "segment_profile", "segments",
)  # fmt: skip

OF_CUSTOMERS = (*names(IN_CUSTOMERS), "contactable")
OF_PURCHASES = names(ATTRIBUTED)
# What a customer is, whatever they buy.
LASTING = ("customer_id", "birth_day", *OF_CUSTOMERS)


@dataclass(frozen=True)
class Wanted:
    """A slice to be made: its name and the value of each column."""

    name: str
    where: Mapping[str, str]

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """One sentence on the slice, for its page."""
        values = " and ".join(
            f"{column.replace('_', ' ')} {value}" for column, value in self.where.items()
        )
        about = f"Only {values}: scored and clustered anew, with cut points of its own."
        if set(OF_PURCHASES) & set(self.where):
            about += " Everyone counts by what they bought there."
        return about


def defaults(aggregates: Aggregates) -> Iterator[Wanted]:
    """A slice for each value of what purchases have, then of what customers state; of each column those
    with the most customers."""
    people, sales = aggregates.customer_sums, aggregates.sales
    counted = {d.name: sales[d.table].set_index(d.name)["buyers"] for d in ATTRIBUTED}
    stated = [d.name for d in reversed(IN_CUSTOMERS) if d.inputs]
    counted |= {name: people[name].value_counts() for name in stated}
    for column, counts in counted.items():
        there = counts[(counts.index != UNKNOWN) & (counts > 0)].sort_index(kind="stable")
        if len(there) < 2:  # all are alike, or the input has no such column
            continue
        for value in there.sort_values(ascending=False, kind="stable").head(MOST).index:
            title = column.replace("_", " ").capitalize()
            yield Wanted(f"{title}: {value}", {column: str(value)})


def tables(
    where: Mapping[str, str], aggregates: Aggregates, units: Units, settings: SegmentSettings
) -> dict[str, pd.DataFrame]:
    """The tables of SHOWN for one slice, `settings` being those of a slice."""
    is_of_purchases = any(name in where for name in OF_PURCHASES)
    cut = (
        _with_some_lines(where, aggregates, settings.gap_days)
        if is_of_purchases
        else _with_all_lines(where, aggregates)
    )
    found = analyse(
        cut.customer_sums,
        cut.kept,
        kept_lines=cut.kept_lines,
        as_of=aggregates.period.as_of,
        units=units,
        settings=settings,
        rhythm=cut.rhythm() if settings.scheme == "rhythm" else None,
    )
    return {name: found[name] for name in SHOWN if name in found}


@dataclass(frozen=True)
class Cut:
    """A slice's CUSTOMER_SUMS, its matrix of kept units, and two functions: customer ids -> their KEPT_UNITS, and
    the gaps between orders."""

    customer_sums: pd.DataFrame
    kept: unit_matrix.UnitMatrix
    kept_lines: Callable[[pd.Index], pd.DataFrame]
    rhythm: Callable[[], gaps.Gaps]


def _with_all_lines(where: Mapping[str, str], aggregates: Aggregates) -> Cut:
    """Some customers with all they did; no line of theirs is read."""
    people = figures.with_age_band(aggregates.customer_sums, aggregates.period.as_of)
    chosen = inside(people, where)

    def rhythm() -> gaps.Gaps:
        purchases = aggregates.purchase_rows.of(
            "customer_id", chosen["customer_id"], ["customer_id", "day"]
        )
        return gaps.of(purchases, aggregates.period.through)

    return Cut(
        chosen,
        unit_matrix.of_everyone(aggregates),
        partial(aggregates.kept_rows.of, "customer_id"),
        rhythm,
    )


def _with_some_lines(where: Mapping[str, str], aggregates: Aggregates, gap_days: int) -> Cut:
    """What customers did in some purchases, such as those of a shop, read for some of them at a time."""
    there, as_of = {n: where[n] for n in OF_PURCHASES if n in where}, aggregates.period.as_of
    people = figures.with_age_band(aggregates.customer_sums, as_of)
    sums, kept, rhythm = [], [], gaps.NONE
    for bucket in aggregates.buckets:
        whole = Slice(
            people[bucket.inside(people["customer_id"]).notna()],
            aggregates.kept_rows.read(where=bucket.has("customer_id")),
            *bucket.read(there),
        )
        cut = of(whole, where, as_of, gap_days)
        sums.append(cut.customer_sums)
        kept.append(unit_matrix.of_lines(cut.kept_units).by_customer())
        rhythm += gaps.of(cut.purchases, aggregates.period.through)

    def lines(customers: pd.Index) -> pd.DataFrame:
        own = aggregates.kept_rows.of("customer_id", customers)
        theirs = aggregates.purchase_rows.of("customer_id", customers, [*PURCHASE, *there])
        return own.merge(inside(theirs, there)[PURCHASE], on=PURCHASE, validate="many_to_one")

    return Cut(pd.concat(sums, ignore_index=True), unit_matrix.joined(kept), lines, lambda: rhythm)


@dataclass(frozen=True)
class Slice:
    """CUSTOMER_SUMS, KEPT_UNITS, PURCHASES and RETURN_LINES of a slice."""

    customer_sums: pd.DataFrame
    kept_units: pd.DataFrame
    purchases: pd.DataFrame
    return_lines: pd.DataFrame


def of(whole: Slice, where: Mapping[str, str], as_of: int, gap_days: int) -> Slice:
    """The part of `whole` in which every column of `where` has its value.

    Columns are OF_CUSTOMERS and OF_PURCHASES; another raises ValueError.
    """
    unknown = set(where) - set(OF_CUSTOMERS) - set(OF_PURCHASES)
    if unknown:
        raise ValueError(f"no slices by {sorted(unknown)}; there are {OF_CUSTOMERS + OF_PURCHASES}")
    part = whole
    for column, value in where.items():
        if column in OF_PURCHASES:
            part = _of_purchases(part, column, value, as_of, gap_days)
        else:
            part = _of_customers(part, column, value)
    return part


def inside(rows: pd.DataFrame, where: Mapping[str, str]) -> pd.DataFrame:
    """The rows in which every column of `where` has its value."""
    found = rows
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


def _of_purchases(whole: Slice, column: str, value: str, as_of: int, gap_days: int) -> Slice:
    purchases = whole.purchases[whole.purchases[column] == value].reset_index(drop=True)
    back = whole.return_lines[whole.return_lines[column] == value].reset_index(drop=True)
    sums = past_states.state_at(purchases, back, as_of)
    sums["reactivated_day"] = _reactivated(purchases, sums, gap_days)
    sums["units"] = _units(purchases, back).reindex(sums["customer_id"]).fillna(0).to_numpy("int64")
    sums["credited_returns"] = (
        _credited(back).reindex(sums["customer_id"]).fillna(0).to_numpy("int64")
    )
    people = whole.customer_sums
    lasting = people[[name for name in LASTING if name in people]]
    return Slice(
        sums.merge(lasting, on="customer_id", validate="one_to_one"),
        whole.kept_units.merge(purchases[PURCHASE], on=PURCHASE, validate="many_to_one"),
        purchases,
        back,
    )


def _reactivated(purchases: pd.DataFrame, sums: pd.DataFrame, gap_days: int) -> pd.Series:
    """The latest day with a purchase more than `gap_days` after the one before, in the order of `sums`."""
    days = purchases[["customer_id", "day"]].dropna().drop_duplicates()
    days = days.sort_values(["customer_id", "day"])
    back = days[days.groupby("customer_id")["day"].diff() > gap_days]
    return sums["customer_id"].map(back.groupby("customer_id")["day"].max()).astype("Int64")


def _credited(return_lines: pd.DataFrame) -> pd.Series:
    """Returns by the customer of their purchase, else by their own."""
    buyer = return_lines["purchase_customer"].fillna(return_lines["customer_id"])
    return return_lines["amount"].groupby(buyer).sum()


def _units(purchases: pd.DataFrame, return_lines: pd.DataFrame) -> pd.Series:
    """Signed units by customer."""
    sold = purchases.groupby("customer_id")["units"].sum()
    back = return_lines.groupby("customer_id")["quantity"].sum()
    return sold.add(back, fill_value=0)
