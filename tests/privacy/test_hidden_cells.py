"""Cells of public cubes: none of fewer than five, and none that a subtraction tells."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from retail.privacy import groups
from retail.privacy.groups import MINIMUM

GROUPS = [["day"], ["a"], ["b"], ["day", "a"]]
CELL = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))


@given(st.dictionaries(CELL, st.integers(0, 9), min_size=1, max_size=27))
def test_what_is_hidden_of_a_group_is_of_five_or_more_or_all_of_it(counts) -> None:
    table = pd.DataFrame(
        [(*key, n) for key, n in counts.items()], columns=["day", "a", "b", "customers"]
    )
    hidden = groups.hidden_cells(table, GROUPS)
    assert (table.loc[~hidden, "customers"] >= MINIMUM).all()
    for names in GROUPS:
        for _, part in table.groupby(names):
            gone = part[hidden[part.index]]
            # The group less what is shown is what is hidden: at least the largest cell of it.
            assert gone.empty or gone["customers"].max() >= MINIMUM or len(gone) == len(part)


def test_nothing_is_hidden_where_every_cell_has_five() -> None:
    table = pd.DataFrame({"day": [1, 1, 2], "a": [1, 2, 1], "b": 0, "customers": [5, 6, 7]})
    assert not groups.hidden_cells(table, GROUPS).any()


def test_a_small_cell_takes_the_smallest_larger_one_of_its_group_with_it() -> None:
    table = pd.DataFrame({"day": 1, "a": [1, 2, 3], "b": 0, "customers": [2, 9, 6]})
    assert groups.hidden_cells(table, [["day"]]).tolist() == [True, False, True]


def test_names_that_a_table_joins_are_joined_in_cubes() -> None:
    before = pd.DataFrame({"city": ["A", "B", "C"]})
    after = pd.DataFrame({"city": ["A", "B and smaller groups"]})
    joined = "B and smaller groups"
    assert groups.joined_names(before, after, "city") == {"A": "A", "B": joined, "C": joined}
