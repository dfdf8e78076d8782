"""The key figures of the whole data, each compared for the last full month with a year before."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.locale import PLAIN, Locale
from retail.schema.metrics import METRICS
from retail.schema.units import Period, first_day

# Whole numbers of one span of days, by name: `days` and the sums that METRICS add up.
Totals = dict[str, int]


def values(totals: Mapping[str, int]) -> dict[str, float | None]:
    """Every key figure of a span; a ratio is missing when there is nothing to divide by."""
    return {name: metric.value(totals) for name, metric in METRICS.items()}


def table(
    whole: Mapping[str, int],
    months: Mapping[int, Mapping[str, int]],
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
            "label": metric.label,
            "kind": metric.column_kind,
            "value": total[figure],
            "comparison": _change(now.get(figure), before.get(figure), metric.kind == "share"),
            "month_value": now.get(figure),
            "year_before_value": before.get(figure),
            "compared": compared,
        }
        for figure, metric in METRICS.items()
        if not metric.needs or metric.needs in features
    ]
    real = ("value", "comparison", "month_value", "year_before_value")
    return pd.DataFrame(rows).astype(dict.fromkeys(real, "float64"))


def compared_months(period: Period) -> tuple[int, int] | None:
    """The last full month's year-ago month, and itself; None unless both lie wholly inside the data."""
    last = period.last_full_month
    return None if last is None or first_day(last - 12) < period.first else (last - 12, last)


def _change(now: float | None, before: float | None, is_rate: bool) -> float | None:
    """Now / before - 1, of a rate now - before; None when before is 0 or the sign changed."""
    if now is None or before is None:
        return None
    if is_rate:
        return now - before
    if before == 0 or (now < 0) != (before < 0):
        return None
    return (now - before) / before
