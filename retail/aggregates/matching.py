"""Rules 2 and 3 of matching returns to purchases: a walk through time, in plain Python.

It sees only the returns that no id explains and the purchase lines of the same customers and
products. Ties are broken by values, never by the position of a row, so the order of the input and
its split into files change nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

FOUND = ["file", "row", "late_id", "late_day", "late_channel", "late_rule"]
# What distinguishes two returns; those equal in all of it are interchangeable.
BY_VALUE = [
    "day",
    "unit_price",
    "amount",
    "quantity",
    "tax",
    "transaction_id",
    "category",
    "subcategory",
    "channel",
    "city",
]


@dataclass
class Lot:
    """Units of one product that one purchase sold at one price, and how many are left."""

    day: int
    transaction_id: str
    price: int
    channel: str
    left: int


def walk(returns: pd.DataFrame, bought: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """file, row, late_id, late_day, late_channel, late_rule: one row per return that finds a purchase.

    returns: MATCHED lines without a purchase, with `product`. bought: positive lines of the same
    customers and products, with the `purchase_day`. used: returns of these products that rule 1
    has credited already; their units are not left any more. First every return is tried by rule
    2, then those that remain by rule 3: an equal price is the stronger evidence.
    """
    shelves = _lots(bought)
    _take_used(shelves, used)
    found: list[tuple[Any, ...]] = []
    waiting = _priced(returns).sort_values(["customer_id", "product", *BY_VALUE], kind="stable")
    pending = waiting.to_dict("records")
    for rule in ("same price", "same product"):
        still = []
        for line in pending:
            lot = _latest(shelves.get((line["customer_id"], line["product"]), []), line, rule)
            if lot is None:
                still.append(line)
                continue
            lot.left -= min(lot.left, abs(int(line["quantity"])))
            found.append(
                (line["file"], line["row"], lot.transaction_id, lot.day, lot.channel, rule)
            )
        pending = still
    table = pd.DataFrame(found, columns=FOUND)
    whole = dict.fromkeys(("file", "row", "late_day"), "int64")
    return table.astype({**whole, **dict.fromkeys(("late_id", "late_channel", "late_rule"), "str")})


def _latest(lots: list[Lot], line: Mapping[Hashable, Any], rule: str) -> Lot | None:
    """The latest lot with units left, not after the return; of equal days the last by id, then price."""
    for lot in lots:  # sorted latest first
        is_price = rule == "same product" or lot.price == line["unit_price"]
        if lot.left > 0 and lot.day <= line["day"] and is_price:
            return lot
    return None


def _priced(lines: pd.DataFrame) -> pd.DataFrame:
    """`lines` with a unit price for all: the stated one, else |amount| / |quantity| rounded down."""
    units = lines["quantity"].astype("int64").abs().clip(lower=1)
    derived = lines["amount"].astype("int64").abs() // units
    stated = lines["unit_price"].astype("Int64")
    return lines.assign(unit_price=stated.fillna(derived).astype("int64"))


def _lots(bought: pd.DataFrame) -> dict[tuple[str, str], list[Lot]]:
    """Lots by customer and product, latest first."""
    keys = ["customer_id", "product", "purchase_day", "transaction_id", "unit_price"]
    grouped = _priced(bought).groupby(keys, sort=True).agg({"channel": "min", "quantity": "sum"})
    shelves: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for (customer, product, day, purchase, price), channel, units in zip(
        grouped.index, grouped["channel"], grouped["quantity"], strict=True
    ):
        shelves[customer, product].append(Lot(int(day), purchase, int(price), channel, int(units)))
    for lots in shelves.values():
        lots.reverse()
    return dict(shelves)


def _take_used(shelves: dict[tuple[str, str], list[Lot]], used: pd.DataFrame) -> None:
    """Take away what rule 1 credited: from lots of the same price first, then from the others."""
    lines = _priced(used).sort_values(["unit_price", "quantity"], kind="stable").to_dict("records")
    for is_price in (True, False):
        for line in lines:
            owed = abs(int(line["quantity"])) if is_price else line["owed"]
            for lot in shelves.get((line["customer_id"], line["product"]), []):
                same = lot.transaction_id == line["purchase_id"]
                if same and (not is_price or lot.price == line["unit_price"]):
                    taken = min(max(lot.left, 0), owed)
                    lot.left -= taken
                    owed -= taken
            line["owed"] = owed


def written(table: pd.DataFrame, path: Path) -> Path:
    """`path`, after writing `table` there as Parquet for the engine to read."""
    table.to_parquet(path, index=False)
    return path
