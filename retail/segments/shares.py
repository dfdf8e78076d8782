"""How many moved up, down, away and in from each month end to the next, and why."""

from __future__ import annotations

import pandas as pd

from retail.segments.profiles import shares

# In the order in which a reader asks.
ORDER = ("stayed", "up", "came back", "new", "down", "lapsed", "returned all")
PAIR = ["from_month", "to_month"]


def by_direction(movement: pd.DataFrame) -> pd.DataFrame:
    """MOVEMENT -> MOVEMENT_SHARES: neighbouring month ends only, one row per direction and cause."""
    steps = movement[movement["to_month"] == movement["from_month"] + 1]
    sums = steps.groupby([*PAIR, "direction", "cause"], as_index=False, sort=True)[
        ["customers", "monetary_before", "monetary_after"]
    ].sum()
    everyone = sums.groupby(PAIR)["customers"].transform("sum")
    return sums.assign(
        share=shares(sums["customers"].to_numpy(), everyone.to_numpy()),
        change=sums["monetary_after"] - sums["monetary_before"],
        order=sums["direction"].map({name: at for at, name in enumerate(ORDER, 1)}),
    )
