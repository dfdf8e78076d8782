"""What the linked dashboard filters in the browser: the lines themselves, without identities."""

from __future__ import annotations

from retail.schema.dimensions import IN_LINES, SCORES, names
from retail.schema.lines import LINES, purchase_columns
from retail.schema.table import Column, Table

NUMBERS = ("gross", "returns", "tax", "units", "purchases", "credited_returns")  # of a cube's row
GRAINS = ("day", "week", "month", "quarter", "year")  # its periods, each nested in the next
TIME_ONLY = "time only"  # the dimensions of a cube that has no other
# What cubes say of customers.
OF_PEOPLE = tuple(d.name for d in (*IN_LINES, *SCORES) if d.of != "line")
_SCORES = (
    Column("cell", "number", "16 x R + F; 0 when not scored"),
    Column("segment", "number", "code + 1; 0 for a guest"),
    Column("cluster", "number", "number; 0 in none"),
)

DASHBOARD_LINES = Table(
    "dashboard_lines",
    "one row per kept line (only while they fit the page; see docs/architecture.md, Pages)",
    (
        Column("transaction", "number", "running number of the line's transaction"),
        Column("customer_id", "text", "pseudonym; missing for a guest", optional=True),
        Column("day", "day", "local trading day"),
        Column("category", "text", "name, or Unknown"),
        Column("subcategory", "text", "name, or Unknown"),
        *(LINES.column(d.name) for d in IN_LINES),
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
        *purchase_columns(),
    ),
    key=(),
)
DASHBOARD_SAMPLE = Table(
    "dashboard_sample",
    "one row per line of the sampled customers and of the sampled purchases of guests",
    (
        *DASHBOARD_LINES.columns,
        Column(
            "weight",
            "exact",
            "how many customers (or purchases of guests) its customer stands for; 1: there for certain",
        ),
    ),
    key=(),
)
# Codes are places in DASHBOARD_NAMES from 0; a cube has 0 in a dimension that it does not carry.
DASHBOARD_CUBES = Table(
    "dashboard_cubes",
    "one row per cube, period and values of its dimensions",
    (
        Column("cube", "text", "name of the cube, see CUBES"),
        Column("day", "day", "first day of the period"),
        Column("category", "number", "code"),
        Column("product", "number", "code of category and subcategory"),
        *(Column(d.name, "number", "code") for d in IN_LINES),
        *_SCORES,
        Column("gross", "money", "sum of positive amounts"),
        Column("returns", "money", "sum of negative amounts"),
        Column("tax", "money", "signed"),
        Column("units", "quantity", "signed units"),
        Column("purchases", "count", "each once, at one of its positive lines"),
        Column("credited_returns", "money", "returns at the place of their purchase"),
        Column("customers", "count", "distinct ones behind the row", optional=True),
    ),
    key=(),
)
DASHBOARD_PEOPLE = Table(
    "dashboard_people",
    "one row per gender, R x F cell, segment and cluster of customers",
    (
        *(Column(d.name, "number", "code") for d in IN_LINES if d.of == "customer"),
        *_SCORES,
        Column("customers", "count", "in the customer table or with a line"),
        Column("buyers", "count", "with a purchase"),
        Column("monetary", "money", "net revenue"),
    ),
    key=OF_PEOPLE,
)
DASHBOARD_NAMES = Table(
    "dashboard_names",
    "one row per name of a dimension of the cubes",
    (
        Column("dimension", "text", f"product, {', '.join(names(IN_LINES))}"),
        Column("code", "number", "from 0"),
        Column("category", "text", "of a product"),
        Column("name", "text", "as the page shows it"),
        Column("is_mixed", "flag", "whether a purchase may have several of the dimension"),
    ),
    key=("dimension", "code"),
)
CUBES = Table(
    "cubes",
    "one row per cube that the dashboard filters in place of the lines",
    (
        Column("cube", "text", "its name"),
        Column("dimensions", "text", "what it can be filtered by, besides time"),
        Column("grain", "text", "shortest period: day, week (cut at the month's end), month, ..."),
        Column("rows", "count", "rows"),
        Column("bytes", "count", "bytes that it weighs, compressed"),
        Column("is_first", "flag", "loads with the page, else when it is first needed"),
        Column("shown", "share", "of gross revenue that has its names; the rest is not shown"),
    ),
    key=("cube",),
    title="What the dashboard filters",
)
TABLES = (
    DASHBOARD_LINES,
    DASHBOARD_SAMPLE,
    DASHBOARD_CUBES,
    DASHBOARD_PEOPLE,
    DASHBOARD_NAMES,
    CUBES,
)
