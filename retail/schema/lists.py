"""Lists of customers to act on: which there are, and what a row of one says."""

from __future__ import annotations

from retail.schema.segments import CUSTOMERS, NEXT_STEPS
from retail.schema.table import Column, Table

LISTS = Table(
    "lists",
    "one row per list of customers",
    (
        Column("list", "text", "its name, and that of its files in data/lists"),
        Column("kind", "text", "segment | cluster | both"),
        Column("subject", "text", "name of the segment, or number of the cluster"),
        Column("cluster", "number", "cluster, of a list of both", optional=True),
        Column("title", "text", "who is in it"),
        Column("customers", "count", "who belong to it"),
        Column("contactable", "count", "of them who may be written to", optional=True),
        Column("listed", "count", "rows of the list: the contactable, or all where none is known"),
        Column("held_out", "count", "of the listed, who are to get nothing"),
        Column(
            "usual_share", "share", "who buys without a campaign, by the backtest", optional=True
        ),
        Column("backtest_days", "number", "days in which they do", optional=True),
        Column(
            "detectable_uplift",
            "share",
            "smallest difference in that share which a test can tell from chance (two-sided 5 %, "
            "power 80 %)",
            optional=True,
        ),
        Column("sentence", "text", "the same in plain words"),
        Column("order", "number", "order of the lists"),
    ),
    key=("list",),
    title="Lists of customers",
)
_OF_CUSTOMERS = (
    "segment", "cluster", "lifecycle", "recency_days", "frequency", "monetary", "r", "f", "m",
    "contactable", "held_out",
)  # fmt: skip
LIST_MEMBERS = Table(
    "list_members",
    "one row per customer of a list, most net revenue first",
    (
        Column("customer_id", "text", "as on the site; as in the input in the private folder"),
        Column("customer_pseudonym", "text", "as on the site", optional=True),
        *(CUSTOMERS.column(name) for name in _OF_CUSTOMERS),
        *(c for c in NEXT_STEPS.columns if c.name in ("if_buys_today", "drops_on", "drops_to")),
    ),
    key=("customer_id",),
    title="Customers of a list",
)
TABLES = (LISTS,)
