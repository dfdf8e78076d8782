"""What the linked dashboard filters in the browser: the lines themselves, without identities."""

from __future__ import annotations

from retail.schema.table import Column, Table

DASHBOARD_LINES = Table(
    "dashboard_lines",
    "one row per kept line (only while they fit the page; see DESIGN section 7)",
    (
        Column("transaction", "number", "running number of the line's transaction"),
        Column("customer_id", "text", "pseudonym; missing for a guest", optional=True),
        Column("day", "day", "local trading day"),
        Column("category", "text", "name, or Unknown"),
        Column("subcategory", "text", "name, or Unknown"),
        Column("channel", "text", "name, or Unknown"),
        Column("city", "text", "name, or Unknown"),
        Column("gender", "text", "the customer's, or Unknown"),
        Column("quantity", "quantity", "signed units"),
        Column("amount", "money", "signed, tax included"),
        Column("tax", "money", "signed"),
        Column(
            "purchase",
            "number",
            "running number of the purchase a line belongs to or a return is credited to",
            optional=True,
        ),
        Column("purchase_day", "day", "day of that purchase", optional=True),
        Column("purchase_channel", "text", "channel of that purchase", optional=True),
    ),
    key=(),
)
TABLES = (DASHBOARD_LINES,)
