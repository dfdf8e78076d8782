"""Customer-level tables: one row per customer, RFM, clusters."""

from __future__ import annotations

from retail.schema import clusters, movement
from retail.schema.dimensions import STATED, UNKNOWN
from retail.schema.metrics import METRICS
from retail.schema.table import Column, Table, tables_in

# What groups of customers are added up from, and no table of single customers shows.
_SUMS_ONLY = (
    Column("tax", "money", "signed tax"),
    Column("credited_returns", "money", "returns of their purchases, whoever brought them back"),
)
CUSTOMER_SUMS = Table(
    "customer_sums",
    "one row per customer of the customer table or with a line (no guests), before scoring",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        *(Column(d.name, "text", d.values) for d in STATED if d.of == "customer"),
        Column("birth_day", "day", "date of birth", optional=True, personal=True),
        *(
            Column(d.name, "text", f"the customer's {d.name}, or {UNKNOWN}")
            for d in STATED
            if d.of == "line"
        ),
        Column("contactable", "flag", "whether marketing may write to them", optional=True),
        Column("first_purchase_day", "day", "first purchase", optional=True),
        Column("last_purchase_day", "day", "last purchase", optional=True),
        Column(
            "reactivated_day",
            "day",
            "latest purchase after a gap over 365 days (or as the config says)",
            optional=True,
        ),
        Column("last_kept_day", "day", "last kept purchase", optional=True),
        Column("purchases", "count", "purchases"),
        Column("kept_purchases", "count", "purchases of which something is left"),
        Column("lines", "count", "lines"),
        Column("gross", "money", "sum of positive amounts"),
        Column("returns", "money", "sum of negative amounts, matched or not"),
        Column("net", "money", "gross + returns"),
        Column("units", "quantity", "signed units"),
        *_SUMS_ONLY,
    ),
    key=("customer_id",),
)

CUSTOMERS = Table(
    "customers",
    "one row per customer, scored where there is a kept purchase",
    (
        *(c for c in CUSTOMER_SUMS.columns if c not in _SUMS_ONLY),
        Column("age_band", "text", "age at as-of in bands, or Unknown"),
        Column("group", "text", "scored | nothing kept | refund only | prospect"),
        Column(
            "lifecycle",
            "text",
            "new | reactivated (reactivated_day is within 90 days of as-of) | returning; empty for who never bought",
        ),
        Column(
            "recency_days",
            "number",
            "days from the last kept purchase to as-of; scored only",
            optional=True,
        ),
        Column("frequency", "number", "kept purchases; scored only", optional=True),
        Column(
            "monetary", "money", "net revenue, all returns included; scored only", optional=True
        ),
        Column("r", "number", "recency score, highest is best", optional=True),
        Column("f", "number", "frequency score", optional=True),
        Column("m", "number", "monetary score", optional=True),
        Column("r5", "number", "recency score in 5 bins, which names the segment", optional=True),
        Column("f5", "number", "frequency score in 5 bins", optional=True),
        Column("m5", "number", "monetary score in 5 bins", optional=True),
        Column("segment", "text", "named segment; the group's name when not scored"),
        Column(
            "seven_level", "text", "the original's level by 4-bin score sum; empty when not scored"
        ),
        Column("cluster", "number", "1 is the largest; missing when not clustered", optional=True),
        Column("held_out", "flag", "gets no campaign, so that it can be judged", optional=True),
        Column("x", "real", "first principal component", optional=True),
        Column("y", "real", "second principal component", optional=True),
    ),
    key=("customer_id",),
    title="Customers",
)

KEPT_UNITS = Table(
    "kept_units",
    "one row per kept purchase line: units of a subcategory kept of one transaction",
    (
        Column("transaction_id", "text", "the purchase"),
        Column("customer_id", "text", "who bought", personal=True),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("units", "quantity", "units bought less units returned, above 0"),
    ),
    key=("customer_id", "transaction_id", "category", "subcategory"),
)

RFM_CUTS = Table(
    "rfm_cuts",
    "one row per measure and score: the rule of the score in days, orders and money",
    (
        Column("measure", "text", "recency | frequency | monetary"),
        Column("score", "number", "1 to bins, the highest is best"),
        Column(
            "above",
            "exact",
            "values are above this (days, orders or money); missing: no limit",
            optional=True,
        ),
        Column("up_to", "exact", "values are at most this; missing: no limit", optional=True),
        Column("customers", "count", "scored customers with this score"),
        Column("rule", "text", "in words, such as '79 to 170 days'"),
        Column("is_impossible", "flag", "no value can have this score: equal cut points"),
        Column(
            "is_fixed", "flag", "whether the cut points are other than these customers' quantiles"
        ),
    ),
    key=("measure", "score"),
    title="Cut points",
)

SEGMENT_MAP = Table(
    "segment_map",
    "one row per cell of R x F scores in the bins that names come from: its segment",
    (
        Column("r", "number", "recency score"),
        Column("f", "number", "frequency score"),
        Column("segment", "text", "its name, whether anyone is there or not"),
    ),
    key=("r", "f"),
)

RFM_GRID = Table(
    "rfm_grid",
    "one row per cell of R x F scores in the configured bins",
    (
        Column("r", "number", "recency score"),
        Column("f", "number", "frequency score"),
        Column("segment", "text", "the segment(s) of its customers; empty when no one is there"),
        Column("customers", "count", "scored customers"),
        Column("monetary", "money", "sum of monetary"),
        Column("mean_monetary", "mean", "monetary / customers; missing when empty", optional=True),
        Column("is_impossible", "flag", "a score that equal cut points leave empty"),
    ),
    key=("r", "f"),
    title="R x F grid",
)

