"""Published tables -> CSV files and the data package that describes them.

CSV as in RFC 4180, UTF-8, comma and CRLF. A text that a spreadsheet would run as a formula gets a
leading apostrophe; `restore` takes it off again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pandas as pd

from retail.render.formats import Formats, present
from retail.render.published import Published
from retail.schema.table import Column

# Spreadsheets take these at the start of a cell for a formula; the wide forms too, in some locales.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s\Z')

FIELD_TYPES = {
    "text": "string",
    "count": "integer",
    "money": "number",
    "quantity": "number",
    "day": "date",
    "month": "yearmonth",
    "number": "integer",
    "share": "number",
    "real": "number",
    "flag": "boolean",
    "moment": "string",
}


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


def csv(names: Iterable[str], columns: Iterable[list[str]]) -> bytes:
    """A CSV file of columns of finished cells."""
    lines = [",".join(map(quoted, names))]
    lines.extend(map(",".join, zip(*columns, strict=True)))
    return ("\r\n".join(lines) + "\r\n").encode()


def cells(column: Column, values: pd.Series, formats: Formats) -> list[str]:
    """A column as CSV cells: exact decimals, ISO dates, texts made safe, empty where missing."""
    if column.kind != "text":
        return formats.plain_column(column.kind, values)
    texts = present(values)
    safe = {text: quoted(neutralise(text)) for text in set(texts) if text is not None}
    return [safe.get(text, "") for text in texts]


def table_csv(shown: Published, formats: Formats) -> bytes:
    """A published table as CSV; in a table whose rows differ in kind, each value by its row's."""
    frame = shown.frame
    columns = [
        _mixed_cells(frame[c.name], frame["kind"], formats)
        if c.kind == "real" and c.name != "comparison" and "kind" in frame.columns
        else cells(c, frame[c.name], formats)
        for c in shown.table.columns
    ]
    return csv(shown.table.names, columns)


def _mixed_cells(values: pd.Series, kinds: pd.Series, formats: Formats) -> list[str]:
    return [
        "" if pd.isna(value) else formats.plain(kind)(int(value) if kind == "count" else value)
        for value, kind in zip(values, kinds, strict=True)
    ]


def package(tables: Mapping[str, Published], files: Mapping[str, bytes], title: str) -> bytes:
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


def _resource(shown: Published, content: bytes) -> dict[str, Any]:
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
