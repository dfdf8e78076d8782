"""Groups of at least five: small ones are merged so that no subtraction brings them back.

If small groups were only left out, a total less the groups that are shown would be theirs. So small
ones are joined, and where together they are still too few, or where it can't be known (customers who
may be in several of them), the smallest of the large ones joins them too.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

MINIMUM = 5
SMALLER = "smaller groups"


def is_small(frame: pd.DataFrame, count: str, measures: Sequence[str]) -> pd.Series:
    """Rows with something in them that fewer than MINIMUM customers made; guests are no customers."""
    there = (frame[[count, *measures]].fillna(0) != 0).any(axis=1)
    return (frame[count] < MINIMUM) & there


def has_small(counts: pd.Series) -> bool:
    """Whether a number of customers, of any row, is 1 to MINIMUM - 1."""
    numbers = pd.to_numeric(counts)
    return bool(((numbers > 0) & (numbers < MINIMUM)).any())


def to_merge(counts: pd.Series, small: pd.Series, *, are_apart: bool) -> pd.Index:
    """Which rows become one; none when there is no small one.

    are_apart: nobody is in two groups, so their numbers add up; else a union is only known to be as
    large as its largest part.
    """
    if not small.any():
        return counts.index[:0]
    picked = counts[small].index
    size = counts[picked].sum() if are_apart else 0
    if size >= MINIMUM:
        return picked
    large = counts[~small & (counts >= MINIMUM)]
    if large.empty:
        return counts.index
    return picked.append(pd.Index([large.sort_values(kind="stable").index[0]]))


def merged(
    frame: pd.DataFrame,
    by: str,
    count: str,
    measures: Sequence[str],
    *,
    are_apart: bool,
) -> pd.DataFrame:
    """`frame` with its small groups as one row, named after the largest part and "smaller groups".

    by: the column that names a group. measures: columns that are summed; `count` is too when the
    groups are apart, else it is that of the largest part, a lower bound. Other columns of the new
    row are those of its largest part.
    """
    rows = to_merge(frame[count], is_small(frame, count, measures), are_apart=are_apart)
    if not len(rows):
        return frame
    joined = frame.loc[rows]
    largest = joined[count].idxmax()
    one = joined.loc[[largest]].copy()
    for measure in measures:
        one[measure] = joined[measure].sum()
    one[count] = joined[count].sum() if are_apart else joined[count].max()
    is_named = joined[count].max() >= MINIMUM
    one[by] = f"{one[by].iloc[0]} and {SMALLER}" if is_named else SMALLER.capitalize()
    return pd.concat([frame.drop(index=rows), one]).sort_index().reset_index(drop=True)


def runs(counts: Sequence[int]) -> list[int]:
    """For rows in an order: the position of the row that each is joined to.

    A row with fewer than MINIMUM joins the nearest earlier row that has enough, the first ones the
    first that has; all join row 0 when none has.
    """
    enough = [at for at, count in enumerate(counts) if count >= MINIMUM]
    if not enough:
        return [0] * len(counts)
    found, last = [], enough[0]
    for at, count in enumerate(counts):
        if count >= MINIMUM:
            last = at
        found.append(last)
    return found
