"""What customers kept: units of a subcategory in a purchase, less what came back of them."""

from __future__ import annotations

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.engine import Engine, Frame
from retail.schema.segments import KEPT_UNITS

KEYS = ("transaction_id", "customer_id", "shelf")
# A few entries for each customer, held by the whole run: as small as they can be.
KEPT = {"customer": "int32", "shelf": "int32", "units": "int64"}


def pairs(lines: Frame) -> pd.DataFrame:
    """The distinct category and subcategory of lines."""
    return lines.select("category", "subcategory").unique().collect("pandas").to_native()


def shelves(pairs: pd.DataFrame, engine: Engine) -> Frame:
    """category, subcategory, and whole numbers for the pair (`shelf`) and for the category
    (`category_code`), as to group these costs much less than texts do."""
    table = pairs.astype("str").sort_values(["category", "subcategory"], ignore_index=True)
    category, _ = pd.factorize(table["category"])
    return engine.lent(
        table.assign(shelf=range(len(table)), category_code=category.astype("int64")), "all_shelves"
    )


def baskets(sold: Frame, matched: Frame, shelves: Frame) -> Frame:
    """Positive LINES and MATCHED -> one row per KEYS with a positive line: `units`, less what came back.

    Guests are among them, and what is not above zero.
    """
    names = ("category", "subcategory")
    # Some inputs state the units of a return without a sign; back they are.
    back = matched.filter(~nw.col("purchase_id").is_null()).select(
        *names,
        transaction_id=nw.col("purchase_id"),
        customer_id=nw.col("purchase_customer"),
        units=nw.lit(0, nw.Int64) - nw.col("quantity").abs(),
        lines=nw.lit(0, nw.Int64),
    )
    bought = sold.select(
        *names,
        "transaction_id",
        "customer_id",
        units=nw.col("quantity"),
        lines=nw.lit(1, nw.Int64),
    )
    columns = (*names, "transaction_id", "customer_id", "units", "lines")
    both = nw.concat([bought.select(*columns), back.select(*columns)], how="vertical")
    placed = both.join(shelves.select(*names, "shelf"), on=list(names), how="inner")
    summed = sums.totals(placed.select(*KEYS, "units", "lines"), KEYS, ["units", "lines"])
    return summed.filter(nw.col("lines") > 0).select(*KEYS, "units")


def units(baskets: Frame, shelves: Frame) -> Frame:
    """KEPT_UNITS of known customers: only what is above zero."""
    left = baskets.filter((nw.col("customer_id") != "") & (nw.col("units") > 0))
    return left.join(shelves, on="shelf", how="inner").select(KEPT_UNITS.names)


def tastes(baskets: Frame) -> Frame:
    """By customer and shelf: `purchases`, and `units` kept of them; guests keep none."""
    keys = KEYS[1:]
    is_kept = (nw.col("units") > 0) & (nw.col("customer_id") != "")
    own = baskets.select(*keys, units=nw.when(is_kept).then(nw.col("units")).otherwise(0))
    return sums.totals(own, keys, ["units"], purchases=nw.len())


def by_customer(
    tastes: Frame, own: Frame, customers: pd.Series, shelves: pd.DataFrame, engine: Engine
) -> pd.DataFrame:
    """Kept units by customer and subcategory: `customer`, `shelf` and `units`, sorted.

    customer, shelf: labels of `customers` (ids) and positions in `shelves` (category, subcategory):
    numbers take a tenth of the memory of the names. `own` are the shelves that `tastes` has the
    numbers of.
    """
    people = engine.lent(
        pd.DataFrame({"customer_id": customers, "customer": customers.index}),
        "places_of_customers",
    )
    places = engine.lent(shelves.assign(place=range(len(shelves))), "places_of_shelves")
    own = own.join(places, on=["category", "subcategory"], how="inner").select("shelf", "place")
    coded = (
        tastes.filter(nw.col("units") > 0)
        .join(people, on="customer_id", how="inner")
        .join(own, on="shelf", how="inner")
    )
    table = (
        coded.select("customer", nw.col("place").alias("shelf"), "units")
        .collect("pandas")
        .to_native()
    )
    return in_order(table)


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """`table` by customer and shelf."""
    shelf = table["shelf"].to_numpy()
    place = table["customer"].to_numpy(dtype="int64") * (int(shelf.max(initial=0)) + 1) + shelf
    order = np.argsort(place, kind="stable")
    return table.astype(KEPT).take(order).reset_index(drop=True)
