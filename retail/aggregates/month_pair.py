"""Lines of the last full month and of the same month a year before, reduced for their comparison."""

from __future__ import annotations

from dataclasses import dataclass

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import sums
from retail.aggregates.engine import Frame
from retail.schema.measures import Period, first_day

KEYS = ("category", "subcategory", "channel", "city")
MONEY = ("gross", "returns", "sold_units")


@dataclass(frozen=True)
class MonthPair:
    """Two months (year * 12 + month - 1) and what was sold in them.

    cells: `is_now` (0 the earlier month, 1 the later), KEYS, gross, returns, sold_units (units of
        positive lines); one row per combination that has a line.
    lasting: per `is_now`, of the positive lines of known customers in categories and channels that
        have a sale in both months: gross, sold_units, purchases, buyers.
    """

    before: int
    now: int
    cells: pd.DataFrame
    lasting: pd.DataFrame


def compared(lines: Frame, period: Period) -> MonthPair | None:
    """LINES -> the pair; None when either month isn't wholly inside the data."""
    now = period.last_full_month
    if now is None or first_day(now - 12) < period.first:
        return None
    before = now - 12
    inside = nw.any_horizontal(
        *(nw.col("day").is_between(first_day(m), first_day(m + 1) - 1) for m in (before, now)),
        ignore_nulls=False,
    )
    amount, quantity = nw.col("amount"), nw.col("quantity")
    dated = lines.filter(inside).select(
        *KEYS,
        "transaction_id",
        "customer_id",
        is_now=nw.when(nw.col("day") >= first_day(now)).then(1).otherwise(0),
        gross=nw.when(amount > 0).then(amount).otherwise(0),
        returns=nw.when(amount < 0).then(amount).otherwise(0),
        sold_units=nw.when(amount > 0).then(quantity).otherwise(0),
    )
    cells = _collected(sums.totals(dated, ["is_now", *KEYS], MONEY), ["is_now", *KEYS])
    return MonthPair(before, now, cells, _lasting(dated, cells))


def lasting_names(cells: pd.DataFrame, key: str) -> set[str]:
    """The values of a key that have a sale in both months."""
    sold = cells.loc[cells["gross"] > 0]
    by_month = [set(sold.loc[sold["is_now"] == side, key]) for side in (0, 1)]
    return by_month[0] & by_month[1]


def _lasting(dated: Frame, cells: pd.DataFrame) -> pd.DataFrame:
    kept = dated.filter(
        nw.col("gross") > 0,
        nw.col("customer_id") != "",
        *(nw.col(key).is_in(sorted(lasting_names(cells, key))) for key in ("category", "channel")),
    )
    parts = [
        sums.totals(kept, ["is_now"], ("gross", "sold_units")),
        sums.distinct(
            kept.select("is_now", "transaction_id"), ["is_now"], "transaction_id", "purchases"
        ),
        sums.distinct(kept.select("is_now", "customer_id"), ["is_now"], "customer_id", "buyers"),
    ]
    both = pd.DataFrame({"is_now": [0, 1]})
    for part in parts:
        both = both.merge(_collected(part, ["is_now"]), on="is_now", how="left", validate="1:1")
    return both.fillna(0).astype("int64")


def _collected(frame: Frame, keys: list[str]) -> pd.DataFrame:
    table = frame.collect("pandas").to_native()
    kinds = {name: "str" if name in KEYS else "int64" for name in table.columns}
    ordered = table.astype(kinds).sort_values(keys, kind="stable")
    return ordered.reset_index(drop=True)
