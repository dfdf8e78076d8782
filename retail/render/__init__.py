"""Tables and charts become pages, downloads and summary.json; one writer puts them in place."""

from __future__ import annotations

from collections.abc import Mapping

from retail.charts.figure import Figure
from retail.render import downloads, pages, run, summary, tables
from retail.render import stills as still
from retail.render.formats import Formats
from retail.render.publish import publish
from retail.render.run import RunInfo
from retail.render.summarise import summarise
from retail.report import Report


def render(
    report: Report, figures: Mapping[str, Figure], info: RunInfo, *, stills: bool = False
) -> dict[str, bytes]:
    """The whole site as {relative path: bytes}; with `stills`, charts for readers without scripts.

    All but the files of `run.FILES` are the same, byte for byte, for the same report and figures.
    """
    drawing = still.start(figures) if stills else still.Stills()
    published = tables.published(report)
    formats = Formats(report.measures)
    files = {p.path: downloads.table_csv(p, formats) for p in published.values()}
    files["data/datapackage.json"] = downloads.package(published, files, report.title)
    files["summary.json"] = summary.encode(summarise(report))
    files["summary.schema.json"] = summary.schema()
    files[".nojekyll"] = b""  # GitHub Pages would leave out what starts with an underscore
    files |= pages.pages(report, figures, published, drawing.paths)
    files |= run.files(info, report, formats)
    files |= drawing.collect()
    return files


__all__ = ["RunInfo", "publish", "render"]
