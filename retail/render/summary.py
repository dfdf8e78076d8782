"""summary.json: the figures of a run for machines, and its JSON Schema.

Money has two decimals, rounded half up from exact whole numbers. A part whose columns the input
lacks is null or empty.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from retail.schema.dimensions import SUMMARISED, names

SCHEMA_VERSION = 1
Money = Annotated[Decimal, Meta(description="two decimals, rounded half up from the exact sum")]
Count = Annotated[int, Meta(ge=0)]
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class Lines(Struct, frozen=True):
    """Lines of the transactions: read = kept + duplicates + set_aside + those left out by rule."""

    read: Count | None
    kept: Count
    duplicates: Count
    set_aside: Count


class Sums(Struct, frozen=True):
    """Money of the kept lines, tax included but for `tax`."""

    gross: Money
    returns: Money
    net: Money
    tax: Money


class Transactions(Struct, frozen=True):
    """Distinct ids, those with a positive line, and those of which something is left."""

    distinct: Count | None
    purchases: Count
    kept: Count | None


class Customers(Struct, frozen=True):
    """known = scored + nothing_kept + refund_only + prospects; buyers have a purchase."""

    known: Count | None
    buyers: Count | None
    scored: Count | None
    nothing_kept: Count | None
    refund_only: Count | None
    prospects: Count | None


# The year stands where it always stood, so that files of two versions compare.
_NET_BY = [*names(SUMMARISED[:2]), "year", *names(SUMMARISED[2:])]
NetBy = msgspec.defstruct(
    "NetBy",
    [(name, dict[str, Money] | None) for name in _NET_BY],
    frozen=True,
    namespace={"__doc__": "Net revenue by value; null when the input has no such column."},
)


class CutPoints(Struct, frozen=True):
    """Upper limits of the scores, ascending: days, orders, money."""

    recency: list[float]
    frequency: list[float]
    monetary: list[Money]


class Rfm(Struct, frozen=True):
    """Scores and names."""

    bins: Count
    cut_points: CutPoints
    segments: dict[str, Count]
    seven_levels: dict[str, Count]


class Noise(Struct, frozen=True):
    """Silhouettes of the permutations."""

    mean: float | None
    max: float | None
    permutations: Count


class Clusters(Struct, frozen=True):
    """The configured pair of components and clusters."""

    components: Count
    clusters: Count
    sizes: list[Count]
    names: list[str]
    silhouette: float
    inertia: float
    explained_variance: float
    noise: Noise
    recommended: bool


class DateFormat(Struct, frozen=True):
    """How one format of a date column is read, and why."""

    order: str
    evidence: str


class Cube(Struct, frozen=True):
    """Sums that the dashboard filters in place of the lines."""

    name: str
    dimensions: list[str]
    grain: str
    rows: Count
    bytes: Count


class Dashboard(Struct, frozen=True):
    """What the dashboard filters: the lines, or cubes and a random sample of customers."""

    form: str
    cubes: list[Cube]
    sampled_customers: Count | None


class Summary(Struct, frozen=True):
    """The figures of one run of Retail Report."""

    schema_version: int
    as_of: Date
    through: Date
    first_date: Date
    lines: Lines
    money: Sums
    units: Decimal
    transactions: Transactions
    customers: Customers
    net_by: NetBy  # type: ignore[valid-type]
    rfm: Rfm | None
    clusters: Clusters | None
    dates: dict[str, dict[str, DateFormat]]
    dashboard: Dashboard | None


def encode(summary: Summary) -> bytes:
    """summary.json: money as JSON numbers with two decimals, two blanks of indent."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return msgspec.json.format(encoder.encode(summary), indent=2) + b"\n"


def schema() -> bytes:
    """The JSON Schema of summary.json; its decimals are JSON numbers."""
    described: dict[str, Any] = msgspec.json.schema(Summary)
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    _decimals_as_numbers(described)
    return msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n"


def _decimals_as_numbers(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("format") == "decimal":
            node["type"] = "number"
            del node["format"]
        for child in node.values():
            _decimals_as_numbers(child)
    elif isinstance(node, list):
        for child in node:
            _decimals_as_numbers(child)
