"""The shop's rhythm: days from a customer's order to their next, by Kaplan and Meier (1958).

A customer's last order has no next one yet: its gap is open and counts as at least as long as it has lasted
("censored"). Closed gaps alone are biased short, since the long ones are still open. The share that
has come back within so many days is exact here, by whole numbers, so equal data give equal cut points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

# Cut points of recency in the scheme "rhythm": the usual gap, then 80, 90 and 95 %.
SHARES = (Fraction(1, 2), Fraction(4, 5), Fraction(9, 10), Fraction(19, 20))


@dataclass(frozen=True)
class Gaps:
    """Gaps by length: `closed[days]` and `open[days]` are numbers of gaps, of equal length."""

    closed: np.ndarray
    open: np.ndarray

    def __add__(self, other: Gaps) -> Gaps:
        size = max(len(self.closed), len(other.closed))
        return Gaps(
            *(
                np.pad(a, (0, size - len(a))) + np.pad(b, (0, size - len(b)))
                for a, b in ((self.closed, other.closed), (self.open, other.open))
            )
        )

    def days(self, shares: Iterable[Fraction] = SHARES) -> list[int | None]:
        """For each share, ascending, the shortest time within which so large a share of gaps has closed.

        None where the time seen is too short to say: more gaps than that are still open.

        >>> Gaps(np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])).days([Fraction(1, 4), Fraction(1, 2)])
        [1, 2]
        """
        wanted, found = list(shares), list[int | None]()
        for day, open_above, open_below in self._curve():
            while len(found) < len(wanted) and open_above <= (1 - wanted[len(found)]) * open_below:
                found.append(day)
        return found + [None] * (len(wanted) - len(found))

    @property
    def share_closed(self) -> Fraction:
        """The share of gaps that has closed within the time seen; 0 without a closed gap."""
        *_, (_, above, below) = [(0, 1, 1), *self._curve()]
        return 1 - Fraction(above, below)

    def _curve(self) -> Iterable[tuple[int, int, int]]:
        """Days with a closed gap, ascending, and the share still open after each, as two whole numbers."""
        lasting = (self.closed + self.open)[::-1].cumsum()[::-1]  # gaps of at least so many days
        above, below = 1, 1
        for day in np.flatnonzero(self.closed).tolist():
            at_risk, ends = int(lasting[day]), int(self.closed[day])
            above, below = above * (at_risk - ends), below * at_risk
            yield day, above, below


NONE = Gaps(np.zeros(0, dtype="int64"), np.zeros(0, dtype="int64"))


def of(purchases: pd.DataFrame, through: int) -> Gaps:
    """The gaps of some customers, whose purchases up to the day `through` are all there.

    Takes customer_id (missing for guests) and day of PURCHASES. Purchases of one day are one order: nobody
    comes back on the day itself. An open gap lasts until `through`, the last day with a purchase: what comes after is
    no trade.
    """
    known = purchases.loc[purchases["customer_id"].notna(), ["customer_id", "day"]]
    known = known[known["day"] <= through]
    if known.empty:
        return NONE
    customer = pd.factorize(known["customer_id"])[0]
    day = known["day"].to_numpy("int64")
    order = np.lexsort((day, customer))
    customer, day = customer[order], day[order]
    is_same = customer[1:] == customer[:-1]
    gap = np.diff(day)
    size = int(through - day.min()) + 1
    closed = gap[is_same & (gap > 0)]
    last = np.append(np.flatnonzero(~is_same), len(day) - 1)
    return Gaps(
        np.bincount(closed, minlength=size), np.bincount(through - day[last], minlength=size)
    )


def of_parts(parts: Iterable[tuple[pd.DataFrame, pd.DataFrame]], through: int) -> Gaps:
    """The same of PURCHASES (and RETURN_LINES) in parts that each have some customers whole."""
    total = NONE
    for purchases, _ in parts:
        total += of(purchases, through)
    return total


def recency_cuts(gaps: Gaps, longest: int) -> tuple[Fraction, ...]:
    """Cut points of recency at the gaps of SHARES, in days; `longest` where the time seen is too short.

    longest: the longest time that a customer can have been away, so that nobody is above it.
    """
    return tuple(Fraction(longest if days is None else min(days, longest)) for days in gaps.days())


def table(gaps: Gaps, customers: pd.DataFrame) -> pd.DataFrame:
    """GAPS: the gap of each share, and how many of the scored customers have been away longer."""
    scored = customers.loc[customers["group"] == "scored", "recency_days"].to_numpy("int64")
    days = gaps.days()
    past = [None if one is None else int((scored > one).sum()) for one in days]
    return pd.DataFrame(
        {
            "share": [float(share) for share in SHARES],
            "days": pd.array(days, "Int64"),
            "customers": pd.array(past, "Int64"),
            "share_of_customers": [
                None if one is None or not len(scored) else one / len(scored) for one in past
            ],
        }
    )


def by_segment(gaps: Gaps, customers: pd.DataFrame, segments: list[str]) -> pd.DataFrame:
    """SEGMENT_GAPS: how many of each segment have been away for longer than each gap."""
    scored = customers[customers["group"] == "scored"]
    recency = scored["recency_days"].to_numpy("int64")
    found: dict[str, Any] = {"segment": segments, "order": range(1, len(segments) + 1)}
    found["customers"] = _counted(scored["segment"], segments)
    for share, days in zip(SHARES, gaps.days(), strict=True):
        is_past = recency > (days if days is not None else np.inf)
        counts = _counted(scored.loc[is_past, "segment"], segments)
        found[f"past_{share * 100}"] = pd.array(
            [None] * len(segments) if days is None else counts, "Int64"
        )
    return pd.DataFrame(found)


def _counted(names: pd.Series, order: list[str]) -> list[int]:
    counts = names.value_counts()
    return [int(counts.get(name, 0)) for name in order]
