"""A returns table of its own: each record is completed and becomes negative lines like the transactions'.

What a record does not state (customer, product, date, amount) is taken from the purchase it names:
by its order, else by customer and product, the latest purchase that is not after it. An order
without product, quantity or amount is returned as a whole. A record that can't be completed is
rejected.

A record that stands for several lines would need one row for all; its second line goes into a
second part, its third into a third, so that file and row still name one line.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.intake import checked_parquet
from retail.intake.read_report import Reject
from retail.intake.values import hashes
from retail.schema.dimensions import OF_LINE, names

TEXTS = ("customer_id", "product_id", "category", "subcategory", *names(OF_LINE))
NUMBERS = ("quantity", "unit_price", "amount", "tax")
VALUES = ("transaction_id", *TEXTS, *NUMBERS)
SOLD = (*VALUES, "day_first", "month_first", "date_format")
Record = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Checked Parquet files of one table, and whether the dates of each shape are day-first."""

    paths: Sequence[Path]
    is_day_first: Sequence[bool]


@dataclass
class CompletedReturns:
    """The negative lines that the returns files gave, with counts and rejects.

    `parts` and `rejects` hold pairs; the first of each pair is the number of the file.
    """

    records: int = 0
    excluded_ids: frozenset[str] = frozenset()  # orders that a rule left out, with their returns
    parts: list[tuple[int, Path]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)  # by part
    rejects: list[tuple[int, Reject]] = field(default_factory=list)
    rejected_amount: int = 0
    rejected_unknown: int = 0  # rejected records that state no amount
    repeats: int = 0
    repeats_amount: int = 0
    excluded: tuple[int, int, int] = (0, 0, 0)  # lines, money, lines of unknown money
    more_lines: int = 0  # beyond one per record
    from_purchases: int = 0  # money that the records do not state
    undated: int = 0  # records dated as their purchase
    whole: set[tuple[Any, ...]] = field(default_factory=set)  # orders returned as a whole

    def add(self, file: int, record: Record, is_repeat: bool, bought: list[Record]) -> list[Record]:
        """Count one returns record; gives the negative lines that it becomes, none if it is a repeat.

        bought: the purchase lines that it may return. An order can be returned as a whole only once.
        """
        if not bought and record["transaction_id"] in self.excluded_ids:
            count, money, unknown = self.excluded
            amount = record["amount"]
            self.excluded = (count + 1, money + (amount or 0), unknown + (amount is None))
            return []
        is_whole = record["amount"] is None and record["quantity"] is None
        flag = (record["transaction_id"], record["customer_id"], record["product_id"])
        if is_repeat or (is_whole and flag in self.whole):
            self.repeats += 1
            self.repeats_amount += record["amount"] or 0
            return []
        if is_whole:
            self.whole.add(flag)
        lines = _lines(record, bought)
        if isinstance(lines, str):
            stated = record["transaction_id"] or record["customer_id"] or ""
            self.rejects.append((file, Reject(record["row"], "", stated, lines)))
            self.rejected_amount += record["amount"] or 0
            self.rejected_unknown += record["amount"] is None
            return []
        self.undated += record["day"] is None
        self.more_lines += len(lines) - 1
        self.from_purchases += sum(line["amount"] for line in lines) - (record["amount"] or 0)
        return lines


def complete(
    returns: Table,
    transactions: Table,
    is_dropped: Sequence[np.ndarray],
    drops_repeats: bool,
    folder: Path,
    excluded_ids: frozenset[str] = frozenset(),
) -> CompletedReturns:
    """Complete all returns and write them to `folder`, with the columns of the transactions.

    `is_dropped`: the transactions' lines that are repeats and not used, by file. `excluded_ids`: of lines that a
    rule left out; a return of an order of which no line is left is left out with it.
    """
    found = [_records(path, returns.is_day_first) for path in returns.paths]
    sold = _purchases(transactions, is_dropped, [record for records in found for record in records])
    schema = pq.read_schema(transactions.paths[0])
    done = CompletedReturns(sum(map(len, found)), excluded_ids)
    masks = hashes.repeats(returns.paths)
    for file, (records, mask) in enumerate(zip(found, masks, strict=True)):
        parts: list[list[Record]] = []
        for record, is_repeat in zip(records, mask.tolist(), strict=True):
            lines = done.add(file, record, is_repeat and drops_repeats, _bought(record, sold))
            for at, line in enumerate(lines):
                if at == len(parts):
                    parts.append([])
                parts[at].append(line)
        for part, some in enumerate(parts):
            done.parts.append((file, _write(_table(some, part, schema), folder)))
            done.lines.append(len(some))
    return done


