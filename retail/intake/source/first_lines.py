"""What the start of an input file shows: encoding, separator, headers and some records."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from retail.errors import InputError
from retail.intake.decide.column_mapping import clean
from retail.intake.source import encoding, encoding_guess, grammar
from retail.intake.source.records import Records
from retail.intake.source.text_batches import as_text, is_parquet, parquet_headers
from retail.intake.values import dates, number_forms
from retail.intake.values.date_style import DateStyle

Made = TypeVar("Made")
SAMPLE_BYTES = 1 << 22
SEPARATOR_BYTES = 1 << 18
SAMPLE_RECORDS = 2000
SEPARATOR_RECORDS = 200
FEW_VALUES = 12  # of a column that may be a status
SOLD = ("product_id", "category", "quantity", "unit_price")  # of a further row of an order
MOST_ABOVE = 30  # lines above a header
MOST_BELOW = 8  # lines, blank ones too, in which a footer is looked for
# A quoted value, which may hold separators and line breaks.
_QUOTED = re.compile(rb'(?<![^,;\t|\r\n ])"(?:[^"]|"")*"(?=[,;\t|\r\n ]|\Z)')


@dataclass(frozen=True)
class FirstLines:
    """The start of one file. `headers` are positions ("1", "2", ...) where it has none."""

    path: Path
    encoding: str
    separator: str
    has_header: bool
    has_quoted_newlines: bool
    headers: list[str]
    samples: list[list[str]]
    skip_lines: int = 0  # above the header
    skip_footer: int = 0  # below the last record
    repeated_headers: bool = False
    doubles: frozenset[str] = frozenset()  # columns of floating-point numbers
    _seen: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def key(self, header: str) -> str:
        """What names a column in retail.toml: its header, or its position where there is another one like it."""
        several = self.headers.count(header) > 1 or not header
        return f"#{self.headers.index(header) + 1}" if several else header

    def remembered(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` makes of these lines, made once; `name` says what it is."""
        if name not in self._seen:
            self._seen[name] = make()
        found: Made = self._seen[name]
        return found

    def values(self, header: str) -> list[str]:
        """What stands below a header, without blanks."""
        at = self.headers.index(header)
        return [row[at] for row in self.samples if at < len(row) and row[at].strip()]


def of(path: Path, stated: str = "") -> FirstLines:
    """The first lines of a file; `stated` is its encoding, where that is known.

    Raises InputError where it can't be opened or holds no record, ConfigError for an unknown encoding.
    """
    if is_parquet(path):
        return _of_parquet(path)
    named, data = _start(path, stated)
    separator = _separator(data)
    code = grammar.TAB if separator == "blanks" else ord(separator)
    above = _lines_above(data, code)
    line_end = bytes([grammar.line_end_of(data)])
    data = data.split(line_end, above)[-1]
    records = _records(data, path, separator)
    rows = [grammar.fields_of(record, code) for record in records]
    has_header = not any(is_number(value) or is_date(value) for value in rows[0])
    headers = rows[0] if has_header else [f"{at + 1}" for at in range(len(rows[0]))]
    below, rows = (0, rows) if len(data) > SAMPLE_BYTES // 2 else _without_footer(data, code, rows)
    samples = [row for row in rows if row != headers] if has_header else rows
    usual = "," if path.name.lower().removesuffix(".gz").endswith((".csv", ".txt")) else "\t"
    return FirstLines(
        path,
        named,
        "auto" if separator == usual else separator,
        has_header,
        any(re.search(rb"[\r\n]", record.rstrip(b"\r\n")) for record in records),
        [clean(header) for header in headers],
        samples[:SAMPLE_RECORDS],
        above,
        below,
        has_header and len(samples) < len(rows) - 1,
    )


def _fields(data: bytes, code: int, most: int) -> list[list[str]]:
    """The fields of the first lines; none of a line with a quote that goes on in the next one, or of a blank one."""
    lines = data.split(bytes([grammar.line_end_of(data)]), most)[:most]
    return [grammar.fields_of_line(line, code) for line in lines]


def _lines_above(data: bytes, code: int) -> int:
    """How many lines stand above the header: of another width than most lines, or blank in half of it, as group
    headings are.

    0 where none is a header beyond doubt.
    """
    lines = _fields(data, code, SEPARATOR_RECORDS)
    widths = [len(fields) for fields in lines if fields]
    usual = max(set(widths), key=widths.count, default=0)
    if usual < 2 or grammar.stated_separator(data):
        return 0
    for at, fields in enumerate(lines[:MOST_ABOVE]):
        if len(fields) == usual and 2 * _filled(fields) > usual:
            return at if any(map(_filled, lines[:at])) and _are_names(fields) else 0
    return 0


