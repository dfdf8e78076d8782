"""The returns report at the level public: no figure, month, lag or segment of fewer than five."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.figures import returns
from retail.figures.breakdowns import figure
from retail.privacy import groups
from retail.privacy.groups import MINIMUM, People, is_small, merged, runs
from retail.privacy.notes import Notes

TABLES = ("return_figures", "returns_by_month", "returns_by_lag", "returns_by_segment")


def publish(tables: Mapping[str, pd.DataFrame], people: People, notes: Notes) -> None:
    """Put the tables of the returns report, as far as they may be published, into `notes`."""
    if "return_matching" in tables:
        rules = tables["return_matching"]
        behind = rules["rule"].map(people.behind_rules()).fillna(0)
        if (behind < MINIMUM).any():
            notes.leave_out("return_matching", f"a rule matched fewer than {MINIMUM} customers")
        else:
            notes.keep("return_matching", rules)
    there = [name for name in TABLES if name in tables]
    if people.who_return() < MINIMUM:
        for name in there:
            notes.leave_out(name, f"fewer than {MINIMUM} customers returned something")
        return
    if "return_figures" in tables:
        _return_figures(tables["return_figures"], people, tables.get("refunds_beyond"), notes)
    if "returns_by_month" in tables:
        before = tables["returns_by_month"]
        months = notes.tables["by_month"]
        names = [name for name in before.columns if name != "is_open"]
        is_open = months["month"].map(before.set_index("month")["is_open"]).fillna(value=False)
        notes.keep("returns_by_month", months[names].assign(is_open=is_open.astype(bool)))
    if "returns_by_lag" in tables:
        _by_lag(tables["returns_by_lag"], notes)
    if "returns_by_segment" in tables:
        _by_segment(tables, notes)


def _by_segment(tables: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    """RETURNS_BY_SEGMENT with segments joined as in the published SEGMENTS.

    If the two tables joined different segments, their difference could give a small segment.
    """
    before = tables["returns_by_segment"]
    shown = before
    if "segments" in notes.tables:
        shown = groups.joined_returns(before, tables["segments"])
    sums = ("gross", "credited_returns")
    small = is_small(shown, "customers", sums)
    if "segments" in notes.tables and small.any():
        why = f"fewer than {MINIMUM} customers, or guests, are in no segment"
        notes.leave_out("returns_by_segment", why)
        return
    shown = merged(shown, "segment", "customers", sums, are_disjoint=True)
    if is_small(shown, "customers", sums).any():
        notes.leave_out("returns_by_segment", f"it has no group of {MINIMUM} customers")
        return
    rate = figure("return_rate", shown)
    done = f"groups with fewer than {MINIMUM} customers are joined"
    notes.keep(
        "returns_by_segment",
        shown.assign(return_rate=rate),
        done if len(shown) < len(before) else "",
    )


def _return_figures(
    figures: pd.DataFrame, people: People, beyond: pd.DataFrame | None, notes: Notes
) -> None:
    """RETURN_FIGURES without figures of fewer than MINIMUM customers."""
    behind = {
        "beyond": 0 if beyond is None else int(beyond["customer_id"].nunique()),
        "orphan": int(returns.orphans(people.return_lines)["customer_id"].nunique()),
    }
    whole = people.purchases[(people.purchases["returned"] < 0) & (people.purchases["kept"] == 0)]
    behind["returned_in_full"] = int(whole["customer_id"].nunique())
    few = [start for start, count in behind.items() if 0 < count < MINIMUM]
    gone = figures["figure"].str.startswith(tuple(few)) if few else figures["figure"].isna()
    done = f"without {int(gone.sum())} figures of fewer than {MINIMUM} customers"
    notes.keep("return_figures", figures[~gone], done if gone.any() else "")


def _by_lag(lags: pd.DataFrame, notes: Notes) -> None:
    """Lags with too few customers join the lag before."""
    label = pd.Series(runs(lags["customers"].tolist()), index=lags.index)
    label = label.where(lags["lines"] > 0, lags.index.to_series())
    if (label == lags.index).all():
        notes.keep("returns_by_lag", lags)
        return
    by = lags.groupby(label)
    last = by["lag"].last()
    joined = by.agg(
        lag_days=("lag_days", "first"),
        lag=("lag", "first"),
        lines=("lines", "sum"),
        customers=("customers", "max"),
        amount=("amount", "sum"),
        share=("share", "sum"),
        up_to=("up_to", "max"),
    )
    is_span = joined["lag"] != last
    is_rest = last.str.startswith("more than")
    spans = (joined["lag"] + " to " + last).mask(is_rest, joined["lag"] + " or more")
    joined["lag"] = joined["lag"].mask(is_span, spans)
    if ((joined["customers"] < MINIMUM) & (joined["lines"] > 0)).any():
        notes.leave_out("returns_by_lag", f"no lag has {MINIMUM} customers")
        return
    done = f"lags with fewer than {MINIMUM} customers are joined to the one before"
    notes.keep("returns_by_lag", joined.reset_index(drop=True), done)
