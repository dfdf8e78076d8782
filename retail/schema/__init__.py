"""Every table of the project: columns, types, units, grain. One file per room."""

from __future__ import annotations

from retail.schema import changes, dashboard, lists, quality, returns, sales, segments
from retail.schema.table import Column, Table

TABLES: dict[str, Table] = {
    table.name: table
    for room in (sales, segments, quality, dashboard, changes, returns, lists)
    for table in room.TABLES
}

__all__ = ["TABLES", "Column", "Table"]
