"""Customers, products and cities: texts become tables with a unique key.

A value that can't be read becomes missing and is listed among the rejects; the record stays. Equal
records are taken once; two that differ under one key would multiply lines, so they are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.config import Config
from retail.errors import ConfigError, InputError, shown
from retail.intake import checked_parquet
from retail.intake.cache import CheckedFile
from retail.intake.decide.date_orders import Family, decide, families, follow
from retail.intake.read_report import Reject
from retail.intake.values import amounts
from retail.intake.values.date_shapes import SHAPES
from retail.intake.values.date_style import AS_WRITTEN, DateStyle
from retail.intake.values.dates import DateColumn, DateReader, iso
from retail.intake.values.typed_lines import NO_SUCH_DATE
from retail.locale import Locale

YES_OR_NO = ("yes", "no", "true", "false", "1", "0", "y", "n", "t", "f")


@dataclass
class ReferenceTable:
    """A reference table in the making: `texts` has the fields, `row` and `file`."""

    name: str
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


def load(table: str, files: Sequence[CheckedFile]) -> ReferenceTable:
    """The records of all files of a table; they must have the same fields."""
    refuse_different_fields(files)
    parts = []
    for number, file in enumerate(files):
        part = pq.read_table(file.parquet)
        parts.append(part.append_column("file", pa.array(np.full(part.num_rows, number))))
    return ReferenceTable(table, files, pa.concat_tables(parts).combine_chunks())


def refuse_different_fields(files: Sequence[CheckedFile]) -> None:
    """Raise InputError when two files of one table do not have the same columns."""
    one = files[0]
    for other in files[1:]:
        if differing := sorted(set(one.report.fields) ^ set(other.report.fields)):
            raise InputError(
                f"{other.file.name} and {one.file.name} are files of one table, but only one of them "
                f"has {', '.join(differing)}. Export both in the same way, or map the columns that "
                f"both have under [columns.{one.file.table}]."
            )


def with_unique_key(table: ReferenceTable, key: Sequence[str]) -> Any:
    """The records with a key, each key once. Raises InputError when two differ under one key."""
    texts = table.texts
    for name in key:
        is_blank = pc.is_null(texts[name]).to_numpy(zero_copy_only=False)
        table.reject(is_blank, name, "a key, not a blank", is_value=False)
        keep = pa.array(~is_blank)
        texts = texts.filter(keep)
        table.texts = texts
    if not texts.num_rows:
        return texts
    code = _codes(texts, key)
    order = np.argsort(code, kind="stable")
    same_key = code[order][1:] == code[order][:-1]
    if not same_key.any():
        return texts
    whole = _codes(texts, table.names)
    differs = same_key & (whole[order][1:] != whole[order][:-1])
    if differs.any():
        at = int(np.flatnonzero(differs)[0])
        raise _conflict(table, key, int(order[at]), int(order[at + 1]))
    is_first = np.ones(len(code), bool)
    is_first[order[1:][same_key]] = False
    repeated = int(np.count_nonzero(~is_first))
    plural = "s are" if repeated > 1 else " is"
    table.notes.append(f"{repeated:,} record{plural} there more than once, all equal")
    return texts.filter(pa.array(is_first))


def _codes(texts: Any, names: Sequence[str]) -> np.ndarray:
    """One whole number for each record: equal texts in the columns `names` have equal numbers; null is a value."""
    code = None
    for name in names:
        found = pc.dictionary_encode(texts[name].combine_chunks(), null_encoding="encode")
        indices = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        if code is None:
            code = indices
        else:
            code = np.unique(code * (len(found.dictionary) + 1) + indices, return_inverse=True)[1]
    return np.zeros(texts.num_rows, np.int64) if code is None else code


def _conflict(table: ReferenceTable, key: Sequence[str], one: int, other: int) -> InputError:
    texts = table.texts
    name = next(n for n in table.names if texts[n][one].as_py() != texts[n][other].as_py())
    keys = " and ".join(f"{n} {shown(str(texts[n][one]))}" for n in key)
    first, second = (shown(str(texts[name][at])) for at in (one, other))
    return InputError(
        f"{table.place(other)}: {keys} stands in {table.place(one)} too, with another "
        f"{name} ({first} there, {second} here). Which of them holds can't be known, and using both "
        "would count their lines twice. Correct the file."
    )


def product_key(table: ReferenceTable, line_fields: set[str], is_named: bool) -> tuple[str, ...]:
    """The key of a products table that the lines share; empty when they share none.

    Raises ConfigError when the config names the table but it can't be joined.
    """
    has = set(table.names)
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


def yes_or_no(table: ReferenceTable) -> Any:
    """The column `contactable`; what is neither yes nor no is missing, and so never a yes."""
    texts = table.texts["contactable"]
    lowered = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    is_known = pc.fill_null(pc.is_in(lowered, value_set=pa.array(YES_OR_NO)), False)
    is_bad = pc.and_(pc.is_valid(texts), pc.invert(is_known))
    table.reject(is_bad.to_numpy(zero_copy_only=False), "contactable", "yes/no, true/false or 1/0")
    return pc.if_else(is_known, texts, pa.scalar(None, pa.string()))


def degrees(table: ReferenceTable, name: str, limit: int, decimal: str) -> Any:
    """A column of latitudes or longitudes as float64, missing where it can't be one."""
    texts = table.texts[name].combine_chunks()
    number = amounts.plain(texts, decimal, "")
    values = pc.cast(number.texts, pa.float64())
    inside = pc.fill_null(pc.less_equal(pc.abs(values), float(limit)), False)
    is_bad = number.is_bad | ~inside.to_numpy(zero_copy_only=False)
    is_bad &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    table.reject(is_bad, name, f"degrees from -{limit} to {limit}")
    return pc.if_else(inside, values, pa.scalar(None, pa.float64()))


