"""Long tables that stay in Parquet: what needs them reads the columns and rows it needs.

One row per purchase, return line or kept unit is more than memory holds at a hundred million lines,
so these are written once by the engine and read here, in parts of so many customers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd

from retail import frames
from retail.schema.table import Table

MOST_PURCHASES = 2_000_000  # in one part, some 300 MB
OF_PURCHASES = ("transaction_id", "customer_id", "day", "channel", "gross")
OF_RETURNS = ("customer_id", "day", "purchase_id", "purchase_customer", "amount")


@dataclass(frozen=True)
class Rows:
    """The rows of `table` in Parquet, files or folders of files; an empty customer is a guest.

    written: where they are, or what writes them when they are first asked for and returns where.
    named: columns that have another name in the Parquet.
    """

    table: Table
    written: Sequence[Path] | Callable[[], Sequence[Path]]
    named: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if callable(self.written):
            object.__setattr__(self, "written", _once(self.written))

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

    def _dataset(self) -> Any:
        import pyarrow.dataset

        paths = self.written() if callable(self.written) else self.written
        return pyarrow.dataset.dataset([pyarrow.dataset.dataset(path) for path in paths])


def _once(write: Callable[[], Sequence[Path]]) -> Callable[[], Sequence[Path]]:
    """What writes when it is first asked and remembers where: two who ask at a time would write into
    one file."""
    lock, made = Lock(), list[Sequence[Path]]()

    def where() -> Sequence[Path]:
        with lock:
            if not made:
                made.append(write())
        return made[0]

    return where


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


def spans(purchases: Rows, customers: pd.Series, most: int = MOST_PURCHASES) -> list[Span]:
    """All customers in spans that have about `most` purchases each; `customers` are all ids in order."""
    parts = max(1, -(-purchases.count() // most))
    starts = [str(customers.iloc[len(customers) * at // parts]) for at in range(1, parts)]
    return [Span(*ends) for ends in zip([None, *starts], [*starts, None], strict=True)]


def by_customer(
    purchases: Rows,
    return_lines: Rows,
    customers: pd.Series,
    most: int = MOST_PURCHASES,
) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """PURCHASES and RETURN_LINES, as far as looking back needs them, in parts of some customers.

    `customers` are all ids in order, and so are the parts; guests are in the first.
    """
    for span in spans(purchases, customers, most):
        yield of_span(span, purchases, return_lines)


def of_span(
    span: Span, purchases: Rows, return_lines: Rows, channel: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """PURCHASES and RETURN_LINES of the customers of a span, and the returns credited to their
    purchases; of these a customer of another span is missing.

    Those of one `channel`, if it is given; units are told then too.
    """
    import pyarrow.compute as pc

    there = pc.scalar(True) if channel is None else pc.field("channel") == channel
    more, back_more = ((), ()) if channel is None else (("units",), ("channel", "quantity"))
    bought = purchases.read((*OF_PURCHASES, *more), span.has("customer_id") & there)
    either = span.has("customer_id") | span.has("purchase_customer")
    back = return_lines.read((*OF_RETURNS, *back_more), either & there)
    return bought, back.assign(customer_id=span.own(back["customer_id"]))
