"""What names a run, apart from all that follows from the lines: run.json, run.js, input_files.csv."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pandas as pd

from retail.render import downloads
from retail.render.formats import Formats
from retail.render.scripts import namespaced
from retail.render.tables import Published
from retail.report import Report
from retail.schema import TABLES

# Every other file of a site is the same, byte for byte, for the same lines, config and key.
FILES = frozenset({"run.json", "run.js", "data/input_files.csv"})


@dataclass(frozen=True)
class RunInfo:
    """One run: its id, when it started (UTC, ISO 8601), how long it took, what reduced the lines."""

    run_id: str
    started: str
    seconds: float
    engine: str


def files(run: RunInfo, report: Report, formats: Formats) -> dict[str, bytes]:
    """The files of FILES, with the input files of the report."""
    table = TABLES["input_files"]
    frame = report["input_files"] if "input_files" in report else pd.DataFrame(columns=table.names)
    shown = Published(table, frame)
    found = {shown.path: downloads.table_csv(shown, formats)}
    named = {
        "run_id": run.run_id,
        "started": run.started,
        "seconds": round(run.seconds, 3),
        "engine": run.engine,
        "inputs": _inputs(frame),
    }
    encoded = msgspec.json.encode(named)
    found["run.json"] = msgspec.json.format(encoded, indent=2) + b"\n"
    found["run.js"] = namespaced({"run": named})
    return found


def _inputs(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = ["table", "file", "sha256", "size_bytes", "rows", "set_aside"]
    columns = (frame[name].tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
