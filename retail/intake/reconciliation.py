"""Reconciliation of a run: lines read = lines kept + lines taken away, and the same for money."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from retail import storage
from retail.errors import InputError, Place, shown
from retail.intake.cache import CheckedFile
from retail.intake.decide import one_sided
from retail.intake.decide.date_orders import Family
from retail.intake.decide.selection import Selection
from retail.intake.read_report import ReadReport, Reject
from retail.locale import Locale
from retail.schema.quality import BOOK_STEPS
from retail.storage.atomic import PRIVATE

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Placed:
    """A reject, and the table and file it is of."""

    table: str
    file: str
    reject: Reject


@dataclass(frozen=True)
class ReadTotals:
    """Lines, and their money, before the selection."""

    lines: int
    amount: int
    rejected: int
    rejected_amount: int
    rejected_unknown: int = 0  # of the rejected lines those whose money can't be read
    more_lines: int = 0  # lines that records of a returns table stand for, beyond one each
    from_purchases: int = 0  # money of returns that state none
    of_orders: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # by step: lines, money
    # By rule: lines, their money, and how many of them have money that can't be read.
    excluded: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)

    def with_rejected(self, lines: int, amount: int) -> ReadTotals:
        """The same, with more lines rejected."""
        return replace(
            self,
            rejected=self.rejected + lines,
            rejected_amount=self.rejected_amount + amount,
        )


def reconciliation(read: ReadTotals, chosen: Selection) -> pd.DataFrame:
    """The table BOOKS, from lines read to lines kept. Raises RuntimeError when it does not add up: a bug."""
    late = {rule: sums for rule, sums in chosen.excluded.items() if rule not in read.excluded}
    known = read.rejected - read.rejected_unknown
    steps: list[tuple[str, int, int | None]] = [
        (BOOK_STEPS["read"], read.lines, read.amount),
        *((step, n, money) for step, (n, money) in read.of_orders.items()),
        *_excluded(read, chosen),
        (BOOK_STEPS["set_aside"], -known, -read.rejected_amount),
        (BOOK_STEPS["set_aside_unknown"], -read.rejected_unknown, None),
        ("Returns completed from their purchases", read.more_lines, read.from_purchases),
        (BOOK_STEPS["duplicates"], -chosen.lines["repeats"], -chosen.amount["repeats"]),
        *((f"Excluded by rule: {rule}", -n, -money) for rule, (n, money) in late.items()),
        ("After the as-of date", -chosen.lines["late"], -chosen.amount["late"]),
        (BOOK_STEPS["kept"], chosen.kept, chosen.kept_amount),
    ]
    lines = sum(n for _, n, _ in steps[:-1])
    money = sum(amount or 0 for _, _, amount in steps[:-1])
    if (lines, money) != steps[-1][1:]:
        raise RuntimeError(f"the lines of the intake do not reconcile: {steps}")
    always = {BOOK_STEPS[name] for name in ("read", "set_aside", "duplicates", "kept")}
    rows = [(step, n, amount) for step, n, amount in steps if n or amount or step in always]
    return pd.DataFrame(
        [(step, order, n, amount) for order, (step, n, amount) in enumerate(rows, 1)],
        columns=["step", "order", "lines", "amount"],
    ).astype({"amount": "Int64"})


def _excluded(read: ReadTotals, chosen: Selection) -> Iterator[tuple[str, int, int | None]]:
    """A step for each rule that left rows out when reading, with what it left out of completed returns."""
    for rule, (lines, money, unknown) in read.excluded.items():
        more_lines, more = chosen.excluded.get(rule, (0, 0))
        amount = None if lines and unknown == lines and not money + more else -money - more
        yield f"Excluded by rule: {rule}", -lines - more_lines, amount


def rejects(found: Sequence[Placed]) -> pd.DataFrame:
    """REJECTS: one row per record, or value, that was rejected."""
    rows = [
        (p.file, p.reject.row, p.reject.column, p.reject.value, p.reject.expected) for p in found
    ]
    return pd.DataFrame(rows, columns=["file", "row", "column", "value", "expected"])


def reject_counts(found: Sequence[Placed]) -> pd.DataFrame:
    """REJECT_COUNTS: lines by column and reason."""
    counts: dict[tuple[str, str], int] = {}
    for reject in (placed.reject for placed in found):
        key = (reject.column, reject.expected)
        counts[key] = counts.get(key, 0) + reject.lines
    rows = [(*key, lines) for key, lines in sorted(counts.items())]
    return pd.DataFrame(rows, columns=["column", "expected", "lines"])


def input_files(files: Sequence[CheckedFile]) -> pd.DataFrame:
    """INPUT_FILES."""
    rows = [
        (
            f.file.table,
            f.file.name,
            f.report.sha256,
            f.report.size_bytes,
            f.report.records,
            f.report.rejected,
        )
        for f in files
    ]
    return pd.DataFrame(
        rows, columns=["table", "file", "sha256", "size_bytes", "rows", "set_aside"]
    )


def missing(files: Sequence[CheckedFile]) -> pd.DataFrame:
    """MISSING: blank values by table and field, over the records that could be parsed."""
    values: dict[tuple[str, str], list[int]] = {}
    for found in files:
        for name, count in found.report.missing.items():
            sums = values.setdefault((found.file.table, name), [0, 0])
            sums[0] += found.report.records
            sums[1] += count
    rows = [
        (table, name, n, blank, blank / n if n else None)
        for (table, name), (n, blank) in sorted(values.items())
    ]
    return pd.DataFrame(rows, columns=["table", "column", "values", "missing", "share"])


def date_evidence(columns: Sequence[tuple[str, Sequence[Family]]]) -> pd.DataFrame:
    """DATE_EVIDENCE: `columns` pairs the name of a column with its families of formats."""
    rows = [
        (
            column,
            f.written,
            f.order if f.is_day_first is not None else "undecided",
            f.lines,
            f.evidence,
        )
        for column, found in columns
        for f in found
    ]
    return pd.DataFrame(rows, columns=["column", "format", "order", "lines", "evidence"])


def write_rejects(table: pd.DataFrame, folder: Path) -> Path:
    """Write rejects.csv into the working folder: private, as it holds texts of the input."""
    path = folder / "rejects.csv"
    # A spreadsheet must not run what was refused: such a value is shown as a quoted text.
    safe = [shown(v, 2000) if v.startswith(FORMULA_STARTS) else v for v in table["value"]]
    table = table.assign(value=safe)
    with storage.replacing(path) as part:
        part.touch(mode=PRIVATE)
        table.to_csv(part, index=False, encoding="utf-8", lineterminator="\n")
    return path


def stop_if_too_many(
    table: str,
    read: int,
    found: Sequence[Placed],
    limit: float,
    path: Path,
    reports: Sequence[ReadReport] = (),
) -> None:
    """Raise InputError when the share of rejected records is above `limit`."""
    rejected = sum(placed.reject.lines for placed in found)
    if not rejected or rejected <= limit * read:
        return
    examples = "; ".join(
        f"{Place(p.file, p.reject.row, p.reject.column or None, p.reject.value)}, expected "
        f"{p.reject.expected}"
        for p in found[:3]
    )
    raise InputError(
        f"{table}: {rejected:,} of {read:,} records ({rejected / read:.1%}) can't be read, more "
        f"than [input] max_rejected_share = {limit:g} allows. {examples}. All are listed in {path}."
        + "".join(
            f" {side.sentence()}: with a higher share mostly these would be lost."
            for side in one_sided.found([p.reject for p in found], reports)
        )
        + (
            ' Lines seem to be totals of those before them: [input] totals = "drop" leaves them out.'
            if any(report.totals for report in reports)
            else ""
        )
    )


def written(value: int, scale: int, locale: Locale) -> str:
    """A whole number of the smallest unit as an amount with its decimals."""
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    whole, part = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    return locale.number(f"{sign}{int(whole)}{'.' + part if part else ''}")
