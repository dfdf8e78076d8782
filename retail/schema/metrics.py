"""Every figure of the product, one record each: what it adds up, what it divides by, how it is called.

Key figures, tables of sums, the tiles of the page (which get these records and compute from them) and the
glossary read METRICS. A figure of sums that are there already is one more record; docs/architecture.md has the
recipe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from retail.schema.dimensions import ATTRIBUTED
from retail.schema.table import Column, Kind


@dataclass(frozen=True)
class Metric:
    """One figure.

    over: sums by name, each with its sign; under: sums to divide by, none where it is a sum itself.
    needs: field without which the input can't tell it.
    term: entry of the glossary, by default the label; meaning and formula: what it says there; subject:
        under which heading; pages: that show it.
    tile: what its tile is called, by default the label.
    """

    name: str
    label: str
    kind: Literal["money", "quantity", "count", "share", "real"]
    over: Mapping[str, int]
    under: Mapping[str, int] = field(default_factory=dict)
    needs: str = ""
    subject: str = "Money"
    term: str = ""
    meaning: str = ""
    formula: str = ""
    pages: tuple[str, ...] = ("index",)
    tile: str = ""

    @property
    def title(self) -> str:
        """What an axis or column of it is called."""
        return f"{self.label}, tax included" if self.kind == "money" else self.label

    def value(self, sums: Mapping[str, int]) -> float | None:
        """The figure of some sums, not rounded; None when there is nothing to divide by.

        >>> METRICS["average_order"].value({"gross": 250, "purchases": 100})
        2.5
        """
        above = total(self.over, sums)
        if not self.under:
            return above
        below = total(self.under, sums)
        return above / below if below > 0 else None

    @property
    def column_kind(self) -> Kind:
        """What a column of it holds: money by the piece is a mean."""
        return "mean" if self.kind == "money" and self.under else self.kind

    def column(self, about: str = "") -> Column:
        """Its column in a table."""
        return Column(self.name, self.column_kind, about or self.formula, optional=bool(self.under))


def total(signed: Mapping[str, int], sums: Any) -> Any:
    """What is added up of sums by name, be they numbers or columns of a table."""
    return sum(sign * sums[name] for name, sign in signed.items())


_NET = {"gross": 1, "returns": 1}
_PLACE = ", ".join(d.title.lower() for d in ATTRIBUTED)
_ALL = (
    Metric(
        "net",
        "Net revenue",
        "money",
        _NET,
        meaning="What is left of sales after returns, tax included. There is no cost in the data, so "
        "nothing here is called profit.",
        formula="gross + returns",
        pages=("index", "segments", "clusters", "customers"),
    ),
    Metric(
        "net_ex_tax",
        "Net revenue ex tax",
        "money",
        {**_NET, "tax": -1},
        needs="tax",
        meaning="Net revenue without the tax in it.",
        formula="net - tax",
        tile="ex tax",
    ),
    Metric(
        "gross",
        "Gross revenue",
        "money",
        {"gross": 1},
        meaning="What was sold, tax included.",
        formula="sum of positive amounts",
    ),
    Metric(
        "returns",
        "Returns",
        "money",
        {"returns": 1},
        meaning="What was given back, tax included. Shown at the return's own date, below zero.",
        formula="sum of negative amounts",
        pages=("index", "quality"),
    ),
    Metric(
        "return_rate",
        "Return rate",
        "share",
        {"credited_returns": -1},
        {"gross": 1},
        subject="Buying",
        meaning="The share of sales that came back, by value. A return is credited to the purchase it "
        f"belongs to: its date, category, {_PLACE} and segment. Returns of the last days are still to "
        "come, so their rate is too low and drawn hatched.",
        formula="-credited_returns / gross",
        pages=("index", "segments", "returns"),
    ),
    Metric(
        "units",
        "Units",
        "quantity",
        {"units": 1},
        needs="quantity",
        meaning="Pieces sold less pieces returned.",
        formula="sum of signed quantities",
    ),
    Metric(
        "purchases",
        "Purchases",
        "count",
        {"purchases": 1},
        subject="Buying",
        term="Purchase",
        meaning="A transaction with at least one positive line, dated at its earliest positive line; the "
        "dashboard says order. Trends count purchases by that date, so they add up.",
        formula="number of transactions with an amount above 0",
        tile="Orders",
    ),
    Metric(
        "kept_purchases",
        "Kept purchases",
        "count",
        {"kept_purchases": 1},
        subject="Buying",
        term="Kept purchase",
        meaning="A purchase of which something is left after what was returned of it.",
        formula="positive lines + returns matched to it > 0",
        pages=("segments", "customers"),
    ),
    Metric(
        "average_order",
        "Average order",
        "money",
        {"gross": 1},
        {"purchases": 1},
        subject="Buying",
        meaning="What a purchase comes to, before returns. With a filter on products: what is spent on these "
        "products in a purchase that has one of them.",
        formula="gross / purchases",
        pages=("index", "segments"),
    ),
    Metric(
        "buyers",
        "Buyers",
        "count",
        {"buyers": 1},
        needs="customer_id",
        subject="Customers",
        term="Buyer",
        meaning="A customer with a purchase. Buyers of two products are one buyer, so they don't add up.",
        formula="number of distinct customers with a purchase",
    ),
    Metric(
        "average_daily_net",
        "Average daily net revenue",
        "money",
        _NET,
        {"days": 1},
        subject="Buying",
        meaning="Net revenue per calendar day, days without a sale included. The range is cut to the "
        "days from the first date to the last purchase.",
        formula="net / calendar days of the range",
        tile="a day",
    ),
    Metric(
        "transactions",
        "Transactions",
        "count",
        {"transactions": 1},
        subject="Buying",
        term="Transaction",
        meaning="All lines with one id; without an id column, all lines of one customer on one date. "
        "Transactions are distinct ids: one that spans two months counts in both, so they don't add up.",
        formula="number of distinct ids",
    ),
    Metric(
        "tax",
        "Tax",
        "money",
        {"tax": 1},
        needs="tax",
        meaning="The tax within net revenue. A return takes its tax back.",
        formula="sum of sign(amount) × |tax of the line|",
    ),
)
METRICS = {metric.name: metric for metric in _ALL}
# Those that the dashboard shows of a selection, in its order.
TILES = (
    "net", "net_ex_tax", "average_daily_net", "purchases", "buyers", "average_order", "units",
    "return_rate",
)  # fmt: skip
