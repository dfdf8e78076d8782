"""Calendar months as whole numbers: year x 12 + month - 1, and their last days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

EPOCH = 1970 * 12


def of(days: np.ndarray | int) -> np.ndarray:
    """The month of each day (days since 1970-01-01)."""
    dates = np.asarray(days, dtype="int64").astype("datetime64[D]")
    return dates.astype("datetime64[M]").astype("int64") + EPOCH


def last_day(month: int) -> int:
    """The last day of a month, in days since 1970-01-01."""
    following = np.datetime64(month + 1 - EPOCH, "M").astype("datetime64[D]")
    return int(following.astype("int64")) - 1


def last_full(as_of: int) -> int:
    """The last month that has ended by `as_of`."""
    month = int(of(as_of))
    return month if last_day(month) <= as_of else month - 1


def iso(day: int) -> str:
    """A day as YYYY-MM-DD."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
