"""Tables of the returns report: how much comes back, of what, how late, and what to look into."""

from __future__ import annotations

from retail.schema.metrics import METRICS
from retail.schema.table import Column, Table, tables_in

_RATE = METRICS["return_rate"].column()
_MONEY = (
    Column("gross", "money", "sum of positive amounts, tax included"),
    Column("credited_returns", "money", "returns credited to these purchases, whenever they came"),
    _RATE,
)

RETURN_FIGURES = Table(
    "return_figures",
    "one row per figure of the returns of the whole data",
    (
        Column("figure", "text", "key of the figure"),
        Column("label", "text", "how it is called on the page", label="Figure"),
        Column("kind", "text", "money | count | share: how value is shown"),
        Column("value", "real", "exact in whole numbers of the smallest unit", optional=True),
        Column("about", "text", "what it is", label="What it is"),
    ),
    key=(),
    title="Returns in figures",
)

RETURNS_BY_MONTH = Table(
    "returns_by_month",
    "one row per calendar month of purchase",
    (
        Column("month", "month", "month of the purchase", label="Month of purchase"),
        Column("purchases", "count", "purchases"),
        Column("buyers", "count", "distinct customers with a purchase"),
        *_MONEY,
        Column(
            "is_open",
            "flag",
            "some of its days are so late that returns are still to come",
            label="Returns still to come",
        ),
    ),
    key=("month",),
    title="Returns by month of purchase",
)

RETURNS_BY_LAG = Table(
    "returns_by_lag",
    "one row per number of days from purchase to return, the last for all that came later",
    (
        Column("lag_days", "number", "first number of days of the row"),
        Column("lag", "text", "the row's days, such as 3, 7-13 or more than 10", label="Days"),
        Column("lines", "count", "return lines whose purchase is known", label="Return lines"),
        Column("customers", "count", "distinct customers of their purchases"),
        Column("amount", "money", "their money, negative", label="Returned"),
        Column("share", "share", "of these lines"),
        Column(
            "up_to", "share", "of these lines, this row and the ones before", label="Up to here"
        ),
    ),
    key=("lag_days",),
    title="Returns by lag",
)

RETURNS_BY_SEGMENT = Table(
    "returns_by_segment",
    "one row per segment of the buyer, and for those who are in none; the rows add up",
    (
        Column("segment", "text", "name; the group's name when not scored; Guest without customer"),
        Column("customers", "count", "customers with a line; a guest is none"),
        *_MONEY,
    ),
    key=("segment",),
    title="Returns by segment",
)

REFUNDS_BEYOND = Table(
    "refunds_beyond",
    "one row per purchase, or id without one, of which more was refunded than paid",
    (
        Column("transaction_id", "text", "the purchase's id", personal=True, label="Transaction"),
        Column(
            "customer_id",
            "text",
            "missing for a guest",
            optional=True,
            personal=True,
            label="Customer",
        ),
        Column(
            "day",
            "day",
            "day of the purchase; missing for an orphan",
            optional=True,
            label="Purchase",
        ),
        Column("last_return_day", "day", "day of the last refund", label="Last refund"),
        Column("paid", "money", "positive lines of the purchase"),
        Column("refunded", "money", "refunds of it, negative"),
        Column("beyond", "money", "paid + refunded: what was refunded too much, negative"),
        Column("return_lines", "count", "refund lines", label="Refund lines"),
        Column("is_orphan", "flag", "ids are shared, and no purchase has this one", label="Orphan"),
        Column("about", "text", "what it looks like, in words", label="Looks like"),
    ),
    key=("transaction_id", "customer_id"),
    title="Refunded beyond what was paid",
)

TOP_RETURNERS = Table(
    "top_returners",
    "one row per customer with returns, the 100 with the most money returned",
    (
        Column("customer_id", "text", "who", personal=True, label="Customer"),
        Column("segment", "text", "named segment; the group's name when not scored"),
        Column("purchases", "count", "purchases"),
        Column("return_lines", "count", "return lines"),
        Column("gross", "money", "sum of positive amounts"),
        Column("returns", "money", "sum of negative amounts"),
        Column("return_rate", "share", "-returns / gross", optional=True),
        Column("last_return_day", "day", "day of the last return", label="Last return"),
    ),
    key=("customer_id",),
    title="Customers who return most",
)

ORPHAN_REFUNDS = Table(
    "orphan_refunds",
    "one row per refund line whose id no purchase has (real ids and places: private, not published)",
    (
        Column("file", "text", "name of the input file"),
        Column("row", "number", "physical line; the header is 1"),
        Column("transaction_id", "text", "the refund's id", personal=True),
        Column("customer_id", "text", "missing for a guest", optional=True, personal=True),
        Column("day", "day", "day of the refund"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("quantity", "quantity", "negative units"),
        Column("amount", "money", "negative"),
        Column("credited_to", "text", "purchase that it was credited to", optional=True),
    ),
    key=("file", "row"),
    title="Orphan refunds",
)

TABLES = tables_in(globals())
