"""Rules 2 and 3 of matching returns to purchases: a walk through time, in plain Python.

It sees only the returns that no id explains and the purchase lines of the same customers and
products. Ties are broken by values, never by the position of a row, so the order of the input and
its split into files change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from retail.aggregates.purchases import PURCHASE_COLUMNS
from retail.schema.dimensions import OF_LINE, names

SAME_PRICE, SAME_PRODUCT = "same price", "same product"
FOUND = {
    "file": "int64",
    "row": "int64",
    "late_id": "str",
    "late_day": "int64",
    **{f"late_{name}": "str" for name in PURCHASE_COLUMNS},
    "late_rule": "str",
}
# In which order returns choose; those equal in all of it are interchangeable.
BY_VALUE = [
    "day", "unit_price", "amount", "quantity", "tax", "transaction_id", "category", "subcategory",
    *names(OF_LINE),
]  # fmt: skip


class Back(NamedTuple):
    """A return line, with the columns that matching reads; `unit_price` in the smallest unit of money."""

    file: int
    row: int
    customer_id: str
    product: str
    day: int
    unit_price: int
    quantity: int


@dataclass(slots=True)
class Lot:
    """Units of one product that one purchase sold at one price, and how many are left.

    values: of the purchase, in PURCHASE_COLUMNS.
    """

    day: int
    transaction_id: str
    price: int
    values: tuple[str, ...]
    left: int


Lots = Mapping[tuple[str, str], list[Lot]]  # by customer and product, latest first


def walk(returns: pd.DataFrame, sold: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """FOUND: file and row of each return that finds a purchase, that purchase, and the rule.

    returns: MATCHED lines without a purchase, with `product`. sold: positive LINES of the same
    customers and products, with `product` and `purchase_day`. used: MATCHED lines of these products
    that rule 1 has credited, `customer_id` being the buyer's; their units are not left.

    First all returns are tried by rule 2, in the order of time, then those that remain by rule 3: an
    equal price is stronger evidence than an earlier date.
    """
    lots = _lots(sold)
    _take_used(lots, used)
    pending = _priced(returns).sort_values(["customer_id", "product", *BY_VALUE], kind="stable")
    waiting = list(pending[list(Back._fields)].itertuples(index=False, name=None))
    found: list[tuple[Any, ...]] = []
    for rule in (SAME_PRICE, SAME_PRODUCT):
        still = []
        for values in waiting:
            line = Back(*values)
            lot = _latest(lots, line, rule)
            if lot is None:
                still.append(values)
                continue
            lot.left -= min(lot.left, abs(int(line.quantity)))
            found.append((line.file, line.row, lot.transaction_id, lot.day, *lot.values, rule))
        waiting = still
    return pd.DataFrame(found, columns=list(FOUND)).astype(FOUND)


def _latest(lots: Lots, line: Back, rule: str) -> Lot | None:
    """The latest lot that the return `line` can belong to by `rule`; None when there is none.

    A lot must be of the same customer and product, dated no later than the return, with units left. Lots of
    one day are tried from the last to the first, by transaction id and price.
    """
    for lot in lots.get((line.customer_id, line.product), []):
        is_price = rule == SAME_PRODUCT or lot.price == line.unit_price
        if lot.left > 0 and lot.day <= line.day and is_price:
            return lot
    return None


def _priced(lines: pd.DataFrame) -> pd.DataFrame:
    """`lines` with a unit price for all: the stated one, else |amount| / |quantity| rounded down."""
    units = lines["quantity"].astype("int64").abs().clip(lower=1)
    derived = lines["amount"].astype("int64").abs() // units
    stated = lines["unit_price"].astype("Int64")
    return lines.assign(unit_price=stated.fillna(derived).astype("int64"))


def _lots(sold: pd.DataFrame) -> Lots:
    keys = ["customer_id", "product", "purchase_day", "transaction_id", "unit_price"]
    how = {**dict.fromkeys(PURCHASE_COLUMNS, "min"), "quantity": "sum"}
    summed = _priced(sold).groupby(keys, sort=True).agg(how)
    values = zip(*(summed[name] for name in PURCHASE_COLUMNS), strict=True)
    lots: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for (customer, product, day, purchase, price), of_purchase, units in zip(
        summed.index, values, summed["quantity"], strict=True
    ):
        lot = Lot(int(day), purchase, int(price), of_purchase, int(units))
        lots[customer, product].append(lot)
    for of_product in lots.values():
        of_product.reverse()
    return dict(lots)


def _take_used(lots: Lots, used: pd.DataFrame) -> None:
    """Subtract the units of returns that rule 1 credited (`used`) from the lots of their purchase.

    Lots with the return's unit price come first, then the others.
    """
    lines = _priced(used).sort_values(["unit_price", "quantity"], kind="stable").to_dict("records")
    owed = [abs(int(line["quantity"])) for line in lines]
    for is_same_price in (True, False):
        for number, line in enumerate(lines):
            for lot in lots.get((line["customer_id"], line["product"]), []):
                if lot.transaction_id != line["purchase_id"]:
                    continue
                if is_same_price and lot.price != line["unit_price"]:
                    continue
                taken = min(max(lot.left, 0), owed[number])
                lot.left -= taken
                owed[number] -= taken
