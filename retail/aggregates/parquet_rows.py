"""Long tables that stay in Parquet: what needs them reads the columns and rows it needs.

One row per purchase, return line or kept unit is more than memory holds at a hundred million lines,
so these are written once by the engine and read here; see `spans` for parts of so many customers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import pandas as pd

from retail import frames
from retail.schema.table import Table

T = TypeVar("T")


@dataclass(frozen=True)
class ParquetRows:
    """The rows of `table` in Parquet, files or folders of files; an empty customer is a guest.

    written: where they are, or what writes them when they are first asked for and returns where.
    named: columns that have another name in the Parquet.
    """

    table: Table
    written: Sequence[Path] | Callable[[], Sequence[Path]]
    named: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if callable(self.written):
            object.__setattr__(self, "written", once(self.written))

    def count(self, where: Any = None) -> int:
        """How many rows there are `where` a pyarrow expression holds."""
        return int(self._dataset().count_rows(filter=where))

    def read(self, columns: Sequence[str] | None = None, where: Any = None) -> pd.DataFrame:
        """The `columns` (default: all) of the rows `where` a pyarrow expression holds.

        Typed, and sorted by the table's key where it is read; a guest's `customer_id` is missing.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        data = self._dataset()
        wanted = columns or [name for name in self.table.names if name in data.schema.names]
        whole = {pa.int64(): pd.Int64Dtype()}
        asked = {name: pc.field(self.named.get(name, name)) for name in wanted}
        found = data.to_table(columns=asked, filter=where).to_pandas(types_mapper=whole.get)
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

    def scanner(self, columns: Sequence[str]) -> Any:
        """A pyarrow scanner of all rows, its `columns` under the table's names."""
        import pyarrow.compute as pc

        asked = {name: pc.field(self.named.get(name, name)) for name in columns}
        return self._dataset().scanner(columns=asked)

    def _dataset(self) -> Any:
        import pyarrow.dataset

        paths = self.written() if callable(self.written) else self.written
        return pyarrow.dataset.dataset([pyarrow.dataset.dataset(path) for path in paths])


def once(make: Callable[[], T]) -> Callable[[], T]:
    """What makes something when it is first asked for and remembers it: two who ask at a time would
    write into one file."""
    lock, made = Lock(), list[T]()

    def there() -> T:
        with lock:
            if not made:
                made.append(make())
        return made[0]

    return there
