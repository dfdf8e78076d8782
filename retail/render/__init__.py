"""Tables and charts become pages, downloads and summary.json; one writer puts them in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from retail import lists
from retail.charts.figure import Figure
from retail.render import (
    addresses,
    csv_files,
    customer_files,
    page_list,
    pages,
    run,
    site_tables,
    static_images,
    summary,
)
from retail.render.formats import Formats
from retail.render.page_list import Slice
from retail.render.publish import publish
from retail.render.run import RunInfo
from retail.render.site_tables import SiteTable
from retail.render.site_tables import site_tables as tables_of
from retail.render.summarise import snapshot, summarise
from retail.report import Report


def render(
    report: Report,
    figures: Mapping[str, Figure],
    info: RunInfo,
    *,
    run_tables: Mapping[str, pd.DataFrame] = MappingProxyType({}),
    run_figures: Mapping[str, Figure] = MappingProxyType({}),
    slices: Sequence[Slice] = (),
    static: Collection[str] = (),
    kept_images: Path | None = None,
    pictures: bool = False,
) -> dict[str, bytes]:
    """The whole site as {relative path: bytes}.

    slices: those that get a page of their own. run_figures, run_tables: those of `drawing.of_runs`
    and `changes.of_runs`. static: keys of the figures
    that are drawn as images for readers without scripts, taken from the folder `kept_images` where the
    last run left them; if there are any, figures of slices are drawn too. With `pictures`, charts as PNG in the digest.

    All but the files of `run.FILES` are the same, byte for byte, for the same report and figures.
    """
    published = site_tables.bounded(tables_of(report))
    formats = Formats(report.units)
    files = _tables(published, formats)
    most = site_tables.MOST_PEOPLE
    customer_lists = lists.build(report.tables, most=most) if "lists" in report else None
    listed = customer_files.list_pages(customer_lists, formats) if customer_lists else {}
    files |= {file.path: file.content for parts in listed.values() for file in parts}
    described = published | (
        customer_files.list_tables(customer_lists, listed) if customer_lists else {}
    )
    files["summary.json"] = summary.encode(summarise(report))
    files["summary.schema.json"] = summary.schema()
    files[".nojekyll"] = b""  # GitHub Pages would leave out what starts with an underscore
    of_runs = run.published(run_tables)
    files |= _tables(of_runs, formats)
    cut = page_list.slice_pages(slices)
    of_slices = {name: shown for one in cut for name, shown in one.downloads.items()}
    files |= _tables(of_slices, formats)
    wanted = {key: figures[key] for key in figures if key in static} if static else {}
    if static:
        wanted |= {name: figure for one in cut for name, figure in one.drawn.items()}
    drawn = (
        static_images.draw(wanted, report.units, kept_images)
        if static
        else static_images.StaticImages()
    )
    files |= static_images.pictures(figures, report.units) if pictures else {}
    files["data/datapackage.json"] = csv_files.package(described | of_slices, files, report.title)
    files |= pages.pages(
        report,
        {**figures, **run_figures},
        {**published, **of_runs},
        info,
        drawn.paths,
        static_images.picture_keys(files),
        listed,
        cut,
    )
    files |= run.files(info, report, formats, run_tables)
    files |= addresses.files(report.title, info, list(files))
    return files | dict(drawn.files)


def _tables(shown: Mapping[str, SiteTable], formats: Formats) -> dict[str, bytes]:
    return {
        path: content
        for p in shown.values()
        for path, content in csv_files.files(p, formats).items()
    }


__all__ = ["RunInfo", "Slice", "publish", "render", "snapshot"]
