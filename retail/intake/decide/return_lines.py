"""A returns table joins the transactions: its records are completed and written as CHECKED."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from retail import storage
from retail.intake import checked_parquet
from retail.intake.decide import duplicates, return_records
from retail.intake.decide.date_orders import Family
from retail.intake.decide.line_dates import formats
from retail.intake.read_report import Reject


@dataclass(frozen=True)
class Table:
    """CheckedFile Parquet files of one table, and how their dates are read."""

    paths: Sequence[Path]
    families: Sequence[Family]

    @property
    def is_day_first(self) -> list[bool]:
        """By shape."""
        return [form.is_day_first for form in formats(self.families)]


@dataclass
class Added:
    """What the returns files became; `parts` and `rejects` begin with the number of the file."""

    records: int = 0
    parts: list[tuple[int, Path]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # by part
    rejects: list[tuple[int, Reject]] = field(default_factory=list)
    rejected_amount: int = 0
    repeats: int = 0
    repeats_amount: int = 0
    spelled_out: int = 0
    from_purchases: int = 0
    undated: int = 0


def add(
    returns: Table,
    transactions: Table,
    is_dropped: Sequence[np.ndarray],
    drops_repeats: bool,
    folder: Path,
) -> Added:
    """Complete all returns and write them to `folder`, with the columns of the transactions.

    `is_dropped` are the transactions that count only once elsewhere.
    """
    found = [return_records.records(path, returns.is_day_first) for path in returns.paths]
    everything = [record for records in found for record in records]
    sold = return_records.purchases(
        transactions.paths, is_dropped, transactions.is_day_first, everything
    )
    schema = _schema(transactions.paths)
    added = Added(records=len(everything))
    told: set[tuple[Any, ...]] = set()
    masks = duplicates.find(returns.paths)
    for file, (records, mask) in enumerate(zip(found, masks, strict=True)):
        is_repeat = mask if drops_repeats else np.zeros(len(mask), bool)
        done = return_records.complete(records, is_repeat, sold, told)
        for part, lines in enumerate(done.parts):
            table = return_records.table(lines, part, schema)
            added.parts.append((file, _written(table, folder)))
            added.lines.append(len(lines))
        added.rejects += [(file, reject) for reject in done.rejects]
        added.rejected_amount += done.rejected_amount
        added.repeats += done.repeats
        added.repeats_amount += done.repeats_amount
        added.spelled_out += done.spelled_out
        added.from_purchases += done.amount_from_purchases
        added.undated += done.undated
    return added


def _schema(paths: Sequence[Path]) -> Any:
    """The columns of the transactions."""
    return pq.read_schema(paths[0])


def _written(table: Any, folder: Path) -> Path:
    key = hashlib.sha256()
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                key.update(buffer or b"")
    path = folder / f"returns-{key.hexdigest()[:32]}.parquet"
    with storage.replacing(path) as part, checked_parquet.writer(part, table.schema) as writer:
        writer.write_table(table)
    return path