SEGMENTS = Table(
    "segments",
    "one row per named segment",
    (
        Column("segment", "text", "name"),
        Column("rule", "text", "its R and F scores"),
        Column("rule_in_words", "text", "its rule in days and orders; empty when no one is scored"),
        Column("customers", "count", "scored customers"),
        Column("share_of_customers", "share", "of the scored customers", optional=True),
        Column("monetary", "money", "net revenue of its customers", label="Net revenue"),
        Column(
            "share_of_net",
            "share",
            "of the scored customers' net revenue",
            optional=True,
            label="Share of net revenue",
        ),
        Column("kept_purchases", "count", "kept purchases"),
        METRICS["average_order"].column("gross revenue / purchases"),
        METRICS["return_rate"].column(),
        Column(
            "median_recency_days",
            "real",
            "days since the last kept purchase",
            optional=True,
            label="Last bought, days ago, median",
        ),
        Column("order", "number", "order in which segments are listed"),
        Column(
            "holds",
            "flag",
            "they buy otherwise than all others, and not against their scores (see backtest)",
            optional=True,
        ),
        Column("action", "text", "suggestion by convention; empty where the segment doesn't hold"),
    ),
    key=("segment",),
    title="Segments",
)

SEVEN_LEVELS = Table(
    "seven_levels",
    "one row per level of the original's 4-bin score sum",
    (
        Column("level", "text", "name"),
        Column("rule", "text", "its score sums"),
        Column("customers", "count", "scored customers"),
    ),
    key=("level",),
    title="The original's seven levels",
)

GROUPS = Table(
    "groups",
    "one row per group of customers; the groups add up to all customers",
    (
        Column("group", "text", "scored | nothing kept | refund only | prospect"),
        Column("customers", "count", "customers"),
    ),
    key=("group",),
    title="Customers by group",
)

SEGMENT_NOTES = Table(
    "segment_notes",
    "one row per sentence that a page must say of scores, segments or clusters",
    (
        Column("topic", "text", "rfm | segments | clusters | rhythm | backtest | movement"),
        Column("order", "number", "order of the sentences of a topic"),
        Column("sentence", "text", "in plain words"),
    ),
    key=("topic", "order"),
    title="Notes",
)

SEGMENT_PROFILE = Table(
    "segment_profile",
    "one row per segment and subcategory",
    (
        Column("segment", "text", "name"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        Column("units", "quantity", "kept units"),
        Column("customers", "count", "customers of the segment who kept some"),
        Column("share", "share", "of the segment's units", optional=True),
        Column("share_of_all", "share", "of all scored customers' units", optional=True),
        Column("index", "real", "100 x share / share_of_all", optional=True),
    ),
    key=("segment", "category", "subcategory"),
    title="What segments buy",
)

SEGMENT_MIX = Table(
    "segment_mix",
    "one row per segment, dimension and value",
    (
        Column("segment", "text", "name"),
        *(column for column in clusters.CLUSTER_MIX.columns if column.name != "cluster"),
    ),
    key=("segment", "dimension", "value"),
    title="Who is in the segments",
)

CROSSWALK = Table(
    "crosswalk",
    "one row per other convention, name and segment",
    (
        Column("convention", "text", "seven_level | putler | r_rfm | quartiles"),
        Column("name", "text", "the convention's"),
        Column("segment", "text", "ours"),
        Column("customers", "count", "scored customers with both"),
        Column("share_of_name", "share", "of the name's customers", optional=True),
        Column("name_order", "number", "order of the names"),
        Column("segment_order", "number", "order of the segments"),
    ),
    key=("convention", "name", "segment"),
    title="Segments in other conventions",
)

CROSSWALK_NAMES = Table(
    "crosswalk_names",
    "one row per other convention and name",
    (
        Column("convention", "text", "seven_level | putler | r_rfm | quartiles"),
        Column("title", "text", "the convention's title", label="Convention"),
        Column("source", "text", "who published it, and how it is read here"),
        Column("name", "text", "the convention's", label="Their name"),
        Column("rule", "text", "its scores, in the convention's own way"),
        Column("order", "number", "order of the names"),
        Column("customers", "count", "scored customers"),
        Column(
            "namesake",
            "text",
            "our segment of that name; empty when there is none",
            label="Our segment of that name",
        ),
        Column("shared", "count", "customers in both", label="In both"),
        Column("is_false_friend", "flag", "same name, but less than half of either is in both"),
    ),
    key=("convention", "order"),
    title="Names in other conventions",
)

NEXT_STEPS = Table(
    "next_steps",
    "one row per customer: what would become of them, under the current cut points",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("segment", "text", "now; the group's name when not scored"),
        Column("if_buys_today", "text", "segment after one more purchase on as-of"),
        Column("drops_on", "day", "day on which the segment changes without one", optional=True),
        Column("drops_to", "text", "segment then; empty when it never changes"),
    ),
    key=("customer_id",),
    title="Next steps",
)

PRIVATE = (CUSTOMER_SUMS, KEPT_UNITS)  # not in a report
TABLES = (
    *(table for table in tables_in(globals()) if table not in PRIVATE),
    *clusters.TABLES,
    *movement.TABLES,
)
