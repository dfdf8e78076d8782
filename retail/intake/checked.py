"""Checked Parquet files, read in batches so that no file has to fit in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS = 500_000


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
