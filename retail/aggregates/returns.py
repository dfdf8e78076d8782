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

from pathlib import Path
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from retail.aggregates import matching, sums
from retail.aggregates.scan import Frame, stored
from retail.schema.lines import LINES, MATCHED, UNKNOWN

if TYPE_CHECKING:
    from retail.aggregates.scan import Frame, Opener

SAME_ID, SAME_PRICE, SAME_PRODUCT = "same id", "same price", "same product"
UNMATCHED = "unmatched"
RULES = (SAME_ID, SAME_PRICE, SAME_PRODUCT, UNMATCHED)
FOUND = ("purchase_id", "purchase_customer", "purchase_day", "purchase_channel")
TRADE = ("customer_id", "product")


def match(lines: Frame, bought: Frame, opener: Opener, work: Path) -> Frame:
    """MATCHED: every return line with its purchase, if one is found; intermediate files in `work`."""
    by_id = stored(match_by_id(lines, bought), work / "matched_by_id.parquet", opener)
    late = find_by_product(by_id, lines, bought, opener, work)
    if late is None:
        return by_id
    is_found = ~nw.col("late_id").is_null()
    both = by_id.join(late, on=["file", "row"], how="left")
    filled = both.with_columns(
        return_rule=nw.when(is_found).then(nw.col("late_rule")).otherwise(nw.col("return_rule")),
        purchase_id=nw.coalesce("purchase_id", "late_id"),
        purchase_customer=nw.when(is_found)
        .then(nw.col("customer_id"))
        .otherwise(nw.col("purchase_customer")),
        purchase_day=nw.coalesce("purchase_day", "late_day"),
        purchase_channel=nw.coalesce("purchase_channel", "late_channel"),
    )
    return stored(filled.select(MATCHED.names), work / "matched.parquet", opener)


def match_by_id(lines: Frame, bought: Frame) -> Frame:
    """MATCHED by rule 1 only."""
    returns = lines.filter(nw.col("amount") < 0)
    ids = returns.filter(nw.col("has_id")).select("transaction_id").unique()
    shared = bought.join(ids, on="transaction_id", how="semi")
    own = shared.select(
        "transaction_id",
        "customer_id",
        own_customer=nw.col("customer_id"),
        own_day=nw.col("day"),
        own_channel=nw.col("channel"),
    )
    only = (
        shared.group_by("transaction_id")
        .agg(
            purchasers=nw.len(),
            only_customer=nw.col("customer_id").min(),
            only_day=nw.col("day").min(),
            only_channel=nw.col("channel").min(),
        )
        .filter(nw.col("purchasers") == 1)
    )
    joined = returns.join(own, on=["transaction_id", "customer_id"], how="left").join(
        only, on="transaction_id", how="left"
    )
    found = joined.with_columns(
        purchase_customer=nw.coalesce("own_customer", "only_customer"),
        purchase_day=nw.coalesce("own_day", "only_day"),
        purchase_channel=nw.coalesce("own_channel", "only_channel"),
    )
    is_found = ~nw.col("purchase_customer").is_null()
    return found.select(
        *LINES.names,
        purchase_id=nw.when(is_found).then(nw.col("transaction_id")),
        purchase_customer=nw.col("purchase_customer"),
        purchase_day=nw.col("purchase_day"),
        purchase_channel=nw.col("purchase_channel"),
        return_rule=nw.when(is_found).then(nw.lit(SAME_ID)).otherwise(nw.lit(UNMATCHED)),
    )


def find_by_product(
    by_id: Frame, lines: Frame, bought: Frame, opener: Opener, work: Path
) -> Frame | None:
    """file, row, late_id, late_day, late_channel, late_rule of the returns that rules 2 and 3 match."""
    unmatched = _with_product(by_id.filter(nw.col("return_rule") == UNMATCHED))
    returns = unmatched.collect("pandas").to_native()
    if returns.empty:
        return None
    trades = matching.written(returns[list(TRADE)].drop_duplicates(), work / "trades.parquet")
    wanted = opener([trades])
    candidates = lines.filter(nw.col("amount") > 0).join(
        wanted.select("customer_id").unique(), on="customer_id", how="semi"
    )
    candidates = _with_product(candidates).join(wanted, on=list(TRADE), how="semi")
    days = bought.select("transaction_id", "customer_id", purchase_day=nw.col("day"))
    lots = candidates.join(days, on=["transaction_id", "customer_id"])
    used = _with_product(by_id.filter(nw.col("return_rule") == SAME_ID)).join(
        wanted, on=list(TRADE), how="semi"
    )
    found = matching.walk(
        returns,
        lots.select(
            "transaction_id",
            *TRADE,
            "purchase_day",
            "channel",
            "quantity",
            "unit_price",
            "amount",
        )
        .collect("pandas")
        .to_native(),
        used.collect("pandas").to_native(),
    )
    return opener([matching.written(found, work / "late.parquet")]) if len(found) else None


def _with_product(lines: Frame) -> Frame:
    """Lines of known customer and product, with `product`: the article, else category + subcategory."""
    is_named = (nw.col("category") != UNKNOWN) | (nw.col("subcategory") != UNKNOWN)
    known = (nw.col("product_id") != "") | is_named
    product = (
        nw.when(nw.col("product_id") != "")
        .then(nw.col("product_id"))
        .otherwise(nw.concat_str(nw.col("category"), nw.col("subcategory"), separator="\x1f"))
    )
    return lines.filter((nw.col("customer_id") != "") & known).with_columns(product=product)


def by_rule(matched: Frame) -> Frame:
    """rule, lines, amount: RETURN_MATCHING of the rules that occur."""
    rules = matched.select("amount", rule=nw.col("return_rule"))
    return sums.totals(rules, ["rule"], ["amount"], lines=nw.len())


def listed(matched: Frame) -> Frame:
    """RETURN_LINES, guests' `customer_id` still empty."""
    return matched.with_columns(channel=nw.coalesce("purchase_channel", "channel"))
