"""Groups of at least five: small ones are merged so that no subtraction brings them back.

If small groups were only left out, a total less the groups that are shown would be theirs. So small
ones are joined. Where together they are still too few, or where it can't be known (customers who
may be in several of them), the smallest of the large ones joins them too.

Cells of cubes with too few customers are not shown by name: they are one row of their period. Whoever
knows the sum of a group (another cube, a table by one dimension) and takes off the cells of it that are
shown has what is hidden of the group. So what is hidden of each group must be of five or more too: where
no hidden cell of the group has so many by itself, its smallest shown cell is hidden as well. All cubes
and tables must split time and names in the same way, or in parts of the same parts: then a group
that can be added up from two of them is one of the groups that are checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

MINIMUM = 5
SMALLER = "smaller groups"
SEGMENT_SUMS = ("customers", "share_of_customers", "monetary", "share_of_net", "kept_purchases")
# What can't be made anew from the sums; a joined row has none.
NOT_SUMMED = ("average_order", "return_rate", "median_recency_days")
SEGMENT_WORDS = ("rule", "rule_in_words", "action")


def is_small(frame: pd.DataFrame, count: str, measures: Sequence[str]) -> pd.Series:
    """Rows that are not all zero and have fewer than MINIMUM customers; guests are no customers."""
    there = (frame[[count, *measures]].fillna(0) != 0).any(axis=1)
    return (frame[count] < MINIMUM) & there


def has_small(counts: pd.Series) -> bool:
    """Whether any number of customers is 1 to MINIMUM - 1."""
    numbers = pd.to_numeric(counts)
    return bool(((numbers > 0) & (numbers < MINIMUM)).any())


def to_merge(counts: pd.Series, small: pd.Series, *, are_disjoint: bool) -> pd.Index:
    """Index of the rows that are merged into one; empty when no group is small.

    are_disjoint: nobody is in two groups, so their numbers add up; else a union is only known to be as
    large as its largest part.
    """
    if not small.any():
        return counts.index[:0]
    picked = counts[small].index
    size = counts[picked].sum() if are_disjoint else 0
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
    are_disjoint: bool,
) -> pd.DataFrame:
    """`frame` with its small groups as one row, named after the largest part and "smaller groups".

    by: the column that names a group. measures: columns that are summed; `count` is too when the
    groups are disjoint, else it is that of the largest part, a lower bound. Other columns of the new
    row are those of its largest part.
    """
    rows = to_merge(frame[count], is_small(frame, count, measures), are_disjoint=are_disjoint)
    if not len(rows):
        return frame
    joined = frame.loc[rows]
    largest = joined[count].idxmax()
    one = joined.loc[[largest]].copy()
    for measure in measures:
        one[measure] = joined[measure].sum()
    one[count] = joined[count].sum() if are_disjoint else joined[count].max()
    is_named = joined[count].max() >= MINIMUM
    one[by] = f"{one[by].iloc[0]} and {SMALLER}" if is_named else SMALLER.capitalize()
    return pd.concat([frame.drop(index=rows), one]).sort_index().reset_index(drop=True)


def runs(counts: Sequence[int]) -> list[int]:
    """Position of the row that each row is joined to, in the order given.

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


def hidden_cells(cells: pd.DataFrame, groups: Sequence[Sequence[str]]) -> pd.Series:
    """True for each cell that may not be shown by name.

    cells: one row for each cell, with `customers` (distinct) and the columns of `groups`. groups: sets of
    columns by which sums are published. A cell with fewer than MINIMUM customers is hidden. If a published sum
    has only small hidden cells, its smallest open cell is hidden too, since the difference would give them.
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


def joined_names(before: pd.DataFrame, after: pd.DataFrame, by: str) -> dict[str, str]:
    """Name before -> name in the published table, in which small groups are joined."""
    own = set(after[by])
    made = [name for name in after[by] if name not in set(before[by])]
    return {name: name if name in own or not made else made[0] for name in before[by]}


def joined_segments(table: pd.DataFrame) -> pd.DataFrame:
    """SEGMENTS with its small rows merged into one, which has no rule, no median and no rates."""
    measures = [name for name in SEGMENT_SUMS if name != "customers"]
    shown = merged(table, "segment", "customers", measures, are_disjoint=True)
    made = ~shown["segment"].isin(table["segment"])
    if not made.any():
        return table
    for name in NOT_SUMMED:
        shown[name] = shown[name].mask(made)
    for name in SEGMENT_WORDS:
        if name in shown:
            shown[name] = shown[name].mask(made, "")
    if "holds" in shown:
        shown["holds"] = shown["holds"].mask(made, other=False).astype(bool)
    return shown


def joined_returns(returns: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """RETURNS_BY_SEGMENT with the same segments merged as in `joined_segments`."""
    shown = joined_segments(table)
    names = shown.loc[~shown["segment"].isin(table["segment"]), "segment"]
    if names.empty:
        return returns
    measures = [name for name in SEGMENT_SUMS if name != "customers"]
    small = is_small(table, "customers", measures)
    gone = table.loc[to_merge(table["customers"], small, are_disjoint=True), "segment"]
    label = returns["segment"].mask(returns["segment"].isin(gone), names.iloc[0])
    numbers = ["customers", "gross", "credited_returns"]
    return returns.assign(segment=label).groupby("segment", as_index=False)[numbers].sum()


@dataclass(frozen=True)
class People:
    """purchases: PURCHASES; return_lines: RETURN_LINES; both with the input's ids."""

    purchases: pd.DataFrame
    return_lines: pd.DataFrame

    def behind_rules(self) -> pd.Series:
        """Distinct customers by the rule that matched their returns; a guest is none."""
        return self.return_lines.groupby("return_rule")["customer_id"].nunique()

    def who_return(self) -> int:
        """Distinct customers with a return."""
        return int(self.return_lines["customer_id"].nunique())
