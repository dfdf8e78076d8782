"""The read report of one file: what was read, what was rejected and why, in whole numbers.

It is cached with the file's Parquet, so that a file that was read before is not read again.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from msgspec import Struct

from retail import storage


class Reject(Struct, frozen=True):
    """A rejected record (or value of a reference table): its place, its text, what was expected."""

    row: int
    column: str
    value: str
    expected: str
    lines: int = 1
    is_value: bool = False  # only this value is rejected, the record is kept
    is_return: bool = False  # whether it looks like one
    month: int = -1  # since 1900; -1: not certain


class Finding(Struct, frozen=True):
    """How often something doubtful was seen, and the row where it was seen first."""

    lines: int
    row: int


class ExcludedRows(Struct):
    """What one rule of [exclude] left out of a file; money in units of 10 ** -EXCLUDED_SCALE."""

    lines: int = 0
    amount: int = 0  # where it can be read
    unknown: int = 0  # lines whose money can't be read


class LeftOutOrder(Struct, frozen=True):
    """What an excluded row states of its order, in units of 10 ** -EXCLUDED_SCALE."""

    rule: str
    order: str
    amounts: dict[str, int]


class Totals(Struct, frozen=True):
    """Lines that are totals of other lines: how many, their money at the file's scale, the first one's row."""

    lines: int
    amount: int
    row: int


class Status(Struct, frozen=True):
    """A column that is not used and seems to say which rows are no sales: see `decide.status_columns`."""

    header: str
    values: dict[str, int]
    asked: list[str]


class ReadReport(Struct):
    """What reading one file gave. Sums are in the smallest unit at this file's own scales, unbounded."""

    first: list[str]  # headers, or the first record
    fields: dict[str, int]  # position of each field's column
    headers: dict[str, str]  # of each field; its position when the file has no header
    is_case_study: bool
    sha256: str = ""
    size_bytes: int = 0
    records: int = 0  # read, header excluded: kept + rejected + excluded
    kept: int = 0
    rejects: list[Reject] = []
    blank_lines: int = 0
    ends_with_newline: bool = True
    money_scale: int = 0
    quantity_scale: int = 0
    amount: int = 0  # of kept records
    rejected_amount: int = 0  # of rejected records, where it can be read
    rejected_unknown: int = 0  # rejected records whose money can't be read
    excluded: dict[str, ExcludedRows] = {}  # by rule
    excluded_by: dict[str, int] = {}  # by value of a rule: records
    excluded_ids: list[str] = []  # of excluded rows, where there is a table of returns
    excluded_orders: list[LeftOutOrder] = []
    returns: int = 0  # kept records with an amount below 0
    months: dict[int, int] = {}  # kept records by month since 1900, where it is certain
    status: list[Status] = []
    totals: Totals | None = None  # that were counted as any other line
    may_have_totals: bool = False  # whether any line could be one
    sizes: dict[str, int] = {}  # sum of absolute values by field
    most_decimals: tuple[int, str, str] | None = None  # row, header and value that rule the scale
    missing: dict[str, int] = {}
    dates: dict[int, list[int]] = {}  # shape: lines, only day-first, only month-first, differing
    offsets: list[str] = []  # of dates from UTC, as written
    currencies: list[str] = []
    findings: dict[str, Finding] = {}
    parquet_bytes: int = 0  # of the checked records, at this file's own scales

    @property
    def rejected(self) -> int:
        """Records rejected; one that holds several lines counts as all of them."""
        return self.records - self.kept - self.excluded_lines

    @property
    def excluded_lines(self) -> int:
        """Records that rules of [exclude] left out."""
        return sum(rows.lines for rows in self.excluded.values())


def save(report: ReadReport, path: Path) -> None:
    """Write a report in one step."""
    text = json.dumps(msgspec.to_builtins(report, str_keys=True), ensure_ascii=False)
    storage.write(path, text.encode("utf-8", errors="surrogatepass"))


def load(path: Path) -> ReadReport | None:
    """Read a report; None when there is none, or it was not written by this version."""
    try:
        return msgspec.convert(
            json.loads(path.read_text(encoding="utf-8")), ReadReport, strict=False
        )
    except (OSError, ValueError, msgspec.ValidationError):
        return None
