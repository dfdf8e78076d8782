"""Return lines -> the purchases they are credited to, by the first rule that applies.

1. same id: the input states an id that a purchase of the same customer has; or, if the customer has
   none under this id, the only purchase under it.
2. same price: same customer, product and unit price; the latest purchase not after the return with
   units left.
3. same product: the same at any price.
4. unmatched.

Rule 1 is a join, for all returns and on any engine. Rules 2 and 3 walk through time, so they get
only the returns that are left and the purchase lines of the same customers and products.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import matching, sums
from retail.aggregates.engine import Engine, Frame
from retail.aggregates.purchases import PURCHASE_COLUMNS
from retail.schema.dimensions import UNKNOWN
from retail.schema.lines import MATCHED, PURCHASE

SAME_ID, UNMATCHED = "same id", "unmatched"
MOST_WALKED = 1_500_000  # lines walked at a time, in some 0.5 GB
TRADE = ("customer_id", "product")
# What the walk through time needs to know of a sale.
SOLD = [
    *PURCHASE,
    "product_id",
    "category",
    "subcategory",
    *PURCHASE_COLUMNS,
    "quantity",
    "unit_price",
    "amount",
]


def match(lines: Frame, sold: Frame, bought: Frame, engine: Engine) -> Frame:
    """MATCHED: every return line of LINES with its purchase in BOUGHT, if one is found.

    `sold` are the positive lines.
    """
    by_id = engine.materialized(match_by_id(lines, bought), "matched_by_id")
    late = find_by_product(by_id, sold, bought, engine)
    if late is None:
        return engine.materialized(by_id, "matched")
    both = by_id.join(late, on=["file", "row"], how="left")
    late_customer = nw.when(~nw.col("late_id").is_null()).then(nw.col("customer_id"))
    filled = both.with_columns(
        purchase_id=nw.coalesce("purchase_id", "late_id"),
        purchase_customer=nw.coalesce(nw.col("purchase_customer"), late_customer),
        purchase_day=nw.coalesce("purchase_day", "late_day"),
        return_rule=nw.coalesce("late_rule", "return_rule"),
        **_attributed(lambda name: (f"purchase_{name}", f"late_{name}")),
    )
    return engine.materialized(filled.select(MATCHED.names), "matched")


def match_by_id(lines: Frame, bought: Frame) -> Frame:
    """MATCHED by rule 1 only; an id that the input does not have (see LINES.has_id) matches nothing."""
    returns = lines.filter(nw.col("amount") < 0)
    ids = returns.filter(nw.col("has_id")).select("transaction_id").unique()
    shared = bought.join(ids, on="transaction_id", how="semi")
    by_pair = shared.select(
        *PURCHASE,
        own_customer=nw.col("customer_id"),
        own_day=nw.col("day"),
        **{f"own_{name}": nw.col(name) for name in PURCHASE_COLUMNS},
    )
    only = shared.group_by("transaction_id").agg(
        purchases=nw.len(),
        only_customer=nw.col("customer_id").min(),
        only_day=nw.col("day").min(),
        **{f"only_{name}": nw.col(name).min() for name in PURCHASE_COLUMNS},
    )
    only = only.filter(nw.col("purchases") == 1).drop("purchases")
    joined = returns.join(by_pair, on=PURCHASE, how="left")
    joined = joined.join(only, on="transaction_id", how="left").with_columns(
        purchase_customer=nw.coalesce("own_customer", "only_customer"),
        purchase_day=nw.coalesce("own_day", "only_day"),
        **_attributed(lambda name: (f"own_{name}", f"only_{name}")),
    )
    is_found = ~nw.col("purchase_customer").is_null()
    return joined.with_columns(
        purchase_id=nw.when(is_found).then(nw.col("transaction_id")),
        return_rule=nw.when(is_found).then(nw.lit(SAME_ID)).otherwise(nw.lit(UNMATCHED)),
    ).select(MATCHED.names)


def _attributed(found: Callable[[str], tuple[str, ...]]) -> dict[str, nw.Expr]:
    """Expressions for purchase_<name> and credited_<name>, for each name of PURCHASE_COLUMNS.

    found: name -> columns of the joined purchase, in order of preference. purchase_<name> is the first that
    has a value; credited_<name> is the same, or the return's own value if no purchase was found.
    """
    of_purchase = {f"purchase_{name}": nw.coalesce(*found(name)) for name in PURCHASE_COLUMNS}
    counted = {f"attributed_{name}": nw.coalesce(*found(name), name) for name in PURCHASE_COLUMNS}
    return of_purchase | counted


def find_by_product(by_id: Frame, sold: Frame, bought: Frame, engine: Engine) -> Frame | None:
    """Match the returns that no id explains by rules 2 and 3: `matching.FOUND`; None if there are none.

    `matching.walk` holds its lines in memory, so it takes one bucket of customers at a time.
    """
    left = engine.materialized(
        with_product(by_id.filter(nw.col("return_rule") == UNMATCHED)), "left"
    )
    count = sums.count(left)
    if not count:
        return None
    trades = left.select(*TRADE).unique()
    people = trades.select("customer_id").unique()
    theirs = sold.select(SOLD).join(people, on="customer_id", how="semi")
    days = bought.select(*PURCHASE, purchase_day=nw.col("day"))
    same = with_product(theirs).join(trades, on=list(TRADE), how="semi")
    lots = engine.materialized(same.join(days, on=PURCHASE, how="inner"), "lots")
    # Units that rule 1 credited are gone from the buyer's purchase, whoever brought them back.
    credited = by_id.filter(nw.col("return_rule") == SAME_ID).with_columns(
        customer_id=nw.col("purchase_customer")
    )
    credited = credited.join(people, on="customer_id", how="semi")
    used = engine.materialized(
        with_product(credited).join(trades, on=list(TRADE), how="semi"), "used"
    )
    buckets = max(1, -(-(count + sums.count(lots)) // MOST_WALKED))
    found = []
    for number, inside in enumerate(_buckets(people, buckets)):
        tables = (_pandas(frame.filter(inside)) for frame in (left, lots, used))
        found.append(engine.path(f"late_{number}"))
        matching.walk(*tables).to_parquet(found[-1], index=False)
    return engine.open(*found)


def _buckets(people: Frame, count: int) -> list[nw.Expr]:
    """Conditions on customer_id that divide `people` into about `count` buckets of equal size."""
    column = nw.col("customer_id")
    if count == 1:
        return [column != ""]
    ids = _pandas(people)["customer_id"].sort_values()
    starts = sorted({str(ids.iloc[len(ids) * at // count]) for at in range(1, count)})
    between = [(column >= a) & (column < b) for a, b in itertools.pairwise(starts)]
    return [column < starts[0], *between, column >= starts[-1]]


def with_product(lines: Frame) -> Frame:
    """Lines with a known customer and product, and the column `product`: product_id, else category + subcategory."""
    has_article = nw.col("product_id") != ""
    has_name = (nw.col("category") != UNKNOWN) | (nw.col("subcategory") != UNKNOWN)
    name = nw.concat_str(nw.col("category"), nw.col("subcategory"), separator="\x1f")
    known = lines.filter((nw.col("customer_id") != "") & (has_article | has_name))
    return known.with_columns(
        product=nw.when(has_article).then(nw.col("product_id")).otherwise(name)
    )


def _pandas(frame: Frame) -> pd.DataFrame:
    return frame.collect("pandas").to_native()


def by_rule(matched: Frame) -> Frame:
    """RETURN_MATCHING, of the rules that occur."""
    rules = matched.select("amount", rule=nw.col("return_rule"))
    return sums.totals(rules, ["rule"], ["amount"], lines=nw.len())
