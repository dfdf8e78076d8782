"""Tables of segments over time: do they predict, how large were they, who moved and why."""

from __future__ import annotations

from retail.schema.table import Column, Table, tables_in

START = "Not yet a customer"  # what a customer is before the first purchase

BACKTEST = Table(
    "backtest",
    "one row per segment as of some days before the last purchase",
    (
        Column("segment", "text", "name"),
        Column("customers", "count", "scored then, by what was known then"),
        Column("bought", "count", "of them with a purchase since"),
        Column("share", "share", "bought / customers", optional=True),
        Column(
            "low",
            "share",
            "lower end of its 95 % Wilson interval",
            optional=True,
            label="Interval from",
        ),
        Column("high", "share", "upper end", optional=True, label="Interval to"),
        Column(
            "share_of_others",
            "share",
            "the same of the segments it was compared with: all others, less those set apart before it",
            optional=True,
            label="The others",
        ),
        Column(
            "p_value",
            "real",
            "Fisher's exact test, that it buys as these others do",
            optional=True,
            label="p, against the others",
        ),
        Column(
            "net",
            "money",
            "its net revenue since; left out at the level public",
            optional=True,
            label="Net revenue since",
        ),
        Column(
            "net_per_customer",
            "mean",
            "net / customers",
            optional=True,
            label="Net revenue per customer",
        ),
        Column(
            "net_per_other",
            "mean",
            "the same of all other segments",
            optional=True,
            label="Per customer of all others",
        ),
        Column(
            "windows",
            "count",
            "windows in which it is set apart in the same way, see backtest_windows",
            label="Windows in which it differs",
        ),
        Column(
            "holds",
            "flag",
            "segments differ, and this one from the others (Holm, 5 %), not against its scores",
        ),
        Column("verdict", "text", "in plain words"),
        Column("order", "number", "order of the segments"),
    ),
    key=("segment",),
    title="Does it hold?",
)

_TEST = (
    Column("scored_day", "day", "the day of the scores"),
    Column("through_day", "day", "last day on which a purchase counts"),
    Column("customers", "count", "scored then"),
    Column("bought", "count", "of them with a purchase since"),
    Column("share", "share", "bought / customers"),
    Column(
        "p_value",
        "real",
        "chi-squared by 9,999 draws of who bought, that all segments buy alike",
        optional=True,
    ),
)

BACKTEST_TEST = Table(
    "backtest_test",
    "one row: whether segments differ in who buys, the latest window first of all",
    (
        *_TEST,
        Column("windows", "count", "windows that were tested"),
        Column("windows_that_differ", "count", "those with a p_value of at most 0.01"),
        Column(
            "do_segments_differ", "flag", "the latest window differs, and so do most of the windows"
        ),
        Column("do_r_scores_order", "flag", "the same of a trend: the higher R, the more buy"),
        Column("do_f_scores_order", "flag", "the same of a trend: the higher F, the more buy"),
        Column("verdict", "text", "in plain words"),
    ),
    key=("scored_day",),
    title="Do segments predict?",
)

BACKTEST_WINDOWS = Table(
    "backtest_windows",
    "one row per window in which segments were tested",
    (
        *_TEST,
        Column("do_differ", "flag", "p_value is at most 0.01", label="Segments differ"),
        Column("apart", "text", "segments that differ from the others", label="Set apart"),
        Column(
            "r_trend",
            "real",
            "z of the trend over R scores (Cochran-Armitage)",
            optional=True,
            label="Trend over R, z",
        ),
        Column("r_p_value", "real", "its p-value, by draws", optional=True, label="p of R"),
        Column(
            "f_trend",
            "real",
            "z of the trend over F scores",
            optional=True,
            label="Trend over F, z",
        ),
        Column("f_p_value", "real", "its p-value, by draws", optional=True, label="p of F"),
    ),
    key=("scored_day",),
    title="The same in earlier windows?",
)

GAPS = Table(
    "gaps",
    "one row per share of the gaps between orders",
    (
        Column("share", "share", "of the gaps that have closed: a next order has come"),
        Column(
            "days",
            "number",
            "the shortest time within which they have (Kaplan-Meier; gaps still open are censored); missing "
            "where the data are too short to tell",
            optional=True,
            label="Within days",
        ),
        Column(
            "customers",
            "count",
            "scored customers whose last kept purchase is longer ago",
            optional=True,
            label="Customers past it",
        ),
        Column("share_of_customers", "share", "of the scored customers", optional=True),
    ),
    key=("share",),
    title="Gaps between orders",
)

