"""What a table is: its columns with type and unit, its grain and its key.

The same description casts frames at the waist (`frames.collect`), formats cells on pages and in
downloads, and feeds the data dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# How a column is held in pandas, and how it is shown:
#   text      str; missing only where the column is optional
#   count     int64, a number of things
#   money     int64, in the smallest unit of the run (see `Units.money_scale`)
#   mean      float64, the quotient of money and a count, not rounded, in the same unit; shown as money, in a
#             download with two decimals more
#   quantity  int64, in the smallest unit of the run (see `Units.quantity_scale`)
#   day       Int64 when optional, else int64: days since 1970-01-01, a local trading day
#   month     int64: year * 12 + month - 1
#   number    int64: an ordinary whole number (a score, a cluster, a year)
#   share     float64 between 0 and 1, shown in percent
#   real      float64 without a unit
#   exact     the same, written in a download to its last digit
#   flag      bool
#   moment    str, "2014-02-28 13:05", a time of the machine's clock in UTC
Kind = Literal[
    "text", "count", "money", "mean", "quantity", "day", "month", "number", "share", "real", "exact",
    "flag", "moment",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: `about` is the sentence of the data dictionary, with the unit when not plain."""

    name: str
    kind: Kind
    about: str
    optional: bool = False  # may be missing in a row
    personal: bool = False  # identifies or describes one person: never published as it is
    label: str = ""  # head of the column on pages; by default its name in words

    @property
    def heading(self) -> str:
        """How the column is called on pages: `share_of_net` is "Share of net"."""
        return self.label or self.name.removeprefix("is_").replace("_", " ").capitalize()


@dataclass(frozen=True)
class Table:
    """A table's contract. `key` columns are unique together and give the sort order."""

    name: str
    grain: str  # "one row per ..."
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    title: str = ""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]


def tables_in(module: Mapping[str, object]) -> tuple[Table, ...]:
    """The tables that a module defines, in the order in which they stand there."""
    return tuple(value for value in module.values() if isinstance(value, Table))
