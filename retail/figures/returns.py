"""The returns report: how much comes back, how late, and which refunds to look into.

All functions are pure: PURCHASES, RETURN_LINES and sums in, tables of `schema.returns` out. Returns
are credited to the purchase; money is negative where it goes back.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from retail.aggregates.returns import SAME_ID
from retail.figures.breakdowns import figure, quotient, with_rates
from retail.schema.lines import GUEST, PURCHASE

TAIL = 0.99  # share of the returns that have come by the end of the tail
SHARED = 0.5  # share of return lines with the id of a purchase, from which ids are shared
MOST_RETURNERS = 100


# ---- how late ----


def lags(return_lines: pd.DataFrame) -> pd.Series:
    """Days from purchase to return of the lines whose purchase is known, as int64."""
    known = return_lines[return_lines["purchase_day"].notna()]
    return (known["day"] - known["purchase_day"]).astype("int64")


def tail_days(return_lines: pd.DataFrame) -> int | None:
    """The lag that TAIL of the return lines don't exceed (nearest rank); None without returns."""
    found = np.sort(lags(return_lines).to_numpy())
    return int(found[int(np.ceil(TAIL * len(found))) - 1]) if len(found) else None


def width(tail: int) -> int:
    """Days of one row of RETURNS_BY_LAG, so that some 50 rows reach to the end of the tail."""
    return 1 if tail <= 50 else 7 if tail <= 350 else 30


