"""Every table of the returns report, and the check that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from retail.aggregates.returns import SAME_ID
from retail.figures import returns
from retail.frames import exact_sum
from retail.intake import checks
from retail.locale import PLAIN, Locale
from retail.schema.metrics import METRICS
from retail.schema.returns import ORPHAN_REFUNDS

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import Checks

# What figures and lags need of every return line.
LAGGED = ("day", "purchase_day", "purchase_customer", "amount", "has_id", "return_rule")
Figure = tuple[str, str, str, float | None, str]
EXPECTATION = "no purchase is refunded beyond what was paid, and no refund lacks its purchase"


def returned(
    aggregates: Aggregates, by_month: pd.DataFrame, customers: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Tables of `schema.returns` by name, but ORPHAN_REFUNDS; none where nothing was returned.

    by_month: BY_MONTH. customers: CUSTOMERS; None where customers were not analysed.
    """
    lines = aggregates.return_rows.read(LAGGED)
    if lines.empty:
        return {}
    tail = returns.tail_days(lines)
    beyond = _beyond(aggregates, returns.are_ids_shared(lines))
    tables = {
        "return_figures": figures(aggregates, lines, beyond, tail),
        "returns_by_month": returns.by_month(by_month, aggregates.period.as_of, tail),
        "returns_by_lag": returns.by_lag(lines),
        "refunds_beyond": beyond,
    }
    if customers is not None:
        whole = aggregates.sales["by_day"]
        tables["returns_by_segment"] = returns.by_segment(
            customers, aggregates.customer_sums, whole
        )
        most = returns.most_returned(customers)["customer_id"]
        theirs = aggregates.return_rows.of("customer_id", most, ["customer_id", "day"])
        tables["top_returners"] = returns.top_returners(customers, theirs)
    return tables


def orphans(aggregates: Aggregates) -> pd.DataFrame:
    """The RETURN_LINES whose id no purchase has; none where ids are not shared."""
    is_shared = returns.are_ids_shared(aggregates.return_rows.read(["has_id", "return_rule"]))
    return returns.orphans(aggregates.return_rows.read(where=_is_orphan()), is_shared)


def _is_orphan() -> Any:
    import pyarrow.compute as pc

    return pc.field("has_id") & (pc.field("return_rule") != SAME_ID)


def _beyond(aggregates: Aggregates, is_shared: bool) -> pd.DataFrame:
    """REFUNDS_BEYOND, from the purchases with less than 0 left and their return lines."""
    import pyarrow as pa
    import pyarrow.compute as pc

    suspects = aggregates.purchase_rows.read(where=pc.field("kept") < 0)
    ids = pa.array(
        suspects["transaction_id"].tolist(), pa.string()
    )  # typed also when there are none
    theirs = pc.field("purchase_id").isin(ids)
    claimed = aggregates.return_rows.read(where=theirs | (_is_orphan() & is_shared))
    return returns.refunds_beyond(suspects, claimed, is_shared)


def figures(
    aggregates: Aggregates, lines: pd.DataFrame, beyond: pd.DataFrame, tail: int | None
) -> pd.DataFrame:
    """RETURN_FIGURES; `lines` are all return lines."""
    import pyarrow.compute as pc

    whole, has_return = aggregates.sales["by_day"], pc.field("returned") < 0
    bought = aggregates.purchase_rows
    in_full = bought.count(has_return & (pc.field("kept") == 0))
    sums = {name: exact_sum(whole[name]) for name in ("gross", "credited_returns")}
    rate = METRICS["return_rate"]
    found = returns.lags(lines)
    lost = returns.orphans(lines)
    rows: list[Figure] = [
        (rate.name, rate.label, rate.kind, rate.value(sums), "returns / gross revenue"),
        ("returned", "Returned", "money", sums["credited_returns"], "all refunds, tax included"),
        ("return_lines", "Return lines", "count", len(lines), "lines with a negative amount"),
        *_purchases(bought.count(), bought.count(has_return), in_full),
    ]
    if len(found):
        median = int(np.quantile(found, 0.5, method="inverted_cdf"))
        rows.append(("lag_median", "Median lag", "count", median, "days from purchase to return"))
    if tail is not None:
        about = "days within which 99 of 100 returns came: the open tail at the end of the data"
        rows.append(("tail_days", "Open tail", "count", tail, about))
    rows += _to_look_into(beyond, lost, returns.are_ids_shared(lines))
    return pd.DataFrame(rows, columns=["figure", "label", "kind", "value", "about"]).astype(
        {"value": "float64"}
    )


def _purchases(purchases: int, with_return: int, in_full: int) -> list[Figure]:
    if not purchases:
        return []
    share = "Share of purchases with a return"
    return [
        ("purchases_returned", "Purchases with a return", "count", with_return, "in full or in part"),
        ("share_returned", share, "share", with_return / purchases, "of all purchases"),
        (
            "returned_in_full", "Purchases returned in full", "count", in_full,
            "exactly what was paid; more is told apart",
        ),
    ]  # fmt: skip


def _to_look_into(beyond: pd.DataFrame, orphans: pd.DataFrame, is_shared: bool) -> list[Figure]:
    over, lost = exact_sum(beyond["beyond"]), exact_sum(orphans["amount"])
    rows: list[Figure] = [
        (
            "beyond", "Refunded beyond what was paid", "count", len(beyond),
            "purchases, orphans included",
        ),
        (
            "beyond_money", "Money beyond what was paid", "money", over,
            "what was refunded less what was paid for these purchases",
        ),
        (
            "orphans", "Orphan refunds", "count", len(orphans),
            "refund lines whose id no purchase has",
        ),
        ("orphan_money", "Money of orphan refunds", "money", lost, "of these lines"),
    ]  # fmt: skip
    # Where refunds have ids of their own, nothing can be called an orphan.
    return rows if is_shared else rows[:2]


def observed(beyond: pd.DataFrame, least: int = 1, locale: Locale = PLAIN) -> str:
    """Result of the check `refunds_beyond_purchase` in words; numbers below `least` are not
    given.

    No money, which may be one person's.
    """
    if beyond.empty:
        return "none is"
    without = int(beyond["is_orphan"].sum())
    if len(beyond) < least:
        return f"fewer than {least} are"
    are = "is" if len(beyond) == 1 else "are"
    text = f"{locale.count(len(beyond))} {are} refunded beyond what was paid"
    return (
        f"{text}, {locale.count(without)} of them without a purchase" if without >= least else text
    )


def orphan_refunds(found: pd.DataFrame, files: list[str]) -> pd.DataFrame:
    """ORPHAN_REFUNDS from what `orphans` gives, with the names of the transactions files."""
    named = found.assign(
        file=[files[at] if at < len(files) else str(at) for at in found["file"]],
        credited_to=found["purchase_id"],
    )
    return named[ORPHAN_REFUNDS.names].reset_index(drop=True)


def refunds_check(
    tables: Mapping[str, pd.DataFrame], severities: Checks, locale: Locale = PLAIN
) -> dict[str, pd.DataFrame]:
    """CHECKS with `refunds_beyond_purchase`; CheckError when its severity is stop.

    tables: those of `returned`, and CHECKS as far as there are; nothing where nothing was returned.
    """
    if "refunds_beyond" not in tables:
        return {}
    beyond = tables["refunds_beyond"]
    check = checks.Check(
        "refunds_beyond_purchase", EXPECTATION, observed(beyond, locale=locale), beyond.empty
    )
    mine = checks.table([check], severities)
    return {"checks": pd.concat([tables.get("checks"), mine], ignore_index=True)}
