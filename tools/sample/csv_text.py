"""The sample as CSV text: the case study's headers and its two ways to write a date.

UTF-8, comma, line feed after every line, whatever the platform.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from tools.sample import truth
from tools.sample.lines import Line
from tools.sample.shoppers import Shopper, date_of

Row = Sequence[str | int]


def customers(shoppers: Iterable[Shopper]) -> bytes:
    """Customer.csv: one row per customer, the oldest first."""
    rows = [
        (s.customer_id, f"{s.born:%d-%m-%Y}", s.gender, "" if s.city_code is None else s.city_code)
        for s in sorted(shoppers, key=lambda s: (s.born, s.customer_id))
    ]
    return _csv(("customer_Id", "DOB", "Gender", "city_code"), rows)


def transactions(lines: Iterable[Line]) -> bytes:
    """Transactions.csv: one row per line, the latest day first; within a day the order is kept."""
    header = (
        "transaction_id",
        "cust_id",
        "tran_date",
        "prod_subcat_code",
        "prod_cat_code",
        "Qty",
        "Rate",
        "Tax",
        "total_amt",
        "Store_type",
    )
    return _csv(header, [_transaction(line) for line in sorted(lines, key=lambda x: -x.day)])


def products() -> bytes:
    """prod_cat_info.csv: one row per subcategory."""
    rows = [(p.category_code, p.category, p.code, p.name) for p in truth.PRODUCTS]
    return _csv(("prod_cat_code", "prod_cat", "prod_sub_cat_code", "prod_subcat"), rows)


def cities() -> bytes:
    """cities.csv: one row per city; name and degrees are those of its airport in vega_datasets."""
    from vega_datasets import data  # imports pandas, so not before it is needed

    with Path(data.airports.filepath).open(encoding="utf-8", newline="") as text:
        airports = {row["iata"]: row for row in csv.DictReader(text)}
    rows = [
        (
            code,
            airports[airport]["city"],
            f"{float(airports[airport]['latitude']):.4f}",
            f"{float(airports[airport]['longitude']):.4f}",
        )
        for code, airport in enumerate(truth.CITIES, start=1)
    ]
    return _csv(("code", "name", "latitude", "longitude"), rows)


def _transaction(line: Line) -> Row:
    """The fields of a line: quantity, rate and total carry the sign of a return, tax does not."""
    sign = 1 if line.units > 0 else -1
    value_cents = abs(line.units) * line.price * 100
    tax_cents = value_cents * truth.TAX_PERCENT // 100
    return (
        line.transaction_id,
        line.customer_id,
        _date(date_of(line.day)),
        line.product.code,
        line.product.category_code,
        line.units,
        sign * line.price,
        _money(tax_cents),
        _money(sign * (value_cents + tax_cents)),
        line.channel.name,
    )


def _date(when: date) -> str:
    """Day first in both styles; which one is used depends on the day, as in the case study."""
    if when.day > 12:
        return f"{when:%d-%m-%Y}"
    return f"{when.day}/{when.month}/{when.year}"


def _money(cents: int) -> str:
    """An amount without needless zeros: 1250 is 12.5."""
    whole, rest = divmod(abs(cents), 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if cents < 0 else ''}{whole}{decimals}"


def _csv(header: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV file; quotes only where a field needs them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def config() -> bytes:
    """A retail.toml that builds the sample: `retail build --config <folder>/retail.toml`."""
    return b"""\
title = "Sample shop"

[money]
currency = "$"

[input]
folder = "."

[checks]
# Some refunds here are beyond what was paid, planted for this check to find: no page need warn of them.
refunds_beyond_purchase = "info"
"""
