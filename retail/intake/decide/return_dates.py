"""Returns that share the id of their purchase: how many come before it, for a choice of date orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.intake import checked_parquet
from retail.intake.values import id_hashes
from retail.intake.values.dates import iso

NEEDED = ("day_first", "month_first", "date_format", "amount")


@dataclass(frozen=True)
class ReturnPairs:
    """Lines of the ids that have a return: `code` numbers the id (with its customer)."""

    code: np.ndarray
    is_return: np.ndarray
    shape: np.ndarray
    day_first: np.ndarray
    month_first: np.ndarray

    def violations(self, orders: Mapping[int, bool]) -> int:
        """Returns dated before the first positive line of their id, read by `orders` (by shape)."""
        if not len(self.code):
            return 0
        day_first_shapes = [shape for shape, is_day_first in orders.items() if is_day_first]
        is_day_first = np.isin(self.shape, day_first_shapes)
        day = np.where(is_day_first, self.day_first, self.month_first)
        never = np.iinfo(np.int64).max
        purchase = np.full(int(self.code.max()) + 1, never)
        sales = ~self.is_return
        np.minimum.at(purchase, self.code[sales], day[sales])
        bought = purchase[self.code[self.is_return]]
        return int(np.count_nonzero((bought != never) & (day[self.is_return] < bought)))


def collect(paths: Sequence[Path]) -> ReturnPairs:
    """The lines of all ids with a return."""
    returned = [pa.array([], pa.int64())]
    for lines in _lines(paths, ("amount",)):
        negative = lines.filter(pc.less(lines["amount"], 0))
        returned.append(pc.unique(id_hashes.pairs(negative)).drop_null())
    keys = pc.unique(pa.chunked_array(returned)).to_numpy()
    parts = [np.empty((5, 0), np.int64)]
    if len(keys):
        index = id_hashes.HashIndex(keys)
        parts += [_of_keys(lines, index) for lines in _lines(paths, NEEDED)]
    code, is_return, shape, first, second = np.concatenate(parts, axis=1)
    return ReturnPairs(code, is_return.astype(bool), shape, first, second)


def _lines(paths: Sequence[Path], names: Sequence[str]) -> Iterator[Any]:
    for path in paths:
        yield from checked_parquet.tables(path, [*names, "transaction_id", "customer_id"])


def _of_keys(lines: Any, index: id_hashes.HashIndex) -> np.ndarray:
    """Rows: what ReturnPairs has of the lines of these ids whose amount is not 0."""
    lines = lines.append_column("code", pa.array(index.places(id_hashes.pairs(lines))))
    is_wanted = pc.and_(pc.greater_equal(lines["code"], 0), pc.not_equal(lines["amount"], 0))
    lines = lines.filter(is_wanted)
    first, second = lines["day_first"], lines["month_first"]
    columns = (
        lines["code"],
        pc.less(lines["amount"], 0),
        lines["date_format"],
        pc.coalesce(first, second),  # a date that exists in one order only is read in that one
        pc.coalesce(second, first),
    )
    return np.stack([column.to_numpy().astype(np.int64) for column in columns])


def example(paths: Sequence[Path], shapes: Sequence[int]) -> tuple[int, int, str, str]:
    """File, row and both readings (YYYY-MM-DD) of the first line that tells the orders apart."""
    for file, path in enumerate(paths):
        lines = pq.read_table(path, columns=["row", "day_first", "month_first", "date_format"])
        is_one = pc.is_in(lines["date_format"], value_set=pa.array(list(shapes)))
        differs = pc.not_equal(
            pc.fill_null(lines["day_first"], -1), pc.fill_null(lines["month_first"], -1)
        )
        found = lines.filter(pc.and_(is_one, differs))
        if found.num_rows:
            days = [found[name][0].as_py() for name in ("day_first", "month_first")]
            first, second = ("no date" if day is None else iso(day) for day in days)
            return file, found["row"][0].as_py(), first, second
    return 0, 0, "", ""
