"""Report + figures -> pages as bytes. Templates loop and format; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import jinja2

import retail
from retail import glossary
from retail.charts.figure import Figure
from retail.charts.linked import is_linked
from retail.render import (
    addresses,
    assets,
    customer_files,
    dashboard,
    data_notes,
    formats,
    migration_script,
    scripts,
    site_tables,
    table_views,
)
from retail.render.customer_files import ListFile
from retail.render.page_list import NAMED, PAGES, Page, SlicePage, group_pages, links, state
from retail.render.run import FILES as OF_THE_RUN
from retail.render.run import RunInfo
from retail.render.site_tables import FILE_ROWS, SiteTable, last_migration
from retail.report import Report
from retail.schema import dimensions

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'"
)
FIGURE_ROWS = 60  # of a figure's table that the page itself holds
CUSTOMER_ROWS = 50


@dataclass
class PageContext:
    """The tables, figures and formats that a template reads, and the figures that it has asked
    for."""

    page: Page
    figures: Mapping[str, Figure]
    published: Mapping[str, SiteTable]
    formats: formats.Formats
    used: list[Figure] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether all these tables are there and have rows."""
        return all(n in self.published and len(self.published[n].frame) for n in names)

    def count(self, name: str) -> int:
        """The rows of a table."""
        return len(self.published[name].frame)

    def table(self, name: str, **how: Any) -> table_views.View:
        """A table for the page; `how` as in `table_views.view`."""
        return table_views.view(self.published[name], self.formats, **how)

    def records(self, name: str, **how: Any) -> list[dict[str, str]]:
        """The rows of a table as texts by column, none when it isn't there; `how` as in `table_views.view`."""
        if name not in self.published:
            return []
        shown = self.table(name, **how)
        names = [head.name for head in shown.heads]
        return [dict(zip(names, row.cells, strict=True)) for row in shown.rows]

    def distinct(self, name: str, *columns: str) -> list[dict[str, str]]:
        """Distinct rows of these columns, in the order of the table."""
        rows = self.published[name].frame[list(columns)].drop_duplicates()
        return rows.to_dict("records")  # type: ignore[return-value]

    def loadings(self, components: int) -> table_views.View:
        """Subcategories by the first so many components, of the table of loadings."""
        return table_views.crossed(self.published["loadings"], self.formats, components)

    def components(self) -> int:
        """The configured number of components."""
        if not self.has("cluster_fits"):
            return 2
        fits = self.published["cluster_fits"].frame
        return int(fits.loc[fits["is_chosen"], "components"].max())

    def last_month(self) -> int:
        """The last month end of the segment migration."""
        return int(self.published["last_moves"].frame["to_month"].max())

    def figure(self, key: str) -> Figure | None:
        """A figure, which is then among those that the page uses; None when it is absent."""
        figure = self.figures.get(key)
        if figure and figure not in self.used:
            self.used.append(figure)
        return figure

    def figure_table(self, figure: Figure) -> table_views.View:
        """The first rows of what a figure draws."""
        return table_views.figure_view(figure, FIGURE_ROWS, self.formats)


