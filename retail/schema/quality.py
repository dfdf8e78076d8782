"""Tables of reading: what was read, what became of it, what to doubt, and what privacy changed."""

from __future__ import annotations

from retail.schema.table import Column, Table, tables_in

INPUT_FILES = Table(
    "input_files",
    "one row per input file (names a place: kept out of the site's stable files)",
    (
        Column("table", "text", "transactions | customers | products | cities"),
        Column("file", "text", "name, relative to the input folder"),
        Column("sha256", "text", "hash of its bytes"),
        Column("size_bytes", "count", "bytes"),
        Column("rows", "count", "records read, header excluded"),
        Column("set_aside", "count", "records that could not be read"),
    ),
    key=("table", "file"),
    title="Input files",
)

# The texts of BOOKS.step by what summary.json calls them; other steps may stand between.
BOOK_STEPS = {
    "read": "Lines read",
    "set_aside": "Set aside as unreadable",
    "set_aside_unknown": "Set aside, their money unknown",
    "duplicates": "Repeats dropped",
    "kept": "Lines kept",
}

BOOKS = Table(
    "books",
    "one row per step from lines read to net revenue; the last is the sum of the ones before",
    (
        Column("step", "text", "what happens to the lines; some are named in BOOK_STEPS"),
        Column("order", "number", "order of the steps"),
        Column("lines", "count", "lines, signed: what is taken away is negative"),
        Column("amount", "money", "money of those lines, where it can be read", optional=True),
    ),
    key=("order",),
    title="From lines read to net revenue",
)

DATE_EVIDENCE = Table(
    "date_evidence",
    "one row per date column and format",
    (
        Column("column", "text", "table and header"),
        Column(
            "format",
            "text",
            "such as DD-MM-YYYY; D and M stand for the first two parts before a decision",
        ),
        Column("order", "text", "day-first | month-first | year-first"),
        Column("lines", "count", "values in this format"),
        Column("evidence", "text", "why, in words and counts"),
    ),
    key=("column", "format"),
    title="How dates are read",
)

CHECKS = Table(
    "checks",
    "one row per check",
    (
        Column("check", "text", "key of the check, as in the config"),
        Column("severity", "text", "info | warn | stop"),
        Column("expectation", "text", "what should hold"),
        Column("observed", "text", "what was found, with counts"),
        Column("verdict", "text", "pass | warn | fail"),
    ),
    key=("check",),
    title="Checks",
)

MISSING = Table(
    "missing",
    "one row per column of an input table",
    (
        Column("table", "text", "transactions | customers | products | cities"),
        Column("column", "text", "field"),
        Column("values", "count", "records"),
        Column("missing", "count", "of them blank"),
        Column("share", "share", "missing / values", optional=True),
    ),
    key=("table", "column"),
    title="Missing values",
)

REJECTS = Table(
    "rejects",
    "one row per record set aside (names a place in a file; private text, not published)",
    (
        Column("file", "text", "name"),
        Column("row", "number", "physical line; the header is 1"),
        Column("column", "text", "header, or empty for the whole record"),
        Column("value", "text", "what stood there"),
        Column("expected", "text", "what was expected"),
    ),
    key=(),
    title="Lines set aside",
)

REJECT_COUNTS = Table(
    "reject_counts",
    "one row per column and reason for which records were set aside (what the site shows of rejects)",
    (
        Column("column", "text", "header, or empty for the whole record"),
        Column("expected", "text", "what was expected"),
        Column("lines", "count", "records set aside"),
    ),
    key=("column", "expected"),
    title="Lines set aside, by reason",
)

RETURN_MATCHING = Table(
    "return_matching",
    "one row per rule by which returns were matched to purchases",
    (
        Column("rule", "text", "same id | same price | same product | unmatched"),
        Column("lines", "count", "return lines"),
        Column("amount", "money", "their money, negative"),
    ),
    key=("rule",),
    title="How returns were matched",
)

PRIVACY_NOTES = Table(
    "privacy_notes",
    "one row per table that is published less finely than it was computed, or not at all",
    (
        Column("table", "text", "name of the table"),
        Column("done", "text", "what was done to it and why", label="What was done"),
    ),
    key=("table",),
    title="Published less finely",
)

TABLES = tables_in(globals())