def by_lag(return_lines: pd.DataFrame) -> pd.DataFrame:
    """RETURNS_BY_LAG: every lag up to the end of the tail, also those without a return."""
    tail = tail_days(return_lines)
    if tail is None:
        tail = -1
    step = width(tail)
    known = return_lines[return_lines["purchase_day"].notna()]
    starts = np.arange(0, tail + 1, step)
    after = starts[-1] + step if len(starts) else 0
    lag = lags(return_lines).clip(lower=0)
    row = np.where(lag < after, lag // step * step, after)
    by = known.assign(lag_days=row).groupby("lag_days")
    counted = pd.DataFrame(
        {
            "lines": by.size(),
            "customers": by["purchase_customer"].nunique(),
            "amount": by["amount"].sum(),
        }
    )
    rows = [*starts, *([after] if after in counted.index else [])]
    table = counted.reindex(rows).fillna(0).astype("int64").rename_axis("lag_days").reset_index()
    table["lag"] = [_span(first, step, first == after) for first in rows]
    total = pd.Series(int(table["lines"].sum()), index=table.index)
    return table.assign(
        share=quotient(table["lines"], total).fillna(0.0),
        up_to=quotient(table["lines"].cumsum(), total).fillna(0.0),
    )


def _span(first: int, step: int, is_rest: bool) -> str:
    if is_rest:
        return f"more than {first - 1}"
    return str(first) if step == 1 else f"{first}-{first + step - 1}"


# ---- how much ----


def by_month(sums: pd.DataFrame, as_of: int, tail: int | None) -> pd.DataFrame:
    """RETURNS_BY_MONTH from sums by month; open: its last day is less than `tail` days before as-of."""
    ends = (sums["month"] + 1 - 1970 * 12).to_numpy().astype("datetime64[M]")
    last = ends.astype("datetime64[D]").astype("int64") - 1
    names = ["month", "purchases", "buyers", "gross", "credited_returns", "return_rate"]
    rated = with_rates(sums)[names]
    return rated.assign(is_open=(last + tail > as_of) if tail is not None else False)


def by_segment(
    customers: pd.DataFrame, customer_sums: pd.DataFrame, whole: pd.DataFrame
) -> pd.DataFrame:
    """RETURNS_BY_SEGMENT; guests have a row of their own, so the rows add up to `whole`.

    customers: customer_id, segment, lines, gross. customer_sums: CUSTOMER_SUMS. whole:
    gross and credited_returns of all lines, in any number of rows.
    """
    names = ["gross", "credited_returns"]
    known = customers.loc[customers["lines"] > 0, ["customer_id", "segment", "gross"]]
    credited = customer_sums.set_index("customer_id")["credited_returns"]
    both = known.assign(credited_returns=known["customer_id"].map(credited).astype("int64"))
    by = both.groupby("segment")
    table = by[names].sum().assign(customers=by.size()).reset_index()
    rest = whole[names].sum() - both[names].sum()
    if rest.any():
        guests = pd.DataFrame([{"segment": GUEST, "customers": 0, **rest.astype("int64")}])
        table = pd.concat([table, guests], ignore_index=True)
    return table.assign(return_rate=figure("return_rate", table))


# ---- what to look into ----


def are_ids_shared(return_lines: pd.DataFrame) -> bool:
    """Whether returns carry the id of their purchase, as they do when at least SHARED of them do."""
    stated = return_lines[return_lines["has_id"]]
    return bool(len(stated)) and bool((stated["return_rule"] == SAME_ID).mean() >= SHARED)


def orphans(return_lines: pd.DataFrame, is_shared: bool | None = None) -> pd.DataFrame:
    """The RETURN_LINES whose id no purchase has; none where ids are not shared. is_shared: by
    default taken from the lines, which must then be all.
    """
    shared = are_ids_shared(return_lines) if is_shared is None else is_shared
    is_orphan = return_lines["has_id"] & (return_lines["return_rule"] != SAME_ID)
    return return_lines[is_orphan if shared else is_orphan & False]


def refunds_beyond(
    purchases: pd.DataFrame, return_lines: pd.DataFrame, is_shared: bool | None = None
) -> pd.DataFrame:
    """REFUNDS_BEYOND, the largest first.

    Of `purchases` it takes those with less than 0 left, of `return_lines` those credited to them and
    the orphans; `is_shared` as for `orphans`.

    A refund belongs to the purchase that it was matched to; an orphan belongs to its own id, under
    which nothing was paid, even when a purchase of the same goods was found for it.
    """
    # What is left of a purchase is less than 0 if and only if some refund went too far.
    suspects = purchases[purchases["kept"] < 0]
    orphan = return_lines.index.isin(orphans(return_lines, is_shared).index)
    claimed = return_lines[orphan | return_lines["purchase_id"].isin(suspects["transaction_id"])]
    is_own = orphan[return_lines.index.get_indexer(claimed.index)]
    claimed = claimed.assign(
        is_orphan=is_own,
        transaction_id=claimed["transaction_id"].where(is_own, claimed["purchase_id"]),
        customer_id=claimed["customer_id"].where(is_own, claimed["purchase_customer"]).fillna(""),
    )
    by = claimed.groupby([*PURCHASE, "is_orphan"])
    refunds = pd.DataFrame(
        {
            "refunded": by["amount"].sum(),
            "return_lines": by.size(),
            "last_return_day": by["day"].max(),
        }
    ).reset_index()
    bought = suspects[[*PURCHASE, "day", "gross"]].rename(columns={"gross": "paid"})
    bought = bought.assign(customer_id=bought["customer_id"].fillna(""), is_orphan=False)
    both = refunds.merge(bought, on=[*PURCHASE, "is_orphan"], how="left", validate="one_to_one")
    # Another customer's purchase under the same id is no suspect.
    both = both[both["is_orphan"] | both["paid"].notna()]
    both = both.assign(paid=both["paid"].fillna(0).astype("int64"))
    both = both.assign(beyond=both["paid"] + both["refunded"], day=both["day"].astype("Int64"))
    found = both[both["beyond"] < 0].sort_values(["beyond", *PURCHASE], kind="stable")
    return found.assign(
        customer_id=found["customer_id"].where(found["customer_id"] != ""),
        about=[_looks_like(*row) for row in found[["paid", "refunded", "is_orphan"]].to_numpy()],
    ).reset_index(drop=True)


def _looks_like(paid: int, refunded: int, is_orphan: bool) -> str:
    if is_orphan:
        return "refunded without a purchase"
    if -refunded % paid == 0:
        return {2: "refunded twice"}.get(-refunded // paid, f"refunded {-refunded // paid} times")
    return "more refunded than paid"


def most_returned(customers: pd.DataFrame) -> pd.DataFrame:
    """The customers with the largest returns, with the columns of TOP_RETURNERS."""
    names = ["customer_id", "segment", "purchases", "gross", "returns"]
    found = customers.loc[customers["returns"] < 0, names]
    return found.sort_values(["returns", "customer_id"], kind="stable").head(MOST_RETURNERS)


def top_returners(customers: pd.DataFrame, return_lines: pd.DataFrame) -> pd.DataFrame:
    """TOP_RETURNERS: customer_id, segment, purchases, gross and returns from `customers`."""
    found = most_returned(customers)
    by = return_lines[return_lines["customer_id"].isin(found["customer_id"])].groupby("customer_id")
    counts = pd.DataFrame({"return_lines": by.size(), "last_return_day": by["day"].max()})
    found = found.merge(counts.reset_index(), on="customer_id", validate="one_to_one")
    return found.assign(return_rate=quotient(-found["returns"], found["gross"]))
