"""Purchases and returns of some customers at a time.

Looking back and slices go through all of them several times. Where there are many, they are divided
once into buckets of customers, each with files of its own that are read without the others.
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
    """Customers with ids from `first` up to `after`, without that one: PURCHASES and RETURN_LINES.

    Without `after` all ids from `first` on. Guests, who have no id, are in the bucket without a `first`.
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
        """Ids, missing where they are not of this bucket."""
        if self.first is not None:
            ids = ids.mask(ids < self.first)
        return ids if self.after is None else ids.mask(ids >= self.after)

    def read(
        self, where: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The purchases of these customers, as far as looking back needs them; their returns, and those
        credited to their purchases. Of these a customer of another bucket is missing.

        where: values of `purchases.PURCHASE_COLUMNS`; then only those with them, with their units.
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
    """All customers in buckets of about `most` purchases each, written into `folder` where it takes more
    than one; `customers` are all ids in order, and so are the buckets."""
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
    """A Parquet file for each bucket: the rows in which one of `keys` has a customer of it."""
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
    """The batches in tables of about ROWS."""
    import pyarrow as pa

    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= ROWS:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    yield pa.Table.from_batches(waiting, schema)


def _by_bucket(table: Any, keys: Sequence[str], starts: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """Rows by the number of each bucket of which one of `keys` has a customer; missing ids have none."""
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
