"""What moved most between two states of net revenue, of several dimensions in one list."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

MOST = 20
COLUMNS = ["order", "dimension", "name", "before", "now", "change"]


def movers(nets: Mapping[str, Mapping[str, tuple[int, int]]]) -> pd.DataFrame:
    """{dimension: {name: (before, now)}} -> the MOST largest changes; what didn't change is left out."""
    rows = [
        (dimension, name, before, now, now - before)
        for dimension, values in nets.items()
        for name, (before, now) in values.items()
        if now != before
    ]
    rows.sort(key=lambda row: (-abs(row[4]), row[0], row[1]))
    numbered = [(order, *row) for order, row in enumerate(rows[:MOST], 1)]
    return pd.DataFrame(numbered, columns=COLUMNS)
