"""Amounts that a file states for a whole order: shipping, discount and tax become part of its lines, a
refund becomes lines of its own.

An export of order lines repeats such a value on each row of the order, or leaves it blank (or 0) on all
but one: it counts once. Shipping, discount and tax are spread over the order's lines in proportion to
their amounts, exactly: the parts of an order add up to its total. A refund of all that was paid gives
each line back; another one is a line of its own, of what its lines have in common.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.errors import InputError
from retail.intake import checked_parquet
from retail.schema.dimensions import OF_LINE, names
from retail.schema.lines import ORDER_AMOUNTS

STEPS = {
    "order_shipping": "Shipping of orders",
    "order_discount": "Discounts of orders",
    "order_tax": "Tax of orders, on top",
}
REFUNDED, REFUND_STEP = "order_refunded", "Refunds of orders"
COMMON = ("product_id", "category", "subcategory", *names(OF_LINE))  # of the lines of a refund


@dataclass
class OrderAmounts:
    """Lines with the amounts of their orders: `paths` as before, and `parts`, the refunds by file.

    steps: lines and money that each kind adds. left_out: money by rule of orders that rules left out whole.
    """

    paths: list[Path]
    parts: list[tuple[int, Path, int]] = field(default_factory=list)  # file, path, lines
    steps: dict[str, tuple[int, int]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """What a row that a rule left out states of its order: file, rule, order, amounts by kind."""

    file: int
    rule: str
    order: str
    amounts: Mapping[str, int]


@dataclass
class _Lines:
    """The lines of all files in order; `order` numbers their orders, one of its own for a line without an id."""

    file: np.ndarray
    row: np.ndarray
    amount: np.ndarray
    tie: np.ndarray  # the hash of the record: lines of one amount in an order that no file rules
    order: np.ndarray
    ids: list[str]  # of the first orders, those with an id
    stated: dict[str, np.ndarray]


@dataclass(frozen=True)
class _Refund:
    """Positions of the lines given back, the negative amount, and whether that is all that was paid for them."""

    lines: list[int]
    amount: int
    is_whole: bool


def has_any(path: Path) -> bool:
    """Whether a checked file has a column with amounts of orders."""
    return bool(set(ORDER_AMOUNTS) & set(pq.read_schema(path).names))


def add(
    paths: Sequence[Path],
    file_names: Sequence[str],
    is_dropped: Sequence[np.ndarray],
    counted: Sequence[str],
    left_out: Sequence[LeftOut],
) -> OrderAmounts:
    """Write the files anew with what their orders state.

    is_dropped: lines that are not used, by file; they get no part. counted: the kinds that are part of
    net revenue. Raises InputError for an order with two values of a kind.
    """
    lines = _read(paths)
    numbers = {name: number for number, name in enumerate(lines.ids)}
    totals = {
        kind: _once(kind, lines, numbers, left_out, file_names)
        for kind in ORDER_AMOUNTS
        if kind in lines.stated
    }
    is_used = ~np.concatenate([*is_dropped, np.zeros(0, bool)])
    has_lines = set(np.unique(lines.order[is_used]).tolist())
    done = OrderAmounts([])
    wanted: dict[int, int] = defaultdict(int)
    rule_of = {numbers.get(one.order, one.order): one.rule for one in reversed(left_out)}
    for kind in (k for k in counted if k in totals):
        money = 0
        for order, value in totals[kind].items():
            signed = -abs(value) if kind == "order_discount" else value
            money += signed
            if order in has_lines:
                wanted[int(order)] += signed
            elif order in rule_of:
                done.left_out[rule_of[order]] = done.left_out.get(rule_of[order], 0) + signed
            else:
                money -= signed
        done.steps[STEPS[kind]] = (0, money)
    members = _members(lines, is_used, {*wanted, *totals.get(REFUNDED, {})})
    more = np.zeros(len(lines.amount), np.int64)
    for order, total in wanted.items():
        at = _shared_by(lines, members[order])
        for line, part in zip(at, spread(total, lines.amount[at].tolist()), strict=True):
            more[line] = part
    refunds = _refunds(totals.get(REFUNDED, {}), members, lines.amount + more)
    _write(done, paths, lines, more, refunds)
    return done


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of `total` in proportion to `weights`; what is left over goes to the largest remainders.

    >>> spread(-5, [10, 10, 1])
    [-3, -2, 0]
    """
    sizes = [abs(weight) for weight in weights]
    whole = sum(sizes)
    if not whole:
        return [total, *[0] * (len(sizes) - 1)]
    parts = [abs(total) * size // whole for size in sizes]
    rests = [abs(total) * size % whole for size in sizes]
    by_rest = sorted(range(len(sizes)), key=lambda at: -rests[at])
    for at in by_rest[: abs(total) - sum(parts)]:
        parts[at] += 1
    return [part if total >= 0 else -part for part in parts]


def _read(paths: Sequence[Path]) -> _Lines:
    wanted = ["row", "transaction_id", "amount", "hash_high", *ORDER_AMOUNTS]
    has = set(pq.read_schema(paths[0]).names)
    tables = [pq.read_table(path, columns=[n for n in wanted if n in has]) for path in paths]
    file = np.concatenate([np.full(table.num_rows, at) for at, table in enumerate(tables)])
    table = pa.concat_tables(tables).combine_chunks()
    count = table.num_rows
    if "transaction_id" in has:
        coded = pc.dictionary_encode(table["transaction_id"].combine_chunks())
        ids = coded.dictionary.to_pylist()
        order = pc.fill_null(pc.cast(coded.indices, pa.int64()), -1).to_numpy(zero_copy_only=False)
    else:
        ids, order = [], np.full(count, -1)
    order = np.where(order < 0, len(ids) + np.arange(count), order)
    stated = {
        name: pc.fill_null(table[name].combine_chunks(), 0).to_numpy(zero_copy_only=False)
        for name in ORDER_AMOUNTS
        if name in has
    }
    row, amount, tie = (table[name].to_numpy() for name in ("row", "amount", "hash_high"))
    return _Lines(file, row, amount, tie, order, ids, stated)


def _once(
    kind: str,
    lines: _Lines,
    numbers: Mapping[str, int],
    left_out: Sequence[LeftOut],
    file_names: Sequence[str],
) -> dict[int | str, int]:
    """What each order states of a kind: by its number, or by its id if no line of it is left; never 0."""
    found: dict[int | str, int] = {}
    places: dict[int | str, str] = {}
    for one in left_out:
        order = numbers.get(one.order, one.order)
        _set(found, places, order, one.amounts.get(kind, 0), file_names[one.file], kind, one.order)
    values = lines.stated[kind]
    for at in np.flatnonzero(values).tolist():
        order, value = int(lines.order[at]), int(values[at])
        place = f"{file_names[lines.file[at]]}, row {lines.row[at]:,}"
        name = lines.ids[order] if order < len(lines.ids) else ""
        _set(found, places, order, value, place, kind, name)
    return found


def _set(
    found: dict[int | str, int],
    places: dict[int | str, str],
    order: int | str,
    value: int,
    place: str,
    kind: str,
    name: str,
) -> None:
    if not value:
        return
    if found.setdefault(order, value) != value:
        raise InputError(
            f"{place}: the order {name} states another {kind} than in {places[order]}. An order has one, "
            "repeated or blank on its other rows. If it is a value of each line, it is no order's: take "
            f"{kind} out of [columns.transactions]."
        )
    places.setdefault(order, place)


def _members(lines: _Lines, is_used: np.ndarray, orders: set[int | str]) -> dict[int, list[int]]:
    """The positions of the used lines of these orders, in an order that only their values rule."""
    numbers = np.array(sorted(order for order in orders if isinstance(order, int)), np.int64)
    at = np.flatnonzero(np.isin(lines.order, numbers) & is_used)
    sorted_at = at[np.lexsort((lines.tie[at], -lines.amount[at], lines.order[at]))]
    found: dict[int, list[int]] = defaultdict(list)
    for line, order in zip(sorted_at.tolist(), lines.order[sorted_at].tolist(), strict=True):
        found[order].append(line)
    return found


def _shared_by(lines: _Lines, members: Sequence[int]) -> list[int]:
    """The lines that share an amount of their order: its purchases, else all its lines."""
    return [at for at in members if lines.amount[at] > 0] or list(members)


def _refunds(
    totals: Mapping[int | str, int], members: Mapping[int, list[int]], amount: np.ndarray
) -> list[_Refund]:
    """What is given back: each line of an order that is refunded as a whole, else one line for the order."""
    found = []
    for order, value in totals.items():
        lines = members.get(order, []) if isinstance(order, int) else []
        bought = [at for at in lines if amount[at] > 0]
        if bought and sum(int(amount[at]) for at in bought) == abs(value):
            found += [_Refund([at], -int(amount[at]), True) for at in bought]
        elif bought:
            found.append(_Refund(bought, -abs(value), False))
    return found


def _write(
    done: OrderAmounts,
    paths: Sequence[Path],
    lines: _Lines,
    more: np.ndarray,
    refunds: Sequence[_Refund],
) -> None:
    """Write the lines with their parts, and the refunds with them."""
    key = hashlib.sha256(more.tobytes() + repr(refunds).encode()).hexdigest()[:16]
    starts = np.searchsorted(lines.file, np.arange(len(paths) + 1)).tolist()
    for file, path in enumerate(paths):
        table = pq.read_table(path)
        own = more[starts[file] : starts[file + 1]]
        amount = pc.add_checked(table["amount"], pa.array(own))
        table = table.set_column(table.column_names.index("amount"), "amount", amount)
        table = table.drop_columns([n for n in ORDER_AMOUNTS if n in table.column_names])
        done.paths.append(_put(table, path.with_name(f"{path.stem}-orders-{key}.parquet")))
    by_file: dict[int, list[_Refund]] = defaultdict(list)
    for refund in refunds:
        by_file[int(lines.file[refund.lines[0]])].append(refund)
    for file in sorted(by_file):
        path = done.paths[file]
        back = _given_back(done.paths, path, by_file[file], starts[file])
        target = path.with_name(f"{path.stem}-refunds.parquet")
        done.parts.append((file, _put(back, target), back.num_rows))
    if REFUNDED in lines.stated:
        done.steps[REFUND_STEP] = (len(refunds), sum(refund.amount for refund in refunds))


def _given_back(
    paths: Sequence[Path], path: Path, refunds: Sequence[_Refund], start: int
) -> pa.Table:
    """Refunds as lines: the first line that each gives back, with its own amount and units."""
    source = pq.read_table(path)
    lines = source.take(pa.array([refund.lines[0] - start for refund in refunds]))
    is_whole = pa.array([refund.is_whole for refund in refunds])
    columns: dict[str, pa.Array] = {
        "amount": pa.array([refund.amount for refund in refunds], pa.int64()),
        "hash_low": pc.bit_wise_xor(lines["hash_low"], 1),
    }
    if (
        "quantity" in lines.column_names
    ):  # of a part of the money no unit is known to have come back
        units = pc.negate(pc.abs(lines["quantity"]))
        columns["quantity"] = pc.if_else(is_whole, units, pa.scalar(0, pa.int64()))
    for name in {"unit_price", "tax"} & set(lines.column_names):
        columns[name] = pc.if_else(is_whole, lines[name], pa.scalar(None, pa.int64()))
    has = [name for name in COMMON if name in lines.column_names]
    several = [number for number, refund in enumerate(refunds) if len(refund.lines) > 1]
    if several and has:
        whole = pa.concat_tables([pq.read_table(p, columns=has) for p in paths]).combine_chunks()
        for name in has:
            values = lines[name].to_pylist()
            for number in several:
                found = whole[name].take(pa.array(refunds[number].lines)).unique()
                if len(found) > 1:
                    values[number] = None
            columns[name] = pa.array(values, pa.string())
    for name, values in columns.items():
        at = lines.column_names.index(name)
        lines = lines.set_column(at, source.schema.field(name), values)
    return lines


def _put(table: pa.Table, path: Path) -> Path:
    with storage.replacing(path) as part, checked_parquet.writer(part, table.schema) as writer:
        writer.write_table(table)
    return path
