"""Hashes of records and ids: what is equal is found by whole numbers, not by texts.

A record has a hash of 128 bits: two keyed SipHashes of its fields joined by NUL, which no file can
hold, in the order of their headers, so that neither quoting nor the order of columns makes equal lines
differ. An id has one of 64 bits: of ten million ids, two share a hash once in 400,000 shops, so what is
found with them is evidence and warnings, never a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pandas.util import hash_array

KEYS = ("retail-report-hi", "retail-report-lo")
MIX = np.int64(0x9E3779B97F4A7C15 - 2**64)  # odd, so that no two ids are mapped to one


def of_records(
    table: Any, headers: Sequence[str], has_header: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Both halves of the hash of each record of `table` (text columns), as int64."""
    order = list(range(len(headers)))
    if has_header:
        order.sort(key=lambda at: (headers[at], at))
    columns = [pc.fill_null(table.column(at).combine_chunks(), "") for at in order]
    joined = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    texts = joined.to_numpy(zero_copy_only=False)
    high, low = (hash_array(texts, hash_key=key, categorize=False) for key in KEYS)
    return high.view(np.int64), low.view(np.int64)


def repeats(paths: Sequence[Path]) -> list[np.ndarray]:
    """For each checked Parquet file, which records repeat an earlier one (a mask).

    Second halves of the hashes are read only if first halves repeat.
    """
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


def of_ids(columns: Sequence[Any]) -> Any:
    """One hash for each row, of its text (joined where there are several columns); null if one is null."""
    texts = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    coded = texts if pa.types.is_dictionary(texts.type) else pc.dictionary_encode(texts)
    distinct = coded.dictionary.to_numpy(zero_copy_only=False).astype(object)
    hashed = pa.array(hash_array(distinct, categorize=False).view(np.int64))
    return hashed.take(coded.indices)


def of_pairs(ids: Any, customers: Any) -> Any:
    """One hash for each line, of the hashes of its transaction and customer; all guests count as one customer."""
    mixed = ids.fill_null(0).to_numpy() * MIX + customers.fill_null(0).to_numpy()
    return pa.array(mixed, mask=np.asarray(ids.is_null()))


class HashIndex:
    """Finds the positions of hashes in an array of distinct hashes."""

    def __init__(self, known: np.ndarray) -> None:
        self._known = pd.Index(known)

    def places(self, found: Any) -> np.ndarray:
        """Position of each hash in the indexed array; -1 if the hash is null or isn't there."""
        places = self._known.get_indexer(np.asarray(pc.fill_null(found, 0)))
        places[np.asarray(pc.is_null(found))] = -1
        return places
