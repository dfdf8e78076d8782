"""A file of any kind becomes batches of texts: one pyarrow table per batch, and the row of each record.

CSV goes through `encoding` and `grammar` first, so that pyarrow only sees records that it can't
misread. Parquet has types, which are written out as exact texts: one way of reading is checked
for both.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from retail.errors import InputError, shown
from retail.intake.source import edges
from retail.intake.source.encoding import utf8_chunks
from retail.intake.source.grammar import TAB, fields_of_line, stated_separator
from retail.intake.source.layout import Layout
from retail.intake.source.records import Bad, Batch, Records


@dataclass
class Source:
    """An open input file: `first` holds its headers (or first record), `batches` its records."""

    path: Path
    name: str
    layout: Layout

    def __post_init__(self) -> None:
        self._records: Records | None = None
        self.bad: list[Bad] = []
        self.passed_below: list[bytes] = []
        self.separator = ""
        if is_parquet(self.path):
            self.first, self._schema = parquet_headers(self.path, self.name)
            return
        layout = self.layout
        chunks = utf8_chunks(self.path, self.name, layout.encoding)
        start = next(chunks, b"")
        self.separator = separator = layout.separator_of(self.path, stated_separator(start))
        above, below = layout.skip_lines, layout.skip_footer
        chunks = itertools.chain([start], chunks)
        chunks = edges.within(chunks, above, below, self.name, self.passed_below)
        self._separator = TAB if separator == "blanks" else ord(separator)
        self._records = Records(
            chunks,
            self.name,
            separator,
            layout.quoted_newlines,
            layout.has_header,
            layout.skip_lines + 1,
        )
        self.first = self._records.first
        self.bad = self._records.bad

    @property
    def has_header(self) -> bool:
        """Whether `first` holds names."""
        return self._records is None or self.layout.has_header

    @property
    def blank_lines(self) -> int:
        """Lines with nothing on them, so far."""
        return self._records.blank_lines if self._records else 0

    @property
    def ends_with_newline(self) -> bool:
        """Whether the last line is complete (after reading)."""
        return self._records.ends_with_newline if self._records else True

    def lines_above(self, is_header: Callable[[list[str]], bool]) -> int | None:
        """How many lines stand above the header; None where no line near the start looks like one."""
        if self._records is None:
            return None
        start = next(utf8_chunks(self.path, self.name, self.layout.encoding), b"")
        return edges.lines_above(start, self._separator, is_header)

    def records_below(self) -> list[list[str]]:
        """The fields of the lines of [input] skip_footer that are as wide as a record (after reading)."""
        width, below = len(self.first), self.passed_below
        found = [fields_of_line(line, self._separator) for line in below]
        return [fields for fields in found if len(fields) == width]

    def batches(self) -> Iterator[tuple[Any, np.ndarray]]:
        """Tables with one text column per field, named "0", "1", ..., and the row of each record."""
        if self._records is None:
            entries = dict(self.layout.columns).values()
            yield from _parquet_batches(self.path, self.name, self._schema, frozenset(entries))
        else:
            for batch in self._records.batches():
                yield parsed(batch, self._records.width, self._separator), batch.rows


def parsed(batch: Batch, width: int, separator: int) -> Any:
    """The records of a batch as a pyarrow table of texts. They are well-formed: see `grammar`."""
    names = [str(position) for position in range(width)]
    table = pa_csv.read_csv(
        pa.BufferReader(batch.data),
        read_options=pa_csv.ReadOptions(
            use_threads=False, block_size=len(batch.data) + 1, column_names=names
        ),
        parse_options=pa_csv.ParseOptions(
            delimiter=chr(separator), newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            quoted_strings_can_be_null=False,
        ),
    )
    if table.num_rows != len(batch.rows):
        raise RuntimeError(f"{len(batch.rows)} records were checked, {table.num_rows} were parsed")
    return table.combine_chunks()


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its name."""
    return path.suffix.lower() in (".parquet", ".pq")


def parquet_headers(path: Path, name: str) -> tuple[list[str], Any]:
    """The names of the columns of a Parquet file, and its schema."""
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise InputError(f"{name}: not a Parquet file that can be read: {error}") from None
    return list(schema.names), schema


def _parquet_batches(
    path: Path, name: str, schema: Any, mapped: frozenset[str]
) -> Iterator[tuple[Any, np.ndarray]]:
    """Texts of all columns, since repeats are found by them; those of `mapped` hold single values."""
    import pyarrow.parquet as pq

    for field in schema:
        if field.name in mapped and pa.types.is_nested(field.type):
            raise InputError(
                f"{name}, column {shown(field.name)}: holds {field.type}, which is not a single value."
            )

    row = 1
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=100_000):
                columns = [as_text(values) for values in batch.columns]
                names = [str(at) for at in range(len(columns))]
                yield pa.table(columns, names=names), np.arange(row, row + batch.num_rows)
                row += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{name}: near record {row:,}: can't be read: {error}") from None


def as_text(values: Any) -> Any:
    """An array of any type as exact texts: binary as hexadecimal digits, what has parts as Python writes it."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode())
    if pa.types.is_boolean(kind):
        return pc.if_else(values, "true", "false")
    if pa.types.is_timestamp(kind):
        text = pc.cast(values, pa.timestamp("s", kind.tz), safe=False)
        return pc.strftime(text, "%Y-%m-%d %H:%M:%S" + ("%z" if kind.tz else ""))
    simple = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_date, pa.types.is_floating)
    if any(is_kind(kind) for is_kind in simple):
        if pa.types.is_floating(kind):
            return pa.array(
                [None if v is None else _plain(v) for v in values.to_pylist()], pa.string()
            )
        return pc.cast(values, pa.string())
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind):
        return pc.cast(values, pa.string())
    return pa.array([None if v is None else _written(v) for v in values.to_pylist()], pa.string())


def _written(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _plain(value: float) -> str:
    """A floating-point number as its shortest decimal text, without an exponent."""
    text = repr(value)
    if "e" in text:
        from decimal import Decimal

        return format(Decimal(text), "f")
    return text.removesuffix(".0")
