"""Which lines new ones are tied to: whose purchases and returns can be others than without them."""

from __future__ import annotations

from dataclasses import replace

import narwhals.stable.v2 as nw

from retail.aggregates import returns, sums
from retail.aggregates.nights import Kept
from retail.aggregates.opening import Frame
from retail.aggregates.purchases import PURCHASE
from retail.aggregates.returns import TRADE
from retail.aggregates.scan import Engine

MOST_ROUNDS = 5  # of looking for who shares an id with whom, or a product
MOST_IN_MEMORY = 2_000_000  # lines, in some 500 MB
MOST_SHARE = 0.3  # of all lines: beyond, to reduce all of them once is less work


def touched(lines: Frame, new: Frame, kept: Kept, bench: Engine) -> Frame | None:
    """The lines of the customers and ids of `new` ones, of all who share an id with these, and so on;
    None when they are too many."""
    most = MOST_SHARE * kept.counts.all
    before = kept.table("owners")
    was_apart = bool((before["ids"] == before["pairs"]).all())  # no id belonged to two customers
    some, count = new, -1
    for number in range(MOST_ROUNDS):
        people = some.filter(nw.col("customer_id") != "").select("customer_id").unique()
        ids = some.select("transaction_id").unique()
        found = bench.having(lines, {"customer_id": people, "transaction_id": ids})
        theirs = kept.lines_of(people.collect("pandas").to_native()["customer_id"])
        own = replace(bench, is_small=theirs < MOST_IN_MEMORY)
        some = own.stored(found, f"touched_{number}")
        was, count = count, sums.count(some)
        # Where ids were their customers' own, only one that is new to others can lead on to them.
        others = some.filter(nw.col("customer_id") != "").select("customer_id")
        others = others.join(people, on="customer_id", how="anti")
        if count == was or (was_apart and not sums.count(others)):
            return some
        if count > most:
            return None
    return None


def tied(lines: Frame, files: int, bench: Engine) -> Frame:
    """transaction_id of `touched` lines: without the new ones, which are in files from the place `files` on,
    the purchases and returns under any other id are the same.

    A purchase and the returns that state its id have the lines of this id alone. A return that no id
    explains can go to any purchase of its customer and product, so these lines are all tied or none is.
    """
    found = bench.stored(
        lines.filter(nw.col("file") >= files).select("transaction_id").unique(), "new_ids"
    )
    late = returns.with_product(_unexplained(lines, files)).select(*TRADE).unique()
    late = bench.stored(late, "late_trades")
    if not sums.count(late):
        return found
    theirs = lines.join(late.select("customer_id").unique(), on="customer_id", how="semi")
    theirs = returns.with_product(theirs).select("transaction_id", *TRADE)
    dealt = bench.stored(theirs.join(late, on=list(TRADE), how="semi").unique(), "late_dealt")
    count = sums.count(found)
    for number in range(MOST_ROUNDS):
        trades = dealt.join(found, on="transaction_id", how="semi").select(*TRADE).unique()
        more = dealt.join(trades, on=list(TRADE), how="semi").select("transaction_id")
        both = nw.concat([found, more], how="vertical").unique()
        found = bench.stored(both, f"tied_{number}")
        was, count = count, sums.count(found)
        if count == was:
            return found
    return lines.select("transaction_id").unique()


def _unexplained(lines: Frame, files: int) -> Frame:
    """The returns that may not go to a purchase of their customer's under their own id, with the new lines
    or without them."""
    back = lines.filter(nw.col("amount") < 0)
    sold = lines.filter(nw.col("amount") > 0).select(*PURCHASE, "file")
    sold = sold.join(back.select("transaction_id").unique(), on="transaction_id", how="semi")
    first = sold.group_by(*PURCHASE).agg(first_file=nw.col("file").min())
    joined = back.join(first, on=list(PURCHASE), how="left")
    is_later = (nw.col("file") < files) & (nw.col("first_file") >= files)
    return joined.filter(~nw.col("has_id") | nw.col("first_file").is_null() | is_later)
