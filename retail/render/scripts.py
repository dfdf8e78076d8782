"""Data as classic scripts: pages opened from disk can load `.js` files, but no JSON and no module."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pandas as pd

from retail.charts.figure import Figure
from retail.render.formats import present

# Inside '...' in a script: what would end the string, a script element, or a line of old engines.
_ESCAPES = (
    ("\\", "\\\\"),
    ("'", "\\'"),
    ("<", "\\u003c"),
    ("\u2028", "\\u2028"),
    ("\u2029", "\\u2029"),
)


def literal(value: Any) -> str:
    """A script expression for `value`: JSON.parse of a string, so that no key has a meaning to JS.

    >>> literal({"a": "</script>"})
    'JSON.parse(\\'{"a":"\\\\u003c/script>"}\\')'
    """
    text = msgspec.json.encode(value).decode()
    for sign, escaped in _ESCAPES:
        text = text.replace(sign, escaped)
    return f"JSON.parse('{text}')"


def namespaced(values: Mapping[str, Any]) -> bytes:
    """A script that sets `window.retailReport.<name>` for each value."""
    lines = [_OPEN, *(f"report[{literal(name)}] = {literal(v)};" for name, v in values.items())]
    return "\n".join([*lines, _CLOSE, ""]).encode()


def figures(drawn: Iterable[Figure]) -> bytes:
    """A script that sets `window.retailReport.figures[key]` to {spec, columns, rows} for each figure."""
    lines = [_OPEN, "report.figures = report.figures || {};"]
    for figure in drawn:
        columns = [
            {"name": c.name, "label": c.heading, "kind": c.kind}
            for c in figure.columns
            if c.name in figure.rows
        ]
        data = literal({"spec": figure.spec, "columns": columns, "rows": records(figure.rows)})
        lines.append(f"report.figures[{literal(figure.key)}] = {data};")
    return "\n".join([*lines, _CLOSE, ""]).encode()


_OPEN = "(function (report) {"
_CLOSE = "})((window.retailReport = window.retailReport || {}));"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dicts of plain values, None where missing."""
    columns = [present(frame[name]) for name in frame.columns]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
