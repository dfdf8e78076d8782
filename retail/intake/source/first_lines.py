"""What the start of an input file shows: encoding, separator, headers and some records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retail.errors import InputError
from retail.intake.decide.column_mapping import clean
from retail.intake.source import encoding, grammar
from retail.intake.source.records import Records
from retail.intake.source.text_batches import is_parquet, parquet_headers
from retail.intake.values import dates, number_forms
from retail.intake.values.date_style import DateStyle

SAMPLE_BYTES = 1 << 22
SEPARATOR_BYTES = 1 << 18
SAMPLE_RECORDS = 2000
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

    def values(self, header: str) -> list[str]:
        """What stands below a header, without blanks."""
        at = self.headers.index(header)
        return [row[at] for row in self.samples if at < len(row) and row[at].strip()]


def of(path: Path) -> FirstLines:
    """The first lines of a file. Raises InputError where it can't be opened or holds no record."""
    if is_parquet(path):
        return _of_parquet(path)
    named, data = _start(path)
    separator = _separator(data)
    records = _records(data, path, separator)
    code = grammar.TAB if separator == "blanks" else ord(separator)
    rows = [grammar.fields_of(record, code) for record in records[: SAMPLE_RECORDS + 1]]
    has_header = not any(is_number(value) or is_date(value) for value in rows[0])
    headers = rows[0] if has_header else [f"{at + 1}" for at in range(len(rows[0]))]
    usual = "," if path.name.lower().removesuffix(".gz").endswith((".csv", ".txt")) else "\t"
    return FirstLines(
        path,
        named,
        "auto" if separator == usual else separator,
        has_header,
        any(re.search(rb"[\r\n]", record.rstrip(b"\r\n")) for record in records),
        [clean(header) for header in headers],
        rows[1:] if has_header else rows,
    )


def _of_parquet(path: Path) -> FirstLines:
    import pyarrow.parquet as pq

    names, _ = parquet_headers(path, str(path))
    with pq.ParquetFile(path) as file:
        first = next(file.iter_batches(batch_size=SAMPLE_RECORDS), None)
    columns = [] if first is None else [column.to_pylist() for column in first.columns]
    rows = [["" if v is None else str(v) for v in row] for row in zip(*columns, strict=True)]
    return FirstLines(path, "auto", "auto", True, False, names, rows)


def _start(path: Path) -> tuple[str, bytes]:
    """The encoding to name, and the first bytes as UTF-8."""
    last: InputError | None = None
    for named in ("auto", "cp1252", "latin-1"):
        try:
            chunk = next(encoding.utf8_chunks(path, str(path), named), b"")
        except InputError as error:
            last = error
            continue
        return named, chunk[:SAMPLE_BYTES].decode("utf-8", "ignore").encode()
    raise last or InputError(f"{path}: can't be read.")


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
    lines = [line for line in bare.splitlines()[:SAMPLE_RECORDS] if line.strip()]

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
    return keys is not None and "percent" not in keys.get("number_forms", ())


def is_date(text: str) -> bool:
    """Whether a text is a date; of bare digits only those that begin as a year does."""
    is_digits = text.strip().isdigit()
    return dates.read(text, DateStyle(century=2000)) is not None and not (
        is_digits and not text.strip().startswith(("19", "20"))
    )
