"""Lines of the last full month and of the same month a year before, reduced for their comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.engine import Frame
from retail.schema.dimensions import OF_LINE, PRODUCT, WATCHED, names
from retail.schema.lines import PURCHASE
from retail.schema.units import Period, first_day

KEYS = names((*PRODUCT, *OF_LINE))
MONEY = ("gross", "returns", "sold_units")
MOST_SQUARED = 3_000_000_000  # a sum whose square fits 64 bits


@dataclass(frozen=True)
class MonthPair:
    """Two months (year * 12 + month - 1) and what was sold in them.

    cells: `is_now` (0 the earlier month, 1 the later), KEYS, gross, returns, sold_units (units of
        positive lines); one row per combination that has a line.
    lasting: per `is_now`, of known customers in categories and other WATCHED that have a sale in both
        months: gross and sold_units of the month's positive lines; purchases, which are dated at their
        earliest positive line, and buyers, who have one.
    products: of the same lines, by product (the article where there is one, else category and subcategory):
        gross_before, units_before, gross_now, units_now; 0 where it did not sell.
    articles: whether products are articles.
    orders: per key of KEYS, and "" for all: `is_now`, the key (a subcategory with its category), orders (a
        transaction with a line there), and squares: the sum of the squares of what each order comes to there,
        returns taken off, in smallest units; a float, but the same on every engine.
    """

    before: int
    now: int
    cells: pd.DataFrame
    lasting: pd.DataFrame
    products: pd.DataFrame
    articles: bool
    orders: Mapping[str, pd.DataFrame]


def compared(lines: Frame, purchases: Frame, period: Period) -> MonthPair | None:
    """LINES and PURCHASES -> the pair; None when either month isn't wholly inside the data."""
    now = period.last_full_month
    if now is None or first_day(now - 12) < period.first:
        return None
    pair = (now - 12, now)
    amount, quantity = nw.col("amount"), nw.col("quantity")
    dated = _inside(lines, pair).select(
        *KEYS,
        *PURCHASE,
        "product_id",
        "is_now",
        "amount",
        gross=nw.when(amount > 0).then(amount).otherwise(0),
        returns=nw.when(amount < 0).then(amount).otherwise(0),
        sold_units=nw.when(amount > 0).then(quantity).otherwise(0),
    )
    cells = _collected(sums.totals(dated, ["is_now", *KEYS], MONEY), ["is_now", *KEYS])
    is_lasting = nw.all_horizontal(
        nw.col("customer_id") != "",
        *(nw.col(key).is_in(sorted(lasting_names(cells, key))) for key in names(WATCHED)),
        ignore_nulls=False,
    )
    # A purchase has no positive line before its day.
    later = lines.filter(nw.col("day") >= first_day(pair[0]), amount > 0, is_lasting)
    bought = _inside(purchases, pair).select(*PURCHASE, "is_now")
    bought = bought.join(later.select(*PURCHASE), on=PURCHASE, how="semi")
    sold = dated.filter(nw.col("gross") > 0, is_lasting)
    lasting = _joined(
        sums.totals(sold, ["is_now"], ("gross", "sold_units")),
        sums.totals(bought, ["is_now"], [], purchases=nw.len()),
        sums.distinct(bought, ["is_now"], "customer_id", "buyers"),
    )
    products = _products(sold)
    largest = int(cells["gross"].sum() - cells["returns"].sum())
    orders = {
        key: _orders(dated, list(keys), largest)
        for key, keys in (("", ()), *((d.name, d.key) for d in (*PRODUCT, *OF_LINE)))
    }
    are_articles = bool((products["product_id"] != "").any())
    return MonthPair(*pair, cells, lasting, products, are_articles, orders)


def _products(sold: Frame) -> pd.DataFrame:
    """Gross and units of each product in both months, by product_id, category and subcategory."""
    # An article may change its category; without one, the category and subcategory are the product.
    has_article = nw.col("product_id") != ""
    named = sold.with_columns(
        **{
            name: nw.when(has_article).then(nw.lit("")).otherwise(nw.col(name))
            for name in names(PRODUCT)
        }
    )
    keys = ["product_id", *names(PRODUCT)]
    money = {"gross": nw.col("gross"), "units": nw.col("sold_units")}
    sides = {"before": nw.col("is_now") == 0, "now": nw.col("is_now") == 1}
    wide = named.select(
        *keys,
        **{
            f"{name}_{side}": nw.when(is_so).then(column).otherwise(0)
            for name, column in money.items()
            for side, is_so in sides.items()
        },
    )
    columns = [f"{name}_{side}" for name in money for side in sides]
    return _collected(sums.totals(wide, keys, columns), keys)


def _orders(dated: Frame, keys: list[str], largest: int) -> pd.DataFrame:
    """Orders and the squares of their amounts by month and `keys`; see MonthPair.

    largest: sum of the sizes of all amounts. Amounts are squared in units in which that sum's square fits 64 bits.
    """
    unit = max(1, -(-largest // MOST_SQUARED))
    by = ["is_now", *keys]
    by_order = sums.totals(dated, [*by, *PURCHASE], ["amount"])
    size = nw.col("amount").abs()
    if unit > 1:
        size = (size // unit).cast(nw.Int64)
    squared = by_order.with_columns(squares=size * size)
    found = _collected(sums.totals(squared, by, ["squares"], orders=nw.len()), by)
    return found.assign(squares=found["squares"].astype("float64") * float(unit) ** 2)


def _inside(frame: Frame, pair: tuple[int, int]) -> Frame:
    """The rows of two months, with `is_now`."""
    is_of = [nw.col("day").is_between(first_day(m), first_day(m + 1) - 1) for m in pair]
    is_now = nw.when(nw.col("day") >= first_day(pair[1])).then(1).otherwise(0)
    return frame.filter(nw.any_horizontal(*is_of, ignore_nulls=False)).with_columns(is_now=is_now)


def lasting_names(cells: pd.DataFrame, key: str) -> set[str]:
    """The values of a key that have a sale in both months."""
    sold = cells.loc[cells["gross"] > 0]
    by_month = [set(sold.loc[sold["is_now"] == side, key]) for side in (0, 1)]
    return by_month[0] & by_month[1]


def _joined(*parts: Frame) -> pd.DataFrame:
    """Sums by `is_now` side by side, 0 where there is none."""
    both = pd.DataFrame({"is_now": [0, 1]})
    for part in parts:
        both = both.merge(_collected(part, ["is_now"]), on="is_now", how="left", validate="1:1")
    return both.fillna(0).astype("int64")


def _collected(frame: Frame, keys: list[str]) -> pd.DataFrame:
    table = frame.collect("pandas").to_native()
    texts = (*KEYS, "product_id")
    kinds = {name: "str" if name in texts else "int64" for name in table.columns}
    ordered = table.astype(kinds).sort_values(keys, kind="stable")
    return ordered.reset_index(drop=True)
