"""CheckedFile Parquet files, read in batches so that no file has to fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """A pyarrow writer of CHECKED. These files are read several times and soon: what packs quickly is
    better than what packs well, and hashes can't be packed."""
    repeated = [
        c.name
        for c in CHECKED.columns
        if c.name in schema.names and c.kind in FEW_VALUES and c.name not in MOSTLY_DISTINCT
    ]
    packed = {name: "none" if name in HASHES else "lz4" for name in schema.names}
    return pq.ParquetWriter(path, schema, compression=packed, use_dictionary=repeated)


def tables(path: Path, names: Sequence[str]) -> Iterator[Any]:
    """Tables with those of the columns `names` that the file has."""
    return (table for table, _ in batches(path, names))


def batches(
    path: Path, names: Sequence[str], mask: np.ndarray | None = None
) -> Iterator[tuple[Any, np.ndarray]]:
    """Tables with those of the columns `names` that the file has, and their part of `mask`."""
    with pq.ParquetFile(path) as file:
        columns = [name for name in file.schema_arrow.names if name in names]
        at = 0
        for batch in file.iter_batches(batch_size=ROWS, columns=columns):
            table = pa.table(batch).combine_chunks()
            part = (
                np.zeros(table.num_rows, bool) if mask is None else mask[at : at + table.num_rows]
            )
            at += table.num_rows
            yield table, part


def together(tables: Iterable[Any]) -> Iterator[Any]:
    """The same records in tables of at least ROWS, but for the last and where columns change.

    For what looks all ids up in each table: with a thousand daily files it would take longest.
    """
    waiting: list[Any] = []
    for table in tables:
        if waiting and table.schema != waiting[0].schema:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
        waiting.append(table)
        if sum(part.num_rows for part in waiting) >= ROWS:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()