def _without_footer(data: bytes, code: int, rows: list[list[str]]) -> tuple[int, list[list[str]]]:
    """How many lines below the records are none, as they hold much less than all others; and the records."""
    width = len(rows[0])
    usual = sorted(map(_filled, rows))[len(rows) // 2]
    tail = [fields for fields in _fields(data, code, data.count(b"\n") + 2)[-MOST_BELOW:] if fields]

    def is_sparse(fields: list[str]) -> bool:
        return len(fields) != width or 2 * _filled(fields) <= usual

    below = 0
    while below < len(tail) and is_sparse(tail[-1 - below]):
        below += 1
    records = [row for row in rows if not is_sparse(row)]
    is_footer = 0 < below < len(tail) and len(rows) - len(records) <= below
    return (below, records) if is_footer else (0, rows)


def _filled(fields: list[str]) -> int:
    return sum(1 for value in fields if value.strip())


def _are_names(fields: list[str]) -> bool:
    return not any(is_number(value) or is_date(value) for value in fields)


def _of_parquet(path: Path) -> FirstLines:
    import pyarrow.parquet as pq

    names, schema = parquet_headers(path, str(path))
    with pq.ParquetFile(path) as file:
        first = next(file.iter_batches(batch_size=SAMPLE_RECORDS), None)
    columns = [] if first is None else [as_text(column).to_pylist() for column in first.columns]
    rows = [["" if v is None else v for v in row] for row in zip(*columns, strict=True)]
    doubles = frozenset(field.name for field in schema if pa.types.is_floating(field.type))
    return FirstLines(path, "auto", "auto", True, False, names, rows, doubles=doubles)


def _start(path: Path, stated: str) -> tuple[str, bytes]:
    """The encoding to name, and the first bytes as UTF-8."""
    named = stated or "auto"
    try:
        chunk = next(encoding.utf8_chunks(path, str(path), named), b"")
    except InputError:
        raw = encoding.first_bytes(path, str(path))
        if stated or not raw:
            raise
        named = encoding_guess.guess(raw)
        chunk = next(encoding.utf8_chunks(path, str(path), named), b"")
    return named, chunk[:SAMPLE_BYTES].decode("utf-8", "ignore").encode()


def _records(data: bytes, path: Path, separator: str) -> list[bytes]:
    """The records at the start of a file that can be read, line breaks inside quotes included."""
    line_end = grammar.line_end_of(data)
    chunks = [data]
    if len(data) >= SAMPLE_BYTES - 3:  # the last record may be cut
        chunks = [data[: data.rfind(bytes([line_end])) + 1] or data]
    records = Records(iter(chunks), str(path), separator, True, False)
    code = grammar.TAB if separator == "blanks" else ord(separator)
    found: list[bytes] = []
    try:
        for batch in records.batches():
            scan = grammar.scan(np.frombuffer(batch.data, np.uint8), code, line_end, True)
            borders = zip(scan.starts.tolist(), scan.ends.tolist(), strict=True)
            found += [batch.data[start:end] for start, end in borders]
    except InputError:  # a quote that does not end; what stands before it is shown
        if not found:
            raise
    if not found:
        raise InputError(f"{path}: no record can be read at its start. Is it delimited text?")
    return found


def _separator(data: bytes) -> str:
    """The separator that cuts the first records into most fields, the same number each."""
    if stated := grammar.stated_separator(data):
        return stated
    bare = _QUOTED.sub(b"q", data[:SEPARATOR_BYTES])
    lines = [line for line in bare.splitlines()[:SEPARATOR_RECORDS] if line.strip()]

    def widths(sign: str) -> list[int]:
        if sign == "blanks":
            return [len(line.split()) for line in lines]
        return [line.count(sign.encode()) + 1 for line in lines]

    best, most = ",", 1
    for sign in (",", ";", "\t", "|", "blanks"):
        counts = widths(sign)
        usual = max(set(counts), key=counts.count, default=1)
        agree = counts.count(usual) / max(len(counts), 1)
        if agree > 0.8 and usual > most and not (sign == "blanks" and most > 1):
            best, most = sign, usual
    return best


def is_number(text: str) -> bool:
    """Whether a text is a number in one of the ways that [input] has keys for; a percentage is none."""
    keys = number_forms.keys_for([text])
    return keys is not None and not {"percent", "dash"} & set(keys.get("number_forms", ()))


def is_date(text: str) -> bool:
    """Whether a text is a date; of bare digits only those that begin as a year does."""
    is_digits = text.strip().isdigit()
    return dates.read(text, DateStyle(century=2000)) is not None and not (
        is_digits and not text.strip().startswith(("19", "20"))
    )


def continued(look: FirstLines, mapped: Mapping[str, str]) -> list[str]:
    """The columns that are blank on all further rows of an order and filled on its first: what fill_down takes.

    `mapped`: field -> header. Only texts, as money on the first row of an order is the money of all of it.
    """
    order = mapped.get("transaction_id", "")
    if not order or not look.has_header:
        return []
    at = look.headers.index(order)
    ids = [row[at].strip() if at < len(row) else "" for row in look.samples]
    goes_on = [now in ("", above) for above, now in itertools.pairwise(ids)]
    further = [row for row, is_further in zip(look.samples[1:], goes_on, strict=True) if is_further]
    first = [
        row for row, is_further in zip(look.samples[1:], goes_on, strict=True) if not is_further
    ]
    has_blank_ids = "" in ids
    sold = [look.headers.index(mapped[f]) for f in SOLD if f in mapped]
    if len(further) < 2 or (
        has_blank_ids and not all(any(row[n].strip() for n in sold) for row in further)
    ):
        return []
    found = []
    for n, header in enumerate(look.headers):
        values = {row[n] for row in first if row[n].strip()}
        is_filled = 2 * sum(1 for row in first if row[n].strip()) > len(first)
        is_blank = not any(row[n].strip() for row in further)
        is_text = header == order or not all(is_number(value) for value in values)
        is_wanted = header in mapped.values() or len(values) <= FEW_VALUES
        if is_filled and is_blank and is_text and is_wanted:
            found.append(look.key(header))
    return found