@cache
def environment() -> jinja2.Environment:
    """Templates with autoescape on; a name that isn't defined is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(),
    )


def _compiled() -> jinja2.BytecodeCache | None:
    """A cache of compiled templates of this user, where the system has a safe place for it."""
    try:
        return jinja2.FileSystemBytecodeCache()
    except (RuntimeError, OSError):
        return None


def pages(
    report: Report,
    figures: Mapping[str, Figure],
    published: Mapping[str, SiteTable],
    run: RunInfo,
    images: Mapping[str, str],
    pictures: Sequence[str] = (),
    lists: Mapping[str, Sequence[ListFile]] = MappingProxyType({}),
    slices: Sequence[SlicePage] = (),
) -> dict[str, bytes]:
    """Every page and every asset that pages load, by path; `images` are paths of static images by figure.

    slices: pages of slices, with tables and figures of their own.
    lists: the files of each list of customers.
    pictures: keys of the figures that are there as PNG, for the digest.
    """
    bundles = {name: assets.script(name, report.units) for name in ("dashboard", "pages")}
    files = {
        assets.hashed("vega.js", assets.vega()): assets.vega(),
        **{assets.hashed(f"retail-{name}.js", script): script for name, script in bundles.items()},
        assets.hashed("icon.svg", assets.icon()): assets.icon(),
    }
    drawn = [*figures.values(), *(f for one in slices for f in one.figures.values())]
    style = assets.stylesheet(figure.height for figure in drawn)
    files[assets.hashed("retail.css", style)] = style
    paths = dict(zip(("vega", *bundles, "icon", "style"), files, strict=True))
    common = {
        **_common(report, published, run, images, paths),
        "pictures": pictures,
        "slices": slices,
        "lists_of": lists,
    }
    shown = {**published, **last_migration(published)}
    migration = migration_script.script(shown, report.units)
    files |= migration
    common["movement_script"] = next(iter(migration), "")
    for page in common["pages"]:
        files |= _page(page, report, figures, shown, common)
    for one in slices:
        own = {**common, "group_links": {}, "about": one.about, "images": one.images(images)}
        files |= _page(one.page, one.report, one.figures, one.published, own)
    return files


def _common(
    report: Report,
    published: Mapping[str, SiteTable],
    run: RunInfo,
    images: Mapping[str, str],
    paths: dict[str, str],
) -> dict[str, Any]:
    shown = [p for p in PAGES if not p.needs or any(name in published for name in p.needs)]
    groups = group_pages(published)
    shown_as = formats.Formats(report.units)
    return {
        "policy": POLICY,
        "dimensions": dimensions,
        "version": retail.__version__,
        "report": report,
        "title": report.title,
        "as_of": shown_as.day(report.period.as_of),
        "through": shown_as.day(report.period.through),
        "first_date": shown_as.day(report.period.first),
        "count": shown_as.count,
        "moment": shown_as.moment,
        "locale": shown_as.locale,
        "iso_month": formats.month,
        "pages": [*shown, *groups],
        "groups": groups,
        "group_links": links(groups),
        "naming": NAMED,
        "state": state,
        "is_linked": is_linked(report),
        "paths": paths,
        "images": images,
        "page_titles": {page.name: page.title for page in shown},
        "published": published,
        # Tables of runs may be there or not; the methods page follows from the lines alone.
        "dictionary": [p for p in published.values() if not OF_THE_RUN & {*p.paths}],
        "customer_rows": CUSTOMER_ROWS,
        "people_there": len(report["customers"]) if "customers" in report else 0,
        "most_people": site_tables.MOST_PEOPLE,
        "is_cut": site_tables.is_cut(report),
        "file_rows": FILE_ROWS,
        "is_any_long": any(len(p.paths) > 1 for p in published.values()),
        "people_columns": customer_files.COLUMNS,
        "glossary": glossary,
        "conventions": [
            c for c in glossary.CONVENTIONS if all(name in published for name in c.needs)
        ],
        "features": report.features,
        "filtered": _filtered(report),
        "privacy_level": report.privacy,
        "notes": data_notes.notes(report, run.banner_percent),
        "run": run,
    }


def _filtered(report: Report) -> list[str]:
    """What the dashboard can be filtered by, in words."""
    stated = [d.title.lower() for d in dimensions.IN_LINES if d.needs in report.features]
    products = ["products"] if "category" in report.features else []
    scores = [d.title for d in dimensions.SCORES if "segments" in report]
    return ["Dates", *products, *stated, *scores]


def _page(
    page: Page,
    report: Report,
    figures: Mapping[str, Figure],
    published: Mapping[str, SiteTable],
    common: Mapping[str, Any],
) -> dict[str, bytes]:
    context = PageContext(page, figures, published, formats.Formats(report.units))
    template = environment().get_template(page.template or f"{page.file}.j2")
    linked = dashboard.Linked()
    if page.name == "index":
        linked = dashboard.linked_scripts(report)
    everyone = customer_files.CustomerFiles()
    if page.name == "customers":
        everyone = customer_files.files(published["customers"], report.units, common["group_links"])
    files: dict[str, bytes] = linked.files | everyone.files

    def data_scripts() -> list[str]:
        """Paths of the page's data scripts; asked for at the end, when all figures are known."""
        own = [figure for figure in context.used if figure.key not in linked.keys]
        if not own:
            return [linked.first] if linked.first else []
        content = scripts.figures(own)
        path = f"data/figures-{page.name}.js"
        if path not in OF_THE_RUN:
            path = assets.hashed(f"figures-{page.name}.js", content)
        files[path] = content
        return [linked.first, path] if linked.first else [path]

    text = template.render(
        common,
        context=context,
        page=page,
        linked=linked,
        people=everyone,
        data_scripts=data_scripts,
    )
    if page.file == addresses.NOT_FOUND:
        text = addresses.rooted(text, common["run"].site_url)
    files[page.file] = text.encode()
    return files
