"""Files that name a run and so differ between runs on the same lines: run.json, run.js, input_files.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import msgspec
import pandas as pd

from retail.frames import conform
from retail.render import csv_files
from retail.render.formats import Formats
from retail.render.scripts import namespaced, records
from retail.render.site_tables import SiteTable
from retail.report import Report
from retail.schema import TABLES
from retail.schema.changes import OF_RUNS

# Every other file of a site is the same, byte for byte, for the same lines, config and key.
FILES = frozenset({
    "run.json", "run.js", "runs.html", "changes.html", "digest.html", "digest.txt",
    *(f"digest-{key}.png" for key in ("trend", "net-bridge")), "feed.xml", "sitemap.xml",
    "data/input_files.csv", "data/rejects.csv", *(f"data/{table.name}.csv" for table in OF_RUNS),
    "data/figures-runs.js",
})  # fmt: skip

MOST_RUNS = 60  # that a small line shows


@dataclass(frozen=True)
class RunInfo:
    """One run: its id, start (UTC, ISO 8601), seconds and engine."""

    run_id: str
    started: str
    seconds: float
    engine: str
    stale_after_hours: int = 36
    site_url: str = ""
    may_be_listed: bool = False
    banner_percent: float = 1.0


def published(tables: Mapping[str, pd.DataFrame]) -> dict[str, SiteTable]:
    """The tables of earlier runs, ready for pages and downloads."""
    of_runs = {table.name: table for table in OF_RUNS}
    found = {}
    for name, frame in tables.items():
        shown = conform(frame, of_runs[name])
        columns = tuple(column for column in of_runs[name].columns if column.name in shown)
        found[name] = SiteTable(replace(of_runs[name], columns=columns), shown)
    return found


def files(
    run: RunInfo,
    report: Report,
    formats: Formats,
    run_tables: Mapping[str, pd.DataFrame] = MappingProxyType({}),
) -> dict[str, bytes]:
    """The files of FILES that name the run, with the input files of the report."""
    table = TABLES["input_files"]
    frame = report["input_files"] if "input_files" in report else pd.DataFrame(columns=table.names)
    shown = SiteTable(table, frame)
    found = csv_files.files(shown, formats)
    named = {
        "run_id": run.run_id,
        "started": run.started,
        "checked": run.started,
        "seconds": round(run.seconds, 3),
        "engine": run.engine,
        "stale_after_hours": run.stale_after_hours,
        "inputs": _inputs(frame),
        "history": _history(run_tables),
        "checks": records(run_tables["run_checks"]) if "run_checks" in run_tables else [],
    }
    return found | _twins(named)


def checked_again(run_json: bytes, when: str) -> dict[str, bytes]:
    """The files that name a run, with the time `when` at which a later run found its site unchanged."""
    return _twins({**msgspec.json.decode(run_json), "checked": when})


def _twins(named: Mapping[str, Any]) -> dict[str, bytes]:
    """run.json, and run.js that pages load."""
    encoded = msgspec.json.format(msgspec.json.encode(named), indent=2)
    return {"run.json": encoded + b"\n", "run.js": namespaced({"run": named})}


def _history(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Published rows of RUNS, the earliest first; pages draw them as sparklines."""
    if "runs" not in tables:
        return []
    runs = tables["runs"]
    is_published = runs["outcome"].isin(["published", "this one"]) & runs["lines"].notna()
    published_runs = runs[is_published].sort_values("number")
    return records(
        published_runs.tail(MOST_RUNS)[["number", "started", "lines", "set_aside", "warnings"]]
    )


def _inputs(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = ["table", "file", "sha256", "size_bytes", "rows", "set_aside"]
    columns = (frame[name].tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
