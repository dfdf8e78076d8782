"""Customers, products and cities: texts become tables with a unique key.

A value that can't be read becomes missing and is listed among the rejects; the record stays. Equal
records are taken once; two that differ under one key would multiply lines, so they are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.errors import ConfigError, InputError, shown
from retail.intake import checked_parquet
from retail.intake.cache import CheckedFile
from retail.intake.read_report import Reject

YES_OR_NO = ("yes", "no", "true", "false", "1", "0", "y", "n", "t", "f")


@dataclass
class Dimension:
    """A dimension table in the making: `texts` has the fields, `row` and `file`."""

    table: str
    files: Sequence[CheckedFile]
    texts: Any
    rejects: list[tuple[str, Reject]] = field(default_factory=list)  # file name
    notes: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The fields it has."""
        return [name for name in self.texts.column_names if name not in ("row", "file")]

    def reject(self, is_bad: np.ndarray, name: str, expected: str, is_value: bool = True) -> None:
        """List values, or whole records, that can't be read."""
        for at in np.flatnonzero(is_bad):
            file = self.files[self.texts["file"][int(at)].as_py()]
            header = file.report.headers[name]
            row = self.texts["row"][int(at)].as_py()
            value = self.texts[name][int(at)].as_py() or ""
            reject = Reject(row, header, value[:2000], expected, is_value=is_value)
            self.rejects.append((file.file.name, reject))

    def place(self, at: int) -> str:
        """File and row of a record, for messages."""
        file = self.files[self.texts["file"][at].as_py()].file.name
        return f"{file}, row {self.texts['row'][at].as_py():,}"


def load(table: str, files: Sequence[CheckedFile]) -> Dimension:
    """The records of all files of a dimension; they must have the same fields."""
    fields = set(files[0].report.fields)
    for file in files[1:]:
        if set(file.report.fields) != fields:
            raise different_fields(files[0], file)
    parts = []
    for number, file in enumerate(files):
        part = pq.read_table(file.parquet)
        parts.append(part.append_column("file", pa.array(np.full(part.num_rows, number))))
    return Dimension(table, files, pa.concat_tables(parts).combine_chunks())


def different_fields(one: CheckedFile, other: CheckedFile) -> InputError:
    """The error for two files of one table that do not have the same columns."""
    differing = sorted(set(one.report.fields) ^ set(other.report.fields))
    return InputError(
        f"{other.file.name} and {one.file.name} are files of one table, but only one of them has "
        f"{', '.join(differing)}. Export both in the same way, or map the columns that both have "
        f"under [columns.{one.file.table}]."
    )


def with_unique_key(dimension: Dimension, key: Sequence[str]) -> Any:
    """The records with a key, each key once. Raises InputError when two differ under one key."""
    texts = dimension.texts
    for name in key:
        is_blank = pc.is_null(texts[name]).to_numpy(zero_copy_only=False)
        dimension.reject(is_blank, name, "a key, not a blank", is_value=False)
        keep = pa.array(~is_blank)
        texts = texts.filter(keep)
        dimension.texts = texts
    if not texts.num_rows:
        return texts
    code = _codes(texts, key)
    order = np.argsort(code, kind="stable")
    same_key = code[order][1:] == code[order][:-1]
    if not same_key.any():
        return texts
    whole = _codes(texts, dimension.names)
    differs = same_key & (whole[order][1:] != whole[order][:-1])
    if differs.any():
        at = int(np.flatnonzero(differs)[0])
        raise _conflict(dimension, key, int(order[at]), int(order[at + 1]))
    is_first = np.ones(len(code), bool)
    is_first[order[1:][same_key]] = False
    repeated = int(np.count_nonzero(~is_first))
    plural = "s are" if repeated > 1 else " is"
    dimension.notes.append(f"{repeated:,} record{plural} there more than once, all equal")
    return texts.filter(pa.array(is_first))


