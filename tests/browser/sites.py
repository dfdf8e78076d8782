"""A built site of real size, and the tables that it was built from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from expected import Expected

from retail import config, pipeline
from retail.report import Report

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@dataclass(frozen=True)
class Site:
    """A site on disk, and what its pages must agree with."""

    folder: Path
    report: Report
    expected: Expected | None  # None where the lines don't travel

    @property
    def url(self) -> str:
        return (self.folder / "index.html").as_uri()


def build(source: Path, work: Path, privacy: str | None = None, **publish: object) -> Site:
    """The site of an input folder, written below `work`; `publish` are keys of that table."""
    settings = config.load(None, input=str(source), output=str(work / "site"), privacy=privacy)
    settings = msgspec.structs.replace(
        settings,
        work=str(work / "work"),
        base="/",
        publish=msgspec.structs.replace(settings.publish, **publish),
    )
    inputs = pipeline.read(settings, pipeline.silent)
    aggregates = pipeline.aggregate(inputs, settings, pipeline.silent)
    tables = pipeline.analyse(inputs, aggregates, settings)
    report = pipeline.protect(tables, inputs, aggregates, settings).report
    from retail.charts import drawing
    from retail.render import RunInfo, render

    now = datetime.now(UTC).isoformat(timespec="seconds")
    info = RunInfo("test", now, 1.0, "pandas")
    for path, content in render(report, drawing.draw(report), info).items():
        file = work / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    expected = Expected(report) if "dashboard_lines" in report else None
    return Site(work / "site", report, expected)
