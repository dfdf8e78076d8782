"""Ids of checked lines as 64-bit hashes, kept beside each Parquet file: a night that adds a day
compares whole numbers, and no text of the days before is read again.

Of ten million ids, two share a hash once in 400,000 shops; what is found with them is evidence and
warnings, never a figure.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.intake import ahead

# Key -> the columns of CHECKED whose texts it stands for; missing where one of them is.
KEYS = {
    "transaction_key": ("transaction_id",),
    "customer_key": ("customer_id",),
    "product_key": ("product_id",),
    "shelf_key": ("category", "subcategory"),
}
MIX = np.int64(0x9E3779B97F4A7C15 - 2**64)  # odd, so that no two ids are mapped to one
SUFFIX = ".keys.parquet"


def hashes(columns: Sequence[Any]) -> Any:
    """Whole numbers for texts (joined where they are several columns), null where one is."""
    from pandas.util import hash_array

    texts = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not pa.types.is_dictionary(texts.type):
        texts = pc.dictionary_encode(texts)
    distinct = texts.dictionary.to_numpy(zero_copy_only=False).astype(object)
    numbers = pa.array(hash_array(distinct, categorize=False).view(np.int64))
    return numbers.take(texts.indices)


def prepare(paths: Sequence[Path], threads: int, known: int = 0) -> None:
    """Make what `batches` reads for those of the Parquet files that have none, side by side.

    The first `known` will hardly be asked for: they are only told that they are still in use.
    """
    for path in paths[:known]:
        with suppress(FileNotFoundError):
            os.utime(_beside(path))
    paths = paths[known:]
    if len(paths) == 1:
        _whole(paths[0])
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="keys") as makers:
        list(makers.map(_whole, paths))


def batches(path: Path, names: Sequence[str], keys: Sequence[str]) -> Iterator[Any]:
    """Tables with those of the columns `names` and `keys` that a checked Parquet file has."""
    beside = _beside(path)
    _whole(path)
    with pq.ParquetFile(path) as lines, pq.ParquetFile(beside) as hashed:
        columns = [name for name in lines.schema_arrow.names if name in names]
        wanted = [name for name in hashed.schema_arrow.names if name in keys]
        for group in range(lines.num_row_groups):
            parts = [hashed.read_row_group(group, columns=wanted)]
            if columns:
                parts.append(lines.read_row_group(group, columns=columns))
            yield pa.table({n: part[n] for part in parts for n in part.column_names})


class Places:
    """Where whole numbers stand among others, which are hashed once: pyarrow would do it for each batch."""

    def __init__(self, known: np.ndarray) -> None:
        import pandas as pd

        self._known = pd.Index(known)

    def of(self, numbers: Any) -> np.ndarray:
        """The place of each; -1 of one that is missing or not among them."""
        found = self._known.get_indexer(np.asarray(pc.fill_null(numbers, 0)))
        found[np.asarray(pc.is_null(numbers))] = -1
        return found


def pairs(lines: Any) -> Any:
    """One whole number for the transaction and the customer of each line; guests share one."""
    ids, customers = (
        pc.fill_null(lines[name], 0).combine_chunks().to_numpy()
        for name in ("transaction_key", "customer_key")
    )
    is_missing = pc.is_null(lines["transaction_key"]).to_numpy()
    return pa.array(mixed(ids, customers), mask=is_missing)


def mixed(ids: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """One whole number for the hashes of an id and of a customer."""
    return ids * MIX + customers


def _beside(path: Path) -> Path:
    return path.with_name(path.stem + SUFFIX)


def _whole(path: Path) -> None:
    """Make the file of hashes of a Parquet file, with the same row groups, where it isn't whole."""
    own = _beside(path)
    if own.exists() and _groups(own) == _groups(path):
        os.utime(own)  # the store forgets what is not used
        return
    unready = own.with_name(f"{own.name}.{os.getpid()}.{threading.get_ident()}.part")
    with pq.ParquetFile(path) as lines:
        has = set(lines.schema_arrow.names)
        made = {key: names for key, names in KEYS.items() if set(names) <= has}
        schema = pa.schema([(key, pa.int64()) for key in made])
        with pq.ParquetWriter(unready, schema, compression="none", use_dictionary=False) as writer:
            columns = sorted({name for names in made.values() for name in names})
            groups = (lines.read_row_group(at, columns) for at in range(lines.num_row_groups))
            hashed = partial(_hashed, made=made, schema=schema)
            for found in ahead.in_order(hashed, groups, 1):
                writer.write_table(found, row_group_size=max(1, len(found)))
    unready.replace(own)


def _hashed(texts: Any, made: Mapping[str, Sequence[str]], schema: Any) -> Any:
    found = [hashes([texts[name] for name in names]) for names in made.values()]
    return pa.table(found, schema=schema)


def _groups(path: Path) -> list[int] | None:
    """The rows of each row group; None of a file that can't be read."""
    try:
        found = pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return None
    return [found.row_group(group).num_rows for group in range(found.num_row_groups)]
