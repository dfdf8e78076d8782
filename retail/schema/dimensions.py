"""Every column by which the product adds up and filters, one record each.

Input mapping, tables by value, cubes, slices, privacy, charts and the page's filters read these records.
To add a column of the transactions, add a record to DIMENSIONS (docs/architecture.md has the recipe).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

UNKNOWN = "Unknown"  # the value of a blank or unmatched name
OTHER = "Other"  # stands for the names that a chart or cube has no room for
NOT_SHOWN = "Not shown"  # stands for what the level public hides


@dataclass(frozen=True)
class Dimension:
    """One column with names to add up by.

    name: of the column in every table.
    title: of its filter, such as "Channel"; many: in a sentence, such as "channels".
    of: whose it is. A line's value may differ within a purchase; a customer has one; a score is computed
        and is no column of the input.
    inputs: by input table what its column says, for the list of fields that `[columns]` can map.
    headers: words by which `retail init` knows a user's header.
    field: the input's field, where it is called otherwise than the column.
    values: what a cell of it holds, for the data dictionary.
    by: what sums are "by", where that is more than the title.
    within: the column that it divides, without which its names say nothing.
    is_attributed: a purchase has one value, that of its earliest positive line (the first by name), and
        its returns count there. Without it a return counts under its own line's value.
    is_watched: a name that comes or goes is a step of the bridge between months and fails a check.
    is_ordered: its names sort in an order of their own.
    kept_names: how many names cubes keep, and how many when that is too much.
    own_cubes: names of the cube by it alone and of the one with the others, for a column with so many
        names that it would make every cube too large.
    bars: key of its bars; by default what many are called.
    """

    name: str
    title: str
    many: str
    of: Literal["line", "customer", "score"] = "line"
    inputs: Mapping[str, str] = field(default_factory=dict)
    headers: str = ""
    field: str = ""
    values: str = f"name, or {UNKNOWN}"
    by: str = ""
    within: str = ""
    is_attributed: bool = False
    is_watched: bool = False
    is_ordered: bool = False
    kept_names: tuple[int, int] = (12, 6)
    own_cubes: tuple[str, str] | None = None
    bars: str = ""

    @property
    def table(self) -> str:
        """The table of sums by it."""
        return f"by_{self.name}"

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row of this table."""
        return (self.within, self.name) if self.within else (self.name,)

    @property
    def needs(self) -> str:
        """The input's field without which every value would be Unknown."""
        return self.field or self.name

    @property
    def stated(self) -> str:
        """The input's field without which every customer's would be Unknown: lines may have one of their own."""
        is_of_both = self.of == "line" and "customers" in self.inputs
        return f"customer_{self.name}" if is_of_both else self.needs

    @property
    def figure(self) -> str:
        """The key of its bars."""
        return self.bars or self.many.replace(" ", "-")


DIMENSIONS = (
    Dimension("category", "Category", "categories", is_watched=True),
    Dimension(
        "subcategory",
        "Subcategory",
        "subcategories",
        values="name; unique only with its category",
        within="category",
    ),
    Dimension(
        "channel",
        "Channel",
        "channels",
        inputs={"transactions": "where it was sold: shop, web, telephone"},
        headers=(
            "channel storetype saleschannel shoptype store kanal canal canale filiale tienda magasin "
            "negozio storeid storename branch outlet register purchasepoint vertriebsweg distributionchannel shop"
        ),
        is_attributed=True,
        is_watched=True,
    ),
    Dimension(
        "city",
        "City",
        "cities",
        inputs={
            "transactions": "where it was sold; without it, the customer's city",
            "customers": "city code or name",
        },
        headers=(
            "city town citycode cityid location stadt ort ciudad ville citta billingcity shippingcity "
            "customercity"
        ),
        kept_names=(30, 10),
        own_cubes=("cities", "places"),
    ),
    Dimension(
        "gender",
        "Gender",
        "gender",
        of="customer",
        inputs={"customers": "as stated"},
        headers="gender sex geschlecht sexo sexe sesso genero",
        values=f"as stated, or {UNKNOWN}",
        by="gender of the customer",
    ),
    Dimension(
        "age_band",
        "Age",
        "age",
        of="customer",
        field="birth_date",
        values=f"age at as-of, or {UNKNOWN}",
        by="age at the end of the data",
        is_ordered=True,
        bars="age-bands",
    ),
    Dimension("cell", "R x F cell", "cells", of="score"),
    Dimension("segment", "Segment", "segments", of="score"),
    Dimension("cluster", "Cluster", "clusters", of="score"),
)

# Dimensions with a table of sums by them, category and subcategory first.
SUMMED = tuple(d for d in DIMENSIONS if d.of != "score")
# category and subcategory: two columns, which the page filters as one, the product.
PRODUCT = tuple(d for d in SUMMED if d.within or any(o.within == d.name for o in DIMENSIONS))
# All dimensions with sums but those two: channel, city, gender, age_band.
NAMED = tuple(d for d in SUMMED if d not in PRODUCT)
# Columns of LINES (channel, city, gender): stated by the line, or joined from its customer.
IN_LINES = tuple(d for d in NAMED if d.inputs)
BY_LINE = (*PRODUCT, *IN_LINES)  # keys of sums of lines
OF_LINE = tuple(d for d in NAMED if d.of == "line")  # channel, city
ATTRIBUTED = tuple(d for d in NAMED if d.is_attributed)  # one value for each purchase: channel
OF_CUSTOMER = tuple(d for d in NAMED if d.of == "customer")  # gender, age_band
# Columns of CUSTOMERS: OF_CUSTOMER, and columns of lines that the customers input has too (city).
IN_CUSTOMERS = tuple(d for d in NAMED if d.of == "customer" or "customers" in d.inputs)
SLICED = (*ATTRIBUTED, *OF_CUSTOMER, *(d for d in IN_CUSTOMERS if d.of == "line"))
SUMMARISED = (PRODUCT[0], *OF_LINE)  # summary.json has net revenue by each
# Columns that the customers input can have: gender, then city, which lines can have too.
STATED = tuple(sorted((d for d in IN_CUSTOMERS if d.inputs), key=lambda d: d.of == "line"))
WATCHED = tuple(d for d in SUMMED if d.is_watched)
SCORES = tuple(d for d in DIMENSIONS if d.of == "score")
# Column -> title, for the mix of a segment or cluster (SEGMENT_MIX, CLUSTER_MIX).
MIXES = {
    "lifecycle": "Lifecycle",
    **{d.name: f"{d.title} of their orders" for d in ATTRIBUTED},
    **{d.name: d.title for d in reversed(IN_CUSTOMERS)},
    "segment": "Segment",
}


def names(dimensions: tuple[Dimension, ...]) -> tuple[str, ...]:
    """The column of each dimension."""
    return tuple(d.name for d in dimensions)


def fields(table: str) -> dict[str, str]:
    """The fields of an input table that are dimensions of their own, and what each says."""
    return {d.name: d.inputs[table] for d in DIMENSIONS if table in d.inputs}
