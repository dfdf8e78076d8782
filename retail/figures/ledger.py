"""Every table of the returns ledger, and the check that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from retail.figures import returns
from retail.frames import exact_sum
from retail.schema.returns import ORPHAN_REFUNDS

if TYPE_CHECKING:
    from retail.aggregates import Aggregates

Figure = tuple[str, str, str, float | None, str]
EXPECTATION = "no purchase is refunded beyond what was paid, and no refund lacks its purchase"


def returned(
    aggregates: Aggregates, by_month: pd.DataFrame, customers: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Tables of `schema.returns` by name, but ORPHAN_REFUNDS; none where nothing was returned.

    by_month: BY_MONTH. customers: CUSTOMERS; None where customers were not analysed.
    """
    lines = aggregates.return_lines
    if lines.empty:
        return {}
    tail = returns.tail_days(lines)
    beyond = returns.refunds_beyond(aggregates.purchases, lines)
    tables = {
        "return_figures": figures(aggregates, beyond, tail),
        "returns_by_month": returns.by_month(by_month, aggregates.period.as_of, tail),
        "returns_by_lag": returns.by_lag(lines),
        "refunds_beyond": beyond,
    }
    if customers is not None:
        whole = aggregates.sales["by_day"]
        tables["returns_by_segment"] = returns.by_segment(
            customers, aggregates.customer_measures, whole
        )
        tables["top_returners"] = returns.top_returners(customers, lines)
    return tables


def figures(aggregates: Aggregates, beyond: pd.DataFrame, tail: int | None) -> pd.DataFrame:
    """RETURN_FIGURES."""
    lines, purchases, whole = (
        aggregates.return_lines,
        aggregates.purchases,
        aggregates.sales["by_day"],
    )
    has_return = purchases["returned"] < 0
    in_full = int((has_return & (purchases["kept"] == 0)).sum())
    gross, credited = exact_sum(whole["gross"]), exact_sum(whole["credited_returns"])
    found = returns.lags(lines)
    orphans = returns.orphans(lines)
    rows: list[Figure] = [
        ("return_rate", "Return rate", "share", -credited / gross, "returns / gross revenue"),
        ("returned", "Returned", "money", credited, "all refunds, tax included"),
        ("return_lines", "Return lines", "count", len(lines), "lines with a negative amount"),
        *_bought(len(purchases), int(has_return.sum()), in_full),
    ]
    if len(found):
        median = int(np.quantile(found, 0.5, method="inverted_cdf"))
        rows.append(("lag_median", "Median lag", "count", median, "days from purchase to return"))
    if tail is not None:
        about = "days within which 99 % of the returns came: the open tail at the end of the data"
        rows.append(("tail_days", "Open tail", "count", tail, about))
    rows += _to_look_into(beyond, orphans, returns.are_ids_shared(lines))
    return pd.DataFrame(rows, columns=["figure", "label", "kind", "value", "about"]).astype(
        {"value": "float64"}
    )


def _bought(purchases: int, with_return: int, in_full: int) -> list[Figure]:
    if not purchases:
        return []
    share = with_return / purchases
    return [
        (
            "purchases_returned",
            "Purchases with a return",
            "count",
            with_return,
            "in full or in part",
        ),
        ("share_returned", "Share of purchases with a return", "share", share, "of all purchases"),
        (
            "returned_in_full",
            "Purchases returned in full",
            "count",
            in_full,
            "exactly what was paid; more is told apart",
        ),
    ]


def _to_look_into(beyond: pd.DataFrame, orphans: pd.DataFrame, is_shared: bool) -> list[Figure]:
    rows: list[Figure] = [
        (
            "beyond",
            "Refunded beyond what was paid",
            "count",
            len(beyond),
            "purchases, orphans included",
        ),
        (
            "beyond_money",
            "Money beyond what was paid",
            "money",
            exact_sum(beyond["beyond"]),
            "what was refunded less what was paid for these purchases",
        ),
    ]
    if not is_shared:  # where refunds have ids of their own, nothing can be called an orphan
        return rows
    about = "refund lines whose id no purchase has"
    money = exact_sum(orphans["amount"])
    return [
        *rows,
        ("orphans", "Orphan refunds", "count", len(orphans), about),
        ("orphan_money", "Money of orphan refunds", "money", money, "of these lines"),
    ]


def observed(beyond: pd.DataFrame, least: int = 1) -> str:
    """What the check `refunds_beyond_purchase` saw, in words; numbers below `least` are not told.

    No money, which may be one person's.
    """
    if beyond.empty:
        return "none is"
    without = int(beyond["is_orphan"].sum())
    if len(beyond) < least:
        return f"fewer than {least} are"
    text = f"{len(beyond):,} {'is' if len(beyond) == 1 else 'are'} refunded beyond what was paid"
    return f"{text}, {without:,} of them without a purchase" if without >= least else text


def orphan_refunds(lines: pd.DataFrame, files: list[str]) -> pd.DataFrame:
    """ORPHAN_REFUNDS from RETURN_LINES, with the names of the transactions files."""
    found = returns.orphans(lines)
    named = found.assign(
        file=[files[at] if at < len(files) else str(at) for at in found["file"]],
        credited_to=found["purchase_id"],
    )
    return named[ORPHAN_REFUNDS.names].reset_index(drop=True)
