"""Tables of the site: which are published, without personal columns, and in which CSV files.

A long table comes in several files. A site shows at most MOST_PEOPLE single customers: without a bound
a shop of ten million customers would publish gigabytes in every run. Everyone is in the private folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from retail import frames
from retail.render.formats import present
from retail.report import Report
from retail.schema import TABLES, absent
from retail.schema.quality import REJECT_COUNTS
from retail.schema.table import Table

# Not downloads of their own: what only scripts or the next run read, one person's prospects, values
# rejected, which may be personal, and the files of a run, which are in run.json.
APART = frozenset({
    "dashboard_cubes", "dashboard_lines", "dashboard_names", "dashboard_people",
    "dashboard_sample", "cluster_labels", "cluster_centres", "movement_customers",
    "movement_states", "next_steps", "rejects", "input_files", "segment_map",
})  # fmt: skip
FILE_ROWS = 200_000  # of a CSV file; more is nothing for a spreadsheet
MOST_PEOPLE = 1_000_000


@dataclass(frozen=True)
class SiteTable:
    """A published table: `table` lists the columns of `frame`, in order."""

    table: Table
    frame: pd.DataFrame
    _read: dict[str, list[Any]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def values(self, name: str) -> list[Any]:
        """A column as Python's own values, None where one is missing; read once, as many pages show
        a few rows of the same table."""
        if name not in self._read:
            self._read[name] = present(self.frame[name])
        return self._read[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the table's CSV files; a long table has several."""
        files = max(1, -(-len(self.frame) // FILE_ROWS))
        name = self.table.name
        return (name,) if files == 1 else tuple(f"{name}-{at}" for at in range(1, files + 1))

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the table's CSV files in the site."""
        return tuple(f"data/{name}.csv" for name in self.names)

    def parts(self) -> Iterator[SiteTable]:
        """What is in each of them."""
        if len(self.names) == 1:
            yield self
            return
        for at, name in enumerate(self.names):
            rows = self.frame.iloc[at * FILE_ROWS : (at + 1) * FILE_ROWS]
            yield SiteTable(replace(self.table, name=name), rows)


def site_tables(report: Report) -> dict[str, SiteTable]:
    """The tables that the site shows and offers, by name, without columns that describe one
    person.

    A personal column goes unless it is in the table's key (there it is a pseudonym by now), and so
    does a column whose field the input does not have. Lines that were rejected are counted by column
    and reason.
    """
    found = {
        name: _site_table(TABLES[name], frame, absent.columns(report.features, name))
        for name, frame in report.tables.items()
        if name not in APART or (name == "rejects" and report.privacy == "raw")
    }
    if "rejects" in report and "reject_counts" not in report:
        counts = reject_counts(report["rejects"])
        found["reject_counts"] = _site_table(REJECT_COUNTS, counts, frozenset())
    return found


def _site_table(table: Table, frame: pd.DataFrame, left_out: frozenset[str]) -> SiteTable:
    columns = tuple(
        column
        for column in table.columns
        if column.name in frame.columns
        and (column.name in table.key or not (column.personal or column.name in left_out))
    )
    return SiteTable(replace(table, columns=columns), frame[[c.name for c in columns]])


def last_migration(tables: Mapping[str, SiteTable]) -> dict[str, SiteTable]:
    """`last_moves`: the rows of MOVEMENT between the last two month ends, on their own so that pages are quick."""
    if "movement" not in tables or tables["movement"].frame.empty:
        return {}
    whole = tables["movement"]
    last = whole.frame["to_month"].max()
    rows = whole.frame[whole.frame["from_month"] == last - 1]
    return {"last_moves": replace(whole, frame=rows[rows["to_month"] == last])}


def reject_counts(rejects: pd.DataFrame) -> pd.DataFrame:
    """REJECTS -> REJECT_COUNTS: how many records were rejected, by column and what was expected."""
    counts = rejects.groupby(["column", "expected"], sort=True).size()
    return counts.rename("lines").reset_index()


def bounded(published: Mapping[str, SiteTable], most: int = MOST_PEOPLE) -> dict[str, SiteTable]:
    """The tables with at most `most` customers: those with the highest net revenue."""
    if "customers" not in published or len(published["customers"].frame) <= most:
        return dict(published)
    everyone = published["customers"].frame
    net = everyone["net"].to_numpy("int64")
    first = np.sort(np.argsort(-net, kind="stable")[:most])
    known = everyone["customer_id"].iloc[first]
    return {name: _of(shown, known) for name, shown in published.items()}


def is_cut(report: Report) -> bool:
    """Whether a site tells of some of the customers only."""
    return "customers" in report and len(report["customers"]) > MOST_PEOPLE


def _of(shown: SiteTable, known: pd.Series) -> SiteTable:
    """The table's rows about the customers `known`, or about nobody; all rows if the table has no customer_id."""
    if "customer_id" not in shown.frame.columns:
        return shown
    theirs = shown.frame["customer_id"]
    inside = theirs.isna().to_numpy() | frames.is_among(theirs, known)
    return replace(shown, frame=shown.frame[inside].reset_index(drop=True))