@dataclass
class _Purchases:
    """Positive lines that returns may be of."""

    by_order: dict[str, list[Record]]
    by_product: dict[tuple[str, str], list[Record]]


def _records(path: Path, is_day_first: Sequence[bool]) -> list[Record]:
    """The records of a checked returns file, each with `day` (None without a date)."""
    empty: Record = dict.fromkeys(VALUES)
    return [empty | record for record in _with_day(pq.read_table(path), is_day_first).to_pylist()]


def _purchases(
    sold: Table, is_dropped: Sequence[np.ndarray], returned: Sequence[Record]
) -> _Purchases:
    """The positive lines of the orders, and of the customers and products, that returns name."""
    orders = {r["transaction_id"] for r in returned if r["transaction_id"]}
    customers = {r["customer_id"] for r in returned if not r["transaction_id"]} - {None}
    found = _Purchases(defaultdict(list), defaultdict(list))
    for path, dropped in zip(sold.paths, is_dropped, strict=True):
        for batch, mask in checked_parquet.batches(path, SOLD, dropped):
            lines = batch.filter(pa.array(~mask))
            wanted = _is_in(lines["customer_id"], customers)
            if "transaction_id" in lines.column_names:
                wanted = pc.or_(wanted, _is_in(lines["transaction_id"], orders))
            _collect(
                found,
                _with_day(
                    lines.filter(pc.and_(wanted, pc.greater(lines["amount"], 0))), sold.is_day_first
                ),
            )
    for some in (*found.by_order.values(), *found.by_product.values()):
        some.sort(key=_by_value)
    return found


def _is_in(texts: Any, wanted: set[str]) -> Any:
    return pc.is_in(texts, value_set=pa.array(sorted(wanted), pa.string()))


def _collect(found: _Purchases, sales: Any) -> None:
    for line in sales.to_pylist():
        if line.get("transaction_id"):
            found.by_order[line["transaction_id"]].append(line)
        if line["customer_id"] and line.get("product_id"):
            found.by_product[(line["customer_id"], line["product_id"])].append(line)


def _by_value(line: Record) -> tuple[Any, ...]:
    """Sort key of a purchase line, from its values only: how lines are split into files must not matter."""
    return (line["day"], line["amount"], *(str(line.get(n)) for n in VALUES))


def _bought(record: Record, sold: _Purchases) -> list[Record]:
    """The purchase lines that a returns record may belong to.

    With an order: the order's lines, narrowed by product and customer where both state them. Otherwise: the latest
    line of the same customer and product that is not after the return.
    """
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
    """The negative lines of a returns record; a text that says what is missing if they can't be made."""
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
    """One line with the record's amount; a missing value is filled if all purchase lines have the same."""
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
    """A negative line of `units` at the price of the purchase line; money is rounded half away from zero."""
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
    """The record as a line; missing values are taken from the purchase lines where these agree."""
    line = dict(record)
    for name in TEXTS:
        values = {b.get(name) for b in bought}
        if line[name] is None and len(values) == 1:
            line[name] = values.pop()
    if line["day"] is None:
        line["day"] = min(b["day"] for b in bought)
    return line


def _table(lines: Sequence[Record], part: int, schema: Any) -> Any:
    """Lines as a table of CHECKED, with the columns of the transactions; both day columns hold the decided day."""
    columns: dict[str, list[Any]] = {name: [] for name in schema.names}
    for line in lines:
        day = line["day"]
        values = {"day_first": day, "month_first": day, "date_format": 0}
        values["hash_low"] = line["hash_low"] ^ part
        for name, column in columns.items():
            column.append(values.get(name, line.get(name)))
    made = {n: pa.array(v, schema.field(n).type) for n, v in columns.items()}
    return pa.table(made, schema=schema)


def _write(table: Any, folder: Path) -> Path:
    """Write lines as Parquet, named by the hash of their content; returns the path."""
    key = hashlib.sha256()
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                key.update(buffer or b"")
    path = folder / f"returns-{key.hexdigest()[:32]}.parquet"
    with storage.replacing(path) as part, checked_parquet.writer(part, table.schema) as writer:
        writer.write_table(table)
    return path


def _with_day(lines: Any, is_day_first: Sequence[bool]) -> Any:
    if not lines.num_rows:
        return lines.append_column("day", pa.array([], pa.int64()))
    chosen = pa.array(np.array(is_day_first)[lines["date_format"].to_numpy()])
    first, second = (lines[name].combine_chunks() for name in ("day_first", "month_first"))
    return lines.append_column("day", pc.if_else(chosen, first, second))
