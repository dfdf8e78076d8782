"""Line-level tables: what intake writes and aggregates scan. They stay lazy, in any engine."""

from __future__ import annotations

from retail.schema.table import Column, Table

UNKNOWN = "Unknown"  # the value of a blank or unmatched gender, city, channel or category
GUEST = "Guest"  # how lines without a customer are shown

# The fields that a transactions file can be mapped to. Only customer_id, date and an amount (or
# quantity and unit_price) must be mapped.
TRANSACTION_FIELDS = {
    "transaction_id": "receipt or order number; shared by its lines, and by its returns if they share it",
    "customer_id": "who bought; may be blank in a row (a guest)",
    "date": "local trading day",
    "product_id": "article number",
    "category": "category name, or its code when there is a products table",
    "subcategory": "subcategory name, or its code when there is a products table; without any, each "
    "category is its only one",
    "channel": "where it was sold: shop, web, telephone",
    "city": "where it was sold; without it, the customer's city",
    "quantity": "units; negative for a return",
    "unit_price": "price of one unit before tax",
    "amount": "money of the line, tax included; negative for a return",
    "tax": "tax within the amount",
    "currency": "currency of the line; only checked: a run needs one currency",
}
CUSTOMER_FIELDS = {
    "customer_id": "the key",
    "birth_date": "date of birth",
    "gender": "as stated",
    "city": "city code or name",
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
        Column("channel", "text", "as in the input", optional=True),
        Column("city", "text", "name or code as in the input", optional=True),
        Column("quantity", "quantity", "signed units", optional=True),
        Column("unit_price", "money", "price of one unit, as in the input", optional=True),
        Column("amount", "money", "signed, tax included"),
        Column("tax", "money", "as in the input", optional=True),
        Column("hash_high", "number", "first half of a 128-bit hash of the record's text"),
        Column("hash_low", "number", "second half of it"),
        Column("transaction_key", "number", "64-bit hash of transaction_id", optional=True),
        Column("customer_key", "number", "64-bit hash of customer_id", optional=True),
        Column("product_key", "number", "64-bit hash of product_id", optional=True),
        Column(
            "shelf_key", "number", "64-bit hash of category and subcategory as read", optional=True
        ),
    ),
    key=(),
)

# What only intake compares; no engine reads it.
HASHES = (
    "hash_high",
    "hash_low",
    "transaction_key",
    "customer_key",
    "product_key",
    "shelf_key",
)

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
        Column("channel", "text", "name, or Unknown"),
        Column("city", "text", "name, or Unknown; the line's, else the customer's"),
        Column("gender", "text", "the customer's, or Unknown"),
        Column("quantity", "quantity", "signed units; one of the amount's sign when not stated"),
        Column("unit_price", "money", "absolute price of one unit, where stated", optional=True),
        Column("amount", "money", "signed, tax included"),
        Column("tax", "money", "sign of the amount x size of the tax; 0 when not stated"),
    ),
    key=("file", "row"),
)

MERGED = Table(
    "merged",
    "one row per kept line, with the columns of customers and products beside it (private Parquet): "
    "LINES, and what no sum needs",
    (
        *LINES.columns,
        Column("subcategory_code", "text", "as in the input", optional=True),
        Column("category_code", "text", "as in the input", optional=True),
        Column("birth_day", "day", "date of birth", optional=True, personal=True),
    ),
    key=("file", "row"),
)

BOUGHT = Table(
    "bought",
    "one row per transaction and customer with a positive line (lazy, any engine)",
    (
        Column("transaction_id", "text", "the purchase's id"),
        Column("customer_id", "text", "empty for a guest", personal=True),
        Column("day", "day", "its earliest positive line"),
        Column("channel", "text", "of its earliest positive line, the first by name"),
        Column("gross", "money", "sum of its positive lines"),
        Column("units", "quantity", "units of its positive lines"),
        Column("tax", "money", "tax of its positive lines"),
        Column("lines", "count", "how many positive lines it has"),
        Column(
            "first_channel",
            "number",
            "of its positive lines, the first by name: its place among all",
        ),
        Column("last_channel", "number", "the last by name"),
        Column(
            "first_city", "number", "of its positive lines, the first by name: its place among all"
        ),
        Column("last_city", "number", "the last by name"),
        Column(
            "first_gender",
            "number",
            "of its positive lines, the first by name: its place among all",
        ),
        Column("last_gender", "number", "the last by name"),
    ),
    key=("transaction_id", "customer_id"),
)

MATCHED = Table(
    "matched",
    "one row per return line, credited to a purchase where one is found (lazy, any engine)",
    (
        *LINES.columns,
        Column("purchase_id", "text", "id of the purchase it is credited to", optional=True),
        Column("purchase_customer", "text", "customer of that purchase", optional=True),
        Column("purchase_day", "day", "day of that purchase", optional=True),
        Column("purchase_channel", "text", "channel of that purchase", optional=True),
        Column("return_rule", "text", "same id | same price | same product | unmatched"),
        Column("credited_channel", "text", "of that purchase, else its own"),
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
        Column("channel", "text", "of its earliest positive line, the first by name"),
        Column("gross", "money", "sum of its positive lines"),
        Column("returned", "money", "sum of the returns matched to it, not above 0"),
        Column("kept", "money", "gross + returned; a kept purchase has more than 0"),
        Column("units", "quantity", "units of its positive lines"),
    ),
    key=("transaction_id", "customer_id"),
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
        Column("channel", "text", "the purchase's channel, else its own"),
        Column("quantity", "quantity", "negative units"),
        Column("amount", "money", "negative"),
    ),
    key=("file", "row"),
)
