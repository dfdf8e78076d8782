"""What stands around the records of a file, and what their blanks mean: the keys skip_lines, skip_footer and
fill_down of [input], and refusals that name them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from retail.errors import ConfigError, InputError, shown
from retail.intake.decide import column_mapping
from retail.intake.read_report import ReadReport
from retail.intake.source.text_batches import Source
from retail.intake.source.whole_rows import FillDown
from retail.intake.values import dates

ADDED_UP = ("amount", "quantity", "tax", "line_discount")  # of lines
MOST_BELOW = 20  # lines that may be a footer


def fields(source: Source) -> dict[str, int]:
    """Field -> position of its column. Raises InputError with the key that helps where lines stand above the header."""
    table, entries = source.layout.table, dict(source.layout.columns)
    first, has_header = source.first, source.has_header
    try:
        return column_mapping.resolve(
            table, entries, first, has_header, source.name, source.separator
        )
    except InputError:
        above = None
        if has_header:
            above = source.lines_above(lambda line: _is_header(table, entries, line))
        if above is None or above == source.layout.skip_lines:
            raise
        raise InputError(
            f"{source.name}: line {above + 1} looks like the header, and not line "
            f"{source.layout.skip_lines + 1}. Set [input] skip_lines = {above} in retail.toml."
        ) from None


def _is_header(table: str, entries: Mapping[str, str], line: Sequence[str]) -> bool:
    try:
        return bool(column_mapping.resolve(table, entries, line, True, ""))
    except (InputError, ConfigError):
        return False


def fill_down(source: Source, fields: Mapping[str, int]) -> FillDown | None:
    """What fills the blanks of [input] fill_down in a file; None where nothing does."""
    layout, headers = source.layout, [column_mapping.clean(header) for header in source.first]
    found = []
    for name in layout.fill_down:
        key = column_mapping.clean(name).removeprefix("" if source.has_header else "#")
        by_place = headers if source.has_header else [f"{n + 1}" for n in range(len(headers))]
        at = fields.get(key, column_mapping.position(key, by_place))
        if at is None and layout.table == "transactions":
            raise InputError(
                f"{source.name}: [input] fill_down names {shown(name)}: no header, or more than one, is called "
                'so. A column is also named by position, such as "#4".'
            )
        money_field = next((field for field in ADDED_UP if fields.get(field, -1) == at), "")
        if money_field:
            raise ConfigError(
                f"[input] fill_down names {shown(name)}, which is mapped to {money_field}: its money or units "
                "would count once for each line below it."
            )
        found += [] if at is None else [at]
    return FillDown(found, fields.get("transaction_id"), layout.missing) if found else None


def refuse_sales_below(source: Source, report: ReadReport) -> None:
    """Raise InputError where [input] skip_footer passes over a record with a date."""
    for record in source.records_below() if "date" in report.fields else []:
        value = record[report.fields["date"]]
        if dates.read(value, source.layout.dates):
            raise InputError(
                f"{source.name}: [input] skip_footer = {source.layout.skip_footer} passes over a line with the date "
                f"{shown(value)}, which may be a sale. Count the lines below the last record again."
            )


def name_footer(source: Source, report: ReadReport, last: int) -> None:
    """Name [input] skip_footer in the rejects behind the `last` sound row, if those have no date or width."""
    below = [reject for reject in report.rejects if reject.row > last > 0]
    wheres = {reject.column for reject in below} <= {"", report.headers.get("date", "")}
    if wheres and source.ends_with_newline and 0 < len(below) < min(report.kept, MOST_BELOW):
        hint = f" (or, if no record follows, [input] skip_footer = {source.layout.skip_footer + len(below)})"
        report.rejects[-len(below) :] = [
            msgspec.structs.replace(reject, expected=reject.expected + hint) for reject in below
        ]
