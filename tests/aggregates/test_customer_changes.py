"""Of which customers two tables say something else, against a look at each of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from retail import frames
from retail.aggregates import customer_changes

said = st.tuples(
    st.sampled_from([None, "F", "M"]), st.sampled_from([None, 1, 2]), st.sampled_from([None, "yes"])
)
people = st.dictionaries(st.sampled_from("abcdefgh"), said, max_size=8)


def write(table: dict[str, tuple[object, ...]], path: Path) -> Path:
    """The Parquet of a table, in the order of its customers."""
    columns = list(zip(*((one, *what) for one, what in table.items()), strict=True)) or [()] * 4
    names = ("customer_id", "gender", "birth_day", "contactable")
    kinds = (pa.string(), pa.string(), pa.int64(), pa.string())
    pq.write_table(
        pa.table([pa.array(c, k) for c, k in zip(columns, kinds, strict=True)], names), path
    )
    return path


@given(people, people)
def test_whoever_came_went_or_is_told_of_otherwise(before: dict, now: dict) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory() as name:
        paths = (write(t, Path(name) / f"{n}.parquet") for n, t in enumerate((before, now)))
        found = customer_changes.between(*paths)
    assert found is not None
    ids = before.keys() | now.keys()
    assert sorted(found.all) == sorted(i for i in ids if before.get(i) != now.get(i))
    on_lines = (i for i in ids if before.get(i, (i,))[:2] != now.get(i, (i,))[:2])
    assert sorted(found.on_lines) == sorted(on_lines)


def test_tables_that_are_gone_or_have_other_columns_tell_nothing(tmp_path: Path) -> None:
    now = write({"a": ("F", 1, "yes")}, tmp_path / "now.parquet")
    assert customer_changes.between(tmp_path / "none.parquet", now) is None
    pq.write_table(pq.read_table(now).drop(["gender"]), tmp_path / "other.parquet")
    assert customer_changes.between(tmp_path / "other.parquet", now) is None


@given(st.sets(st.sampled_from("abcdefgh")), st.sets(st.sampled_from("abcdefgh")), st.data())
def test_places_after_a_few_came_or_went(
    before: set[str], now: set[str], data: st.DataObject
) -> None:
    more = data.draw(st.sets(st.sampled_from("abcdefgh")))
    old, new, others = (
        pd.Series(sorted(some), dtype="str") for some in (before, now, (before ^ now) | more)
    )
    assert np.array_equal(frames.moved(old, new, others), frames.position_among(old, new))
