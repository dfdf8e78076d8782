"""Lines that are equal in every column, found by a 128-bit hash of their text.

Two keyed SipHashes of 64 bits each: the fields joined by NUL, which no file can hold, in the order
of their headers, so that neither quoting nor the order of columns makes equal lines differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

KEYS = ("retail-report-hi", "retail-report-lo")


def hashes(table: Any, headers: Sequence[str], has_header: bool) -> tuple[np.ndarray, np.ndarray]:
    """Both halves of the hash of each record of `table` (text columns), as int64."""
    from pandas.util import hash_array

    order = list(range(len(headers)))
    if has_header:
        order.sort(key=lambda at: (headers[at], at))
    columns = [pc.fill_null(table.column(at).combine_chunks(), "") for at in order]
    joined = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    texts = joined.to_numpy(zero_copy_only=False)
    high, low = (hash_array(texts, hash_key=key, categorize=False) for key in KEYS)
    return high.view(np.int64), low.view(np.int64)


def find(paths: Sequence[Path]) -> list[np.ndarray]:
    """For each checked Parquet file, which records repeat an earlier one (a mask).

    Second halves of the hashes are read only if first halves repeat.
    """
    import pandas as pd

    parts = [_column(path, "hash_high") for path in paths]
    high = np.concatenate(parts) if parts else np.empty(0, np.int64)
    is_repeat = np.zeros(len(high), bool)
    in_order = np.sort(high)
    twice = in_order[1:][in_order[1:] == in_order[:-1]]
    if len(twice):
        is_candidate = pc.is_in(pa.array(high), value_set=pa.array(twice))
        candidates = np.flatnonzero(is_candidate)
        low = np.concatenate([_column(path, "hash_low") for path in paths])[candidates]
        both = pd.DataFrame({"high": high[candidates], "low": low})
        is_repeat[candidates] = both.duplicated()
    return np.split(is_repeat, np.cumsum([len(part) for part in parts])[:-1]) if parts else []


def _column(path: Path, name: str) -> np.ndarray:
    return pq.read_table(path, columns=[name]).column(0).to_numpy()
