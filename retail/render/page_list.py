"""Which pages the site has: those that every site has, one for each segment and cluster, one for each slice.

A slice's page has tables and figures of its own, and shares everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from retail.charts.figure import Figure
from retail.lists import stem
from retail.render.site_tables import SiteTable
from retail.render.site_tables import site_tables as tables_of
from retail.report import Report

# Columns whose texts are names of segments, or numbers of clusters, and so lead to a page.
NAMING = {
    "segment": ("segment", "from_segment", "to_segment", "namesake"),
    "cluster": ("cluster",),
}


NAMED = frozenset(column for columns in NAMING.values() for column in columns)
DRAWN = ("rfm-grid", "profile")  # figures that a slice's page shows


@dataclass(frozen=True)
class Page:
    """One page of the site; `needs` are tables, one of which must be there."""

    file: str
    title: str
    lead: str = ""
    needs: tuple[str, ...] = ()
    in_menu: bool = True
    template: str = ""  # by default the file's name with .j2
    kind: str = ""  # segment or cluster, for the page of one
    subject: str = ""  # its name
    number: int = 0  # its place among them, from 1

    @property
    def name(self) -> str:
        """The page's file without its ending."""
        return self.file.removesuffix(".html")


PAGES = (
    Page("index.html", "Dashboard"),
    Page(
        "segments.html",
        "Segments",
        "Customers by how they buy: how lately, how often, for how much.",
        ("segments",),
    ),
    Page(
        "movement.html",
        "Movement",
        "Who moves from segment to segment, month end by month end, and why.",
        ("segment_history", "movement"),
    ),
    Page(
        "clusters.html",
        "Clusters",
        "Customers by what they buy, not how much, and whether that tells them apart.",
        ("clusters", "cluster_fits"),
    ),
    Page("customers.html", "Customers", "Everyone in the data, a row each.", ("customers",)),
    Page(
        "changes.html",
        "Changes",
        "The last full month against a year before, and this run against the last.",
        ("net_bridge", "figure_changes"),
    ),
    Page(
        "returns.html",
        "Returns",
        "How much comes back, of what and how late, and which refunds to look into.",
        ("return_figures",),
    ),
    Page("quality.html", "Quality", "What was read, what became of it, and what to doubt."),
    Page("methods.html", "Methods", "What each word means, and how each number is made."),
    Page("runs.html", "Runs", "Every run that the working folder remembers.", ("runs",)),
    Page("digest.html", "Digest", needs=("runs",), in_menu=False),
    Page("digest.txt", "Digest as text", needs=("runs",), in_menu=False),
    Page("404.html", "Page not found", in_menu=False),
)


def group_pages(published: Mapping[str, SiteTable]) -> list[Page]:
    """A page for each segment, in their order, and for each cluster."""
    found = []
    if "segments" in published:
        rows = published["segments"].frame.sort_values("order", kind="stable")
        for name, order in zip(rows["segment"], rows["order"], strict=True):
            found.append(_group("segment", name, int(order), name))
    if "clusters" in published:
        frame = published["clusters"].frame
        for number, name in zip(frame["cluster"].tolist(), frame["name"], strict=True):
            found.append(_group("cluster", str(number), int(number), f"Cluster {number}: {name}"))
    return found


def _group(kind: str, subject: str, number: int, title: str) -> Page:
    file = f"cluster-{number}.html" if kind == "cluster" else f"{stem(kind, subject)}.html"
    return Page(
        file,
        title,
        in_menu=False,
        template=f"{kind}.html.j2",
        kind=kind,
        subject=subject,
        number=number,
    )


def links(groups: Iterable[Page]) -> dict[tuple[str, str], str]:
    """File of the page of each segment and cluster, by the column and text of the cell that names
    it."""
    return {(column, page.subject): page.file for page in groups for column in NAMING[page.kind]}


def state(name: str, value: str) -> str:
    """The dashboard's address with one filter on, as web/src/state/address.js reads it.

    >>> state("segment", "Can't lose them")
    'index.html#segment=Can%27t%20lose%20them'
    """
    return f"index.html#{name}={quote(value, safe='')}"


@dataclass(frozen=True)
class Slice:
    """A part of the customers or lines that was scored and clustered anew."""

    name: str
    about: str
    report: Report
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class SlicePage:
    """The page of one slice. `published`: its tables by their usual names, each with a file of
    its own."""

    page: Page
    about: str
    report: Report
    figures: Mapping[str, Figure]
    published: Mapping[str, SiteTable]

    @property
    def drawn(self) -> dict[str, Figure]:
        """Figures of its page by the names of their static images."""
        return {self._image(key): self.figures[key] for key in DRAWN if key in self.figures}

    def images(self, paths: Mapping[str, str]) -> dict[str, str]:
        """Paths of its static images by key of the figure."""
        there = {key: self._image(key) for key in self.figures}
        return {key: paths[name] for key, name in there.items() if name in paths}

    def _image(self, key: str) -> str:
        return f"{self.page.name}-{key}"

    @property
    def downloads(self) -> dict[str, SiteTable]:
        """Its tables by the names of their files."""
        return {shown.table.name: shown for shown in self.published.values()}


def slice_pages(slices: Iterable[Slice]) -> list[SlicePage]:
    """One page per slice, in the order given; the second of two slices with one name is left out."""
    found: dict[str, SlicePage] = {}
    for one in slices:
        name = stem("slice", one.name)
        own = {
            key: SiteTable(
                replace(
                    shown.table,
                    name=f"slices/{name}/{key}",
                    title=f"{one.name}: {shown.table.title or key}",
                ),
                shown.frame,
            )
            for key, shown in tables_of(one.report).items()
        }
        page = Page(f"{name}.html", one.name, in_menu=False, template="slice.html.j2", kind="slice")
        found.setdefault(name, SlicePage(page, one.about, one.report, one.figures, own))
    return list(found.values())
