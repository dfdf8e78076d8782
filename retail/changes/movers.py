"""What moved most between two states of net revenue, of several dimensions in one list."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from retail.changes import noise

MOST = 20
COLUMNS = ["order", "dimension", "name", "before", "now", "change"]


def movers(
    nets: Mapping[str, Mapping[str, tuple[int, int]]],
    variances: Mapping[tuple[str, str], float] | None = None,
) -> pd.DataFrame:
    """{dimension: {name: (before, now)}} -> the MOST largest changes; what didn't change is left out.

    With the variance of each change by (dimension, name), `noise` (two standard deviations) and `is_beyond_noise`
    are there too: all names are tested, also those that are not listed.
    """
    rows = [
        (dimension, name, before, now, now - before)
        for dimension, values in nets.items()
        for name, (before, now) in values.items()
        if now != before
    ]
    rows.sort(key=lambda row: (-abs(row[4]), row[0], row[1]))
    numbered = [(order, *row) for order, row in enumerate(rows[:MOST], 1)]
    table = pd.DataFrame(numbered, columns=COLUMNS)
    if variances is None:
        return table
    changes = {
        (dimension, name): now - before
        for dimension, values in nets.items()
        for name, (before, now) in values.items()
    }
    beyond = noise.family(changes, variances)
    shown = list(zip(table["dimension"], table["name"], strict=True))
    return table.assign(
        noise=[round(noise.DEVIATIONS * math.sqrt(variances.get(one, 0.0))) for one in shown],
        is_beyond_noise=[beyond[one] for one in shown],
    )
