"""One input file -> checked Parquet and its read report. Independent of every other file.

Transactions and returns become CHECKED (`retail.schema.lines`) at this file's own scales; the other
tables become their texts, one column per field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.frames import exact_sum
from retail.intake import checked_parquet, file_shape, left_out_rows
from retail.intake.decide import column_mapping, one_sided, row_rules, status_columns
from retail.intake.decide.row_rules import RowRules
from retail.intake.decide.status_columns import StatusCounts
from retail.intake.decide.total_lines import TotalLines
from retail.intake.left_out_rows import LeftOut
from retail.intake.read_report import (
    Finding,
    ReadReport,
    Reject,
    Status,
    Totals,
)
from retail.intake.source import whole_rows
from retail.intake.source.layout import Layout
from retail.intake.source.records import MOST_REJECTED, too_many
from retail.intake.source.text_batches import Source
from retail.intake.source.whole_rows import FillDown
from retail.intake.values import currencies, excluded_money, hashes, money, parents, typed_lines
from retail.intake.values.amounts import exact_size
from retail.intake.values.dates import DateReader
from retail.intake.values.money import Whole
from retail.intake.values.typed_lines import TypedBatch
from retail.parallel import prefetched
from retail.schema.lines import CHECKED

TYPES = {
    "text": pa.string(),
    "number": pa.int64(),
    "day": pa.int64(),
    "money": pa.int64(),
    "quantity": pa.int64(),
}
MOST_CURRENCIES = 10


def read_file(path: Path, name: str, layout: Layout, target: Path) -> ReadReport:
    """Read one file into the Parquet file `target`; returns its report, still without hash and size.

    `name` is the file's name in messages. Raises InputError when the file can't be trusted.
    """
    if layout.table not in ("transactions", "returns"):
        return _read_table(Source(path, name, layout), target)
    scales, totals = (0, 0), np.empty(0, np.int64)
    while True:
        source = Source(path, name, layout)
        found = TotalLines()
        report, scales = _read_lines(source, scales, target, found, totals)
        if report is None:
            continue  # a batch has more decimals than those before it: once more from the start
        rows, amounts = found.found()
        if not len(rows) or layout.totals == "keep":
            return report
        if layout.totals == "drop" and not len(totals):
            totals = rows  # known at the end of the file only: once more without them
            continue
        if layout.totals == "warn":
            report.totals = Totals(len(rows), exact_sum(amounts), int(rows[0]))
        return report


def _new_report(source: Source) -> ReadReport:
    entries = dict(source.layout.columns)
    first, has_header = source.first, source.has_header
    fields = file_shape.fields(source)
    return ReadReport(
        first=first,
        fields=fields,
        headers=column_mapping.headers(fields, first, has_header),
        is_case_study=column_mapping.is_case_study(entries, first),
    )


def _read_lines(
    source: Source,
    scales: tuple[int, int],
    target: Path,
    found: TotalLines,
    totals: np.ndarray,
) -> tuple[ReadReport | None, tuple[int, int]]:
    """Write all batches at `scales`, or at those that the first one needs; returns report and scales.

    Without a report, a later batch needs the scales that are returned. `found` looks for totals; the rows
    `totals` are left out.
    """
    report = _new_report(source)
    layout = source.layout
    schema = _schema(report.fields, layout.table)
    rules = row_rules.resolve(
        layout.exclude, report.fields, source.first, source.has_header, source.name, layout.table
    )
    currencies.check(
        list(report.fields), layout.table, source.name, layout.only_currency, layout.rates
    )
    if layout.only_currency and "currency" in report.fields:
        rules = replace(rules, only=(report.fields["currency"], layout.only_currency))
    rules = replace(rules, totals=totals)
    headers = [column_mapping.clean(header) for header in source.first]
    used, ruled = report.fields.values(), dict((*layout.exclude, *layout.return_rows))
    status = StatusCounts(status_columns.positions(headers, used, source.has_header, ruled))
    last = 0  # row that is sound
    with checked_parquet.writer(target, schema) as writer:
        for batch, hashed, left_out, table in _typed(source, report.fields, rules):
            left_out_rows.add(report, left_out, rules, layout.has_returns_table)
            needed = batch.scales(layout.decimals, bool(layout.rates))
            money.check_scale(batch, needed[0], source.name)
            higher = (max(scales[0], needed[0]), max(scales[1], needed[1]))
            if higher != scales:
                if report.kept or report.rejects:
                    return None, higher
                scales = higher
            if needed[0] == scales[0] and report.most_decimals is None:
                report.most_decimals = batch.longest()
            whole = money.scaled(batch, *scales, layout, source.name)
            status.add(table, whole.values["amount"])
            if layout.totals != "keep" and not len(totals):
                found.add(batch.rows, batch.texts, whole.values["amount"], whole.has["amount"])
            parents.adopt(batch.texts, whole.values["amount"], layout.table)
            writer.write_table(_checked(batch, whole, hashed, schema))
            _add(report, batch, whole, source.name, layout.return_prefix)
            last = max(last, int(batch.rows[~batch.faults.any].max(initial=0)))
    report.money_scale, report.quantity_scale = scales
    report.status = [
        Status(one.header, dict(one.values), list(one.asked))
        for one in status.columns("order_refunded" in report.fields)
    ]
    report.may_have_totals = found.seen > 0 or len(totals) > 0
    file_shape.refuse_sales_below(source, report)
    _close(report, source)
    file_shape.name_footer(source, report, last)
    return report, scales


def _read_table(source: Source, target: Path) -> ReadReport:
    """Write a table of customers, products or cities as texts."""
    report = _new_report(source)
    schema = pa.schema([("row", pa.int64()), *((name, pa.string()) for name in report.fields)])
    with pq.ParquetWriter(target, schema, **checked_parquet.QUICK) as writer:
        for table, rows in source.batches():
            again = np.zeros(len(rows), bool)
            if source.has_header:
                again = whole_rows.repeats_header(table, source.first)
            texts = {
                name: typed_lines.known(table.column(at), name, source.layout)
                for name, at in report.fields.items()
            }
            whole = pa.table([pa.array(rows), *texts.values()], schema=schema)
            writer.write_table(whole.filter(pa.array(~again)) if again.any() else whole)
            report.kept += int(np.count_nonzero(~again))
            if not source.layout.repeated_headers:
                report.rejects += [
                    Reject(int(row), "", "", typed_lines.HEADER_AGAIN) for row in rows[again]
                ]
            _add_missing(report, texts)
    _close(report, source)
    return report


def _close(report: ReadReport, source: Source) -> None:
    """Complete a report with what is known when all records have been read."""
    report.rejects += [Reject(b.row, "", b.text, b.expected, b.lines) for b in source.bad]
    report.rejected_unknown += sum(b.lines for b in source.bad)
    report.rejects.sort(key=lambda reject: (reject.row, reject.column))
    rejected = sum(r.lines for r in report.rejects if not r.is_value)
    report.records = report.kept + rejected + report.excluded_lines
    report.blank_lines = source.blank_lines
    report.ends_with_newline = source.ends_with_newline


def _typed(
    source: Source, fields: dict[str, int], rules: RowRules
) -> Iterator[tuple[TypedBatch, dict[str, Any], LeftOut | None, Any]]:
    """The records of a file that no rule leaves out, typed, the hashes of their texts, what is left out, and all
    texts of those records."""
    layout = source.layout
    dates = DateReader(layout.dates)
    read = (source.first, fields, layout, dates)
    marks = row_rules.resolve(
        layout.return_rows,
        fields,
        source.first,
        source.has_header,
        source.name,
        key_of="[returns] rows",
    )
    fill_down = file_shape.fill_down(source, fields)
    for kept, hashed, (table, rows, found) in prefetched(_hashed(source, rules, fill_down)):
        left_out = None
        if found is not None:
            money_left = excluded_money.of(table, rows, *read)
            left_out = LeftOut(found.rule[found.rule >= 0], money_left, found.by_pattern)
        batch = typed_lines.typed(kept[0], kept[1], *read)
        if marks.rules:
            batch = replace(batch, is_return=marks.excluded(*kept).rule >= 0)
        yield batch, hashed, left_out, kept[0]


def _hashed(
    source: Source, rules: RowRules, fill_down: FillDown | None
) -> Iterator[tuple[Any, dict[str, Any], Any]]:
    """The records of a file as texts with their rows: those kept, their hashes, and those left out by rule."""
    headers = [column_mapping.clean(header) for header in source.first]
    skips_headers = source.has_header and source.layout.repeated_headers
    for table, rows in source.batches():
        if skips_headers and (again := whole_rows.repeats_header(table, source.first)).any():
            table, rows = table.filter(pa.array(~again)).combine_chunks(), rows[~again]
        if fill_down is not None:
            table = fill_down(table)
        left_out: tuple[Any, ...] = (None, None, None)
        if rules:
            found = rules.excluded(table, rows)
            is_kept = found.rule < 0
            left_out = (table.filter(pa.array(~is_kept)).combine_chunks(), rows[~is_kept], found)
            table, rows = table.filter(pa.array(is_kept)).combine_chunks(), rows[is_kept]
        high, low = map(pa.array, hashes.of_records(table, headers, source.has_header))
        yield (table, rows), {"hash_high": high, "hash_low": low}, left_out


def _schema(fields: dict[str, int], table: str) -> Any:
    """CHECKED without the optional columns that this file does not have.

    Transactions always have customer_id: without customers, all lines are of guests.
    """
    has = {"row", "day_first", "month_first", "date_format", "amount", "hash_high", "hash_low"}
    has |= {*fields, "customer_id"} if table == "transactions" else set(fields)
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
        columns_by_name[name]
        if name in columns_by_name
        else batch.texts.get(name, pa.nulls(len(batch.rows), pa.string()))
        for name in schema.names
    ]
    table = pa.table(arrays, schema=schema)
    is_faulty = batch.faults.any
    return table.filter(pa.array(~is_faulty)) if is_faulty.any() else table


def _add(report: ReadReport, batch: TypedBatch, whole: Whole, name: str, prefix: str) -> None:
    """Count one batch."""
    is_sound = ~batch.faults.any
    amount = whole.values["amount"]
    report.kept += int(np.count_nonzero(is_sound))
    report.returns += int(np.count_nonzero(amount[is_sound] < 0))
    counts_by_month = np.bincount(one_sided.months(batch.dates)[is_sound] + 1)
    for at in np.flatnonzero(counts_by_month[1:]).tolist():
        report.months[at] = report.months.get(at, 0) + int(counts_by_month[at + 1])
    if not is_sound.all():
        faulty = np.flatnonzero(~is_sound)
        is_return = one_sided.looks_returned(batch.texts, prefix)[faulty].tolist()
        month = one_sided.months(batch.dates)[faulty].tolist()
        rejects = batch.faults.rejects(batch.rows, batch.texts, batch.headers)
        report.rejects += [
            msgspec.structs.replace(reject, is_return=is_back, month=at)
            for reject, is_back, at in zip(rejects, is_return, month, strict=True)
        ]
        is_known = whole.has["amount"]
        report.rejected_amount += exact_sum(amount[~is_sound & is_known])
        report.rejected_unknown += int(np.count_nonzero(~is_sound & ~is_known))
        reject = report.rejects[0]
        if len(report.rejects) > MOST_REJECTED:
            raise too_many(name, reject.row, reject.value, reject.expected)
    for field, values in whole.values.items():
        report.sizes[field] = report.sizes.get(field, 0) + exact_size(values[is_sound])
    report.amount += exact_sum(amount[is_sound])
    _add_missing(report, batch.texts)
    for shape, counts in batch.dates.counts(is_sound).items():
        before = report.dates.get(shape, [0] * len(counts))
        report.dates[shape] = [a + b for a, b in zip(counts, before, strict=True)]
    report.offsets = sorted(batch.dates.offsets.union(report.offsets))
    if "currency" in batch.texts and len(report.currencies) < MOST_CURRENCIES:
        found = pc.unique(batch.texts["currency"]).drop_null().to_pylist()
        report.currencies = sorted({*report.currencies, *found})
    for check, found in money.first_rows(batch.rows, whole.findings).items():
        first = report.findings.get(check, Finding(0, found.row))
        report.findings[check] = Finding(first.lines + found.lines, first.row)


def _add_missing(report: ReadReport, texts: Mapping[str, Any]) -> None:
    for field, values in texts.items():
        report.missing[field] = report.missing.get(field, 0) + values.null_count
