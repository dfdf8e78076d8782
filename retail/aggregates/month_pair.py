"""Lines of the last full month and of the same month a year before, reduced for their comparison."""

from __future__ import annotations

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


@dataclass(frozen=True)
class MonthPair:
    """Two months (year * 12 + month - 1) and what was sold in them.

    cells: `is_now` (0 the earlier month, 1 the later), KEYS, gross, returns, sold_units (units of
        positive lines); one row per combination that has a line.
    lasting: per `is_now`, of known customers in categories and other WATCHED that have a sale in both
        months: gross and sold_units of the month's positive lines; purchases, which are dated at their
        earliest positive line, and buyers, who have one.
    """

    before: int
    now: int
    cells: pd.DataFrame
    lasting: pd.DataFrame


def compared(lines: Frame, purchases: Frame, period: Period) -> MonthPair | None:
    """LINES and PURCHASES -> the pair; None when either month isn't wholly inside the data."""
    now = period.last_full_month
    if now is None or first_day(now - 12) < period.first:
        return None
    pair = (now - 12, now)
    amount, quantity = nw.col("amount"), nw.col("quantity")
    dated = _inside(lines, pair).select(
        *KEYS,
        "customer_id",
        "is_now",
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
    lasting = _joined(
        sums.totals(
            dated.filter(nw.col("gross") > 0, is_lasting), ["is_now"], ("gross", "sold_units")
        ),
        sums.totals(bought, ["is_now"], [], purchases=nw.len()),
        sums.distinct(bought, ["is_now"], "customer_id", "buyers"),
    )
    return MonthPair(*pair, cells, lasting)


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
    kinds = {name: "str" if name in KEYS else "int64" for name in table.columns}
    ordered = table.astype(kinds).sort_values(keys, kind="stable")
    return ordered.reset_index(drop=True)
