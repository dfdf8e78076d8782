"""PRIVACY_NOTES: how each table was changed before it was published at the level public."""

from __future__ import annotations

from retail.schema.table import Column, Table

PRIVACY_NOTES = Table(
    "privacy_notes",
    "one row per table that is published less finely than it was computed, or not at all",
    (
        Column("table", "text", "name of the table"),
        Column("done", "text", "what was done to it and why", label="What was done"),
    ),
    key=("table",),
    title="Published less finely",
)

TABLES = (PRIVACY_NOTES,)
