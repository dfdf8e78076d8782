"""Checked Parquet files, read in batches so that no file has to fit in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from retail.schema.lines import CHECKED, HASHES

ROWS = 500_000
FEW_VALUES = ("text", "day", "quantity", "money")  # often: then they are numbered
# For tables of texts that are hardly repeated, read once or twice.
QUICK: dict[str, Any] = {"compression": "lz4", "use_dictionary": False, "write_statistics": False}
MOSTLY_DISTINCT = ("row", "transaction_id", "amount", "tax")


def writer(path: Path, schema: Any) -> Any:
    """A pyarrow writer of CHECKED. These files are read soon and often: quick compression beats small files,
    and hashes can't be compressed."""
    repeated = [
        c.name
        for c in CHECKED.columns
        if c.name in schema.names and c.kind in FEW_VALUES and c.name not in MOSTLY_DISTINCT
    ]
    packed = {name: "none" if name in HASHES else "lz4" for name in schema.names}
    return pq.ParquetWriter(path, schema, compression=packed, use_dictionary=repeated)


def tables(path: Path, names: Sequence[str], coded: Sequence[str] = ()) -> Iterator[Any]:
    """Tables of a file with the columns `names`, as far as it has them; those `coded` as dictionaries."""
    return (table for table, _ in batches(path, names, coded=coded))


def batches(
    path: Path, names: Sequence[str], mask: np.ndarray | None = None, coded: Sequence[str] = ()
) -> Iterator[tuple[Any, np.ndarray]]:
    """Tables as `tables` yields them, each with the part of `mask` for its lines.

    mask: one flag for each line of the file; by default False for all.
    """
    has = set(pq.read_schema(path).names) if coded else set()
    with pq.ParquetFile(path, read_dictionary=sorted(has & set(coded))) as file:
        columns = [name for name in file.schema_arrow.names if name in names]
        at = 0
        for batch in file.iter_batches(batch_size=ROWS, columns=columns):
            table = pa.table(batch).combine_chunks()
            part = (
                np.zeros(table.num_rows, bool) if mask is None else mask[at : at + table.num_rows]
            )
            at += table.num_rows
            yield table, part
