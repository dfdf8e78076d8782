"""One row per named segment, level and group; and when a customer is new or reactivated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from retail.schema.metrics import METRICS
from retail.schema.units import Units
from retail.segments import rfm, wording
from retail.segments.naming_conventions import Convention, Rule
from retail.segments.profiles import share

SUMS = ("gross", "purchases", "credited_returns")
GROUPS = ("scored", "nothing kept", "refund only", "prospect")


def lifecycle(customer_sums: pd.DataFrame, as_of: int, new_days: int) -> pd.Series:
    """Whether each is new | returning | reactivated; empty for who never bought.

    New: the first purchase ever is at most `new_days` before as-of. Reactivated: so is a purchase after a
    long gap (reactivated_day), be it the last or not. Returning: every other buyer.
    """
    first = customer_sums["first_purchase_day"].astype("Int64")
    back = customer_sums["reactivated_day"].astype("Int64")
    is_new = (as_of - first <= new_days).fillna(False)
    is_back = (as_of - back <= new_days).fillna(False)
    state = np.select([first.isna(), is_new, is_back], ["", "new", "reactivated"], "returning")
    return pd.Series(pd.array(state, dtype="str"), index=customer_sums.index)


def map_table(convention: Convention) -> pd.DataFrame:
    """SEGMENT_MAP: the name of each cell of a convention."""
    rows = [(r, f, name) for (r, f), name in convention.grid().items()]
    return pd.DataFrame(rows, columns=["r", "f", "segment"])


def table(
    customers: pd.DataFrame,
    convention: Convention,
    scores: rfm.Scores,
    units: Units,
    actions: Mapping[str, str],
    holds: Mapping[str, bool],
) -> pd.DataFrame:
    """SEGMENTS: all names of the convention, also those of no one, with their money and rule.

    `holds` says of which segments the backtest found that they buy otherwise than all others; the
    suggested action is shown for these only.
    """
    scored = customers[customers["group"] == "scored"]
    net = int(scored["monetary"].sum())
    rows = []
    for order, rule in enumerate(convention.rules, 1):
        inside = scored[scored["segment"] == rule.name]
        sums = {name: int(inside[name].sum()) for name in SUMS}
        money = int(inside["monetary"].sum())
        rows.append(
            {
                "segment": rule.name,
                "rule": rule.words,
                "rule_in_words": in_words(rule, scores, units),
                "customers": len(inside),
                "share_of_customers": share(len(inside), len(scored)),
                "monetary": money,
                "share_of_net": share(money, net) if net > 0 else None,
                "kept_purchases": int(inside["kept_purchases"].sum()),
                "average_order": METRICS["average_order"].value(sums),
                "return_rate": METRICS["return_rate"].value(sums),
                "median_recency_days": inside["recency_days"].median() if len(inside) else None,
                "order": order,
                "holds": holds.get(rule.name),
                "action": actions.get(rule.name, "") if holds.get(rule.name) else "",
            }
        )
    return pd.DataFrame(rows)


def in_words(rule: Rule, scores: rfm.Scores, units: Units) -> str:
    """A rule in days and orders: 'last kept purchase 0 to 78 days ago; 5 or more orders'."""
    words = []
    for letter, measure in (("r", "recency"), ("f", "frequency")):
        cuts = scores.cuts[measure]
        if not cuts or letter not in rule.ranges:
            continue
        low, high = (int(end) for end in rule.ranges[letter])
        is_reversed = measure == "recency"
        ends = [rfm.bounds(cuts, scores.bins, end, is_reversed) for end in (low, high)]
        first, last = (ends[1], ends[0]) if is_reversed else (ends[0], ends[1])
        if rfm.is_impossible(first[0], last[1]):
            return "no one can be in it, since cut points are equal"
        if scores.is_impossible(measure, first[0], last[1]):
            return "no one can be in it yet: the data are shorter than the gaps that it stands for"
        text = wording.span(measure, first[0], last[1], units)
        words.append(f"last kept purchase {text} ago" if is_reversed else text)
    return "; ".join(words)


def levels(customers: pd.DataFrame, convention: Convention) -> pd.DataFrame:
    """SEVEN_LEVELS: customers by level."""
    counts = customers["seven_level"].value_counts()
    return pd.DataFrame(
        {
            "level": [rule.name for rule in convention.rules],
            "rule": [rule.words for rule in convention.rules],
            "customers": [int(counts.get(rule.name, 0)) for rule in convention.rules],
        }
    )


def groups(customers: pd.DataFrame) -> pd.DataFrame:
    """GROUPS: every customer is in exactly one."""
    counts = customers["group"].value_counts()
    return pd.DataFrame(
        {"group": list(GROUPS), "customers": [int(counts.get(name, 0)) for name in GROUPS]}
    )
