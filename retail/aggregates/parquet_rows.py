"""Long tables that stay in Parquet: who needs them reads some of their columns and rows.

One row per purchase, return line or kept unit is more than memory holds at a hundred million lines, so
the engine writes these once and they are read here; see `buckets` for some customers at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

import pandas as pd

from retail import frames
from retail.schema.table import Table


@dataclass(frozen=True)
class ParquetRows:
    """The rows of `table`, stored as Parquet; a row with an empty customer_id is a guest's.

    paths: files, or folders of files. renamed: column of the table -> its name in the Parquet. values: column
    -> values, for a column that the Parquet stores as positions in these values. only: a pyarrow expression;
    rows of the Parquet for which it is false don't belong to the table.
    """

    table: Table
    paths: Sequence[Path]
    renamed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, pd.Series] = field(default_factory=dict)
    only: Any = None

    def count(self, where: Any = None) -> int:
        """How many rows there are `where` a pyarrow expression holds."""
        return int(self._dataset().count_rows(filter=self._filter(where)))

    def read(self, columns: Sequence[str] | None = None, where: Any = None) -> pd.DataFrame:
        """The `columns` (default: all) of the rows `where` a pyarrow expression holds.

        Typed, and sorted by the table's key where all are read; a guest's `customer_id` is missing.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        data = self._dataset()
        there = data.schema.names
        wanted = columns or [n for n in self.table.names if self.renamed.get(n, n) in there]
        whole = {pa.int64(): pd.Int64Dtype()}
        fields = {name: pc.field(self.renamed.get(name, name)) for name in wanted}
        rows = data.to_table(columns=fields, filter=self._filter(where))
        found = rows.to_pandas(types_mapper=whole.get)
        for name in self.values.keys() & set(found):
            found[name] = self.values[name].array.take(found[name].to_numpy("int64"))
        if "customer_id" in found and self.table.column("customer_id").optional:
            found["customer_id"] = found["customer_id"].where(found["customer_id"] != "")
        key = self.table.key if set(self.table.key) <= set(wanted) and columns is None else ()
        part = tuple(column for column in self.table.columns if column.name in wanted)
        return frames.conform(found, replace(self.table, columns=part, key=key))

    def of(
        self, column: str, values: Collection[Any], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """The `columns` (default: all) of the rows in which `column` has one of `values`."""
        import pyarrow.compute as pc

        is_one = pc.field(column).isin(list(values)) if len(values) else pc.scalar(False)
        return self.read(columns, is_one)

    def equal_to(self, where: Mapping[str, str]) -> Any:
        """A pyarrow expression: each column of `where` has its value there; None if `where` is empty."""
        import pyarrow.compute as pc

        are = [pc.field(self.renamed.get(name, name)) == value for name, value in where.items()]
        return reduce(and_, are) if are else None

    def scanner(self, columns: Sequence[str]) -> Any:
        """A pyarrow scanner of all rows, its `columns` under the table's names."""
        import pyarrow.compute as pc

        fields = {name: pc.field(self.renamed.get(name, name)) for name in columns}
        return self._dataset().scanner(columns=fields, filter=self.only)

    def _filter(self, where: Any) -> Any:
        return where if self.only is None else self.only if where is None else self.only & where

    def _dataset(self) -> Any:
        import pyarrow.dataset

        return pyarrow.dataset.dataset([pyarrow.dataset.dataset(path) for path in self.paths])
