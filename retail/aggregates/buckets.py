"""PURCHASES and RETURN_LINES divided into buckets of customers, so that one bucket is in memory at a time.

The look back and the slices read all purchases several times. A large shop's tables are divided once: each
bucket has Parquet files of its own, which are read without those of other buckets.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from retail.aggregates.parquet_rows import ParquetRows
from retail.aggregates.purchases import PURCHASE_COLUMNS

MOST_PURCHASES = 2_000_000  # in one bucket, some 300 MB
OF_PURCHASES = ("transaction_id", "customer_id", "day", *PURCHASE_COLUMNS, "gross")
OF_RETURNS = ("customer_id", "day", "purchase_id", "purchase_customer", "amount")
# What buckets of some purchases have more.
UNITS, RETURNED = ("units",), (*PURCHASE_COLUMNS, "quantity")
ROWS = 1_000_000  # divided at a time


@dataclass(frozen=True)
class Bucket:
    """The customers whose id is at least `first` and less than `after`, with their purchases and return lines.

    Without `after` there is no upper limit. The bucket without `first` also has the guests, who have no id.
    """

    first: str | None
    after: str | None
    purchases: ParquetRows
    return_lines: ParquetRows

    def has(self, column: str) -> Any:
        """A pyarrow expression: the column has an id of this bucket."""
        import pyarrow.compute as pc

        name = pc.field(column)
        from_first = pc.scalar(True) if self.first is None else name >= self.first
        return from_first if self.after is None else from_first & (name < self.after)

    def inside(self, ids: pd.Series) -> pd.Series:
        """The ids, with a missing value in place of each id of another bucket."""
        if self.first is not None:
            ids = ids.mask(ids < self.first)
        return ids if self.after is None else ids.mask(ids >= self.after)

    def read(
        self, where: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The bucket's purchases (OF_PURCHASES) and return lines (OF_RETURNS).

        Return lines are those of the bucket's customers and those credited to the bucket's purchases. A return line
        of another bucket's customer has a missing `customer_id`.

        where: column of PURCHASE_COLUMNS -> value. If it is given, only rows with these values are read, with
        their units too.
        """
        more, more_returned = (UNITS, RETURNED) if where else ((), ())
        bought = self.purchases.read((*OF_PURCHASES, *more), self.purchases.equal_to(where))
        returned = self.return_lines.read(
            (*OF_RETURNS, *more_returned), self.return_lines.equal_to(where)
        )
        return bought, returned.assign(customer_id=self.inside(returned["customer_id"]))


def divided(
    purchases: ParquetRows,
    return_lines: ParquetRows,
    customers: pd.Series,
    folder: Path,
    most: int = MOST_PURCHASES,
) -> list[Bucket]:
    """Buckets of about `most` purchases each, in the order of the customers' ids.

    customers: all ids, sorted. More than one bucket is written into `folder`; a single one reads the tables
    as they are.
    """
    count = 1 if customers.empty else max(1, -(-purchases.count() // most))
    starts = [str(customers.iloc[len(customers) * at // count]) for at in range(1, count)]
    if not starts:
        return [Bucket(None, None, purchases, return_lines)]
    shutil.rmtree(folder, ignore_errors=True)  # of a try that broke off
    folder.mkdir()
    bought = _written(
        purchases, (*OF_PURCHASES, *UNITS), ("customer_id",), starts, folder / "purchases"
    )
    returned = _written(
        return_lines,
        (*OF_RETURNS, *RETURNED),
        ("customer_id", "purchase_customer"),
        starts,
        folder / "returns",
    )
    files = zip([None, *starts], [*starts, None], bought, returned, strict=True)
    return [
        Bucket(
            first,
            after,
            ParquetRows(purchases.table, [own]),
            ParquetRows(return_lines.table, [back]),
        )
        for first, after, own, back in files
    ]


def _written(
    rows: ParquetRows,
    columns: Sequence[str],
    keys: Sequence[str],
    starts: Sequence[str],
    folder: Path,
) -> list[Path]:
    """Write one Parquet file for each bucket; returns the paths in the order of the buckets.

    A row goes into each bucket that has a customer of the row in one of the columns `keys`.
    """
    import pyarrow.parquet as pq

    folder.mkdir()
    paths = [folder / f"{at}.parquet" for at in range(len(starts) + 1)]
    with ExitStack() as open_files:
        scanner = rows.scanner(columns)
        schema = scanner.projected_schema
        writers = [
            open_files.enter_context(pq.ParquetWriter(path, schema, compression="lz4"))
            for path in paths
        ]
        for table in _tables(scanner.to_batches(), schema):
            for at, part in _by_bucket(table, keys, starts):
                writers[at].write_table(part)
    return paths


def _tables(batches: Iterator[Any], schema: Any) -> Iterator[Any]:
    """Join record batches into tables of at least ROWS rows; the last table may have fewer."""
    import pyarrow as pa

    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= ROWS:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    yield pa.Table.from_batches(waiting, schema)


def _by_bucket(table: Any, keys: Sequence[str], starts: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """Number of each bucket, and the rows of `table` that belong to it.

    A row belongs to a bucket if one of the columns `keys` has an id of it; a missing id belongs to none.
    starts: the first id of each bucket but the first.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = [
        reduce(
            pc.add,
            (pc.cast(pc.greater_equal(table[key], start), pa.int16()) for start in starts),
        )
        .fill_null(-1)
        .to_numpy()
        for key in keys
    ]
    rows = [np.arange(len(table))]
    for nth, number in enumerate(numbers[1:], 1):  # not twice in the same bucket
        rows.append(np.flatnonzero(np.all([number != other for other in numbers[:nth]], axis=0)))
    at = np.concatenate([number[row] for number, row in zip(numbers, rows, strict=True)])
    order = np.argsort(at, kind="stable")
    places, in_order = np.concatenate(rows)[order], at[order]
    for number in np.unique(at[at >= 0]).tolist():
        first, after = np.searchsorted(in_order, [number, number + 1])
        yield number, table.take(places[first:after])