def write(table: Any, folder: Path, name: str) -> Path:
    """Write a finished table under the hash of what it holds."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **checked_parquet.QUICK)
    data = sink.getvalue().to_pybytes()
    path = folder / f"{name}-{hashlib.sha256(data).hexdigest()[:32]}.parquet"
    if not path.exists():
        storage.write(path, data)
    return path


def cities(table: ReferenceTable, decimal: str) -> Any:
    """code, name, and latitude and longitude if they are there; unique by code."""
    for name, limit in (("latitude", 90), ("longitude", 180)):
        if name in table.names:
            values = degrees(table, name, limit, decimal)
            at = table.texts.column_names.index(name)
            table.texts = table.texts.set_column(at, name, values)
    return with_unique_key(table, ("code",)).drop(["row", "file"])


@dataclass
class BirthDates:
    """What became of the birth dates: `days` is None when they can't be read."""

    days: pa.Array | None
    families: list[Family]
    problem: str = ""
    example: str = ""  # private


def born(
    table: ReferenceTable, config: Config, siblings: Sequence[Family], as_of: int
) -> BirthDates:
    """Read the birth dates and decide each format's order.

    A format that its own dates do not decide is read as the lines' dates of the same format, where
    evidence decided those. What is left undecided makes the column unreadable: no age is better
    than a wrong one.
    """
    texts = table.texts["birth_date"].combine_chunks()
    given = config.dates
    zone = None if given.timezone in (None, AS_WRITTEN) else ZoneInfo(given.timezone)
    style = DateStyle(zone, numbers=given.numbers or "", language=given.language)
    read = DateReader(style).column(texts)
    table.reject(read.is_bad, "birth_date", NO_SUCH_DATE)
    is_known = pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~read.is_bad
    found = families(read.counts(is_known))
    locale = Locale.of(config.publish.locale)
    decide(found, config.dates.birth_order, locale=locale)
    follow(found, siblings, "as the dates of the lines in this format")
    open_ones = [f for f in found if f.is_day_first is None or f.is_contradictory]
    share = float(np.count_nonzero(read.is_bad)) / max(len(texts), 1)
    if open_ones:
        worst = open_ones[0]
        problem = (
            f"{locale.count(worst.lines)} dates can be read in two ways ({worst.evidence}). Set [dates] "
            'birth_order to "day-first" or "month-first"'
        )
        return BirthDates(None, found, problem, f"such as {_example(table, read, worst)}")
    if share > config.input.max_rejected_share:
        return BirthDates(None, found, f"{locale.percentage(share, 1)} of the dates can't be read")
    order = np.zeros(len(SHAPES), bool)
    for family in found:
        order[list(family.shapes)] = bool(family.is_day_first)
    is_day_first = order[read.shape]
    day = np.where(is_day_first, read.day_first, read.month_first)
    has_day = is_known & np.where(is_day_first, read.has_day_first, read.has_month_first)
    table.reject(is_known & ~has_day, "birth_date", "a date that exists in the decided order")
    is_future = has_day & (day > as_of)
    table.reject(is_future, "birth_date", f"a date not after the last line, {iso(as_of)}")
    return BirthDates(pa.array(day, mask=~(has_day & ~is_future)), found)


def _example(table: ReferenceTable, read: DateColumn, family: Family) -> str:
    at = int(np.flatnonzero(np.isin(read.shape, family.shapes))[0])
    return f"{table.texts['birth_date'][at].as_py()} ({table.place(at)})"


def customers(table: ReferenceTable, birth: BirthDates | None) -> pa.Table:
    """customer_id, birth_day, gender, city, contactable, as far as they are there; unique by id."""
    if "contactable" in table.names:
        at = table.texts.column_names.index("contactable")
        values = yes_or_no(table)
        table.texts = table.texts.set_column(at, "contactable", values)
    if birth is not None:
        table.texts = table.texts.drop(["birth_date"])
        if birth.days is not None:
            table.texts = table.texts.append_column("birth_day", birth.days)
    return with_unique_key(table, ("customer_id",)).drop(["row", "file"])
