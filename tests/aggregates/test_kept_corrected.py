"""Kept units of all customers, corrected by what some kept more and less, against sums of all rows."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.aggregates import kept

PEOPLE = "abcdefgh"
units = st.dictionaries(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["x", "y", "z"])), st.integers(1, 4)
)


def table(
    found: dict[tuple[str, str], int], customers: pd.Series, shelves: pd.DataFrame
) -> pd.DataFrame:
    places = list(customers), list(shelves["subcategory"])
    rows = [(places[0].index(c), places[1].index(s), u) for (c, s), u in found.items()]
    return kept.in_order(pd.DataFrame(rows, columns=["customer", "shelf", "units"]))


@settings(max_examples=200)
@given(units, st.sets(st.sampled_from(PEOPLE)), st.data())
def test_units_are_added_and_taken_away(
    before: dict[tuple[str, str], int],
    others: set[str],
    data: st.DataObject,
) -> None:
    """`others` came to the table of customers without a row so far."""
    less = {k: data.draw(st.integers(0, v)) for k, v in before.items() if data.draw(st.booleans())}
    less = {place: count for place, count in less.items() if count}
    more = data.draw(units)
    after = {place: before.get(place, 0) for place in before | more}
    for sign, change in ((-1, less), (1, more)):
        for place, count in change.items():
            after[place] += sign * count
    known = {name for name, _ in before}
    customers = [
        pd.Series(sorted(some), dtype="str")
        for some in (known, known | others | {name for name, _ in more})
    ]
    shelves = [
        pd.DataFrame({"category": "c", "subcategory": sorted(some)}, dtype="str")
        for some in ({s for _, s in before} | {"y"}, {s for _, s in before | more} | {"y"})
    ]
    found = kept.corrected(
        table(before, customers[0], shelves[0]),
        table(less, customers[1], shelves[1]),
        table(more, customers[1], shelves[1]),
        (customers[0], customers[1]),
        (shelves[0], shelves[1]),
        pd.Series(sorted(others | {name for name, _ in more}), dtype="str"),
    )
    wanted = {place: count for place, count in after.items() if count}
    pd.testing.assert_frame_equal(found, table(wanted, customers[1], shelves[1]))