SEGMENT_GAPS = Table(
    "segment_gaps",
    "one row per segment: how many have been away for longer than the shop's gaps between orders",
    (
        Column("segment", "text", "name"),
        Column("order", "number", "order of the segments"),
        Column("customers", "count", "scored customers"),
        Column(
            "past_50",
            "count",
            "past the usual gap, the median",
            optional=True,
            label="Past the usual gap",
        ),
        Column(
            "past_80", "count", "past the 80 % gap", optional=True, label="Past four of five gaps"
        ),
        Column(
            "past_90", "count", "past the 90 % gap", optional=True, label="Past nine of ten gaps"
        ),
        Column(
            "past_95", "count", "past the 95 % gap", optional=True, label="Past nineteen of twenty"
        ),
    ),
    key=("segment",),
    title="Who is past the usual gap",
)

SEGMENT_HISTORY = Table(
    "segment_history",
    "one row per month end and segment",
    (
        Column("month", "month", "month that ends"),
        Column(
            "segment", "text", "name, or Lapsed (nothing kept within the lookback), or Nothing kept"
        ),
        Column("customers", "count", "customers"),
        Column("monetary", "money", "their net revenue within the lookback"),
        Column("has_lookback", "flag", "the data reach back the whole lookback"),
        Column("order", "number", "order of the segments"),
    ),
    key=("month", "segment"),
    title="Segments by month end",
)

BEFORE_AND_AFTER = (
    Column(
        "monetary_before",
        "money",
        "their net revenue within the first lookback",
        label="Net revenue before",
    ),
    Column("monetary_after", "money", "the same within the second", label="Net revenue after"),
)

MOVEMENT = Table(
    "movement",
    "one row per two month ends, segment at the first and at the second, and cause",
    (
        Column("from_month", "month", "first month end"),
        Column("to_month", "month", "second month end, later"),
        Column("from_segment", "text", "name, Lapsed, Nothing kept or Not yet a customer"),
        Column("to_segment", "text", "name, Lapsed or Nothing kept"),
        Column("cause", "text", "bought | returned | time passed; empty for who stayed"),
        Column("direction", "text", "stayed | up | down | lapsed | came back | returned all | new"),
        Column("customers", "count", "customers"),
        *BEFORE_AND_AFTER,
    ),
    key=("from_month", "to_month", "from_segment", "to_segment", "cause"),
    title="Movement",
)

MOVEMENT_SHARES = Table(
    "movement_shares",
    "one row per two neighbouring month ends, direction and cause",
    (
        Column("from_month", "month", "first month end"),
        Column("to_month", "month", "the next"),
        Column("direction", "text", "stayed | up | down | lapsed | came back | returned all | new"),
        Column("cause", "text", "bought | returned | time passed; empty for who stayed"),
        Column("customers", "count", "customers"),
        Column("share", "share", "of all who have bought by the second month end", optional=True),
        *BEFORE_AND_AFTER,
        Column("change", "money", "monetary_after - monetary_before"),
        Column("order", "number", "order of the directions"),
    ),
    key=("from_month", "to_month", "direction", "cause"),
    title="Who moved, and why",
)

MOVEMENT_CUSTOMERS = Table(
    "movement_customers",
    "one row per customer with a purchase: the segment at each month end",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("states", "text", "one letter per month end; see movement_states"),
        Column("causes", "text", "one digit per month end: 0 none, 1 bought, 2 returned, 3 time"),
    ),
    key=("customer_id",),
    title="Movement by customer",
)

MOVEMENT_STATES = Table(
    "movement_states",
    "one row per letter of movement_customers",
    (
        Column("letter", "text", "as in states"),
        Column("segment", "text", "name, Lapsed, Nothing kept or Not yet a customer"),
    ),
    key=("letter",),
    title="Letters of the movement",
)

LATEST_MOVES = Table(
    "latest_moves",
    "one row per customer who moved between the last two month ends",
    (
        Column("customer_id", "text", "as in the input", personal=True),
        Column("from_segment", "text", "at the month end before"),
        Column("to_segment", "text", "at the last month end"),
        Column("cause", "text", "bought | returned | time passed"),
        Column("direction", "text", "up | down | lapsed | came back | returned all | new"),
    ),
    key=("customer_id",),
    title="Latest moves",
)

TABLES = tables_in(globals())
