"""The key figures of the whole data, each compared for the last full month with a year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from retail.locale import PLAIN, Locale
from retail.schema.measures import Period, first_day


@dataclass(frozen=True)
class Totals:
    """Whole numbers of one span of days; money and units in smallest units."""

    days: int
    gross: int
    returns: int
    tax: int
    units: int
    purchases: int
    kept_purchases: int
    transactions: int
    buyers: int
    credited_returns: int


# figure, label, kind, the field that the input must have for it
FIGURES = (
    ("net", "Net revenue", "money", None),
    ("net_ex_tax", "Net revenue ex tax", "money", "tax"),
    ("gross", "Gross revenue", "money", None),
    ("returns", "Returns", "money", None),
    ("return_rate", "Return rate", "share", None),
    ("units", "Units", "quantity", "quantity"),
    ("purchases", "Purchases", "count", None),
    ("kept_purchases", "Kept purchases", "count", None),
    ("average_order", "Average order", "money", None),
    ("buyers", "Buyers", "count", None),
    ("average_daily_net", "Average daily net revenue", "money", None),
    ("transactions", "Transactions", "count", None),
    ("tax", "Tax", "money", "tax"),
)


def values(totals: Totals) -> dict[str, float | None]:
    """Every key figure of a span; a ratio is missing when there is nothing to divide by."""
    net = totals.gross + totals.returns
    return {
        "net": net,
        "net_ex_tax": net - totals.tax,
        "gross": totals.gross,
        "returns": totals.returns,
        "return_rate": _ratio(-totals.credited_returns, totals.gross),
        "units": totals.units,
        "purchases": totals.purchases,
        "kept_purchases": totals.kept_purchases,
        "average_order": _ratio(totals.gross, totals.purchases),
        "buyers": totals.buyers,
        "average_daily_net": _ratio(net, totals.days),
        "transactions": totals.transactions,
        "tax": totals.tax,
    }


def _ratio(above: int, below: int) -> float | None:
    return above / below if below > 0 else None


def table(
    whole: Totals,
    months: Mapping[int, Totals],
    period: Period,
    features: frozenset[str],
    locale: Locale = PLAIN,
) -> pd.DataFrame:
    """KEY_FIGURES. `months`: totals by calendar month (year * 12 + month - 1)."""
    total, now, before, compared = values(whole), {}, {}, "-"
    pair = compared_months(period)
    if pair is not None and set(pair) <= set(months):
        before, now = (values(months[month]) for month in pair)
        compared = f"{locale.month_number(pair[1])} against {locale.month_number(pair[0])}"
    rows = [
        {
            "figure": figure,
            "label": label,
            "kind": kind,
            "value": total[figure],
            "comparison": _change(now.get(figure), before.get(figure)),
            "month_value": now.get(figure),
            "year_before_value": before.get(figure),
            "compared": compared,
        }
        for figure, label, kind, needed in FIGURES
        if needed is None or needed in features
    ]
    real = ("value", "comparison", "month_value", "year_before_value")
    return pd.DataFrame(rows).astype(dict.fromkeys(real, "float64"))


def compared_months(period: Period) -> tuple[int, int] | None:
    """The last full month's year-ago month, and itself; None unless both lie wholly inside the data."""
    last = period.last_full_month
    return None if last is None or first_day(last - 12) < period.first else (last - 12, last)


def _change(now: float | None, before: float | None) -> float | None:
    """Now / before - 1; missing where that says nothing (before is 0, or the sign changed)."""
    if now is None or before is None or before == 0 or (now < 0) != (before < 0):
        return None
    return (now - before) / before
