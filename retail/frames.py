"""The waist of the pipeline: lazy frames of any engine become small pandas tables with a known schema.

Above it frames are lazy and belong to the engine; below it they are pandas, cast and sorted by
key, so that every engine and every order of rows gives the same table.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from retail.schema.table import Column, Table

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pyarrow as pa

WHOLE = ("count", "money", "quantity", "day", "month", "number")
DTYPES = {
    **dict.fromkeys(WHOLE, "int64"),
    "text": "str",
    "moment": "str",
    "mean": "float64",
    "share": "float64",
    "real": "float64",
    "exact": "float64",
    "flag": "bool",
}

FEW = 8  # so many times more texts are "many"


def collect(frame: nw.LazyFrame[Any], table: Table) -> pd.DataFrame:
    """A lazy frame of any engine as a pandas table with the columns of `table`, sorted by its key."""
    names = frame.collect_schema().names()
    wanted = [name for name in table.names if name in names]
    return conform(frame.select(wanted).collect("pandas").to_native(), table)


def conform(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """`frame` with the columns, order, types and sort order of `table`.

    Optional columns that are absent are left out; a missing required column, a missing value in a
    required column or a repeated key raises ValueError (a bug here, never the user's mistake).
    """
    columns = [c for c in table.columns if c.name in frame.columns or not c.optional]
    lacking = [c.name for c in columns if c.name not in frame.columns]
    if lacking:
        raise ValueError(f"table {table.name} lacks {lacking}; it has {list(frame.columns)}")
    given = {c.name: frame[c.name] for c in columns}
    typed = {c.name: _cast(given[c.name], c, table.name) for c in columns}
    are_typed = all(typed[name] is given[name] for name in given)
    cast = frame[list(given)] if are_typed else pd.DataFrame(typed, copy=False)
    key = list(table.key)
    if not key or (len(key) == 1 and _increases(cast[key[0]])):
        return cast.reset_index(drop=True)
    if cast.duplicated(key).any():
        twice = cast.loc[cast.duplicated(key, keep=False), key].head(3).to_dict("records")
        raise ValueError(f"table {table.name} has repeated keys, such as {twice}")
    return cast.sort_values(key, kind="stable").reset_index(drop=True)


def in_order(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """`frame` sorted by a column; without a copy where it is."""
    if _increases(frame[key]):
        return frame.reset_index(drop=True)
    return frame.sort_values(key, kind="stable").reset_index(drop=True)


def _increases(values: pd.Series) -> bool:
    """Whether each value is above the one before."""
    if values.dtype != "str":
        return bool(values.is_monotonic_increasing and values.is_unique)
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = pa.array(values, pa.large_string(), from_pandas=True)
    return bool(pc.all(pc.less(texts[:-1], texts[1:]), skip_nulls=False, min_count=0).as_py())


def _cast(values: pd.Series, column: Column, table: str) -> pd.Series:
    """The values as the column's type: the very same where they are of it already."""
    dtype = DTYPES[column.kind]
    if column.optional:
        wanted = {"int64": "Int64", "bool": "boolean"}.get(dtype, dtype)
        return values if values.dtype == wanted else values.astype(wanted)  # type: ignore[call-overload,no-any-return]
    if values.dtype == dtype and dtype in ("int64", "bool"):
        return values  # these can't be missing
    missing = values.isna()
    if missing.any():
        raise ValueError(f"table {table}, column {column.name}: {int(missing.sum())} missing")
    return values if values.dtype == dtype else values.astype(dtype)  # type: ignore[call-overload,no-any-return]


def subcategory_labels(rows: pd.DataFrame, mark: str = " · ") -> pd.Series:
    """The subcategory after its category, with a mark between them; once where both are one name."""
    both = rows["category"] + mark + rows["subcategory"]
    return both.where(rows["category"] != rows["subcategory"], rows["category"])


def is_among(texts: pd.Series | pd.Index, others: Collection[str]) -> np.ndarray:
    """Which texts are among `others`; a missing one is not. See `position_among`."""
    return position_among(texts, others) >= 0


def position_among(texts: pd.Series | pd.Index, others: Collection[str]) -> np.ndarray:
    """The position of each text among `others`, the first of equals; -1 where it is not among them.

    By one hash table of Arrow: pandas' `isin` makes a Python object of each of `others`, which takes
    ten times as long.
    """
    import pyarrow as pa

    table, asked = _texts(others if hasattr(others, "dtype") else list(others)), _texts(texts)
    if len(asked) * FEW > len(table):
        return _positions(asked, table)
    # Few texts among many others: to look the many up takes less than to hash them.
    at = np.flatnonzero(_positions(table, asked) >= 0)
    return np.append(at, -1)[_positions(asked, table.take(pa.array(at)))]


def _texts(values: Any) -> pa.Array:
    """Texts of pandas or a list as one array: a concatenated column has several, of several types."""
    import pyarrow as pa

    found = pa.array(values, pa.large_string(), from_pandas=True)
    if not isinstance(found, pa.ChunkedArray):
        return found
    parts = [chunk.cast(pa.large_string()) for chunk in found.chunks]
    return pa.concat_arrays(parts) if parts else pa.array([], pa.large_string())


def _positions(texts: pa.Array, table: pa.Array) -> np.ndarray:
    import pyarrow.compute as pc

    found = pc.index_in(texts, value_set=table, skip_nulls=True)
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False))


def exact_sum(values: npt.ArrayLike) -> int:
    """The sum of whole numbers of 64 bits as a Python integer, which can't wrap."""
    whole = np.asarray(values, dtype="int64")
    return (int((whole >> 32).sum()) << 32) + int((whole & 0xFFFFFFFF).sum())
