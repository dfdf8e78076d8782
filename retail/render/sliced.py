"""Pages of slices: each has the tables and figures of its own, and shares everything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from retail.charts.figure import Figure
from retail.lists import stem
from retail.render.contents import Page
from retail.render.published import Published
from retail.render.published import published as tables_of
from retail.report import Report

DRAWN = ("rfm-grid", "profile")  # figures that a slice's page shows


@dataclass(frozen=True)
class Slice:
    """A part of the customers or lines that was scored and clustered anew."""

    name: str
    about: str
    report: Report
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class SlicePage:
    """Its page; `published` are its tables by their usual names, each with a file of its own."""

    page: Page
    about: str
    report: Report
    figures: Mapping[str, Figure]
    published: Mapping[str, Published]

    @property
    def drawn(self) -> dict[str, Figure]:
        """Figures of its page by the names of their stills."""
        return {self._still(key): self.figures[key] for key in DRAWN if key in self.figures}

    def stills(self, paths: Mapping[str, str]) -> dict[str, str]:
        """Of all stills those of its figures, by their usual keys."""
        there = {key: self._still(key) for key in self.figures}
        return {key: paths[name] for key, name in there.items() if name in paths}

    def _still(self, key: str) -> str:
        return f"{self.page.name}-{key}"

    @property
    def downloads(self) -> dict[str, Published]:
        """Its tables by the names of their files."""
        return {shown.table.name: shown for shown in self.published.values()}


def pages(slices: Iterable[Slice]) -> list[SlicePage]:
    """A page for each slice, in the order given; of two slices of one name the second is left out."""
    found: dict[str, SlicePage] = {}
    for one in slices:
        name = stem("slice", one.name)
        own = {
            key: Published(
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
