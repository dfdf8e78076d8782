"""Rejected lines that are mostly returns, or mostly of one month: to let them pass would bend the figures.

A share of 1 % is small change where it is spread evenly; where it is all of the returns, net revenue is gross.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from retail.intake.read_report import ReadReport, Reject
from retail.intake.values.dates import DateColumn, iso
from retail.locale import PLAIN, Locale

BEFORE_1970 = 840  # months from 1900 on
LEAST = 3  # of rejected lines, below which nothing is called one-sided
MOST = 0.5  # from this share on they are "mostly" so
TIMES = 3  # as large a share as among the lines that are kept
# A number below 0 as it may be written, readable or not: a minus before or behind, or brackets.
BELOW_0 = r"^\s*['\x{2019}]?[^0-9]{0,4}[-\x{2212}\x{2010}-\x{2013}(][^0-9]{0,4}[0-9.,]|[0-9][^0-9]{0,4}[-\x{2212}]\s*$"


def looks_returned(texts: Mapping[str, Any], prefix: str) -> np.ndarray:
    """Which records of a batch look like returns by their texts: an amount or a quantity below 0, an id's prefix."""
    hits: Any = np.zeros(len(next(iter(texts.values()))), bool)
    for name in ("amount", "quantity", "unit_price"):
        if name in texts:
            below = pc.fill_null(pc.match_substring_regex(texts[name], BELOW_0), False)
            hits = hits | below.to_numpy(zero_copy_only=False)
    if prefix and "transaction_id" in texts:
        begins = pc.fill_null(pc.starts_with(texts["transaction_id"], prefix), False)
        hits = hits | begins.to_numpy(zero_copy_only=False)
    return np.asarray(hits, bool)


def months(dates: DateColumn) -> np.ndarray:
    """Months since 1900 of a column of dates, -1 where a date has none that is certain before the order is decided."""
    first, second = dates.day_first, dates.month_first
    is_sure = (dates.has_day_first != dates.has_month_first) | (
        dates.has_day_first & dates.has_month_first & (first == second)
    )
    day = np.where(dates.has_day_first, first, second).astype("datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64) + BEFORE_1970
    return np.where(is_sure, month, -1)


@dataclass(frozen=True)
class OneSided:
    """What most of the rejected lines are: how many of all, and their share among the lines that are kept."""

    what: str
    lines: int
    of: int
    usual: float

    def sentence(self, locale: Locale = PLAIN) -> str:
        """Such as "10 of 10 rejected lines are returns, of the others 3 %"."""
        return (
            f"{locale.count(self.lines)} of {locale.count(self.of)} rejected lines are {self.what}, of the others "
            f"{locale.percentage(self.usual)}"
        )


def found(rejects: Sequence[Reject], reports: Sequence[ReadReport]) -> list[OneSided]:
    """In what way the rejected lines of a table are one-sided, if they are."""
    total = sum(reject.lines for reject in rejects)
    kept = sum(report.kept for report in reports)
    if total < LEAST or not kept:
        return []
    sides = []
    returned = sum(reject.lines for reject in rejects if reject.is_return)
    usual = sum(report.returns for report in reports) / kept
    if _is_mostly(returned, total, usual):
        sides.append(OneSided("returns", returned, total, usual))
    of_month: Counter[int] = Counter()
    for report in reports:
        of_month.update(report.months)
    by_month = Counter(reject.month for reject in rejects if reject.month >= 0)
    for month, count in by_month.most_common(1):
        dated = sum(of_month.values())
        usual = of_month[month] / dated if dated else 1.0
        if _is_mostly(count, total, usual):
            day = int(
                np.datetime64(month - BEFORE_1970, "M").astype("datetime64[D]").astype(np.int64)
            )
            sides.append(OneSided(f"of {iso(day)[:7]}", count, total, usual))
    return sides


def _is_mostly(count: int, total: int, usual: float) -> bool:
    share = count / total
    return share >= MOST and share >= TIMES * usual
