"""Cubes at the level public: no cell of fewer than five customers, and none by subtraction.

Cells with too few are not shown by name: they are one row of their period. Whoever knows the sum of a
group (another cube, a table by one dimension) and takes off the cells of it that are shown has what is
hidden of the group, so what is hidden of each group must be of five or more too: where no hidden cell
of the group has so many by itself, its smallest shown cell is hidden as well.

All cubes and tables must split time and names in the same way, or in parts of the same parts: then
a group that can be added up from two of them is one of the groups that are checked here.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from retail.privacy.groups import MINIMUM


def is_hidden(cells: pd.DataFrame, groups: Sequence[Sequence[str]]) -> pd.Series:
    """Which cells may not be shown by name.

    cells: `customers` of each, distinct, and the columns of `groups`: those whose sums are known.
    """
    hidden = cells["customers"] < MINIMUM
    size = cells["customers"]
    keys = [cells.groupby(list(names), sort=False).ngroup() for names in groups]
    while True:
        before = int(hidden.sum())
        for group in keys:
            covered = size.where(hidden, 0).groupby(group).transform("max") >= MINIMUM
            is_open = hidden.groupby(group).transform("any") & ~covered & ~hidden
            chosen = size[is_open].groupby(group[is_open]).idxmin()
            hidden = hidden | hidden.index.isin(chosen)
        if int(hidden.sum()) == before:
            return hidden


def labels(before: pd.DataFrame, after: pd.DataFrame, by: str) -> dict[str, str]:
    """Each name of a table as it was: its name in the table that may leave, where some are joined."""
    own = set(after[by])
    made = [name for name in after[by] if name not in set(before[by])]
    return {name: name if name in own or not made else made[0] for name in before[by]}
