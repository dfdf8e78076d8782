"""One input file -> checked Parquet and its ledger. Independent of every other file.

Transactions and returns become CHECKED (`retail.schema.lines`) at this file's own scales; the other
tables become their texts, one column per field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.intake import checked_parquet
from retail.intake.decide import column_mapping, duplicates
from retail.intake.read_report import Finding, ReadReport, Reject
from retail.intake.source.layout import Layout
from retail.intake.source.records import MOST_SET_ASIDE, Bad, too_many
from retail.intake.source.text_batches import Source
from retail.intake.values import money, typed_lines
from retail.intake.values.amounts import exact_size, exact_sum
from retail.intake.values.dates import DateReader
from retail.intake.values.money import Whole
from retail.intake.values.typed_lines import TypedBatch
from retail.schema.lines import CHECKED

TYPES = {
    "text": pa.string(),
    "number": pa.int64(),
    "day": pa.int64(),
    "money": pa.int64(),
    "quantity": pa.int64(),
}
MOST_CURRENCIES = 10


def read_file(
    path: Path,
    name: str,
    layout: Layout,
    sha256: str,
    size: int,
    target: Path,
) -> ReadReport:
    """Read one file whose hash is `sha256` into the Parquet file `target`; returns its ledger.

    `name` is the file's name in messages. Raises InputError when the file can't be trusted,
    UnsettledInputError when it is not what the hash says.
    """
    if layout.table in ("transactions", "returns"):
        return _lines(path, name, layout, sha256, size, target)
    return _dimension(path, name, layout, sha256, size, target)


@dataclass
class _Sums:
    """What is added up over the batches of a file."""

    kept: int = 0
    rejects: list[Reject] = field(default_factory=list)
    amount: int = 0
    rejected_amount: int = 0
    sizes: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    dates: dict[int, list[int]] = field(default_factory=dict)
    offsets: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    findings: dict[str, Finding] = field(default_factory=dict)
    most_decimals: tuple[int, str, str] | None = None


def _lines(
    path: Path, name: str, layout: Layout, sha256: str, size: int, target: Path
) -> ReadReport:
    scales = (0, 0)
    while True:
        source = Source(path, name, layout, sha256)
        entries = dict(layout.columns)
        fields = column_mapping.resolve(
            layout.table, entries, source.first, source.has_header, name
        )
        sums = _Sums()
        scales, is_complete = _write_lines(source, fields, scales, sums, target)
        if is_complete:
            break  # else a batch has more decimals than those before: once more from the start
    return _ledger(source, fields, sums, size, scales)


def _write_lines(
    source: Source,
    fields: dict[str, int],
    scales: tuple[int, int],
    sums: _Sums,
    target: Path,
) -> tuple[tuple[int, int], bool]:
    """Write all batches at `scales`; stops and returns higher ones when a batch needs them."""
    layout = source.layout
    schema = _schema(fields)
    with checked_parquet.writer(target, schema) as writer:
        for batch, hashed in _typed(source, fields):
            needed = batch.scales(layout.decimals)
            money.check_scale(batch, needed[0], source.name)
            higher = (max(scales[0], needed[0]), max(scales[1], needed[1]))
            if higher != scales:
                if sums.kept or sums.rejects:
                    return higher, False
                scales = higher
            if needed[0] == scales[0] and sums.most_decimals is None:
                sums.most_decimals = batch.longest()
            whole = money.scaled(batch, *scales, layout, source.name)
            writer.write_table(_checked(batch, whole, hashed, schema))
            _add(sums, batch, whole, source.name)
    return scales, True


def _typed(source: Source, fields: dict[str, int]) -> Iterator[tuple[TypedBatch, dict[str, Any]]]:
    """The records of a file, typed, and the hashes of their texts."""
    layout = source.layout
    dates = DateReader(layout.zone, layout.century)
    headers = [column_mapping.clean(header) for header in source.first]
    for table, rows in source.batches():
        batch = typed_lines.typed(table, rows, source.first, fields, layout, dates)
        high, low = map(pa.array, duplicates.hashes(table, headers, source.has_header))
        yield batch, {"hash_high": high, "hash_low": low}


def _schema(fields: dict[str, int]) -> Any:
    """CHECKED without the optional columns that this file does not have."""
    has = {"row", "day_first", "month_first", "date_format", "amount", "hash_high", "hash_low"}
    has |= set(fields)
    return pa.schema([(c.name, TYPES[c.kind]) for c in CHECKED.columns if c.name in has])


def _checked(batch: TypedBatch, whole: Whole, hashed: dict[str, Any], schema: Any) -> Any:
    """CHECKED for the records of a batch that have no fault."""
    days = batch.dates
    columns_by_name: dict[str, Any] = {
        "row": pa.array(batch.rows),
        "day_first": pa.array(days.day_first, mask=~days.has_day_first),
        "month_first": pa.array(days.month_first, mask=~days.has_month_first),
        "date_format": pa.array(days.shape),
        **hashed,
    }
    for name, values in whole.values.items():
        columns_by_name[name] = pa.array(values, mask=~whole.has[name])
    arrays = [
        columns_by_name[name] if name in columns_by_name else batch.texts[name]
        for name in schema.names
    ]
    table = pa.table(arrays, schema=schema)
    is_faulty = batch.faults.any
    return table.filter(pa.array(~is_faulty)) if is_faulty.any() else table


def _add(sums: _Sums, batch: TypedBatch, whole: Whole, name: str) -> None:
    is_sound = ~batch.faults.any
    sums.kept += int(np.count_nonzero(is_sound))
    if not is_sound.all():
        sums.rejects += batch.faults.rejects(batch.rows, batch.texts, batch.headers)
        sums.rejected_amount += exact_sum(whole.values["amount"][~is_sound])
        reject = sums.rejects[0]
        if len(sums.rejects) > MOST_SET_ASIDE:
            raise too_many(name, reject.row, reject.value, reject.expected)
    for field_name, values in whole.values.items():
        sums.sizes[field_name] += exact_size(values[is_sound])
    sums.amount += exact_sum(whole.values["amount"][is_sound])
    for field_name, texts in batch.texts.items():
        sums.missing[field_name] += texts.null_count
    _count_dates(sums.dates, batch, is_sound)
    sums.offsets |= batch.dates.offsets
    if "currency" in batch.texts and len(sums.currencies) < MOST_CURRENCIES:
        sums.currencies.update(pc.unique(batch.texts["currency"]).drop_null().to_pylist())
    for check, found in money.first_rows(batch.rows, whole.findings).items():
        before = sums.findings.get(check)
        row, count = (before.row, before.lines) if before else (found.row, 0)
        sums.findings[check] = Finding(count + found.lines, row)


def _count_dates(counts: dict[int, list[int]], batch: TypedBatch, is_sound: np.ndarray) -> None:
    """Per shape: lines, those that are a date only day-first, only month-first, both but different."""
    days = batch.dates
    both = days.has_day_first & days.has_month_first
    kinds = (
        is_sound,
        is_sound & ~days.has_month_first,
        is_sound & ~days.has_day_first,
        is_sound & both & (days.day_first != days.month_first),
    )
    for shape in np.unique(days.shape[is_sound]).tolist():
        is_shape = days.shape == shape
        added = [int(np.count_nonzero(kind & is_shape)) for kind in kinds]
        before = counts.get(shape, [0] * len(kinds))
        counts[shape] = [a + b for a, b in zip(added, before, strict=True)]


def _ledger(
    source: Source, fields: dict[str, int], sums: _Sums, size: int, scales: tuple[int, int]
) -> ReadReport:
    rejects = [*sums.rejects, *(reject_of(bad) for bad in source.bad)]
    whole_records = [reject for reject in rejects if not reject.is_value]
    return ReadReport(
        sha256=source.sha256,
        size_bytes=size,
        first=source.first,
        fields=fields,
        headers=column_mapping.headers(fields, source.first, source.has_header),
        records=sums.kept + sum(reject.lines for reject in whole_records),
        kept=sums.kept,
        rejects=sorted(rejects, key=lambda reject: (reject.row, reject.column)),
        blank_lines=source.blank_lines,
        ends_with_newline=source.ends_with_newline,
        is_case_study=column_mapping.is_case_study(dict(source.layout.columns), source.first),
        money_scale=scales[0],
        quantity_scale=scales[1],
        amount=sums.amount,
        rejected_amount=sums.rejected_amount,
        sizes=dict(sums.sizes),
        most_decimals=sums.most_decimals,
        missing=dict(sums.missing),
        dates=sums.dates,
        offsets=sorted(sums.offsets),
        currencies=sorted(sums.currencies),
        findings=sums.findings,
    )


def reject_of(bad: Bad) -> Reject:
    """A record that breaks the grammar as a line of the rejects."""
    return Reject(bad.row, "", bad.text, bad.expected, bad.lines)


def _dimension(
    path: Path, name: str, layout: Layout, sha256: str, size: int, target: Path
) -> ReadReport:
    source = Source(path, name, layout, sha256)
    entries = dict(layout.columns)
    fields = column_mapping.resolve(layout.table, entries, source.first, source.has_header, name)
    schema = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in fields)])
    sums = _Sums()
    with pq.ParquetWriter(target, schema, **checked_parquet.QUICK) as writer:
        for table, rows in source.batches():
            again = np.zeros(len(rows), bool)
            if source.has_header:
                again = typed_lines.repeats_header(table, source.first)
            texts = {
                n: typed_lines.known(table.column(at).combine_chunks(), layout)
                for n, at in fields.items()
            }
            whole = pa.table([pa.array(rows), *texts.values()], schema=schema)
            writer.write_table(whole.filter(pa.array(~again)) if again.any() else whole)
            sums.kept += int(np.count_nonzero(~again))
            expected = typed_lines.HEADER_AGAIN
            sums.rejects += [Reject(int(row), "", "", expected) for row in rows[again]]
            for field_name, values in texts.items():
                sums.missing[field_name] += values.null_count
    return _ledger(source, fields, sums, size, (0, 0))
