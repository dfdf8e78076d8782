"""Tables of sales aggregates: small, pandas, sorted by key."""

from __future__ import annotations

from retail.schema.dimensions import DIMENSIONS, SUMMED, Dimension
from retail.schema.metrics import METRICS
from retail.schema.table import Column, Table

# table: the calendar's columns that are its key, and what its schema calls them
PERIODS: dict[str, dict[str, str]] = {
    "by_week": {"week": "day"},
    "by_month": {"month": "month"},
    "by_quarter": {"quarter": "month"},
    "by_year": {"year": "year"},
    "weekday_by_month": {"weekday": "weekday", "month_of_year": "month_of_year"},
}
# Sums of lines and of attributed returns.
LINE_SUMS = ("gross", "returns", "tax", "units", "lines", "credited_returns")
# With purchases: what adds up over names that no purchase has two of. Distinct buyers never add up.
ADDITIVE = (*LINE_SUMS, "purchases")
# Columns of these sums in every table of sales.
SUMS = (
    Column("gross", "money", "sum of positive amounts, tax included"),
    Column("returns", "money", "sum of negative amounts, tax included, at the return's own date"),
    Column("net", "money", "gross + returns"),
    Column("tax", "money", "signed tax within net"),
    Column("units", "quantity", "signed units"),
    Column("lines", "count", "lines"),
    Column("purchases", "count", "purchases, dated at their earliest positive line"),
    Column("buyers", "count", "distinct customers with a purchase here; does not add up"),
    Column(
        "credited_returns",
        "money",
        "returns at the day of their purchase, and where it was made; unmatched ones at their own",
    ),
    METRICS["return_rate"].column(),
)
SHARE = Column(
    "share_of_net", "share", "net / total net; missing when the total is 0", optional=True
)

KEY_FIGURES = Table(
    "key_figures",
    "one row per key figure of the whole data",
    (
        Column("figure", "text", "key of the figure, as in summary.json"),
        Column("label", "text", "how it is called on the page"),
        Column(
            "kind", "text", "money | mean | quantity | count | share | real: how value is shown"
        ),
        Column(
            "value", "real", "exact in whole numbers up to 2^53 of the smallest unit", optional=True
        ),
        Column(
            "comparison",
            "real",
            "last full month against the same month a year before: change as a share, of a rate the "
            "difference (0.01 is one percentage point)",
            optional=True,
        ),
        Column("month_value", "real", "last full month", optional=True),
        Column("year_before_value", "real", "the same month a year before", optional=True),
        Column(
            "compared",
            "text",
            "the two periods in words, or '-' when they aren't wholly inside the data",
        ),
    ),
    key=(),
    title="Key figures",
)


def _by(name: str, title: str, grain: str, *key: Column, share: bool = False) -> Table:
    columns = (*key, *SUMS, SHARE) if share else (*key, *SUMS)
    return Table(name, grain, columns, tuple(c.name for c in key), title)


BY_DAY = _by(
    "by_day",
    "By day",
    "one row per day with a line or purchase",
    Column("day", "day", "trading day"),
)
BY_WEEK = _by(
    "by_week", "By week", "one row per week", Column("day", "day", "first day of the week")
)
BY_MONTH = _by(
    "by_month", "By month", "one row per calendar month", Column("month", "month", "calendar month")
)
BY_QUARTER = _by(
    "by_quarter",
    "By quarter",
    "one row per quarter",
    Column("month", "month", "first month of the quarter"),
)
BY_YEAR = _by(
    "by_year", "By year", "one row per calendar year", Column("year", "number", "calendar year")
)


def _by_dimension(dimension: Dimension) -> Table:
    key = [one for one in DIMENSIONS if one.name in dimension.key]
    return _by(
        dimension.table,
        f"By {dimension.title.lower()}",
        f"one row per {' and '.join(dimension.key).replace('_', ' ')}",
        *(Column(one.name, "text", one.values) for one in key),
        share=True,
    )


BY_DIMENSION = tuple(map(_by_dimension, SUMMED))
WEEKDAY_BY_MONTH = _by(
    "weekday_by_month",
    "Weekday by month",
    "one row per weekday and calendar month of the year (all years together)",
    Column("weekday", "number", "1 Monday to 7 Sunday"),
    Column("month_of_year", "number", "1 to 12"),
)
CITIES = Table(
    "cities",
    "one row per city with coordinates",
    (
        Column("city", "text", "name"),
        Column("latitude", "real", "degrees north"),
        Column("longitude", "real", "degrees east"),
    ),
    key=("city",),
    title="Cities",
)
TABLES = (
    KEY_FIGURES,
    BY_DAY,
    BY_WEEK,
    BY_MONTH,
    BY_QUARTER,
    BY_YEAR,
    *BY_DIMENSION,
    WEEKDAY_BY_MONTH,
    CITIES,
)
