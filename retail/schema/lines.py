"""Line-level tables: what intake writes and aggregates scan. They stay lazy, in any engine."""

from __future__ import annotations

from retail.schema.dimensions import ATTRIBUTED, IN_LINES, OF_LINE, UNKNOWN, Dimension, fields
from retail.schema.table import Column, Table

GUEST = "Guest"  # how lines without a customer are shown
PURCHASE = ["transaction_id", "customer_id"]  # the key of a purchase

# The fields that a transactions file can be mapped to. Only date and an amount (or quantity and
# unit_price) must be mapped.
TRANSACTION_FIELDS = {
    "transaction_id": "receipt or order number; shared by its lines, and by its returns if they share it",
    "customer_id": "who bought; may be blank in a row (a guest); without it, a site without customers",
    "date": "local trading day",
    "product_id": "article number",
    "category": "category name, or its code when there is a products table",
    "subcategory": "subcategory name, or its code when there is a products table; without any, each "
    "category is its only one",
    **fields("transactions"),
    "quantity": "units; negative for a return",
    "unit_price": "price of one unit before tax",
    "amount": "money of the line, tax included; negative for a return",
    "tax": "tax within the amount",
    "line_discount": "money taken off the line, where the amount is quantity x price",
    "parent_id": "order that a return belongs to, where the return has a number of its own",
    "order_shipping": "shipping of the whole order, repeated or blank on its other rows",
    "order_discount": "discount on the whole order, beyond those of its lines",
    "order_tax": "tax on the whole order, where the amounts of its lines are without it",
    "order_refunded": "money given back of the whole order, dated as the order",
    "currency": "currency of the line; only checked: a run needs one currency",
}
# Fields that a file states for a whole order; they become part of its lines, or returns.
ORDER_AMOUNTS = ("order_shipping", "order_discount", "order_tax", "order_refunded")
IDS = ("transaction_id", "customer_id", "product_id")
# Fields that `[input] fold_case` can name.
FOLDED = (*IDS, "category", "subcategory", *(d.name for d in OF_LINE))
CUSTOMER_FIELDS = {
    "customer_id": "the key",
    "birth_date": "date of birth",
    **fields("customers"),
    "contactable": "whether marketing may write to them: yes/no, true/false, 1/0",
}
PRODUCT_FIELDS = {
    "product_id": "the key, if lines have one; then the codes are not needed",
    "category_code": "the key, with subcategory_code",
    "subcategory_code": "unique within its category_code only",
    "category": "name",
    "subcategory": "name",
}
CITY_FIELDS = {
    "code": "the key, as in the city column of customers or transactions",
    "name": "name",
    "latitude": "degrees north",
    "longitude": "degrees east",
}

CHECKED = Table(
    "checked",
    "one row per record of one transactions file that could be read (Parquet, one file per input file)",
    (
        Column("row", "number", "physical line in the input file; the header is 1"),
        Column("transaction_id", "text", "as in the input", optional=True),
        Column(
            "customer_id",
            "text",
            "as in the input; missing for a guest",
            optional=True,
            personal=True,
        ),
        Column("day_first", "day", "the date read day-first, or in its only order", optional=True),
        Column(
            "month_first", "day", "the date read month-first, or in its only order", optional=True
        ),
        Column("date_format", "number", "index of the date's format in the run's list of formats"),
        Column("product_id", "text", "as in the input", optional=True),
        Column("category", "text", "name or code as in the input", optional=True),
        Column("subcategory", "text", "name or code as in the input", optional=True),
        *(Column(d.name, "text", "name or code as in the input", optional=True) for d in OF_LINE),
        Column("quantity", "quantity", "signed units", optional=True),
        Column("unit_price", "money", "price of one unit, as in the input", optional=True),
        Column("amount", "money", "signed, tax included"),
        Column("tax", "money", "as in the input", optional=True),
        *(Column(name, "money", "as in the input", optional=True) for name in ORDER_AMOUNTS),
        Column("hash_high", "number", "first half of a 128-bit hash of the record's text"),
        Column("hash_low", "number", "second half of it"),
    ),
    key=(),
)

# What only intake compares; no engine reads it.
HASHES = ("hash_high", "hash_low")


def _of_line(dimension: Dimension) -> Column:
    if dimension.of == "customer":
        return Column(dimension.name, "text", f"the customer's, or {UNKNOWN}")
    more = "; the line's, else the customer's" if "customers" in dimension.inputs else ""
    return Column(dimension.name, "text", dimension.values + more)


