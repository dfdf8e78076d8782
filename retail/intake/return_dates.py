"""Returns that share the id of their purchase: how many come before it, for a choice of date orders."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.intake import ahead, checked, key_hashes
from retail.intake.dates import iso
from retail.intake.earlier import KEYS, NOTHING, Earlier

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


@dataclass
class Violations:
    """How many returns come before their purchase, for a choice of date orders (by shape).

    paths: files that share ids. What is known of the `earlier` ones is not counted again.
    """

    paths: Sequence[Path]
    earlier: Earlier
    counts: dict[tuple[tuple[int, bool], ...], int] = field(default_factory=dict)

    def __call__(self, orders: Mapping[int, bool]) -> int:
        """The count for these orders."""
        key = tuple(sorted(orders.items()))
        if key not in self.counts:
            self.counts[key] = self._counted(orders)
        return self.counts[key]

    def _counted(self, orders: Mapping[int, bool]) -> int:
        known = self.earlier.known
        if (
            known is None
            or known.violations is None
            or any(orders.get(shape) != order for shape, order in known.orders.items())
        ):
            return self._all.violations(orders)
        before, after = (pairs.violations(orders) for pairs in self._touched)
        return known.violations - before + after

    @cached_property
    def _all(self) -> ReturnPairs:
        return collect(self.paths)

    @cached_property
    def _touched(self) -> tuple[ReturnPairs, ReturnPairs]:
        """The lines of the ids that new files have: those of earlier files, and all."""
        earlier, parts = self.earlier, [np.empty((6, 0), np.int64)]
        columns = [earlier.values(name) for name in ("transaction_key", "customer_key")]
        for file, rows in earlier.by_file(earlier.touched):
            places = rows + earlier.starts[file]
            lines = pq.read_table(self.paths[file], columns=list(NEEDED)).take(rows)
            parts.append(_stacked(lines, *(column[places] for column in columns)))
        old = np.concatenate(parts, axis=1)
        for lines in _lines(self.paths[earlier.count :], NEEDED):
            keys = (pc.fill_null(lines[name], NOTHING).to_numpy() for name in KEYS)
            parts.append(_stacked(lines, *keys))
        return _paired(old), _paired(np.concatenate(parts, axis=1))


def _stacked(lines: Any, ids: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """Rows: id, customer, and what ReturnPairs has of the lines that are no zero and have an id."""
    first, second = lines["day_first"], lines["month_first"]
    columns = (
        pc.cast(pc.less(lines["amount"], 0), pa.int64()),
        lines["date_format"],
        pc.coalesce(first, second),  # a date that exists in one order only is read in that one
        pc.coalesce(second, first),
    )
    found = np.stack([ids, customers, *(column.to_numpy().astype(np.int64) for column in columns)])
    return found[:, _is_counted(lines) & (ids != NOTHING)]


def _paired(lines: np.ndarray) -> ReturnPairs:
    """What `_stacked` gave, by id and customer."""
    _, code = np.unique(lines[:2], axis=1, return_inverse=True)
    is_return, shape, first, second = lines[2:]
    return ReturnPairs(code.ravel(), is_return.astype(bool), shape, first, second)


def collect(paths: Sequence[Path]) -> ReturnPairs:
    """The lines of all ids with a return."""
    returned = ahead.in_order(_returned, _lines(paths, ("amount",)), 1)
    keys = pc.unique(pa.chunked_array([pa.array([], pa.int64()), *returned])).to_numpy()
    needed = _lines(paths, NEEDED) if len(keys) else ()
    parts = list(ahead.in_order(partial(_of_keys, keys=key_hashes.Places(keys)), needed, 1))
    if not parts:
        return ReturnPairs(*(np.empty(0, np.int64) for _ in range(5)))
    code, is_return, shape, first, second = (np.concatenate(p) for p in zip(*parts, strict=True))
    return ReturnPairs(code, is_return.astype(bool), shape, first, second)


def _lines(paths: Sequence[Path], names: Sequence[str]) -> Iterator[Any]:
    parts = (checked.tables(path, [*names, *KEYS]) for path in paths)
    return checked.together(itertools.chain.from_iterable(parts))


def _returned(lines: Any) -> Any:
    """The ids that have a return."""
    negative = lines.filter(pc.less(lines["amount"], 0))
    return pc.unique(key_hashes.pairs(negative)).drop_null()


def _of_keys(lines: Any, keys: key_hashes.Places) -> list[np.ndarray]:
    code = keys.of(key_hashes.pairs(lines))
    is_wanted = (code >= 0) & _is_counted(lines)
    lines = lines.append_column("code", pa.array(code)).filter(pa.array(is_wanted))
    first, second = lines["day_first"], lines["month_first"]
    columns = (
        lines["code"],
        pc.cast(pc.less(lines["amount"], 0), pa.int64()),
        lines["date_format"],
        pc.coalesce(first, second),  # a date that exists in one order only is read in that one
        pc.coalesce(second, first),
    )
    return [column.to_numpy().astype(np.int64) for column in columns]


def _is_counted(lines: Any) -> np.ndarray:
    """Which lines have an amount that is neither missing nor 0."""
    is_any = pc.fill_null(pc.not_equal(lines["amount"], 0), False)
    return np.asarray(is_any.to_numpy())


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
