"""Tables of what changed: between two months, and between two runs."""

from __future__ import annotations

from retail.schema.dimensions import OF_LINE, PRODUCT, WATCHED, names
from retail.schema.quality import CHECKS
from retail.schema.table import Column, Table

NET_BRIDGE = Table(
    "net_bridge",
    "one row per step from the net revenue of a month to that of the same month a year later",
    (
        Column("order", "number", "order of the steps"),
        Column("step", "text", "what changed; the first and last are the two months"),
        Column("kind", "text", f"month | factor | guests | {' | '.join(names(WATCHED))} | returns"),
        Column("amount", "money", "what it adds; of a month, its net revenue"),
        Column("start", "money", "sum before it"),
        Column("end", "money", "sum after it"),
    ),
    key=("order",),
    title="From a year before to the last full month",
)

BRIDGE_FACTORS = Table(
    "bridge_factors",
    "one row per factor of gross revenue (known customers, lasting categories and channels)",
    (
        Column("order", "number", "order of the factors"),
        Column("factor", "text", "their product is gross revenue"),
        Column("kind", "text", "count | real | mean: how its values are shown"),
        Column("before", "real", "a year before", label="A year before"),
        Column("now", "real", "in the last full month", label="Last full month"),
        Column("amount", "money", "its Shapley share of the change of gross revenue"),
    ),
    key=("order",),
    title="Factors of gross revenue",
)


PRICE_AND_MIX = Table(
    "price_and_mix",
    "one row per part of the change of revenue per unit (known customers, lasting categories and channels)",
    (
        Column("order", "number", "order of the parts"),
        Column("part", "text", "prices within products | mix of products | new and gone products"),
        Column("per_unit", "mean", "what it changes revenue per unit by", label="Per unit"),
        Column("amount", "money", "its part of the change of gross revenue"),
    ),
    key=("order",),
    title="Price and mix",
)

MONTH_NOISE = Table(
    "month_noise",
    "one row: the change of net revenue beside what chance does",
    (
        Column("month", "month", "the last full month"),
        Column("orders_before", "count", "transactions of the month a year before"),
        Column("orders_now", "count", "transactions of the last full month"),
        Column("change", "share", "of net revenue", optional=True),
        Column(
            "noise_before",
            "share",
            "one standard deviation of net revenue by arrivals and order sizes alone, a year before",
            optional=True,
        ),
        Column("noise_now", "share", "the same of the last full month", optional=True),
        Column(
            "noise_of_change",
            "share",
            "the same of the difference of two such months, over the net revenue a year before",
            optional=True,
        ),
        Column("is_beyond_noise", "flag", "the change is beyond two standard deviations"),
        Column("verdict", "text", "in plain words"),
    ),
    key=("month",),
    title="Change and chance",
)


def _movers(name: str, grain: str, before: str, now: str, title: str, *more: Column) -> Table:
    return Table(
        name,
        grain,
        (
            Column("order", "number", "the largest change of net revenue first"),
            Column("dimension", "text", " | ".join(names((*PRODUCT, *OF_LINE)))),
            Column("name", "text", "its value"),
            Column("before", "money", f"net revenue {before}", label=before.capitalize()),
            Column("now", "money", f"net revenue {now}", label=now.capitalize()),
            Column("change", "money", "now - before"),
            *more,
        ),
        key=("order",),
        title=title,
    )


MONTH_MOVERS = _movers(
    "month_movers",
    "one row per name whose net revenue moved most between the two months",
    "a year before",
    "in the last full month",
    "Largest movers",
    Column(
        "noise",
        "money",
        "two standard deviations of the change by arrivals and order sizes alone",
        label="Chance, plus or minus",
    ),
    Column(
        "is_beyond_noise",
        "flag",
        "the change is beyond that, and beyond what the largest of so many names does by chance (Holm)",
        label="Beyond chance",
    ),
)

RUN_MOVERS = _movers(
    "run_movers",
    "one row per name whose net revenue moved most since the last run",
    "in the last run",
    "in this run",
    "Largest movers since the last run",
)

FIGURE_CHANGES = Table(
    "figure_changes",
    "one row per key figure of the whole data that differs from the last run's",
    (
        Column("order", "number", "as in summary.json"),
        Column("figure", "text", "what it is"),
        Column("kind", "text", "money | quantity | count | day: how its values are shown"),
        Column("before", "real", "in the last run", optional=True, label="Last run"),
        Column("now", "real", "in this run", optional=True, label="This run"),
        Column("difference", "real", "now - before", optional=True),
    ),
    key=("order",),
    title="Figures that changed since the last run",
)

SEGMENT_MOVES = Table(
    "run_segment_moves",
    "one row per pair of segments between which customers moved since the last run",
    (
        Column("order", "number", "the most customers first"),
        Column("from_segment", "text", "segment in the last run", label="From"),
        Column("to_segment", "text", "segment in this run", label="To"),
        Column("customers", "count", "customers"),
    ),
    key=("order",),
    title="Moves between segments since the last run",
)

RUNS = Table(
    "runs",
    "one row per run that the working folder remembers, the latest first",
    (
        Column("number", "number", "running number; it never goes back, as a clock may"),
        Column("started", "moment", "UTC, by the machine's clock"),
        Column(
            "outcome",
            "text",
            "this one | published | unchanged (nothing to do) | failed: what kind | killed",
        ),
        Column("seconds", "real", "how long it took", optional=True),
        Column("as_of", "day", "last date with a line", optional=True),
        Column("lines", "count", "lines kept", optional=True),
        Column("set_aside", "count", "lines set aside", optional=True),
        Column("net", "money", "net revenue", optional=True),
        Column("purchases", "count", "purchases", optional=True),
        Column("buyers", "count", "buyers", optional=True),
        Column("warnings", "count", "checks that warned", optional=True),
        Column("run_id", "text", "names its log in the working folder"),
    ),
    key=("number",),
    title="Runs",
)

RUN_CHECKS = Table(
    "run_checks",
    "one row per check against the last published run that had other figures",
    CHECKS.columns,
    key=("check",),
    title="Checks against the last run",
)

# Follow from the lines alone; the others of this module from earlier runs as well.
TABLES = (NET_BRIDGE, BRIDGE_FACTORS, PRICE_AND_MIX, MONTH_NOISE, MONTH_MOVERS)
MOVED_CUSTOMERS = Table(
    "moved_since_last_run",
    "one row per customer of both runs whose segment is another than in the last that differed",
    (
        Column("customer_id", "text", "as on the site"),
        Column("from_segment", "text", "in that run"),
        Column("to_segment", "text", "in this one"),
    ),
    key=("from_segment", "to_segment", "customer_id"),
    title="Who moved since the last run",
)
OF_RUNS = (RUNS, FIGURE_CHANGES, SEGMENT_MOVES, RUN_MOVERS, MOVED_CUSTOMERS, RUN_CHECKS)
