"""Days -> the weeks, months, quarters and years they are in, as a small table any engine can join."""

from __future__ import annotations

import numpy as np
import pandas as pd

MONTHS_BEFORE_1970 = 1970 * 12


def table(first: int, last: int) -> pd.DataFrame:
    """One row per day, first and last included (days since 1970-01-01).

    Columns, all int64: day, week (first day of the ISO week), month, quarter (its first month),
    year, weekday (1 Monday to 7 Sunday), month_of_year (1 to 12).
    """
    day = np.arange(first, last + 1, dtype="int64")
    weekday = (day + 3) % 7 + 1  # 1970-01-01 was a Thursday
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype("int64") + MONTHS_BEFORE_1970
    return pd.DataFrame(
        {
            "day": day,
            "week": day - weekday + 1,
            "month": month,
            "quarter": month // 3 * 3,
            "year": month // 12,
            "weekday": weekday,
            "month_of_year": month % 12 + 1,
        }
    )