def _codes(texts: Any, names: Sequence[str]) -> np.ndarray:
    """The same number for the same texts in the columns `names` (missing is a value)."""
    code = None
    for name in names:
        found = pc.dictionary_encode(texts[name].combine_chunks(), null_encoding="encode")
        indices = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        if code is None:
            code = indices
        else:
            code = np.unique(code * (len(found.dictionary) + 1) + indices, return_inverse=True)[1]
    return np.zeros(texts.num_rows, np.int64) if code is None else code


def _conflict(dimension: Dimension, key: Sequence[str], one: int, other: int) -> InputError:
    texts = dimension.texts
    name = next(n for n in dimension.names if texts[n][one].as_py() != texts[n][other].as_py())
    keys = " and ".join(f"{n} {shown(str(texts[n][one]))}" for n in key)
    first, second = (shown(str(texts[name][at])) for at in (one, other))
    return InputError(
        f"{dimension.place(other)}: {keys} stands in {dimension.place(one)} too, with another "
        f"{name} ({first} there, {second} here). Which of them holds can't be known, and using both "
        "would count their lines twice. Correct the file."
    )


def product_key(dimension: Dimension, line_fields: set[str], is_named: bool) -> tuple[str, ...]:
    """The key of a products table that the lines share; empty when they share none.

    Raises ConfigError when the config names the table but it can't be joined.
    """
    has = set(dimension.names)
    if {"category_code", "subcategory_code"} <= has and {"category", "subcategory"} <= line_fields:
        return ("category_code", "subcategory_code")
    if "product_id" in has and "product_id" in line_fields:
        return ("product_id",)
    if not is_named:
        return ()
    raise ConfigError(
        "The products table and the lines share no key. Map product_id in both, or category_code "
        "and subcategory_code under [columns.products] and category and subcategory under "
        f"[columns.transactions]. The products have {', '.join(sorted(has))}."
    )


def yes_or_no(dimension: Dimension) -> Any:
    """The column `contactable`; what is neither yes nor no is missing, and so never a yes."""
    texts = dimension.texts["contactable"]
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    is_known = pc.fill_null(pc.is_in(lowered, value_set=pa.array(YES_OR_NO)), False)
    is_bad = pc.and_(pc.is_valid(texts), pc.invert(is_known))
    dimension.reject(
        is_bad.to_numpy(zero_copy_only=False), "contactable", "yes/no, true/false or 1/0"
    )
    return pc.if_else(is_known, texts, pa.scalar(None, pa.string()))


def degrees(dimension: Dimension, name: str, limit: int, decimal: str) -> Any:
    """A column of latitudes or longitudes as float64, missing where it can't be one."""
    from retail.intake.values import amounts

    texts = dimension.texts[name].combine_chunks()
    number = amounts.plain(texts, decimal, "")
    values = pc.cast(number.texts, pa.float64())
    inside = pc.fill_null(pc.less_equal(pc.abs(values), float(limit)), False)
    is_bad = number.is_bad | ~inside.to_numpy(zero_copy_only=False)
    is_bad &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    dimension.reject(is_bad, name, f"degrees from -{limit} to {limit}")
    return pc.if_else(inside, values, pa.scalar(None, pa.float64()))


def write(table: Any, folder: Path, name: str) -> Path:
    """Write a finished dimension under the hash of what it holds."""
    import hashlib

    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **checked_parquet.QUICK)
    data = sink.getvalue().to_pybytes()
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:32]}.parquet"
    if not path.exists():
        storage.write(path, data)
    return path


def cities(dimension: Dimension, decimal: str) -> Any:
    """code, name, and latitude and longitude if they are there; unique by code."""
    for name, limit in (("latitude", 90), ("longitude", 180)):
        if name in dimension.names:
            values = degrees(dimension, name, limit, decimal)
            at = dimension.texts.column_names.index(name)
            dimension.texts = dimension.texts.set_column(at, name, values)
    return with_unique_key(dimension, ("code",)).drop(["row", "file"])