LINES = Table(
    "lines",
    "one row per kept line, dimensions joined (lazy, any engine)",
    (
        Column("file", "number", "index of the input file among the transactions files, by name"),
        Column("row", "number", "physical line in that file"),
        Column("transaction_id", "text", "the input's id; without one, customer and day"),
        Column("has_id", "flag", "whether the id is the input's"),
        Column("customer_id", "text", "empty for a guest (joins need a value)", personal=True),
        Column("day", "day", "local trading day"),
        Column("product_id", "text", "article number; empty when absent"),
        Column("category", "text", "name, or Unknown"),
        Column("subcategory", "text", "name, or Unknown; unique only with its category"),
        *map(_of_line, IN_LINES),
        Column("quantity", "quantity", "signed units; one of the amount's sign when not stated"),
        Column("unit_price", "money", "absolute price of one unit, where stated", optional=True),
        Column("amount", "money", "signed, tax included"),
        Column("tax", "money", "sign of the amount x size of the tax; 0 when not stated"),
    ),
    key=("file", "row"),
)

MERGED = Table(
    "merged",
    "one row per kept line, with columns of customers and products joined (private Parquet): "
    "LINES, and what no sum needs",
    (
        *LINES.columns,
        Column("subcategory_code", "text", "as in the input", optional=True),
        Column("category_code", "text", "as in the input", optional=True),
        Column("birth_day", "day", "date of birth", optional=True, personal=True),
    ),
    key=("file", "row"),
)

# What a purchase has one of.
_ATTRIBUTED = tuple(
    Column(d.name, "text", "of its earliest positive line, the first by name") for d in ATTRIBUTED
)
BOUGHT = Table(
    "bought",
    "one row per transaction and customer with a positive line (lazy, any engine)",
    (
        Column("transaction_id", "text", "the purchase's id"),
        Column("customer_id", "text", "empty for a guest", personal=True),
        Column("day", "day", "its earliest positive line"),
        *_ATTRIBUTED,
        Column("gross", "money", "sum of its positive lines"),
        Column("units", "quantity", "units of its positive lines"),
        Column("tax", "money", "tax of its positive lines"),
        Column("lines", "count", "how many positive lines it has"),
        *(
            Column(
                f"{end}_{d.name}", "number", f"of its positive lines, the {end} by name: its place"
            )
            for d in IN_LINES
            for end in ("first", "last")
        ),
    ),
    key=tuple(PURCHASE),
)


def purchase_columns() -> tuple[Column, ...]:
    """What a return has of the purchase that it is credited to."""
    return tuple(
        Column(f"purchase_{d.name}", "text", f"{d.name} of that purchase", optional=True)
        for d in ATTRIBUTED
    )


MATCHED = Table(
    "matched",
    "one row per return line, credited to a purchase where one is found (lazy, any engine)",
    (
        *LINES.columns,
        Column("purchase_id", "text", "id of the purchase it is credited to", optional=True),
        Column("purchase_customer", "text", "customer of that purchase", optional=True),
        Column("purchase_day", "day", "day of that purchase", optional=True),
        *purchase_columns(),
        Column("return_rule", "text", "same id | same price | same product | unmatched"),
        *(
            Column(f"attributed_{d.name}", "text", "of that purchase, else its own")
            for d in ATTRIBUTED
        ),
    ),
    key=("file", "row"),
)

PURCHASES = Table(
    "purchases",
    "one row per purchase (lazy, any engine)",
    (
        Column("transaction_id", "text", "the purchase's id"),
        Column("customer_id", "text", "missing for a guest", optional=True, personal=True),
        Column("day", "day", "its earliest positive line"),
        *_ATTRIBUTED,
        Column("gross", "money", "sum of its positive lines"),
        Column("returned", "money", "sum of the returns matched to it, not above 0"),
        Column("kept", "money", "gross + returned; a kept purchase has more than 0"),
        Column("units", "quantity", "units of its positive lines"),
    ),
    key=tuple(PURCHASE),
)

RETURN_LINES = Table(
    "return_lines",
    "one row per return line, with the purchase it is credited to",
    (
        Column("file", "number", "index of the input file"),
        Column("row", "number", "physical line in that file"),
        Column("transaction_id", "text", "the return's own id"),
        Column("customer_id", "text", "missing for a guest", optional=True, personal=True),
        Column("day", "day", "day of the return"),
        Column(
            "purchase_id",
            "text",
            "the purchase it is credited to; missing when unmatched",
            optional=True,
        ),
        Column(
            "purchase_customer",
            "text",
            "customer of that purchase; empty for a guest",
            optional=True,
            personal=True,
        ),
        Column("purchase_day", "day", "day of that purchase", optional=True),
        Column("return_rule", "text", "same id | same price | same product | unmatched"),
        Column("has_id", "flag", "whether transaction_id is the input's"),
        Column("category", "text", "name"),
        Column("subcategory", "text", "name"),
        *(Column(d.name, "text", "the purchase's, else its own") for d in ATTRIBUTED),
        Column("quantity", "quantity", "negative units"),
        Column("amount", "money", "negative"),
    ),
    key=("file", "row"),
)
