"""Purchases and returns of some customers at a time.

Looking back and slices go through all of them several times. So where there are many they are
divided once, into files for each span of customers, and each part is read without the others.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import pandas as pd

from retail.aggregates.parquet_rows import ParquetRows

MOST_PURCHASES = 2_000_000  # in one part, some 300 MB
OF_PURCHASES = ("transaction_id", "customer_id", "day", "channel", "gross")
OF_RETURNS = ("customer_id", "day", "purchase_id", "purchase_customer", "amount")
# What parts of one channel have more.
UNITS, BACK = ("units",), ("channel", "quantity")
ROWS = 1_000_000  # divided at a time


@dataclass(frozen=True)
class Span:
    """Customers from one id up to another, that one not among them; without an end all there are.

    Guests, who have no id, are in the span without a `first`.
    """

    first: str | None
    after: str | None

    def has(self, column: str) -> Any:
        """A pyarrow expression: the column has one of these ids."""
        import pyarrow.compute as pc

        name = pc.field(column)
        above = pc.scalar(True) if self.first is None else name >= self.first
        return above if self.after is None else above & (name < self.after)

    def own(self, ids: pd.Series) -> pd.Series:
        """Ids, missing where they are not of the span."""
        if self.first is not None:
            ids = ids.mask(ids < self.first)
        return ids if self.after is None else ids.mask(ids >= self.after)


@dataclass(frozen=True)
class Part:
    """PURCHASES and RETURN_LINES of the customers of a span: in files of their own, if there are several."""

    span: Span
    purchases: ParquetRows
    return_lines: ParquetRows

    def read(self, channel: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The purchases of these customers, as far as looking back needs them; their returns, and those
        credited to their purchases. Of these a customer of another span is missing.

        Those of one `channel`, if it is given; units are told then too.
        """
        import pyarrow.compute as pc

        there = None if channel is None else pc.field("channel") == channel
        more, back_more = ((), ()) if channel is None else (UNITS, BACK)
        bought = self.purchases.read((*OF_PURCHASES, *more), there)
        # The column of a return's channel may have another name in its file.
        own = self.return_lines.named.get("channel", "channel")
        credited = None if channel is None else pc.field(own) == channel
        back = self.return_lines.read((*OF_RETURNS, *back_more), credited)
        return bought, back.assign(customer_id=self.span.own(back["customer_id"]))


def divided(
    purchases: ParquetRows,
    return_lines: ParquetRows,
    customers: pd.Series,
    folder: Path,
    most: int = MOST_PURCHASES,
) -> list[Part]:
    """All customers in parts of about `most` purchases each, written into `folder` where it takes more
    than one; `customers` are all ids in order, and so are the parts."""
    count = 1 if customers.empty else max(1, -(-purchases.count() // most))
    starts = [str(customers.iloc[len(customers) * at // count]) for at in range(1, count)]
    spans = [Span(*ends) for ends in zip([None, *starts], [*starts, None], strict=True)]
    if not starts:
        return [Part(spans[0], purchases, return_lines)]
    shutil.rmtree(folder, ignore_errors=True)  # of a try that broke off
    folder.mkdir()
    bought = _written(
        purchases, (*OF_PURCHASES, *UNITS), ("customer_id",), starts, folder / "purchases"
    )
    back = _written(
        return_lines,
        (*OF_RETURNS, *BACK),
        ("customer_id", "purchase_customer"),
        starts,
        folder / "returns",
    )
    return [
        Part(span, ParquetRows(purchases.table, [own]), ParquetRows(return_lines.table, [returned]))
        for span, own, returned in zip(spans, bought, back, strict=True)
    ]


def _written(
    rows: ParquetRows,
    columns: Sequence[str],
    keys: Sequence[str],
    starts: Sequence[str],
    folder: Path,
) -> list[Path]:
    """A Parquet file for each span: the rows in which one of `keys` has a customer of it."""
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
            for at, part in _by_span(table, keys, starts):
                writers[at].write_table(part)
    return paths


def _tables(batches: Iterator[Any], schema: Any) -> Iterator[Any]:
    """The same in tables of about ROWS."""
    import pyarrow as pa

    waiting: list[Any] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= ROWS:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    yield pa.Table.from_batches(waiting, schema)


def _by_span(table: Any, keys: Sequence[str], starts: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """ParquetRows by the number of a span that one of `keys` has a customer of; ids that are missing are of none."""
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
    for nth, number in enumerate(numbers[1:], 1):  # not twice in the same span
        rows.append(np.flatnonzero(np.all([number != other for other in numbers[:nth]], axis=0)))
    at = np.concatenate([number[row] for number, row in zip(numbers, rows, strict=True)])
    order = np.argsort(at, kind="stable")
    places, in_order = np.concatenate(rows)[order], at[order]
    for number in np.unique(at[at >= 0]).tolist():
        first, after = np.searchsorted(in_order, [number, number + 1])
        yield number, table.take(places[first:after])
