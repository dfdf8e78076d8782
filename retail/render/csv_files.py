"""Tables of the site -> CSV files and the data package that describes them.

CSV as in RFC 4180, UTF-8, comma and CRLF. A text that a spreadsheet would run as a formula gets a
leading apostrophe; `restore` takes it off again. Whole columns are written at a time, in Arrow, so that
a million rows take seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

from retail.render.formats import Formats
from retail.render.site_tables import SiteTable
from retail.schema.table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa


# Spreadsheets take these at the start of a cell for a formula; the wide forms too, in some locales.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s\Z')

FIELD_TYPES = {
    "text": "string",
    "count": "integer",
    "money": "number",
    "mean": "number",
    "quantity": "number",
    "day": "date",
    "month": "yearmonth",
    "number": "integer",
    "share": "number",
    "real": "number",
    "exact": "number",
    "flag": "boolean",
    "moment": "string",
}
BLOCK = 100_000  # rows worked on at a time, to bound memory
# Finds texts that may need quotes or an apostrophe; `quoted` and `neutralise` decide. Blanks are the
# characters that str.strip removes.
_BLANK = r"\s\p{Z}\x{0B}\x{1C}-\x{1F}\x{85}"
_SUSPECT = rf"[\",;\t\r\n]|^['=+\-@＝＋－＠{_BLANK}]|[{_BLANK}]\z"
_MOST_DECIMALS = 6  # beyond, Arrow writes small decimals with an exponent


def neutralise(text: str) -> str:
    """`text` with a leading apostrophe when a spreadsheet would run it; plain numbers stay.

    >>> neutralise("=1+1"), neutralise("-5.50"), neutralise("Men")
    ("'=1+1", '-5.50', 'Men')
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def restore(text: str) -> str:
    """The text that `neutralise` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def quoted(text: str) -> str:
    """One CSV cell: quoted when it holds a separator, quote, line break or outer blank."""
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def package(tables: Mapping[str, SiteTable], files: Mapping[str, bytes], title: str) -> bytes:
    """datapackage.json (Frictionless Data Package) of the CSVs in `files`, from the schema."""
    resources = [
        _resource(part, files[part.paths[0]])
        for _, shown in sorted(tables.items())
        for part in shown.parts()
    ]
    described = {
        "profile": "tabular-data-package",
        "name": "retail-report",
        "title": title,
        "description": "Texts that a spreadsheet would run as a formula have a leading apostrophe.",
        "resources": resources,
    }
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def _resource(shown: SiteTable, content: bytes) -> dict[str, Any]:
    table = shown.table
    schema: dict[str, Any] = {"fields": [_field(c) for c in table.columns], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": shown.paths[0].removeprefix("data/"),
        "title": table.title,
        "description": table.grain,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": FIELD_TYPES[column.kind],
        "title": column.heading,
        "description": column.about,
    }
    # A required text may be empty, which a CSV can't tell from missing.
    if not column.optional and column.kind != "text":
        field["constraints"] = {"required": True}
    return field


def files(shown: SiteTable, formats: Formats) -> dict[str, bytes]:
    """The CSV files of a table by path."""
    return {part.paths[0]: b"".join(table_parts(part, formats)) for part in shown.parts()}


def table_parts(shown: SiteTable, formats: Formats) -> Iterator[bytes]:
    """A published table as CSV, the parts of one file."""
    yield head(shown.table)
    yield from map(content, blocks(shown.table, shown.frame, formats))


def head(table: Table) -> bytes:
    """The first line of a file."""
    return (",".join(map(quoted, table.names)) + "\r\n").encode()


def blocks(table: Table, frame: pd.DataFrame, formats: Formats) -> Iterator[pa.Array]:
    """The rows of a table as lines, each with its end, BLOCK of them at a time."""
    for start in range(0, len(frame), BLOCK):
        yield _lines(table, frame.iloc[start : start + BLOCK], formats)


def _lines(table: Table, frame: pd.DataFrame, formats: Formats) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = frame.get("kind")  # the rows of some tables differ in kind
    made = [
        pa.array(_mixed_cells(frame[column.name], kinds, formats), pa.string())
        if kinds is not None and column.kind == "real" and column.name != "comparison"
        else _cells(column, frame[column.name], formats)
        for column in table.columns
    ]
    ended = pc.binary_join_element_wise(made[-1], "\r\n", pa.scalar("", pa.string()))
    return pc.binary_join_element_wise(*made[:-1], ended, pa.scalar(",", pa.string()))


def content(made: pa.Array) -> bytes:
    """Lines as bytes of a file: they lie one after the other in memory already."""
    _, starts, texts = made.buffers()
    if texts is None:
        return b""
    first, last = np.frombuffer(starts, "int32")[[made.offset, made.offset + len(made)]]
    return bytes(memoryview(texts)[first:last])


def picked(blocks: Sequence[pa.Array], rows: np.ndarray) -> bytes:
    """The lines at the positions `rows` (ascending); `blocks` hold BLOCK rows each."""
    import pyarrow as pa

    ends = np.searchsorted(rows, np.arange(len(blocks) + 1) * BLOCK)
    return b"".join(
        content(blocks[at].take(pa.array(rows[first:after] - at * BLOCK)))
        for at, (first, after) in enumerate(pairwise(ends.tolist()))
        if first < after
    )


def _mixed_cells(values: pd.Series, kinds: pd.Series, formats: Formats) -> list[str]:
    return [
        "" if pd.isna(value) else formats.plain(kind)(int(value) if kind == "count" else value)
        for value, kind in zip(values, kinds, strict=True)
    ]


def _cells(column: Column, values: pd.Series, formats: Formats) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    scales = {"money": formats.units.money_scale, "quantity": formats.units.quantity_scale}
    is_whole, scale = pd.api.types.is_integer_dtype(values.dtype), scales.get(column.kind, 0)
    made: Any
    if column.kind == "text":
        made = _safe(_array(values, pa.string()))
    elif is_whole and column.kind in ("count", "number"):
        made = _array(values)
    elif is_whole and column.kind == "day":
        made = _array(values).cast(pa.int32()).cast(pa.date32())
    elif is_whole and column.kind in scales and scale <= _MOST_DECIMALS:
        made = _decimals(_array(values), scale)
    elif column.kind == "flag" and pd.api.types.is_bool_dtype(values.dtype):
        made = _array(values)
    else:
        made = pa.array(formats.plain_column(column.kind, values), pa.string())
    return pc.fill_null(made.cast(pa.string()), "")


def _array(values: pd.Series, kind: pa.DataType | None = None) -> pa.Array:
    import pyarrow as pa

    made = pa.array(values, from_pandas=True)
    whole = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
    return whole if kind is None else whole.cast(kind)


def _safe(texts: pa.Array) -> pa.Array:
    """Texts as cells: quoted, and made safe for spreadsheets, where they must be."""
    import pyarrow as pa
    import pyarrow.compute as pc

    is_suspect = pc.match_substring_regex(texts, _SUSPECT).fill_null(False)
    if not pc.any(is_suspect).as_py():
        return texts
    suspects = texts.filter(is_suspect).dictionary_encode()
    changed = [quoted(neutralise(text)) for text in suspects.dictionary.to_pylist()]
    safe = pa.array(changed, pa.string()).take(suspects.indices)
    return pc.replace_with_mask(texts, is_suspect, safe)


def _decimals(whole: pa.Array, scale: int) -> pa.Array:
    """Whole numbers of smallest units as decimal numbers, exactly."""
    import pyarrow as pa
    import pyarrow.compute as pc

    units = whole.fill_null(0).to_numpy()
    wide = np.stack([units, units >> 63], axis=1)  # 128 bits, the low ones first
    made = pa.Array.from_buffers(pa.decimal128(38, scale), len(units), [None, pa.py_buffer(wide)])
    return pc.if_else(whole.is_null(), pa.scalar(None, pa.string()), made.cast(pa.string()))
