"""Every table of the project: columns, types, units, grain. One file per room."""

from __future__ import annotations

from retail.schema import dashboard, quality, sales, segments
from retail.schema.table import Column, Table

TABLES: dict[str, Table] = {t.name: t for t in (*sales.TABLES, *segments.TABLES, *quality.TABLES, *dashboard.TABLES)}

__all__ = ["TABLES", "Column", "Table"]
