"""Tables as pages and downloads show them: which may leave the house, their heads and their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from retail.charts.figure import Figure
from retail.render.formats import MISSING, Formats, displayed, spell
from retail.report import Report
from retail.schema import TABLES
from retail.schema.quality import REJECT_COUNTS
from retail.schema.table import Column, Table

# Not downloads of their own: what the dashboard filters travels in its data script, values set
# aside may be personal, and the files of a run are told in run.json.
APART = frozenset({"dashboard_lines", "rejects", "input_files", "units_by_customer"})
NUMERIC = frozenset({"count", "money", "quantity", "number", "share", "real"})


@dataclass(frozen=True)
class Published:
    """A table as it leaves the house: `table` lists the columns of `frame`, in order."""

    table: Table
    frame: pd.DataFrame

    @property
    def path(self) -> str:
        """Of its CSV in the site."""
        return f"data/{self.table.name}.csv"


@dataclass(frozen=True)
class Head:
    """The head of one column of a table on a page."""

    label: str
    about: str
    is_number: bool


@dataclass(frozen=True)
class View:
    """A table on a page: heads, rows of texts, and how many rows the download has beyond them."""

    name: str
    title: str
    grain: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    path: str | None


def published(report: Report) -> dict[str, Published]:
    """The tables that the site shows and offers, by name, without what describes one person.

    A personal column goes unless it is the table's key (the pseudonym). Lines set aside are
    counted by column and reason.
    """
    found = {
        name: _published(TABLES[name], frame)
        for name, frame in report.tables.items()
        if name not in APART
    }
    if "rejects" in report:
        found["reject_counts"] = _published(REJECT_COUNTS, reject_counts(report["rejects"]))
    return found


def _published(table: Table, frame: pd.DataFrame) -> Published:
    columns = tuple(
        column
        for column in table.columns
        if column.name in frame.columns and (not column.personal or column.name in table.key)
    )
    return Published(replace(table, columns=columns), frame[[c.name for c in columns]])


def reject_counts(rejects: pd.DataFrame) -> pd.DataFrame:
    """REJECTS -> REJECT_COUNTS: how many records were set aside, by column and what was expected."""
    counts = rejects.groupby(["column", "expected"], sort=True).size()
    return counts.rename("lines").reset_index()


def view(
    shown: Published,
    formats: Formats,
    columns: Sequence[str] = (),
    rows: int | None = None,
    by: str = "",
    descending: bool = False,
) -> View:
    """The first `rows` rows of a table for a page, the named `columns` only, sorted `by` one."""
    frame = shown.frame
    if by:
        frame = frame.sort_values(by, ascending=not descending, kind="stable")
    frame = frame if rows is None else frame.head(rows)
    picked = [shown.table.column(name) for name in columns if name in frame.columns]
    picked = picked or list(shown.table.columns)
    cells = [_cells(column, frame, formats) for column in picked]
    return View(
        name=shown.table.name,
        title=shown.table.title or shown.table.name,
        grain=shown.table.grain,
        heads=tuple(Head(c.heading, c.about, c.kind in NUMERIC) for c in picked),
        rows=tuple(zip(*cells, strict=True)),
        total=len(shown.frame),
        path=shown.path,
    )


def _cells(column: Column, frame: pd.DataFrame, formats: Formats) -> list[str]:
    if "kind" in frame.columns and column.kind == "real":  # a table whose rows differ in kind
        return [
            MISSING if pd.isna(value) else _mixed(column.name, kind, formats)(value)
            for value, kind in zip(frame[column.name], frame["kind"], strict=True)
        ]
    return formats.column(column, frame[column.name])


def _mixed(name: str, kind: str, formats: Formats) -> Callable[[Any], str]:
    return formats.shown("share" if name == "comparison" else kind)


def figure_view(figure: Figure, rows: int) -> View:
    """The first rows of what a figure draws; its rows are in display units already."""
    frame = figure.rows.head(rows)
    cells = [spell(frame[c.name], displayed(c.kind), MISSING) for c in figure.columns]
    return View(
        name=figure.key,
        title=figure.title,
        grain=figure.about,
        heads=tuple(Head(c.heading, c.about, c.kind in NUMERIC) for c in figure.columns),
        rows=tuple(zip(*cells, strict=True)),
        total=len(figure.rows),
        path=None,
    )
