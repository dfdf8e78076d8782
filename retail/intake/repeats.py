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

    Holds 8 bytes per record of all files, and 16 more for those whose first half is not unique.
    """
    high = [_column(path, "hash_high") for path in paths]
    lengths = [len(values) for values in high]
    together = np.concatenate(high) if high else np.empty(0, np.int64)
    del high
    order = np.sort(together)
    doubled = np.unique(order[1:][order[1:] == order[:-1]])
    del order
    masks = [np.zeros(length, bool) for length in lengths]
    if not len(doubled):
        return masks
    seen: set[tuple[int, int]] = set()
    offset = 0
    for path, mask in zip(paths, masks, strict=True):
        part = together[offset : offset + len(mask)]
        offset += len(mask)
        places = np.searchsorted(doubled, part)
        candidates = np.flatnonzero(doubled[np.minimum(places, len(doubled) - 1)] == part)
        low = _column(path, "hash_low")[candidates]
        for at, key in zip(
            candidates, zip(part[candidates].tolist(), low.tolist(), strict=True), strict=True
        ):
            if key in seen:
                mask[at] = True
            seen.add(key)
    return masks


def _column(path: Path, name: str) -> np.ndarray:
    column = pq.read_table(path, columns=[name]).column(0)
    return column.to_numpy() if column.type == pa.int64() else np.empty(0, np.int64)
