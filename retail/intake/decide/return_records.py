"""A returns table of its own: each record becomes negative lines beside the transactions.

What a record does not state (customer, product, date, amount) is taken from the purchase it names:
by its order, else by customer and product, the latest purchase that is not after it. An order
without product, quantity or amount is returned as a whole. What can't be known that way is set
aside.

A record that stands for several lines would need one row for all; its second line goes into a
second part, its third into a third, so that file and row still name one line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.intake import checked_parquet
from retail.intake.read_report import Reject
from retail.schema.dimensions import OF_LINE, names

TEXTS = ("customer_id", "product_id", "category", "subcategory", *names(OF_LINE))
NUMBERS = ("quantity", "unit_price", "amount", "tax")
VALUES = ("transaction_id", *TEXTS, *NUMBERS)
SOLD = (*VALUES, "day_first", "month_first", "date_format")
Record = dict[str, Any]


@dataclass
class Completed:
    """Returns as lines: one Parquet table per part, and what became of the records."""

    parts: list[list[Record]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    rejected_amount: int = 0
    repeats: int = 0
    repeats_amount: int = 0
    spelled_out: int = 0  # lines beyond one per record
    amount_from_purchases: int = 0  # money that the records do not state
    undated: int = 0  # records dated as their purchase

    def add(self, record: Record, lines: Iterable[Record]) -> None:
        """The lines that one record stands for."""
        for at, line in enumerate(lines):
            if at == len(self.parts):
                self.parts.append([])
            self.parts[at].append(line)
            self.spelled_out += at > 0
            self.amount_from_purchases += line["amount"]
        self.amount_from_purchases -= record["amount"] or 0


@dataclass
class Purchases:
    """Positive lines that returns may be of."""

    by_order: dict[str, list[Record]]
    by_product: dict[tuple[str, str], list[Record]]


def records(path: Path, is_day_first: Sequence[bool]) -> list[Record]:
    """The records of a checked returns file, each with `day` (None without a date)."""
    table = pq.read_table(path)
    found = _with_day(table, is_day_first).to_pylist()
    for record in found:
        for name in ("transaction_id", *TEXTS, *NUMBERS):
            record.setdefault(name, None)
    return found


def purchases(
    paths: Sequence[Path],
    is_repeat: Sequence[np.ndarray],
    is_day_first: Sequence[bool],
    returned: Sequence[Record],
) -> Purchases:
    """The positive lines of the orders, and of the customers and products, that returns name."""
    orders = pa.array(
        sorted({r["transaction_id"] for r in returned if r["transaction_id"]}), pa.string()
    )
    people = pa.array(
        sorted(
            {r["customer_id"] for r in returned if not r["transaction_id"] and r["customer_id"]}
        ),
        pa.string(),
    )
    found = Purchases(defaultdict(list), defaultdict(list))
    for path, repeated in zip(paths, is_repeat, strict=True):
        for batch, mask in checked_parquet.batches(path, SOLD, repeated):
            _collect(found, batch.filter(pa.array(~mask)), orders, people, is_day_first)
    for lines in (*found.by_order.values(), *found.by_product.values()):
        lines.sort(key=_by_value)
    return found


def _collect(
    found: Purchases, lines: Any, orders: Any, people: Any, is_day_first: Sequence[bool]
) -> None:
    wanted = pc.is_in(lines["customer_id"], value_set=people)
    if "transaction_id" in lines.column_names:
        wanted = pc.or_(wanted, pc.is_in(lines["transaction_id"], value_set=orders))
    sales = lines.filter(pc.and_(wanted, pc.greater(lines["amount"], 0)))
    for line in _with_day(sales, is_day_first).to_pylist():
        if line.get("transaction_id"):
            found.by_order[line["transaction_id"]].append(line)
        if line["customer_id"] and line.get("product_id"):
            found.by_product[(line["customer_id"], line["product_id"])].append(line)


def _by_value(line: Record) -> tuple[Any, ...]:
    """For sorting by what lines say, never by where they stand: the split into files must not matter."""
    return (line["day"], line["amount"], *(str(line.get(n)) for n in VALUES))


def complete(
    returned: Sequence[Record],
    is_repeat: np.ndarray,
    sold: Purchases,
    told: set[tuple[Any, ...]],
) -> Completed:
    """Turn the records of one file into lines.

    `is_repeat` says which are not to be used again; `told` holds the orders that are returned as a
    whole, from file to file, as that can be said once only.
    """
    done = Completed()
    for record, repeats in zip(returned, is_repeat.tolist(), strict=True):
        is_whole = record["amount"] is None and record["quantity"] is None
        flag = (record["transaction_id"], record["customer_id"], record["product_id"])
        if repeats or (is_whole and flag in told):
            done.repeats += 1
            done.repeats_amount += record["amount"] or 0
            continue
        if is_whole:
            told.add(flag)
        bought = _bought(record, sold)
        lines = _lines(record, bought)
        if isinstance(lines, str):
            stated = record["transaction_id"] or record["customer_id"] or ""
            done.rejects.append(Reject(record["row"], "", stated, lines))
            done.rejected_amount += record["amount"] or 0
            continue
        done.undated += record["day"] is None
        done.add(record, lines)
    return done


def _bought(record: Record, sold: Purchases) -> list[Record]:
    """The purchase lines that a return can be of."""
    if record["transaction_id"]:
        lines = sold.by_order.get(record["transaction_id"], [])
        for name in ("product_id", "customer_id"):
            if record[name] and any(line.get(name) for line in lines):
                lines = [line for line in lines if line.get(name) == record[name]]
        return lines
    if record["customer_id"] and record["product_id"] and record["day"] is not None:
        lines = sold.by_product.get((record["customer_id"], record["product_id"]), [])
        return [line for line in lines if line["day"] <= record["day"]][-1:]
    return []


def _lines(record: Record, bought: list[Record]) -> list[Record] | str:
    """The negative lines of a record, or what it lacks."""
    if record["day"] is None and not bought:
        return "an order that is among the transactions, or a date"
    if record["amount"] is not None:
        return [_stated(record, bought)]
    if not bought:
        return "a purchase that is among the transactions, or an amount"
    units = record["quantity"]
    if units is None or -units == sum(line.get("quantity") or 0 for line in bought):
        return [_mirrored(record, line) for line in bought]
    prices = {(line["amount"], line.get("quantity")) for line in bought}
    if len(prices) > 1 or not all(line.get("quantity") for line in bought):
        return "a product or an amount: its order has several lines"
    return [_share(record, bought, -units)]


def _stated(record: Record, bought: list[Record]) -> Record:
    """One line with the amount stated; what else is missing is what all lines bought agree on."""
    line = _of(record, bought)
    same = [b for b in bought if b["amount"] == -record["amount"]]
    if record["tax"] is None and len({b.get("tax") for b in same}) == 1:
        line["tax"] = same[0].get("tax")
    return line


def _mirrored(record: Record, line: Record) -> Record:
    own = _of(record, [line])
    for name in NUMBERS:
        value = line.get(name)
        own[name] = -value if value is not None and name in ("amount", "quantity") else value
    return own


def _share(record: Record, bought: list[Record], units: int) -> Record:
    """So many units of a line, at its price: rounded half away from zero to the smallest unit."""
    whole = bought[0]
    own = _of(record, bought)
    for name in ("amount", "tax"):
        if whole.get(name) is not None:
            twice, per = 2 * abs(whole[name]) * units, 2 * whole["quantity"]
            own[name] = (twice + whole["quantity"]) // per
    own["amount"], own["quantity"] = -own["amount"], -units
    own["unit_price"] = whole.get("unit_price")
    return own


def _of(record: Record, bought: list[Record]) -> Record:
    """The record as a line, with what is missing from the lines bought where they agree."""
    line = dict(record)
    for name in TEXTS:
        values = {b.get(name) for b in bought}
        if line[name] is None and len(values) == 1:
            line[name] = values.pop()
    if line["day"] is None:
        line["day"] = min(b["day"] for b in bought)
    return line


def table(lines: Sequence[Record], part: int, schema: Any) -> Any:
    """Lines as CHECKED with the columns of the transactions; the day stands in both orders."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for line in lines:
        day = line["day"]
        values = {"day_first": day, "month_first": day, "date_format": 0}
        values["hash_low"] = line["hash_low"] ^ part
        for name, column in columns.items():
            column.append(values.get(name, line.get(name)))
    made = {n: pa.array(v, schema.field(n).type) for n, v in columns.items()}
    return pa.table(made, schema=schema)


def _with_day(lines: Any, is_day_first: Sequence[bool]) -> Any:
    if not lines.num_rows:
        return lines.append_column("day", pa.array([], pa.int64()))
    chosen = pa.array(np.array(is_day_first)[lines["date_format"].to_numpy()])
    first, second = (lines[name].combine_chunks() for name in ("day_first", "month_first"))
    return lines.append_column("day", pc.if_else(chosen, first, second))
