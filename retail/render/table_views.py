"""Tables as a page shows them: some columns of some rows, as texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from retail.charts.figure import Figure
from retail.render.formats import MISSING, Formats, present, spelled
from retail.render.site_tables import SiteTable
from retail.schema.table import Column

LONG = 20_000  # rows
WORD_LENGTH = 24  # characters, up to which a column of texts keeps each on one line
NUMERIC = frozenset({"count", "money", "mean", "quantity", "number", "share", "real", "exact"})


@dataclass(frozen=True)
class Head:
    """The head of one column of a table on a page."""

    name: str
    label: str
    about: str
    style: str  # of its cells: number, word or prose


@dataclass(frozen=True)
class Row:
    """One row of texts; `bars` has a length of 0 to 100 for cells that are drawn as a bar too."""

    cells: tuple[str, ...]
    bars: tuple[float | None, ...]
    mark: str = ""


@dataclass(frozen=True)
class View:
    """A table on a page, and how many rows its download has."""

    name: str
    title: str
    grain: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    total: int
    paths: tuple[str, ...]


def view(
    shown: SiteTable,
    formats: Formats,
    columns: Sequence[str] = (),
    rows: int | None = None,
    by: str = "",
    descending: bool = False,
    bars: Sequence[str] = (),
    mark: str = "",
    totals: Sequence[str] = (),
    is_total_last: bool = False,
    only: dict[str, Any] | None = None,
) -> View:
    """A table for a page.

    columns: which, in order (all when none is there); those that are absent are left out.
    rows: at most so many of the first; by, descending: sorted by a column.
    bars: share columns that are drawn as bars too, the largest full length.
    mark: a flag column; its rows get the mark "is-chosen". totals: rows that begin with one of
    these texts are totals; is_total_last: the last row is one.
    only: values that rows must have, by column.
    """
    paths = shown.paths
    if len(shown.frame) > LONG:
        shown, total = _cut(shown, only or {}, by, descending, rows)
        places = list(range(len(shown.frame)))
    else:
        chosen = _places(shown, only or {}, by, descending)
        total, places = len(chosen), chosen[:rows]
    there = {column.name for column in shown.table.columns}
    picked = [shown.table.column(name) for name in columns if name in there]
    picked = picked or list(shown.table.columns)
    kinds = (
        shown.values("kind") if "kind" in there else None
    )  # the rows of some tables differ in kind
    cells = [
        _mixed_cells(column.name, shown.values(column.name), kinds, places, formats)
        if kinds and column.kind == "real"
        else formats.column(column, _at(shown, column.name, places))
        for column in picked
    ]
    lengths = [_lengths(_at(shown, c.name, places), c.name in bars) for c in picked]
    marks = ["is-chosen" * bool(mark and shown.values(mark)[place]) for place in places]
    marks = ["is-total" if text in totals else m for text, m in zip(cells[0], marks, strict=True)]
    if is_total_last:
        marks[-1:] = ["is-total"] * len(marks[-1:])
    return View(
        name=shown.table.name,
        title=shown.table.title or shown.table.name,
        grain=shown.table.grain,
        heads=_heads(picked, cells),
        rows=_rows(cells, lengths, marks),
        total=total,
        paths=paths,
    )


def _places(shown: SiteTable, only: dict[str, Any], by: str, descending: bool) -> list[int]:
    """Positions of the rows to show, sorted; the sort is stable and missing values come last."""
    places = list(range(len(shown.frame)))
    for name, wanted in only.items():
        values = shown.values(name)
        places = [place for place in places if values[place] == wanted]
    if not by:
        return places
    values = shown.values(by)
    known = [place for place in places if values[place] is not None]
    known.sort(key=values.__getitem__, reverse=descending)
    return known + [place for place in places if values[place] is None]


def _cut(
    shown: SiteTable, only: dict[str, Any], by: str, descending: bool, rows: int | None
) -> tuple[SiteTable, int]:
    """The rows of a long table to show, and how many there are; filtered and sorted by pandas, which is fast."""
    frame = shown.frame
    for name, wanted in only.items():
        frame = frame[(frame[name] == wanted).to_numpy(bool, na_value=False)]
    if by:
        frame = frame.sort_values(by, ascending=not descending, kind="stable")
    return replace(shown, frame=frame if rows is None else frame.head(rows)), len(frame)


def _at(shown: SiteTable, name: str, places: Sequence[int]) -> list[Any]:
    values = shown.values(name)
    return [values[place] for place in places]


def _heads(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> tuple[Head, ...]:
    return tuple(
        Head(c.name, c.heading, c.about, _style(c, texts))
        for c, texts in zip(columns, cells, strict=True)
    )


def _style(column: Column, texts: Sequence[str]) -> str:
    if column.kind in NUMERIC:
        return "number"
    return "word" if max(map(len, texts), default=0) <= WORD_LENGTH else "prose"


def _rows(
    cells: list[list[str]], lengths: list[list[float | None]], marks: list[str]
) -> tuple[Row, ...]:
    return tuple(
        Row(texts, bars, mark)
        for texts, bars, mark in zip(
            zip(*cells, strict=True), zip(*lengths, strict=True), marks, strict=True
        )
    )


def _lengths(values: list[Any], is_drawn: bool) -> list[float | None]:
    most = max((value for value in values if value is not None), default=0) if is_drawn else 0
    if not most > 0:
        return [None] * len(values)
    return [None if value is None else round(100 * max(0.0, value) / most, 1) for value in values]


def _mixed_cells(
    name: str, values: list[Any], kinds: list[str], places: Sequence[int], formats: Formats
) -> list[str]:
    return [
        MISSING if values[place] is None else _mixed(name, kinds[place], formats)(values[place])
        for place in places
    ]


def _mixed(name: str, kind: str, formats: Formats) -> Callable[[Any], str]:
    if name == "comparison":
        return formats.points if kind == "share" else formats.change
    return formats.shown(kind)


def crossed(loadings: SiteTable, formats: Formats, components: int) -> View:
    """LOADINGS -> a row per subcategory and a column per component, sorted by the first."""
    frame = loadings.frame
    frame = frame[frame["component"] <= components]
    wide = frame.pivot(index=["category", "subcategory"], columns="component", values="loading")
    wide = wide.sort_values(list(wide.columns), ascending=False, kind="stable").reset_index()
    about = loadings.table.column("loading").about
    columns = [loadings.table.column("category"), loadings.table.column("subcategory")]
    columns += [
        Column(number, "real", about, label=f"Component {number}") for number in wide.columns[2:]
    ]
    cells = [formats.column(column, present(wide[column.name])) for column in columns]
    blank: list[list[float | None]] = [[None] * len(wide) for _ in cells]
    return View(
        name=loadings.table.name,
        title=loadings.table.title,
        grain=loadings.table.grain,
        heads=_heads(columns, cells),
        rows=_rows(cells, blank, [""] * len(wide)),
        total=len(wide),
        paths=loadings.paths,
    )


def figure_view(figure: Figure, rows: int, formats: Formats) -> View:
    """The first rows of what a figure draws; its rows are in display units already."""
    frame = figure.rows.head(rows)
    cells = [
        spelled(present(frame[c.name]), formats.displayed(c.kind), MISSING) for c in figure.columns
    ]
    blank: list[list[float | None]] = [[None] * len(frame) for _ in cells]
    return View(
        name=figure.key,
        title=figure.title,
        grain=figure.about,
        heads=_heads(figure.columns, cells),
        rows=_rows(cells, blank, [""] * len(frame)),
        total=len(figure.rows),
        paths=(),
    )
